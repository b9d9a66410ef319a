"""Files that hold reports: which kind a file is, and what is in it.

Pure readers: bytes or an open file in, records or pages out. What is no file of the kind raises UsageError with one
clause about it; what is wrong with a single record is left for the line to say.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import regex

from reportedly.errors import UsageError

START = 65_536  # bytes of a file that tell its kind
GZIP = b"\x1f\x8b"
HTML_NAMES = (".html", ".htm", ".xhtml")
WARC_NAMES = (".warc", ".warc.gz")


class Format(StrEnum):
    """Kinds of file we take in."""

    LISTING = "listing"  # a page of a news site as JSON: a heading and its items, newest first
    JSONL = "jsonl"  # one record a line, ours or an item of ninjs
    JSON = "json"  # one record, or a list of them
    NEWSML = "newsml"  # NewsML-G2: an item, or a message of them
    FEED = "feed"  # RSS, Atom, JSON Feed
    SITEMAP = "sitemap"  # the pages of an outlet
    OPML = "opml"  # outlets
    HTML = "html"  # a page, or a folder of them
    WARC = "warc"  # a web archive


def sniff(start: bytes) -> Format | None:
    """What kind of file begins like this, None when it could be anything."""
    if start.startswith(b"WARC/"):
        return Format.WARC
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace").lstrip()
    if text.startswith("["):
        return Format.JSON
    if text.startswith("{"):
        return _sniff_json(text)
    lower = text[:4_096].lower()
    if not lower.startswith("<"):
        return None
    for sign, kind in (
        ("<opml", Format.OPML),
        ("<rss", Format.FEED),
        ("<feed", Format.FEED),
        ("<rdf:rdf", Format.FEED),
        ("<urlset", Format.SITEMAP),
        ("<sitemapindex", Format.SITEMAP),
        ("<newsmessage", Format.NEWSML),
        ("<newsitem", Format.NEWSML),
    ):
        if sign in lower and "<html" not in lower:
            return kind
    return Format.HTML


def _sniff_json(text: str) -> Format:
    line, _, rest = text.partition("\n")
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        # The object runs over lines, or its first line is longer than what we were shown.
        if regex.search(r'"version"\s*:\s*"https?://(www\.)?jsonfeed\.org', text):
            return Format.FEED
        if regex.search(r'"items"\s*:\s*\[', text) and regex.search(r'"heading"\s*:', text):
            return Format.LISTING
        return Format.JSONL if len(line) > 2 and not rest.strip() else Format.JSON
    if isinstance(first, dict) and "jsonfeed.org" in str(first.get("version", "")):
        return Format.FEED
    if isinstance(first, dict) and "heading" in first and isinstance(first.get("items"), list):
        return Format.LISTING
    return Format.JSONL


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file as bytes, unpacked where it is gzip. Raises UsageError when it is broken gzip."""
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        if not packed:
            yield raw
            return
        try:
            with gzip.open(raw) as unpacked:
                yield unpacked  # type: ignore[misc]
        except (EOFError, gzip.BadGzipFile, zlib.error) as why:
            raise UsageError(f"the gzip in it is broken ({why})") from why


# --- a page of a news site as JSON -----------------------------------------------------------------------------------


def read_listing(body: bytes) -> list[dict[str, Any]]:
    """The items of a listing as records, oldest first: a listing is newest first, and says no dates."""
    try:
        items = json.loads(body.decode("utf-8-sig"))["items"]
    except (ValueError, KeyError, TypeError, RecursionError) as why:
        raise UsageError(f"not a listing, which is a JSON object with a heading and items ({why})") from why
    if not isinstance(items, list):
        raise UsageError("not a listing: its items are no list")
    return [_mended(item) if isinstance(item, dict) else {"text": item} for item in reversed(items)]


def _mended(item: dict[str, Any]) -> dict[str, Any]:
    paragraphs = item.get("paragraphs")
    if not isinstance(paragraphs, list) or not all(isinstance(paragraph, str) for paragraph in paragraphs):
        return item
    return item | {"paragraphs": [part for paragraph in paragraphs for part in parted(paragraph)]}


# A full stop behind a lower-case word of three letters or more, and right behind it a capitalised word of two or more
# that stands alone: where a listing lost the end of a paragraph.
_GLUED = regex.compile(
    r"(?<=(?:^|[\s(“\"‘«—–])(?:[\p{L}\p{M}]+[’'-])*[\p{L}\p{M}]*\p{Ll}{2}\p{Ll}\.)"
    r"(?=\p{Lu}\p{Ll}+(?:[’'-][\p{L}]+)*[,;:]?(?:\s|$))"
)
_NOT_GLUED = regex.compile(
    r"(?:^|[\s(“\"‘«])(?:Mrs|Gen|Col|Maj|Capt|Sgt|Gov|Sen|Rep|Prof|Rev|Hon|Inc|Ltd|Corp|Bros|Dept|Univ|etc|www)\.$",
    regex.IGNORECASE,
)
_ENDINGS_OF_NAMES = frozenset({"Com", "Org", "Net", "Edu", "Gov", "Info", "Io", "Js", "Ru", "Uk", "Tv"})


def parted(paragraph: str) -> list[str]:
    """The paragraph, or the paragraphs that were glued together in it: "…in the north.According to the agency, …".

    Careful: addresses, file names, initials, abbreviations and numbers are not parted.
    """
    parts: list[str] = []
    start = 0
    for found in _GLUED.finditer(paragraph):
        at = found.start()
        following = regex.match(r"\p{L}+", paragraph, pos=at)
        if _NOT_GLUED.search(paragraph[start:at]) or (following and following.group() in _ENDINGS_OF_NAMES):
            continue
        parts.append(paragraph[start:at])
        start = at
    return [*parts, paragraph[start:]]


# --- records ---------------------------------------------------------------------------------------------------------


def read_json(body: bytes) -> list[Any]:
    """The records of a JSON file that holds one, or a list of them."""
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as why:
        raise UsageError(f"not UTF-8 ({why.reason} at byte {why.start:,})") from why
    except (ValueError, RecursionError) as why:
        raise UsageError(f"not JSON ({why})") from why
    return found if isinstance(found, list) else [found]


def read_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every line of a JSONL file that is not blank."""
    for number, line in enumerate(file, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line := line.strip():
            yield number, line
