"""`reportedly stories`: which reports tell of one happening, and which reuse another's text, over a file."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from reportedly.cli.progress import watched
from reportedly.errors import UnreadableFile, UsageError
from reportedly.stories import Arrival, OpenStories

LINES_NAMED = 20  # bad lines named one by one before the rest are only counted
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # the time of a first row that has none


@click.command()
@click.option("--jsonl", "source", required=True, metavar="IN", help="Reports in time order; '-' reads stdin.")
@click.option("--out", "target", required=True, metavar="OUT", help="Where the answers go; '-' writes to stdout.")
def stories(source: str, target: str) -> int:
    """Join reports into stories and find copies.

    IN has one JSON object a line, in the order the reports appeared: {id, outlet, published, title, text}. A report
    whose "published" is null is taken to follow the one before. OUT has {id, story_id, origin_id} for each: story_id is
    the id of the report that opened the story, origin_id that of the report whose text this one reuses, or its own.
    Both may be plain or end in .gz.

    \b
    Examples:
      reportedly stories --jsonl reports.jsonl --out stories.jsonl
      zcat reports.jsonl.gz | reportedly stories --jsonl - --out - | jq .story_id

    Exit code 1 when some lines could not be read; they are named, and the others are answered.
    """
    files = [Path(name) for name in (source, target) if name != "-" and Path(name).exists()]
    if len(files) == 2 and files[0].samefile(files[1]):
        raise UsageError(f"{source} cannot be read and written at once; give another file to --out")
    bad = 0
    with open_lines(source) as lines, open_out(target) as out, watched() as progress:
        task = progress.add_task("placing", total=None)
        for row in placed(lines):
            if isinstance(row, BadLine):
                bad += 1
                if bad <= LINES_NAMED:
                    click.echo(f"{source}:{row.number}: {row.why}", err=True)
            else:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            progress.advance(task)
    if bad > LINES_NAMED:
        click.echo(f"… and {bad - LINES_NAMED} more lines", err=True)
    if bad:
        click.echo(f"{bad} line{'' if bad == 1 else 's'} set aside", err=True)
    return 1 if bad else 0


class BadLine(Exception):
    """A line that is no report, by its number and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")
        self.number = number
        self.why = why


def placed(lines: Iterator[bytes]) -> Iterator[dict[str, Any] | BadLine]:
    """For each line with a report, its story and origin; for each that holds none, what is wrong. Blank lines pass."""
    open_stories = OpenStories()
    ids: list[Any] = []
    origins: list[int] = []
    seen: set[str] = set()
    last = BEGINNING
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _row(number, line, seen)
            published = _time(row.get("published"), number) or last
        except BadLine as bad:
            yield bad
            continue
        last = published
        report_id = len(ids)
        ids.append(row["id"])
        seen.add(str(row["id"]))
        title, text = row.get("title") or "", row.get("text") or ""
        placement = open_stories.place(
            Arrival(
                report_id=report_id, outlet=str(row.get("outlet") or ""), published=published, text=f"{title}\n{text}"
            )
        )
        origins.append(report_id if placement.copy_of is None else origins[placement.copy_of])
        yield {"id": row["id"], "story_id": ids[placement.story_id], "origin_id": ids[origins[report_id]]}


def _row(number: int, line: bytes, seen: set[str]) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as why:
        raise BadLine(number, "not UTF-8") from why
    except (ValueError, RecursionError) as why:
        raise BadLine(number, "not JSON") from why
    if not isinstance(row, dict):
        raise BadLine(number, "not a JSON object")
    if not isinstance(row.get("id"), str | int) or row["id"] == "":
        raise BadLine(number, 'no "id"')
    if str(row["id"]) in seen:
        raise BadLine(number, f"the id {row['id']!r} stands on an earlier line")
    for name in ("title", "text"):
        if not isinstance(row.get(name), str | None):
            raise BadLine(number, f'"{name}" is no text')
    return row


def _time(value: object, number: int) -> datetime | None:
    """The time given, in UTC; None when there is none. A time without a zone counts as UTC."""
    if value is None or value == "":
        return None
    try:
        if not isinstance(value, str):
            raise ValueError
        time = datetime.fromisoformat(value)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as why:
        raise BadLine(number, f'"published" is no ISO 8601 time: {value!r}') from why


@contextmanager
def open_lines(source: str) -> Iterator[Iterator[bytes]]:
    """The lines of a file, plain or .gz, or of stdin for "-". Raises UnreadableFile."""
    if source == "-":
        yield iter(sys.stdin.buffer)
        return
    path = Path(source)
    if path.is_dir():
        raise UnreadableFile(path, "is a directory")
    if not path.exists():
        raise UnreadableFile(path, "there is no such file")
    if path.stat().st_size == 0:
        raise UnreadableFile(path, "is empty")
    with path.open("rb") as plain:
        if plain.read(2) != b"\x1f\x8b":
            plain.seek(0)
            yield iter(plain)
            return
        plain.seek(0)
        try:
            with gzip.open(plain) as unpacked:
                yield iter(unpacked)
        except (gzip.BadGzipFile, zlib.error, EOFError) as why:
            raise UnreadableFile(path, f"cannot be unpacked: {why}") from why


@contextmanager
def open_out(target: str) -> Iterator[IO[str]]:
    """A file to write lines to, compressed when its name ends in .gz, or stdout for "-"."""
    if target == "-":
        yield sys.stdout
        return
    path = Path(target)
    if path.is_dir():
        raise UnreadableFile(path, "is a directory")
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.open(raw, "wb") as packed, io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as out:
                yield out
        else:
            with io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as out:
                yield out
