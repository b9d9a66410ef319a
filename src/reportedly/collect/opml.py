"""Lists of outlets as OPML: read from whatever wrote it, written so that ours come back whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from reportedly.collect import feed_text
from reportedly.collect.feed_entry import plain_text
from reportedly.errors import UsageError

NAMESPACE = "https://reportedly.example/ns/outlets"  # a name, never fetched
OUR_FIELDS = ("slug", "family", "country", "language", "paused")


@dataclass(frozen=True, kw_only=True)
class OpmlOutlet:
    """One feed of an outlet; an outlet with several feeds stands once for each, under one name.

    The rest are our own settings, empty in a list that another program wrote.
    """

    name: str
    feed_url: str
    home_url: str = ""
    slug: str = ""
    family: str = ""
    country: str = ""
    language: str = ""
    paused: bool = False


def read_opml(body: bytes) -> tuple[OpmlOutlet, ...]:
    """The feeds of an OPML list in its own order, each address once; folders, however nested, are opened.

    Raises UsageError when this is no OPML, or holds no feed.
    """
    root, _ = feed_text.read_tree(feed_text.decode(body)) if body.strip() else (None, False)
    if root is None or _local(root) != "opml":
        raise UsageError("this file is no OPML list of outlets")
    found: dict[str, OpmlOutlet] = {}
    for outline in root.iter(etree.Element):
        said = {name.lower(): value.strip() for name, value in map(_pair, outline.attrib.items())}
        if _local(outline) != "outline" or not (feed_url := said.get("xmlurl", "")):
            continue
        name = plain_text(said.get("title") or said.get("text") or "")
        outlet = OpmlOutlet(
            name=name or said.get("htmlurl") or feed_url,
            feed_url=feed_url,
            home_url=said.get("htmlurl", ""),
            **{field: said.get(f"our:{field}", "") for field in OUR_FIELDS if field != "paused"},
            paused=said.get("our:paused", "") == "true",
        )
        found.setdefault(feed_url, outlet)
    if not found:
        raise UsageError("this OPML list names no feed")
    return tuple(found.values())


def write_opml(outlets: Iterable[OpmlOutlet], *, title: str, made: datetime) -> bytes:
    """The outlets as OPML 2.0, our settings in a namespace of ours that other programs pass over."""
    root = etree.Element("opml", nsmap={"reportedly": NAMESPACE}, version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _clean(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(made)
    body = etree.SubElement(root, "body")
    for outlet in outlets:
        outline = etree.SubElement(
            body,
            "outline",
            type="rss",
            text=_clean(outlet.name),
            title=_clean(outlet.name),
            xmlUrl=_clean(outlet.feed_url),
        )
        if outlet.home_url:
            outline.set("htmlUrl", _clean(outlet.home_url))
        for field in OUR_FIELDS:
            value = getattr(outlet, field)
            if value:
                outline.set(f"{{{NAMESPACE}}}{field}", "true" if value is True else _clean(value))
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def _local(element: etree._Element) -> str:
    """The element's name without its namespace. (QName would refuse what a damaged list may hold: "<:>".)"""
    return str(element.tag).rpartition("}")[2].lower()


def _pair(attribute: tuple[str | bytes, str | bytes]) -> tuple[str, str]:
    name = str(attribute[0]).replace(f"{{{NAMESPACE}}}", "our:")
    return name, str(attribute[1])


def _clean(text: str) -> str:
    return feed_text.without_controls(text)
