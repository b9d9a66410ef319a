"""The client asks politely and always says what came of it."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from collect.server import FERRY, LAST_CHANGE, LoopbackNames, Misbehaving, misbehaving, some_rules
from reportedly.collect.client import Client, Fetched, FetchRules, Held, NotModified, Refused, may_pass
from reportedly.values import Reason, SetAside

LIES = ("longer", "two-lengths", "minus", "chunks", "status", "headers", "header", "nul")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
async def there() -> AsyncIterator[Misbehaving]:
    async with misbehaving() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(some_rules(), now=lambda: NOON) as client:
        yield client


async def test_a_page_comes_with_what_the_server_said_of_it(there: Misbehaving, client: Client) -> None:
    found = await client.fetch(f"{there.base}/page#second-paragraph")
    assert found == Fetched(
        url=f"{there.base}/page#second-paragraph",
        final_url=f"{there.base}/page",
        moved_to=None,
        status=200,
        content_type="text/html; charset=utf-8",
        etag="",
        last_modified="",
        body=b"<p>The ferry sailed.</p>",
        fetched=NOON,
        max_age=None,
    )


async def test_we_say_who_we_are_and_how_to_reach_us(there: Misbehaving, client: Client) -> None:
    await client.fetch(f"{there.base}/page")
    assert [headers["User-Agent"] for _, headers in there.asked] == ["reportedly/1.0 (+desk@wire.example)"] * 2


async def test_what_did_not_change_is_not_sent_again(there: Misbehaving, client: Client) -> None:
    first = await client.fetch(f"{there.base}/feed", expect="feed")
    assert isinstance(first, Fetched)
    assert (first.etag, first.last_modified, first.max_age) == ('"v1"', LAST_CHANGE, timedelta(minutes=10))
    again = await client.fetch(f"{there.base}/feed", etag=first.etag, last_modified=first.last_modified, expect="feed")
    assert again == NotModified(url=f"{there.base}/feed", fetched=NOON, max_age=timedelta(minutes=10))
    assert there.asked[-1][1]["If-Modified-Since"] == LAST_CHANGE


async def test_what_we_know_of_an_address_is_not_told_to_where_it_redirects(there: Misbehaving, client: Client) -> None:
    found = await client.fetch(f"{there.base}/to?target=/feed", etag='"v1"')
    assert isinstance(found, Fetched)
    assert "If-None-Match" not in there.asked[-1][1]


async def test_a_304_to_a_question_without_a_past_is_an_error(there: Misbehaving, client: Client) -> None:
    found = await client.fetch(f"{there.base}/status/304")
    assert isinstance(found, Refused)
    assert found.detail == "304 to a question without a past"


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/status/404", 404, "404 Not Found"),
        ("/status/410", 410, "410 Gone"),
        ("/status/403", 403, "403 Forbidden"),
        ("/status/500", 500, "500 Internal Server Error"),
        ("/status/799", 799, "799"),
        ("/nowhere", 302, "302 Found, but not where to"),
    ],
)
async def test_an_http_error_is_set_aside_with_its_status(
    there: Misbehaving, client: Client, path: str, status: int, detail: str
) -> None:
    url = there.base + path
    assert await client.fetch(url) == Refused(url=url, reason=Reason.HTTP_ERROR, status=status, detail=detail)


@pytest.mark.parametrize("when", ["120", "Mon, 02 Nov 2026 12:02:00 GMT"])
async def test_a_host_that_asks_to_be_left_alone_is_left_alone(there: Misbehaving, client: Client, when: str) -> None:
    url = f"{there.base}/status/429?Retry-After={when.replace(' ', '%20')}"
    found = await client.fetch(url)
    two_minutes = timedelta(minutes=2)
    detail = "429 Too Many Requests; Retry-After 120 seconds"
    assert found == Refused(url=url, reason=Reason.HTTP_ERROR, status=429, retry_after=two_minutes, detail=detail)
    held = await client.fetch(f"{there.base}/page")
    assert isinstance(held, Refused)
    assert held.retry_after == two_minutes
    assert there.paths == ["/status/429"]


async def test_permanent_redirects_are_followed_and_reported(there: Misbehaving, client: Client) -> None:
    found = await client.fetch(f"{there.base}/hops/5?status=301")
    assert isinstance(found, Fetched)
    assert (found.final_url, found.moved_to) == (f"{there.base}/page", f"{there.base}/page")


async def test_a_move_is_permanent_only_as_far_as_the_first_temporary_redirect(
    there: Misbehaving, client: Client
) -> None:
    there.pages["/old"] = lambda _: web.Response(status=308, headers={"Location": "/hops/1"})
    found = await client.fetch(f"{there.base}/old")
    assert isinstance(found, Fetched)
    assert (found.final_url, found.moved_to) == (f"{there.base}/page", f"{there.base}/hops/1")
    temporary = await client.fetch(f"{there.base}/hops/2")
    assert isinstance(temporary, Fetched)
    assert temporary.moved_to is None


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/hops/6", "more than 5 redirects"),
        ("/further", "more than 5 redirects"),
        ("/circle/a", "redirects in a circle"),
        ("/to?target=/to%3Ftarget%3D/circle/a", "redirects in a circle"),
    ],
)
async def test_redirects_end(there: Misbehaving, client: Client, path: str, detail: str) -> None:
    url = there.base + path
    assert await client.fetch(url) == SetAside(url=url, reason=Reason.REDIRECTS, detail=detail)


@pytest.mark.parametrize(
    ("target", "detail"),
    [
        ("http://10.0.0.7/", "10.0.0.7 is not a public address"),
        ("http://localhost/", "localhost resolves to"),
        ("http://[::1]/", "::1 is not a public address"),
        ("http://0.0.0.0/", "0.0.0.0 is not a public address"),
        ("http://192.168.1.1/", "192.168.1.1 is not a public address"),
        ("http://100.64.0.1/", "100.64.0.1 is not a public address"),
        ("http://[fe80::1]/", "fe80::1 is not a public address"),
        ("http://[fc00::1]/", "fc00::1 is not a public address"),
        ("http://[::ffff:10.0.0.1]/", "::ffff:a00:1 is not a public address"),
        ("http://[64:ff9b:1::a00:1]/", "64:ff9b:1::a00:1 is not a public address"),
        ("http://[2001:0:53aa:64c::80ff:fffe]/", "2001:0:53aa:64c::80ff:fffe is not a public address"),
        ("http://[ff02::1]/", "ff02::1 is not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is not a public address"),
        ("http://[64:ff9b::a00:1]/", "64:ff9b::a00:1 is not a public address"),
        ("http://[2002:7f00:1::]/", "2002:7f00:1:: is not a public address"),
        ("http://224.0.0.1/", "224.0.0.1 is not a public address"),
        ("http://0x7f.1/", "0x7f.1 is an IP address in disguise"),
        ("file:///etc/passwd", "only http and https are fetched, not file"),
        ("http://desk:secret@127.0.0.1/", "an address with a user name or password in it is not fetched"),
    ],
)
async def test_a_redirect_cannot_lead_where_we_must_not_go(there: Misbehaving, target: str, detail: str) -> None:
    async with Client(some_rules(allow=(f"127.0.0.1:{there.port}",))) as client:
        found = await client.fetch(f"{there.base}/to?target={target}")
    assert isinstance(found, SetAside)
    assert found.reason == Reason.BLOCKED_ADDRESS
    assert detail in found.detail
    assert there.paths == ["/to"]


class ChangingDNS(AbstractResolver):
    """A DNS whose answers are read off a list, as an attacker's would be."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0)
            for one in answer.split()
        ]

    async def close(self) -> None:
        pass


