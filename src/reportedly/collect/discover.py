"""Find the feeds of an outlet from its home page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from reportedly.collect import feed_text
from reportedly.collect.feed_entry import plain_text

# Where feeds lie that no page speaks of; for the caller to try, one after the other, when a page names none.
COMMON_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds/news.rss")
MOST_FEEDS = 50
LARGEST_PAGE = 2 << 20  # bytes looked at; feeds are named in the head
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/rss+xml"}
)
_LOOSE_TYPES = frozenset({"application/json", "application/xml", "text/xml"})  # a feed when the address says so
_LOOKS_LIKE_FEED = re.compile(r"(?:\b|_)(?:rss|atom|feeds?|rdf)(?:\b|_)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FoundFeed:
    """A feed a page names. `title` is what the page calls it, often ""."""

    title: str
    url: str


def find_feeds(body: bytes, url: str) -> tuple[FoundFeed, ...]:
    """The feeds the page at `url` names in its head, else those it links to by what looks like a feed's address.

    In the page's own order, each once; feeds of comments come last, since they hold no reports.
    """
    page = _tree(body)
    if page is None:
        return ()
    base = url
    if (given := page.find(".//base[@href]")) is not None:
        base = _joined(url, given.get("href", "")) or url
    named: dict[str, str] = {}
    for link in page.iter("link"):
        kind = link.get("type", "").partition(";")[0].strip().lower()
        href = link.get("href", "")
        is_feed = kind in _FEED_TYPES or (kind in _LOOSE_TYPES and _LOOKS_LIKE_FEED.search(href))
        if is_feed and "alternate" in link.get("rel", "").lower().split() and (address := _joined(base, href)):
            named.setdefault(address, plain_text(link.get("title", "")))
    if not named:
        for anchor in page.iter("a"):
            address = _joined(base, anchor.get("href", ""))
            if address and _is_feed_address(address):
                named.setdefault(address, plain_text("".join(str(part) for part in anchor.itertext())))
    found = [FoundFeed(title=title, url=address) for address, title in named.items()]
    return tuple(sorted(found, key=_is_of_comments)[:MOST_FEEDS])


def page_title(body: bytes) -> str:
    """What a home page calls its outlet: its og:site_name, else its title; "" when it says neither."""
    page = _tree(body)
    if page is None:
        return ""
    for meta in page.iter("meta"):
        if meta.get("property", "").lower() == "og:site_name" and (name := plain_text(meta.get("content", ""))):
            return name[:200]
    title = page.find(".//head/title")
    return plain_text("".join(str(part) for part in title.itertext()))[:200] if title is not None else ""


def _tree(body: bytes) -> etree._Element | None:
    text = feed_text.without_controls(feed_text.decode(body[:LARGEST_PAGE]))
    try:
        return etree.fromstring(text.encode("utf-8"), etree.HTMLParser(no_network=True, encoding="utf-8"))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _joined(base: str, href: str) -> str:
    try:
        address = urljoin(base, href.strip()).partition("#")[0]
        return address if href.strip() and urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_feed_address(address: str) -> bool:
    last = urlsplit(address).path.rstrip("/").rpartition("/")[2].lower()
    return last in ("feed", "rss", "atom", "rss2") or last.endswith((".rss", ".atom", ".rdf", "feed.xml", "rss.xml"))


def _is_of_comments(feed: FoundFeed) -> bool:
    return "/comments/" in feed.url.lower() or "comment" in feed.title.lower()
