"""`reportedly demo`: the sample wire, collected and read before your eyes."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from reportedly.errors import UsageError

ALL_READ_WITHIN_S = 300


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port of the site.")
@click.option(
    "--data", metavar="DIR", help="Keep the wire in this new folder. [default: a folder that is removed at the end]"
)
@click.option("--once", is_flag=True, help="Stop as soon as everything is read, instead of at Ctrl+C.")
def demo(port: int, data: str | None, once: bool) -> None:
    """Show the sample wire: invented outlets, served here, collected and read by the true line.

    \b
    Examples:
      reportedly demo
      reportedly demo --port 8080 --data ./my-demo

    Nothing leaves this machine: the outlets are served from 127.0.0.1, and nothing in them is real.
    """
    folder = Path(data).absolute() if data else Path(tempfile.mkdtemp(prefix="reportedly-demo-"))
    if data and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is there already; the demo starts in a new folder (look again with `reportedly serve --data {data}`)"
        )
    try:
        _show(folder, port, once)
    finally:
        if not data:
            shutil.rmtree(folder, ignore_errors=True)
    click.echo(f"Stopped. The wire is kept in {folder}." if data else "Stopped.", err=True)


def _show(folder: Path, port: int, once: bool) -> None:
    from reportedly.cli.django import start
    from reportedly.sample.server import SampleWire

    with SampleWire() as sample:
        os.environ.update(
            REPORTEDLY_DATA=str(folder),
            REPORTEDLY_PORT=str(port),
            REPORTEDLY_SITE_NAME="reportedly demo",
            REPORTEDLY_ALLOW=sample.base_url.removeprefix("http://").rstrip("/"),
            REPORTEDLY_PACE_S="0",
            REPORTEDLY_CHECK_EVERY_S="60",
        )
        settings = start()

        from reportedly.cli.service import Service
        from reportedly.wire import intake
        from reportedly.wire.outlets import add_outlet
        from reportedly.wire.subjects import add_subject

        for subject in sample.subjects:
            add_subject(subject.label, type=subject.type, aliases=subject.aliases)
        for outlet in sample.outlets:
            add_outlet(
                outlet.name,
                slug=outlet.slug,
                home_url=outlet.home_url,
                feed_urls=[outlet.feed_url],
                family=outlet.family,
                country=outlet.country,
                language=outlet.language,
            )
        service = Service(settings)

        def ready(_: Service) -> None:
            click.echo(f"The demo is at {service.url} and fills as you watch: {len(sample.outlets)} outlets.", err=True)
            _wait_until_read(service.stop)
            click.echo(f"All read: {intake.tally()}.", err=True)
            sample.release_updates()
            _wait_until_read(service.stop, again=True)
            click.echo(f"The outlets corrected and withdrew some of it: {intake.tally()}.", err=True)
            if once:
                os.kill(os.getpid(), signal.SIGINT)
            else:
                click.echo("Ctrl+C stops it.", err=True)

        service.run(ready)


def _wait_until_read(stop: Event, *, again: bool = False) -> None:
    """Return once every feed was checked, `again` or at all, and every page taken in has its outcome."""
    from reportedly.wire import intake
    from reportedly.wire.models import FeedSource

    since = datetime.now(UTC) if again else datetime.min.replace(tzinfo=UTC)
    if again:
        FeedSource.objects.update(next_check=since)
    until = time.monotonic() + ALL_READ_WITHIN_S
    while time.monotonic() < until and not stop.is_set():
        unchecked = FeedSource.objects.exclude(last_success__gte=since).exclude(last_failure__gte=since)
        if not unchecked.exists() and not intake.tally().waiting:
            return
        stop.wait(0.2)
