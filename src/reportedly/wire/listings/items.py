"""A report as listings show it, and the turning of pages.

Listings are read newest first by (listed_at, id) and turned by the place of their first and last item, never by
counting rows: a page costs the same wherever it lies, two reports of one second neither repeat nor get lost, and what
arrives meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from reportedly.errors import ReportedlyError
from reportedly.wire.listings.prepared import NUMBERS, TIME, Prepared
from reportedly.wire.models import Report

PAGE_SIZE = 10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Heard:
    """One voice of a chain as shown. `key` finds everything a named voice said; it is "" for an unnamed one."""

    label: str
    unnamed: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as a listing shows it. `published` is None where nobody says."""

    id: int
    title: str
    published: datetime | None
    published_is_day: bool
    listed_at: datetime
    notice: str
    version: int
    paragraphs: tuple[str, ...]
    chain: tuple[Heard, ...]
    copy_of: int | None
    credit: str
    outlet_slug: str
    outlet_name: str
    story: int | None
    story_reports: int
    story_outlets: int

    @property
    def place(self) -> Place:
        """Where the report stands in its listing."""
        return Place(self.listed_at, self.id)

    @property
    def place_key(self) -> tuple[datetime, int]:
        """What listings are sorted by."""
        return (self.listed_at, self.id)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing. `newer` and `older` are the queries of the pages beside it: None where there is none,
    "" for the first page."""

    items: tuple[Listed, ...]
    newer: str | None = None
    older: str | None = None


class BadPlace(ReportedlyError):
    """A place in a listing that we did not write."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a listing: when its report is listed, and the report's id. As text it is `microseconds-id`."""

    listed_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.listed_at - EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def read(cls, text: str) -> Place:
        """The place a text stands for. Raises BadPlace."""
        time, _, number = text.partition("-")
        if not (time.isascii() and time.isdigit() and number.isascii() and number.isdigit() and len(text) <= 40):
            raise BadPlace(f"{text[:40]!r} is no place in a listing")
        if int(number) > LARGEST_ID:
            raise BadPlace(f"{text!r} is no place in a listing")
        try:
            return cls(EPOCH + timedelta(microseconds=int(time)), int(number))
        except OverflowError:
            raise BadPlace(f"{text!r} is no place in a listing") from None


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of a listing is asked for: the first, the one before (older than) a place, or the one after it."""

    before: Place | None = None
    after: Place | None = None


FIRST = Turn()

FIELDS = (
    "id", "title", "published", "published_is_day", "listed_at", "notice", "version", "lead", "copy_of", "credit",
    "outlet__slug", "outlet__name", "story", "story__reports_count", "story__outlets_count",
)  # fmt: skip


Rows = Callable[[int], QuerySet[Any]]  # the rows of one owner, by its id


def turn_to(rows: Rows, owner: int, turn: Turn, *, report: str = "", size: int = PAGE_SIZE) -> Listing:
    """One page of the rows of an owner, which are reports, or rows that stand for one reached through `report`.

    One query; a second, answered from the index alone, on pages other than the first: is the page above it the first?
    `rows` must be the same function every time it means the same rows.
    """
    place = turn.before or turn.after
    values = (owner,) if place is None else (owner, place.listed_at, place.id)
    way = "first" if place is None else "before" if turn.before else "after"
    found = _page(rows, way, report, size).ask(*values)
    items = [listed(row) for row in found[:size]]
    if way == "after":
        items.reverse()
    if not items:
        return Listing(items=(), newer="" if place else None)
    return Listing(
        items=tuple(items),
        newer=_newer(rows, owner, items[0].place, report, size) if place else None,
        older=f"before={items[-1].place}" if way == "after" or len(found) > size else None,
    )


def _newer(rows: Rows, owner: int, first: Place, report: str, size: int) -> str | None:
    """The query of the page above this first item: "" when that is the first page."""
    above = len(_places_above(rows, report, size).ask(owner, first.listed_at, first.id))
    if not above:
        return None
    return "" if above <= size else f"after={first}"


@cache
def _page(rows: Rows, way: str, report: str, size: int) -> Prepared:
    fields = [f"{report}__{field}" if report else field for field in FIELDS]

    def make(owner: int, time: datetime = EPOCH, id: int = 0) -> QuerySet[Any, Any]:
        return _ordered(rows(owner), way, time, id, report).values_list(*fields)[: size + 1]

    return Prepared(make, *STAND_INS[: 1 if way == "first" else 3])


@cache
def _places_above(rows: Rows, report: str, size: int) -> Prepared:
    def make(owner: int, time: datetime, id: int) -> QuerySet[Any, Any]:
        return _ordered(rows(owner), "after", time, id, report).values_list("listed_at")[: size + 1]

    return Prepared(make, *STAND_INS)


STAND_INS = (NUMBERS[0], TIME, NUMBERS[1])


def _ordered(rows: QuerySet[Any], way: str, time: datetime, id: int, report: str) -> QuerySet[Any]:
    """The rows before or after a place, nearest to it first; or all of them, newest first."""
    number = f"{report}_id" if report else "id"
    # The first half of each condition is what the index can seek; the second settles the ties.
    if way == "before":
        rows = rows.filter(Q(listed_at__lt=time) | Q(**{f"{number}__lt": id}), listed_at__lte=time)
    if way == "after":
        rows = rows.filter(Q(listed_at__gt=time) | Q(**{f"{number}__gt": id}), listed_at__gte=time)
        return rows.order_by("listed_at", number)
    return rows.order_by("-listed_at", f"-{number}")


def listed(row: Sequence[Any]) -> Listed:
    """A row of FIELDS as a value."""
    lead = row[7] or {}
    return Listed(
        id=row[0],
        title=row[1],
        published=row[2],
        published_is_day=row[3],
        listed_at=row[4],
        notice=row[5],
        version=row[6],
        paragraphs=tuple(lead.get("paragraphs", ())),
        chain=tuple(Heard(label, bool(unnamed)) for label, unnamed in lead.get("chain", ())),
        copy_of=row[8],
        credit=row[9],
        outlet_slug=row[10],
        outlet_name=row[11],
        story=row[12],
        story_reports=row[13] or 0,
        story_outlets=row[14] or 0,
    )


def reports_in_order(ids: Iterable[int]) -> tuple[Listed, ...]:
    """The reports of these ids, in the order of the ids; those that are no longer there are left out. One query."""
    wanted = list(ids)
    rows = {row[0]: listed(row) for row in Report.objects.filter(id__in=wanted).values_list(*FIELDS)}
    return tuple(rows[id] for id in wanted if id in rows)
