"""Read a feed: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed.

Tier one mends the text and walks it with lxml: fast, bounded, and enough for almost every feed there is. Tier two asks
feedparser, for what tier one finds nothing in, or finds torn; it can be very slow on hostile bytes, so it only ever sees feeds up to
`SECOND_LIMIT_BYTES`. Nothing a server sends makes `read_feed` raise.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import etree

from reportedly.collect import feed_text
from reportedly.collect.dates import read_date
from reportedly.values import Feed, FeedEntry, Reason, SetAside

SECOND_LIMIT_BYTES = 256 << 10
MOST_ENTRIES = 5_000
LONGEST_TITLE = 5_000  # characters, its markup counted
SecondReader = Callable[[bytes, str, str], Feed | None]

XML = "{http://www.w3.org/XML/1998/namespace}"
# The namespaces we read, under the prefix everybody gives them; a prefix nobody declared is taken at its word.
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://purl.org/net/rss1.1#": "",
}
_KNOWN = frozenset(_PREFIXES.values())
_INLINE = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|big|blockquote|br|center|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr"
    r"|ol|p|pre|q|s|samp|small|span|strike|strong|sub|sup|table|tbody|td|th|tr|time|tt|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_MARKED_UP = re.compile(r"</[a-z][a-z0-9]*>|&(?:[a-z]{2,8}|#[0-9]{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE)
_FOREIGN = re.compile(
    r"""</(?:br|hr|img|wbr|input|source|embed)>|(</?)(?:xhtml|html|ns\d+):|\sxmlns(?::\w+)?="[^"<>]*\""""
)
_LOOKS_LIKE_FEED = re.compile(rb"<(?:\w+:)?(?:item|entry|rss|feed|rdf|channel)\b", re.IGNORECASE)
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_MAIL_AND_NAME = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)\s*")


def read_feed(
    body: bytes, *, content_type: str = "", url: str = "", second: SecondReader | None = None
) -> Feed | SetAside:
    """The feed in these bytes, or why there is none. `url` is where they came from: relative addresses start there.

    `second` reads what the first tier finds nothing in; feedparser, in this process, unless another is given.
    """
    if not body.strip():
        return SetAside(url=url, reason=Reason.EMPTY, detail="the feed is empty")
    text = feed_text.decode(body, content_type)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return _read_json(start, url)
    feed, torn = _read_xml(text, url)
    if feed is not None and not torn and (feed.entries or not _has_entries(body)):
        return feed
    if feed is None and _HTML_START.match(text):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is an HTML page, not a feed")
    if feed is None and not _LOOKS_LIKE_FEED.search(body.replace(b"\0", b"")):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is no feed in any form we know")
    if len(body) <= SECOND_LIMIT_BYTES:
        read = (second or read_with_feedparser)(body, content_type, url)
        if read and (feed is None or _fullness(read) > _fullness(feed)):
            return read
    return feed or SetAside(url=url, reason=Reason.UNREADABLE, detail="the feed is too damaged to read")


# --- tier one: RSS and Atom ------------------------------------------------------------------------------------------


def _read_xml(text: str, url: str) -> tuple[Feed | None, bool]:
    """The feed as tier one reads it, None when the root is no feed's; and whether it is torn."""
    root, torn = feed_text.read_tree(text)
    if root is None or _name(root)[1] not in ("rss", "rdf", "feed", "channel", "item", "entry"):
        return None, torn
    with_base = "xml:base" in text
    about: list[etree._Element] = []
    items: list[etree._Element] = []
    _walk(root, about, items)
    entries = [_read_entry(item, url, with_base=with_base) for item in items[:MOST_ENTRIES]]
    feed = Feed(
        title=_first(about, "title", plain=True),
        home_url=_home(about, url),
        language=_language(about),
        entries=tuple(entries),
        ttl=_ttl(_first(about, "ttl")),
    )
    return feed, torn


