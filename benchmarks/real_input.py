"""Real feeds and pages through the whole line, served from loopback, and what became of each.

    python benchmarks/real_input.py SHARED/data/extract [--keep DIR]

Every feed of real-feeds.tar.xz is an outlet of its own; the pages of wcxb-html.tar.xz are another's, announced by a feed
made for them. The collector asks loopback servers for all of it, each outlet a host of its own, exactly as it would ask
the web. Addresses inside the real feeds are turned to those servers, which refuse their pages with 403, as many outlets
do: a report then comes from the feed's own text where it has one, and is set aside with its reason where it has not.
Nothing leaves this machine.

Prints the outcomes, which must add up, the reasons, and CPU time; exits 1 when they do not add up or a page is left.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import os
import re
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

from aiohttp import web

from figures import ROOT, put

GIVE_UP_S = 1800
ADDRESS = re.compile(rb"""(xmlns(?::[\w.-]+)?\s*=\s*["']|DTD[^>]*["'])?https?://""", re.IGNORECASE)


def unpacked(archive: Path) -> dict[str, bytes]:
    """The files of a tar archive by their names without folder and ending."""
    with tarfile.open(archive) as tar:
        return {
            Path(member.name).name.split(".")[0]: file.read()
            for member in tar
            if member.isfile() and (file := tar.extractfile(member))
        }


class Loopback:
    """A server of feeds and pages on 127.0.0.1, in a thread of its own."""

    def __init__(self, feeds: dict[str, bytes], pages: dict[str, bytes], titles: dict[str, str]) -> None:
        self._feeds, self._pages, self._titles = feeds, pages, titles
        self.asked = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/feeds/{name}", self._feed)
        app.router.add_get("/pages.xml", self._feed_of_pages)
        app.router.add_get("/pages/{name}", self._page)
        app.router.add_get("/away/{rest:.*}", self._refused)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port: int = self._runner.addresses[0][1]
        for number in range(1, len(self._feeds) + 1):
            await web.TCPSite(self._runner, f"127.0.1.{number}", self.port).start()

    def base(self, name: str = "") -> str:
        """The host that an outlet is on: the one of this feed, or the one of the pages."""
        number = list(self._feeds).index(name) + 1 if name else 0
        return f"http://127.0.{1 if number else 0}.{number or 1}:{self.port}"

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        away = f"{self.base(name)}/away/".encode()
        body = ADDRESS.sub(lambda found: found[0] if found[1] else away, self._feeds[name])
        return web.Response(body=body, headers={"Content-Type": "application/xml"})

    async def _refused(self, request: web.Request) -> web.Response:
        return web.Response(status=403)

    async def _feed_of_pages(self, request: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>{html.escape(self._titles.get(name) or name)}</title><link>{self.base()}/pages/{name}</link></item>"
            for name in self._pages
        )
        return web.Response(
            text=f'<rss version="2.0"><channel><title>Pages</title>{items}</channel></rss>',
            content_type="application/rss+xml",
        )

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(body=self._pages[request.match_info["name"]], headers={"Content-Type": "text/html"})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="the folder with real-feeds.tar.xz and wcxb-html.tar.xz")
    parser.add_argument("--keep", type=Path, help="keep the wire in this new folder, to be looked at")
    parser.add_argument("--write", action="store_true", help="put the figures into the README and docs/reliability.md")
    arguments = parser.parse_args()
    if not (arguments.data / "real-feeds.tar.xz").exists():
        print(f"{arguments.data}: no real-feeds.tar.xz there", file=sys.stderr)
        return 2
    feeds, pages = unpacked(arguments.data / "real-feeds.tar.xz"), unpacked(arguments.data / "wcxb-html.tar.xz")
    with tempfile.TemporaryDirectory() as temporary, Loopback(feeds, pages, {}) as loopback:
        return run(loopback, list(feeds), arguments.keep or Path(temporary), write=arguments.write)


def cpu_seconds() -> float:
    """CPU time of this process and everything it started that still runs, from /proc: its readers and its site."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks[pid] for pid in ours) / os.sysconf("SC_CLK_TCK")


def run(loopback: Loopback, feeds: list[str], folder: Path, *, write: bool) -> int:
    os.environ.update(
        REPORTEDLY_DATA=str(folder),
        REPORTEDLY_PORT="0",
        REPORTEDLY_ALLOW="127.0.0.0/8",
        REPORTEDLY_PACE_S="0",
        REPORTEDLY_CHECK_EVERY_S="86400",
    )
    from reportedly.cli.django import start

    settings = start()

    from reportedly.cli.service import Service
    from reportedly.wire import intake
    from reportedly.wire.models import Attribution, FeedSource, Report, Version
    from reportedly.wire.outlets import add_outlet
    from reportedly.wire.subjects import seed

    print(f"{seed():,} subjects")
    for name in feeds:
        add_outlet(f"Feed {name}", home_url=loopback.base(name), feed_urls=[f"{loopback.base(name)}/feeds/{name}"])
    add_outlet("Pages", home_url=loopback.base(), feed_urls=[f"{loopback.base()}/pages.xml"])

    cpu = 0.0

    def until_read(service: Service) -> None:
        nonlocal cpu
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until and not service.stop.is_set():
            unchecked = FeedSource.objects.filter(last_success=None, last_failure=None).count()
            if not unchecked and not intake.tally().waiting:
                break
            time.sleep(1)
        cpu = cpu_seconds()
        service.stop.set()

    began = time.monotonic()
    Service(settings).run(until_read)
    tally = intake.tally()
    failed = FeedSource.objects.exclude(failure="").values_list("url", "failure")
    words = sum(len(text.split()) for text in Version.objects.values_list("text", flat=True))
    sound = tally.adds_up and not tally.waiting
    many = {
        f"feeds, {len(failed)} of them unreadable": len(feeds) + 1,
        "pages taken in": tally.taken_in,
        "reports stored": tally.stored,
        "new versions of them": tally.new_version,
        "unchanged": tally.unchanged,
        "set aside": tally.set_aside,
        **{f"… {reason}": number for reason, number in sorted(tally.reasons.items(), key=lambda one: -one[1])},
        "words read": words,
        "reports that stand in a story with another": Report.objects.filter(story__reports_count__gt=1).count(),
        "attributions found": Attribution.objects.count(),
        "of them in chains of two voices and more": Attribution.objects.exclude(within=None).count(),
    }
    figures = "| what | how many |\n|---|---:|\n" + "".join(
        f"| {what} | {number:,} |\n" for what, number in many.items()
    )
    figures += (
        f"\nOutcomes {'add up' if sound else 'DO NOT ADD UP'}. Everything together, collecting to indexing, cost "
        f"{cpu:.0f} CPU seconds: {1000 * cpu / max(1, tally.stored):.0f} CPU-ms a report of "
        f"{words / max(1, tally.stored):.0f} words.\n"
    )
    print(figures)
    for url, why in failed:
        print(f"  {url.rsplit('/', 1)[1]}: {why}", file=sys.stderr)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    if write:
        put(ROOT / "README.md", "real input", figures)
        put(ROOT / "docs" / "reliability.md", "real input", figures)
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
