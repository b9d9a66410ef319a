"""A report as listings show it, and the turning of pages.

Listings are read newest first by (listed_at, id) and turned by the place of their first and last item, never by
counting rows: a page costs the same wherever it lies, two reports of one second neither repeat nor get lost, and what
arrives meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from reportedly.errors import ReportedlyError
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


def turn_to(rows: QuerySet[Any], turn: Turn, *, report: str = "", size: int = PAGE_SIZE) -> Listing:
    """One page of `rows`, which are reports, or rows that stand for one reached through `report`.

    One query; a second, answered from the index alone, on pages other than the first: is the page above it the first?
    """
    prefix = f"{report}__" if report else ""
    number = f"{report}_id" if report else "id"
    fields = [prefix + field for field in FIELDS]
    backwards = turn.after is not None
    order = ("listed_at", number) if backwards else ("-listed_at", f"-{number}")
    found = rows.filter(_beyond(turn, number)).order_by(*order).values_list(*fields)[: size + 1]
    items = [listed(row) for row in found]
    more = len(items) > size
    items = items[:size]
    if backwards:
        items.reverse()
    if not items:
        return Listing(items=(), newer="" if turn != FIRST else None)
    return Listing(
        items=tuple(items),
        newer=None if turn == FIRST else _newer(rows, items[0].place, number, size),
        older=f"before={items[-1].place}" if backwards or more else None,
    )


def _newer(rows: QuerySet[Any], first: Place, number: str, size: int) -> str | None:
    """The query of the page above this first item: "" when that is the first page."""
    order = ("listed_at", number)
    above = len(rows.filter(_beyond(Turn(after=first), number)).order_by(*order).values_list(*order)[: size + 1])
    if not above:
        return None
    return "" if above <= size else f"after={first}"


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


def _beyond(turn: Turn, number: str) -> Q:
    # The first half of each condition is what the index can seek; the second settles the ties.
    if turn.before:
        place = turn.before
        return Q(listed_at__lte=place.listed_at) & (Q(listed_at__lt=place.listed_at) | Q(**{f"{number}__lt": place.id}))
    if turn.after:
        place = turn.after
        return Q(listed_at__gte=place.listed_at) & (Q(listed_at__gt=place.listed_at) | Q(**{f"{number}__gt": place.id}))
    return Q()
