"""What servers do to a collector, and what it costs: bombs, misbehaviours, and a thousand hosts at once.

    python benchmarks/fetching.py [--hosts 1000] [--timeout 30] [--write]

The misbehaving server of the tests runs in a process of its own on 127.0.0.1; every host of the thousand is a name that
resolves there. The collector runs as it does in `reportedly serve`, over a fresh store in a temporary folder. Memory is the
peak of the collecting process (VmHWM), and for a bomb what it rose by. Nothing leaves this machine.

Prints the figures; exits 1 when a bomb costs 40 MB or more, or a host has no outcome or the wrong one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from figures import ROOT, put

sys.path.insert(0, str(ROOT / "tests"))

from collect.server import LoopbackNames, Misbehaving, misbehaving, some_rules
from reportedly.collect.client import Client

MOST_MB = 40
SHORT_S = 4.0  # the timeout that single misbehaviours are measured with
CODINGS = ("gzip", "deflate", "br", "zstd")
MISBEHAVIOURS = {
    "drip": "a body that drips, a byte at a time",
    "drip-headers": "headers that drip and never end",
    "mute": "no answer at all",
    "endless": "an endless body",
    "refuse_slowly/drip": "a refusal with an endless page",
    "reset": "a reset",
    "reset/late": "a reset in the middle of the body",
    "hangup": "a connection closed without a word",
    "short": "a body shorter than its length",
    "raw/longer": "a body longer than its length",
    "raw/two-lengths": "two lengths",
    "raw/chunks": "a chunk whose size is no number",
    "raw/headers": "200,000 headers",
    "raw/header": "a header of 1 MB",
    "garbage": "another protocol",
    "picture": "a picture in place of a page",
    "packed/gzip-cut": "a gzip that breaks off",
    "packed/gzip-damaged": "a gzip that is damaged",
    "packed/gzip-not": "a gzip that is none",
    "circle/a": "a circle of redirects",
    "further": "redirects without end",
    "status/403?cf-mitigated=challenge": "a challenge",
    "status/429": "too many requests",
}
BEHAVIOURS = {**MISBEHAVIOURS, "status/403": "a plain refusal", "well": "a feed of 20 entries"}
# What a host does, how many of a thousand do it, and what must be said of it.
HOSTS = {
    "well": (560, "read"),
    "mute": (100, "network failure: no whole answer within"),
    "reset": (100, "network failure: the connection was reset"),
    "drip": (50, "network failure: no whole answer within"),
    "endless": (40, "too large: more than 10 MB"),
    "short": (50, "network failure: the answer broke off"),
    "circle/a": (40, "too many redirects: redirects in a circle"),
    "status/429": (30, "HTTP error: 429 Too Many Requests"),
    "status/403": (30, "HTTP error: 403 Forbidden"),
}
FEED = "<rss version='2.0'><channel><title>Well</title>{}</channel></rss>".format(
    "".join(f"<item><guid isPermaLink='false'>{n}</guid><title>Report {n}</title></item>" for n in range(20))
)


class Hosts(Misbehaving):
    """The tests' server, whose mute hosts have no robots.txt to show either."""

    def __init__(self) -> None:
        super().__init__()
        self.pages["/well"] = lambda _: web.Response(text=FEED, content_type="application/rss+xml")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.host.startswith("mute"):
            return await self._mute(request, "")
        answer = await super().answer(request)
        self.asked.clear()
        return answer