async def test_a_name_of_this_machine_is_not_fetched() -> None:
    async with Client(some_rules(allow=()), resolver=ChangingDNS("127.0.0.1")) as client:
        found = await client.fetch("http://innocent.example/")
    detail = "innocent.example resolves to 127.0.0.1, which is not a public address"
    assert found == SetAside(url="http://innocent.example/", reason=Reason.BLOCKED_ADDRESS, detail=detail)


async def test_the_address_connected_to_is_the_one_that_was_checked(there: Misbehaving) -> None:
    """A DNS that turns to loopback after its first answer gets nothing: each look-up that is used is checked."""
    turns = ChangingDNS("127.0.0.1", "127.0.0.9")
    rules = some_rules(allow=(f"127.0.0.1:{there.port}",), respect_robots=False)
    async with Client(rules, resolver=turns) as client:
        assert isinstance(await client.fetch(f"http://turns.example:{there.port}/page"), Fetched)
        assert isinstance(await client.fetch(f"http://again.example:{there.port}/page"), SetAside)
    assert turns.asked == 2
    assert there.paths == ["/page"]


async def test_a_host_allowed_by_name_is_reached_wherever_it_is(there: Misbehaving) -> None:
    rules = some_rules(allow=(f"wire.internal:{there.port}",), respect_robots=False)
    async with Client(rules, resolver=ChangingDNS("127.0.0.1")) as client:
        assert isinstance(await client.fetch(f"http://wire.internal:{there.port}/page"), Fetched)
        other_port = await client.fetch("http://wire.internal:1/page")
    assert isinstance(other_port, SetAside)
    assert other_port.reason == Reason.BLOCKED_ADDRESS


