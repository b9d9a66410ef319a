"""Read a sitemap: the addresses of an outlet's pages, and what a news sitemap says of them.

Streamed, and bounded by what the protocol itself allows a sitemap; what stands behind the bound, or behind a place where
the file breaks off, is not read, and `cut` says so. Entities are never expanded, and nothing outside is loaded.
What a sitemap says of images and videos is no page of its own and is passed over.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from reportedly.collect.dates import read_date
from reportedly.collect.feed_entry import plain_text
from reportedly.values import FeedEntry, Reason, SetAside

MOST_LISTED = 50_000  # addresses of one sitemap; with LARGEST the limits of sitemaps.org
LARGEST = 50 << 20  # bytes, unpacked
LONGEST_ADDRESS = 2_000
MOST_KEYWORDS = 20
SAME_FOR_ALL = 10  # entries from which one time of change for all of them is only that of the sitemap's making
_GZIP = b"\x1f\x8b"
_ROOTS = frozenset({"urlset", "sitemapindex"})
_START = re.compile(rb"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex)[\s>/]")
_BLANK = b" \t\r\n\xef\xbb\xbf"
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_LONGEST_REFERENCE = 10
_BEFORE = 8_192  # bytes in which a sitemap's root is looked for, behind comments and style sheets
_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")


@dataclass(frozen=True, kw_only=True)
class ListedMap:
    """A sitemap that an index of sitemaps lists, and when it last changed, where the index says."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sitemap:
    """A sitemap as read, in its own order: pages, or an index's further sitemaps.

    An entry's guid is its address; it has a title and a date of publication where the sitemap is one of news. `name` is
    what that calls the outlet. `cut` says that more stood there than was read.
    """

    pages: tuple[FeedEntry, ...] = ()
    maps: tuple[ListedMap, ...] = ()
    name: str = ""
    language: str | None = None
    cut: bool = False


def is_sitemap(body: bytes) -> bool:
    """Whether these bytes begin like a sitemap or an index of them, packed or not."""
    return _root_name(body) in _ROOTS


def is_index(body: bytes) -> bool:
    """Whether they begin like an index, which may stay as it is while what it lists changes."""
    return _root_name(body) == "sitemapindex"


def _root_name(body: bytes) -> str:
    start = (_unpacked_start(body) if body.startswith(_GZIP) else body)[:_BEFORE]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "replace").encode()
    found = _START.search(start)
    # A page or feed *about* sitemaps is none: before the root stand at most a declaration and comments.
    if not found or b"<html" in start[: found.start()].lower() or not start.lstrip(_BLANK).startswith(b"<"):
        return ""
    return found[1].decode("ascii")


def read_sitemap(file: IO[bytes], *, url: str = "") -> Sitemap | SetAside:
    """The sitemap in this file, packed or not, or why there is none. `url` is where it came from."""
    bounded = _Bounded(_unpacked(file), LARGEST)
    pages: dict[str, FeedEntry] = {}
    maps: dict[str, ListedMap] = {}
    name, language, cut, root = "", None, False, None
    elements = _elements(bounded)
    try:
        for event, element in elements:
            if root is None:
                root = _local(element)
                if root not in _ROOTS:
                    break
            if event == "start" or not _is_listed(element):
                continue
            if len(pages) + len(maps) >= MOST_LISTED:
                cut = True
                break
            if _local(element) == "sitemap":
                if listed := _listed_map(element, url):
                    maps.setdefault(listed.url, listed)
            elif entry := _entry(element, url):
                pages.setdefault(entry.url, entry)
                name, language = name or _outlet_name(element), language or _language(element)
            _forget(element)
    except (etree.XMLSyntaxError, OSError, EOFError, zlib.error):
        cut = True
    if elements.error_log.filter_types(etree.ErrorTypes.ERR_TAG_NOT_FINISHED):
        # It breaks off, and what was read last may be half an address.
        cut = True
        for half in (pages, maps):
            if half:
                half.popitem()
    if root not in _ROOTS:
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is no sitemap")
    return Sitemap(
        pages=_without_time_of_making(tuple(pages.values())),
        maps=tuple(maps.values()),
        name=name,
        language=language,
        cut=cut or bounded.is_spent,
    )


