"""Items of NewsML-G2, the IPTC's news in XML, alone or in a news message.

A file is parted into its items as it is read; each is then read like any page, where hostile bytes are kept at bay.
No entity is expanded, nothing outside is loaded, and no item may be larger than a page may.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from reportedly.errors import UsageError
from reportedly.pipeline.formats_ninjs import paragraphs_of_html, without_by
from reportedly.pipeline.records import report_of
from reportedly.values import Page, Reason, Report, SetAside

NEWSML_TYPE = "application/vnd.iptc.g2.newsitem+xml"
_ITEMS = frozenset({"newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"})
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
_WITHDRAWN = frozenset({"canceled", "cancelled", "withheld"})


@dataclass(frozen=True, kw_only=True)
class NewsItem:
    """One item as it stands in the file. `provider` is who gives it out, "" where it does not say."""

    guid: str
    version: str
    provider: str
    xml: bytes


@dataclass(frozen=True, kw_only=True)
class Torn:
    """Where the file breaks off: why, in one clause."""

    why: str


# --- a file ----------------------------------------------------------------------------------------------------------


def read_newsml(file: IO[bytes], *, limit_bytes: int) -> Iterator[NewsItem | Torn]:
    """The news items of the file in its own order, and at the end where it broke off, if it did.

    Items that hold no news of their own (packages, concepts) are passed over. Raises UsageError when it holds no item.
    """
    counted = _Counted(file, limit_bytes)
    any_item = False
    torn: Torn | None = None
    try:
        for _, element in etree.iterparse(counted, events=("end",), remove_comments=True, **_SAFE):
            if _local(element) not in _ITEMS:
                continue
            any_item = True
            if _local(element) == "newsItem":
                yield _item(element)
            _forget(element)
            counted.begin()
    except etree.XMLSyntaxError as why:
        torn = Torn(why=f"the XML is broken ({str(why).partition(', line')[0]}, line {why.lineno or 0})")
    except _TooLarge:
        torn = Torn(why=f"an item is larger than {limit_bytes >> 20} MB")
    if not any_item:
        raise UsageError(f"not NewsML-G2, or no item of it can be read{f': {torn.why}' if torn else ''}")
    if torn:
        yield torn


class _TooLarge(Exception):
    """More was read than one item may hold."""


class _Counted(io.RawIOBase):
    """A file that gives no more than `limit` bytes between one `begin` and the next."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit
        self._read = 0

    def begin(self) -> None:
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        if self._read > self._limit:
            raise _TooLarge
        part = self._file.read(min(size, 1 << 16) if size > 0 else 1 << 16)
        self._read += len(part)
        return part


def _item(element: Any) -> NewsItem:
    provider = _child(_child(element, "itemMeta"), "provider")
    return NewsItem(
        guid=element.get("guid", ""),
        version=element.get("version", ""),
        provider=_name(provider) or _code(provider),
        xml=etree.tostring(element, encoding="utf-8", with_tail=False),
    )


def _forget(element: Any) -> None:
    above = element.getparent()
    element.clear()
    while above is not None and element.getprevious() is not None:
        del above[0]


# --- an item ---------------------------------------------------------------------------------------------------------


def report_of_newsml(page: Page) -> Report | SetAside:
    """The report that a page of `NEWSML_TYPE` holds, or why it holds none."""
    try:
        item = etree.fromstring(page.body, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as why:
        return SetAside(url=page.url, reason=Reason.UNREADABLE, detail=f"not XML: {why}"[:200])
    return report_of(record_of_newsml(item), page)


def record_of_newsml(item: Any) -> dict[str, Any]:
    """The item as a record; without text where it has none, as a withdrawn one often has not."""
    about, content = _child(item, "itemMeta"), _child(item, "contentMeta")
    changed = _words(_child(about, "versionCreated"))
    first = _words(_child(about, "firstCreated")) or _words(_child(content, "contentCreated"))
    status = _code(_child(about, "pubStatus")).lower()
    language = _child(content, "language")
    found = {
        "guid": item.get("guid"),
        "title": _words(_child(content, "headline")) or _words(_child(about, "title")),
        "paragraphs": _paragraphs(_child(item, "contentSet")),
        "published": first or (changed if item.get("version", "1") == "1" else ""),
        "modified": changed,
        "author": _byline(content),
        "language": language.get("tag", "") if language is not None else "",
        "located": _name(_child(content, "located")),
        "categories": list(dict.fromkeys(name for one in _children(content, "subject") if (name := _name(one)))),
        "notice": "withdrawn" if status in _WITHDRAWN else "",
        "embargoed": _words(_child(about, "embargoed")),
    }
    return {name: value for name, value in found.items() if value}


def _paragraphs(content: Any) -> list[str]:
    """The text of the first of its contents that holds any."""
    for one in content if content is not None else ():
        name = _local(one)
        if name == "inlineXML":
            found = paragraphs_of_html(_as_html(one))
        elif name == "inlineData" and "html" in one.get("contenttype", ""):
            found = paragraphs_of_html("".join(map(str, one.itertext())))
        elif name == "inlineData":
            found = "".join(map(str, one.itertext())).splitlines()
        else:
            continue
        if any(line.strip() for line in found):
            return found
    return []


def _as_html(inline: Any) -> str:
    """What stands in the element, XHTML or NITF, as HTML: names without namespaces, and of NITF the text alone."""
    for element in inline.iter(etree.Element):
        element.tag = _local(element)
    text = next((element for element in inline.iter("body.content", "body")), inline)
    text = next(iter(text.iter("body.content")), text)
    for head in [*text.iter("head", "body.head")]:
        head.clear()
    return "".join(etree.tostring(part, encoding="unicode", method="html") for part in (text if len(text) else (text,)))


def _byline(content: Any) -> str:
    said = _words(_child(content, "by"))
    if said:
        return without_by(said)
    return "; ".join(name for one in _children(content, "creator") if (name := _name(one)))


def _children(element: Any, name: str) -> list[Any]:
    return [child for child in element if _local(child) == name] if element is not None else []


def _child(element: Any, name: str) -> Any:
    return next(iter(_children(element, name)), None)


def _name(element: Any) -> str:
    """What a concept is called in words."""
    return _words(_child(element, "name")) or (element.get("literal", "").strip() if element is not None else "")


def _code(element: Any) -> str:
    """The end of a concept's code: "canceled" of `stat:canceled`, or of the address that stands for it."""
    said = (element.get("qcode") or element.get("uri") or "") if element is not None else ""
    return str(said).rstrip("/").replace("/", ":").rpartition(":")[2]


def _words(element: Any) -> str:
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
