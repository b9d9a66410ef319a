"""Second looks: pages we have a report of are asked for again, to see whether they were changed or taken down.

When a page is looked at is decided in `again`; what it was answered with last stands in a row (`SecondLook`) until its
last look. A page that is not changed costs one exchange and leaves nothing behind. A changed one is taken in and goes
the way of every page; one that is gone is noted on its report. Whatever else comes instead changes nothing.

News goes first: a host is looked at only while nothing else is asked of it, one page at a time, and no host is while
many pages wait to be read. A look that is cut off is made again; what comes of one is written in one transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from reportedly.collect.client import Client, Fetched, Held, NotModified, Refused, may_pass
from reportedly.errors import StoreDamaged
from reportedly.values import FeedEntry, Outcome, Page, Reason, SetAside
from reportedly.wire import intake as intakes
from reportedly.wire.again import is_its_page, is_over, is_watched, look_after_failure, next_look
from reportedly.wire.identity import address_key, canonical_address
from reportedly.wire.intake import Claimed, NewPage, page_key
from reportedly.wire.known import known_report
from reportedly.wire.models import Report, SecondLook, TakenPage, Version
from reportedly.wire.notices import GONE_STATUSES, report_is_gone, report_is_there
from reportedly.wire.payload import page_of, payload_of
from reportedly.wire.rim import fault, host_of, in_store, with_answer
from reportedly.wire.rows import chunks

LOOKS_AT_ONCE = 10  # each at another host; a tenth of what the client has open
MOST_UNREAD = 50  # pages that wait to be read, from which no look is begun that may add another
_ROWS = 100  # planned looks considered at a time


@dataclass(frozen=True, kw_only=True)
class Look:
    """A page to look at now. `page` is what its feed said of it, without a body; validators are "" where none hold."""

    id: int
    page_id: int
    report_id: int
    page: Page
    etag: str
    last_modified: str
    body_hash: str


class SecondLooks:
    """Looks at pages again, at these `moments` after their reports were first collected; none: never.

    `under_way` are the looks that were begun and whose end was not yet reaped.
    """

    def __init__(self, client: Client, moments: Sequence[timedelta], *, now: Callable[[], datetime]) -> None:
        self.moments = tuple(moments)
        self.under_way: dict[asyncio.Task[None], Look] = {}
        self._client = client
        self._now = now

    async def plan(self) -> None:
        """Let what was planned under other settings, or before a long absence, follow the moments as they are now."""
        await in_store(replan)(self.moments, now=self._now())

    async def begin(self, busy: Collection[str] = ()) -> int:
        """Begin the looks that are due at hosts that are not `busy`, one a host; return how many were begun."""
        free = LOOKS_AT_ONCE - len(self.under_way)
        if not self.moments or free <= 0:
            return 0
        hosts = {*busy, *(host_of(look.page.url) for look in self.under_way.values())}
        due = await in_store(due_looks)(self.moments, count=free, besides=hosts, now=self._now())
        for look in due:
            self.under_way[asyncio.create_task(self._look(look))] = look
        return len(due)

    async def reap(self) -> None:
        """Forget the looks that are done. What broke in a way nobody foresaw costs its own look, and no other."""
        for looked in [task for task in self.under_way if task.done()]:
            look = self.under_way.pop(looked)
            if why := looked.exception():
                await in_store(note_failure)(look, fault(look.page.url, why), self.moments, now=self._now())

    async def drop(self) -> None:
        """Stop looking. What was begun stays due."""
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        self.under_way.clear()

    async def _look(self, look: Look) -> None:
        answer = await self._client.fetch(look.page.url, etag=look.etag, last_modified=look.last_modified)
        now = self._now()
        if isinstance(answer, Held) and answer.retry_after is not None:  # it was not asked, and did nothing wrong
            await in_store(leave_host)(host_of(look.page.url), now + answer.retry_after)
        elif isinstance(answer, Refused) and answer.status in GONE_STATUSES:
            await in_store(note_gone)(look, answer, self.moments, now=now)
        elif isinstance(answer, SetAside):
            await in_store(note_failure)(look, answer, self.moments, now=now)
        elif isinstance(answer, NotModified):
            await in_store(note_same)(look, self.moments, now=now)
        elif not is_its_page(look.page.url, before=look.page.final_url, final=answer.final_url):
            why = SetAside(url=look.page.url, reason=Reason.REDIRECTS, detail=f"led to {answer.final_url}"[:300])
            await in_store(note_failure)(look, why, self.moments, now=now)
        elif hash_of(answer) == look.body_hash:
            await in_store(note_same)(look, self.moments, answer, now=now)
        else:
            await in_store(note_changed)(look, answer, self.moments, now=now)


# --- the plan: each in one short transaction -------------------------------------------------------------------------


@transaction.atomic
def remember(claimed: Claimed, came: Page, answer: Fetched, moments: Sequence[timedelta], *, now: datetime) -> None:
    """Plan to look again at a page that a feed named and that has come.

    A report that we have is looked at from when it was first collected, however often its feed names it again.
    """
    outlet_id = TakenPage.objects.filter(pk=claimed.id, intake__kind="feed").values_list("outlet_id", flat=True).first()
    if not moments or outlet_id is None:
        return
    key = address_key(came.url, came.outlet)
    row = SecondLook.objects.filter(key=key).first()
    entry = came.entry or FeedEntry(guid="", url=came.url)
    if row is None:
        row = SecondLook(key=key, outlet_id=outlet_id, host=host_of(came.url)[:255], collected=now)
        if report := known_report(guid=entry.guid, url=came.url, slug=came.outlet):
            row.collected = report.taken_in
    if is_watched(entry.published, row.collected, moments):
        row.page_id = claimed.id
        _note_answer(row, came, answer)
        _plan(row, moments, now=now)
    elif row.pk:
        row.delete()


def due_looks(moments: Sequence[timedelta], *, count: int, besides: Collection[str], now: datetime) -> list[Look]:
    """At most `count` looks that are due, one a host and none at the hosts `besides`; [] while many pages are unread.

    A page that is itself not read yet waits until it is. What is no longer worth a look is forgotten.
    """
    unread = TakenPage.objects.filter(outcome="", needs_fetch__in=[False])
    if unread.order_by()[:MOST_UNREAD].count() >= MOST_UNREAD:
        return []
    rows = SecondLook.objects.filter(due__lte=now, outlet__paused=False)
    rows = rows.exclude(host__in=besides).exclude(page__outcome="")
    hosts: set[str] = set()
    looks: list[Look] = []
    rows = rows.select_related("page__report").defer("said", "page__payload")  # large, and wanted of few
    for row in rows.order_by("due")[:_ROWS]:
        if len(looks) >= count:
            break
        if row.host in hosts:
            continue
        if look := _look_of(row, moments, now):
            hosts.add(row.host)
            looks.append(look)
        else:
            row.delete()
    return looks


@transaction.atomic
def replan(moments: Sequence[timedelta], *, now: datetime) -> None:
    """Let every planned look be due at the first of the moments after its page was asked last, or be forgotten.

    One that was put off stays so, unless its moment is another one now.
    """
    if not moments:
        SecondLook.objects.all().delete()
        return
    over, moved = [], []
    in_column = connection.ops.adapt_datetimefield_value
    for id, collected, asked, planned in SecondLook.objects.values_list("pk", "collected", "asked", "moment"):
        moment = next_look(collected, moments, after=asked)
        if moment is None or is_over(collected, moments, now=now):
            over.append(id)
        elif moment != planned:
            moved.append((in_column(moment), in_column(moment), id))
    with connection.cursor() as cursor:  # past the ORM, which takes ten times as long for the many there may be
        cursor.executemany("UPDATE wire_secondlook SET moment = %s, due = %s, failures = 0 WHERE id = %s", moved)
    for some in chunks(over):
        SecondLook.objects.filter(pk__in=some).delete()


def _look_of(row: SecondLook, moments: Sequence[timedelta], now: datetime) -> Look | None:
    """The look that the row plans; None when there is nothing to look at, or no reason to any more."""
    try:
        page = page_of(bytes(row.said))
    except StoreDamaged:
        return None
    entry = page.entry or FeedEntry(guid="", url=page.url)
    was_read = row.page.outcome != Outcome.SET_ASIDE
    report = row.page.report if was_read else known_report(guid=entry.guid, url=page.url, slug=page.outlet)
    if report is None or is_over(row.collected, moments, now=now):
        return None
    if not is_watched(report.published, row.collected, moments):
        return None
    text_from = Version.objects.filter(report=report, number=report.version).values_list("found__text", flat=True)
    if text_from.first() != "feed":  # what the feed once gave must not stand in for what the page gives now
        entry = replace(entry, content_html="", summary_html="")
    return Look(
        id=row.pk,
        page_id=row.page_id,
        report_id=report.pk,
        page=replace(page, entry=entry),
        etag=row.etag if was_read else "",
        last_modified=row.last_modified if was_read else "",
        body_hash=row.body_hash if was_read else "",
    )


# --- what came of a look: each in one short transaction --------------------------------------------------------------


@transaction.atomic
def note_same(look: Look, moments: Sequence[timedelta], answer: Fetched | None = None, *, now: datetime) -> None:
    """The page is as it was, `answer` being its same body over again; a report that was gone is back."""
    if row := _row_of(look):
        if report := Report.objects.filter(pk=look.report_id).first():
            report_is_there(report, look.page.url, now=now)
        if answer is not None:
            row.etag, row.last_modified = _validators(look.page.url, answer)
        _looked(row, moments, now=now)


@transaction.atomic
def note_gone(look: Look, why: Refused, moments: Sequence[timedelta], *, now: datetime) -> None:
    """The server says that there is no such page any more. It may come back, and is looked at as before."""
    if row := _row_of(look):
        if report := Report.objects.filter(pk=look.report_id).first():
            report_is_gone(report, why, look.page.url, now=now)
        _looked(row, moments, now=now)


@transaction.atomic
def note_changed(look: Look, answer: Fetched, moments: Sequence[timedelta], *, now: datetime) -> None:
    """The page is another one than it was: it is taken in, to be read like any other."""
    row = _row_of(look)
    if row is None:
        return
    came = with_answer(look.page, answer)
    key = page_key(row.key, hash_of(answer), str(row.looks + 1))
    intake = intakes.open_intake("look", came.url, key, now=now)
    intakes.take_in(intake, [NewPage(key=key, page=came, look=row.looks + 1)], now=now)
    intakes.all_taken_in(intake, now=now)
    row.page = TakenPage.objects.get(intake=intake, key=key)
    _note_answer(row, came, answer)
    _looked(row, moments, now=now)


@transaction.atomic
def note_failure(look: Look, why: SetAside, moments: Sequence[timedelta], *, now: datetime) -> None:
    """The page could not be had, or something else stood in its place. Nothing is said of its report."""
    row = _row_of(look)
    if row is None:
        return
    due, row.failures = look_after_failure(
        row.collected,
        moments,
        now=now,
        failures=row.failures + 1,
        may_pass=may_pass(why),
        retry_after=why.retry_after if isinstance(why, Refused) else None,
    )
    if due is None:
        row.delete()
        return
    if not row.failures:  # given up for now
        row.asked, row.moment = now, next_look(row.collected, moments, after=now) or due
    row.due = due
    row.save()


def leave_host(host: str, until: datetime) -> None:
    """Look at nothing of a host that wants to be left alone until then."""
    SecondLook.objects.filter(host=host, due__lt=until).update(due=until)


def hash_of(answer: Fetched) -> str:
    """What tells one body from another."""
    return hashlib.sha256(answer.body).hexdigest()


def _row_of(look: Look) -> SecondLook | None:
    """The row that the look is of; None when it was removed, or its page came another way, while we looked."""
    return SecondLook.objects.filter(pk=look.id, page_id=look.page_id).first()


def _note_answer(row: SecondLook, came: Page, answer: Fetched) -> None:
    row.said = payload_of(replace(came, body=b""))
    row.etag, row.last_modified = _validators(came.url, answer)
    row.body_hash = hash_of(answer)


def _validators(url: str, answer: Fetched) -> tuple[str, str]:
    """ETag and Last-Modified, which hold for the address that gave them and not for one that led there."""
    direct = canonical_address(answer.final_url) == canonical_address(url)
    return (answer.etag[:1000], answer.last_modified[:200]) if direct else ("", "")


def _looked(row: SecondLook, moments: Sequence[timedelta], *, now: datetime) -> None:
    row.looks += 1
    _plan(row, moments, now=now)


def _plan(row: SecondLook, moments: Sequence[timedelta], *, now: datetime) -> None:
    """Write the row with its next moment, or remove it when there is none."""
    moment = next_look(row.collected, moments, after=now)
    if moment is not None:
        row.asked, row.moment, row.due, row.failures = now, moment, moment, 0
        row.save()
    elif row.pk:
        row.delete()
