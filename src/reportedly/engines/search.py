"""The search index: SQLite's FTS5 in a file of its own, derived from the store and made again from it at will.

Promises, and what keeps them:

- Newest first stops early. Row ids grow with a report's id, which grows with time, and there is one table a year: a
  search reads the newest year backwards and stops when it has enough.
- A report's subjects and outlet are tokens inside its row ("s12", "o3"), so a filter is part of the match.
- Relevance is BM25 over the newest 2,000 matches, and its cost is bounded: a word that more than 5,000 reports of a
  year contain tells nothing about any of them and is not weighed.
- Counts are capped.
- No text is kept. SQLite 3.43 can delete from such a table; before that a replaced row stays, buried (`grave`), and
  the new one takes the next of the 1,024 row ids that every report has.

A row is written whole or not at all; adding the same row again changes nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from reportedly.engines.query import Query, read_query
from reportedly.errors import StoreDamaged
from reportedly.wire.models import ID_SHIFT

BURIES, DELETES = 1, 2  # PRAGMA user_version of the two kinds of file we can read
REVISION_BITS = 10  # a report's row ids: its id, then which writing of it this is
RANKED = 2_000  # newest matches that are ranked
COMMON = 5_000  # reports of one year; a word in more of them is not weighed
COUNTED = 1_000
TITLE_WEIGHT, BODY_WEIGHT, FILED_WEIGHT = 5.0, 1.0, 0.0
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class IndexRow:
    """A report as it is searched. `subjects` are those it is filed under."""

    id: int
    title: str
    body: str
    subjects: tuple[int, ...]
    outlet: int

    @property
    def filed(self) -> str:
        """Its subjects and outlet as tokens."""
        return " ".join([*(f"s{subject}" for subject in sorted(self.subjects)), f"o{self.outlet}"])

    @property
    def stamp(self) -> int:
        """64 bits that differ when anything searched does."""
        said = "\0".join((self.title, self.body, self.filed)).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big", signed=True)


class SearchIndex:
    """One index file, made when it is not there. Any thread may ask; one process at a time writes.

    A file that was put in this one's place meanwhile is noticed at the next call. Raises StoreDamaged when the file is
    not an index we can read.
    """

    def __init__(self, path: Path, *, sqlite: ModuleType = sqlite3) -> None:
        self.path = path
        self._sqlite = sqlite
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        with self._damage_told():
            self._connection()

    @property
    def deletes(self) -> bool:
        """Whether a replaced row is deleted, not buried: decided by the SQLite that made the file."""
        with self._damage_told():
            return _kind(self._connection()) == DELETES

    def close(self) -> None:
        """Close the file in every thread that asked."""
        while self._open:
            self._open.pop().close()
        self._own = threading.local()

    def files(self) -> list[Path]:
        """The files the index lies in."""
        file = self.path.resolve()
        names = (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))
        return [name for name in names if name.exists()]

    # --- writing -----------------------------------------------------------------------------------------------------

    def add(self, rows: Iterable[IndexRow]) -> int:
        """Let the index hold these rows as they are; return how many it did not hold so already. One transaction."""
        added = 0
        with self._damage_told(), _writing(self._connection()) as index:
            for some in _chunks(rows):
                added += self._add(index, some)
        return added

    def remove(self, report_ids: Iterable[int]) -> None:
        """Let the index not hold these reports."""
        with self._damage_told(), _writing(self._connection()) as index:
            for report_id in report_ids:
                held = index.execute("SELECT revision FROM held WHERE id = ?", [report_id]).fetchone()
                if held:
                    self._take_out(index, report_id, held[0])
                    # Its row ids are spent where they cannot be freed: remember how many.
                    index.execute("UPDATE held SET stamp = NULL WHERE id = ?", [report_id])

    def optimize(self) -> None:
        """Merge each year's index into one piece. Slow; for an index that was just built."""
        with self._damage_told(), _writing(self._connection()) as index:
            for year in _years(index):
                index.execute(f"INSERT INTO reports_{year}(reports_{year}) VALUES ('optimize')")

    def _add(self, index: sqlite3.Connection, rows: Sequence[IndexRow]) -> int:
        deletes = _kind(index) == DELETES
        held = _held(index, [row.id for row in rows])
        by_year: dict[int, list[tuple[int, str, str, str]]] = {}
        notes: dict[int, tuple[int, int, int]] = {}
        for row in {row.id: row for row in rows}.values():
            revision, stamp = held.get(row.id, (0, None))
            if stamp == row.stamp:
                continue
            if stamp is not None:
                self._take_out(index, row.id, revision)
            if row.id in held and not deletes:
                revision += 1
                if revision >> REVISION_BITS:
                    raise StoreDamaged(
                        f"{self.path}: report {row.id} was written too often; run `reportedly index rebuild`"
                    )
            by_year.setdefault(_year_of(row.id), []).append((_row_id(row.id, revision), row.title, row.body, row.filed))
            notes[row.id] = (row.id, revision, row.stamp)
        for year, new in by_year.items():
            _make_year(index, year, deletes)
            index.executemany(f"INSERT INTO reports_{year}(rowid, title, body, filed) VALUES (?, ?, ?, ?)", new)
        index.executemany("INSERT OR REPLACE INTO held(id, revision, stamp) VALUES (?, ?, ?)", notes.values())
        return len(notes)

    def _take_out(self, index: sqlite3.Connection, report_id: int, revision: int) -> None:
        year, row_id = _year_of(report_id), _row_id(report_id, revision)
        if _kind(index) == DELETES:
            index.execute(f"DELETE FROM reports_{year} WHERE rowid = ?", [row_id])
        else:
            index.execute("INSERT OR IGNORE INTO grave(row) VALUES (?)", [row_id])

    # --- asking ------------------------------------------------------------------------------------------------------

    def newest(self, query: Query | str, *, before: int | None = None, limit: int = 10) -> list[int]:
        """Ids of the newest reports that answer the query, newest first; only such as come after `before` in that."""
        with self._damage_told():
            return list(self._newest(_asked(query), before, limit))

    def relevant(self, query: Query | str, *, limit: int = 10) -> list[int]:
        """Ids of the best answers among the newest 2,000, best first; of equally good ones the newer first."""
        query = _asked(query)
        with self._damage_told():
            found: list[tuple[float, int]] = []
            for year in _years(self._connection()):
                ids = list(self._newest_of(year, query.expression(), None, RANKED - len(found)))
                weights = self._weights(year, query, ids)
                found += [(weights.get(report_id, 0.0), report_id) for report_id in ids]
                if len(found) >= RANKED:
                    break
        return [report_id for _, report_id in sorted(found, key=lambda one: (one[0], -one[1]))[:limit]]

    def count(self, query: Query | str, *, cap: int = COUNTED) -> int:
        """How many reports answer the query; `cap` stands for that many or more."""
        expression = _asked(query).expression()
        counted = 0
        with self._damage_told():
            index = self._connection()
            for year in _years(index) if expression else ():
                counted += index.execute(
                    f"SELECT COUNT(*) FROM (SELECT 1 FROM reports_{year} WHERE reports_{year} MATCH ?"
                    f" AND rowid NOT IN (SELECT row FROM grave) LIMIT ?)",
                    [expression, cap - counted],
                ).fetchone()[0]
                if counted >= cap:
                    break
        return counted

    def stamps(self) -> Iterator[tuple[int, int]]:
        """Id and stamp of every report the index holds, by id."""
        with self._damage_told():
            yield from self._connection().execute("SELECT id, stamp FROM held WHERE stamp IS NOT NULL ORDER BY id")

    def stamps_of(self, report_ids: Sequence[int]) -> dict[int, int]:
        """The stamps of those of these reports that the index holds, by id."""
        with self._damage_told():
            held = _held(self._connection(), report_ids)
        return {report_id: stamp for report_id, (_, stamp) in held.items() if stamp is not None}

    def check(self) -> None:
        """Raises StoreDamaged when the file or one of its tables is not sound."""
        with self._damage_told():
            index = self._connection()
            (found,) = index.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise StoreDamaged(f"{self.path}: {found}; run `reportedly index rebuild`")
            with _writing(index):
                for year in _years(index):
                    index.execute(f"INSERT INTO reports_{year}(reports_{year}) VALUES ('integrity-check')")

    def _newest(self, query: Query, before: int | None, limit: int) -> Iterator[int]:
        left = limit
        for year in _years(self._connection()):
            if before is not None and year > _year_of(before):
                continue
            for report_id in self._newest_of(year, query.expression(), before, left):
                left -= 1
                yield report_id
            if left <= 0:
                return

    def _newest_of(self, year: int, expression: str, before: int | None, limit: int) -> Iterator[int]:
        if not expression or limit <= 0:
            return
        rows = self._connection().execute(
            f"SELECT rowid FROM reports_{year} WHERE reports_{year} MATCH ? AND rowid < ?"
            f" AND rowid NOT IN (SELECT row FROM grave) ORDER BY rowid DESC LIMIT ?",
            [expression, _row_id(before, 0) if before is not None else (1 << 63) - 1, limit],
        )
        for (row_id,) in rows:
            yield row_id >> REVISION_BITS

    def _weights(self, year: int, query: Query, ids: Sequence[int]) -> dict[int, float]:
        """BM25 of these reports, newest first, by id; the lower the better. {} when every word is too common."""
        telling = [words.expression() for words in query.looked_for if not self._is_common(year, words.expression())]
        if not telling or not ids:
            return {}
        rows = self._connection().execute(
            f"SELECT rowid, bm25(reports_{year}, {TITLE_WEIGHT}, {BODY_WEIGHT}, {FILED_WEIGHT}) FROM reports_{year}"
            f" WHERE reports_{year} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC",
            ["{title body} : (" + " OR ".join(telling) + ")", _row_id(ids[-1], 0), _row_id(ids[0] + 1, 0)],
        )
        return {row_id >> REVISION_BITS: weight for row_id, weight in rows}

    def _is_common(self, year: int, expression: str) -> bool:
        (many,) = (
            self._connection()
            .execute(
                f"SELECT COUNT(*) FROM (SELECT 1 FROM reports_{year} WHERE reports_{year} MATCH ? LIMIT ?)",
                ["{title body} : " + expression, COMMON + 1],
            )
            .fetchone()
        )
        return bool(many > COMMON)

    # --- the file ----------------------------------------------------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection to the file that stands at our path now."""
        inode = _inode(self.path)
        own: tuple[int | None, sqlite3.Connection] | None = getattr(self._own, "connection", None)
        if own is None or own[0] != inode:
            if own is not None:
                self._open.remove(own[1])
                own[1].close()
            index = self._sqlite.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            self._open.append(index)
            _make_ready(index, self.path, self._sqlite)
            own = self._own.connection = (_inode(self.path), index)
        return own[1]

    def _damage_told(self) -> _DamageTold:
        return _DamageTold(self.path, self._sqlite)


