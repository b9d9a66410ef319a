"""The index against the store: equal, said so when not, and made anew while others look on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import a_report, a_subject
from reportedly.engines import indexing
from reportedly.engines.indexing import Verified, index_pending, rebuild, verify
from reportedly.engines.query import Query
from reportedly.engines.search import SearchIndex
from reportedly.wire.models import Report, ReportTag, Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(tmp_path: Path) -> Iterator[SearchIndex]:
    search = SearchIndex(tmp_path / "search.sqlite3")
    yield search
    search.close()


def waiting(*titles: str) -> list[Report]:
    reports = [a_report(title) for title in titles]
    Report.objects.update(indexed=False)
    return reports


def equal(reports: int) -> Verified:
    return Verified(reports=reports, indexed=reports, waiting=0, missing=0, extra=0, differing=0)


def test_what_waits_is_indexed_and_marked(search: SearchIndex) -> None:
    first, second = waiting("Ferry runs", "Ferry stops")
    assert index_pending(search) == 2
    assert search.newest("ferry") == sorted([first.pk, second.pk], reverse=True)
    assert not Report.objects.filter(indexed=False).exists()
    assert index_pending(search) == 0
    assert verify(search) == equal(2)


def test_no_more_is_indexed_than_was_asked_for(search: SearchIndex) -> None:
    waiting("One", "Two", "Three")
    assert [index_pending(search, limit=2), index_pending(search, limit=2), index_pending(search, limit=2)] == [2, 1, 0]


def test_an_empty_store_equals_an_empty_index(search: SearchIndex) -> None:
    assert index_pending(search) == 0
    assert verify(search) == equal(0)


def test_a_kill_between_index_and_mark_does_no_harm(search: SearchIndex) -> None:
    waiting("Ferry runs")
    index_pending(search)
    Report.objects.update(indexed=False)
    assert verify(search) == Verified(reports=1, indexed=1, waiting=1, missing=0, extra=0, differing=0)
    index_pending(search)
    assert search.count("ferry") == 1
    assert verify(search) == equal(1)


def test_a_report_filed_anew_is_found_under_its_new_subject(search: SearchIndex) -> None:
    (report,) = waiting("Ferry runs")
    index_pending(search)
    subject = a_subject("Port Elin")
    ReportTag.objects.create(
        report=report, subject=subject, listed_at=report.listed_at, about=True, salience=1, version=1, rule="t"
    )
    assert verify(search).differing == 1
    Report.objects.update(indexed=False)
    index_pending(search)
    assert search.newest(Query(subjects=(subject.pk,))) == [report.pk]
    assert verify(search) == equal(1)


def test_every_kind_of_difference_is_told_apart(search: SearchIndex) -> None:
    same, other, lost, gone = waiting("Same", "Other", "Lost", "Gone")
    index_pending(search)
    Version.objects.filter(report=other).update(text="Other words\nbehind our back")
    search.remove([lost.pk])
    Version.objects.filter(report=gone).delete()
    found = verify(search)
    assert (found.missing, found.extra, found.differing, found.equal) == (1, 1, 1, False)
    assert set(found.examples) == {
        f"report {lost.pk}: missing",
        f"report {gone.pk}: extra",
        f"report {other.pk}: differing",
    }
    assert str(found) == "the index differs from the store: 1 missing, 1 too many, 1 differing, of 4 reports"
    assert same.pk in dict(search.stamps())


def test_an_index_made_anew_says_what_the_store_says(search: SearchIndex, tmp_path: Path) -> None:
    reports = waiting(*(f"Ferry {n}" for n in range(5)))
    index_pending(search)
    search.remove([reports[0].pk])
    told: list[int] = []
    assert rebuild(search.path, progress=told.append) == 5
    assert verify(search) == equal(5)  # noticed by whoever had the old file open
    assert told
    assert rebuild(search.path) == 5
    assert verify(search) == equal(5)
    assert sorted(file.name for file in tmp_path.iterdir() if not file.name.endswith(("-wal", "-shm"))) == [
        "search-2.sqlite3",
        "search.sqlite3",
    ]


@pytest.mark.parametrize("rot", [None, b"", b"rotten " * 999])
def test_a_missing_or_damaged_file_can_be_made_anew(tmp_path: Path, rot: bytes | None) -> None:
    path = tmp_path / "search.sqlite3"
    if rot is not None:
        path.write_bytes(rot)
    waiting("Ferry runs")
    assert rebuild(path) == 1
    search = SearchIndex(path)
    assert verify(search) == equal(1)
    search.check()


def test_what_is_indexed_elsewhere_meanwhile_is_taken_over(
    search: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting("Ferry runs")
    index_pending(search)
    real = indexing._put_in_place

    def late(fresh: Path, path: Path) -> None:
        waiting("Ferry stops")
        index_pending(search)  # into the old file, a moment before it goes
        real(fresh, path)

    monkeypatch.setattr(indexing, "_put_in_place", late)
    assert rebuild(search.path) == 2
    assert verify(search) == equal(2)


def test_what_a_killed_rebuild_left_behind_is_removed_when_it_is_old(search: SearchIndex) -> None:
    old, new = (search.path.with_name(f"search-{number}.sqlite3") for number in (1, 2))
    for file in (old, new):
        file.write_bytes(b"unfinished")
    os.utime(old, (0, 0))
    rebuild(search.path)
    assert (old.exists() and old.read_bytes() == b"unfinished", new.exists()) == (False, True)
    assert verify(search) == equal(0)


def test_a_rebuild_that_fails_leaves_the_old_index(search: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting("Ferry runs")
    index_pending(search)

    def fails(_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(SearchIndex, "optimize", fails)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            rebuild(search.path)
    assert search.count("ferry") == 1
    assert not list(search.path.parent.glob("search-*.sqlite3"))
