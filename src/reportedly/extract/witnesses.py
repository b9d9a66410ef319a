"""What a page says of itself, gathered once, before anyone weighs it.

`Witnesses` holds the statements as they stand: JSON-LD, meta elements, microdata, times, headings. Gathering decides
nothing and never fails on odd markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath, _Element

from reportedly.extract import jsonld
from reportedly.extract.dateline import is_of_something_else
from reportedly.extract.jsonld import Thing
from reportedly.extract.paragraphs import fold, tidy

MOST_META = 500
MOST_TIMES = 200
MOST_MICRODATA = 2000
LONGEST_LINE = 1000  # characters of a heading or byline; what is longer is a paragraph in the wrong element
PUBLISHED_CLASSES = (
    "publish",
    "entry-date",
    "post-date",
    "post_date",
    "article-date",
    "article__date",
    "dateline",
    "posted",
)
SAID_OF_OTHERS = ("comment", "review", "answer", "rating", "product", "person", "organization", "imageobject")
BYLINE_CLASSES = frozenset(
    {"author", "authors", "byline", "byline__name", "byline-name", "author-name", "author__name", "post-author",
     "article-author", "article__author", "entry-author", "c-byline", "autor", "auteur", "byl"}
)  # fmt: skip


WITH_PROPERTY = XPath("//*[@itemprop != '' and not(self::script)]")
MAYBE_BYLINES = XPath(
    "//*[contains(translate(@class, 'AUTHORBYLINE', 'authorbyline'), 'aut') or contains(translate(@class, 'BYL', 'byl'), 'byl')"
    " or contains(translate(@rel, 'AUTHOR', 'author'), 'author')]"
)


@dataclass(frozen=True, kw_only=True)
class Time:
    """A `<time>` element: its machine-readable moment, and whether it says it is the publication's."""

    moment: str
    published: bool
    modified: bool


@dataclass(frozen=True, kw_only=True)
class Witnesses:
    """A page's statements about itself. Keys of `meta` and `microdata` are in lower case; values keep their order."""

    url: str
    things: tuple[Thing, ...] = ()
    meta: dict[str, list[str]] = field(default_factory=dict)
    microdata: dict[str, list[str]] = field(default_factory=dict)
    times: tuple[Time, ...] = ()
    headings: tuple[str, ...] = ()  # every h1
    head_title: str = ""
    bylines: tuple[str, ...] = ()
    canonical: str = ""
    language: str = ""

    def said(self, *keys: str) -> Iterator[str]:
        """The values of meta elements, in the order of the keys."""
        for key in keys:
            yield from self.meta.get(key, ())

    @property
    def report_thing(self) -> Thing | None:
        """The JSON-LD object that is this page's report.

        Of several articles it is the one that names this page's address or heading; when none does, we do not know.
        """
        reports = [thing for thing in self.things if jsonld.is_report(thing)]
        if not reports:
            return None
        titles = {fold(title) for title in (*self.headings, *self.said("og:title"), self.head_title) if title}
        for thing in reports:
            if self._is_here(thing) and jsonld.text(thing.get("headline") or thing.get("name")):
                return thing
        for thing in reports:
            headline = fold(jsonld.text(thing.get("headline") or thing.get("name")))
            if headline and any(headline in title or title in headline for title in titles):
                return thing
        distinct = {fold(jsonld.text(thing.get("headline") or thing.get("name"))) for thing in reports} - {""}
        return reports[0] if len(distinct) <= 1 else None

    @property
    def page_things(self) -> tuple[Thing, ...]:
        """JSON-LD objects that are the page itself or its main matter, though not called an article."""
        return tuple(thing for thing in self.things if jsonld.is_weak(thing))

    def _is_here(self, thing: Thing) -> bool:
        here = {_place(self.url), _place(self.canonical)} - {("", "")}
        whole = thing.get("mainEntityOfPage")
        named = [*jsonld.texts(thing.get("url")), *jsonld.texts(thing.get("@id"))]
        named += jsonld.texts(whole.get("@id") or whole.get("url") if isinstance(whole, dict) else whole)
        return any(_place(name, base=self.url) in here for name in named)