def _walk(element: etree._Element, about: list[etree._Element], items: list[etree._Element]) -> None:
    """Sort a feed's elements into what tells of the feed and what are entries, in their order.

    Entries stand in a channel or beside it; in a feed whose end tags are missing, in each other.
    """
    name = _name(element)[1]
    if name in ("item", "entry"):
        items.append(element)
    else:
        about.insert(0, element)  # a channel tells more than the root around it
    for child in _children(element):
        prefix, name = _name(child)
        if prefix in ("", "atom", "rdf") and name in ("channel", "item", "entry", "items"):
            _walk(child, about, items)


def _read_entry(item: etree._Element, url: str, *, with_base: bool) -> FeedEntry:
    said: dict[str, list[etree._Element]] = {}
    for child in _children(item):
        prefix, name = _name(child)
        said.setdefault(name if prefix in ("", "atom") else f"{prefix}:{name}", []).append(child)
    for group in said.get("media:group", []) + said.get("media:content", []):
        for child in _children(group):
            said.setdefault(":".join(_name(child)), []).append(child)
    base = _base(item, url) if with_base else url

    def text(*names: str) -> str:
        for name in names:
            for element in said.get(name, ()):
                if found := _text(element):
                    return found
        return ""

    def moment(*names: str) -> datetime | None:
        return next((found for name in names if (found := read_date(text(name)))), None)

    guid = text("guid", "id") or item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "").strip()
    link = _entry_link(said, base, guid)
    titled = next(
        (element for n in ("title", "dc:title", "media:title") for element in said.get(n, ()) if _text(element)), None
    )
    title = _title(titled) if titled is not None else ""
    summary = _html_of(said, "description", "summary", "dc:description", "itunes:summary", "media:description")
    content = _html_of(said, "content:encoded", "content", "xhtml:body", "body", "xhtml:div", "fullitem")
    return FeedEntry(
        guid=guid or link or _made_guid(title, summary or content),
        url=link,
        title=title,
        summary_html=summary,
        content_html=content,
        author=_author(said),
        published=moment("pubdate", "published", "issued", "dcterms:issued", "created", "dcterms:created"),
        updated=moment("updated", "modified", "dcterms:modified", "dc:date", "dcterms:date", "date"),
        categories=_categories(said),
        source_name=_source(said),
    )


def _entry_link(said: dict[str, list[etree._Element]], base: str, guid: str) -> str:
    """The page of the entry: Atom's alternate, RSS's link, or a guid that says it is one."""
    best = ""
    for element in said.get("link", ()):
        href = element.get("href")
        if href is not None:
            rel = element.get("rel", "alternate").rpartition("/")[2].lower()
            is_page = element.get("type", "text/html") in ("text/html", "application/xhtml+xml")
            if rel == "alternate" and href.strip() and (is_page or not best):
                best = href
        elif (found := _text(element)) and element.get("rel", "alternate") == "alternate":
            best = found
    if not best and guid.startswith(("http://", "https://")) and "id" in said:
        best = guid  # an Atom entry without a link, whose id is an address
    if not best:
        for element in said.get("guid", ()):
            if element.get("ispermalink", element.get("isPermaLink", "true")).strip().lower() != "false":
                best = guid
    return _absolute(base, best)


def _author(said: dict[str, list[etree._Element]]) -> str | None:
    """Who wrote it, "A; B" when several did."""
    names: list[str] = []
    for key in ("author", "dc:creator", "creator", "itunes:author", "managingeditor"):
        for element in said.get(key, ()):
            inner = [child for child in _children(element) if _name(child)[1] == "name"]
            text = plain_text(_text(inner[0]) if inner else "" if len(element) else _text(element))
            if mail := _MAIL_AND_NAME.fullmatch(text):
                text = mail["name"].strip()
            if text and text not in names:
                names.append(text)
        if names:
            break
    return "; ".join(names)[:500] or None


def _categories(said: dict[str, list[etree._Element]]) -> tuple[str, ...]:
    found = (
        plain_text(element.get("label") or element.get("term") or _text(element))
        for key in ("category", "dc:subject")
        for element in said.get(key, ())
    )
    return tuple(dict.fromkeys(name for name in found if name))


