"""Keep the search index equal to the store.

The store is written first, the index second, the mark that says so last. Whoever is killed in between leaves a report
unmarked, and it is indexed again, which changes nothing. The store's write lock is held from reading a report to
marking it, so that nobody can change it in between and be overlooked.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from reportedly.engines.search import IndexRow, SearchIndex
from reportedly.wire.models import Report, ReportTag, Version

_BATCH = 200
_EXAMPLES = 20
_LEFTOVER_S = 3_600.0

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Verified:
    """How the index compares with the store. Reports still waiting to be indexed count as `waiting` and no more."""

    reports: int  # in the store
    indexed: int  # in the index
    waiting: int
    missing: int  # in the store alone
    extra: int  # in the index alone
    differing: int  # in both, but of another version, or filed under other subjects
    examples: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the index says what the store says."""
        return not (self.missing or self.extra or self.differing)

    def __str__(self) -> str:
        waiting = f", {self.waiting:,} waiting to be indexed" if self.waiting else ""
        if self.equal:
            return f"the index equals the store: {self.indexed:,} of {self.reports:,} reports indexed{waiting}"
        return (
            f"the index differs from the store: {self.missing:,} missing, {self.extra:,} too many, "
            f"{self.differing:,} differing, of {self.reports:,} reports{waiting}"
        )


def index_pending(search: SearchIndex, *, limit: int | None = None) -> int:
    """Index what is not marked as indexed, at most `limit` reports; return how many that were."""
    indexed = 0
    while limit is None or indexed < limit:
        with transaction.atomic():
            size = _BATCH if limit is None else min(_BATCH, limit - indexed)
            waiting = list(Report.objects.filter(indexed=False).order_by("id").values_list("id", flat=True)[:size])
            search.add(rows_of(waiting))
            Report.objects.filter(pk__in=waiting).update(indexed=True)
        indexed += len(waiting)
        if len(waiting) < _BATCH:
            break
    return indexed


def verify(search: SearchIndex, *, progress: Callable[[int], None] | None = None) -> Verified:
    """Compare every report of the store with what the index holds of it. `progress` is told how many were compared.

    Raises StoreDamaged when the index cannot be read.
    """
    suspects = [report_id for _, report_id in differences(search, progress=progress)]
    # The wire goes on while we compare. Look again at what differed, this time all at once.
    waiting = set(Report.objects.filter(indexed=False).values_list("pk", flat=True))
    found = {"missing": 0, "extra": 0, "differing": 0}
    examples: list[str] = []
    for some in _batches(suspects):
        held = search.stamps_of(some)
        stored = {row.id: row.stamp for row in rows_of(some)}
        for report_id in some:
            what = compared(stored.get(report_id), held.get(report_id))
            if what and report_id not in waiting:
                found[what] += 1
                examples.append(f"report {report_id}: {what}")
    return Verified(
        reports=Report.objects.count(),
        indexed=sum(1 for _ in search.stamps()),
        waiting=len(waiting),
        examples=tuple(examples[:_EXAMPLES]),
        **found,
    )


def compared(stored: int | None, held: int | None) -> str:
    """How the stamp that the store gives a report and the one the index holds compare; "" when they are the same."""
    if stored == held:
        return ""
    return "missing" if held is None else "extra" if stored is None else "differing"


def differences(search: SearchIndex, *, progress: Callable[[int], None] | None = None) -> Iterator[tuple[str, int]]:
    """("missing" | "extra" | "differing", report id) for every report the index does not hold as the store does."""
    held = search.stamps()
    at = next(held, None)
    for number, row in enumerate(all_rows(), start=1):
        while at is not None and at[0] < row.id:
            yield "extra", at[0]
            at = next(held, None)
        if at is None or at[0] != row.id:
            yield "missing", row.id
        else:
            if at[1] != row.stamp:
                yield "differing", row.id
            at = next(held, None)
        if progress and number % _BATCH == 0:
            progress(number)
    while at is not None:
        yield "extra", at[0]
        at = next(held, None)


