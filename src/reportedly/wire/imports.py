"""Take the reports of a file in.

A file is an intake, named by what is in it: the same file taken in again after a kill goes on where it stopped, and
taken in again after it was finished changes nothing. Each record or page of it ends with its outcome, like any other.
Reading is left to whoever works the queue.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from reportedly.collect.feed_second import read_with_feedparser
from reportedly.collect.feeds import read_feed
from reportedly.collect.opml import read_opml
from reportedly.collect.sitemaps import newest_first, read_sitemap
from reportedly.errors import BadValue, NoSuchOutlet, UnreadableFile, UsageError
from reportedly.pipeline.formats import (
    GZIP,
    HTML_NAMES,
    START,
    WARC_NAMES,
    Format,
    opened,
    read_json,
    read_lines,
    read_listing,
    sniff,
)
from reportedly.pipeline.formats_newsml import NEWSML_TYPE, Torn, read_newsml
from reportedly.pipeline.formats_ninjs import is_ninjs, provider_of_ninjs
from reportedly.pipeline.formats_warc import Archived, Damaged, holds_record, read_warc
from reportedly.pipeline.records import guid_of, page_of_gap, page_of_line, page_of_record
from reportedly.values import Page, SetAside
from reportedly.wire import intake as intakes
from reportedly.wire.feed_checks import has_full_text
from reportedly.wire.intake import NewPage, page_key
from reportedly.wire.models import Intake, Outlet
from reportedly.wire.outlets import add_listed, add_outlet, find_outlet

NO_OUTLET = "Outlet not recorded"
_TEXT = (Format.JSONL, Format.JSON, Format.LISTING)  # must be UTF-8; the others say their encoding themselves
_BLOCK = 1 << 20

Progress = Callable[[int, int], None]  # how much is done, of how much


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that was looked at: what kind it is, and the digest of what is in it."""

    path: Path
    format: Format
    digest: str
    files: tuple[Path, ...]  # the file itself, or the pages of a folder


@dataclass(frozen=True, kw_only=True)
class AddedOutlets:
    """What came of a list of outlets: names, and what was wrong with those that could not be added."""

    added: tuple[str, ...]
    refused: tuple[str, ...]


# --- looking at a file -----------------------------------------------------------------------------------------------


def look_at(path: Path, *, format: Format | None = None, progress: Progress | None = None) -> Source:
    """What kind of file it is. Raises UnreadableFile with what is wrong with it, in one clause."""
    if not path.exists():
        raise UnreadableFile(path, "there is no such file")
    if path.is_dir():
        return _look_at_folder(path, format)
    if not path.is_file():
        raise UnreadableFile(path, "not a file")
    if path.stat().st_size == 0:
        raise UnreadableFile(path, "the file is empty")
    with _named(path):
        kind = format or _kind_of(path)
        digest = _digest(path, kind, progress)
    return Source(path=path, format=kind, digest=digest, files=(path,))


def _kind_of(path: Path) -> Format:
    """By what it begins with. A web archive is told by its name or by any record as well: its first may be damaged."""
    if path.name.lower().endswith(WARC_NAMES):
        return Format.WARC
    with path.open("rb") as file:
        start = file.read(START)
        broken: zlib.error | None = None
        if start.startswith(GZIP):
            try:
                start = zlib.decompressobj(wbits=31).decompress(start, START)
            except zlib.error as why:
                start, broken = b"", why
        if not start.strip() and not broken:
            raise UsageError("the file is empty")
        if kind := sniff(start) or (Format.WARC if holds_record(file) else None):
            return kind
    if broken:
        raise UsageError(f"the gzip in it is broken ({broken})")
    raise UsageError(f"cannot tell what kind of file this is; say --format {'|'.join(Format)}")


