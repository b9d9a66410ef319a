"""Web archives (WARC): their pages of HTML, and where they are damaged.

Damage costs what is damaged and no more: reading goes on at the next record that can be found, and what lies between is
said as a `Damaged` stretch. A page that is cut short, or whose length is wrong so that it swallowed its neighbours, is
damaged too.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

import regex
from fastwarc.warc import ArchiveIterator, WarcRecordType

from reportedly.errors import UsageError

_PAGES = (WarcRecordType.response, WarcRecordType.resource)
_HTML = ("text/html", "application/xhtml+xml")
_HEADERS = 1 << 16  # bytes that an answer's own headers may add to its page
_BLOCK = 1 << 20
_LOOKED_PAST = 64 << 20  # bytes of damage at a file's start that are looked past for a first record
_MEMBER = b"\x1f\x8b\x08"  # how a packed record begins
_RECORD = regex.compile(rb"(?:\A|\n)(WARC/[01]\.\d\d?\r?\n)")
_LENGTH = regex.compile(rb"\r\nContent-Length:[ \t]*(\d{1,15})", regex.IGNORECASE)
_SWALLOWED = regex.compile(rb"\r\n\r\nWARC/[01]\.\d\d?\r\n[Ww][Aa][Rr][Cc]-")


@dataclass(frozen=True, kw_only=True)
class Archived:
    """A page of HTML from a web archive."""

    record_id: str
    url: str
    body: bytes
    content_type: str
    fetched: datetime


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """A stretch of an archive that cannot be read: bytes `start` up to `end` of the file as it lies there."""

    start: int
    end: int


def read_warc(file: IO[bytes], *, limit_bytes: int) -> Iterator[Archived | Damaged]:
    """The pages of HTML that servers answered with, in the archive's order, and the damage between them.

    `file` is as it lies there, packed or not. A page larger than the limit is cut one byte behind it, so that whoever
    reads it sees that it is too large. Raises UsageError when there is no record in it that can be read.
    """
    size = file.seek(0, io.SEEK_END)
    packed = _is_packed(file, size)
    at, damaged_from, any_whole = 0, None, False
    while True:
        whole_at: int | None = None  # where the last whole record begins
        broken = False
        file.seek(at)
        records = ArchiveIterator(file, parse_http=False)
        while True:
            try:
                record = next(records, None)
                found = None if record is None else _read(record, limit_bytes)
            except (OSError, ValueError, EOFError):
                broken = True
                break
            if record is None:
                break
            if isinstance(found, _Torn):
                broken, damaged_from = True, record.stream_pos if damaged_from is None else damaged_from
                whole_at = record.stream_pos
                break
            any_whole, whole_at = True, record.stream_pos
            if damaged_from is not None:
                yield Damaged(start=damaged_from, end=record.stream_pos)
                damaged_from = None
            if found is not None:
                yield found
        behind = at if whole_at is None else whole_at
        further = (_next_member if packed else _next_plain)(file, behind + 1, size)
        if not any_whole and not broken and further is None:
            raise UsageError("there is no record in it")
        if damaged_from is None and (broken or further is not None):
            damaged_from = at if whole_at is None else _end_of_record(file, whole_at, size)
        if further is None:
            break
        at = further
    if not any_whole:
        raise UsageError("not a web archive we can read")
    if damaged_from is not None:
        yield Damaged(start=damaged_from, end=size)


def holds_record(file: IO[bytes]) -> bool:
    """Whether something that begins like a record stands near enough to the file's start, whatever lies before it."""
    size = min(file.seek(0, io.SEEK_END), _LOOKED_PAST)
    return _next_member(file, 0, size, even_cut=False) is not None or _next_plain(file, 0, size) is not None


# --- one record ------------------------------------------------------------------------------------------------------


class _Torn:
    """A record that is not all there."""


