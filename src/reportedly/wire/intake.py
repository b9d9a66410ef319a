"""Taking pages in, and the line they wait in.

A page taken in is a row, and the row is the work: it is leased by whoever reads it, and ends with exactly one outcome,
which is never written a second time. Whoever dies while reading leaves a lease that runs out; another takes the page
over. A page that stopped its reader three times is set aside.

    open_intake -> take_in ... -> all_taken_in        claim -> (fetched ->) claim -> store | set_aside
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from reportedly.errors import BadValue, NoSuchOutlet, StoreDamaged
from reportedly.values import Outcome, Page, Reason, SetAside, Tally
from reportedly.wire.models import Intake, Outlet, TakenPage
from reportedly.wire.payload import page_of, payload_of

ATTEMPTS = 3
_BATCH = 500
_BATCH_BYTES = 8 << 20
_KEY_LENGTH = 64


@dataclass(frozen=True, kw_only=True)
class NewPage:
    """A page to take in. `key` is its identity within its intake, at most 64 characters (see `page_key`).

    With `needs_fetch` the page is only what a feed said; it is still to be fetched from `page.url`. `look` says that
    it came by looking at its address again, for how manieth time.
    """

    key: str
    page: Page
    needs_fetch: bool = False
    look: int | None = None


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A page leased to us. `attempts` counts this attempt: 1 the first time."""

    id: int
    page: Page
    attempts: int
    intake_id: int


def page_key(*parts: str) -> str:
    """A key of 64 characters for these parts, such as a guid, or an address and a hash of the body."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# --- taking in -------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_intake(kind: str, source: str, digest: str, *, now: datetime) -> Intake:
    """The unfinished intake of this kind and digest, or a new one. A finished one is not opened again."""
    unfinished = Intake.objects.filter(kind=kind, digest=digest, ended=None).order_by("id").first()
    return unfinished or Intake.objects.create(kind=kind, source=source[:2000], digest=digest, began=now)


def take_in(intake: Intake, pages: Iterable[NewPage], *, now: datetime) -> int:
    """Put the pages in line in the order given, and return how many were not in this intake before.

    Each batch is one transaction, so a long intake that is cut off keeps what it has; taking in the same pages again
    adds the rest. Raises NoSuchOutlet for a page of an outlet we do not have, BadValue for a key that is too long.
    """
    return sum(_take_in_batch(intake, batch, now) for batch in _batches(pages))


def all_taken_in(intake: Intake, *, now: datetime) -> None:
    """Say that every page of the source is in line. The intake ends when each has its outcome."""
    with transaction.atomic():
        Intake.objects.filter(pk=intake.pk).update(all_taken_in=True)
        end_intakes([intake.pk], now=now)
    intake.refresh_from_db()


def _batches(pages: Iterable[NewPage]) -> Iterator[list[NewPage]]:
    batch: list[NewPage] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.page.body)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@transaction.atomic
def _take_in_batch(intake: Intake, batch: Sequence[NewPage], now: datetime) -> int:
    by_key: dict[str, NewPage] = {}
    for new in batch:
        if not 0 < len(new.key) <= _KEY_LENGTH:
            raise BadValue(f"a page's key has {len(new.key)} characters; 1 to {_KEY_LENGTH} are allowed")
        by_key.setdefault(new.key, new)
    before = TakenPage.objects.filter(intake=intake, key__in=by_key).values_list("key", flat=True)
    for key in set(before):
        del by_key[key]
    if not by_key:
        return 0
    outlets = _outlet_ids({new.page.outlet for new in by_key.values()})
    first = _next_order(now)
    TakenPage.objects.bulk_create(
        TakenPage(
            intake=intake,
            key=key,
            url=new.page.url[:2000],
            outlet_id=outlets[new.page.outlet],
            order=order,
            needs_fetch=new.needs_fetch,
            look=new.look,
            payload=payload_of(new.page),
            taken_in=now,
        )
        for order, (key, new) in enumerate(by_key.items(), start=first)
    )
    return len(by_key)


def _outlet_ids(slugs: Iterable[str]) -> dict[str, int]:
    wanted = set(slugs)
    found = dict(Outlet.objects.filter(slug__in=wanted).values_list("slug", "id"))
    if missing := wanted - found.keys():
        raise NoSuchOutlet(min(missing))
    return found


def _next_order(now: datetime) -> int:
    """Behind everyone who waits, and behind whoever came earlier by the clock: microseconds."""
    last = 0
    for needs_fetch in (False, True):  # one seek each in the index page_line
        waiting = TakenPage.objects.filter(outcome="", needs_fetch__in=[needs_fetch])
        last = max(last, waiting.aggregate(last=Max("order"))["last"] or 0)
    return max(int(now.timestamp() * 1_000_000), last + 1)


# --- the line --------------------------------------------------------------------------------------------------------


@transaction.atomic
def claim(worker: str, *, count: int, now: datetime, lease: timedelta, needs_fetch: bool = False) -> list[Claimed]:
    """Lease the next pages in line to the worker until `now + lease`: at most `count`, [] when none waits.

    A page to be read whose lease ran out is taken over, and by itself: so one bad page cannot drag its innocent
    neighbours through three attempts. The fourth time it is set aside instead.
    """
    rows = _head_of_the_line(now, count, needs_fetch)
    while worn_out := [row for row in rows if row.attempts >= ATTEMPTS or row.page is None]:
        _set_aside_unread(worn_out, now)
        rows = _head_of_the_line(now, count, needs_fetch)
    if not needs_fetch:
        rows = rows[:1] if rows and rows[0].attempts else [row for row in rows if not row.attempts]
    TakenPage.objects.filter(id__in=[row.id for row in rows]).update(
        lease_until=now + lease, leased_by=worker[:64], attempts=F("attempts") + 1
    )
    return [
        Claimed(id=row.id, page=row.page, attempts=row.attempts + 1, intake_id=row.intake_id)
        for row in rows
        if row.page is not None
    ]


@dataclass(frozen=True)
class _Waiting:
    id: int
    intake_id: int
    attempts: int
    page: Page | None  # None when its payload is damaged


def _head_of_the_line(now: datetime, count: int, needs_fetch: bool) -> list[_Waiting]:
    free = TakenPage.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), outcome="")
    # Served in order by the index page_line; only leased pages are stepped over, and those are few. (SQLite takes
    # `IN (one value)` for an equality, and `NOT needs_fetch`, which Django makes of `=False`, for a filter.)
    line = free.filter(needs_fetch__in=[needs_fetch]).order_by("order")
    rows = line.values_list("id", "intake_id", "attempts", "payload")[: max(0, count)]
    return [
        _Waiting(page_id, intake_id, attempts, _unpacked(payload)) for page_id, intake_id, attempts, payload in rows
    ]


def _unpacked(payload: bytes | memoryview | None) -> Page | None:
    try:
        return page_of(bytes(payload or b""))
    except StoreDamaged:
        return None


def _set_aside_unread(rows: Sequence[_Waiting], now: datetime) -> None:
    stopped = f"reading it stopped the reader {ATTEMPTS} times"
    endings = [
        Ending(
            page_id=row.id,
            outcome=Outcome.SET_ASIDE,
            why=SetAside(
                url="",
                reason=Reason.UNREADABLE,
                detail=stopped if row.page else "its bytes in the store are damaged",
            ),
        )
        for row in rows
    ]
    end_pages(endings, now=now)
    end_intakes({row.intake_id for row in rows}, now=now)


def is_waiting(*, needs_fetch: bool = False) -> bool:
    """Whether any page waits for its outcome, leased or not."""
    return TakenPage.objects.filter(outcome="", needs_fetch__in=[needs_fetch]).exists()


def fetched(page_id: int, page: Page) -> None:
    """Note that the page came: its row waits to be read. A page that has its outcome is left alone."""
    TakenPage.objects.filter(pk=page_id, outcome="").update(
        payload=payload_of(page), needs_fetch=False, attempts=0, lease_until=None, leased_by=""
    )


def give_back(page_ids: Iterable[int]) -> None:
    """Put leased pages back in line as if they had not been claimed: the reader stops, and not for their sake."""
    TakenPage.objects.filter(pk__in=list(page_ids), outcome="", attempts__gt=0).update(
        lease_until=None, leased_by="", attempts=F("attempts") - 1
    )


def release(*, now: datetime) -> int:
    """Let every lease run out now; return how many there were.

    For whoever holds the folder's DataLock and has claimed nothing yet: the holders of these leases are dead.
    """
    return TakenPage.objects.filter(outcome="", lease_until__gt=now).update(lease_until=now)


# --- outcomes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a page ends: with the report it gave, or with why it gave none."""

    page_id: int
    outcome: Outcome
    report_id: int | None = None
    why: SetAside | None = None


