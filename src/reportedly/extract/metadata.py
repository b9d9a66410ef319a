"""Weigh what a page says of itself, field by field, each with where it was found.

`weigh` takes the witnesses of a page and what its feed said, and decides. It never joins two statements into a third,
and where nobody speaks, or nobody can be believed, the field is unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from reportedly.extract import jsonld
from reportedly.extract.authors import clean_authors, is_outlet_like, is_personal_name
from reportedly.extract.dateline import Surroundings
from reportedly.extract.dates import When
from reportedly.extract.found import Found
from reportedly.extract.paragraphs import fold, plain, tidy
from reportedly.extract.published import weigh_modified, weigh_published
from reportedly.extract.shown import Shown
from reportedly.extract.witnesses import Witnesses
from reportedly.values import FeedEntry

TITLE_META = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "title",
)
AUTHOR_META = (
    "author", "article:author", "article:author:name", "article:author_name", "parsely-author", "sailthru.author",
    "dc.creator", "dcterms.creator", "dc.contributor", "dcterms.creator.name", "citation_author", "byl", "byline",
    "cxenseparse:author", "og:article:author", "twitter:creator:name", "rbauthors", "authors", "vr:author",
)  # fmt: skip
SITE_META = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
    "copyright",
    "al:ios:app_name",
)
SEPARATOR = re.compile(r"\s+[|–—\-·•»:~«‹›/\\]+\s+|\s*[|»]\s*|:\s+")
LONGEST_TITLE = 400  # characters; what is longer is no headline


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What is known of a report besides its text."""

    url: str
    title: Found[str]
    authors: Found[tuple[str, ...]]
    published: Found[When | None]
    modified: When | None
    language: Found[str | None]
    site_names: tuple[str, ...]
    categories: tuple[str, ...]
    agency: str | None  # a body in the byline that is not the outlet itself


def weigh(witnesses: Witnesses, entry: FeedEntry | None, shown: Shown, *, now: datetime) -> Metadata:
    """The fields of a report, from its page's witnesses, what is printed on it, and its feed's entry."""
    sites = site_names(witnesses)
    title = weigh_title(witnesses, entry, sites)
    language = weigh_language(witnesses)
    near = Surroundings(shown, title.value)
    published = weigh_published(witnesses, entry, near, language.value, now=now)
    return Metadata(
        url=canonical_url(witnesses),
        title=title,
        authors=weigh_authors(witnesses, entry, near, sites),
        published=published,
        modified=weigh_modified(witnesses, entry, published.value, now=now),
        language=language,
        site_names=sites,
        categories=weigh_categories(witnesses, entry),
        agency=byline_agency(witnesses, sites),
    )


# --- title -----------------------------------------------------------------------------------------------------------


def weigh_title(witnesses: Witnesses, entry: FeedEntry | None, sites: tuple[str, ...]) -> Found[str]:
    """The headline, as a reader of the page sees it: the h1 that the page's other witnesses confirm.

    Where no h1 is confirmed: JSON-LD, microdata, meta, the only h1, `<title>`, the feed; each without the outlet's
    name behind it.
    """
    own = {fold(site) for site in sites}
    stated = [Found(without_site(said.value, sites), said.where) for said in _titles(witnesses, entry)]
    stated = [
        said for said in stated if said.value and fold(said.value) not in own and len(said.value) <= LONGEST_TITLE
    ]
    for heading in map(plain, witnesses.headings):
        if (
            len(fold(heading)) >= 3
            and fold(heading) not in own
            and any(_confirms(said.value, heading) for said in stated)
        ):
            return _without_kicker(without_site(heading, sites), stated)
    for where in ("json-ld", "microdata", "meta"):
        for said in stated:
            if said.where == where:
                return said
    if len(witnesses.headings) == 1 and len(witnesses.headings[0].split()) >= 3:
        return Found(plain(witnesses.headings[0]), "h1")
    for said in stated:
        return said
    return Found(plain(witnesses.headings[0]), "h1") if witnesses.headings else Found("")


def _without_kicker(heading: str, stated: Sequence[Found[str]]) -> Found[str]:
    """The heading without the line that stands over it or behind it, where the witnesses know the headline alone."""
    whole = fold(heading)
    inner = [
        said
        for said in stated
        if said.where in ("json-ld", "microdata", "meta") and 12 <= len(fold(said.value)) < len(whole)
    ]
    for said in inner:
        alone = fold(said.value)
        agreed = len({other.where for other in inner if fold(other.value) == alone}) > 1
        exact = any(fold(other.value) == whole for other in stated if other.where == "json-ld")
        if not exact and (whole.endswith(alone) or (agreed and whole.startswith(alone))):
            return said
    return Found(heading, "h1")


