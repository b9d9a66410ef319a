"""An outlet collected from by its sitemap, against a server of our own."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from collect.server import misbehaving, some_rules
from reportedly.collect.client import Client
from reportedly.collect.sitemap_walk import MOST_MAPS, find_sitemap
from reportedly.values import Feed, Reason
from reportedly.wire.models import FeedSource, TakenPage
from wire.test_collecting import NOON, Scene, scene

pytestmark = pytest.mark.django_db
MAP = "/sitemap.xml"


def a_page(base: str, number: int, *, changed: datetime | None = NOON, title: str = "") -> str:
    lastmod = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    news = f"<news:news><news:title>{title}</news:title></news:news>" if title else ""
    return f"<url><loc>{base}/page/{number}</loc>{lastmod}{news}</url>"


def serve_map(on: Scene, *pages: str, path: str = MAP, packed: bool = False) -> None:
    body = f"<urlset>{''.join(pages)}</urlset>".encode()
    on.there.pages[path] = lambda _: web.Response(body=gzip.compress(body) if packed else body)


def serve_index(on: Scene, *maps: tuple[str, datetime | None], path: str = MAP) -> None:
    listed = "".join(
        f"<sitemap><loc>{on.there.base}{name}</loc>{f'<lastmod>{changed.isoformat()}</lastmod>' if changed else ''}</sitemap>"
        for name, changed in maps
    )
    on.there.pages[path] = lambda _: web.Response(
        text=f"<sitemapindex>{listed}</sitemapindex>", content_type="text/xml"
    )


def maps_asked(on: Scene) -> list[str]:
    asked = [path for path in on.there.paths if not path.startswith("/page")]
    on.there.asked.clear()
    return asked


def taken() -> list[str]:
    return [url.rpartition("/")[2] for url in TakenPage.objects.order_by("order").values_list("url", flat=True)]


def test_the_pages_of_a_sitemap_are_fetched_oldest_first_with_what_it_says_of_them() -> None:
    async def play(on: Scene) -> None:
        base = on.there.base
        serve_map(on, a_page(base, 1, changed=NOON, title="New"), a_page(base, 2, changed=NOON - timedelta(hours=1)))
        await on.add(path=MAP)
        [check] = await on.check()
        assert (check.entries, check.new, check.why) == (2, 2, None)
        [check] = await on.check()
        assert (check.entries, check.new) == (None, 0)

    scene(play)
    assert taken() == ["2", "1"]


def test_a_page_is_fetched_again_when_its_sitemap_says_it_changed_and_only_then() -> None:
    async def play(on: Scene) -> None:
        base = on.there.base
        serve_map(on, a_page(base, 1, changed=NOON - timedelta(days=1)), a_page(base, 2, changed=None))
        await on.add(path=MAP)
        await on.check()
        serve_map(on, a_page(base, 1, changed=NOON), a_page(base, 2, changed=None), a_page(base, 3))
        [check] = await on.check()
        assert (check.entries, check.new) == (3, 2)

    scene(play)
    assert taken() == ["2", "1", "3", "1"]


def test_a_page_said_to_be_older_than_a_month_is_left_to_the_archives() -> None:
    async def play(on: Scene) -> None:
        serve_map(on, a_page(on.there.base, 1, changed=NOON - timedelta(days=31)), a_page(on.there.base, 2))
        await on.add(path=MAP)
        [check] = await on.check()
        assert (check.entries, check.new) == (1, 1)

    scene(play)


def test_one_check_takes_in_so_many_of_the_newest_and_the_next_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportedly.wire.feed_checks.MOST_OF_A_SITEMAP", 2)
    monkeypatch.setattr("reportedly.wire.rows._ROWS_AT_ONCE", 2)

    async def play(on: Scene) -> None:
        pages = [a_page(on.there.base, n, changed=NOON - timedelta(hours=n)) for n in range(5)]
        serve_map(on, *pages)
        await on.add(path=MAP)
        assert [check.new for check in await on.check()] == [2]
        serve_map(on, "<!-- made again -->", *pages)
        assert [check.new for check in await on.check()] == [2]

    scene(play)
    assert taken() == ["1", "0", "3", "2"]


def test_an_index_is_asked_whole_each_time_and_its_unchanged_sitemaps_are_passed_over() -> None:
    async def play(on: Scene) -> None:
        base = on.there.base
        serve_map(on, a_page(base, 1), path="/now.xml.gz", packed=True)
        serve_map(on, a_page(base, 2, changed=NOON - timedelta(days=5)), path="/then.xml")
        serve_map(on, a_page(base, 3), path="/long-ago.xml")
        serve_index(
            on,
            ("/long-ago.xml", NOON - timedelta(days=40)),
            ("/then.xml", NOON - timedelta(days=5)),
            ("/now.xml.gz", NOON),
        )
        await on.add(path=MAP)
        [check] = await on.check()
        assert (check.entries, check.new) == (2, 2)
        assert maps_asked(on) == [MAP, "/now.xml.gz", "/then.xml"]
        serve_map(on, a_page(base, 1), a_page(base, 4), path="/now.xml.gz", packed=True)
        on.clock.later(hours=1)
        [check] = await on.check()
        assert (check.entries, check.new) == (2, 1)
        assert maps_asked(on) == [MAP, "/now.xml.gz"]

    scene(play)
    feed = FeedSource.objects.get()
    assert (feed.etag, feed.body_hash, feed.failures_in_a_row) == ("", "", 0)


def test_an_index_that_leads_round_in_circles_or_down_for_ever_ends() -> None:
    async def play(on: Scene) -> None:
        for depth in range(9):
            serve_index(on, (f"/deep{depth + 1}.xml", None), (MAP, None), path=f"/deep{depth}.xml")
        serve_index(on, ("/deep0.xml", None), (MAP, None))
        await on.add(path=MAP)
        [check] = await on.check()
        assert (check.entries, check.new) == (0, 0)
        assert maps_asked(on) == [MAP, "/deep0.xml", "/deep1.xml"]

    scene(play)


def test_one_check_asks_so_many_sitemaps_of_an_index_and_no_more() -> None:
    async def play(on: Scene) -> None:
        for n in range(30):
            serve_map(on, a_page(on.there.base, n), path=f"/{n}.xml")
        serve_index(on, *((f"/{n}.xml", None) for n in range(30)))
        await on.add(path=MAP)
        [check] = await on.check()
        assert check.new == MOST_MAPS
        assert maps_asked(on) == [MAP, *(f"/{n}.xml" for n in range(MOST_MAPS))]

    scene(play)


def test_a_sitemap_that_fails_stops_no_other_and_all_failing_is_a_failure() -> None:
    async def play(on: Scene) -> None:
        serve_map(on, a_page(on.there.base, 1), path="/good.xml")
        serve_index(on, ("/status/500", None), ("/good.xml", None))
        await on.add(path=MAP)
        [check] = await on.check()
        assert (check.new, check.why) == (1, None)
        serve_index(on, ("/status/404", None))
        [check] = await on.check()
        assert check.why
        assert (check.why.reason, check.why.detail) == (Reason.HTTP_ERROR, "404 Not Found")

    scene(play)


async def test_an_outlet_without_a_feed_is_found_by_the_sitemap_its_robots_txt_names() -> None:
    async with misbehaving() as there, Client(some_rules()) as client:
        base = there.base
        now = datetime.now(UTC)
        there.robots = lambda: web.Response(
            text=f"User-agent: *\nDisallow:\nSitemap: {base}/page\nSitemap: {base}/all.xml\nSitemap: {base}/news.xml\n"
        )
        for name in ("all", "news"):
            body = f"<urlset>{a_page(base, 1, changed=now)}</urlset>"
            there.pages[f"/{name}.xml"] = lambda _, body=body: web.Response(text=body)  # type: ignore[misc]
        found = await find_sitemap(client, f"{base}/", now=now)
        assert found
        url, feed = found
        assert url == f"{base}/news.xml"
        assert isinstance(feed, Feed)
        assert [entry.url for entry in feed.entries] == [f"{base}/page/1"]
        assert there.paths == ["/news.xml"]


async def test_an_outlet_that_names_no_sitemap_has_none() -> None:
    async with misbehaving() as there, Client(some_rules()) as client:
        assert await find_sitemap(client, f"{there.base}/", now=NOON) is None
        assert await find_sitemap(client, "http://10.0.0.1/", now=NOON) is None
