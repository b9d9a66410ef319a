"""The live loop, against a server of our own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError

from collect.server import LoopbackNames, Misbehaving, misbehaving, some_rules
from reportedly.collect.client import Client
from reportedly.errors import NoSuchOutlet
from reportedly.values import Feed, FeedEntry, Outcome, Reason
from reportedly.wire import collecting
from reportedly.wire import intake as intakes
from reportedly.wire.collecting import Collector, FeedCheck
from reportedly.wire.feed_checks import entry_key, has_full_text, new_pages
from reportedly.wire.intake import tally
from reportedly.wire.models import FeedSource, Intake, TakenPage
from reportedly.wire.outlets import add_outlet, pause_outlet, remove_outlet

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
EVERY = timedelta(minutes=15)
LONG = "The ferry left the northern quay at dawn with forty passengers. " * 12


class Clock:
    """A time that only tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


class Scene:
    """A server, a client and a collector, and how one check after the other went."""

    def __init__(self, there: Misbehaving, collector: Collector, clock: Clock) -> None:
        self.there = there
        self.collector = collector
        self.clock = clock

    async def add(self, name: str = "Courier", path: str = "/courier.xml") -> None:
        await in_store(add_outlet)(name, feed_urls=[self.there.base + path], now=self.clock.now)

    async def check(self, outlet: str | None = "courier") -> list[FeedCheck]:
        return await self.collector.check_once(outlet)

    def serve(self, path: str, text: str, **given: Any) -> None:
        fields = {"content_type": "text/html" if path.endswith(".html") else "application/rss+xml", **given}
        self.there.pages[path] = lambda _: web.Response(text=text, **fields)

    def serve_feed(self, *items: str, path: str = "/courier.xml", **given: Any) -> None:
        self.serve(path, f"<rss version='2.0'><channel><title>Courier</title>{''.join(items)}</channel></rss>", **given)


def in_store(work: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    return sync_to_async(work, thread_sensitive=True)


def an_item(
    there: Misbehaving, number: int = 1, *, title: str = "A report", text: str = "In short", full: str = ""
) -> str:
    return (
        f"<item><guid>r{number}</guid><title>{title}</title><link>{there.base}/r{number}.html</link>"
        f"<description>{text}</description><encoded xmlns='http://purl.org/rss/1.0/modules/content/'>{escape(full)}</encoded></item>"
    )


def scene(play: Callable[[Scene], Awaitable[None]], **rules: object) -> None:
    """Play it with the store in this thread, so that the test's own transaction covers it."""

    async def played() -> None:
        clock = Clock()
        async with misbehaving() as there, Client(some_rules(**rules), now=clock) as client:
            collector = Collector(client, check_every=EVERY, now=clock, jitter=lambda: 0.0)
            await play(Scene(there, collector, clock))

    async_to_sync(played)()


def test_what_a_feed_names_is_fetched_and_waits_to_be_read() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there, 1), an_item(on.there, 2))
        on.serve("/r1.html", "<p>one</p>")
        on.serve("/r2.html", "<p>two</p>")
        await on.add()
        [check] = await on.check()
        assert check == FeedCheck(
            outlet="courier", url=f"{on.there.base}/courier.xml", entries=2, new=2, intake=check.intake
        )

    scene(play)
    claimed = intakes.claim("reader", count=9, now=NOON, lease=EVERY)
    # The oldest entry, which a feed names last, is read first.
    assert [(one.page.entry and one.page.entry.guid, one.page.body) for one in claimed] == [
        ("r2", b"<p>two</p>"),
        ("r1", b"<p>one</p>"),
    ]
    assert [one.page.outlet for one in claimed] == ["courier", "courier"]
    feed = FeedSource.objects.get()
    assert (feed.last_success, feed.failures_in_a_row, feed.next_check) == (NOON, 0, NOON + EVERY)
    assert Intake.objects.get().all_taken_in


