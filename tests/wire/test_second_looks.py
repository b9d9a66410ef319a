"""Pages are looked at again, against a server of our own: edits and removals that no feed announces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from asgiref.sync import async_to_sync

from collect.server import LoopbackNames, misbehaving, some_rules
from reportedly.collect.client import Client, Fetched, Refused
from reportedly.pipeline.line import Line
from reportedly.pipeline.records import page_of_record
from reportedly.stories import OpenStories
from reportedly.tag import Vocabulary
from reportedly.values import Page, Reason
from reportedly.wire import intake as intakes
from reportedly.wire import second_looks
from reportedly.wire.collecting import Collector
from reportedly.wire.health import list_outlets
from reportedly.wire.intake import NewPage, all_taken_in, claim, open_intake, take_in, tally
from reportedly.wire.listings.outlets import read_outlet_page
from reportedly.wire.models import Intake, Report, SecondLook, TakenPage
from reportedly.wire.outlets import pause_outlet, resume_outlet
from reportedly.wire.second_looks import note_changed, note_failure, note_gone, note_same
from reportedly.wire.storing import store
from wire.test_collecting import EVERY, NOON, Clock, Scene, an_item, in_store

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = (HOUR, DAY, 7 * DAY)
SAID = "The ferry left the northern quay at dawn with forty passengers, harbour master Ilse Brandt said."
MORE = "It will not sail again before Thursday, the company said in a statement, since its crew is resting."


def a_page(title: str = "Ferry leaves quay", *paragraphs: str, aside: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (SAID, MORE, *paragraphs))
    return f"<html><head><title>{title}</title></head><body><!-- {aside} --><article><h1>{title}</h1>{text}</article></body></html>"


class Watched(Scene):
    """A scene whose reports are read and looked at again."""

    def __init__(self, *given: Any, sleeps: list[float]) -> None:
        super().__init__(*given)
        self.sleeps = sleeps

    async def collect(self, *numbers: int, **item: str) -> None:
        """Have these reports collected and read, as of now."""
        for number in numbers or (1,):
            if f"/r{number}.html" not in self.there.pages:
                self.serve(f"/r{number}.html", a_page())
        self.serve_feed(*(an_item(self.there, number, **item) for number in numbers or (1,)))
        await self.add()
        await self.check()
        await self.read()
        self.there.asked.clear()

    async def read(self) -> None:
        await in_store(read_what_waits)(self.clock.now)

    async def look(self, **later: float) -> list[str]:
        """Let time pass, look at what is due then, and read what came: the paths that were asked for."""
        self.clock.later(**later)
        self.there.asked.clear()
        looks = self.collector.looks
        while await looks.begin():
            await asyncio.wait(looks.under_way)
            await looks.reap()
        if self.there.paths:
            await self.read()
        return self.there.paths


def read_what_waits(now: datetime) -> None:
    line = Line(Vocabulary(()))
    while waiting := claim("w", count=99, now=now, lease=EVERY):
        store([(one, line.read_page(one.page)) for one in waiting], OpenStories(), now=now)


def watching(
    play: Callable[[Watched], Awaitable[None]], *, moments: Sequence[timedelta] = MOMENTS, **rules: object
) -> None:
    """Play it with a collector that looks again at these moments."""

    async def played() -> None:
        clock = Clock()
        sleeps: list[float] = []

        async def sleep(seconds: float) -> None:
            sleeps.append(seconds)

        async with (
            misbehaving() as there,
            Client(some_rules(**rules), now=clock, sleep=sleep, resolver=LoopbackNames()) as client,
        ):
            collector = Collector(client, check_every=EVERY, look_again=moments, now=clock, jitter=lambda: 0.0)
            await play(Watched(there, collector, clock, sleeps=sleeps))

    async_to_sync(played)()


def how_it_stands() -> tuple[str, int, list[str]]:
    """The one report's notice, how many versions it has, and every outcome so far."""
    report = Report.objects.get()
    outcomes = TakenPage.objects.order_by("id").values_list("outcome", flat=True)
    assert report.version == report.versions.count()
    assert tally().adds_up
    return report.notice, report.version, list(outcomes)


def due() -> datetime | None:
    """When the one page is looked at next."""
    return SecondLook.objects.values_list("due", flat=True).first()


# --- what is noticed -------------------------------------------------------------------------------------------------


