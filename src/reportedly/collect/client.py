"""The one HTTP client: asks politely, never reaches where it must not, and always says what came of it.

Every address, of each redirect too, goes through the guard. Bodies are decoded as they come and stop at the cap.
Whatever a normal day brings, from a 404 to a broken certificate, comes back as a `SetAside` with one clause of detail.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Literal, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy
from yarl import URL

from reportedly.collect import check, decoding, robots, walls
from reportedly.collect.guard import BlockedConnection, Guard, GuardedResolver
from reportedly.collect.pace import Lines
from reportedly.errors import BlockedAddress
from reportedly.values import Reason, SetAside

MOST_REDIRECTS = 5
MOST_AT_ONCE = 100  # exchanges: enough that a hundred hosts that hang keep nobody waiting for longer than one timeout
MOST_LARGE = 6  # of them with more than SMALL in memory; the others wait, and their clocks with them
SMALL = 1 << 20  # decoded bytes
CONNECT_WITHIN_S = 10.0  # a host that does not even pick up is given up sooner than one that is slow
REFUSAL_WITHIN_S = 3.0  # the page sent with a refusal is not waited for longer
LONGEST_HOLD_S = 86400.0  # a host's Retry-After is remembered this long at most
HOLD_S = 60.0  # how long a host is left alone that says "too many requests" and not for how long
Expect = Literal["page", "feed"]

_ACCEPT = {
    "page": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "feed": "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READ_AS_PAGE = ("text/", "application/xhtml", "application/xml", "application/octet-stream")


@dataclass(frozen=True, kw_only=True)
class FetchRules:
    """How we fetch. `allow` as `guard.Guard` takes it; `limit_bytes` counts decoded bytes."""

    user_agent: str
    pace_s: float = 1.0
    timeout_s: float = 30
    limit_bytes: int = 10 << 20
    allow: tuple[str, ...] = ()
    respect_robots: bool = True

    @property
    def agent(self) -> str:
        """The name robots.txt knows us by."""
        return self.user_agent.partition("/")[0].strip() or "reportedly"


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer with a body. `moved_to` is where the server says the address has gone for good."""

    url: str
    final_url: str
    moved_to: str | None
    status: int
    content_type: str
    etag: str
    last_modified: str
    body: bytes
    fetched: datetime
    max_age: timedelta | None


@dataclass(frozen=True, kw_only=True)
class NotModified:
    """The server says that what we have is still what it has."""

    url: str
    fetched: datetime
    max_age: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Refused(SetAside):
    """An HTTP error, of the address or of its host's robots.txt. `retry_after` is how long we are asked to stay away."""

    status: int
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Held(Refused):
    """Not asked at all: the host wants to be left alone for `retry_after`. Says nothing of the address itself."""