def test_an_entry_is_taken_in_once_and_again_when_the_outlet_changes_it() -> None:
    async def play(on: Scene) -> None:
        on.there.pages.update({f"/r{n}.html": lambda _: web.Response(text="<p>x</p>") for n in (1, 2)})
        on.serve_feed(an_item(on.there, 1))
        await on.add()
        assert [check.new for check in await on.check()] == [1]
        on.serve_feed(an_item(on.there, 1), an_item(on.there, 2))
        assert [check.new for check in await on.check()] == [1]
        on.serve_feed(an_item(on.there, 1, title="A report, corrected"), an_item(on.there, 2))
        assert [check.new for check in await on.check()] == [1]
        on.serve_feed(an_item(on.there, 2), an_item(on.there, 1, title="A report, corrected"))
        assert [check.new for check in await on.check()] == [0]

    scene(play)
    assert TakenPage.objects.count() == 3
    assert Intake.objects.count() == 3


def test_a_feed_that_did_not_change_is_not_read_again() -> None:
    async def play(on: Scene) -> None:
        on.there.pages["/r1.html"] = lambda _: web.Response(text="<p>x</p>")
        on.serve_feed(an_item(on.there))
        await on.add()
        await on.check()
        [check] = await on.check()
        assert check == FeedCheck(outlet="courier", url=f"{on.there.base}/courier.xml")

    scene(play)
    assert Intake.objects.count() == 1


def test_validators_are_sent_the_next_time() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(headers={"ETag": '"v7"', "Last-Modified": "Sun, 01 Nov 2026 08:00:00 GMT"})
        await on.add()
        await on.check()
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=304, headers={"Cache-Control": "max-age=3600"})
        assert [check.entries for check in await on.check()] == [None]
        sent = on.there.asked[-1][1]
        assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"v7"', "Sun, 01 Nov 2026 08:00:00 GMT")

    scene(play)
    assert FeedSource.objects.get().next_check == NOON + timedelta(hours=1)


@pytest.mark.parametrize("answered", ["304", "the same again"])
def test_what_a_feed_asked_for_is_not_forgotten_when_it_did_not_change(answered: str) -> None:
    text = "<rss version='2.0'><channel><title>Courier</title><ttl>120</ttl></channel></rss>"

    async def play(on: Scene) -> None:
        on.serve("/courier.xml", text, headers={"ETag": '"v7"'})
        await on.add()
        await on.check()
        if answered == "304":
            on.there.pages["/courier.xml"] = lambda _: web.Response(status=304)
        on.clock.later(hours=2)
        assert [check.entries for check in await on.check()] == [None]

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.ttl_s, feed.next_check) == (7200, NOON + timedelta(hours=4))


def test_how_long_a_feed_stays_fresh_is_not_forgotten_when_a_304_is_silent_about_it() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(headers={"ETag": '"v7"', "Cache-Control": "max-age=10800"})
        await on.add()
        await on.check()
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=304)
        await on.check()

    scene(play)
    assert FeedSource.objects.get().next_check == NOON + timedelta(hours=3)


def test_what_a_feed_asked_for_holds_while_it_fails_and_until_it_asks_for_something_else() -> None:
    async def play(on: Scene) -> None:
        on.serve("/courier.xml", "<rss><channel><title>C</title><ttl>60</ttl></channel></rss>")
        await on.add()
        await on.check()
        del on.there.pages["/courier.xml"]
        await on.check()
        feed = await in_store(FeedSource.objects.get)()
        assert feed.next_check == NOON + timedelta(hours=1)
        on.serve("/courier.xml", "<rss><channel><title>C</title></channel></rss>")
        await on.check()

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.ttl_s, feed.next_check) == (None, NOON + EVERY)


def test_a_feed_is_asked_in_its_own_rhythm() -> None:
    def dated(number: int, hours: int) -> str:
        then = (NOON - timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return f"<item><guid>r{number}</guid><title>T</title><pubDate>{then}</pubDate></item>"

    async def play(on: Scene) -> None:
        on.serve_feed(*(dated(number, 5 * number) for number in range(6)))
        await on.add()
        await on.check()

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.gap_s, feed.reach_s, feed.newest) == (5 * 3600, 25 * 3600, NOON)
    assert feed.next_check == NOON + timedelta(minutes=30)


def test_validators_of_a_redirected_answer_are_not_kept() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(path="/new.xml", headers={"ETag": '"v7"'})
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=302, headers={"Location": "/new.xml"})
        await on.add()
        await on.check()

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.etag, feed.last_success) == ("", NOON)
    assert feed.url.endswith("/courier.xml")


