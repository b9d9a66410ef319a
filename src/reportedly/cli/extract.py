"""`reportedly extract`: HTML files to JSON lines, one a page, without a store."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reportedly.cli import config
from reportedly.cli.main import DONE, SOME_SET_ASIDE
from reportedly.cli.outlet_rules import load_outlet_rule
from reportedly.errors import UnreadableFile, UsageError
from reportedly.extract import extract_known
from reportedly.extract.rules import OutletRule
from reportedly.extract.workers import Workers
from reportedly.values import Page, Reason, Report, SetAside

ENDINGS = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")
MOST_BYTES = 64 << 20  # of one file, unpacked; a page that large is set aside by what reads it


@click.command(short_help="Reports out of HTML files, as JSON lines.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--jsonl", "out", required=True, metavar="OUT", help="Where the reports go, one a line; - is stdout.")
@click.option(
    "--rule",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Read every file by this outlet rule, whatever host the rule is for; so one is tried.",
)
@click.option("--readers", type=click.IntRange(1, 64), help="Reading processes. [default: one a core]")
def extract(paths: tuple[Path, ...], out: str, rule: Path | None, readers: int | None) -> int:
    """Read the report out of each HTML file.

    A PATH is a file, plain or gzipped, or a folder, searched for .html and .html.gz files. Each report is one line:
    page_id (the file's name without its ending), title, author, date, date_from, articleBody, language. A file without
    a report is named on stderr, with the reason, and the exit code is 1.

    \b
    Examples:
      reportedly extract report.html --jsonl -
      reportedly extract saved-pages/ --jsonl reports.jsonl
      reportedly extract saved-pages/ --rule courier.toml --jsonl -
    """
    settings = config.load()
    chosen = load_outlet_rule(rule) if rule else None
    files = find_files(paths)
    aside = 0
    with (
        opened(out) as lines,
        Workers(
            partial(make_read, chosen),
            count=readers or settings.readers or os.cpu_count() or 1,
            limit_s=settings.read_limit_s,
            memory_mb=settings.read_memory_mb,
        ) as workers,
        shown_progress(len(files)) as (advance, say),
    ):
        for file, result in workers.run(files):
            if isinstance(result, dict):
                lines.write(json.dumps(result, ensure_ascii=False) + "\n")
            else:
                aside += 1
                say(f"{file}: {result}")
            advance()
    if aside:
        click.echo(f"{aside:,} of {len(files):,} files set aside.", err=True)
    return SOME_SET_ASIDE if aside else DONE


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The HTML files meant: files as they are named, folders searched in order of name.

    Raises UnreadableFile for a path that is not there, UsageError when no file is found.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.rglob("*") if file.name.lower().endswith(ENDINGS) and file.is_file())
        elif path.exists():
            files.append(path)
        else:
            raise UnreadableFile(path, "there is no such file")
    if not files:
        raise UsageError(f"no HTML files in {', '.join(map(str, paths))}")
    return files


def page_id(file: Path) -> str:
    """A file's name without .gz and .html."""
    name = file.name.removesuffix(".gz")
    return name.rpartition(".")[0] if name.lower().endswith((".html", ".htm", ".xhtml")) else name


def line_of(file: Path, report: Report, day: date | None) -> dict[str, object]:
    """A report as other programs read it; the date is the day on the outlet's own calendar."""
    return {
        "page_id": page_id(file),
        "title": report.title,
        "author": report.author,
        "date": day.isoformat() if day else None,
        "date_from": report.published_from,
        "articleBody": "\n".join(report.paragraphs),
        "language": report.language,
    }


def make_read(rule: OutletRule | None) -> Callable[[Path], dict[str, object] | SetAside]:
    """What a reading process does with one file."""
    return partial(read_file, rule=rule)


def read_file(file: Path, *, rule: OutletRule | None = None) -> dict[str, object] | SetAside:
    """The line of the report in a file. The page's address is the file's: nothing is read out of where it lies."""
    url = file.absolute().as_uri()
    try:
        body = _bytes(file)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="its gzip is damaged")
    except OSError as why:
        return SetAside(url=url, reason=Reason.UNREADABLE, detail=why.strerror or str(why))
    found = extract_known(Page(url=url, body=body, fetched=datetime.now(UTC)), rule=rule)
    if isinstance(found, SetAside):
        return found
    report, known = found
    return line_of(file, report, known.published.value.day if known.published.value else None)


def _bytes(file: Path) -> bytes:
    with file.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
    with gzip.open(file) if packed else file.open("rb") as content:
        return content.read(MOST_BYTES)


@contextlib.contextmanager
def opened(out: str) -> Iterator[IO[str]]:
    """The file to write to, or stdout for "-"."""
    if out == "-":
        yield sys.stdout
        sys.stdout.flush()
    else:
        with open(out, "w", encoding="utf-8") as lines:
            yield lines


@contextlib.contextmanager
def shown_progress(total: int) -> Iterator[tuple[Callable[[], None], Callable[[str], None]]]:
    """A progress bar on stderr, where that is a terminal; yields how to advance it and how to say a line above it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield (lambda: None), (lambda line: click.echo(line, err=True))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Reading", total=total)
        yield (
            (lambda: bar.advance(task)),
            (lambda line: bar.console.print(line, markup=False, highlight=False, soft_wrap=True)),
        )