@transaction.atomic
def set_aside(page_id: int, why: SetAside, *, now: datetime) -> None:
    """End the page without a report. A page that has its outcome keeps it."""
    end_pages([Ending(page_id=page_id, outcome=Outcome.SET_ASIDE, why=why)], now=now)
    end_intakes(TakenPage.objects.filter(pk=page_id).values_list("intake_id", flat=True), now=now)


def end_pages(endings: Sequence[Ending], *, now: datetime) -> None:
    """Write the pages' outcomes, each only where there is none yet, and let go of what was kept to read them."""
    keep = settings.REPORTEDLY.keep_originals
    when = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE wire_takenpage SET outcome = %s, reason = %s, detail = %s, report_id = %s, ended = %s,"
            f" lease_until = NULL, leased_by = ''{'' if keep else ', payload = NULL'} WHERE id = %s AND outcome = ''",
            [
                (
                    ending.outcome.value,
                    ending.why.reason.value if ending.why else "",
                    ending.why.detail[:500] if ending.why else "",
                    ending.report_id,
                    when,
                    ending.page_id,
                )
                for ending in endings
            ],
        )


def end_intakes(intake_ids: Iterable[int], *, now: datetime) -> None:
    """End those of the intakes that have every page, and every page its outcome."""
    waiting = TakenPage.objects.filter(intake=OuterRef("pk"), outcome="")
    Intake.objects.filter(~Exists(waiting), pk__in=set(intake_ids), all_taken_in=True, ended=None).update(ended=now)


def tally(intake: Intake | None = None) -> Tally:
    """Outcomes of the pages of one intake, or of all. They add up."""
    pages = TakenPage.objects.all() if intake is None else TakenPage.objects.filter(intake=intake)
    counts: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for outcome, reason, many in pages.values_list("outcome", "reason").annotate(many=Count("id")).order_by():
        counts[outcome] = counts.get(outcome, 0) + many
        if reason:
            reasons[reason] = reasons.get(reason, 0) + many
    return Tally(
        taken_in=sum(counts.values()),
        stored=counts.get(Outcome.STORED, 0),
        unchanged=counts.get(Outcome.UNCHANGED, 0),
        new_version=counts.get(Outcome.NEW_VERSION, 0),
        set_aside=counts.get(Outcome.SET_ASIDE, 0),
        waiting=counts.get("", 0),
        reasons=reasons,
    )