def test_validators_of_an_answer_that_could_not_be_read_are_not_kept() -> None:
    async def play(on: Scene) -> None:
        on.serve("/courier.xml", "<!doctype html><html><body>Down for repairs</body></html>", headers={"ETag": '"v7"'})
        await on.add()
        await on.check()

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.etag, feed.body_hash, feed.failures_in_a_row) == ("", "", 1)
    assert feed.failure == "unreadable: this is an HTML page, not a feed"


def test_a_permanent_move_is_followed_and_recorded() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(path="/new.xml")
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=301, headers={"Location": "/new.xml"})
        await on.add()
        await on.check()
        await on.check()
        assert on.there.paths == ["/courier.xml", "/new.xml", "/new.xml"]

    scene(play)
    assert FeedSource.objects.get().url.endswith("/new.xml")


def test_a_move_to_a_feed_we_have_ends_the_old_one() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(path="/new.xml")
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=308, headers={"Location": "/new.xml"})
        await on.add()
        await on.add(path="/new.xml")
        await on.check()

    scene(play)
    old, new = FeedSource.objects.order_by("pk")
    assert (old.gone, new.gone) == (True, False)
    assert old.failure == f"moved to {new.url}, which is asked already"


def test_a_feed_that_is_gone_is_not_asked_again() -> None:
    async def play(on: Scene) -> None:
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=410)
        await on.add()
        await on.check(None)
        on.clock.later(days=30)
        assert await on.check(None) == []

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.gone, feed.failure) == (True, "HTTP error: 410 Gone")


def test_a_feed_that_fails_is_asked_more_and_more_rarely_and_forgiven_at_once() -> None:
    async def play(on: Scene) -> None:
        waits = []
        await on.add()
        for _ in range(4):
            await on.check()
            feed = await in_store(FeedSource.objects.get)()
            waits.append((feed.next_check - on.clock.now) / timedelta(minutes=1))
        assert waits == [15, 30, 60, 120]
        assert feed.failure == "HTTP error: 404 Not Found"
        on.serve_feed()
        await on.check()
        feed = await in_store(FeedSource.objects.get)()
        assert (feed.failures_in_a_row, feed.next_check) == (0, on.clock.now + EVERY)
        assert feed.last_failure == NOON  # what went wrong last stays to be seen

    scene(play)


def test_retry_after_is_kept_to() -> None:
    async def play(on: Scene) -> None:
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=503, headers={"Retry-After": "7200"})
        await on.add()
        await on.check()

    scene(play)
    feed = FeedSource.objects.get()
    assert feed.next_check == NOON + timedelta(hours=2)
    assert feed.failure == "HTTP error: 503 Service Unavailable; Retry-After 7200 seconds"


def test_a_feed_whose_host_is_held_for_another_waits_and_has_not_failed() -> None:
    async def play(on: Scene) -> None:
        on.there.pages["/courier.xml"] = lambda _: web.Response(status=429, headers={"Retry-After": "7200"})
        on.serve_feed(path="/sport.xml")
        await on.add()
        await on.add("Sport", "/sport.xml")
        checks = await on.check(None)
        assert [check.why and check.why.reason for check in checks] == [Reason.HTTP_ERROR] * 2
        assert on.there.paths == ["/courier.xml"]

    scene(play)
    refused, held = FeedSource.objects.order_by("pk")
    assert (refused.failures_in_a_row, held.failures_in_a_row) == (1, 0)
    assert (held.failure, held.last_failure) == ("", None)
    assert [feed.next_check for feed in (refused, held)] == [NOON + timedelta(hours=2)] * 2