def test_an_edit_that_no_feed_announces_becomes_a_new_version() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        assert await on.look(minutes=59) == []
        on.serve("/r1.html", a_page("Ferry leaves quay late", "In the end it left at noon."))
        assert await on.look(minutes=1) == ["/r1.html"]

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])
    report = Report.objects.get()
    assert report.title == "Ferry leaves quay late"
    assert [(version.number, version.taken_in) for version in report.versions.order_by("number")] == [
        (1, NOON),
        (2, NOON + HOUR),
    ]
    assert report.text_hash == report.versions.get(number=2).text_hash != report.versions.get(number=1).text_hash
    [look] = Intake.objects.filter(kind="look")
    assert (look.all_taken_in, look.ended) == (True, NOON + HOUR)
    assert due() == NOON + DAY


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_removal_that_no_feed_announces_is_noted_and_the_words_stay(status: int) -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.there.pages["/r1.html"] = lambda _: web.Response(status=status)
        assert await on.look(hours=1) == ["/r1.html"]

    watching(play)
    assert how_it_stands() == ("gone", 1, ["stored"])
    [notice] = Report.objects.get().notices.all()
    assert (notice.notice, notice.noted) == ("gone", NOON + HOUR)
    assert notice.detail.startswith(f"{status} ")
    assert "/r1.html" in notice.detail


@pytest.mark.parametrize("answered", ["304", "the same again", "changed"])
def test_a_page_that_was_gone_and_is_back_says_so(answered: str) -> None:
    async def play(on: Watched) -> None:
        on.serve("/r1.html", a_page(), headers={"ETag": '"v1"'})
        await on.collect()
        on.there.pages["/r1.html"] = lambda _: web.Response(status=404)
        await on.look(hours=1)
        on.serve("/r1.html", a_page(aside="made again" if answered == "changed" else ""))
        if answered == "304":
            on.there.pages["/r1.html"] = lambda _: web.Response(status=304)
        await on.look(days=1)

    watching(play)
    assert how_it_stands()[:2] == ("", 1)
    assert list(Report.objects.get().notices.order_by("id").values_list("notice", "noted")) == [
        ("gone", NOON + HOUR),
        ("", NOON + HOUR + DAY),
    ]


def test_a_page_is_looked_at_three_times_and_then_left_in_peace() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        asked = [await on.look(hours=1) for _ in range(24 * 9)]
        assert [hour for hour, paths in enumerate(asked, start=1) if paths] == [1, 24, 168]

    watching(play)
    assert not SecondLook.objects.exists()


# --- what is not changed costs next to nothing -----------------------------------------------------------------------


def test_a_page_that_is_not_changed_costs_a_304_and_leaves_nothing_behind() -> None:
    async def play(on: Watched) -> None:
        on.serve("/r1.html", a_page(), headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Nov 2026 08:00:00 GMT"})
        await on.collect()
        on.there.pages["/r1.html"] = lambda _: web.Response(status=304)
        await on.look(hours=1)
        sent = on.there.asked[-1][1]
        assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"v1"', "Mon, 02 Nov 2026 08:00:00 GMT")
        assert await in_store(due)() == NOON + DAY

    watching(play)
    assert how_it_stands() == ("", 1, ["stored"])


def test_without_validators_the_hash_of_the_body_does_the_same() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        assert await on.look(hours=1) == ["/r1.html"]
        assert not {"If-None-Match", "If-Modified-Since"} & on.there.asked[-1][1].keys()

    watching(play)
    assert how_it_stands() == ("", 1, ["stored"])


def test_validators_that_changed_with_the_same_body_are_the_ones_sent_next() -> None:
    async def play(on: Watched) -> None:
        on.serve("/r1.html", a_page(), headers={"ETag": '"server-1"'})
        await on.collect()
        on.serve("/r1.html", a_page(), headers={"ETag": '"server-2"'})
        await on.look(hours=1)
        await on.look(days=1)
        assert on.there.asked[-1][1]["If-None-Match"] == '"server-2"'

    watching(play)
    assert how_it_stands() == ("", 1, ["stored"])


def test_other_bytes_with_the_same_words_make_no_new_version() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.serve("/r1.html", a_page(aside="made at 13:00"))
        await on.look(hours=1)

    watching(play)
    assert how_it_stands() == ("", 1, ["stored", "unchanged"])


def test_validators_of_an_edit_are_the_ones_sent_next() -> None:
    async def play(on: Watched) -> None:
        on.serve("/r1.html", a_page(), headers={"ETag": '"v1"'})
        await on.collect()
        on.serve("/r1.html", a_page("Ferry leaves late"), headers={"ETag": '"v2"'})
        await on.look(hours=1)
        await on.look(days=1)
        assert on.there.asked[-1][1]["If-None-Match"] == '"v2"'

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])


