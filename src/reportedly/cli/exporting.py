"""`reportedly export`: the wire's reports, outlets, subjects or kept originals as a file that can be imported again."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from reportedly.cli.django import start
from reportedly.errors import UsageError


@click.command()
@click.option("--out", required=True, metavar="FILE|-", help="Where to write; - is standard output.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "opml", "subjects", "warc"]),
    default="jsonl",
    show_default=True,
    help="Reports as JSONL, outlets as OPML, subjects as JSONL, or the originals that were kept as a web archive.",
)
@click.option("--subject", metavar="NAME", help="Only reports filed under this subject.")
@click.option("--since", metavar="DATE", help="Only reports listed on or after this day (2026-03-01) or time, in UTC.")
@click.option("--data", metavar="DIR", help="The data folder. [default: ./reportedly-data]")
def export(out: str, format_: str, subject: str | None, since: str | None, data: str | None) -> None:
    """Write the wire's reports with their attributions, chains and subjects; or its outlets, its subjects, or the
    pages it kept as they came.

    \b
    Examples:
      reportedly export --out reports.jsonl
      reportedly export --subject Syria --since 2026-03-01 --out - | head
      reportedly export --format opml --out outlets.opml
      reportedly export --format warc --out originals.warc.gz

    Originals are there where the setting keep_originals is on; a name that ends in .gz has them packed. Reports come oldest first. What is written can be taken in again with `reportedly import`.
    """
    if data:
        os.environ["REPORTEDLY_DATA"] = data
    if format_ not in ("jsonl", "warc") and (subject or since):
        raise UsageError("--subject and --since choose reports; they go with --format jsonl or warc")
    start(must_exist=True)

    from reportedly.wire import exports

    if format_ == "opml":
        lines = iter([exports.outlets_as_opml(now=datetime.now(UTC))])
        what = "OPML"
    elif format_ == "subjects":
        lines, what = _as_lines(exports.subjects()), "subjects"
    elif format_ == "warc":
        packed = out.lower().endswith(".gz")
        lines = exports.originals(subject=subject, since=_time(since), packed=packed, now=datetime.now(UTC))
        what = "pages"
    else:
        lines, what = _as_lines(exports.reports(subject=subject, since=_time(since))), "reports"
    with _written(out) as file:
        many = 0
        for line in lines:
            file.write(line)
            many += 1
    if out != "-":
        click.echo(f"{out}: {what}" if format_ == "opml" else f"{out}: {many:,} {what}", err=True)


def _as_lines(records: Iterator[dict[str, object]]) -> Iterator[bytes]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _time(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError as why:
        raise UsageError(f"--since {said!r} is no date; write it like 2026-03-01") from why
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@contextmanager
def _written(out: str) -> Iterator[BinaryIO]:
    """The file to write to, which appears under its name when it is whole, and not before."""
    if out == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    if path.is_dir():
        raise UsageError(f"{out} is a folder; name a file")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