def _look_at_folder(path: Path, format: Format | None) -> Source:
    if format not in (None, Format.HTML):
        raise UnreadableFile(path, f"a folder, where a {format} file is needed")
    files = tuple(sorted(file for file in path.rglob("*") if file.suffix.lower() in HTML_NAMES and file.is_file()))
    if not files:
        raise UnreadableFile(path, "a folder without HTML files; name the files themselves")
    digest = hashlib.sha256(b"folder")
    for file in files:
        digest.update(str(file.relative_to(path)).encode("utf-8", "surrogateescape") + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return Source(path=path, format=Format.HTML, digest=digest.hexdigest(), files=files)


def _digest(path: Path, kind: Format, progress: Progress | None) -> str:
    """SHA-256 of the file as it lies there. A text is checked to be UTF-8 on the way."""
    size = path.stat().st_size
    digest = hashlib.sha256(kind.encode("ascii"))
    with path.open("rb") as raw:
        done = 0
        while block := raw.read(_BLOCK):
            digest.update(block)
            done += len(block)
            if progress:
                progress(done, size)
    if kind in _TEXT:
        decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
        with opened(path) as file:
            while True:
                block = file.read(_BLOCK)
                try:
                    decoder.decode(block, final=not block)
                except UnicodeDecodeError as why:
                    raise UsageError(
                        f"not UTF-8 (near byte {read + why.start:,}); convert it first, for example with iconv"
                    ) from why
                if not block:
                    break
                read += len(block)
    return digest.hexdigest()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Whatever is wrong with the file is said with its name."""
    try:
        yield
    except UnreadableFile:
        raise
    except UsageError as why:
        raise UnreadableFile(path, str(why)) from why


# --- taking it in ----------------------------------------------------------------------------------------------------


def take_in_file(
    source: Source, *, outlet: str | None = None, now: datetime, taken: Callable[[int], None] | None = None
) -> Intake:
    """Put every report of the file in line. `outlet` publishes whatever does not say for itself who does.

    `taken` is told how many were seen so far. Raises UnreadableFile, and NoSuchOutlet never: an outlet we do not have
    is added.
    """
    outlets = _Outlets(outlet, now)
    digest = page_key(source.digest, outlet or "")
    intake = intakes.open_intake("import", str(source.path), digest, now=now)
    if not intake.all_taken_in:
        with _named(source.path):
            intakes.take_in(intake, _counted(_PAGES[source.format](source, outlets, now), taken), now=now)
        intakes.all_taken_in(intake, now=now)
    return intake


def add_outlets(source: Source, *, now: datetime) -> AddedOutlets:
    """Add the outlets of an OPML file, each with its feed."""
    with _named(source.path), opened(source.path) as file:
        listed = read_opml(file.read())
    added, refused = add_listed(listed, now=now)
    return AddedOutlets(added=tuple(outlet.name for outlet in added), refused=tuple(refused))


def _counted(pages: Iterable[NewPage], taken: Callable[[int], None] | None) -> Iterator[NewPage]:
    for number, page in enumerate(pages, start=1):
        yield page
        if taken and number % 100 == 0:
            taken(number)


class _Outlets:
    """Who publishes a report of this file: whom the record names, whom the person named, or nobody we know of."""

    def __init__(self, fallback: str | None, now: datetime) -> None:
        self.fallback = fallback
        self._now = now
        self._slugs: dict[str, str] = {}

    def slug(self, name: str = "", *, home_url: str = "") -> str:
        """The slug of the outlet of this name, added when there is none."""
        name = name.strip()[:200] or self.fallback or NO_OUTLET
        if name not in self._slugs:
            try:
                self._slugs[name] = find_outlet(name).slug
            except NoSuchOutlet:
                self._slugs[name] = add_outlet(name, home_url=home_url, now=self._now).slug
        return self._slugs[name]

    def given_out_by(self, provider: str) -> str:
        """The slug of the outlet that is called so, unless the person named one."""
        return self.slug("" if self.fallback else provider)

    def at(self, url: str) -> str:
        """The slug of the outlet that publishes at this address, unless the person named one."""
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        if self.fallback or not host:
            return self.slug()
        return self._at_home.get(host) or self.slug(host, home_url=f"{parts.scheme}://{parts.netloc}/")

    @cached_property
    def _at_home(self) -> dict[str, str]:
        """Slugs of the outlets that we had, by the host of their home page."""
        known: dict[str, str] = {}
        for slug, home in Outlet.objects.exclude(home_url="").order_by("-id").values_list("slug", "home_url"):
            known[(urlsplit(home).hostname or "").removeprefix("www.")] = slug
        return known


def _record_pages(
    source: Source, records: Iterable[tuple[str, Any]], outlets: _Outlets, now: datetime
) -> Iterator[NewPage]:
    """Records with where each stands in the file, which is its key and what it is called."""
    for where, record in records:
        key = page_key(where)
        named = f"{source.path.name}, {where}"
        if not isinstance(record, dict):
            line = record if isinstance(record, bytes) else json.dumps(record).encode("ascii")
            yield NewPage(key=key, page=page_of_line(line, outlet=outlets.slug(), fetched=now, named=named))
            continue
        ninjs = is_ninjs(record)
        said = record.get("outlet")
        known = ninjs or (isinstance(said, str) and said.strip())
        slug = outlets.given_out_by(provider_of_ninjs(record)) if ninjs else outlets.slug(str(said) if known else "")
        if not known and not outlets.fallback:
            record = _with_guid_of_its_own(record, source.path.name)
        yield NewPage(key=key, page=page_of_record(record, outlet=slug, fetched=now, named=named))


def _with_guid_of_its_own(record: dict[str, Any], file: str) -> dict[str, Any]:
    """Ids such as 1, 2, 3 of a file that names no outlet must not meet those of the next such file."""
    try:
        guid = guid_of(record)
    except BadValue:
        return record
    return record | {"guid": f"{file}#{guid}"} if guid and "://" not in guid else record


def _jsonl(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    def records() -> Iterator[tuple[str, Any]]:
        with opened(source.path) as file:
            for number, line in read_lines(file):
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    record = line
                yield f"line {number}", record if isinstance(record, dict) else line

    return _record_pages(source, records(), outlets, now)


def _json(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    with opened(source.path) as file:
        records = read_json(file.read())
    return _record_pages(source, ((f"record {n}", record) for n, record in enumerate(records, 1)), outlets, now)


def _listing(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    with opened(source.path) as file:
        items = read_listing(file.read())
    return _record_pages(source, ((f"item {len(items) - n}", record) for n, record in enumerate(items)), outlets, now)


def _feed(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    with opened(source.path) as file:
        feed = read_feed(file.read(), second=read_with_feedparser)
    if isinstance(feed, SetAside):
        raise UsageError(f"not a feed ({feed})")
    slug = outlets.slug("" if outlets.fallback else feed.title, home_url=_web_address(feed.home_url))
    for entry in reversed(feed.entries):  # a feed is newest first; taken in from its end, ids rise with time
        fetchable = bool(_web_address(entry.url))
        page = Page(
            url=entry.url or f"{source.path.name}, {entry.guid}", body=b"", fetched=now, outlet=slug, entry=entry
        )
        yield NewPage(
            key=page_key(entry.guid, entry.url), page=page, needs_fetch=fetchable and not has_full_text(entry)
        )


def _html(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    folder = source.path if source.path.is_dir() else source.path.parent
    limit = settings.REPORTEDLY.page_limit_mb << 20
    for file in source.files:
        name = str(file.relative_to(folder))
        with opened(file) as page:
            body = page.read(limit + 1)
        url = _own_address(body)
        yield NewPage(
            key=page_key(name),
            page=Page(
                url=url or f"file:///{name}",
                body=body,
                fetched=_changed(file),
                outlet=outlets.at(url),
                content_type="text/html",
            ),
        )


def _warc(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    limit = settings.REPORTEDLY.page_limit_mb << 20
    with source.path.open("rb") as file:
        for found in read_warc(file, limit_bytes=limit):
            if isinstance(found, Damaged):
                where = f"bytes {found.start:,} to {found.end:,}"
                yield _gap(source, where, "the archive is damaged there", outlets, now)
                continue
            yield NewPage(key=page_key(found.record_id), page=_archived_page(found, outlets))


def _archived_page(found: Archived, outlets: _Outlets) -> Page:
    return Page(
        url=found.url,
        body=found.body,
        fetched=found.fetched,
        content_type=found.content_type,
        outlet=outlets.at(found.url),
    )


def _newsml(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    limit = settings.REPORTEDLY.page_limit_mb << 20
    with opened(source.path) as file:
        for number, item in enumerate(read_newsml(file, limit_bytes=limit), start=1):
            if isinstance(item, Torn):
                yield _gap(source, f"behind item {number - 1}", item.why, outlets, now)
                continue
            page = Page(
                url=f"{source.path.name}, item {number}",
                body=item.xml,
                fetched=now,
                content_type=NEWSML_TYPE,
                outlet=outlets.given_out_by(item.provider),
            )
            yield NewPage(key=page_key(f"item {number}"), page=page)


def _sitemap(source: Source, outlets: _Outlets, now: datetime) -> Iterator[NewPage]:
    with opened(source.path) as file:
        found = read_sitemap(file)
    if isinstance(found, SetAside):
        raise UsageError(f"not a sitemap ({found.detail})")
    if not found.pages:
        why = f"an index of {len(found.maps):,} sitemaps; import those it lists" if found.maps else "an empty sitemap"
        raise UsageError(f"{why}, or collect from it with `reportedly outlets add URL`")
    for entry in reversed(newest_first(found.pages)):
        slug = outlets.given_out_by(found.name) if found.name else outlets.at(entry.url)
        page = Page(url=entry.url, body=b"", fetched=now, outlet=slug, entry=entry)
        yield NewPage(key=page_key(entry.url), page=page, needs_fetch=True)
    if found.cut:
        yield _gap(source, f"behind page {len(found.pages):,}", "more is listed there than can be read", outlets, now)


def _gap(source: Source, where: str, why: str, outlets: _Outlets, now: datetime) -> NewPage:
    """A stretch of a file that cannot be read, so that it is counted and named."""
    named = f"{source.path.name}, {where}"
    return NewPage(key=page_key(where), page=page_of_gap(why, outlet=outlets.slug(), fetched=now, named=named))


_CANONICAL = re.compile(
    rb"""<link\b(?=[^<>]*\brel\s*=\s*["']?canonical\b)[^<>]*?\bhref\s*=\s*["']?(?P<url>https?://[^"'\s<>]+)"""
    rb"""|<meta\b(?=[^<>]*\bproperty\s*=\s*["']?og:url\b)[^<>]*?\bcontent\s*=\s*["']?(?P<og>https?://[^"'\s<>]+)""",
    re.IGNORECASE,
)


def _own_address(html: bytes) -> str:
    """Where the page itself says it lives, "" when it does not say."""
    found = _CANONICAL.search(html[: 256 << 10])
    return _web_address((found["url"] or found["og"]).decode("ascii", "replace").replace("&amp;", "&")) if found else ""


def _web_address(url: str | None) -> str:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme in ("http", "https") and parts.hostname else ""


def _changed(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


_PAGES: dict[Format, Callable[[Source, _Outlets, datetime], Iterator[NewPage]]] = {
    Format.JSONL: _jsonl,
    Format.JSON: _json,
    Format.LISTING: _listing,
    Format.FEED: _feed,
    Format.HTML: _html,
    Format.WARC: _warc,
    Format.NEWSML: _newsml,
    Format.SITEMAP: _sitemap,
}