def rebuild(path: Path, *, progress: Callable[[int], None] | None = None) -> int:
    """Make the index anew from the store, put it at `path` in one step, and return how many reports it holds.

    Until that step searches are answered from the old file, which may be damaged or missing; what is indexed there
    meanwhile is taken over. `progress` is told how many reports were indexed.

    What stands at `path` afterwards is a link to the new file, so that no writings left behind by the old file
    (SQLite's -wal) can ever be taken for the new one's.
    """
    _remove_leftovers(path)
    fresh = _unused_name(path)
    try:
        built = SearchIndex(fresh)
        for number, rows in enumerate(_batches(all_rows()), start=1):
            built.add(rows)
            if progress:
                progress(number * _BATCH)
        built.optimize()
        built.close()
    except BaseException:
        _remove_file(fresh)
        raise
    _put_in_place(fresh, path)
    search = SearchIndex(path)
    try:
        _mend(search)
        return sum(1 for _ in search.stamps())
    finally:
        search.close()


def _mend(search: SearchIndex) -> None:
    """Make up for what was stored or indexed elsewhere while the index was being built."""
    found = list(differences(search))
    with transaction.atomic():
        search.remove(report_id for what, report_id in found if what == "extra")
        for some in _batches(report_id for what, report_id in found if what != "extra"):
            search.add(rows_of(some))
            Report.objects.filter(pk__in=some).update(indexed=True)
    index_pending(search)


# --- rows ------------------------------------------------------------------------------------------------------------


def all_rows() -> Iterator[IndexRow]:
    """Every report of the store as it should be searched, by id."""
    last = -1
    while ids := list(Report.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield from rows_of(ids)
        last = ids[-1]


def rows_of(report_ids: Sequence[int]) -> list[IndexRow]:
    """These reports as they should be searched, by id: their newest version, and the subjects they are filed under."""
    filed: dict[int, list[int]] = {}
    for report_id, subject_id in ReportTag.objects.filter(report__in=report_ids, about=True).values_list(
        "report_id", "subject_id"
    ):
        filed.setdefault(report_id, []).append(subject_id)
    rows = (
        Version.objects.filter(report__in=report_ids, number=F("report__version"))
        .order_by("report_id")
        .values_list("report_id", "text", "report__outlet_id")
    )
    return [
        IndexRow(
            id=report_id,
            title=text.partition("\n")[0],
            body=text.partition("\n")[2],
            subjects=tuple(sorted(filed.get(report_id, ()))),
            outlet=outlet,
        )
        for report_id, text, outlet in rows
    ]


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# --- files -----------------------------------------------------------------------------------------------------------


def _remove_leftovers(path: Path) -> None:
    """Remove what a rebuild that was killed left behind, once it is too old to be another one's work."""
    for file in path.parent.glob(f"{path.stem}-*{path.suffix}"):
        if file != path.resolve() and time.time() - file.stat().st_mtime > _LEFTOVER_S:
            _remove_file(file)


def _unused_name(path: Path) -> Path:
    number = 1
    while (fresh := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists() or fresh == path.resolve():
        number += 1
    return fresh


def _put_in_place(fresh: Path, path: Path) -> None:
    """Let `path` be a link to the fresh file, and remove the old one when whoever was writing to it is done."""
    old = path.resolve()
    link = path.with_name(f"{path.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    with _opened(old) as index:
        link.replace(path)
        if index:
            with contextlib.suppress(sqlite3.Error):  # an old file that is damaged has no writers worth waiting for
                index.execute("BEGIN IMMEDIATE")
                index.rollback()
    _remove_file(old, spare=path)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection | None]:
    if not file.exists():
        yield None
        return
    with contextlib.closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as index:
        with contextlib.suppress(sqlite3.Error):
            index.execute("PRAGMA schema_version")  # opens the file now, while it still has its name
        yield index


def _remove_file(file: Path, *, spare: Path | None = None) -> None:
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        if (gone := file.with_name(name)) != spare:
            gone.unlink(missing_ok=True)