# --- what comes instead changes nothing ------------------------------------------------------------------------------

INSTEAD: dict[str, Callable[[web.Request], web.StreamResponse]] = {
    "an error": lambda _: web.Response(status=500),
    "a busy server": lambda _: web.Response(status=503),
    "a wall": lambda _: web.Response(status=403, headers={"cf-mitigated": "challenge"}),
    "a wall that says 200": lambda _: web.Response(text="<p>…</p>", headers={"cf-mitigated": "challenge"}),
    "a price": lambda _: web.Response(status=402),
    "a log-in": lambda _: web.Response(status=401),
    "the home page": lambda _: web.Response(status=301, headers={"Location": "/"}),
    "the home page, today": lambda _: web.Response(status=302, headers={"Location": "/"}),
    "a section": lambda _: web.Response(status=302, headers={"Location": "/harbour/"}),
    "a consent page": lambda _: web.Response(status=302, headers={"Location": "/consent?for=%2Fr1.html"}),
    "a circle": lambda _: web.Response(status=302, headers={"Location": "/circle/a"}),
    "somewhere private": lambda _: web.Response(status=302, headers={"Location": "http://10.0.0.1/r1.html"}),
    "nothing": lambda _: web.Response(body=b""),
    "a picture": lambda _: web.Response(body=b"\x89PNG", content_type="image/png"),
    "a 304 out of nowhere": lambda _: web.Response(status=304),
}


@pytest.mark.parametrize("what", INSTEAD)
def test_what_is_shown_in_place_of_a_page_changes_nothing_and_counts_against_nobody(what: str) -> None:
    front = f"<html><body><h1>Courier</h1>{f'<p>{SAID} {MORE}</p>' * 9}</body></html>"

    async def play(on: Watched) -> None:
        await on.collect()
        before = await in_store(list_outlets)(NOON)
        for path in ("/", "/harbour/", "/consent"):
            on.serve(path, front, content_type="text/html")
        on.there.pages["/r1.html"] = INSTEAD[what]
        assert "/r1.html" in await on.look(hours=1)
        assert await in_store(list_outlets)(NOON) == before
        on.serve("/r1.html", a_page("Ferry leaves late"))
        await on.look(days=1)

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])  # the edit that came when it was over


@pytest.mark.parametrize("path", ["/hangup", "/reset/late", "/short", "/garbage"])
def test_a_network_that_fails_changes_nothing(path: str) -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.there.pages["/r1.html"] = lambda _: web.Response(status=307, headers={"Location": path})
        assert set(await on.look(hours=1)) == {"/r1.html", path}

    watching(play)
    assert how_it_stands() == ("", 1, ["stored"])
    assert due() == NOON + HOUR + HOUR / 2


def test_a_look_that_failed_for_a_passing_reason_is_tried_again_twice() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.there.pages["/r1.html"] = lambda _: web.Response(status=502)
        asked = [await on.look(minutes=30) for _ in range(2 * 24 * 8)]
        assert [half / 2 for half, paths in enumerate(asked, start=1) if paths] == [
            1,
            1.5,
            4.5,
            24,
            24.5,
            27.5,
            168,
            168.5,
            171.5,
        ]

    watching(play)
    assert how_it_stands() == ("", 1, ["stored"])
    assert not SecondLook.objects.exists()


def test_a_wall_that_only_reading_finds_is_set_aside_and_the_next_look_takes_nothing_from_it() -> None:
    wall = "<html><head><title>Just a moment…</title></head><body><h1>Just a moment…</h1><p>Verifying that you are human.</p></body></html>"

    async def play(on: Watched) -> None:
        await on.collect()
        before = await in_store(list_outlets)(NOON)
        on.serve("/r1.html", wall, headers={"ETag": '"wall"'})
        await on.look(hours=1)
        assert await in_store(list_outlets)(NOON) == before
        assert await on.look(hours=23) == ["/r1.html"]
        assert "If-None-Match" not in on.there.asked[-1][1]  # or the wall would be unchanged for ever
        on.serve("/r1.html", a_page("Ferry leaves late"))
        await on.look(days=6)

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "set aside", "set aside", "new version"])
    aside = TakenPage.objects.filter(outcome="set aside").values_list("reason", "detail").distinct()
    assert list(aside) == [("not a report", "it asks whether a person is reading")]


