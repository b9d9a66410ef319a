"""What the live loop knows of feeds: which are due, what is new in one that came, and how it went.

Each function here is one short transaction. What a feed brings is taken in once, in the transaction that notes what to
ask it with the next time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from reportedly.collect.check import Rhythm, rhythm_of
from reportedly.collect.client import Fetched
from reportedly.collect.sitemaps import is_index, is_sitemap
from reportedly.values import Feed, FeedEntry, Page, SetAside
from reportedly.wire import intake as intakes
from reportedly.wire.health import duration, note_gaps
from reportedly.wire.intake import NewPage, page_key
from reportedly.wire.models import FeedSource, Outlet, TakenPage
from reportedly.wire.outlets import find_outlet
from reportedly.wire.rows import chunks

MOST_OF_A_SITEMAP = 500  # pages that one check of a sitemap takes in; it may list every page an outlet ever had
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


def rhythm_told(read: Feed, now: datetime) -> Rhythm | None:
    times = (entry.published or entry.updated for entry in read.entries if not entry.published_is_day)
    return rhythm_of((time for time in times if time), now=now)


# --- in the store ----------------------------------------------------------------------------------------------------


def due_feeds(now: datetime, count: int | None, besides: Sequence[int]) -> list[FeedDue]:
    feeds = FeedSource.objects.filter(gone=False, outlet__paused=False, next_check__lte=now).exclude(pk__in=besides)
    return [_feed_due(feed) for feed in feeds.select_related("outlet").order_by("next_check")[:count]]


def feeds_of(outlet: str) -> list[FeedDue]:
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


def note_unchanged(feed: FeedDue, due: datetime, now: datetime) -> None:
    FeedSource.objects.filter(pk=feed.id).update(last_success=now, failures_in_a_row=0, next_check=due)


def note_held(feed: FeedDue, due: datetime) -> None:
    FeedSource.objects.filter(pk=feed.id).update(next_check=due)


def note_failure(feed: FeedDue, why: SetAside, due: datetime, now: datetime, gone: bool) -> None:
    FeedSource.objects.filter(pk=feed.id).update(
        last_failure=now,
        failure=str(why)[:500],
        failures_in_a_row=F("failures_in_a_row") + 1,
        next_check=due,
        gone=gone,
    )


@transaction.atomic
def note_success(
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
    for some in chunks(keys):
        seen.update(TakenPage.objects.filter(outlet=outlet, key__in=some).values_list("key", flat=True))
    return seen
