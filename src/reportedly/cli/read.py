"""`reportedly read`: who says what, through whom, in files, pages and streams, without a store."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import click

import reportedly
from reportedly.cli import config
from reportedly.cli.main import DONE, SOME_SET_ASIDE, WRONG_USE
from reportedly.cli.progress import watched
from reportedly.cli.stories import open_lines, open_out
from reportedly.errors import FetchFailed, NotRead, ReportedlyError, UnreadableFile, UsageError
from reportedly.trace import render
from reportedly.values import Page, Reading, Report, SetAside

FEW_LINES = 50  # lines that one process has read before a second one has loaded its reader
LINES_NAMED = 20  # bad lines named one by one before the rest are only counted
LARGEST = 64 << 20  # bytes of a file or of stdin that are read as one report


@click.command(short_help="Who says what, through whom, in a text or page.")
@click.argument("sources", nargs=-1, metavar="[FILE|URL|-]…")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How to show it.",
)
@click.option("--jsonl", "jsonl", metavar="IN", help="Read many reports, one JSON object a line; '-' is stdin.")
@click.option("--out", "out", metavar="OUT", help="Where the answers go; '-' is stdout. [default: -]")
@click.option(
    "--readers",
    type=click.IntRange(1, 64),
    help="Reading processes, with --jsonl. [default: one a core; 1 for few lines]",
)
def read(sources: tuple[str, ...], form: str, jsonl: str | None, out: str | None, readers: int | None) -> int:
    """Read who says what in a report, and through whom.

    A FILE is plain text (title, then paragraphs, one a line) or HTML; a URL is fetched as the collector fetches, so
    never from an address inside your network unless the setting "allow" names it. In the text form the voice nearest
    the reader stands first and unnamed voices stand in brackets. In the json form, one object a line.

    With --jsonl, each line of IN is {doc_id, text[, title, url, published, outlet]} and comes back with names,
    attributions, chains and subjects. Where a title is given, spans point into title, line break, text: the "text"
    that comes back. What is laid to the "outlet" itself is not marked. Both files may end in .gz. Many lines are read
    on every core.

    \b
    Examples:
      reportedly read report.html
      reportedly read --format json https://outlet.example/report | jq .chains
      pbpaste | reportedly read -
      reportedly read --jsonl reports.jsonl --out read.jsonl

    Exit code 1 when some of several inputs, or some lines, could not be read (they are named), 2 when none could.
    """
    if jsonl is not None:
        if sources:
            raise UsageError("give either --jsonl or files to read, not both")
        return _read_lines(jsonl, out or "-", readers)
    if readers:
        raise UsageError("--readers goes with --jsonl; one report is read by one process")
    if not sources:
        raise UsageError("nothing to read: name a file or an address, or - for stdin")
    with open_out(out or "-") as target:
        return _read_all(sources, form, target)


def _read_all(sources: Iterable[str], form: str, out: IO[str]) -> int:
    good, bad, many = 0, 0, len(tuple(sources)) > 1
    for source in sources:
        try:
            reading = _read_one(source, with_subjects=form == "json")
        except (ReportedlyError, OSError) as why:
            if not many:
                raise
            bad += 1
            click.echo(f"reportedly: {_sentence(why, source)}", err=True)
            continue
        good += 1
        out.write(_shown(reading, form, source, many=many))
    if not bad:
        return DONE
    return SOME_SET_ASIDE if good else WRONG_USE


def _shown(reading: Reading, form: str, source: str, *, many: bool) -> str:
    if form == "html":
        return render.as_page(reading, title=f"Who says so: {source}")
    if form == "json":
        named = {"source": source} if many else {}
        return _line({**named, **reading.to_dict()})
    return (f"{source}\n" if many else "") + render.as_text(reading) + ("\n" if many else "")


def _line(answer: dict[str, Any]) -> str:
    """One line of JSON that any file can take: half a surrogate pair, which UTF-8 has no place for, is escaped."""
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(answer)
    return line + "\n"


def _sentence(why: Exception, source: str) -> str:
    return f"{source}: {why.strerror}" if isinstance(why, OSError) and why.strerror else str(why)


def _read_one(source: str, *, with_subjects: bool) -> Reading:
    """The reading of one file, address or stdin. Raises ReportedlyError or OSError with one clear sentence."""
    subjects = None if with_subjects else ()
    if source.startswith(("http://", "https://")):
        return reportedly.read(_fetch(source), subjects=subjects)
    if "://" in source and not Path(source).exists():
        raise UsageError(f"{source}: only http and https addresses are fetched")
    body = sys.stdin.buffer.read(LARGEST + 1) if source == "-" else _bytes_of(Path(source))
    name = "stdin" if source == "-" else source
    if len(body) > LARGEST:
        raise UnreadableFile(name, f"is larger than {LARGEST >> 20} MB; use --jsonl for many reports")
    if not body.strip():
        raise UnreadableFile(name, "is empty")
    if _is_html(body, source):
        page = Page(url=name, body=body, fetched=datetime.now(UTC))
        return reportedly.read(page, subjects=subjects)
    return reportedly.read(_text_of(body, name), subjects=subjects)


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFile(path, "is a directory; name the files in it")
    if not path.exists():
        raise UnreadableFile(path, "there is no such file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _is_html(body: bytes, source: str) -> bool:
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<") or source.lower().endswith((".html", ".htm", ".xhtml"))


def _text_of(body: bytes, name: str) -> str:
    """Plain text as characters: UTF-8, or UTF-16 with its mark. Raises UnreadableFile."""
    try:
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = body.decode("utf-16")
        else:
            text = body.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise UnreadableFile(name, "is neither HTML nor text in UTF-8 or UTF-16") from why
    if "\0" in text:
        raise UnreadableFile(name, "is no text: it holds NUL characters")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _fetch(url: str) -> Page:
    """The page at an address, fetched under the collector's rules. Raises FetchFailed or BlockedAddress."""
    from reportedly.collect.client import Client, Fetched, FetchRules

    settings = config.load()
    rules = FetchRules(
        user_agent=settings.user_agent,
        timeout_s=settings.timeout_s,
        limit_bytes=settings.page_limit_mb << 20,
        allow=settings.allow,
        pace_s=0,
    )

    async def fetch() -> object:
        async with Client(rules) as client:
            return await client.fetch(url)

    answer = asyncio.run(fetch())
    if isinstance(answer, Fetched):
        return Page(
            url=url,
            final_url=answer.final_url,
            body=answer.body,
            content_type=answer.content_type,
            fetched=answer.fetched,
        )
    raise FetchFailed(f"{url} was not read ({answer if isinstance(answer, SetAside) else 'no page came back'})")