def test_a_text_that_tells_of_something_else_never_replaces_the_report() -> None:
    other = (
        "Reading this website needs an account. Create yours within minutes, choose interests, follow writers. " * 20
    )

    async def play(on: Watched) -> None:
        await on.collect()
        on.serve("/r1.html", f"<html><body><article><h1>Welcome</h1><p>{other}</p></article></body></html>")
        await on.look(hours=1)

    watching(play)
    assert how_it_stands() == ("", 1, ["stored", "set aside"])
    aside = TakenPage.objects.get(outcome="set aside")
    assert (aside.reason, aside.detail) == ("not a report", "it tells of something else than before")
    assert aside.report == Report.objects.get()


def test_a_new_headline_in_the_address_is_followed() -> None:
    async def play(on: Watched) -> None:
        on.serve("/ferry-leaves-4711.html", a_page())
        on.there.pages["/r1.html"] = lambda _: web.Response(status=302, headers={"Location": "/ferry-leaves-4711.html"})
        await on.collect()
        on.serve("/ferry-late-4711.html", a_page("Ferry leaves late"))
        on.there.pages["/r1.html"] = lambda _: web.Response(status=302, headers={"Location": "/ferry-late-4711.html"})
        await on.look(hours=1)

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])


# --- manners ---------------------------------------------------------------------------------------------------------


def test_robots_txt_is_obeyed_as_ever() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.collector.looks._client._robots._kept.clear()  # type: ignore[attr-defined]
        on.there.robots = lambda: web.Response(text="User-agent: *\nDisallow: /r")
        assert await on.look(hours=1) == []

    watching(play)
    assert how_it_stands() == ("", 1, ["stored"])
    assert due() == NOON + DAY


def test_a_host_is_asked_in_its_pace_for_one_page_at_a_time() -> None:
    async def play(on: Watched) -> None:
        await on.collect(1, 2, 3)
        on.clock.later(hours=1)
        on.sleeps.clear()
        begun = []
        while many := await on.collector.looks.begin():
            begun.append(many)
            await asyncio.wait(on.collector.looks.under_way)
            await on.collector.looks.reap()
        assert begun == [1, 1, 1]
        assert len([pause for pause in on.sleeps if 0 < pause <= 1000]) == 3

    watching(play, pace_s=1000)


def test_hosts_are_looked_at_side_by_side_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_looks, "LOOKS_AT_ONCE", 2)

    async def play(on: Watched) -> None:
        on.serve("/r.html", a_page())
        hosts = [f"http://outlet{number}.example:{on.there.port}" for number in range(3)]
        items = "".join(f"<item><guid>{host}</guid><title>T</title><link>{host}/r.html</link></item>" for host in hosts)
        on.serve_feed(items)
        await on.add()
        await on.check()
        await on.read()
        on.clock.later(hours=1)
        assert await on.collector.looks.begin() == 2
        assert await on.collector.looks.begin() == 0
        await asyncio.wait(on.collector.looks.under_way)
        await on.collector.looks.reap()
        assert await on.collector.looks.begin() == 1
        await on.collector.looks.drop()

    watching(play)


def test_retry_after_keeps_us_from_every_page_of_the_host() -> None:
    async def play(on: Watched) -> None:
        await on.collect(1, 2, 3)
        for number in (1, 2, 3):
            on.there.pages[f"/r{number}.html"] = lambda _: web.Response(status=429, headers={"Retry-After": "7200"})
        assert len(await on.look(hours=1)) == 1
        assert await on.look(hours=1) == []

    watching(play)
    waits = SecondLook.objects.values_list("due", flat=True)
    assert all(NOON + 3 * HOUR <= until <= NOON + 3 * HOUR + timedelta(seconds=1) for until in waits)
    assert sorted(SecondLook.objects.values_list("failures", flat=True)) == [0, 0, 1]


# --- news goes first -------------------------------------------------------------------------------------------------