def may_pass(why: SetAside) -> bool:
    """Whether the same question may well be answered later: a network that fails, a server that is busy."""
    if isinstance(why, Refused):
        return why.status in (408, 425, 429) or why.status >= 500
    return why.reason == Reason.NETWORK


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """One exchange with one server, of any status; behind a refusal the body is only its beginning."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    came: datetime
    took_s: float


class Client:
    """An HTTP client under `rules`. Use as an async context manager, one for all outlets.

    `clock`, `sleep`, `now` and `resolver` stand in for time and the DNS in tests.
    """

    def __init__(
        self,
        rules: FetchRules,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: AbstractResolver | None = None,
    ) -> None:
        self.rules = rules
        self._clock = clock
        self._now = now
        self._resolver = resolver
        self._guard = Guard(rules.allow)
        self._lines = Lines(rules.pace_s, clock=clock, sleep=sleep)
        self._robots = robots.RobotsCache(self._ask_robots, clock=clock)
        self._at_once = asyncio.Semaphore(MOST_AT_ONCE)
        self._large = asyncio.Semaphore(MOST_LARGE)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=GuardedResolver(self._guard, self._resolver),
                socket_factory=self._guard.make_socket,
                limit=0,  # `_at_once` counts instead, before the clock of the timeout runs
                ttl_dns_cache=60,
            ),
            headers={"User-Agent": self.rules.user_agent, "Accept-Encoding": decoding.CODINGS},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(  # ours covers the whole exchange
                total=None, sock_connect=min(CONNECT_WITHIN_S, self.rules.timeout_s)
            ),
            auto_decompress=False,  # done in `decoding`, under the cap
            trust_env=False,  # a proxy would connect in our place, past the guard
            max_line_size=1 << 14,
            max_field_size=1 << 16,  # security policies of large outlets outgrow aiohttp's 8 KB
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(
        self, url: str, *, etag: str = "", last_modified: str = "", expect: Expect = "page"
    ) -> Fetched | NotModified | SetAside:
        """What the address holds now, or why we do not have it. Never raises for what a server or network does.

        With `etag` or `last_modified` of an earlier answer the server may say that nothing changed.
        """
        headers = {"Accept": _ACCEPT[expect]}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        found = await self._follow(url, headers, expect=expect, limit=self.rules.limit_bytes)
        if isinstance(found, SetAside):
            return found
        answer, final, moved_to = found
        fresh = check.max_age(
            cache_control=answer.headers.get("Cache-Control", ""),
            expires=answer.headers.get("Expires", ""),
            date=answer.headers.get("Date", ""),
            now=answer.came,
        )
        if answer.status == 304:
            if not (etag or last_modified) or final != self._guard.checked(url):
                return Refused(url=url, reason=Reason.HTTP_ERROR, status=304, detail="304 to a question without a past")
            return NotModified(url=url, fetched=answer.came, max_age=fresh)
        if not 200 <= answer.status < 300:
            return self._refusal(url, answer)
        if named := walls.challenge(answer.headers, answer.body if expect == "feed" else b""):
            return Refused(
                url=url,
                reason=Reason.HTTP_ERROR,
                status=answer.status,
                detail=f"{_phrase(answer.status)}, but only {named}",
            )
        if not answer.body:
            return SetAside(url=url, reason=Reason.EMPTY, detail="the answer has no body")
        return Fetched(
            url=url,
            final_url=str(final),
            moved_to=str(moved_to) if moved_to else None,
            status=answer.status,
            content_type=answer.headers.get("Content-Type", ""),
            etag=answer.headers.get("ETag", ""),
            last_modified=answer.headers.get("Last-Modified", ""),
            body=answer.body,
            fetched=answer.came,
            max_age=fresh,
        )

    async def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the address's host names; () when it names none or cannot be had."""
        try:
            host = self._guard.checked(url)
        except BlockedAddress:
            return ()
        return (await self._robots.rules_for(host)).sitemaps

    async def _follow(
        self, url: str, headers: Mapping[str, str], *, expect: Expect | None, limit: int
    ) -> tuple[_Answer, URL, URL | None] | SetAside:
        """Ask, and go where we are sent, at most five times. `expect` None asks no robots.txt: it is for that file."""
        seen: set[URL] = set()
        moved_to: URL | None = None
        for_good = True  # every redirect so far was permanent
        left_s = self.rules.timeout_s
        target = url
        while True:
            try:
                hop = self._guard.checked(target)
            except BlockedAddress as why:
                detail = str(why) if not seen else f"redirected to {target[:200]}: {why}"
                return SetAside(url=url, reason=Reason.BLOCKED_ADDRESS, detail=detail)
            if hop in seen:
                return SetAside(url=url, reason=Reason.REDIRECTS, detail="redirects in a circle")
            if len(seen) > MOST_REDIRECTS:
                return SetAside(url=url, reason=Reason.REDIRECTS, detail=f"more than {MOST_REDIRECTS} redirects")
            if expect and self.rules.respect_robots and (forbidden := await self._forbidden(url, hop, expect)):
                return forbidden
            # What we know of the first address says nothing of where it sends us.
            asked = headers if not seen else {k: v for k, v in headers.items() if not k.startswith("If-")}
            answer = await self._ask(url, hop, asked, expect=expect, limit=limit, timeout_s=left_s)
            if isinstance(answer, SetAside):
                return answer
            left_s = max(left_s - answer.took_s, 0.001)
            if answer.status not in _REDIRECTS:
                return answer, hop, moved_to
            seen.add(hop)
            target = answer.headers.get("Location", "")
            if not target:
                return Refused(
                    url=url,
                    reason=Reason.HTTP_ERROR,
                    status=answer.status,
                    detail=f"{_phrase(answer.status)}, but not where to",
                )
            for_good = for_good and answer.status in (301, 308)
            try:
                target = str(hop.join(URL(target)))
            except ValueError:
                return SetAside(url=url, reason=Reason.HTTP_ERROR, detail="redirected to what is no address")
            if for_good:
                moved_to = URL(target).with_fragment(None)

    async def _ask(
        self, url: str, hop: URL, headers: Mapping[str, str], *, expect: Expect | None, limit: int, timeout_s: float
    ) -> _Answer | SetAside:
        """One exchange, when it is our turn at that host."""
        assert self._session is not None, "use the client as a context manager"
        assert hop.raw_host is not None
        async with self._lines.turn(hop.raw_host) as line, self._at_once:
            if self._lines.is_closed(line):
                wait = timedelta(seconds=round(self._lines.opens_in(line)))
                detail = f"{line.closed_why}; its host asked to be left alone for {wait} more"
                return Held(url=url, reason=Reason.HTTP_ERROR, status=429, retry_after=wait, detail=detail)
            began = self._clock()
            try:
                async with (
                    asyncio.timeout(timeout_s) as until,
                    self._session.get(hop, headers=headers, allow_redirects=False) as response,
                ):
                    body = b""
                    if 200 <= response.status < 300:
                        content_type = response.headers.get("Content-Type", "")
                        if expect == "page" and not _may_be_page(content_type):
                            return SetAside(url=url, reason=Reason.NOT_HTML, detail=content_type[:100])
                        body = await self._read(response, limit, until, cut=expect is None)
                    elif expect and response.status >= 400:
                        body = await _beginning(response)
                    answer = _Answer(
                        status=response.status,
                        headers=response.headers,
                        body=body,
                        came=self._now(),
                        took_s=self._clock() - began,
                    )
            except decoding.TooLarge:
                return SetAside(url=url, reason=Reason.TOO_LARGE, detail=f"more than {_size(limit)}")
            except decoding.BadCoding as why:
                return SetAside(url=url, reason=Reason.UNREADABLE, detail=str(why))
            except BlockedAddress as why:
                return SetAside(url=url, reason=Reason.BLOCKED_ADDRESS, detail=str(why))
            except TimeoutError:
                detail = f"no whole answer within {self.rules.timeout_s:g} seconds"
                return SetAside(url=url, reason=Reason.NETWORK, detail=detail)
            except (aiohttp.ClientError, OSError, ValueError) as why:
                if isinstance(why, aiohttp.ClientConnectorError) and isinstance(why.os_error, BlockedConnection):
                    return SetAside(url=url, reason=Reason.BLOCKED_ADDRESS, detail=why.os_error.strerror or "")
                return SetAside(url=url, reason=Reason.NETWORK, detail=_network_failure(why, hop))
            if answer.status in (429, 503):
                asked = self._retry_after(answer)
                hold_s = asked.total_seconds() if asked is not None else HOLD_S if answer.status == 429 else 0.0
                self._lines.close(line, min(hold_s, LONGEST_HOLD_S), _phrase(answer.status))
            return answer

    async def _read(self, response: aiohttp.ClientResponse, limit: int, until: asyncio.Timeout, *, cut: bool) -> bytes:
        """The decoded body. With `cut`, what fits under the limit is enough. Raises TooLarge, BadCoding.

        A body that grows large waits for its turn to, and `until` waits with it.
        """
        body = decoding.Body(response.headers.get("Content-Encoding", ""), limit)
        async with AsyncExitStack() as turn:
            is_large = False
            try:
                async for chunk in response.content.iter_any():
                    body.add(chunk)
                    if body.size > SMALL and not is_large:
                        is_large, began = True, asyncio.get_running_loop().time()
                        when = until.when()
                        until.reschedule(None)
                        await turn.enter_async_context(self._large)
                        until.reschedule(when and when + asyncio.get_running_loop().time() - began)
            except decoding.TooLarge:
                if cut:
                    return body.so_far()
                raise
            return body.whole()

    async def _forbidden(self, url: str, hop: URL, expect: Expect) -> SetAside | None:
        """Why robots.txt keeps us from the address, or None; its Crawl-delay holds from here on.

        A feed is there to be asked for by programs, and a person chose it: rules for all crawlers do not bind it, only
        those that name us. A host that cannot be reached is left alone all the same.
        """
        rules = await self._robots.rules_for(hop)
        if rules.failure:
            unreached = rules.failure.reason in (Reason.NETWORK, Reason.BLOCKED_ADDRESS)
            return replace(rules.failure, url=url) if unreached or expect == "page" else None
        assert hop.raw_host is not None
        self._lines.slow_down(hop.raw_host, rules.delay_s(self.rules.agent))
        if expect == "feed" and not rules.names(self.rules.agent):
            return None
        if not rules.allows(hop, self.rules.agent):
            return SetAside(
                url=url, reason=Reason.ROBOTS, detail=f"{hop.raw_host} keeps {hop.raw_path[:200]} to itself"
            )
        return None

    async def _ask_robots(self, url: URL) -> robots.Rules:
        found = await self._follow(str(url), {"Accept": "text/plain,*/*;q=0.5"}, expect=None, limit=robots.LIMIT_BYTES)
        if isinstance(found, SetAside):
            # RFC 9309: a host that cannot be reached is left alone; a file that makes no sense forbids nothing.
            unreached = may_pass(found) or found.reason == Reason.BLOCKED_ADDRESS
            return robots.Rules(failure=found if unreached else None)
        status = found[0].status
        if robots.must_wait(status):
            detail = f"robots.txt answered {status}, so nothing is asked for now"
            return robots.Rules(failure=Refused(url="", reason=Reason.ROBOTS, status=503, detail=detail))
        return robots.read_rules(status, found[0].body)

    def _refusal(self, url: str, answer: _Answer) -> Refused:
        wait = self._retry_after(answer) if answer.status in (429, 503) else None
        detail = _phrase(answer.status)
        if named := walls.wall(answer.status, answer.headers, answer.body):
            detail += f", {named}"
        if wait is not None:
            detail += f"; Retry-After {int(wait.total_seconds())} seconds"
        return Refused(url=url, reason=Reason.HTTP_ERROR, status=answer.status, retry_after=wait, detail=detail)

    def _retry_after(self, answer: _Answer) -> timedelta | None:
        return check.retry_after(answer.headers.get("Retry-After", ""), answer.came)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The first of a page sent with a refusal, for the marks in it; what of it cannot be read is left out."""
    try:
        body = decoding.Body(response.headers.get("Content-Encoding", ""), walls.READ_BYTES)
    except decoding.BadCoding:
        return b""
    with suppress(decoding.TooLarge, decoding.BadCoding, aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(REFUSAL_WITHIN_S):
            async for chunk in response.content.iter_any():
                body.add(chunk)
    return body.so_far()


def _may_be_page(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind.startswith(_READ_AS_PAGE)


def _network_failure(why: Exception, hop: URL) -> str:
    """One clause on what went wrong between us and the server."""
    match why:
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(why.certificate_error, "verify_message", "") or "its certificate is not valid"
            return f"TLS failure: {reason}"
        case aiohttp.ClientSSLError():
            reason = getattr(why, "os_error", None)
            text = reason.reason if isinstance(reason, ssl.SSLError) and reason.reason else "no secure connection"
            return f"TLS failure: {text.replace('_', ' ').lower()}"
        case aiohttp.ClientConnectorDNSError():
            return f"no host is called {hop.host}"
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return "connection refused"
        case aiohttp.ClientConnectorError(os_error=OSError(strerror=str(reason))) if reason:
            return f"no connection: {reason[0].lower()}{reason[1:]}"
        case aiohttp.ServerDisconnectedError():
            return "the server closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            return "the answer broke off"
        case ConnectionResetError() | aiohttp.ClientOSError():
            return "the connection was reset"
        case aiohttp.ClientResponseError():
            return "the server does not speak HTTP as it should"
        case _:
            return f"the exchange failed ({type(why).__name__})"


def _phrase(status: int) -> str:
    """A status as a person knows it; the server's own words for it are not repeated."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _size(count: int) -> str:
    return f"{count / (1 << 20):.3g} MB" if count >= 1 << 20 else f"{count:,} bytes"
