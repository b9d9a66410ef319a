"""One waiting line a host: one request at a time, a pause behind each, and a closed door where a host asked for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MOST_LINES = 4096  # hosts remembered; beyond it, lines nobody stands in are forgotten


@dataclass
class Line:
    """Who asks one host next, and from when. Times are of the clock given to `Lines`."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    standing: int = 0
    free_at: float = 0.0
    pause_s: float = 0.0  # the host's own Crawl-delay
    closed_until: float = 0.0  # Retry-After
    closed_why: str = ""


class Lines:
    """The lines of all hosts. `clock` counts seconds, `sleep` waits them."""

    def __init__(self, pace_s: float, *, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._pace_s = pace_s
        self._clock = clock
        self._sleep = sleep
        self._lines: dict[str, Line] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Line]:
        """Stand in line; inside, it is our turn. The pause runs from the end of one turn to the start of the next."""
        line = self._line(host)
        line.standing += 1
        try:
            async with line.lock:
                wait = line.free_at - self._clock()
                if wait > 0 and not self.is_closed(line):
                    await self._sleep(wait)
                yield line
                line.free_at = self._clock() + max(self._pace_s, line.pause_s)
        finally:
            line.standing -= 1

    def slow_down(self, host: str, pause_s: float) -> None:
        """Pause at least this long behind each request to the host."""
        self._line(host).pause_s = pause_s

    def close(self, line: Line, for_s: float, why: str) -> None:
        """The host asked to be left alone for so long."""
        line.closed_until, line.closed_why = self._clock() + for_s, why

    def is_closed(self, line: Line) -> bool:
        """Whether the host still wants to be left alone."""
        return line.closed_until > self._clock()

    def opens_in(self, line: Line) -> float:
        """Seconds until the host may be asked again."""
        return max(line.closed_until - self._clock(), 0.0)

    def _line(self, host: str) -> Line:
        if (line := self._lines.get(host)) is None:
            if len(self._lines) >= MOST_LINES:
                now = self._clock()
                self._lines = {
                    name: line
                    for name, line in self._lines.items()
                    if line.standing or line.free_at > now or line.closed_until > now
                }
            line = self._lines[host] = Line()
        return line