def test_a_host_that_is_asked_for_anything_else_is_not_looked_at() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.clock.later(hours=1)
        assert await on.collector.looks.begin({"127.0.0.1"}) == 0
        assert await on.collector.looks.begin({"elsewhere.example"}) == 1
        await on.collector.looks.drop()

    watching(play)


def test_nothing_is_looked_at_while_many_pages_wait_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_looks, "MOST_UNREAD", 2)

    async def play(on: Watched) -> None:
        await on.collect()
        for number in (2, 3):
            on.serve(f"/r{number}.html", a_page())
        on.serve_feed(an_item(on.there, 1), an_item(on.there, 2), an_item(on.there, 3))
        on.clock.later(hours=1)
        await on.check()
        assert await on.collector.looks.begin() == 0
        await on.read()
        assert await on.collector.looks.begin() == 1
        await on.collector.looks.drop()

    watching(play)


def test_a_page_that_is_not_read_yet_is_not_looked_at_before_it_is() -> None:
    async def play(on: Watched) -> None:
        on.serve("/r1.html", a_page())
        on.serve_feed(an_item(on.there))
        await on.add()
        await on.check()
        on.clock.later(hours=1)
        assert await on.collector.looks.begin() == 0
        await on.read()
        assert await on.look() == ["/r1.html"]

    watching(play)


def test_the_live_loop_looks_again_by_itself() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.serve("/r1.html", a_page("Ferry leaves late"))
        on.clock.later(hours=1)
        stop = asyncio.Event()
        running = asyncio.create_task(on.collector.run(stop))
        async with asyncio.timeout(20):
            while not await in_store(TakenPage.objects.filter(look=1).exists)():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        stop.set()
        await running
        await on.read()

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])


# --- cut off, switched off, changed ----------------------------------------------------------------------------------


def test_a_look_that_is_cut_off_is_made_again_by_the_next_run() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        asked, never = asyncio.Event(), asyncio.Event()

        async def hang(request: web.Request, rest: str) -> web.StreamResponse:
            asked.set()
            await never.wait()
            return web.Response()

        on.there._hang = hang  # type: ignore[attr-defined]
        on.there.pages["/r1.html"] = lambda _: web.Response(status=307, headers={"Location": "/hang"})
        on.clock.later(hours=1)
        assert await on.collector.looks.begin() == 1
        await asyncio.wait_for(asked.wait(), 5)
        await on.collector.looks.drop()
        assert await in_store(due)() == NOON + HOUR
        on.serve("/r1.html", a_page("Ferry leaves late"))
        assert await on.look() == ["/r1.html"]

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])


@pytest.mark.parametrize("came_of_it", ["the same", "changed", "gone", "failure"])
def test_what_comes_of_a_look_is_dropped_when_the_page_came_another_way_meanwhile(came_of_it: str) -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.clock.later(hours=1)
        [look] = await in_store(second_looks.due_looks)(MOMENTS, count=9, besides=(), now=on.clock.now)
        asked = await on.collector.looks._client.fetch(look.page.url)
        assert isinstance(asked, Fetched)
        on.serve("/r1.html", a_page("Ferry leaves late"))
        await on.collect(1, title="Ferry leaves late")
        planned = await in_store(SecondLook.objects.values().get)()
        gone = Refused(url=look.page.url, reason=Reason.HTTP_ERROR, status=410, detail="410 Gone")
        if came_of_it == "the same":
            await in_store(note_same)(look, MOMENTS, asked, now=on.clock.now)
        elif came_of_it == "changed":
            await in_store(note_changed)(look, asked, MOMENTS, now=on.clock.now)
        else:
            note = note_gone if came_of_it == "gone" else note_failure
            await in_store(note)(look, gone, MOMENTS, now=on.clock.now)
        assert await in_store(SecondLook.objects.values().get)() == planned

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])


def test_switched_off_nothing_is_looked_at_and_what_was_planned_is_forgotten() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        off = Collector(on.collector.looks._client, check_every=EVERY, now=on.clock)
        await off.looks.plan()
        on.clock.later(hours=1)
        assert await off.looks.begin() == 0
        assert await on.look(days=8) == []

    watching(play)
    assert not SecondLook.objects.exists()


def test_switched_off_nothing_is_planned() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        assert await on.look(hours=1) == []

    watching(play, moments=())
    assert not SecondLook.objects.exists()


