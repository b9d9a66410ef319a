"""What leaves the wire and comes back as it was."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from warcio.archiveiterator import ArchiveIterator

from reportedly.errors import NoSuchSubject, UsageError
from reportedly.pipeline.line import Line
from reportedly.stories import OpenStories
from reportedly.tag import Vocabulary
from reportedly.values import Page
from reportedly.wire import exports
from reportedly.wire.imports import look_at, take_in_file
from reportedly.wire.intake import NewPage, all_taken_in, claim, open_intake, take_in
from reportedly.wire.models import Outlet, Report, TakenPage
from reportedly.wire.storing import store

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXT = "<p>Ships wait outside the harbour of Vellmar, harbour master Ilse Brandt said on day {0}.</p>" * 4


@pytest.fixture(autouse=True)
def keeps_originals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REPORTEDLY", replace(settings.REPORTEDLY, keep_originals=True))


@pytest.fixture(autouse=True)
def outlet() -> Outlet:
    return Outlet.objects.create(slug="herald", name="Herald", home_url="https://herald.example/", added=NOON)


def a_page(number: int, **given: Any) -> Page:
    html = f"<html><head><title>Day {number}</title></head><body><article>{TEXT.format(number)}</article></body></html>"
    fields: dict[str, Any] = {
        "url": f"https://herald.example/{number}",
        "final_url": f"https://herald.example/day/{number}",
        "body": html.encode(),
        "content_type": "text/html; charset=utf-8",
        "fetched": NOON + number * HOUR,
        "outlet": "herald",
    }
    return Page(**(fields | given))


def took_in(*pages: Page) -> list[str]:
    """Take the pages in, read them, and give their outcomes."""
    intake = open_intake("feed", "f", f"{len(pages)} {TakenPage.objects.count()}", now=NOON)
    take_in(intake, (NewPage(key=f"k{n}", page=page) for n, page in enumerate(pages)), now=NOON)
    all_taken_in(intake, now=NOON)
    return read_all()


def read_all() -> list[str]:
    line = Line(Vocabulary(()))
    waiting = claim("w", count=99, now=NOON, lease=HOUR)
    done = [(one, line.read_page(one.page)) for one in waiting]
    return [str(outcome) for outcome in store(done, OpenStories(), now=NOON + 99 * HOUR)]


def archived(parts: Iterator[bytes]) -> list[tuple[str, str, str, bytes]]:
    """(address, time, content type, body) of each page in the archive, as another program reads it."""
    records = ArchiveIterator(io.BytesIO(b"".join(parts)))
    return [
        (
            one.rec_headers.get_header("WARC-Target-URI"),
            one.rec_headers.get_header("WARC-Date"),
            one.rec_headers.get_header("Content-Type"),
            one.content_stream().read(),
        )
        for one in records
        if one.rec_type == "resource"
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_kept_originals_leave_as_a_web_archive_another_program_reads(packed: bool) -> None:
    pages = [a_page(1), a_page(2, content_type="text/html", final_url="")]
    assert took_in(*pages, a_page(3, body=b'{"text": "x"}', content_type="application/x-reportedly+json")) == [
        "stored",
        "stored",
        "stored",
    ]
    parts = list(exports.originals(packed=packed, now=NOON))
    assert len(parts) == 2
    assert (parts[0][:2] == b"\x1f\x8b") == packed
    assert archived(iter(parts)) == [
        ("https://herald.example/day/1", "2026-03-01T13:00:00.250000Z", "text/html; charset=utf-8", pages[0].body),
        ("https://herald.example/2", "2026-03-01T14:00:00.250000Z", "text/html", pages[1].body),
    ]
    assert list(exports.originals(packed=packed, now=NOON))[1:] == parts[1:]  # the same ids, the same bytes


def test_what_was_exported_comes_back_as_the_same_reports(tmp_path: Path) -> None:
    took_in(a_page(1), a_page(2))
    file = tmp_path / "originals.warc.gz"
    file.write_bytes(b"".join(exports.originals(packed=True, now=NOON)))
    take_in_file(look_at(file), now=NOON + HOUR)
    assert read_all() == ["unchanged", "unchanged"]
    assert (Report.objects.count(), Outlet.objects.count()) == (2, 1)


def test_originals_are_chosen_as_reports_are() -> None:
    took_in(a_page(1), a_page(2))
    second = Report.objects.order_by("-id")[0]
    Report.objects.filter(pk=second.pk).update(listed_at=NOON + 50 * HOUR)
    Report.objects.exclude(pk=second.pk).update(listed_at=NOON)
    chosen = archived(exports.originals(since=NOON + 40 * HOUR, packed=False, now=NOON))
    assert [address for address, *_ in chosen] == [second.pages.get().url.replace("example/", "example/day/")]
    with pytest.raises(NoSuchSubject):
        list(exports.originals(subject="Nobody", packed=False, now=NOON))


def test_where_no_original_is_kept_it_says_how_to_keep_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REPORTEDLY", replace(settings.REPORTEDLY, keep_originals=False))
    took_in(a_page(1))
    with pytest.raises(UsageError, match="keep_originals = true keeps those that are read from then on"):
        list(exports.originals(packed=True, now=NOON))


def test_a_packed_archive_is_one_member_a_record() -> None:
    took_in(a_page(1))
    [part] = exports.originals(packed=True, now=NOON)
    assert gzip.decompress(part).count(b"WARC/1.1\r\n") == 2
    assert part.count(b"\x1f\x8b\x08") == 2