async def test_nothing_of_this_machine_is_reached_unless_allowed(there: Misbehaving) -> None:
    async with Client(some_rules(allow=())) as client:
        found = await client.fetch(f"{there.base}/page")
    detail = "127.0.0.1 is not a public address"
    assert found == SetAside(url=f"{there.base}/page", reason=Reason.BLOCKED_ADDRESS, detail=detail)
    assert there.asked == []


@pytest.mark.parametrize("coding", ["gzip", "gzip-twice", "gzip-not", "deflate", "deflate-raw", "br", "identity"])
async def test_every_coding_comes_decoded(there: Misbehaving, client: Client, coding: str) -> None:
    found = await client.fetch(f"{there.base}/packed/{coding}")
    assert isinstance(found, Fetched)
    assert found.body == FERRY


@pytest.mark.parametrize(
    ("coding", "detail"),
    [
        ("gzip-cut", "its compressed bytes break off"),
        ("br-cut", "its compressed bytes break off"),
        ("gzip-damaged", "its compressed bytes are damaged"),
        ("zstd", "content coding zstd"),
    ],
)
async def test_a_broken_coding_is_set_aside(there: Misbehaving, client: Client, coding: str, detail: str) -> None:
    url = f"{there.base}/packed/{coding}"
    assert await client.fetch(url) == SetAside(url=url, reason=Reason.UNREADABLE, detail=detail)


@pytest.mark.parametrize("path", ["/large/1001", "/endless"])
async def test_a_body_over_the_limit_is_too_large(there: Misbehaving, path: str) -> None:
    async with Client(some_rules(limit_bytes=1000)) as client:
        found = await client.fetch(there.base + path)
        whole = await client.fetch(f"{there.base}/large/1000")
    assert found == SetAside(url=there.base + path, reason=Reason.TOO_LARGE, detail="more than 1,000 bytes")
    assert isinstance(whole, Fetched)