async def serve() -> None:
    """Serve until our parent closes the pipe."""
    async with misbehaving(Hosts()) as there:
        print(there.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def served() -> Iterator[int]:
    """The port of a misbehaving server in a process of its own."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.stdin.close()
        server.terminate()


def peak_mb() -> float:
    """The most memory this process ever held."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]


# --- each in a process of its own, so that one's peak is not another's ------------------------------------------------


async def one_bomb(port: int, coding: str) -> dict[str, object]:
    async with Client(some_rules(respect_robots=False)) as client:
        await client.fetch(f"http://127.0.0.1:{port}/large/100000")
        async with Client(some_rules(respect_robots=False, limit_bytes=1, timeout_s=300)) as first:
            await first.fetch(f"http://127.0.0.1:{port}/bomb/{coding}")  # the server packs it once
        before, began = peak_mb(), time.monotonic()
        found = await client.fetch(f"http://127.0.0.1:{port}/bomb/{coding}")
        return {"said": str(found), "seconds": time.monotonic() - began, "mb": peak_mb() - before}


async def every_misbehaviour(port: int, timeout_s: float) -> dict[str, object]:
    found = {}
    for path in MISBEHAVIOURS:
        async with Client(some_rules(respect_robots=False, timeout_s=timeout_s)) as client:
            began = time.monotonic()
            answer = await client.fetch(f"http://127.0.0.1:{port}/{path}")
            said = str(answer) if not hasattr(answer, "body") else f"read, {len(answer.body):,} bytes"
            found[path] = (said, time.monotonic() - began)
    return found


def every_host(port: int, many: int, timeout_s: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(REPORTEDLY_DATA=folder, REPORTEDLY_CHECK_EVERY_S="86400")
        from reportedly.cli.django import start

        start()
        from asgiref.sync import async_to_sync

        from reportedly.wire.collecting import Collector, FeedCheck
        from reportedly.wire.health import list_outlets
        from reportedly.wire.models import FeedSource
        from reportedly.wire.outlets import add_outlet

        ways = [way for way, (share, _) in HOSTS.items() for _ in range(share * many // 1000)]
        for number, way in enumerate(ways):
            url = f"http://{way.split('/')[0]}{number}.example:{port}/{way}"
            add_outlet(f"{way} {number}", feed_urls=[url])
        # Mixed, so that no kind has the line to itself.
        rows = list(FeedSource.objects.order_by("pk"))
        for place, row in enumerate(sorted(rows, key=lambda row: row.pk * 7919 % 1009)):
            row.next_check -= timedelta(seconds=len(rows) - place)
            row.save(update_fields=["next_check"])

        async def once() -> list[FeedCheck]:
            rules = some_rules(timeout_s=timeout_s, pace_s=1.0)
            async with Client(rules, resolver=LoopbackNames()) as client:
                return await Collector(client, check_every=timedelta(days=1)).check_once()

        began, cpu = time.time(), time.process_time()
        checks = async_to_sync(once)()
        seconds, cpu = time.time() - began, time.process_time() - cpu
        by_url = {check.url: check for check in checks}
        wrong = []
        counts: Counter[str] = Counter()
        for row in FeedSource.objects.order_by("pk"):
            way = row.outlet.name.rpartition(" ")[0]
            check = by_url.get(row.url)
            said = "no outcome" if check is None else str(check.why) if check.why else "read"
            counts[way] += 1
            if not said.startswith(HOSTS[way][1]):
                wrong.append(f"{way}: {said}")
        well = FeedSource.objects.exclude(last_success=None).order_by("-last_success").values_list("last_success")[0][0]
        states = Counter(outlet.state for outlet in list_outlets(well))
        return {
            "hosts": len(ways),
            "seconds": seconds,
            "cpu": cpu,
            "mb": peak_mb(),
            "last_well": well.timestamp() - began,
            "counts": dict(counts),
            "load": os.getloadavg()[1],
            "wrong": wrong,
            "states": dict(states),
        }


def in_a_process(*arguments: str) -> dict[str, object]:
    """What this program prints when run with these arguments, which is JSON."""
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


# --- figures ---------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hosts", type=int, default=1000, help="how many hosts are asked at once")
    parser.add_argument("--timeout", type=float, default=30.0, help="the setting timeout_s")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return 0
    if given.part:
        part, port, *rest = given.part
        match part:
            case "bomb":
                found = asyncio.run(one_bomb(int(port), rest[0]))
            case "misbehaviours":
                found = asyncio.run(every_misbehaviour(int(port), float(rest[0])))
            case _:
                found = every_host(int(port), int(rest[0]), float(rest[1]))
        print(json.dumps(found))
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    with served() as port:
        bombs = {coding: in_a_process("--part", "bomb", str(port), coding) for coding in CODINGS}
        mischief = in_a_process("--part", "misbehaviours", str(port), str(SHORT_S))
    with served() as port:
        hosts = in_a_process("--part", "hosts", str(port), str(given.hosts), str(given.timeout))
    figures, well = shown(bombs, mischief, hosts, given.timeout)
    print(figures)
    if given.write:
        put(ROOT / "docs" / "reliability.md", "fetching", figures)
    return 0 if well else 1


def shown(bombs: dict, mischief: dict, hosts: dict, timeout_s: float) -> tuple[str, bool]:
    """The figures as they stand in the documentation, and whether all is as it must be."""
    lines = ["| 300 MB bomb in | what is said | seconds | memory it cost |", "|---|---|---:|---:|"]
    for coding, found in bombs.items():
        lines.append(f"| {coding} | {found['said']} | {found['seconds']:.2f} | {found['mb']:.1f} MB |")
    lines += [
        "",
        f"| what the server does (here with a timeout of {SHORT_S:g} seconds) | what is said | seconds |",
        "|---|---|---:|",
    ]
    for path, (said, seconds) in mischief.items():
        lines.append(f"| {MISBEHAVIOURS[path]} | {said} | {seconds:.2f} |")
    lines += ["", f"| {hosts['hosts']:,} hosts at once, of which | how many | what is said of each |", "|---|---:|---|"]
    for way, count in hosts["counts"].items():
        lines.append(f"| {BEHAVIOURS[way]} | {count} | {HOSTS[way][1].removesuffix(' within')} |")
    right = hosts["hosts"] - len(hosts["wrong"])
    states = ", ".join(f"{many:,} {state}" for state, many in sorted(hosts["states"].items(), key=lambda one: -one[1]))
    lines += [
        "",
        f"{right:,} of {hosts['hosts']:,} had the outcome they should ({states}). The round took "
        f"{hosts['seconds']:.0f} seconds with a timeout of {timeout_s:g}; the last of the well-behaved feeds was read "
        f"after {hosts['last_well']:.0f}. The collector took {hosts['cpu']:.1f} CPU seconds and {hosts['mb']:.0f} MB at "
        f"its peak, Python, Django and the store included. The machine has {os.cpu_count()} cores and had "
        f"{hosts['load']:.0f} processes at work meanwhile (the load average of five minutes).",
    ]
    if hosts["wrong"]:
        lines += ["", *(f"- {one}" for one in hosts["wrong"][:20])]
    cheap = all(found["mb"] < MOST_MB for found in bombs.values())
    return "\n".join(lines) + "\n", cheap and not hosts["wrong"]


if __name__ == "__main__":
    raise SystemExit(main())
