"""`reportedly index`: compare the search index with the store, or make it anew."""

from __future__ import annotations

import click

from reportedly.cli.django import start
from reportedly.cli.folder import WireGroup
from reportedly.cli.main import DONE, SOME_SET_ASIDE
from reportedly.cli.progress import watched


@click.group(cls=WireGroup)
def index() -> None:
    """The search index, which is derived from the store and can be made again from it.

    \b
    Examples:
      reportedly index status
      reportedly index verify
      reportedly index rebuild

    All three may run while `reportedly serve` does.
    """


@index.command()
def status() -> None:
    """Say how large the index is and how much of the store it holds."""
    settings = start(must_exist=True)

    from reportedly.engines.search import SearchIndex
    from reportedly.wire.models import Report

    search = SearchIndex(settings.search)
    held = sum(1 for _ in search.stamps())
    reports, waiting = Report.objects.count(), Report.objects.filter(indexed=False).count()
    size = sum(part.stat().st_size for part in search.files())
    click.echo(f"{held:,} of {reports:,} reports indexed, {waiting:,} waiting · {size / 1e6:,.1f} MB · {search.path}")


@index.command()
def verify() -> int:
    """Compare every report with what the index holds of it. Exit code 1 when something differs."""
    settings = start(must_exist=True)

    from reportedly.engines import indexing
    from reportedly.engines.search import SearchIndex
    from reportedly.wire.models import Report

    search = SearchIndex(settings.search)
    with watched() as progress:
        task = progress.add_task("Comparing", total=Report.objects.count())
        search.check()
        found = indexing.verify(search, progress=lambda done: progress.update(task, completed=done))
    click.echo(str(found))
    for example in found.examples:
        click.echo(f"  {example}", err=True)
    if found.equal:
        return DONE
    click.echo("Make it anew: reportedly index rebuild", err=True)
    return SOME_SET_ASIDE


@index.command()
def rebuild() -> None:
    """Make the index anew. Searches are answered from the old one until the new one is ready."""
    settings = start(must_exist=True)

    from reportedly.engines import indexing
    from reportedly.wire.models import Report

    with watched() as progress:
        task = progress.add_task("Indexing", total=Report.objects.count())
        held = indexing.rebuild(settings.search, progress=lambda done: progress.update(task, completed=done))
    click.echo(f"{held:,} reports indexed")
