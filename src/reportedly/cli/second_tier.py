"""Feedparser in a process that can be killed: what the collector asks for feeds that its first tier cannot read well.

No process is started before the first such feed. One that takes too long, or too much memory, gives no reading, and the
first tier's stands.
"""

from __future__ import annotations

import threading

from reportedly.cli.config import Settings
from reportedly.collect.feed_second import SecondAsk, make_reader
from reportedly.extract.workers import Stopped, Workers, WorkersFailed
from reportedly.values import Feed

LIMIT_S = 1.5  # a feed of half a megabyte takes feedparser half of that


class SecondTier:
    """Reads one feed at a time with feedparser. Use as a context manager; may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._memory_mb = settings.read_memory_mb
        self._workers: Workers[SecondAsk, Feed | None] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> SecondTier:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, None
        if workers:
            workers.close()

    def __call__(self, body: bytes, content_type: str, url: str) -> Feed | None:
        """The feed as feedparser reads it; None when it cannot, in its time and memory, or has been closed."""
        with self._lock:
            if self._closed:
                return None
            if self._workers is None:
                self._workers = Workers(make_reader, count=1, limit_s=LIMIT_S, memory_mb=self._memory_mb)
            workers = self._workers
        try:
            [(_, read)] = workers.run([SecondAsk(body=body, content_type=content_type, url=url)])
        except WorkersFailed:
            return None
        return None if isinstance(read, Stopped) else read