class _DamageTold:
    """Turns SQLite's word for a broken file into StoreDamaged, and lets a full disk or a busy file through."""

    def __init__(self, path: Path, sqlite: ModuleType) -> None:
        self._path = path
        self._sqlite = sqlite

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, trace: object) -> None:
        if isinstance(why, self._sqlite.DatabaseError) and (
            not isinstance(why, self._sqlite.OperationalError) or "malformed" in str(why) or "no such" in str(why)
        ):
            raise StoreDamaged(
                f"the search index {self._path} is damaged ({why}); make it again with `reportedly index rebuild`"
            ) from why


class _writing:
    """One writing transaction, rolled back when anything goes wrong."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index

    def __enter__(self) -> sqlite3.Connection:
        self._index.execute("BEGIN IMMEDIATE")
        return self._index

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, trace: object) -> None:
        if kind is None:
            self._index.execute("COMMIT")
        elif self._index.in_transaction:
            self._index.execute("ROLLBACK")


def _make_ready(index: sqlite3.Connection, path: Path, sqlite: ModuleType) -> None:
    index.execute("PRAGMA busy_timeout = 30000")
    kind = _kind(index)
    can_delete = _can_delete(index, sqlite)
    if kind not in (0, BURIES, DELETES) or (kind == DELETES and not can_delete):
        raise StoreDamaged(
            f"{path} was made by another version of reportedly or of SQLite; run `reportedly index rebuild`"
        )
    for setting in ("journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY", "mmap_size = 134217728"):
        index.execute(f"PRAGMA {setting}")
    if not kind:
        with _writing(index):
            index.execute("CREATE TABLE IF NOT EXISTS year(year INTEGER PRIMARY KEY)")
            # Every report the index holds, or (stamp NULL) held once: which writing of it, and what it said.
            index.execute("CREATE TABLE IF NOT EXISTS held(id INTEGER PRIMARY KEY, revision INTEGER, stamp INTEGER)")
            index.execute("CREATE TABLE IF NOT EXISTS grave(row INTEGER PRIMARY KEY)")
            index.execute(f"PRAGMA user_version = {DELETES if can_delete else BURIES}")


def _kind(index: sqlite3.Connection) -> int:
    kind: int = index.execute("PRAGMA user_version").fetchone()[0]
    return kind


def _can_delete(index: sqlite3.Connection, sqlite: ModuleType) -> bool:
    """Whether this SQLite can delete from a table that keeps no text (3.43 and later)."""
    try:
        index.execute("CREATE VIRTUAL TABLE temp.probe USING fts5(a, content='', contentless_delete=1)")
    except sqlite.OperationalError:
        return False
    index.execute("DROP TABLE temp.probe")
    return True


def _make_year(index: sqlite3.Connection, year: int, deletes: bool) -> None:
    index.execute("INSERT OR IGNORE INTO year(year) VALUES (?)", [year])
    index.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS reports_{year} USING fts5(title, body, filed, content='',"
        f"{' contentless_delete=1,' if deletes else ''} tokenize='unicode61 remove_diacritics 2')"
    )


def _asked(query: Query | str) -> Query:
    return read_query(query) if isinstance(query, str) else query


def _years(index: sqlite3.Connection) -> list[int]:
    """Newest first."""
    return [year for (year,) in index.execute("SELECT year FROM year ORDER BY year DESC")]


def _year_of(report_id: int) -> int:
    return datetime.fromtimestamp(report_id >> ID_SHIFT, UTC).year


def _row_id(report_id: int, revision: int) -> int:
    return report_id << REVISION_BITS | revision


def _held(index: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[int, int | None]]:
    places = ",".join("?" * len(ids))
    rows = index.execute(f"SELECT id, revision, stamp FROM held WHERE id IN ({places})", ids)
    return {report_id: (revision, stamp) for report_id, revision, stamp in rows}


def _chunks(rows: Iterable[IndexRow]) -> Iterator[list[IndexRow]]:
    chunk: list[IndexRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= _ROWS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
