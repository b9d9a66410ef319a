"""The live loop: ask feeds that are due, take in what is new in them, fetch its pages.

What a feed brings is taken in once: an entry is known by its guid and what the feed says of it, so an entry that the
outlet changed is new again. A page that cannot be had for a passing reason is tried again; in the end every page waits
to be read or is set aside with its reason. A feed that fails is asked more and more rarely, and stops no other.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.db import DataError, Error, IntegrityError, transaction
from django.db.models import F

from reportedly.collect.check import Rhythm, next_check, rhythm_of
from reportedly.collect.client import Client, Fetched, Held, NotModified, Refused, may_pass
from reportedly.collect.feeds import SecondReader, read_feed
from reportedly.collect.sitemap_walk import read_announced
from reportedly.collect.sitemaps import is_index, is_sitemap
from reportedly.errors import ReportedlyError, StoreDamaged
from reportedly.values import Feed, FeedEntry, Page, Reason, SetAside
from reportedly.wire import intake as intakes
from reportedly.wire.health import duration, note_gaps
from reportedly.wire.intake import Claimed, NewPage, page_key
from reportedly.wire.models import FeedSource, Outlet, TakenPage
from reportedly.wire.notices import GONE_STATUSES, page_is_gone
from reportedly.wire.outlets import find_outlet

LOG = logging.getLogger(__name__)
FEEDS_AT_ONCE = 100  # checks begun at a time; the client paces hosts and bounds what is open
PAGES_AT_ONCE = 500  # pages claimed at a time, most of them standing in their host's line
PAGES_A_HOST = 100  # beyond it a host's pages are put off, so that one slow host does not hold every place
PUT_OFF = timedelta(seconds=30)
LEASE = timedelta(hours=6)  # longer than any line; a server that died lets go of its leases when it starts again
LOOK_AGAIN_S = 0.5
# How long a page that failed for a passing reason waits for its second attempt, and for its third.
TRY_AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30))
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
MOST_OF_A_SITEMAP = 500  # pages that one check of a sitemap takes in; it may list every page an outlet ever had
KEYS_AT_ONCE = 10_000  # keys looked up in one query
FULL_TEXT = 600  # characters of a feed's own text that stand in for a page we may not have


@dataclass(frozen=True, kw_only=True)
class FeedDue:
    """A feed to ask now, with what we know of it."""

    id: int
    url: str
    outlet: str
    etag: str
    last_modified: str
    body_hash: str
    failures: int
    last_success: datetime | None = None
    ttl: timedelta | None = None  # what the feed, its server and its entries said when it last came whole
    fresh: timedelta | None = None
    rhythm: Rhythm | None = None


@dataclass(frozen=True, kw_only=True)
class FeedCheck:
    """What came of asking one feed: `entries` in it, how many of them `new`, or why there are none.

    `entries` is None when the feed had not changed. `intake` is the lot its new entries were taken in as.
    """

    outlet: str
    url: str
    entries: int | None = None
    new: int = 0
    why: SetAside | None = None
    intake: int | None = None


class Collector:
    """Asks feeds and fetches pages with one client.

    `second` reads the feeds that `read_feed` cannot read well by itself. `now` and `jitter` stand in for the clock and
    for chance in tests.
    """

    def __init__(
        self,
        client: Client,
        *,
        check_every: timedelta,
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

    async def run(self, stop: asyncio.Event) -> None:
        """Collect until `stop` is set. What was begun then is dropped, and stays to be done by the next run."""
        try:
            while not stop.is_set():
                await self._begin_checks()
                await self._begin_fetches()
                await self._reap()
                await _either(stop, LOOK_AGAIN_S)
        finally:
            await self._drop_everything()

    async def check_once(self, outlet: str | None = None) -> list[FeedCheck]:
        """Ask every feed that is due, or with `outlet` every feed of that one, and fetch the pages that wait.

        Pages that failed for a passing reason still wait afterwards. Raises NoSuchOutlet.
        """
        due = await (_in_store(_due)(self._now(), None, ()) if outlet is None else _in_store(_feeds_of)(outlet))
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
            for feed in await _in_store(_due)(self._now(), free, asked):
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
            await _in_store(_note_held)(feed, self._next(feed, retry_after=answer.retry_after))
            return FeedCheck(outlet=feed.outlet, url=feed.url, why=answer)
        if isinstance(answer, SetAside):
            await self._note_failure(feed, answer)
            return FeedCheck(outlet=feed.outlet, url=feed.url, why=answer)
        if isinstance(answer, NotModified):
            known = replace(feed, fresh=answer.max_age if answer.max_age is not None else feed.fresh)
            await _in_store(_note_unchanged)(feed, self._next(known), self._now())
            return FeedCheck(outlet=feed.outlet, url=feed.url)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if body_hash == feed.body_hash:
            known = replace(feed, fresh=answer.max_age)
            await _in_store(_note_success)(known, answer, None, body_hash, self._next(known), self._now())
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
        known = replace(feed, ttl=read.ttl, fresh=answer.max_age, rhythm=_rhythm(read, self._now()))
        new, intake = await _in_store(_note_success)(known, answer, read, body_hash, self._next(known), self._now())
        return FeedCheck(outlet=feed.outlet, url=feed.url, entries=len(read.entries), new=new, intake=intake)

    async def _note_failure(self, feed: FeedDue, why: SetAside) -> None:
        retry_after = why.retry_after if isinstance(why, Refused) else None
        due = self._next(feed, retry_after=retry_after, failures=feed.failures + 1)
        gone = isinstance(why, Refused) and why.reason == Reason.HTTP_ERROR and why.status == 410
        await _in_store(_note_failure)(feed, why, due, self._now(), gone)

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
        standing = Counter(_host(one.page.url) for one in self._fetching.values())
        here = {one.id for one in self._fetching.values()}
        put_off = []
        # A page that is tried again is claimed by itself, so one claim is seldom all there is.
        while (free := PAGES_AT_ONCE - len(self._fetching)) > 0:
            claimed = await _in_store(intakes.claim)(
                self._name, count=free, now=self._now(), lease=LEASE, needs_fetch=True
            )
            if not claimed:
                break
            for one in claimed:
                host = _host(one.page.url)
                if standing[host] >= a_host:
                    put_off.append(one.id)
                elif one.id not in here:
                    standing[host] += 1
                    self._fetching[asyncio.create_task(self._fetch(one))] = one
        if put_off:
            await _in_store(_put_off)(put_off, self._now() + PUT_OFF)

    async def _fetch(self, claimed: Claimed) -> None:
        """Fetch one page: afterwards it waits to be read, waits to be tried again, or is set aside."""
        page = claimed.page
        answer = await self._client.fetch(page.url, expect="page")
        if isinstance(answer, Fetched):
            came = replace(
                page,
                body=answer.body,
                fetched=answer.fetched,
                final_url=answer.final_url,
                content_type=answer.content_type or page.content_type,
            )
            await _in_store(intakes.fetched)(claimed.id, came)
            return
        assert isinstance(answer, SetAside), "no page is asked for with validators"
        if isinstance(answer, Held) and answer.retry_after is not None:  # it was not asked, so it loses no attempt
            await _in_store(_put_off)([claimed.id], self._now() + answer.retry_after)
        elif may_pass(answer) and claimed.attempts < intakes.ATTEMPTS:
            await _in_store(_try_again)(claimed.id, self._now() + _pause(answer, claimed.attempts))
        elif has_full_text(page.entry) and not (isinstance(answer, Refused) and answer.status in GONE_STATUSES):
            await _in_store(intakes.fetched)(claimed.id, page)  # what the feed itself said is the report's text
        elif isinstance(answer, Refused) and answer.status in GONE_STATUSES:
            await _in_store(page_is_gone)(claimed.id, page, answer, now=self._now())
        else:
            await _in_store(intakes.set_aside)(claimed.id, answer, now=self._now())

    # --- both ---

    async def _reap(self) -> None:
        """Forget what is done. What broke in a way nobody foresaw costs its own feed or page, and no other."""
        for checked in [task for task in self._checking if task.done()]:
            feed = self._checking.pop(checked)
            if why := checked.exception():
                await self._fault_with_feed(feed, why)
        for fetched in [task for task in self._fetching if task.done()]:
            claimed = self._fetching.pop(fetched)
            if why := fetched.exception():
                await _in_store(intakes.set_aside)(claimed.id, _fault(claimed.page.url, why), now=self._now())

    async def _fault_with_feed(self, feed: FeedDue, why: BaseException) -> FeedCheck:
        failure = _fault(feed.url, why)
        await self._note_failure(feed, failure)
        return FeedCheck(outlet=feed.outlet, url=feed.url, why=failure)

    async def _drop_everything(self) -> None:
        tasks: list[asyncio.Task[FeedCheck] | asyncio.Task[None]] = [*self._checking, *self._fetching]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        unfinished = [one.id for one in self._fetching.values()]
        self._checking.clear()
        self._fetching.clear()
        if unfinished:
            await _in_store(_give_back_unfetched)(unfinished, self._name)


# --- what is new -----------------------------------------------------------------------------------------------------


def new_pages(feed: Feed, *, outlet: str, feed_url: str, now: datetime) -> list[NewPage]:
    """The entries of a feed as pages to take in, oldest first, so that of two versions the newer is read last."""
    pages = {}
    for entry in feed.entries:
        url = entry.url if entry.url.startswith(("http://", "https://")) else ""
        if not url:
            # An entry without a page of its own is all there is of its report.
            entry = replace(entry, content_html=entry.content_html or entry.summary_html)
        page = Page(url=url or f"{feed_url}#{entry.guid}", body=b"", fetched=now, outlet=outlet, entry=entry)
        pages[entry_key(entry)] = NewPage(key=entry_key(entry), page=page, needs_fetch=bool(url))
    return list(reversed(pages.values()))


def entry_key(entry: FeedEntry) -> str:
    """What makes an entry new to us: another guid, or another title, date of change or summary under the same one."""
    updated = entry.updated.isoformat() if entry.updated else ""
    return page_key(entry.guid, entry.title, updated, entry.summary_html or entry.content_html)


def has_full_text(entry: FeedEntry | None) -> bool:
    """Whether the feed itself gives the report's text, and not only a foretaste."""
    return entry is not None and len(re.sub(r"<[^<>]*>", "", entry.content_html)) >= FULL_TEXT