def _source(said: dict[str, list[etree._Element]]) -> str | None:
    for element in said.get("source", ()):
        titles = [child for child in _children(element) if _name(child)[1] == "title"]
        if name := plain_text(_text(titles[0]) if titles else "" if len(element) else _text(element)):
            return name[:200]
    return None


def _home(about: list[etree._Element], url: str) -> str | None:
    for element in about:
        links = [child for child in _children(element) if _name(child)[1] == "link" and _name(child)[0] in ("", "atom")]
        for link in links:
            if link.get("href") is None and (found := _text(link)):
                return _absolute(_base(link, url), found)
        for link in links:
            if link.get("rel", "alternate") == "alternate" and (href := link.get("href")):
                return _absolute(_base(link, url), href)
    return None


def _language(about: list[etree._Element]) -> str | None:
    said = _first(about, "language")
    said = said or next((lang for element in about if (lang := element.get(f"{XML}lang"))), "")
    return said.strip()[:35] or None


def _ttl(minutes: str) -> timedelta | None:
    return timedelta(minutes=int(minutes)) if re.fullmatch(r"[0-9]{1,6}", minutes) and int(minutes) else None


def _first(about: list[etree._Element], name: str, *, plain: bool = False) -> str:
    for element in about:
        for child in _children(element):
            prefix, local = _name(child)
            if local == name and prefix in ("", "atom", "dc") and (found := _text(child)):
                return _title(child) if plain else found
    return ""


# --- reading elements ------------------------------------------------------------------------------------------------


def _children(element: etree._Element) -> Iterator[etree._Element]:
    children: Iterator[etree._Element] = element.iterchildren(etree.Element)
    return children


def _name(element: etree._Element) -> tuple[str, str]:
    """The element's prefix, as everybody writes it, and its name, both in lower case."""
    tag = str(element.tag)
    if tag.startswith("{"):
        space, _, local = tag[1:].partition("}")
        prefix = _PREFIXES.get(space.lower(), "?")
        if prefix == "?" and (element.prefix or "") in _KNOWN:
            prefix = element.prefix or ""
        return prefix, local.lower()
    prefix, colon, local = tag.rpartition(":")
    return (prefix.lower() if colon else ""), local.lower()


def _text(element: etree._Element) -> str:
    if len(element):
        return "".join(str(part) for part in element.itertext(etree.Element)).strip()
    return (element.text or "").strip()


def _title(element: etree._Element) -> str:
    text = _text(element)
    return " ".join(text.split()) if element.get("type") == "text" and "&" not in text else plain_text(text)


def _html_of(said: dict[str, list[etree._Element]], *names: str) -> str:
    """The first of these elements that holds anything, as HTML."""
    for name in names:
        for element in said.get(name, ()):
            if element.get("mode") == "base64" or element.get("src"):
                continue
            if found := _html(element):
                return found
    return ""


def _html(element: etree._Element) -> str:
    if not len(element):
        text = (element.text or "").strip()
        is_text = element.get("type") in ("text", "text/plain") and not _MARKED_UP.search(text)
        return html.escape(text, quote=False) if is_text else text
    inner = [html.escape(element.text or "", quote=False)]
    for child in element:
        etree.cleanup_namespaces(child)
        inner.append(etree.tostring(child, encoding="unicode", method="html"))
    return _FOREIGN.sub(lambda found: found[1] or "", "".join(inner)).strip()


def plain_text(text: str) -> str:
    """A title or name without markup: HTML tags dropped, entities as the characters they stand for, one line.

    What only looks like a tag ("List<T>") stays.
    """
    text = text[:LONGEST_TITLE]
    if "<" in text:
        text = _INLINE.sub(" ", _SCRIPT.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def _base(element: etree._Element, url: str) -> str:
    base = ""
    with suppress(ValueError):
        base = element.base or ""
    return _absolute(url, base) if base else url


def _absolute(base: str, link: str) -> str:
    link = link.strip()
    if not link or not base or link.startswith(("http://", "https://")):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _made_guid(title: str, text: str) -> str:
    return "sha256:" + hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).hexdigest()