def _confirms(stated: str, heading: str) -> bool:
    """Whether a stated title names the same headline as an h1: the same words, or one of them with a little more."""
    one, other = fold(stated), fold(heading)
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 12 and short in long and len(short) * 5 >= len(long) * (2 if long.startswith(short) else 3):
        return True
    parts = [fold(part) for part in SEPARATOR.split(stated)]
    return len(parts) > 1 and other in parts and (other == parts[0] or len(heading.split()) >= 3)


def _titles(witnesses: Witnesses, entry: FeedEntry | None) -> Iterator[Found[str]]:
    if thing := witnesses.report_thing:
        for key in ("headline", "name", "alternativeHeadline"):
            if title := tidy(plain(jsonld.text(thing.get(key)))):
                yield Found(title, "json-ld")
    for title in witnesses.microdata.get("headline", ()):
        yield Found(title, "microdata")
    for title in witnesses.said(*TITLE_META):
        yield Found(plain(title), "meta")
    if witnesses.head_title:
        yield Found(plain(witnesses.head_title), "title")
    if entry and entry.title:
        yield Found(tidy(plain(entry.title)), "feed")


def without_site(title: str, sites: Iterable[str]) -> str:
    """The title without the outlet's name before or behind it, where the page itself confirms that name."""
    known = {fold(site) for site in sites} - {""}
    while len(title) <= 2 * LONGEST_TITLE:
        cuts = list(SEPARATOR.finditer(title))
        behind = [(title[cut.end() :], title[: cut.start()]) for cut in reversed(cuts)]
        before = [(title[: cut.start()], title[cut.end() :]) for cut in cuts]
        for name, rest in behind + before:
            if fold(name) in known and fold(rest):
                title = rest.strip()
                break
        else:
            break
    return title


# --- who -------------------------------------------------------------------------------------------------------------


def site_names(witnesses: Witnesses) -> tuple[str, ...]:
    """What the outlet calls itself, and the name in its address."""
    names = [*witnesses.said(*SITE_META)]
    for thing in witnesses.things:
        names += jsonld.texts(thing.get("publisher"))
        if jsonld.types_of(thing) & {"organization", "newsmediaorganization", "website"}:
            names += jsonld.texts(thing.get("name")) + jsonld.texts(thing.get("alternateName"))
    for handle in witnesses.said("twitter:site"):
        names.append(handle.lstrip("@"))
    host = _host(witnesses)
    if host:
        names += [host, host.rpartition(".")[0], *(label for label in host.split(".")[:-1] if len(label) > 3)]
    # What stands behind the last bar of <title> is the outlet when the address spells the same.
    for part in re.split(SEPARATOR, witnesses.head_title)[1:][-2:]:
        words = [fold(word) for word in part.split() if fold(word) not in ("", "the")]
        if (
            len(fold(part)) >= 3
            and words
            and ("".join(words) in fold(host) or all(word in fold(host) for word in words))
        ):
            names.append(part)
    return tuple(dict.fromkeys(tidy(plain(name)) for name in names if name and len(name) < 80))


def _host(witnesses: Witnesses) -> str:
    for url in (witnesses.canonical, witnesses.url, *witnesses.said("og:url")):
        try:
            if host := urlsplit(url).hostname:
                return host.removeprefix("www.")
        except ValueError:
            continue
    return ""


def weigh_authors(
    witnesses: Witnesses, entry: FeedEntry | None, near: Surroundings, sites: tuple[str, ...]
) -> Found[tuple[str, ...]]:
    """The names on the report, from the first witness that gives any."""
    for said in _author_statements(witnesses, entry):
        if names := clean_authors(said.value, outlet_names=sites):
            return Found(names, said.where)
    if names := near.authors(sites):
        return Found(names, "body")
    for byline in witnesses.bylines:
        names = clean_authors([byline], outlet_names=sites)
        if len(byline) <= 80 and names and all(is_personal_name(name) for name in names):
            return Found(names, "body")
    if names := _person_of_own_name(witnesses, sites):
        return Found(names, "json-ld")
    return Found(())


def _author_statements(witnesses: Witnesses, entry: FeedEntry | None) -> Iterator[Found[list[str]]]:
    if thing := witnesses.report_thing:
        for key in ("author", "creator"):
            yield Found([plain(name) for name in jsonld.texts(thing.get(key))], "json-ld")
    for key in AUTHOR_META:
        yield Found([plain(name) for name in witnesses.said(key)], "meta")
    yield Found(list(witnesses.microdata.get("author", ())), "microdata")
    if entry and entry.author:
        yield Found([entry.author], "feed")