def _rhythm(read: Feed, now: datetime) -> Rhythm | None:
    times = (entry.published or entry.updated for entry in read.entries if not entry.published_is_day)
    return rhythm_of((time for time in times if time), now=now)


def _fault(url: str, why: BaseException) -> SetAside:
    """A mistake of ours that one feed or page brought out, as what it costs: that feed or page.

    A store or machine that fails, and the wish to stop, are raised: they are nobody's feed.
    """
    if not isinstance(why, Exception) or isinstance(why, (Error, OSError, MemoryError, StoreDamaged)):
        raise why
    LOG.error("%s brought out a mistake of reportedly's own", url, exc_info=why)
    said = " ".join(str(why).split())
    return SetAside(
        url=url, reason=Reason.BAD_RECORD, detail=f"a mistake of reportedly's own: {type(why).__name__} {said}"[:300]
    )


def _pause(why: SetAside, attempts: int) -> timedelta:
    asked = why.retry_after if isinstance(why, Refused) else None
    ours = TRY_AGAIN_AFTER[min(attempts, len(TRY_AGAIN_AFTER)) - 1]
    return max(ours, asked or timedelta(0))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


# --- in the store: each in one short transaction, in the one thread that Django's connection lives in ----------------


def _in_store(work: Callable[_Asked, _Answer]) -> Callable[_Asked, Awaitable[_Answer]]:
    return sync_to_async(work, thread_sensitive=True)


