"""Outlets: all of them, and one with its feeds, its health and its reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from reportedly.errors import NoSuchOutlet
from reportedly.wire.listings.items import FIRST, PAGE_SIZE, Listing, Turn, turn_to
from reportedly.wire.models import FeedSource, Outlet, Report, TakenPage

OUTLETS_LIMIT = 1_000
HEALTH_OVER = 500  # the newest pages of an outlet that its health is told from


@dataclass(frozen=True, slots=True)
class OutletLink:
    """An outlet as a list shows it. `latest` is when we took its newest report in."""

    slug: str
    name: str
    family: str
    country: str
    language: str
    paused: bool
    latest: datetime | None
    feeds: int
    failing: int


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed and how its last checks went."""

    url: str
    last_success: datetime | None
    last_failure: datetime | None
    failure: str
    failures_in_a_row: int
    gone: bool
    next_check: datetime


@dataclass(frozen=True, slots=True)
class OutletPage:
    """One outlet. `outcomes` and `reasons` count its newest pages, at most HEALTH_OVER of them."""

    slug: str
    name: str
    home_url: str
    family: str
    country: str
    language: str
    paused: bool
    added: datetime
    siblings: tuple[tuple[str, str], ...]
    feeds: tuple[FeedHealth, ...]
    outcomes: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    listing: Listing


def read_outlets() -> tuple[OutletLink, ...]:
    """Every outlet, by name. Two queries."""
    newest = Report.objects.filter(outlet=OuterRef("pk")).order_by("-listed_at", "-id").values("taken_in")[:1]
    rows = (
        Outlet.objects.annotate(latest=Subquery(newest))
        .order_by("name")
        .values_list("id", "slug", "name", "family", "country", "language", "paused", "latest")[:OUTLETS_LIMIT]
    )
    feeds: Counter[int] = Counter()
    failing: Counter[int] = Counter()
    for outlet, failures, gone in FeedSource.objects.values_list("outlet_id", "failures_in_a_row", "gone"):
        feeds[outlet] += 1
        failing[outlet] += bool(failures or gone)
    return tuple(OutletLink(*row[1:], feeds=feeds[row[0]], failing=failing[row[0]]) for row in rows)


def read_outlet_page(slug: str, turn: Turn = FIRST, *, size: int = PAGE_SIZE) -> OutletPage:
    """A page of one outlet's reports, newest first, with its health. At most six queries. Raises NoSuchOutlet."""
    row = (
        Outlet.objects.filter(slug=slug)
        .values_list("id", "slug", "name", "home_url", "family", "country", "language", "paused", "added")
        .first()
    )
    if row is None:
        raise NoSuchOutlet(slug)
    id, family = row[0], row[4]
    siblings = Outlet.objects.filter(family=family).exclude(id=id).order_by("name").values_list("slug", "name")
    feeds = FeedSource.objects.filter(outlet_id=id).order_by("url")
    pages = TakenPage.objects.filter(outlet_id=id).order_by("-taken_in").values_list("outcome", "reason")[:HEALTH_OVER]
    ended = [(outcome or "waiting", reason) for outcome, reason in pages]
    return OutletPage(
        *row[1:],
        siblings=tuple(siblings[:20]) if family else (),
        feeds=tuple(
            FeedHealth(*feed)
            for feed in feeds.values_list(
                "url", "last_success", "last_failure", "failure", "failures_in_a_row", "gone", "next_check"
            )[:50]
        ),
        outcomes=tuple(Counter(outcome for outcome, _ in ended).most_common()),
        reasons=tuple(Counter(reason for _, reason in ended if reason).most_common()),
        listing=turn_to(_published_by, id, turn, size=size),
    )


def _published_by(outlet: int) -> QuerySet[Report]:
    return Report.objects.filter(outlet_id=outlet)


def outlet_id(name: str) -> int:
    """The id of the outlet with this slug or name. Raises NoSuchOutlet."""
    found = Outlet.objects.filter(Q(slug=name) | Q(name__iexact=name)).values_list("id", flat=True).first()
    if found is None:
        raise NoSuchOutlet(name)
    return int(found)