def test_a_page_whose_host_is_held_loses_no_attempt() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(*(an_item(on.there, number) for number in range(1, 6)))
        for number in range(1, 6):
            on.there.pages[f"/r{number}.html"] = lambda _: web.Response(status=429, headers={"Retry-After": "3600"})
        await on.add()
        await on.check()
        assert len([path for path in on.there.paths if path.endswith(".html")]) == 1

    scene(play)
    assert sorted(TakenPage.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    # Rounded to a second on the way.
    waits = {round((until - NOON).total_seconds() / 60) for (until,) in TakenPage.objects.values_list("lease_until")}
    assert waits == {60}


def test_more_feeds_than_are_asked_at_once_are_all_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportedly.wire.collecting.FEEDS_AT_ONCE", 2)

    async def play(on: Scene) -> None:
        for number in range(5):
            on.serve_feed(path=f"/f{number}.xml")
            await on.add(f"Outlet {number}", f"/f{number}.xml")
        assert sorted(check.outlet for check in await on.check(None)) == [f"outlet-{number}" for number in range(5)]

    scene(play)


@pytest.mark.parametrize("service", [False, True])
def test_a_mistake_of_our_own_costs_the_feed_that_brought_it_out_and_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, service: bool
) -> None:
    """A feed that stops the service would stop it again at every start."""
    true = collecting.read_feed

    def mistaken(body: bytes, **given: Any) -> Any:
        return true(body, **given) if b"<item>" not in body else {}["what nobody thought of"]

    monkeypatch.setattr("reportedly.wire.collecting.read_feed", mistaken)

    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there))
        on.serve_feed(path="/other.xml")
        await on.add()
        await on.add("Other", "/other.xml")
        if not service:
            assert [str(check.why or "") for check in await on.check(None)] == [why, ""]
            return
        stop = asyncio.Event()
        running = asyncio.create_task(on.collector.run(stop))
        async with asyncio.timeout(20):
            while await in_store(FeedSource.objects.filter(last_success=None, last_failure=None).exists)():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        stop.set()
        await running

    why = "bad record: a mistake of reportedly's own: KeyError 'what nobody thought of'"
    scene(play)
    broken, other = FeedSource.objects.order_by("pk")
    assert (broken.failure, broken.failures_in_a_row, broken.next_check) == (why, 1, NOON + EVERY)
    assert (other.failure, other.last_success) == ("", NOON)
    assert "brought out a mistake of reportedly's own" in caplog.text


def test_a_mistake_of_our_own_costs_the_page_that_brought_it_out_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    true = intakes.fetched

    def mistaken(id: int, page: Any) -> None:
        if page.body == b"<p>one</p>":
            raise RecursionError
        true(id, page)

    monkeypatch.setattr("reportedly.wire.intake.fetched", mistaken)

    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there, 1), an_item(on.there, 2))
        on.serve("/r1.html", "<p>one</p>")
        on.serve("/r2.html", "<p>two</p>")
        await on.add()
        await on.check()

    scene(play)
    assert list(TakenPage.objects.order_by("url").values_list("reason", "detail")) == [
        ("bad record", "a mistake of reportedly's own: RecursionError "),
        ("", ""),
    ]


def test_a_store_that_fails_is_no_mistake_of_a_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("reportedly.wire.feed_checks._take_in", full)

    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there))
        await on.add()
        with pytest.raises(OperationalError):
            await on.check()

    scene(play)


def test_a_charset_that_is_a_lie_costs_no_letter() -> None:
    text = "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><guid isPermaLink='false'>1</guid><title>Ærø ferry</title></item></channel></rss>"

    async def play(on: Scene) -> None:
        on.there.pages["/courier.xml"] = lambda _: web.Response(
            body=text.encode(), headers={"Content-Type": "image/png; charset=utf-16"}
        )
        await on.add()
        assert [check.why for check in await on.check()] == [None]

    scene(play)
    [claimed] = intakes.claim("reader", count=9, now=NOON, lease=EVERY)
    assert claimed.page.entry is not None
    assert claimed.page.entry.title == "Ærø ferry"


