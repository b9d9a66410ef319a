"""What robots.txt allows (RFC 9309): kept for half a day, asked once however many wait for it."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego
from yarl import URL

from reportedly.values import SetAside

LIMIT_BYTES = 500 * 1024  # RFC 9309 asks crawlers to read at least this much
KEEP_S = 12 * 3600.0  # RFC 9309 allows a day
KEEP_FAILURE_S = 300.0
LONGEST_DELAY_S = 120.0  # a longer Crawl-delay is a slip of units
MOST_HOSTS = 2048
_VERSIONED = re.compile(r"^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/[^\s#]*", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"^[ \t]*user-agent[ \t]*:[ \t]*([a-z_-]+)", re.IGNORECASE | re.MULTILINE)  # RFC 9309's token


@dataclass(frozen=True)
class Rules:
    """What a host allows us. With `failure` nothing may be asked now: robots.txt itself could not be had, and why."""

    robots: Protego | None = None  # None allows everything
    named: frozenset[str] = frozenset()  # the agents that have lines of their own, in lower case
    failure: SetAside | None = None

    def allows(self, url: URL, agent: str) -> bool:
        """Whether this agent may fetch the address."""
        return self.robots is None or self.robots.can_fetch(str(url), agent)

    def names(self, agent: str) -> bool:
        """Whether it has lines for this very agent, besides those for everybody."""
        return agent.lower() in self.named

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of sitemaps it names, in its own order, each once."""
        return tuple(dict.fromkeys(self.robots.sitemaps)) if self.robots else ()

    def delay_s(self, agent: str) -> float:
        """The host's Crawl-delay for this agent, 0.0 when it asks for none."""
        asked = self.robots.crawl_delay(agent) if self.robots else None
        return min(max(asked or 0.0, 0.0), LONGEST_DELAY_S)


def must_wait(status: int) -> bool:
    """Whether this answer to robots.txt forbids everything for now. Any other 4xx allows everything."""
    return status == 429 or status >= 500


def read_rules(status: int, body: bytes) -> Rules:
    """The rules an answer to robots.txt stands for, one of those that need not wait."""
    if status >= 300:
        return Rules()
    # "User-agent: reportedly/2" means us; only the token in front counts (RFC 9309, 2.2.1).
    text = _VERSIONED.sub(r"\1", body[:LIMIT_BYTES].decode("utf-8-sig", "replace"))
    return Rules(robots=Protego.parse(text), named=frozenset(name.lower() for name in _NAMED.findall(text)))


class RobotsCache:
    """Rules by origin, fetched when they are missing or old."""

    def __init__(self, fetch: Callable[[URL], Awaitable[Rules]], *, clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: OrderedDict[URL, tuple[Rules, float]] = OrderedDict()
        self._asking: dict[URL, asyncio.Lock] = {}

    async def rules_for(self, url: URL) -> Rules:
        """What the address's own host allows."""
        origin = url.origin()
        if rules := self._fresh(origin):
            return rules
        lock = self._asking.setdefault(origin, asyncio.Lock())
        try:
            async with lock:
                if rules := self._fresh(origin):
                    return rules
                rules = await self._fetch(origin.with_path("/robots.txt"))
                self._kept[origin] = (rules, self._clock() + (KEEP_FAILURE_S if rules.failure else KEEP_S))
                if len(self._kept) > MOST_HOSTS:
                    self._kept.popitem(last=False)
                return rules
        finally:
            if not lock.locked():
                self._asking.pop(origin, None)

    def _fresh(self, origin: URL) -> Rules | None:
        rules, until = self._kept.get(origin, (None, 0.0))
        return rules if until > self._clock() else None
