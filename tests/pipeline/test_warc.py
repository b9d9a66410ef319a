"""Web archives: their pages, and what damage costs."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.errors import UsageError
from reportedly.pipeline import formats_warc
from reportedly.pipeline.formats_warc import Archived, holds_record, read_warc

PAGE = b"<p>Ships wait outside the harbour."
LIMIT = 1_000


def a_record(
    number: int,
    body: bytes = PAGE,
    *,
    kind: str = "response",
    http: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    content_type: str = "application/http; msgtype=response",
    length: str = "",
) -> bytes:
    block = http.encode() + body
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{number}>\r\nWARC-Date: 2026-02-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://h.example/{number}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {length or len(block)}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
    )


def found(archive: bytes) -> list[str | tuple[int, int]]:
    """What is in the archive: the number of each page, and the bounds of each damaged stretch."""
    return [
        one.url.rpartition("/")[2] if isinstance(one, Archived) else (one.start, one.end)
        for one in read_warc(io.BytesIO(archive), limit_bytes=LIMIT)
    ]


PLAIN = [a_record(number) for number in range(4)]
PACKED = [gzip.compress(record, mtime=0) for record in PLAIN]
BROKEN = PACKED[1][:50] + bytes(20) + PACKED[1][70:]
N, Z = len(PLAIN[0]), len(PACKED[0])
Z2, Z3, Z4 = (len(b"".join(PACKED[:many])) for many in (2, 3, 4))


def test_a_page_is_what_the_server_answered_with() -> None:
    [page] = read_warc(io.BytesIO(PLAIN[0]), limit_bytes=LIMIT)
    assert page == Archived(
        record_id="<urn:x:0>",
        url="https://h.example/0",
        body=PAGE,
        content_type="text/html",
        fetched=datetime(2026, 2, 1, tzinfo=UTC),
    )


def test_pages_are_kept_apart_from_everything_else() -> None:
    http = "HTTP/1.1 {}\r\nContent-Type: {}\r\n\r\n"
    assert found(
        a_record(0, kind="warcinfo", http="", content_type="application/warc-fields")
        + a_record(1)
        + a_record(2, http=http.format("404 Not Found", "text/html"))
        + a_record(3, http=http.format("200 OK", "image/png"))
        + a_record(4, kind="request", http="GET / HTTP/1.1\r\n\r\n", content_type="application/http; msgtype=request")
        + a_record(5, kind="resource", http="", content_type="text/html; charset=utf-8")
        + a_record(6, kind="resource", http="", content_type="text/plain")
        + a_record(7, http=http.format("200 OK", "application/xhtml+xml; charset=utf-8"))
    ) == ["1", "5", "7"]


@pytest.mark.parametrize(
    ("coding", "packed"), [("gzip", gzip.compress(PAGE, mtime=0)), ("br", brotli.compress(PAGE)), ("identity", PAGE)]
)
def test_a_page_is_unpacked(coding: str, packed: bytes) -> None:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n\r\n"
    [page] = read_warc(io.BytesIO(a_record(0, packed, http=http)), limit_bytes=LIMIT)
    assert isinstance(page, Archived)
    assert page.body == PAGE


def test_a_page_that_is_too_large_is_cut_one_byte_behind_the_limit() -> None:
    for record in (
        a_record(0, b"x" * 90_000),
        a_record(0, b"x" * 90_000, kind="resource", http="", content_type="text/html"),
    ):
        [page] = read_warc(io.BytesIO(record), limit_bytes=LIMIT)
        assert isinstance(page, Archived)
        assert len(page.body) == LIMIT + 1


@pytest.mark.parametrize(
    ("archive", "what"),
    [
        (b"".join(PLAIN), ["0", "1", "2", "3"]),
        (b"".join(PACKED), ["0", "1", "2", "3"]),
        (gzip.compress(b"".join(PLAIN), mtime=0), ["0", "1", "2", "3"]),
        (PLAIN[0] + b"garbage\r\n" * 30 + PLAIN[1], ["0", (N, N + 270), "1"]),
        (b"garbage\r\n" * 30 + PLAIN[1], [(0, 270), "1"]),
        (PLAIN[0] + a_record(1, length="99999") + PLAIN[2], ["0", (N, 2 * N + 3), "2"]),
        (PLAIN[0] + a_record(1, length="200") + PLAIN[2] + PLAIN[3], ["0", (N, 2 * N + 1), "2", "3"]),
        (PLAIN[0] + PLAIN[1].replace(b"Content-Length", b"Content-Lenght") + PLAIN[2], ["0", (N, 2 * N), "2"]),
        (b"".join(PLAIN)[:-30], ["0", "1", "2", (3 * N, 4 * N - 30)]),
        (b"".join(PLAIN)[: 3 * N + 60], ["0", "1", "2", (3 * N, 3 * N + 60)]),
        (PACKED[0] + b"garbage" * 30 + PACKED[1], ["0", (Z, Z + 210), "1"]),
        (PACKED[0] + BROKEN + PACKED[2] + PACKED[3], ["0", (Z, Z2), "2", "3"]),
        (BROKEN + PACKED[2], [(0, Z2 - Z), "2"]),
        (BROKEN + BROKEN + PACKED[2], [(0, 2 * (Z2 - Z)), "2"]),
        (PACKED[0] + PACKED[1][:-8] + bytes(4) + PACKED[1][-4:] + PACKED[2], ["0", (Z, Z2), "2"]),
        (b"".join(PACKED)[:-30], ["0", "1", "2", (Z3, Z4 - 30)]),
        (b"".join(PACKED)[: Z3 + 40], ["0", "1", "2", (Z3, Z3 + 40)]),
        (PACKED[0] + PACKED[1][:60] + PACKED[2], ["0", (Z, Z + 60), "2"]),
        (b"\0\0\0" + PACKED[0][3:] + PACKED[1] + PACKED[2], [(0, Z), "1", "2"]),
        (PACKED[0][40:] + PACKED[1], [(0, Z - 40), "1"]),
        (b"\0\0\0\0\0" + PLAIN[0][5:] + PLAIN[1], [(0, N), "1"]),
        (b"<p>outside the harbour.\r\n\r\n" + PLAIN[1], [(0, 27), "1"]),
    ],
    ids=[f"damage {number}" for number in range(22)],
)
def test_damage_costs_what_is_damaged_and_is_said(archive: bytes, what: list[str | tuple[int, int]]) -> None:
    assert found(archive) == what


def test_a_page_whose_own_packing_is_broken_is_damage_too() -> None:
    http = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    bad = a_record(1, b"not packed", http=http)
    assert found(PLAIN[0] + bad + PLAIN[2]) == ["0", (N, N + len(bad)), "2"]


def test_damage_larger_than_a_block_is_stepped_over() -> None:
    noise = b"\x1f\x8b\x08 noise WARC/1.0 " * 100_000
    assert found(PACKED[0] + noise + PACKED[1]) == ["0", (Z, Z + len(noise)), "1"]
    assert found(PLAIN[0] + noise + b"\n" + PLAIN[1]) == ["0", (N, N + len(noise) + 1), "1"]


@pytest.mark.parametrize(
    "archive", [b"", b"no archive" * 50, gzip.compress(b"no archive" * 50, mtime=0), BROKEN, b"\x1f\x8b\x08"]
)
def test_what_holds_no_record_is_no_archive(archive: bytes) -> None:
    with pytest.raises(UsageError):
        found(archive)


@pytest.mark.parametrize(
    ("start", "holds"),
    [
        (PLAIN[0], True),
        (PACKED[0], True),
        (b"garbage" + PACKED[1], True),
        (b"garbage\n" + PLAIN[1], True),
        (b"x" * (1 << 20) + PACKED[1], True),
        (b"x" * ((1 << 20) - 9) + b"\n" + PLAIN[1], True),
        (BROKEN + PACKED[2], True),
        (b"an archive begins with WARC/1.0\r\n", False),
        (b"\x1f\x8b\x08" * 2_000, False),
        (gzip.compress(b"no archive" * 500, mtime=0), False),
        (b"", False),
    ],
    ids=range(11),
)
def test_a_record_is_seen_behind_what_is_damaged(start: bytes, holds: bool) -> None:
    assert holds_record(io.BytesIO(start)) is holds


def test_a_record_is_not_looked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats_warc, "_LOOKED_PAST", 1 << 20)
    assert not holds_record(io.BytesIO(b"x" * (3 << 20) + PACKED[0]))


@settings(deadline=None)  # a shared machine may pause anywhere
@given(st.lists(st.sampled_from([*PLAIN, *PACKED, BROKEN]), max_size=4), st.integers(0, 900), st.binary(max_size=40))
def test_no_damage_anywhere_raises_anything_else_or_loops(parts: list[bytes], at: int, noise: bytes) -> None:
    archive = b"".join(parts)
    try:
        told = found(archive[:at] + noise + archive[at + len(noise) :])
    except UsageError:
        return
    assert len(told) <= 2 * len(parts) + 2