def test_a_thousand_hosts_at_once_end_each_with_its_own_outcome() -> None:
    """Smaller here: two hundred; `benchmarks/fetching.py` asks the thousand."""
    ways = {
        "well": "ok",
        "reset": "network failure: the connection was reset",
        "mute": "network failure: no whole answer within 3 seconds",
        "status/404": "HTTP error: 404 Not Found",
    }

    async def play() -> None:
        clock = Clock()
        rules = some_rules(timeout_s=3, respect_robots=False)
        async with misbehaving() as there, Client(rules, now=clock, resolver=LoopbackNames()) as client:
            there.pages["/well"] = lambda _: web.Response(text="<rss><channel><title>W</title></channel></rss>")
            for number in range(200):
                way = list(ways)[number % len(ways)]
                url = f"http://outlet{number}.example:{there.port}/{way}"
                await in_store(add_outlet)(f"Outlet {number}", feed_urls=[url], now=NOON)
            collector = Collector(client, check_every=EVERY, now=clock, jitter=lambda: 0.0)
            async with asyncio.timeout(60):
                checks = await collector.check_once()
        assert Counter(str(check.why or "ok") for check in checks) == dict.fromkeys(ways.values(), 50)

    async_to_sync(play)()
    assert FeedSource.objects.filter(last_success=None, last_failure=None).count() == 0


def test_one_outlets_failure_never_stops_the_others() -> None:
    async def play(on: Scene) -> None:
        on.there.pages["/bad.xml"] = lambda _: web.Response(body=b"\x00\xff" * 500)
        on.serve_feed(an_item(on.there))
        on.there.pages["/r1.html"] = lambda _: web.Response(text="<p>x</p>")
        await on.add("Bad", "/bad.xml")
        await on.add("Hung", "/hangup")
        await on.add()
        checks = await on.check(None)
        assert {check.outlet: (check.new, check.why and check.why.reason) for check in checks} == {
            "bad": (0, Reason.UNREADABLE),
            "hung": (0, Reason.NETWORK),
            "courier": (1, None),
        }

    scene(play)


def test_only_what_is_due_is_asked() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed()
        on.serve_feed(path="/paused.xml")
        await on.add()
        await on.add("Paused", "/paused.xml")
        await in_store(pause_outlet)("paused")
        assert [check.outlet for check in await on.check(None)] == ["courier"]
        assert await on.check(None) == []
        on.clock.later(minutes=15)
        assert [check.outlet for check in await on.check(None)] == ["courier"]

    scene(play)


def test_an_outlet_nobody_knows_cannot_be_checked() -> None:
    async def play(on: Scene) -> None:
        with pytest.raises(NoSuchOutlet):
            await on.check("nobody")

    scene(play)


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        (lambda _: web.Response(status=404), Reason.HTTP_ERROR, "404 Not Found"),
        (lambda _: web.Response(body=b"%PDF", content_type="application/pdf"), Reason.NOT_HTML, "application/pdf"),
        (lambda _: web.Response(body=b""), Reason.EMPTY, "the answer has no body"),
        (
            lambda _: web.Response(status=302, headers={"Location": "http://10.0.0.1/"}),
            Reason.BLOCKED_ADDRESS,
            "redirected to http://10.0.0.1/: 10.0.0.1 is not a public address",
        ),
    ],
)
def test_a_page_that_cannot_be_had_is_set_aside_with_the_reason(answer: Any, reason: Reason, detail: str) -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there))
        on.there.pages["/r1.html"] = answer
        await on.add()
        await on.check()

    scene(play)
    page = TakenPage.objects.get()
    assert (page.outcome, page.reason, page.detail) == (Outcome.SET_ASIDE, reason, detail)
    assert Intake.objects.get().ended is not None


def test_a_page_that_fails_for_a_passing_reason_is_tried_three_times() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there))
        on.there.pages["/r1.html"] = lambda _: web.Response(status=502)
        await on.add()
        await on.check()
        await on.check()
        assert on.there.paths.count("/r1.html") == 1
        on.clock.later(minutes=6)
        await on.check()
        assert on.there.paths.count("/r1.html") == 2
        on.clock.later(minutes=31)
        await on.check()
        on.clock.later(days=1)
        await on.check()
        assert on.there.paths.count("/r1.html") == 3

    scene(play)
    page = TakenPage.objects.get()
    assert (page.outcome, page.reason, page.detail) == (Outcome.SET_ASIDE, Reason.HTTP_ERROR, "502 Bad Gateway")
    assert tally().adds_up


def test_a_page_that_comes_at_the_second_attempt_is_read() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there))
        on.there.pages["/r1.html"] = lambda _: web.Response(status=502)
        await on.add()
        await on.check()
        on.serve("/r1.html", "<p>late</p>")
        on.clock.later(minutes=6)
        await on.check()

    scene(play)
    assert [one.page.body for one in intakes.claim("reader", count=9, now=NOON, lease=EVERY)] == [b"<p>late</p>"]