def _due(now: datetime, count: int | None, besides: Sequence[int]) -> list[FeedDue]:
    feeds = FeedSource.objects.filter(gone=False, outlet__paused=False, next_check__lte=now).exclude(pk__in=besides)
    return [_feed_due(feed) for feed in feeds.select_related("outlet").order_by("next_check")[:count]]


def _feeds_of(outlet: str) -> list[FeedDue]:
    return [_feed_due(feed) for feed in find_outlet(outlet).feeds.select_related("outlet").order_by("pk")]


def _feed_due(feed: FeedSource) -> FeedDue:
    return FeedDue(
        id=feed.pk,
        url=feed.url,
        outlet=feed.outlet.slug,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_hash=feed.body_hash,
        failures=feed.failures_in_a_row,
        last_success=feed.last_success,
        ttl=duration(feed.ttl_s),
        fresh=duration(feed.fresh_s),
        rhythm=None
        if feed.gap_s is None or feed.reach_s is None or feed.newest is None
        else Rhythm(gap=timedelta(seconds=feed.gap_s), reach=timedelta(seconds=feed.reach_s), newest=feed.newest),
    )


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else min(int(duration.total_seconds()), 2**31 - 1)


def _note_unchanged(feed: FeedDue, due: datetime, now: datetime) -> None:
    FeedSource.objects.filter(pk=feed.id).update(last_success=now, failures_in_a_row=0, next_check=due)