def test_other_moments_hold_for_what_was_planned_before() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        await on.look(hours=1)
        other = Collector(on.collector.looks._client, check_every=EVERY, look_again=(2 * HOUR, 30 * DAY), now=on.clock)
        await other.looks.plan()
        assert await in_store(due)() == NOON + 2 * HOUR
        on.clock.later(hours=1)
        on.collector = other
        assert await on.look() == ["/r1.html"]

    watching(play)
    assert due() == NOON + 30 * DAY


def test_what_was_put_off_stays_so_over_a_restart() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.there.pages["/r1.html"] = lambda _: web.Response(status=429, headers={"Retry-After": "7200"})
        await on.look(hours=1)
        await on.collector.looks.plan()

    watching(play)
    assert due() == NOON + 3 * HOUR


def test_after_a_long_absence_a_page_is_looked_at_once_and_after_a_longer_one_never() -> None:
    async def play(on: Watched) -> None:
        await on.collect(1)
        assert await on.look(days=8) == ["/r1.html"]
        await on.collect(2)
        await on.collector.looks.plan()
        assert await on.look(days=15) == []

    watching(play)
    assert not SecondLook.objects.exists()


def test_a_mistake_of_our_own_costs_its_look_and_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    true = second_looks.is_its_page

    def mistaken(url: str, **given: str) -> bool:
        return true(url, **given) if url.endswith("/r2.html") else bool({}["what nobody thought of"])

    monkeypatch.setattr(second_looks, "is_its_page", mistaken)

    async def play(on: Watched) -> None:
        await on.collect(1, 2)
        for number in (1, 2):
            on.serve(f"/r{number}.html", a_page("Ferry leaves late"))
        assert sorted(await on.look(hours=1)) == ["/r1.html", "/r2.html"]
        assert await on.look(hours=1) == []

    watching(play)
    assert sorted(Report.objects.values_list("version", flat=True)) == [1, 2]
    assert "brought out a mistake of reportedly's own" in caplog.text


def test_a_plan_that_is_damaged_is_forgotten() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        await in_store(SecondLook.objects.update)(said=b"nonsense")
        assert await on.look(hours=1) == []

    watching(play)
    assert not SecondLook.objects.exists()


# --- what is looked at -----------------------------------------------------------------------------------------------


def test_a_page_that_gave_no_report_is_not_looked_at() -> None:
    async def play(on: Watched) -> None:
        on.serve("/r1.html", "<html><body><h1>404</h1><p>Page not found</p></body></html>")
        await on.collect()
        assert await on.look(hours=1) == []

    watching(play)
    assert not SecondLook.objects.exists()


def test_a_report_without_a_page_of_its_own_is_not_looked_at() -> None:
    async def play(on: Watched) -> None:
        on.serve_feed(
            f"<item><guid isPermaLink='false'>x</guid><title>T</title><description>{SAID}</description></item>"
        )
        await on.add()
        await on.check()
        await on.read()

    watching(play)
    assert Report.objects.count() == 1
    assert not SecondLook.objects.exists()


