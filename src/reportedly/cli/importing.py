"""`reportedly import`: files of reports and lists of outlets into the wire."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportedly.cli.django import start
from reportedly.cli.main import DONE, SOME_SET_ASIDE
from reportedly.cli.progress import watched
from reportedly.errors import UnreadableFile, UsageError
from reportedly.pipeline.formats import Format
from reportedly.values import Tally

if TYPE_CHECKING:
    from reportedly.cli.config import Settings
    from reportedly.wire.imports import Source

NAMED = 20  # pages set aside that are named one by one


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--outlet", metavar="NAME", help="Who published what the file itself lays to nobody.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([kind.value for kind in Format]),
    help="What the files are, where it cannot be seen.",
)
@click.option("--data", metavar="DIR", help="The data folder. [default: ./reportedly-data]")
def import_(files: tuple[Path, ...], outlet: str | None, format_: str | None, data: str | None) -> int:
    """Take reports in from files: JSONL or JSON records, ninjs, NewsML-G2, feeds, sitemaps, HTML pages or a folder of
    them, listings, WARC; and outlets from OPML.

    \b
    Examples:
      reportedly import reports.jsonl
      reportedly import pages/ --outlet "The Gazette"
      reportedly import crawl.warc.gz feed.xml
      reportedly import outlets.opml

    An import that was cut off goes on where it stopped when it is started again; one that is repeated changes nothing.
    Exit code 1 when some reports were set aside; the first 20 are named.
    """
    if data:
        os.environ["REPORTEDLY_DATA"] = data
    if outlet is not None and not outlet.strip():
        raise UsageError("--outlet is empty; name who published the reports, or leave it out")
    for file in files:
        if not file.exists():
            raise UnreadableFile(file, "there is no such file")
    start(migrate=False)  # a wire is made only once every file has been looked at

    from reportedly.wire.imports import look_at

    with watched() as progress:
        sources = []
        for file in files:
            task = progress.add_task(f"Looking at {file.name}", total=None)
            sources.append(
                look_at(
                    file,
                    format=Format(format_) if format_ else None,
                    progress=lambda done, size, task=task: progress.update(task, completed=done, total=size),  # type: ignore[misc]
                )
            )
            progress.remove_task(task)
    settings = start()
    if any(source.format is not Format.OPML for source in sources):
        _seed()
    codes = [_import_one(source, outlet, settings) for source in sources]
    return max(codes, default=DONE)


def _import_one(source: Source, outlet: str | None, settings: Settings) -> int:
    from reportedly.cli.working import finish
    from reportedly.wire.imports import NO_OUTLET, take_in_file

    if source.format is Format.OPML:
        return _import_outlets(source)
    with watched() as progress:
        task = progress.add_task(f"Taking in {source.path.name}", total=None)
        intake = take_in_file(
            source,
            outlet=outlet,
            now=datetime.now(UTC),
            taken=lambda many: progress.update(task, completed=many),
        )
        progress.remove_task(task)
        task = progress.add_task(f"Reading {source.path.name}", total=None)

        def note(tally: Tally) -> None:
            progress.update(task, completed=tally.ended, total=tally.taken_in)

        tally = finish(intake, settings, note)
    click.echo(f"{source.path.name}: {tally}")
    if not outlet and intake.pages.filter(outlet__name=NO_OUTLET).exists():
        click.echo(
            f"  It names no outlet; its reports are filed under {NO_OUTLET!r}. Name one with --outlet.", err=True
        )
    if tally.waiting:
        click.echo(
            f"  {tally.waiting:,} are only announced in the file and have to be fetched; `reportedly serve` does that.",
            err=True,
        )
    if not tally.set_aside:
        return DONE
    for reason, many in sorted(tally.reasons.items(), key=lambda item: -item[1]):
        click.echo(f"  {many:,} set aside: {reason}", err=True)
    named = intake.pages.filter(outcome="set aside").order_by("order")[:NAMED]
    for page in named:
        click.echo(f"    {page.url or page.key}: {page.reason}{f' ({page.detail})' if page.detail else ''}", err=True)
    if tally.set_aside > NAMED:
        click.echo(f"    … and {tally.set_aside - NAMED:,} more", err=True)
    return SOME_SET_ASIDE


def _import_outlets(source: Source) -> int:
    from reportedly.wire.imports import add_outlets

    found = add_outlets(source, now=datetime.now(UTC))
    click.echo(f"{source.path.name}: {len(found.added):,} outlets, {len(found.refused):,} refused")
    for why in found.refused[:NAMED]:
        click.echo(f"    {why}", err=True)
    if len(found.refused) > NAMED:
        click.echo(f"    … and {len(found.refused) - NAMED:,} more", err=True)
    return SOME_SET_ASIDE if found.refused else DONE


def _seed() -> None:
    """Fill the list of subjects on the first run, so that what is read is filed under something."""
    from reportedly.wire.models import SubjectRecord
    from reportedly.wire.subjects import seed

    if not SubjectRecord.objects.exists():
        click.echo("First run: filling the list of subjects (countries, cities, bodies, people) …", err=True)
        click.echo(f"  {seed():,} subjects.", err=True)
