"""The search index, with an SQLite that can delete from a table without text and with one that cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from reportedly.engines import search as searching
from reportedly.engines.query import Query, Words, read_query
from reportedly.engines.search import IndexRow, SearchIndex
from reportedly.errors import StoreDamaged
from reportedly.wire.models import report_id_at

try:
    import pysqlite3 as newer_sqlite  # type: ignore[import-not-found]
except ImportError:
    newer_sqlite = None

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_id(number: int = 0, year: int = 2026) -> int:
    return report_id_at(NOON.replace(year=year), None) + number


def a_row(
    number: int = 0, *, year: int = 2026, title: str = "Port reopens", body: str = "Ships wait.", **given: object
) -> IndexRow:
    fields: dict[str, object] = {"subjects": (), "outlet": 1} | given
    return IndexRow(id=an_id(number, year), title=title, body=body, **fields)  # type: ignore[arg-type]


class _WithoutDeleting:
    """SQLite as it was before 3.43, whatever it is here: it refuses the option."""

    def __init__(self) -> None:
        self.DatabaseError, self.OperationalError = sqlite3.DatabaseError, sqlite3.OperationalError

    def connect(self, *given: object, **named: object) -> sqlite3.Connection:
        return sqlite3.connect(*given, **named, factory=_RefusesTheOption)  # type: ignore[call-overload, no-any-return]


class _RefusesTheOption(sqlite3.Connection):
    def execute(self, sql: str, *given: object) -> sqlite3.Cursor:  # type: ignore[override]
        if "contentless_delete" in sql:
            raise sqlite3.OperationalError("unrecognized option: contentless_delete")
        return super().execute(sql, *given)  # type: ignore[arg-type]


@pytest.fixture(params=["buries", "deletes"])
def sqlite(request: pytest.FixtureRequest) -> object:
    if request.param == "buries":
        return _WithoutDeleting()
    if sqlite3.sqlite_version_info >= (3, 43):
        return sqlite3
    if newer_sqlite is None:
        pytest.skip("no SQLite of 3.43 or later here")
    return newer_sqlite


@pytest.fixture
def index(tmp_path: Path, sqlite: ModuleType) -> Iterator[SearchIndex]:
    index = SearchIndex(tmp_path / "search.sqlite3", sqlite=sqlite)
    yield index
    index.close()


def numbers(ids: list[int], year: int = 2026) -> list[int]:
    return [report_id - an_id(year=year) for report_id in ids]


def test_the_sqlite_decides_how_rows_go(index: SearchIndex, sqlite: object) -> None:
    assert index.deletes is not isinstance(sqlite, _WithoutDeleting)


def test_the_newest_answer_comes_first_and_paging_goes_on_behind_it(index: SearchIndex) -> None:
    index.add([a_row(n) for n in (2, 1, 3, 5, 4)])
    assert numbers(index.newest("ships", limit=2)) == [5, 4]
    assert numbers(index.newest("ships", before=an_id(4), limit=2)) == [3, 2]
    assert index.newest("ships", before=an_id(1)) == []


def test_years_are_searched_newest_to_oldest(index: SearchIndex) -> None:
    index.add([a_row(year=year) for year in (2024, 2026, 2025)])
    ids = [an_id(year=year) for year in (2026, 2025, 2024)]
    assert index.newest("ships") == ids
    assert index.newest("ships", limit=2) == ids[:2]
    assert index.newest("ships", before=ids[0]) == ids[1:]
    assert sorted(index.relevant("ships"), reverse=True) == ids
    assert index.count("ships") == 3


def test_subjects_and_outlets_narrow_a_search(index: SearchIndex) -> None:
    index.add([a_row(1, subjects=(7, 12)), a_row(2, subjects=(7,), outlet=2), a_row(3, subjects=(1, 2, 71))])
    assert numbers(index.newest(Query(subjects=(7,)))) == [2, 1]
    assert numbers(index.newest(Query(subjects=(7, 12)))) == [1]
    assert numbers(index.newest(Query(words=(Words("ships"),), outlets=(2,)))) == [2]
    assert numbers(index.newest(Query(outlets=(1, 2)))) == [3, 2, 1]


def test_a_filter_cannot_be_typed_as_a_word(index: SearchIndex) -> None:
    index.add([a_row(1, subjects=(7,))])
    assert index.newest("s7") == []
    assert index.newest("filed:s7") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("harbour", [1]),
        ("HARBOUR", [1]),
        ("harbour closed", []),
        ('"harbour opened"', [1]),
        ('"opened harbour"', []),
        ("opened -harbour", [2]),
        ("ope*", []),
        ("open*", [2, 1]),
        ("cafe", [2]),
        ("čafé", [2]),
        ("subject:harbour", [1]),
        ("-harbour", []),
        ("", []),
        ("…", []),
    ],
)
def test_what_is_typed_finds(index: SearchIndex, typed: str, found: list[int]) -> None:
    index.add([a_row(1, title="Harbour opened"), a_row(2, title="Café opened")])
    assert numbers(index.newest(typed)) == found
    assert sorted(numbers(index.relevant(typed)), reverse=True) == found
    assert index.count(typed) == len(found)


def test_the_more_telling_report_is_more_relevant(index: SearchIndex) -> None:
    filler = " ".join(f"word{n}" for n in range(200))
    index.add(
        [
            a_row(1, title="Harbour strike", body="The harbour."),
            a_row(2, title="Weather", body=f"{filler} harbour {filler}"),
            a_row(3, title="Sport", body=filler),
        ]
    )
    assert numbers(index.relevant("harbour")) == [1, 2]


def test_of_equally_good_answers_the_newer_comes_first(index: SearchIndex) -> None:
    index.add([a_row(n) for n in range(5)])
    assert numbers(index.relevant("ships", limit=3)) == [4, 3, 2]


def test_a_word_that_nearly_all_have_is_not_weighed(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "COMMON", 3)
    index.add([a_row(1, title="Ships ships ships", body="rare"), *(a_row(n) for n in range(2, 9))])
    assert numbers(index.relevant("ships", limit=2)) == [8, 7]
    assert numbers(index.relevant("ships rare")) == [1]


def test_only_the_newest_matches_are_ranked(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "RANKED", 3)
    index.add([a_row(0, title="Ships, ships", body=""), *(a_row(n, year=2025 + n % 2) for n in range(1, 7))])
    assert an_id(0) not in index.relevant("ships")
    assert len(index.relevant("ships")) == 3


def test_counts_stop_at_their_cap(index: SearchIndex) -> None:
    index.add([a_row(n, year=2025 + n % 2) for n in range(10)])
    assert [index.count("ships", cap=cap) for cap in (3, 7, 10, 11)] == [3, 7, 10, 10]


def test_adding_the_same_row_again_changes_nothing(index: SearchIndex) -> None:
    assert index.add([a_row(1), a_row(2)]) == 2
    assert index.add([a_row(1), a_row(2)]) == 0
    assert numbers(index.newest("ships")) == [2, 1]


def test_a_row_added_anew_replaces_the_old_one_everywhere(index: SearchIndex) -> None:
    index.add([a_row(1, subjects=(7,))])
    for turn in range(3):
        assert index.add([a_row(1, body=f"Trains wait {turn}.", subjects=(8,))]) == 1
    assert (index.newest("ships"), index.relevant("ships"), index.count("ships")) == ([], [], 0)
    assert index.newest(Query(subjects=(7,))) == []
    assert (numbers(index.newest("trains")), numbers(index.relevant("trains")), index.count("trains")) == ([1], [1], 1)
    assert dict(index.stamps()) == {an_id(1): a_row(1, body="Trains wait 2.", subjects=(8,)).stamp}


def test_a_removed_report_is_gone_and_can_come_back(index: SearchIndex) -> None:
    index.add([a_row(1), a_row(2)])
    index.remove([an_id(1), an_id(9)])
    assert numbers(index.newest("ships")) == [2]
    assert list(index.stamps()) == [(an_id(2), a_row(2).stamp)]
    index.add([a_row(1)])
    assert numbers(index.newest("ships")) == [2, 1]
    index.check()


def test_a_report_written_too_often_to_bury_asks_for_a_rebuild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "REVISION_BITS", 1)
    index = SearchIndex(tmp_path / "search.sqlite3", sqlite=_WithoutDeleting())  # type: ignore[arg-type]
    index.add([a_row(1)])
    index.add([a_row(1, body="two")])
    with pytest.raises(StoreDamaged, match="index rebuild"):
        index.add([a_row(1, body="three")])
    assert numbers([index.newest("two")[0]]) == [1]


def test_a_batch_that_fails_leaves_nothing_behind(index: SearchIndex) -> None:
    def rows() -> Iterator[IndexRow]:
        yield from (a_row(n) for n in range(600))
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        index.add(rows())
    assert (index.newest("ships"), list(index.stamps())) == ([], [])
    assert index.add([a_row(1)]) == 1


def test_half_characters_and_nothing_at_all_can_be_indexed(index: SearchIndex) -> None:
    index.add([a_row(1, title="", body=""), a_row(2, subjects=(3,), title="x", body="")])
    assert numbers(index.newest(Query(subjects=(3,)))) == [2]
    index.check()


@pytest.mark.parametrize("rot", [b"not a database at all" * 200, b"<html>"])
def test_a_file_that_is_no_index_is_called_damaged(tmp_path: Path, rot: bytes) -> None:
    path = tmp_path / "search.sqlite3"
    path.write_bytes(rot)
    with pytest.raises(StoreDamaged, match="index rebuild"):
        SearchIndex(path)


def test_an_index_of_another_layout_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreDamaged, match="another version"):
        SearchIndex(path)


@pytest.mark.skipif(newer_sqlite is None, reason="no newer SQLite here")
def test_an_index_made_by_a_newer_sqlite_asks_the_older_one_for_a_rebuild(tmp_path: Path) -> None:
    SearchIndex(tmp_path / "search.sqlite3", sqlite=newer_sqlite).close()
    with pytest.raises(StoreDamaged, match="index rebuild"):
        SearchIndex(tmp_path / "search.sqlite3", sqlite=_WithoutDeleting())  # type: ignore[arg-type]


def test_an_index_put_in_its_place_is_noticed(tmp_path: Path) -> None:
    path, other = tmp_path / "search.sqlite3", tmp_path / "other.sqlite3"
    index, fresh = SearchIndex(path), SearchIndex(other)
    index.add([a_row(1)])
    fresh.add([a_row(2)])
    fresh.close()
    other.replace(path)
    path.with_name("search.sqlite3-wal").unlink(missing_ok=True)
    path.with_name("search.sqlite3-shm").unlink(missing_ok=True)
    assert numbers(index.newest("ships")) == [2]


def test_a_search_reads_no_more_than_it_shows(index: SearchIndex) -> None:
    index.add([a_row(n) for n in range(3000)])
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection = index._connection()
    connection.set_progress_handler(count, 100)
    index.newest("ships wait", limit=10)
    connection.set_progress_handler(None, 0)
    assert steps < 30  # hundreds of SQLite's own steps; reading every match would take tens of thousands


def test_resolved_names_make_the_query_that_is_asked(index: SearchIndex) -> None:
    index.add([a_row(1, subjects=(7,)), a_row(2)])
    asked = read_query("ships subject:Rasif")
    assert index.newest(asked) == []
    assert numbers(index.newest(asked.filed_under(7))) == [1]