# --- many reports ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BadLine:
    """A line that holds no report, by its number and why."""

    number: int
    why: str


def _read_lines(source: str, target: str, readers: int | None) -> int:
    if (
        source != "-"
        and target != "-"
        and Path(target).exists()
        and Path(source).exists()
        and Path(source).samefile(target)
    ):
        raise UsageError(f"{target} is the file that is read; write the answers to another")
    good = bad = 0
    with (
        open_lines(source) as lines,
        open_out(target) as out,
        watched() as progress,
        closing(read_lines(lines, readers=readers or config.load().readers or None)) as answers,
    ):
        task = progress.add_task("reading", total=None)
        for answer in answers:
            if isinstance(answer, BadLine):
                bad += 1
                if bad <= LINES_NAMED:
                    click.echo(f"{'stdin' if source == '-' else source}:{answer.number}: {answer.why}", err=True)
            else:
                good += 1
                out.write(_line(answer))
            progress.advance(task)
    if bad > LINES_NAMED:
        click.echo(f"… and {bad - LINES_NAMED:,} more lines", err=True)
    if bad:
        click.echo(f"{bad:,} line{'' if bad == 1 else 's'} set aside", err=True)
    if not bad:
        return DONE
    return SOME_SET_ASIDE if good else WRONG_USE


def read_lines(
    lines: Iterable[bytes], *, readers: int | None = None
) -> Generator[dict[str, Any] | BadLine, None, None]:
    """For each line with a report, the same with its reading; for each other, what is wrong. Blank lines pass.

    In their order, by so many processes, None being one a core; the first `FEW_LINES` of an input that ends with them
    are read in this one. Only a few lines for each process are taken in at a time.
    """
    rows = ((number, _row(line, first=number == 1)) for number, line in enumerate(lines, 1) if line.strip())
    begun = list(islice(rows, FEW_LINES + 1)) if readers is None else []
    if readers is None and len(begun) <= FEW_LINES:
        readers = 1
    taken: deque[tuple[int, dict[str, Any] | str]] = deque()

    def reports() -> Iterator[Report]:
        for number, row in chain(begun, rows):
            taken.append((number, row))
            yield _report(row)

    subjects = reportedly.default_subjects() if readers == 1 else None  # else each process loads its own
    with reportedly.read_many(reports(), subjects=subjects, processes=readers) as readings:
        while True:
            try:
                reading = next(readings, None)
            except NotRead as why:
                number, row = taken.popleft()
                yield BadLine(number, row if isinstance(row, str) else str(why).partition(": ")[2])
                continue
            if reading is None:
                return
            number, row = taken.popleft()
            yield BadLine(number, row) if isinstance(row, str) else {**row, **reading.to_dict()}


def _report(row: dict[str, Any] | str) -> Report:
    """What is read of a row: title, line break, text, whatever they look like; of a bad one nothing, in its place."""
    if isinstance(row, str):
        return Report(url="", title="", paragraphs=())
    text = f"{row['title']}\n{row['text']}" if row.get("title") else row["text"]
    title, *paragraphs = text.split("\n")
    return Report(url="", title=title, paragraphs=tuple(paragraphs), outlet=row.get("outlet") or "")


def _row(line: bytes, *, first: bool) -> dict[str, Any] | str:
    """The report on a line, or what is wrong with it."""
    try:
        row = json.loads(line.decode("utf-8-sig" if first else "utf-8"))
    except UnicodeDecodeError:
        return "not UTF-8"
    except (ValueError, RecursionError):
        return "not JSON"
    if not isinstance(row, dict):
        return "not a JSON object"
    if not isinstance(row.get("text"), str):
        return 'no "text"'
    if not isinstance(row.get("title"), str | None):
        return '"title" is no text'
    if not isinstance(row.get("outlet"), str | None):
        return '"outlet" is no text'
    if not isinstance(row.get("doc_id"), str | int) or row["doc_id"] == "":
        return 'no "doc_id"'
    return row
