"""One entry, from what a feed's outline says of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from reportedly.collect.dates import read_date
from reportedly.collect.feed_outline import RDF_ABOUT, XML_BASE, Part, Said, joined
from reportedly.values import FeedEntry

LONGEST_TITLE = 5_000  # characters, its markup counted
LONGEST_AUTHOR = 500
LONGEST_SOURCE = 200

_TITLE = ("title", "dc:title", "media:title")
_SUMMARY = ("description", "summary", "dc:description", "itunes:summary", "media:description", "abstract")
_CONTENT = ("content:encoded", "content", "xhtml:body", "body", "xhtml:div", "fullitem")
# When an entry was created is not when it was published: it may have lain for years.
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued")
_UPDATED = ("updated", "modified", "dcterms:modified", "dc:date", "dcterms:date", "date")
_AUTHOR = ("author", "dc:creator", "dc:author", "creator", "itunes:author", "managingeditor")
_CATEGORY = ("category", "dc:subject")

_INLINE = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|big|blockquote|br|center|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr"
    r"|ol|p|pre|q|s|samp|small|span|strike|strong|sub|sup|table|tbody|td|th|tr|time|tt|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE)
_SCRIPT_END = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_MARKED_UP = re.compile(r"</[a-z][a-z0-9]*>|&(?:[a-z]{2,8}|#[0-9]{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE)
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_NOBODY: tuple[Said, ...] = ()


def read_entry(part: Part, url: str) -> FeedEntry:
    """The entry. `url` is where the feed came from."""
    said = part.said
    base = joined(url, part.base) if part.base else url
    guid = _guid(part, base)
    link = _link(part, base, guid)
    title = first_title(said)
    summary = _html(said, _SUMMARY)
    content = _html(said, _CONTENT)
    if not content and "summary" in said and "description" in said:
        content = _html(said, ("summary",))  # of two that are given, the second says more
    return FeedEntry(
        guid=guid or link or made_guid(title, summary or content),
        url=link,
        title=title,
        summary_html=summary,
        content_html=content,
        author=_author(said),
        published=_moment(said, _PUBLISHED),
        updated=_moment(said, _UPDATED) or read_date(part.attributes.get("lastmod")),
        categories=_categories(said),
        source_name=_source(said),
    )


def first_title(said: Mapping[str, list[Said]]) -> str:
    """The first of its titles that holds anything, as plain text."""
    for name in _TITLE:
        for text, attributes in said.get(name, _NOBODY):
            if text:
                if attributes and _is_base64(attributes):
                    text = _from_base64(text)
                elif attributes.get("type") == "text" and "&" not in text:
                    return " ".join(text.split())
                return plain_text(text)
    return ""


def plain_text(text: str) -> str:
    """A title or name without markup: HTML tags dropped, entities as the characters they stand for, one line.

    What only looks like a tag ("List<T>") stays.
    """
    text = text[:LONGEST_TITLE]
    if "<" in text:
        text = _INLINE.sub(" ", _without_scripts(text))
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def _without_scripts(text: str) -> str:
    """The text without scripts and style sheets, up to the first that does not end."""
    kept = []
    at = 0
    while (start := _SCRIPT.search(text, at)) and (end := _SCRIPT_END[start[1].lower()].search(text, start.end())):
        kept.append(text[at : start.start()])
        at = end.end()
    return " ".join([*kept, text[at:]]) if kept else text


def made_guid(title: str, text: str) -> str:
    """The identity of an entry that has none of its own."""
    return "sha256:" + hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).hexdigest()


# --- its parts -------------------------------------------------------------------------------------------------------


def _guid(part: Part, base: str) -> str:
    for text, _ in part.said.get("guid", _NOBODY):
        if text:
            return text
    for text, attributes in part.said.get("id", _NOBODY):
        if text:
            return joined(_own_base(attributes, base), text) if text.startswith("/") else text
    return part.attributes.get(RDF_ABOUT, "").strip()


def _link(part: Part, base: str, guid: str) -> str:
    """The page of the entry: Atom's alternate, RSS's link, or a guid that says it is one."""
    said = part.said
    best = ""
    for text, attributes in said.get("link", _NOBODY):
        if not attributes:
            best = text or best
            continue
        href = attributes.get("href")
        if href is None:
            if text and attributes.get("rel", "alternate") == "alternate":
                best = joined(_own_base(attributes, base), text)
        elif (
            href.strip()
            and (not best or attributes.get("type", "text/html") in _PAGE_TYPES)
            and attributes.get("rel", "alternate").rpartition("/")[2].lower() == "alternate"
        ):
            best = joined(_own_base(attributes, base), href)
    if not best:
        best = part.attributes.get("href", "")
    if not best and "id" in said and guid.startswith(("http://", "https://")):
        best = guid  # an Atom entry without a link, whose id is an address
    if not best:
        for _, attributes in said.get("guid", _NOBODY):
            permanent = attributes.get("isPermaLink") or attributes.get("ispermalink") or "true"
            if permanent.strip().lower() != "false":
                best = guid
    try:
        return joined(base, best) if "[" not in best or urlsplit(best) else ""
    except ValueError:
        return ""  # no address, whatever it is: "http://[c"


def _own_base(attributes: Mapping[str, str], base: str) -> str:
    own = attributes.get(XML_BASE)
    return joined(base, own) if own else base


def _moment(said: Mapping[str, list[Said]], names: tuple[str, ...]) -> datetime | None:
    for name in names:
        if name in said:
            # Of several, the last: so every other reader takes them, and a feed is written to be read by those.
            for text, _ in reversed(said[name]):
                if text and (found := read_date(text)):
                    return found
    return None


def _author(said: Mapping[str, list[Said]]) -> str | None:
    """Who wrote it, "A; B" when several did."""
    names: list[str] = []
    for key in _AUTHOR:
        if key not in said:
            continue
        for text, _ in said[key]:
            name = plain_text(text)
            if "@" in name:
                name = _without_mail(name)
            if name and name not in names:
                names.append(name)
        if names:
            return "; ".join(names)[:LONGEST_AUTHOR]
    return None


def _without_mail(name: str) -> str:
    """The name in "desk@quay.example (Mia Holm)", "Mia Holm <desk@quay.example>"; else what was given."""
    if name[-1] not in ")>":
        return name
    before, _, inside = name[:-1].rpartition("(" if name[-1] == ")" else "<")
    before, inside = before.strip(), inside.strip()
    if "@" in inside and " " not in inside and before and "@" not in before:
        return before
    return inside if inside and "@" not in inside and " " not in before else name


def _categories(said: Mapping[str, list[Said]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in _CATEGORY:
        for text, attributes in said.get(key, _NOBODY):
            if attributes:
                text = attributes.get("label") or attributes.get("term") or text
            if name := plain_text(text):
                found[name] = None
    return tuple(found)


def _source(said: Mapping[str, list[Said]]) -> str | None:
    for text, _ in said.get("source", _NOBODY):
        if name := plain_text(text):
            return name[:LONGEST_SOURCE]
    return None


def _html(said: Mapping[str, list[Said]], names: tuple[str, ...]) -> str:
    """The first of these elements that holds anything, as HTML."""
    for name in names:
        if name in said:
            for text, attributes in said[name]:
                if text and attributes:
                    text = _as_html(text, attributes)
                if text:
                    return text
    return ""


def _as_html(text: str, attributes: Mapping[str, str]) -> str:
    if attributes.get("src"):
        return ""  # the text is elsewhere
    if _is_base64(attributes):
        return _from_base64(text)
    if attributes.get("type") in ("text", "text/plain") and not _MARKED_UP.search(text):
        return html.escape(text, quote=False)
    return text


def _is_base64(attributes: Mapping[str, str]) -> bool:
    return attributes.get("mode") == "base64" or attributes.get("type") == "application/octet-stream"


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace").strip()
    except (ValueError, binascii.Error):
        return ""