def newest_first(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    """The entries by when they were published, else last changed; those without a date in their own order at the end."""
    entries = list(entries)
    dated = [(when, entry) for entry in entries if (when := entry.published or entry.updated)]
    return [entry for _, entry in sorted(dated, key=lambda pair: pair[0], reverse=True)] + [
        entry for entry in entries if not (entry.published or entry.updated)
    ]


def worth_asking(maps: Sequence[ListedMap], *, most: int, since: datetime | None) -> list[ListedMap]:
    """Which of an index's sitemaps to ask, those most likely to hold news first, at most so many.

    A sitemap that did not change since `since` is passed over; with None none is.
    """
    due = [one for one in maps if since is None or one.changed is None or one.changed >= since]
    latest = max((one.changed for one in due if one.changed), default=None)

    def rank(one: ListedMap) -> tuple[bool, bool, float]:
        age = (latest - one.changed).total_seconds() if latest and one.changed else 0.0
        return ("news" not in urlsplit(one.url).path.lower(), one.changed is None, age)

    return sorted(due, key=rank)[:most]


def is_recent(entry: FeedEntry, *, now: datetime, within: timedelta) -> bool:
    """Whether a live wire takes the entry: it is not said to be older than `within`."""
    when = max((time for time in (entry.published, entry.updated) if time), default=None)
    return when is None or when >= now - within


# --- its parts -------------------------------------------------------------------------------------------------------


def _elements(file: _Bounded) -> Any:
    return etree.iterparse(
        file,
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _is_listed(element: Any) -> bool:
    """Whether this is a page or sitemap of the list itself, and not something by that name further down."""
    above = element.getparent()
    return _local(element) in ("url", "sitemap") and above is not None and above.getparent() is None


def _listed_map(element: Any, base: str) -> ListedMap | None:
    said = _said(element)
    url = _address(base, said.get("loc", ""))
    return ListedMap(url=url, changed=read_date(said.get("lastmod"))) if url else None


def _entry(element: Any, base: str) -> FeedEntry | None:
    said = _said(element)
    url = _address(base, said.get("loc", ""))
    if not url:
        return None
    news = _said(_child(element, "news"))
    day = news.get("publication_date", "")
    published = read_date(day)
    keywords = (plain_text(word) for word in news.get("keywords", "").split(","))
    return FeedEntry(
        guid=url,
        url=url,
        title=plain_text(news.get("title", "")),
        published=published,
        published_is_day=published is not None and _DAY.fullmatch(day) is not None,
        updated=read_date(said.get("lastmod")),
        categories=tuple(dict.fromkeys(word for word in keywords if word))[:MOST_KEYWORDS],
    )


def _outlet_name(element: Any) -> str:
    return plain_text(_said(_child(_child(element, "news"), "publication")).get("name", ""))[:200]


def _language(element: Any) -> str | None:
    return _said(_child(_child(element, "news"), "publication")).get("language", "").strip()[:35] or None


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if _local(child) == name), None) if element is not None else None


def _said(element: Any) -> dict[str, str]:
    """What each direct child says, the first of a name; `image:loc` stands deeper, and is not the page's."""
    said: dict[str, str] = {}
    for child in element if element is not None else ():
        if text := (child.text or "").strip():
            said.setdefault(_local(child), text)
    return said


def _local(element: Any) -> str:
    """The element's name without namespace or prefix, also one that nobody declared; "" for what is no element."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _address(base: str, said: str) -> str:
    said = said.replace("&amp;", "&")  # escaped twice, or in a CDATA section, where it need not be
    try:
        url = said if not base or not said or "://" in said else urljoin(base, said)
        return url if urlsplit(url).scheme in ("http", "https") and len(url) <= LONGEST_ADDRESS else ""
    except ValueError:
        return ""


def _without_time_of_making(pages: tuple[FeedEntry, ...]) -> tuple[FeedEntry, ...]:
    """The pages without times of change that are one and the same for all: then it is only when the sitemap was made."""
    times = {page.updated for page in pages}
    if len(pages) < SAME_FOR_ALL or len(times) != 1:
        return pages
    return tuple(replace(page, updated=None) for page in pages)


def _forget(element: Any) -> None:
    """Let go of what was read, so that memory does not grow with the file."""
    above = element.getparent()
    element.clear()
    while above is not None and element.getprevious() is not None:
        del above[0]


# --- its bytes -------------------------------------------------------------------------------------------------------


class _Bounded(io.RawIOBase):
    """The first `limit` bytes of a file, every ampersand in them that begins no character of XML's own written out.

    A bare ampersand would cost an address its end; an entity of the file's own is never expanded.
    """

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._left = limit
        self._held = b""  # behind an ampersand too near the end of what was read so far
        self._is_wide: bool | None = None

    @property
    def is_spent(self) -> bool:
        """Whether all that may be read was read."""
        return self._left <= 0

    def read(self, size: int = -1) -> bytes:
        while True:
            part = self._file.read(min(size if size > 0 else self._left, self._left))
            self._left -= len(part)
            if self._is_wide is None:
                self._is_wide = b"\0" in part[:4] or part[:2] in (b"\xff\xfe", b"\xfe\xff")
            if self._is_wide:
                return part
            text, self._held = self._held + part, b""
            at = text.rfind(b"&", max(0, len(text) - _LONGEST_REFERENCE))
            if part and at >= 0:
                text, self._held = text[:at], text[at:]
            if text or not part:
                return _BARE.sub(b"&amp;", text)


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """The file as it was before it was packed. What it is shows in its first bytes, not in its name."""
    start = file.read(2)
    file.seek(-len(start), io.SEEK_CUR)
    return gzip.GzipFile(fileobj=file) if start == _GZIP else file  # type: ignore[return-value]


def _unpacked_start(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _BEFORE)
    except zlib.error:
        return b""