def test_a_feeds_own_full_text_stands_in_for_a_page_we_may_not_have() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there, full=f"<p>{LONG}</p>"))
        on.there.pages["/r1.html"] = lambda _: web.Response(status=403)
        await on.add()
        assert [check.why for check in await on.check()] == [None]

    scene(play)
    [claimed] = intakes.claim("reader", count=9, now=NOON, lease=EVERY)
    assert claimed.page.body == b""
    assert claimed.page.entry is not None
    assert claimed.page.entry.content_html == f"<p>{LONG}</p>"


def test_it_does_not_stand_in_for_a_page_that_was_taken_down() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there, full=f"<p>{LONG}</p>"))
        on.there.pages["/r1.html"] = lambda _: web.Response(status=410)
        await on.add()
        await on.check()

    scene(play)
    assert TakenPage.objects.get().detail == "410 Gone"


def test_an_entry_without_a_page_is_all_there_is_of_its_report() -> None:
    feed = Feed(
        title="",
        home_url=None,
        language=None,
        entries=(FeedEntry(guid="g1", url="", title="Short", summary_html="<p>All there is.</p>"),),
    )
    [page] = new_pages(feed, outlet="courier", feed_url="https://courier.example/feed", now=NOON)
    assert (page.needs_fetch, page.page.url) == (False, "https://courier.example/feed#g1")
    assert page.page.entry is not None
    assert page.page.entry.content_html == "<p>All there is.</p>"


AN_ENTRY = FeedEntry(guid="g", url="https://courier.example/1", title="T", summary_html="S", updated=NOON)


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        ({"guid": "h"}, True),
        ({"title": "U"}, True),
        ({"summary_html": "V"}, True),
        ({"updated": NOON + EVERY}, True),
        ({"url": "https://courier.example/1?utm_source=feed"}, False),
        ({"categories": ("harbour",)}, False),
        ({"published": NOON}, False),
    ],
)
def test_what_makes_an_entry_new(change: dict[str, Any], is_new: bool) -> None:
    assert (entry_key(replace(AN_ENTRY, **change)) != entry_key(AN_ENTRY)) is is_new


def test_a_foretaste_is_no_full_text() -> None:
    assert not has_full_text(None)
    assert not has_full_text(replace(AN_ENTRY, content_html=f"<p class='{LONG}'>Read more</p>"))
    assert has_full_text(replace(AN_ENTRY, content_html=f"<p>{LONG}</p>"))


def test_an_outlet_that_is_removed_while_it_is_asked_is_forgotten() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there))
        await on.add()
        due = asyncio.Event()

        def answer(_: web.Request) -> web.Response:
            due.set()
            return web.Response(text="<rss><channel/></rss>")

        on.there.pages["/courier.xml"] = answer
        checking = asyncio.create_task(on.check())
        await due.wait()
        await in_store(remove_outlet)("courier")
        assert [check.new for check in await checking] == [0]

    scene(play)
    assert not FeedSource.objects.exists()


def test_running_goes_on_until_stopped_and_gives_back_what_it_holds() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there, 1), an_item(on.there, 2))
        on.serve("/r1.html", "<p>one</p>")
        asked = asyncio.Event()
        never = asyncio.Event()

        async def hang(request: web.Request, rest: str) -> web.StreamResponse:
            asked.set()
            await never.wait()
            return web.Response()

        on.there._r2 = hang  # type: ignore[attr-defined]
        on.serve_feed(an_item(on.there, 1), an_item(on.there, 2).replace("/r2.html", "/r2/"))
        await on.add()
        stop = asyncio.Event()
        running = asyncio.create_task(on.collector.run(stop))
        await asyncio.wait_for(asked.wait(), 5)
        stop.set()
        await asyncio.wait_for(running, 5)

    scene(play)
    waiting = list(TakenPage.objects.filter(needs_fetch=True).values_list("lease_until", "attempts"))
    assert waiting == [(None, 0)] * len(waiting)
    assert waiting
    assert tally().adds_up