# The peak is read of this process's own memory: ru_maxrss would begin at the peak of the one that started it.
BOMB_CATCHER = """
import asyncio, re, sys
from pathlib import Path
from reportedly.collect.client import Client, FetchRules
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
async def main():
    async with Client(FetchRules(user_agent="x/1", pace_s=0, allow=("127.0.0.0/8",), respect_robots=False)) as client:
        await client.fetch(sys.argv[1] + "/large/100000")
        before = peak()
        found = await client.fetch(sys.argv[1] + "/bomb/" + sys.argv[2])
        print(found.reason, peak() - before)
asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads its memory from /proc")
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
async def test_a_bomb_of_300_mb_costs_less_than_40(there: Misbehaving, coding: str) -> None:
    source = Path(__file__).parents[2] / "src"
    catcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BOMB_CATCHER, there.base, coding),
        env={**os.environ, "PYTHONPATH": str(source)},
        stdout=subprocess.PIPE,
    )
    said, _ = await catcher.communicate()
    reason, kilobytes = said.decode().rsplit(" ", 1)
    assert reason == "too large"
    assert 5 * 1024 < int(kilobytes) < 40 * 1024  # less than the limit itself would mean that nothing was measured


@pytest.mark.parametrize("path", ["/drip", "/drip-headers", "/mute"])
async def test_a_slow_drip_is_given_up(there: Misbehaving, path: str) -> None:
    async with Client(some_rules(timeout_s=0.3)) as client:
        found = await client.fetch(there.base + path)
    detail = "no whole answer within 0.3 seconds"
    assert found == SetAside(url=there.base + path, reason=Reason.NETWORK, detail=detail)


@pytest.mark.parametrize("how", ["drip", "flood"])
async def test_a_refusal_is_a_refusal_however_long_its_page_takes(
    there: Misbehaving, client: Client, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("reportedly.collect.client.REFUSAL_WITHIN_S", 0.2)
    url = f"{there.base}/refuse_slowly/{how}"
    assert await client.fetch(url) == Refused(url=url, reason=Reason.HTTP_ERROR, status=403, detail="403 Forbidden")


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/short", "the answer broke off"),
        ("/hangup", "the server closed the connection without an answer"),
        ("/garbage", "the server does not speak HTTP as it should"),
        ("/reset", "the connection was reset"),
        ("/reset/late", "the answer broke off"),
        ("/raw/chunks-cut", "the answer broke off"),
        *((f"/raw/{lie}", "the server does not speak HTTP as it should") for lie in LIES),
    ],
)
async def test_a_broken_exchange_is_set_aside(there: Misbehaving, client: Client, path: str, detail: str) -> None:
    url = there.base + path
    assert await client.fetch(url) == SetAside(url=url, reason=Reason.NETWORK, detail=detail)


async def test_a_closed_port_is_connection_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    async with Client(some_rules()) as client:
        found = await client.fetch(f"http://127.0.0.1:{port}/")
    assert found == SetAside(url=f"http://127.0.0.1:{port}/", reason=Reason.NETWORK, detail="connection refused")


async def test_plain_http_behind_https_is_a_tls_failure(there: Misbehaving) -> None:
    async with Client(some_rules(respect_robots=False)) as client:
        found = await client.fetch(f"https://127.0.0.1:{there.port}/page")
    assert isinstance(found, SetAside)
    assert found.reason == Reason.NETWORK
    assert found.detail.startswith("TLS failure: ")


async def test_a_picture_is_no_page_but_may_be_called_a_feed(there: Misbehaving, client: Client) -> None:
    url = f"{there.base}/picture"
    assert await client.fetch(url) == SetAside(url=url, reason=Reason.NOT_HTML, detail="image/png")
    assert isinstance(await client.fetch(url, expect="feed"), Fetched)


async def test_an_answer_without_a_body_is_empty(there: Misbehaving, client: Client) -> None:
    url = f"{there.base}/empty"
    assert await client.fetch(url) == SetAside(url=url, reason=Reason.EMPTY, detail="the answer has no body")


async def test_robots_txt_is_asked_once_and_obeyed(there: Misbehaving, client: Client) -> None:
    there.robots = lambda: web.Response(text="User-agent: reportedly\nDisallow: /page\nDisallow: /to\n")
    forbidden = await client.fetch(f"{there.base}/page")
    detail = "127.0.0.1 keeps /page to itself"
    assert forbidden == SetAside(url=f"{there.base}/page", reason=Reason.ROBOTS, detail=detail)
    assert isinstance(await client.fetch(f"{there.base}/feed"), Fetched)
    assert [path for path, _ in there.asked] == ["/robots.txt", "/feed"]


async def test_robots_txt_holds_for_where_a_redirect_leads(there: Misbehaving, client: Client) -> None:
    there.robots = lambda: web.Response(text="User-agent: *\nDisallow: /page\n")
    found = await client.fetch(f"{there.base}/to?target=/page")
    assert isinstance(found, SetAside)
    assert found.reason == Reason.ROBOTS


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (401, True), (429, False), (500, False), (503, False)]
)
async def test_a_missing_robots_txt_allows_and_a_failing_one_does_not(
    there: Misbehaving, client: Client, status: int, allowed: bool
) -> None:
    there.robots = lambda: web.Response(status=status)
    found = await client.fetch(f"{there.base}/page")
    if allowed:
        assert isinstance(found, Fetched)
    else:
        detail = f"robots.txt answered {status}, so nothing is asked for now"
        assert found == Refused(url=f"{there.base}/page", reason=Reason.ROBOTS, status=503, detail=detail)
        assert may_pass(found)


async def test_a_circle_of_redirects_for_robots_txt_forbids_nothing(there: Misbehaving, client: Client) -> None:
    there.robots = lambda: web.Response(status=302, headers={"Location": "/circle/a"})
    assert isinstance(await client.fetch(f"{there.base}/page"), Fetched)


async def test_an_endless_robots_txt_is_read_as_far_as_it_need_be(there: Misbehaving, client: Client) -> None:
    there.robots = lambda: web.Response(text="User-agent: *\nDisallow: /page\n" + "# more\n" * 200_000)
    found = await client.fetch(f"{there.base}/page")
    assert isinstance(found, SetAside)
    assert found.reason == Reason.ROBOTS


class Clock:
    """Time that passes when somebody sleeps, and not otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


