"""Work the queue: claim pages, read them in worker processes, store what was read, index it.

One worker writes to a data folder at a time; whoever holds its `DataLock` may run one. Killed at any moment, it leaves
rows whose lease the next worker takes over: reading is repeated, its effects are not.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

from reportedly.cli.config import Settings
from reportedly.cli.outlet_rules import RulesFolder
from reportedly.engines.indexing import index_pending
from reportedly.engines.search import SearchIndex
from reportedly.errors import StoreBusy
from reportedly.extract.workers import Stopped, Workers
from reportedly.pipeline.line import make_line
from reportedly.pipeline.records import page_of_line
from reportedly.values import Page, Read, SetAside, Tally
from reportedly.wire import intake as intakes
from reportedly.wire.intake import Claimed
from reportedly.wire.lock import DataLock
from reportedly.wire.models import Intake
from reportedly.wire.storing import resume_stories, store
from reportedly.wire.subjects import load_subjects

CLAIMED = 10  # pages leased at a time; whatever is leased when its reader dies is suspected of it
BATCH = 50  # pages stored in one transaction: above this the transaction's own cost no longer shows
STORE_EVERY_S = 1.0  # a report that was read waits at most this long to be seen
LEASE = timedelta(minutes=10)
LOOK_AGAIN_S = 0.5  # how soon an idle worker looks for new pages
VOCABULARY_EVERY_S = 60.0  # how soon a new subject is seen by the readers
RULES_EVERY_S = 2.0  # how soon a changed rule for an outlet is; a look costs less than reading one word

LOG = logging.getLogger(__name__)
Progress = Callable[[Tally], None]


class Worker:
    """Reads what waits in the queue of one data folder. Use as a context manager; the caller holds the DataLock."""

    def __init__(self, settings: Settings, *, name: str = "worker") -> None:
        self.settings = settings
        self.name = name
        self._search = SearchIndex(settings.search)
        self._subjects = load_subjects()
        self._rules_folder = RulesFolder(settings.data)
        _tell(self._rules_folder.troubles)
        self._workers = self._start_workers()
        self._looked_at_vocabulary = self._looked_at_rules = time.monotonic()
        intakes.release(now=_now())
        self._stories = resume_stories(now=_now())
        index_pending(self._search, limit=None)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()
        self._search.close()

    def work(self, stop: Event | None = None, progress: Callable[[int], None] | None = None) -> int:
        """Read every page that waits, until none does or `stop` is set. Returns how many got their outcome.

        `progress` is told how many more have, each time some were stored.
        """
        ended = 0
        while True:
            self._renew()
            if not self._ready and intakes.is_waiting():
                self._make_ready()
            if not (some := self._work_some(stop, progress)):
                return ended
            ended += some

    def _work_some(self, stop: Event | None, progress: Callable[[int], None] | None) -> int:
        """As `work`, but at most until other rules are in force, or to the end of a page that its last reader died of.

        Such a page is read and stored with nothing else in hand. If it is to blame it is found out by that; if not, it
        has its outcome before the next death, and is not counted among the guilty.
        """
        ended = 0
        in_flight: deque[Claimed] = deque()
        done: list[tuple[Claimed, Read | SetAside]] = []
        stored_at = time.monotonic()

        def pages() -> Iterator[Page]:
            while not (stop and stop.is_set()):
                claimed = intakes.claim(self.name, count=CLAIMED, now=_now(), lease=LEASE)
                if not claimed:
                    return
                for one in claimed:
                    in_flight.append(one)
                    yield one.page
                if claimed[-1].attempts > 1 or self._has_other_rules():
                    return

        for page, found in self._workers.run(pages()):
            claimed = in_flight.popleft()
            if isinstance(found, Stopped):
                found = SetAside(url=page.url, reason=found.reason, detail=found.detail)
            done.append((claimed, found))
            if len(done) >= BATCH or time.monotonic() - stored_at > STORE_EVERY_S:
                ended += self._store(done, progress)
                done = []
                stored_at = time.monotonic()
        return ended + self._store(done, progress)

    def work_until(self, stop: Event) -> None:
        """Go on reading whatever comes, until `stop` is set."""
        while not stop.is_set():
            if not self.work(stop):
                stop.wait(LOOK_AGAIN_S)

    def _store(self, done: list[tuple[Claimed, Read | SetAside]], progress: Callable[[int], None] | None) -> int:
        if not done:
            return 0
        store(done, self._stories, now=_now())
        index_pending(self._search, limit=None)
        if progress:
            progress(len(done))
        return len(done)

    def _make_ready(self) -> None:
        """Let every reading process have begun before a page is leased, so that dying by then is laid to none."""
        nothing = page_of_line(b"", outlet="", fetched=_now(), named="")
        for _ in self._workers.run([nothing] * self.settings.reading_processes):
            pass
        self._ready = True

    def _start_workers(self) -> Workers[Page, Read | SetAside]:
        self._ready = False
        self._rules = self._rules_folder.rules
        return Workers(
            partial(make_line, self._subjects, self._rules),
            count=self.settings.reading_processes,
            limit_s=self.settings.read_limit_s,
            memory_mb=self.settings.read_memory_mb,
        )

    def _renew(self) -> None:
        """Have the pages read by the subjects and the rules for outlets that there are now."""
        if self._has_other_subjects() | self._has_other_rules():
            self._workers.close()
            self._workers = self._start_workers()

    def _has_other_subjects(self) -> bool:
        if time.monotonic() - self._looked_at_vocabulary < VOCABULARY_EVERY_S:
            return False
        self._looked_at_vocabulary = time.monotonic()
        before, self._subjects = self._subjects, load_subjects()
        return self._subjects != before

    def _has_other_rules(self) -> bool:
        """Whether other rules are in force than those that pages are read by; looks at their files now and then."""
        if time.monotonic() - self._looked_at_rules >= RULES_EVERY_S:
            self._looked_at_rules = time.monotonic()
            _tell(self._rules_folder.look())
        return self._rules_folder.rules != self._rules


def finish(intake: Intake, settings: Settings, progress: Progress | None = None) -> Tally:
    """Read every page of the intake and return its outcomes, which add up.

    Where a server works on the data folder already, it does the reading and we wait for it; when it stops, we go on
    in its place. `progress` is told the tally from time to time.
    """
    while True:
        tally = intakes.tally(intake)
        if progress:
            progress(tally)
        if not tally.waiting:
            return tally
        try:
            with DataLock(settings.data), Worker(settings, name="import") as worker:
                worker.work(progress=_now_and_then(intake, progress) if progress else None)
        except StoreBusy:
            time.sleep(LOOK_AGAIN_S)
        else:
            tally = intakes.tally(intake)
            if progress:
                progress(tally)
            return tally


def _now_and_then(intake: Intake, progress: Progress) -> Callable[[int], None]:
    """Tells the tally, but spends no more than a twentieth of the time on counting: an intake may hold millions."""
    due = 0.0

    def note(_: int) -> None:
        nonlocal due
        began = time.monotonic()
        if began >= due:
            progress(intakes.tally(intake))
            due = began + max(LOOK_AGAIN_S, 20 * (time.monotonic() - began))

    return note


def _tell(troubles: Iterable[str]) -> None:
    for trouble in troubles:
        LOG.warning("rule not in force: %s", trouble)


def _now() -> datetime:
    return datetime.now(UTC)