def gather(tree: _Element, url: str) -> Witnesses:
    """The statements of a page."""
    meta: dict[str, list[str]] = {}
    microdata: dict[str, list[str]] = {}
    scripts: list[str] = []
    times: list[Time] = []
    headings: list[str] = []
    bylines: list[str] = []
    head_title = canonical = base = ""
    for element in tree.iter("meta", "link", "base", "script", "title", "h1", "time"):
        tag = element.tag
        if tag == "meta":
            _note_meta(element, meta)
        elif tag == "link":
            relations = (element.get("rel") or "").lower().split()
            if "canonical" in relations and not canonical:
                canonical = (element.get("href") or "").strip()
        elif tag == "base":
            base = base or (element.get("href") or "").strip()
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower() and element.text:
                scripts.append(element.text)
        elif tag == "title":
            if not head_title and not _inside(element, "svg"):
                head_title = _line(element)
        elif tag == "h1":
            if (heading := _line(element)) and len(headings) < 20:
                headings.append(heading)
        elif tag == "time" and len(times) < MOST_TIMES and not is_of_something_else(element):
            times.append(_time(element))
    for element in WITH_PROPERTY(tree)[:MOST_MICRODATA]:
        _note_property(element, element.get("itemprop") or "", microdata)
    for element in MAYBE_BYLINES(tree):
        if len(bylines) < 20 and _is_byline(element) and (byline := _line(element)):
            bylines.append(byline)
    return Witnesses(
        url=url,
        things=jsonld.things_in(scripts),
        meta=meta,
        microdata=microdata,
        times=tuple(time for time in times if time.moment),
        headings=tuple(headings),
        head_title=head_title,
        bylines=tuple(bylines),
        canonical=_absolute(_absolute(url, base), canonical) if canonical else "",
        language=(tree.get("lang") or tree.get("xml:lang") or "").strip(),
    )


def _note_meta(element: _Element, meta: dict[str, list[str]]) -> None:
    content = tidy(element.get("content") or "")
    if content and len(meta) < MOST_META:
        others = element.get("itemprop") and _is_of_others(_scope(element)[1])
        for attribute in (
            ("property", "name", "http-equiv") if others else ("property", "name", "itemprop", "http-equiv")
        ):
            for key in (element.get(attribute) or "").lower().split():
                values = meta.setdefault(key, [])
                if content not in values:
                    values.append(content)


def _note_property(element: _Element, name: str, microdata: dict[str, list[str]]) -> None:
    """Note a microdata value; one that stands in an element of its own (an author's name) goes by the outer name."""
    value = element.get("content") or element.get("datetime") or ""
    if not value and element.get("itemscope") is not None:
        value = next(
            (_line(part) or (part.get("content") or "") for part in element.iter() if part.get("itemprop") == "name"),
            "",
        )
    value = tidy(value) or _line(element)
    outer, kind = _scope(element)
    if _is_of_others(kind):
        return
    for key in name.lower().split():
        if outer and key == "name":
            continue
        if value:
            microdata.setdefault(key, []).append(value)


def _is_of_others(kind: str) -> bool:
    return any(word in kind for word in SAID_OF_OTHERS)


def _scope(element: _Element) -> tuple[str, str]:
    """The property that the nearest enclosing item is the value of, and the kind of thing it is; "" for none."""
    for above in element.iterancestors():
        if above.get("itemscope") is not None:
            return above.get("itemprop") or "", (above.get("itemtype") or "").lower()
    return "", ""


def _time(element: _Element) -> Time:
    said = " ".join((element.get("itemprop") or "", element.get("class") or "")).lower()
    above = element.getparent()
    around = ((above.get("class") or "") if above is not None else "").lower()
    modified = any(word in said or word in around for word in ("modif", "updat"))
    published = element.get("pubdate") is not None or any(word in said or word in around for word in PUBLISHED_CLASSES)
    moment = tidy(element.get("datetime") or "") or _line(element)
    return Time(moment=moment, published=published and not modified, modified=modified)


def _is_byline(element: _Element) -> bool:
    if "author" in (element.get("rel") or "").lower().split():
        return True
    classes = (element.get("class") or "").lower().split()
    return not BYLINE_CLASSES.isdisjoint(classes)


def _line(element: _Element) -> str:
    """The text of an element on one line, or "" when it is too long to be one."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        length += len(part)
        if length > LONGEST_LINE * 4:
            return ""
        parts.append(str(part))
    line = tidy(" ".join(parts) if len(parts) > 1 and element.tag != "h1" else "".join(parts))
    return line if len(line) <= LONGEST_LINE else ""


def _inside(element: _Element, tag: str) -> bool:
    return any(above.tag == tag for above in element.iterancestors())


def _absolute(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return base


def _place(url: str, *, base: str = "") -> tuple[str, str]:
    """Host and path, as far as they tell two pages apart; both "" for what is no address."""
    try:
        parts = urlsplit(urljoin(base, url))
        return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    except ValueError:
        return "", ""