async def test_requests_to_one_host_keep_their_pace_however_many_wait(there: Misbehaving) -> None:
    clock = Clock()
    async with Client(some_rules(pace_s=2), clock=clock, sleep=clock.sleep) as client:
        await asyncio.gather(*(client.fetch(f"{there.base}/page") for _ in range(3)))
    assert clock.slept == [2.0, 2.0, 2.0]  # robots.txt, then three pages


async def test_a_crawl_delay_slows_us_down(there: Misbehaving) -> None:
    there.robots = lambda: web.Response(text="User-agent: *\nCrawl-delay: 7\n")
    clock = Clock()
    async with Client(some_rules(pace_s=1), clock=clock, sleep=clock.sleep) as client:
        await client.fetch(f"{there.base}/page")
        await client.fetch(f"{there.base}/page")
    assert clock.slept == [1.0, 7.0]


async def test_hosts_do_not_wait_for_each_other(there: Misbehaving) -> None:
    clock = Clock()
    rules = some_rules(pace_s=60, respect_robots=False)
    async with Client(rules, clock=clock, sleep=clock.sleep) as client:
        await client.fetch(f"http://127.0.0.1:{there.port}/page")
        await client.fetch(f"http://127.0.0.2:{there.port}/page")
    assert clock.slept == []


@pytest.mark.parametrize("url", ["", "   ", "wire.example/feed", "http://", "http://[::1", "http://exa mple/", "\x00"])
async def test_what_is_no_address_is_set_aside(client: Client, url: str) -> None:
    found = await client.fetch(url)
    assert isinstance(found, SetAside)
    assert found.reason == Reason.BLOCKED_ADDRESS


def test_robots_txt_knows_us_by_the_first_word_of_our_name() -> None:
    assert FetchRules(user_agent="reportedly/1.0 (+x)").agent == "reportedly"


# --- walls -----------------------------------------------------------------------------------------------------------


def served(there: Misbehaving, text: str, **given: object) -> str:
    there.pages["/walled"] = lambda _: web.Response(**{"text": text, "content_type": "text/html", **given})  # type: ignore[arg-type]
    return f"{there.base}/walled"


async def test_a_refusal_says_which_wall_it_came_from(there: Misbehaving, client: Client) -> None:
    url = served(there, "<title>Just a moment...</title>", status=403, headers={"cf-mitigated": "challenge"})
    detail = "403 Forbidden, Cloudflare's challenge"
    assert await client.fetch(url) == Refused(url=url, reason=Reason.HTTP_ERROR, status=403, detail=detail)


async def test_a_challenge_in_place_of_a_feed_is_no_feed(there: Misbehaving, client: Client) -> None:
    url = served(there, '<script id="anubis_challenge" type="application/json">{}</script>')
    detail = "200 OK, but only Anubis's challenge"
    assert await client.fetch(url, expect="feed") == Refused(
        url=url, reason=Reason.HTTP_ERROR, status=200, detail=detail
    )


async def test_a_page_that_speaks_of_a_wall_is_a_page(there: Misbehaving, client: Client) -> None:
    """Only a header tells for sure; what the text of a page says may be its report."""
    assert isinstance(await client.fetch(served(there, "They found anubis_challenge in the source.")), Fetched)


async def test_the_wall_is_told_of_a_refusal_that_comes_compressed(there: Misbehaving, client: Client) -> None:
    there.pages["/walled"] = lambda _: web.Response(
        status=403, body=gzip.compress(b"<p>px-captcha</p>"), headers={"Content-Encoding": "gzip"}
    )
    found = await client.fetch(f"{there.base}/walled")
    assert isinstance(found, Refused)
    assert found.detail == "403 Forbidden, HUMAN's captcha"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_a_refusal_whose_page_cannot_be_unpacked_is_still_that_refusal(
    there: Misbehaving, client: Client, coding: str
) -> None:
    there.pages["/walled"] = lambda _: web.Response(
        status=403, body=b"\x1f\x8bnot what it says", headers={"Content-Encoding": coding}
    )
    found = await client.fetch(f"{there.base}/walled")
    assert isinstance(found, Refused)
    assert found.detail == "403 Forbidden"