def _fullness(feed: Feed) -> int:
    """How many titles, addresses and texts its entries have; of two readings of one feed, the fuller is the truer."""
    return sum(
        bool(entry.title) + bool(entry.url) + bool(entry.summary_html or entry.content_html) for entry in feed.entries
    )


def _has_entries(body: bytes) -> bool:
    return re.search(rb"<(?:\w+:)?(?:item|entry)\b", body, re.IGNORECASE) is not None


# --- JSON Feed -------------------------------------------------------------------------------------------------------


def _read_json(text: str, url: str) -> Feed | SetAside:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="the JSON of this feed cannot be read")
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("items"), list)
        or "jsonfeed.org" not in _str(said, "version")
    ):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is JSON, but no JSON Feed")
    return Feed(
        title=plain_text(_str(said, "title")),
        home_url=_absolute(url, _str(said, "home_page_url")) or None,
        language=_str(said, "language")[:35] or None,
        entries=tuple(_json_entry(item, url) for item in said["items"][:MOST_ENTRIES] if isinstance(item, dict)),
    )


def _json_entry(item: dict[str, Any], url: str) -> FeedEntry:
    link = _absolute(url, _str(item, "url") or _str(item, "external_url"))
    title = plain_text(_str(item, "title"))
    content = _str(item, "content_html") or html.escape(_str(item, "content_text"), quote=False)
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [plain_text(_str(author, "name")) for author in authors or () if isinstance(author, dict)]
    tags = item.get("tags")
    return FeedEntry(
        guid=_str(item, "id") or link or _made_guid(title, content),
        url=link,
        title=title,
        summary_html=html.escape(_str(item, "summary"), quote=False),
        content_html=content,
        author="; ".join(name for name in names if name)[:500] or None,
        published=read_date(_str(item, "date_published")),
        updated=read_date(_str(item, "date_modified")),
        categories=tuple(
            dict.fromkeys(plain_text(feed_text.without_controls(tag)) for tag in tags if isinstance(tag, str))
        )
        if isinstance(tags, list)
        else (),
    )


def _str(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return feed_text.without_controls(value).strip() if isinstance(value, str) else ""


# --- tier two --------------------------------------------------------------------------------------------------------


def read_with_feedparser(body: bytes, content_type: str, url: str) -> Feed | None:
    """The feed as feedparser reads it; None when it finds no entry either."""
    headers = {"content-type": content_type or "application/xml", **({"content-location": url} if url else {})}
    try:
        said = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    except (ValueError, AssertionError, LookupError, AttributeError, TypeError, RecursionError, OverflowError):
        return None  # it has no error of its own for what it cannot read
    entries = tuple(_feedparser_entry(entry, url) for entry in said.entries[:MOST_ENTRIES])
    if not entries:
        return None
    feed = said.feed
    return Feed(
        title=plain_text(feed.get("title") or ""),
        home_url=feed.get("link") or None,
        language=(feed.get("language") or "")[:35] or None,
        entries=entries,
        ttl=_ttl(str(feed.get("ttl") or "")),
    )


def _feedparser_entry(entry: Any, url: str) -> FeedEntry:
    link = _absolute(url, entry.get("link") or "")
    title = plain_text(entry.get("title") or "")
    summary = entry.get("summary") or ""
    content = next((part.get("value") or "" for part in entry.get("content") or ()), "")
    return FeedEntry(
        guid=entry.get("id") or link or _made_guid(title, summary or content),
        url=link,
        title=title,
        summary_html=summary,
        content_html=content,
        author=plain_text(entry.get("author") or "") or None,
        published=_from_struct(dict.get(entry, "published_parsed")),
        updated=_from_struct(dict.get(entry, "updated_parsed")),
        categories=tuple(dict.fromkeys(plain_text(tag.get("term") or "") for tag in entry.get("tags") or ())),
        source_name=plain_text((entry.get("source") or {}).get("title") or "") or None,
    )


def _from_struct(moment: Any) -> datetime | None:
    try:
        return (
            datetime(moment[0], moment[1], moment[2], moment[3], moment[4], moment[5], tzinfo=UTC) if moment else None
        )
    except (ValueError, TypeError):
        return None
