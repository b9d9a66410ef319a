"""`reportedly outlets`, as typed in a terminal, against an outlet of our own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from collect.server import Misbehaving, misbehaving
from reportedly.cli.outlets import how_far

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FEED = (
    "<rss><channel><title>Fjord Times</title><language>en</language>"
    "<item><guid>1</guid><title>Ferry late</title><link>/1.html</link></item>"
    "<item><guid>2</guid><title>Taken down</title><link>/2.html</link></item></channel></rss>"
)
TEXT = "The ferry was late again on Monday, the harbour master said. " * 8
PAGES = {
    "/": '<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">'
    '<link rel="alternate" type="application/rss+xml" title="Sport" href="/sport.xml">',
    "/news.xml": FEED,
    "/1.html": f"<html><body><article><h1>Ferry late</h1><p>{TEXT}</p></article></body></html>",
    "/silent": "<p>This page names no feed.</p>",
    "/damaged.xml": FEED.replace("<rss>", "<!rss>"),  # feedparser alone makes something of it
    "/damaged": '<link rel="alternate" type="application/rss+xml" href="/damaged.xml">',
    "/hopeless.xml": "<!rss><!channel><!item>",
}
Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def fjord() -> Iterator[Misbehaving]:
    """An outlet, served by a thread for as long as these tests run."""
    up, down = threading.Event(), threading.Event()
    served: list[Misbehaving] = []

    async def serve() -> None:
        async with misbehaving() as there:
            for path, text in PAGES.items():
                there.pages[path] = lambda _, text=text: web.Response(text=text, content_type="text/html")  # type: ignore[misc]
            there.pages["/feed"] = lambda _: web.Response(status=404)
            served.append(there)
            up.set()
            await asyncio.to_thread(down.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(10)
    yield served[0]
    down.set()
    thread.join(10)


@pytest.fixture
def run(tmp_path: Path, fjord: Misbehaving) -> Run:
    """`run("add", …)`: the command, over a data folder of its own."""

    def ran(*arguments: str, allow: str = f"127.0.0.1:{fjord.port}") -> Ran:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            "REPORTEDLY_DATA": str(tmp_path / "wire"),
            "REPORTEDLY_PACE_S": "0",
            "REPORTEDLY_READERS": "1",
            "REPORTEDLY_ALLOW": allow,
        }
        command = [sys.executable, "-m", "reportedly", "outlets", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return ran


def test_an_outlet_is_added_by_its_home_page_checked_listed_and_removed(run: Run, fjord: Misbehaving) -> None:
    home = f"{fjord.base}/"
    added = run("add", home, "--country", "no", "--family", "Fjord Group")
    assert (added.returncode, added.stdout) == (
        0,
        f"Fjord Times (fjord-times) is collected from {home}news.xml: 2 entries now.\n",
    )
    assert f"{home}sport.xml  (Sport)" in added.stderr

    checked = run("check", "fjord-times")
    assert (checked.returncode, checked.stdout) == (
        1,
        f"{home}news.xml: 2 entries, 2 new\n2 taken in · 1 stored · 0 unchanged · 0 new versions · 1 set aside.\n",
    )
    assert f"set aside: {home}2.html: HTTP error: 404 Not Found" in checked.stderr

    listed = run()
    assert listed.returncode == 0
    columns = listed.stdout.rstrip("\n").split("\t")
    assert columns[:4] == ["fjord-times", "Fjord Times", "ok", "1"]
    assert columns[5:7] == ["", ""]
    assert columns[8:10] == [home, f"{home}news.xml"]
    assert columns[11:] == ["", "0.50", ""]  # no habit yet, one link of two became a report, nothing to look at

    assert run("pause", "Fjord Times").stdout == "Fjord Times is paused.\n"
    assert run("resume", home).stdout == "Fjord Times is collected from again.\n"
    assert run("remove", "fjord-times").stdout == "Fjord Times is no longer collected from; what it gave stays.\n"


def test_an_outlet_is_added_by_its_feed(run: Run, fjord: Misbehaving) -> None:
    added = run("add", f"{fjord.base}/news.xml", "--name", "The Fjord")
    assert (added.returncode, added.stdout) == (
        0,
        f"The Fjord (the-fjord) is collected from {fjord.base}/news.xml: 2 entries now.\n",
    )


def test_a_feed_that_only_the_second_tier_can_read_is_accepted_as_the_collector_accepts_it(
    run: Run, fjord: Misbehaving
) -> None:
    said = f"Fjord Times (fjord-times) is collected from {fjord.base}/damaged.xml: 2 entries now.\n"
    for source in ("/damaged.xml", "/damaged"):
        added = run("add", f"{fjord.base}{source}")
        assert (added.returncode, added.stdout) == (0, said)
    assert run("check", "fjord-times").stdout.startswith(f"{fjord.base}/damaged.xml: 2 entries, 2 new\n")


def test_outlets_are_added_from_a_list(run: Run, tmp_path: Path) -> None:
    outlets = tmp_path / "mine.opml"
    outlets.write_text(
        '<opml version="2.0"><body><outline text="North"><outline text="Fjord" xmlUrl="https://fjord.example/feed"/></outline>'
        '<outline text="Odd" xmlUrl="gopher://odd.example/"/></body></opml>'
    )
    added = run("add", str(outlets))
    assert (added.returncode, added.stdout) == (1, f"1 outlet with 1 feed from {outlets}.\n")
    assert "set aside: Odd: gopher://odd.example/: only http and https are fetched, not gopher\n" in added.stderr
    assert run().stdout.split("\t")[:3] == ["fjord", "Fjord", "not asked yet"]


def test_what_cannot_be_added_is_refused_in_one_sentence(run: Run, fjord: Misbehaving, tmp_path: Path) -> None:
    (tmp_path / "empty.opml").touch()
    (tmp_path / "odd.opml").write_text("<rss/>")
    for source, why in {
        f"{fjord.base}/silent": "is no feed or sitemap and names none; give the address of one",
        f"{fjord.base}/hopeless.xml": "is no feed or sitemap and names none; give the address of one",
        f"{fjord.base}/nowhere-at-all": "cannot be fetched (HTTP error: 404 Not Found)",
        "ftp://fjord.example/": "cannot be fetched (blocked address: only http and https are fetched, not ftp)",
        str(tmp_path): "is a folder; give an OPML file",
        " ": "no address is given; name a home page, a feed or an OPML file",
        str(tmp_path / "none.opml"): "no such file or directory",
        str(tmp_path / "empty.opml"): "is empty",
        str(tmp_path / "odd.opml"): "this file is no OPML list of outlets",
    }.items():
        refused = run("add", source)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.rstrip().endswith(why), refused.stderr
        assert refused.stderr.count("\n") == 1


def test_an_address_of_this_machine_is_refused_unless_allowed(run: Run, fjord: Misbehaving) -> None:
    refused = run("add", f"{fjord.base}/", allow="")
    assert refused.returncode == 2
    assert refused.stderr == (
        f"reportedly: {fjord.base}/ cannot be fetched (blocked address: 127.0.0.1 is not a public address); "
        "an address that is not public must be named in the setting allow\n"
    )


def test_where_there_is_no_wire_the_commands_say_so(run: Run) -> None:
    for command in ((), ("check", "x")):
        refused = run(*command)
        assert refused.returncode == 2
        assert "there is no wire in" in refused.stderr


def test_an_empty_name_is_nobodys(run: Run, fjord: Misbehaving) -> None:
    run("add", f"{fjord.base}/news.xml")
    for name in ("", " ", "/"):
        refused = run("remove", name)
        assert (refused.returncode, refused.stderr) == (2, f"reportedly: no outlet is called {name.strip()!r}\n")
    assert run().stdout.startswith("fjord-times\t")


def test_the_data_folder_may_be_named_behind_a_command_or_before_it(run: Run, tmp_path: Path) -> None:
    missing = str(tmp_path / "other")
    for arguments in (("--data", missing), ("--data", missing, "pause", "x"), ("pause", "x", "--data", missing)):
        refused = run(*arguments)
        assert refused.returncode == 2
        assert f"there is no wire in {missing}" in refused.stderr


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({"days": -2, "hours": -3}, "2 days ago"),
        ({"hours": -1}, "1 hour ago"),
        ({"minutes": -59}, "59 min ago"),
        ({"seconds": -40}, "just now"),
        ({}, "now"),
        ({"seconds": 40}, "in less than a minute"),
        ({"minutes": 15}, "in 15 min"),
        ({"days": 1}, "in 1 day"),
    ],
)
def test_how_far_a_moment_is(by: dict[str, int], said: str) -> None:
    assert how_far(NOON + timedelta(**by), NOON) == said


def test_what_never_was_is_never() -> None:
    assert how_far(None, NOON) == "never"
