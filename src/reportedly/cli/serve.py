"""`reportedly serve`: site, collector and pipeline in one command."""

from __future__ import annotations

import os

import click

from reportedly.cli.django import start


@click.command()
@click.option("--host", metavar="ADDRESS", help="The address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on. [default: 8000]")
@click.option("--data", metavar="DIR", help="The data folder, made when it is not there. [default: ./reportedly-data]")
def serve(host: str | None, port: int | None, data: str | None) -> None:
    """Run the wire: the site, the collector and the pipeline, until Ctrl+C.

    \b
    Examples:
      reportedly serve
      reportedly serve --port 8080 --data /srv/wire
      reportedly outlets add https://outlet.example/    (in another terminal)

    Settings come from reportedly.toml in the data folder, then from REPORTEDLY_… in the environment, then from here.
    """
    for name, value in (("DATA", data), ("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"REPORTEDLY_{name}"] = str(value)
    settings = start()

    from reportedly.cli.service import Service
    from reportedly.wire.models import Outlet, SubjectRecord
    from reportedly.wire.subjects import seed

    if not SubjectRecord.objects.exists():
        click.echo("First run: filling the list of subjects (countries, cities, bodies, people) …", err=True)
        click.echo(f"  {seed():,} subjects.", err=True)
    service = Service(settings)

    def ready(_: Service) -> None:
        click.echo(f"The wire is at {service.url} (Ctrl+C stops it). Its data: {settings.data}", err=True)
        if not Outlet.objects.exists():
            click.echo("It has no outlets yet. Add one: reportedly outlets add https://outlet.example/", err=True)

    service.run(ready)
    click.echo("Stopped.", err=True)