def _note_held(feed: FeedDue, due: datetime) -> None:
    FeedSource.objects.filter(pk=feed.id).update(next_check=due)


def _note_failure(feed: FeedDue, why: SetAside, due: datetime, now: datetime, gone: bool) -> None:
    FeedSource.objects.filter(pk=feed.id).update(
        last_failure=now,
        failure=str(why)[:500],
        failures_in_a_row=F("failures_in_a_row") + 1,
        next_check=due,
        gone=gone,
    )


@transaction.atomic
def _note_success(
    feed: FeedDue, answer: Fetched, read: Feed | None, body_hash: str, due: datetime, now: datetime
) -> tuple[int, int | None]:
    """Take in what is new and note what to ask with next time, both or neither: how many are new, and their intake."""
    row = FeedSource.objects.select_related("outlet").filter(pk=feed.id).first()
    if row is None:  # removed while we asked
        return 0, None
    most = MOST_OF_A_SITEMAP if is_sitemap(answer.body) else None
    new, intake = (0, None) if read is None else _take_in(row, read, body_hash, now, most=most)
    row.last_success, row.failures_in_a_row, row.next_check = now, 0, due
    row.ttl_s, row.fresh_s = _seconds(feed.ttl), _seconds(feed.fresh)
    if rhythm := feed.rhythm:
        row.gap_s, row.reach_s, row.newest = _seconds(rhythm.gap), _seconds(rhythm.reach), rhythm.newest
    else:
        row.gap_s = row.reach_s = row.newest = None
    # What an index of sitemaps lists may change while the index stays the same, so it is asked for whole each time.
    whole = is_index(answer.body)
    row.gone, row.body_hash = False, "" if whole else body_hash
    # Validators hold for the address that gave them, and are not kept of an answer that came from elsewhere.
    direct = answer.final_url == feed.url and not whole
    row.etag = answer.etag[:1000] if direct else ""
    row.last_modified = answer.last_modified[:200] if direct else ""
    if answer.moved_to and answer.moved_to != feed.url:
        if FeedSource.objects.filter(url=answer.moved_to).exists():
            row.gone, row.last_failure = True, now
            row.failure = f"moved to {answer.moved_to}, which is asked already"[:500]
        else:
            row.url = answer.moved_to
    row.save()
    return new, intake


def _take_in(row: FeedSource, read: Feed, body_hash: str, now: datetime, *, most: int | None) -> tuple[int, int | None]:
    outlet = row.outlet
    if (not outlet.home_url and read.home_url) or (not outlet.language and read.language):
        home = (read.home_url or "") if (read.home_url or "").startswith(("http://", "https://")) else ""
        outlet.home_url = outlet.home_url or home[:2000]
        outlet.language = outlet.language or (read.language or "")
        outlet.save(update_fields=["home_url", "language"])
    pages = new_pages(read, outlet=outlet.slug, feed_url=row.url, now=now)
    seen = _seen(outlet, [page.key for page in pages])
    unseen = [page for page in pages if page.key not in seen]
    if most is not None:
        unseen = unseen[-most:]  # the newest, which stand last
    if not unseen:
        return 0, None
    intake = intakes.open_intake("feed", row.url, page_key(row.url, body_hash), now=now)
    new = intakes.take_in(intake, unseen, now=now)
    intakes.all_taken_in(intake, now=now)
    note_gaps(outlet, now)
    return new, intake.pk


def _seen(outlet: Outlet, keys: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    for at in range(0, len(keys), KEYS_AT_ONCE):
        some = TakenPage.objects.filter(outlet=outlet, key__in=keys[at : at + KEYS_AT_ONCE])
        seen.update(some.values_list("key", flat=True))
    return seen


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
