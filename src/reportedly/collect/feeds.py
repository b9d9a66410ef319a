"""Read a feed: RSS 0.9x, 1.0 and 2.0, Atom, CDF, JSON Feed.

Tier one draws the feed's outline (`feed_outline`): fast, bounded, and enough for almost every feed there is. Tier two asks
feedparser (`feed_second`) for what tier one finds nothing in, finds torn, or finds in an encoding it cannot make out; of
two readings the fuller is kept. Nothing a server sends makes `read_feed` raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from reportedly.collect import feed_text
from reportedly.collect.dates import read_ttl
from reportedly.collect.feed_entry import first_title, plain_text, read_entry
from reportedly.collect.feed_json import LONGEST_LANGUAGE, read_json_feed
from reportedly.collect.feed_outline import XML_LANG, Outline, Part, joined, mended_outline, plain_outline
from reportedly.values import Feed, Reason, SetAside

__all__ = ["SecondReader", "plain_text", "read_feed"]

LONGEST_FEED = 16 << 20  # bytes; what stands behind them is not read
SECOND_LIMIT_BYTES = 512 << 10  # of a feed for the second tier
SecondReader = Callable[[bytes, str, str], Feed | None]

_LOOKS_LIKE_FEED = re.compile(rb"<(?:\w+:)?(?:item|entry|rss|feed|rdf|channel)\b", re.IGNORECASE)
_HAS_ENTRIES = re.compile(rb"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_REPLACED = "\ufffd"


def read_feed(
    body: bytes, *, content_type: str = "", url: str = "", second: SecondReader | None = None
) -> Feed | SetAside:
    """The feed in these bytes, or why there is none. `url` is where they came from: relative addresses start there.

    `second` is asked, with these bytes, `content_type` and `url`, for what the first tier cannot read well; without it,
    the first tier's reading stands.
    """
    body = body[:LONGEST_FEED]
    start = feed_text.start_of(body)
    if start is None:
        return SetAside(url=url, reason=Reason.EMPTY, detail="the feed is empty")
    if feed_text.claims_utf8(body, content_type) and (outline := plain_outline(body[start:] if start else body)):
        return feed_of(outline, url)
    text = feed_text.decode(body, content_type)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return read_json_feed(text.lstrip("\ufeff \t\r\n"), url)
    mended, torn = mended_outline(text)
    feed = feed_of(mended, url) if mended else None
    if feed and not torn and _REPLACED not in text and (feed.entries or not _HAS_ENTRIES.search(body)):
        return feed
    if feed is None and _HTML_START.match(text):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is an HTML page, not a feed")
    if feed is None and not _LOOKS_LIKE_FEED.search(body.replace(b"\0", b"")):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is no feed in any form we know")
    if second and len(body) <= SECOND_LIMIT_BYTES:
        read = second(body, content_type, url)
        if read and (feed is None or _fullness(read) > _fullness(feed)):
            return read
    return feed or SetAside(url=url, reason=Reason.UNREADABLE, detail="the feed is too damaged to read")


def _fullness(feed: Feed) -> int:
    """How many titles, addresses and texts its entries have, those with characters that were lost not counted."""
    return sum(
        bool(entry.title and _REPLACED not in entry.title)
        + bool(entry.url)
        + bool((found := entry.summary_html or entry.content_html) and _REPLACED not in found)
        for entry in feed.entries
    )


# --- what the feed says of itself ------------------------------------------------------------------------------------


def feed_of(outline: Outline, url: str) -> Feed:
    """The feed that this outline is of."""
    about = outline.about
    return Feed(
        title=next((title for part in about if (title := first_title(part.said))), ""),
        home_url=_home(about, url),
        language=_language(about),
        entries=tuple([read_entry(part, url) for part in outline.entries]),
        ttl=read_ttl(_first(about, "ttl")),
    )


def _home(about: list[Part], url: str) -> str | None:
    for part in about:
        base = joined(url, part.base) if part.base else url
        links = part.said.get("link", ())
        for text, attributes in links:
            if text and "href" not in attributes:
                return joined(base, text)
        for _, attributes in links:
            if (href := attributes.get("href")) and attributes.get("rel", "alternate") == "alternate":
                return joined(base, href)
    return None


def _language(about: list[Part]) -> str | None:
    said = _first(about, "language") or _first(about, "dc:language")
    said = said or next((language for part in about if (language := part.attributes.get(XML_LANG))), "")
    return said.strip()[:LONGEST_LANGUAGE] or None


def _first(about: list[Part], name: str) -> str:
    return next((text for part in about for text, _ in part.said.get(name, ()) if text), "")