@pytest.mark.parametrize(("hours", "is_planned"), [(1, True), (167, True), (169, False)])
def test_a_report_that_was_old_when_it_came_is_not_looked_at(hours: int, is_planned: bool) -> None:
    then = (NOON - timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    async def play(on: Watched) -> None:
        on.serve("/r1.html", a_page())
        on.serve_feed(an_item(on.there).replace("</item>", f"<pubDate>{then}</pubDate></item>"))
        await on.add()
        await on.check()
        await on.read()

    watching(play)
    assert SecondLook.objects.exists() is is_planned


def test_a_report_whose_page_alone_says_that_it_is_old_is_not_looked_at() -> None:
    async def play(on: Watched) -> None:
        old = '{"@type": "NewsArticle", "headline": "Ferry leaves quay", "datePublished": "2025-03-01T08:00:00Z"}'
        said = f'<script type="application/ld+json">{old}</script></head>'
        on.serve("/r1.html", a_page().replace("</head>", said))
        await on.collect()
        assert await on.look(hours=1) == []

    watching(play)
    assert Report.objects.get().published is not None
    assert not SecondLook.objects.exists()


def test_what_was_imported_is_not_looked_at() -> None:
    async def play(on: Watched) -> None:
        await on.add()
        record = {"url": f"{on.there.base}/r1.html", "outlet": "courier", "title": "Ferry leaves", "text": SAID}
        on.serve("/r2.html", a_page())

        def imported() -> None:
            intake = open_intake("import", "reports.jsonl", "d" * 64, now=NOON)
            page = page_of_record(record, outlet="courier", fetched=NOON)
            listed = NewPage(key="2", page=a_listed_page(on), needs_fetch=True)
            take_in(intake, [NewPage(key="1", page=page), listed], now=NOON)
            all_taken_in(intake, now=NOON)

        await in_store(imported)()
        await on.check()
        await on.read()

    watching(play)
    assert Report.objects.count() == 2
    assert not SecondLook.objects.exists()


def a_listed_page(on: Scene) -> Page:
    return Page(url=f"{on.there.base}/r2.html", body=b"", fetched=NOON, outlet="courier")


def test_a_report_that_its_feed_names_again_keeps_its_moments() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.clock.later(minutes=40)
        on.serve("/r1.html", a_page("Ferry leaves late"), headers={"ETag": '"v2"'})
        await on.collect(1, title="Ferry leaves late")
        assert await in_store(due)() == NOON + HOUR
        assert await on.look(minutes=20) == ["/r1.html"]
        assert on.there.asked[-1][1]["If-None-Match"] == '"v2"'
        # Long after its last moment the feed names it once more; its page is fetched, and that is all.
        await on.look(days=1)
        await on.look(days=7)
        await on.collect(1, title="Ferry left late")

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version", "unchanged"])
    assert not SecondLook.objects.exists()


def test_paused_outlets_are_left_alone_and_looked_at_again_when_they_are_resumed() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        await in_store(pause_outlet)("courier")
        assert await on.look(hours=1) == []
        assert (await in_store(read_outlet_page)("courier", now=on.clock.now)).looks_due == 0
        await in_store(resume_outlet)("courier")
        assert (await in_store(read_outlet_page)("courier", now=on.clock.now)).looks_due == 1
        assert await on.look() == ["/r1.html"]

    watching(play)


def test_an_outlet_says_how_many_second_looks_it_has_before_it() -> None:
    async def play(on: Watched) -> None:
        await on.collect(1, 2)

    watching(play)
    for hours, due in ((0, 0), (1, 2)):
        page = read_outlet_page("courier", now=NOON + timedelta(hours=hours))
        assert (page.looks_planned, page.looks_due) == (2, due)
        assert page.outcomes == (("stored", 2),)


# --- what the feed said ----------------------------------------------------------------------------------------------


def test_what_the_feed_once_gave_does_not_hide_that_the_page_was_cut() -> None:
    async def play(on: Watched) -> None:
        on.serve(
            "/r1.html", a_page("Ferry leaves quay", *[f"Paragraph {n}: {SAID} {n * 7} of them paid." for n in range(9)])
        )
        full = "".join(f"<p>Paragraph {n}: {SAID} {n * 7} of them paid.</p>" for n in range(9))
        await on.collect(1, full=full)
        on.serve("/r1.html", a_page())
        await on.look(hours=1)

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])
    assert "Paragraph" not in Report.objects.get().versions.get(number=2).text


def test_a_text_that_is_the_feeds_is_not_replaced_by_the_foretaste_on_its_page() -> None:
    full = "".join(f"<p>Paragraph {n}: {SAID} {n * 7} of them paid.</p>" for n in range(12))

    async def play(on: Watched) -> None:
        foretaste = (
            f"<html><body><article><h1>Ferry</h1><p>Paragraph 0: {SAID} 0 of them paid.</p></article></body></html>"
        )
        on.serve("/r1.html", foretaste)
        await on.collect(1, full=full)
        on.serve("/r1.html", foretaste.replace("<body>", "<body><!-- noon -->"))
        await on.look(hours=1)

    watching(play)
    assert how_it_stands() == ("", 1, ["stored", "unchanged"])
    assert Report.objects.get().versions.get().found["text"] == "feed"


def test_a_look_whose_page_was_taken_in_leaves_nothing_waiting() -> None:
    async def play(on: Watched) -> None:
        await on.collect()
        on.serve("/r1.html", a_page("Ferry leaves late"))
        await on.look(hours=1)
        assert await on.look() == []

    watching(play)
    assert how_it_stands() == ("", 2, ["stored", "new version"])
    assert not intakes.is_waiting()
    assert not Intake.objects.filter(ended=None).exists()
