"""The live loop: ask feeds that are due, take in what is new in them, fetch its pages, and look at them again later.

What a feed brings is taken in once: an entry is known by its guid and what the feed says of it, so an entry that the
outlet changed is new again. A page that cannot be had for a passing reason is tried again; in the end every page waits
to be read or is set aside with its reason. A feed that fails is asked more and more rarely, and stops no other. Second
looks (`second_looks`) are begun only where nothing new waits.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from reportedly.collect.check import next_check
from reportedly.collect.client import Client, Fetched, Held, NotModified, Refused, may_pass
from reportedly.collect.feeds import SecondReader, read_feed
from reportedly.collect.sitemap_walk import read_announced
from reportedly.collect.sitemaps import is_sitemap
from reportedly.errors import ReportedlyError
from reportedly.values import Page, Reason, SetAside
from reportedly.wire import intake as intakes
from reportedly.wire.feed_checks import (
    FeedCheck,
    FeedDue,
    due_feeds,
    feeds_of,
    has_full_text,
    note_failure,
    note_held,
    note_success,
    note_unchanged,
    rhythm_told,
)
from reportedly.wire.intake import Claimed
from reportedly.wire.models import TakenPage
from reportedly.wire.notices import GONE_STATUSES, page_is_gone
from reportedly.wire.rim import fault, host_of, in_store, with_answer
from reportedly.wire.second_looks import SecondLooks, remember

__all__ = ["Collector", "FeedCheck"]

FEEDS_AT_ONCE = 100  # checks begun at a time; the client paces hosts and bounds what is open
PAGES_AT_ONCE = 500  # pages claimed at a time, most of them standing in their host's line
PAGES_A_HOST = 100  # beyond it a host's pages are put off, so that one slow host does not hold every place
PUT_OFF = timedelta(seconds=30)
LEASE = timedelta(hours=6)  # longer than any line; a server that died lets go of its leases when it starts again
LOOK_AGAIN_S = 0.5
# How long a page that failed for a passing reason waits for its second attempt, and for its third.
TRY_AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30))


class Collector:
    """Asks feeds and fetches pages with one client, and looks at pages again at the moments `look_again`.

    `second` reads the feeds that `read_feed` cannot read well by itself. `now` and `jitter` stand in for the clock and
    for chance in tests.
    """

    def __init__(
        self,
        client: Client,
        *,
        check_every: timedelta,
        look_again: Sequence[timedelta] = (),
        second: SecondReader | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._check_every = check_every
        self._second = second
        self._now = now
        self._jitter = jitter
        self._name = f"collector-{os.getpid()}"
        self._checking: dict[asyncio.Task[FeedCheck], FeedDue] = {}
        self._fetching: dict[asyncio.Task[None], Claimed] = {}
        self.looks = SecondLooks(client, look_again, now=now)

    async def run(self, stop: asyncio.Event) -> None:
        """Collect until `stop` is set. What was begun then is dropped, and stays to be done by the next run."""
        try:
            await self.looks.plan()
            while not stop.is_set():
                await self._begin_checks()
                await self._begin_fetches()
                await self._begin_looks()
                await self._reap()
                await _either(stop, LOOK_AGAIN_S)
        finally:
            await self._drop_everything()

    async def check_once(self, outlet: str | None = None) -> list[FeedCheck]:
        """Ask every feed that is due, or with `outlet` every feed of that one, and fetch the pages that wait.

        Pages that failed for a passing reason still wait afterwards. Raises NoSuchOutlet.
        """
        due = await (in_store(due_feeds)(self._now(), None, ()) if outlet is None else in_store(feeds_of)(outlet))
        some = asyncio.Semaphore(FEEDS_AT_ONCE)

        async def checked(feed: FeedDue) -> FeedCheck:
            async with some:
                return await self._check(feed)

        came = await asyncio.gather(*(checked(feed) for feed in due), return_exceptions=True)
        checks = [
            one if isinstance(one, FeedCheck) else await self._fault_with_feed(feed, one)
            for feed, one in zip(due, came, strict=True)
        ]
        try:
            while True:
                await self._begin_fetches(a_host=PAGES_AT_ONCE)
                if not self._fetching:
                    return checks
                await asyncio.wait(self._fetching, return_when=asyncio.FIRST_COMPLETED)
                await self._reap()
        finally:
            await self._drop_everything()

    # --- feeds ---

    async def _begin_checks(self) -> None:
        if free := FEEDS_AT_ONCE - len(self._checking):
            asked = tuple(feed.id for feed in self._checking.values())
            for feed in await in_store(due_feeds)(self._now(), free, asked):
                self._checking[asyncio.create_task(self._check(feed))] = feed

    async def _check(self, feed: FeedDue) -> FeedCheck:
        """Ask one feed, take in what is new, and note how it went."""
        try:
            return await self._ask(feed)
        except (ReportedlyError, DataError, IntegrityError, ValueError) as why:
            # Something in this feed that the store will not take. The others go on.
            failure = SetAside(
                url=feed.url, reason=Reason.BAD_RECORD, detail=f"its entries cannot be kept: {why}"[:300]
            )
            await self._note_failure(feed, failure)
            return FeedCheck(outlet=feed.outlet, url=feed.url, why=failure)

    async def _ask(self, feed: FeedDue) -> FeedCheck:
        answer = await self._client.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified, expect="feed")
        if isinstance(answer, Held):  # another address of its host was refused; this one did nothing wrong
            await in_store(note_held)(feed, self._next(feed, retry_after=answer.retry_after))
            return FeedCheck(outlet=feed.outlet, url=feed.url, why=answer)
        if isinstance(answer, SetAside):
            await self._note_failure(feed, answer)
            return FeedCheck(outlet=feed.outlet, url=feed.url, why=answer)
        if isinstance(answer, NotModified):
            known = replace(feed, fresh=answer.max_age if answer.max_age is not None else feed.fresh)
            await in_store(note_unchanged)(feed, self._next(known), self._now())
            return FeedCheck(outlet=feed.outlet, url=feed.url)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if body_hash == feed.body_hash:
            known = replace(feed, fresh=answer.max_age)
            await in_store(note_success)(known, answer, None, body_hash, self._next(known), self._now())
            return FeedCheck(outlet=feed.outlet, url=feed.url)
        if is_sitemap(answer.body):
            read = await read_announced(self._client, answer, since=feed.last_success, now=self._now())
        else:
            # In a thread: a large feed takes long enough to read that every other exchange would feel it.
            read = await asyncio.to_thread(
                read_feed, answer.body, content_type=answer.content_type, url=answer.final_url, second=self._second
            )
        if isinstance(read, SetAside):
            await self._note_failure(feed, read)
            return FeedCheck(outlet=feed.outlet, url=feed.url, why=read)
        known = replace(feed, ttl=read.ttl, fresh=answer.max_age, rhythm=rhythm_told(read, self._now()))
        new, intake = await in_store(note_success)(known, answer, read, body_hash, self._next(known), self._now())
        return FeedCheck(outlet=feed.outlet, url=feed.url, entries=len(read.entries), new=new, intake=intake)

    async def _note_failure(self, feed: FeedDue, why: SetAside) -> None:
        retry_after = why.retry_after if isinstance(why, Refused) else None
        due = self._next(feed, retry_after=retry_after, failures=feed.failures + 1)
        gone = isinstance(why, Refused) and why.reason == Reason.HTTP_ERROR and why.status == 410
        await in_store(note_failure)(feed, why, due, self._now(), gone)

    def _next(self, feed: FeedDue, *, retry_after: timedelta | None = None, failures: int = 0) -> datetime:
        return next_check(
            now=self._now(),
            every=self._check_every,
            rhythm=feed.rhythm,
            ttl=feed.ttl,
            max_age=feed.fresh,
            retry_after=retry_after,
            failures=failures,
            jitter=self._jitter(),
        )

    # --- pages ---

    async def _begin_fetches(self, *, a_host: int = PAGES_A_HOST) -> None:
        standing = Counter(host_of(one.page.url) for one in self._fetching.values())
        here = {one.id for one in self._fetching.values()}
        put_off = []
        # A page that is tried again is claimed by itself, so one claim is seldom all there is.
        while (free := PAGES_AT_ONCE - len(self._fetching)) > 0:
            claimed = await in_store(intakes.claim)(
                self._name, count=free, now=self._now(), lease=LEASE, needs_fetch=True
            )
            if not claimed:
                break
            for one in claimed:
                host = host_of(one.page.url)
                if standing[host] >= a_host:
                    put_off.append(one.id)
                elif one.id not in here:
                    standing[host] += 1
                    self._fetching[asyncio.create_task(self._fetch(one))] = one
        if put_off:
            await in_store(_put_off)(put_off, self._now() + PUT_OFF)

    async def _fetch(self, claimed: Claimed) -> None:
        """Fetch one page: afterwards it waits to be read, waits to be tried again, or is set aside."""
        page = claimed.page
        answer = await self._client.fetch(page.url, expect="page")
        if isinstance(answer, Fetched):
            await in_store(_page_came)(claimed, with_answer(page, answer), answer, self.looks.moments, self._now())
            return
        assert isinstance(answer, SetAside), "no page is asked for with validators"
        if isinstance(answer, Held) and answer.retry_after is not None:  # it was not asked, so it loses no attempt
            await in_store(_put_off)([claimed.id], self._now() + answer.retry_after)
        elif may_pass(answer) and claimed.attempts < intakes.ATTEMPTS:
            await in_store(_try_again)(claimed.id, self._now() + _pause(answer, claimed.attempts))
        elif has_full_text(page.entry) and not (isinstance(answer, Refused) and answer.status in GONE_STATUSES):
            await in_store(intakes.fetched)(claimed.id, page)  # what the feed itself said is the report's text
        elif isinstance(answer, Refused) and answer.status in GONE_STATUSES:
            await in_store(page_is_gone)(claimed.id, page, answer, now=self._now())
        else:
            await in_store(intakes.set_aside)(claimed.id, answer, now=self._now())

    async def _begin_looks(self) -> None:
        """Begin second looks, where nothing new is asked for."""
        if len(self._fetching) < PAGES_AT_ONCE:
            feeds = (feed.url for feed in self._checking.values())
            pages = (one.page.url for one in self._fetching.values())
            await self.looks.begin({host_of(url) for url in (*feeds, *pages)})

    # --- all ---

    async def _reap(self) -> None:
        """Forget what is done. What broke in a way nobody foresaw costs its own feed or page, and no other."""
        for checked in [task for task in self._checking if task.done()]:
            feed = self._checking.pop(checked)
            if why := checked.exception():
                await self._fault_with_feed(feed, why)
        for fetched in [task for task in self._fetching if task.done()]:
            claimed = self._fetching.pop(fetched)
            if why := fetched.exception():
                await in_store(intakes.set_aside)(claimed.id, fault(claimed.page.url, why), now=self._now())
        await self.looks.reap()

    async def _fault_with_feed(self, feed: FeedDue, why: BaseException) -> FeedCheck:
        failure = fault(feed.url, why)
        await self._note_failure(feed, failure)
        return FeedCheck(outlet=feed.outlet, url=feed.url, why=failure)

    async def _drop_everything(self) -> None:
        tasks: list[asyncio.Task[FeedCheck] | asyncio.Task[None]] = [*self._checking, *self._fetching]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.looks.drop()
        unfinished = [one.id for one in self._fetching.values()]
        self._checking.clear()
        self._fetching.clear()
        if unfinished:
            await in_store(_give_back_unfetched)(unfinished, self._name)


def _pause(why: SetAside, attempts: int) -> timedelta:
    asked = why.retry_after if isinstance(why, Refused) else None
    ours = TRY_AGAIN_AFTER[min(attempts, len(TRY_AGAIN_AFTER)) - 1]
    return max(ours, asked or timedelta(0))


# --- in the store: each in one short transaction ---------------------------------------------------------------------


@transaction.atomic
def _page_came(claimed: Claimed, came: Page, answer: Fetched, moments: Sequence[timedelta], now: datetime) -> None:
    """Let the page wait to be read, and plan to look at it again, both or neither."""
    intakes.fetched(claimed.id, came)
    remember(claimed, came, answer, moments, now=now)


def _put_off(page_ids: Sequence[int], until: datetime) -> None:
    """Leave claimed pages for later as if they had not been claimed."""
    TakenPage.objects.filter(pk__in=page_ids, outcome="", attempts__gt=0).update(
        lease_until=until, leased_by="", attempts=F("attempts") - 1
    )


def _try_again(page_id: int, at: datetime) -> None:
    TakenPage.objects.filter(pk=page_id, outcome="", needs_fetch=True).update(lease_until=at, leased_by="")


def _give_back_unfetched(page_ids: Sequence[int], name: str) -> None:
    """Put pages that we still hold back in line; those that were fetched may be somebody else's by now."""
    TakenPage.objects.filter(pk__in=page_ids, outcome="", needs_fetch=True, leased_by=name, attempts__gt=0).update(
        lease_until=None, leased_by="", attempts=F("attempts") - 1
    )


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until `stop` is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