def _read(record: Any, limit_bytes: int) -> Archived | _Torn | None:
    """The page in the record; None when it holds none. Raises OSError when its own packing is damaged."""
    if any(record.headers.get(needed) is None for needed in ("WARC-Type", "Content-Length")):
        return _Torn()
    if record.record_type not in _PAGES:
        return None
    block = record.reader.read(limit_bytes + _HEADERS)
    if len(block) + record.reader.consume() < record.content_length or _SWALLOWED.search(block):
        return _Torn()
    if record.record_type == WarcRecordType.resource:
        kind = record.headers.get("Content-Type") or ""
        return _archived(record, kind, block[: limit_bytes + 1]) if _is_html(kind) else None
    answer_type, body = _answer(record, block, limit_bytes)
    return _archived(record, answer_type, body) if _is_html(answer_type) else None


def _answer(record: Any, block: bytes, limit_bytes: int) -> tuple[str, bytes]:
    """The content type and decoded body of a good answer; ("", b"") of any other."""
    record.set_bytes_content(block)
    record.parse_http(auto_decode="all")
    answer = record.http_headers
    if answer is None or not 200 <= (answer.status_code or 0) < 300:
        return "", b""
    kind = answer.get("Content-Type") or record.http_content_type or ""
    return kind, record.reader.read(limit_bytes + 1) if _is_html(kind) else b""


def _archived(record: Any, content_type: str, body: bytes) -> Archived:
    return Archived(
        record_id=record.record_id or f"byte {record.stream_pos}",
        url=(record.headers.get("WARC-Target-URI") or "").strip("<>"),
        body=body,
        content_type=content_type,
        fetched=_aware(record.record_date),
    )


def _is_html(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _HTML


def _aware(time: datetime | None) -> datetime:
    if time is None:
        return datetime.fromtimestamp(0, UTC)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


# --- behind damage ---------------------------------------------------------------------------------------------------


def _is_packed(file: IO[bytes], size: int) -> bool:
    """Whether the archive is packed; where its very first bytes are damaged, as its first record that can be found."""
    file.seek(0)
    start = file.read(5)
    if start.startswith(_MEMBER) or start == b"WARC/":
        return start != b"WARC/"
    member, plain = _next_member(file, 0, size, even_cut=False), _next_plain(file, 0, size)
    return member is not None and (plain is None or member < plain)


def _next_plain(file: IO[bytes], start: int, size: int) -> int | None:
    """Where the next thing that begins like a record lies, at `start` or behind it; None when there is none."""
    at = max(start - 1, 0)  # the line break before it
    while at < size:
        file.seek(at)
        block = file.read(_BLOCK)
        if found := _RECORD.search(block, 0 if block[:1] == b"\n" or at == start else 1):
            return at + int(found.start(1))
        if len(block) < _BLOCK:
            return None
        at += _BLOCK - 16
    return None


def _next_member(file: IO[bytes], start: int, size: int, *, even_cut: bool = True) -> int | None:
    """As `_next_plain`, in a packed archive; also one that the file's end cuts off before its first word."""
    at = start
    while at < size:
        file.seek(at)
        block = file.read(_BLOCK)
        found = block.find(_MEMBER)
        while found >= 0:
            if _begins_record(file, at + found, even_cut=even_cut):
                return at + found
            found = block.find(_MEMBER, found + 1)
        if len(block) < _BLOCK:
            return None
        at += _BLOCK - len(_MEMBER) + 1
    return None


def _begins_record(file: IO[bytes], at: int, *, even_cut: bool) -> bool:
    file.seek(at)
    packed = file.read(1_024)
    try:
        start = zlib.decompressobj(wbits=31).decompress(packed, 8)
    except zlib.error:
        return False
    return start.startswith(b"WARC/") or (even_cut and not start and len(packed) < 1_024)


def _end_of_record(file: IO[bytes], at: int, size: int) -> int:
    """Where the whole record that begins at `at` ends."""
    file.seek(at)
    head = file.read(_HEADERS)
    if head.startswith(_MEMBER):
        member = zlib.decompressobj(wbits=31)
        file.seek(at)
        while not member.eof and (block := member.unconsumed_tail or file.read(_BLOCK)):
            member.decompress(block, _BLOCK)
        return file.tell() - len(member.unused_data)
    length = _LENGTH.search(head)
    return min(at + head.find(b"\r\n\r\n") + 4 + int(length[1]) + 4, size) if length else at