# --- feeds and robots.txt --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("robots", "asked"),
    [
        ("User-agent: *\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /feed\n", True),
        ("User-agent: Reportedly\nDisallow: /feed\n", False),
        ("User-agent: other\nUser-agent: reportedly/2\nDisallow: /\n", False),
        ("User-agent: reportedly\nDisallow: /page\n\nUser-agent: *\nDisallow: /\n", True),
        ("User-agent: reportedly-not-us\nDisallow: /\n\nUser-agent: *\nDisallow: /\n", True),
    ],
)
async def test_a_feed_is_bound_only_by_what_robots_txt_says_to_us_by_name(
    there: Misbehaving, client: Client, robots: str, asked: bool
) -> None:
    there.robots = lambda: web.Response(text=robots)
    found = await client.fetch(f"{there.base}/feed", expect="feed")
    assert isinstance(found, Fetched) is asked
    assert isinstance(found, Fetched) or found.reason == Reason.ROBOTS  # type: ignore[union-attr]


async def test_a_robots_txt_that_fails_keeps_us_from_pages_and_not_from_feeds(
    there: Misbehaving, client: Client
) -> None:
    there.robots = lambda: web.Response(status=500)
    assert isinstance(await client.fetch(f"{there.base}/feed", expect="feed"), Fetched)
    assert isinstance(await client.fetch(f"{there.base}/page"), Refused)


async def test_a_host_that_is_down_is_not_asked_twice_for_one_feed() -> None:
    """Its robots.txt has already shown that nobody is there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        port = listening.getsockname()[1]
        async with Client(some_rules(timeout_s=0.3)) as client:
            found = await client.fetch(f"http://127.0.0.1:{port}/feed", expect="feed")
        listening.accept()[0].close()
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert isinstance(found, SetAside)
    assert found.detail == "no whole answer within 0.3 seconds"


async def test_a_crawl_delay_holds_between_feeds_too(there: Misbehaving) -> None:
    there.robots = lambda: web.Response(text="User-agent: *\nDisallow: /\nCrawl-delay: 7\n")
    clock = Clock()
    async with Client(some_rules(pace_s=1), clock=clock, sleep=clock.sleep) as client:
        await client.fetch(f"{there.base}/feed", expect="feed")
        await client.fetch(f"{there.base}/feed", expect="feed")
    assert clock.slept == [1.0, 7.0]


# --- many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "held_s"), [("/status/429", 60), ("/status/503", 0), ("/status/429?Retry-After=5", 5)]
)
async def test_a_host_that_has_had_enough_is_left_alone_even_if_it_does_not_say_for_how_long(
    there: Misbehaving, client: Client, path: str, held_s: int
) -> None:
    await client.fetch(f"{there.base}{path}")
    then = await client.fetch(f"{there.base}/page")
    if held_s:
        assert isinstance(then, Held)
        assert then.retry_after == timedelta(seconds=held_s)
    else:
        assert isinstance(then, Fetched)


async def test_large_answers_wait_for_each_other_and_lose_no_time_by_it(
    there: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportedly.collect.client.MOST_LARGE", 1)
    monkeypatch.setattr("reportedly.collect.client.SMALL", 1000)
    async with Client(some_rules(respect_robots=False), resolver=LoopbackNames()) as client:
        asked = [f"http://host{host}.example:{there.port}/large/300000" for host in range(1, 9)]
        found = await asyncio.gather(*(client.fetch(url) for url in asked))
    assert [len(one.body) for one in found if isinstance(one, Fetched)] == [300_000] * 8


async def test_hosts_that_hang_do_not_keep_the_others_waiting(there: Misbehaving) -> None:
    """Ninety hosts that take a question and never answer, and one that does."""
    async with Client(some_rules(timeout_s=20, respect_robots=False), resolver=LoopbackNames()) as client:
        addresses = [f"http://host{host}.example:{there.port}/mute" for host in range(90)]
        hung = [asyncio.create_task(client.fetch(address)) for address in addresses]
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            assert isinstance(await client.fetch(f"{there.base}/page"), Fetched)
        assert not any(task.done() for task in hung)
        for task in hung:
            task.cancel()
        await asyncio.gather(*hung, return_exceptions=True)