def _person_of_own_name(witnesses: Witnesses, sites: tuple[str, ...]) -> tuple[str, ...]:
    """A person who publishes under their own name: JSON-LD calls them a person, and the outlet is called the same."""
    thing = witnesses.report_thing or {}
    author = thing.get("author")
    people = [
        part
        for part in (author if isinstance(author, list) else [author])
        if isinstance(part, dict) and jsonld.types_of(part) == {"person"}
    ]
    names = clean_authors(plain(jsonld.text(part.get("name"))) for part in people)
    return tuple(
        name for name in names if 2 <= len(name.split()) <= 3 and is_personal_name(name) and not is_outlet_like(name)
    )


def byline_agency(witnesses: Witnesses, sites: tuple[str, ...]) -> str | None:
    """The organisation that JSON-LD names as author or source, when it is not the outlet itself."""
    thing = witnesses.report_thing
    if not thing:
        return None
    own = {fold(site) for site in sites}
    for key in ("sourceOrganization", "author", "creator"):
        value = thing.get(key)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and any(kind.endswith("organization") for kind in jsonld.types_of(part)):
                names = clean_authors([plain(jsonld.text(part.get("name")))])
                if names and fold(names[0]) not in own:
                    return names[0]
    return None


# --- the rest --------------------------------------------------------------------------------------------------------

LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z])", re.I)


def weigh_language(witnesses: Witnesses) -> Found[str | None]:
    """The language the page declares, as a BCP 47 tag such as "en" or "pt-BR"."""
    thing = witnesses.report_thing
    statements = [
        Found(witnesses.language, "html"),
        *(Found(said, "meta") for said in witnesses.said("og:locale", "content-language", "language", "dc.language")),
        Found(jsonld.text(thing.get("inLanguage")) if thing else "", "json-ld"),
    ]
    for said in statements:
        if found := LANGUAGE.match(said.value or ""):
            language, script, region = found.groups()
            tag = "-".join(filter(None, (language.lower(), (script or "").title(), (region or "").upper())))
            return Found(tag, said.where)
    return Found(None)


def weigh_categories(witnesses: Witnesses, entry: FeedEntry | None) -> tuple[str, ...]:
    """What the outlet files the report under, its own words, each once."""
    said = [*witnesses.said("article:section", "article:tag", "parsely-section")]
    if thing := witnesses.report_thing:
        said += jsonld.texts(thing.get("articleSection"))
    said += entry.categories if entry else ()
    seen = Counter[str]()
    kept = []
    for category in (tidy(plain(one)) for one in said):
        seen[fold(category)] += 1
        if 1 < len(category) <= 80 and seen[fold(category)] == 1:
            kept.append(category)
    return tuple(kept[:40])


IDENTITIES = frozenset(
    {
        "id",
        "p",
        "article",
        "articleid",
        "article_id",
        "story",
        "storyid",
        "aid",
        "nid",
        "newsid",
        "news_id",
        "artid",
        "sid",
        "post",
        "postid",
    }
)


def canonical_url(witnesses: Witnesses) -> str:
    """The address the outlet itself gives the report, when it can be believed; else the one it was fetched from.

    Believed is an address on the same host (or its www, m or amp twin) that is not a bare home page and does not drop
    the parameter that told this report from others.
    """
    for said in (witnesses.canonical, *witnesses.said("og:url")):
        if _is_plausible_twin(said, witnesses.url):
            return said.partition("#")[0]
    return witnesses.url


def _is_plausible_twin(said: str, url: str) -> bool:
    try:
        twin, own = urlsplit(said), urlsplit(url)
        hosts = [_core(twin.hostname or ""), _core(own.hostname or "")]
    except ValueError:
        return False
    if twin.scheme not in ("http", "https") or not hosts[0] or hosts[0] != hosts[1] or any(c.isspace() for c in said):
        return False
    if twin.path.strip("/") == "" and not twin.query:
        return own.path.strip("/") == "" and not own.query
    kept = {key.lower() for key, _ in parse_qsl(twin.query)}
    dropped = {key.lower() for key, _ in parse_qsl(own.query)} - kept
    return not (dropped & IDENTITIES and twin.path.rstrip("/") == own.path.rstrip("/"))


def _core(host: str) -> str:
    return re.sub(r"^(?:www\d?|m|mobile|amp)\.", "", host.lower())
