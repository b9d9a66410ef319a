"""Outlets: how all of them fare, and one with its health and its reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from reportedly.errors import NoSuchOutlet
from reportedly.wire.health import OutletHealth, list_outlets, outlet_health
from reportedly.wire.listings.items import FIRST, PAGE_SIZE, Listing, Turn, turn_to
from reportedly.wire.models import Outlet, Report, SecondLook, TakenPage

HEALTH_OVER = 500  # the newest pages of an outlet that its outcomes are counted over


@dataclass(frozen=True, slots=True)
class OutletsPage:
    """Every outlet, by name, and those of them that a person should look at."""

    outlets: tuple[OutletHealth, ...]
    troubled: tuple[OutletHealth, ...]


@dataclass(frozen=True, slots=True)
class OutletPage:
    """One outlet. `outcomes` and `reasons` count its newest pages, at most HEALTH_OVER of them, second looks apart.

    `looks_planned` of its pages are going to be looked at again, `looks_due` of them as soon as news leaves room.
    """

    slug: str
    name: str
    health: OutletHealth
    siblings: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    looks_planned: int
    looks_due: int
    listing: Listing


def read_outlets(now: datetime) -> OutletsPage:
    """Every outlet and how it fares at `now`. Three queries."""
    outlets = list_outlets(now)
    return OutletsPage(tuple(outlets), tuple(outlet for outlet in outlets if outlet.trouble))


def read_outlet_page(slug: str, turn: Turn = FIRST, *, now: datetime, size: int = PAGE_SIZE) -> OutletPage:
    """A page of one outlet's reports, newest first, with its health. At most nine queries. Raises NoSuchOutlet."""
    id = Outlet.objects.filter(slug=slug).values_list("id", flat=True).first()
    health = outlet_health(slug, now)
    if id is None or health is None:
        raise NoSuchOutlet(slug)
    siblings = Outlet.objects.filter(family=health.family).exclude(id=id).order_by("name").values_list("slug", "name")
    pages = TakenPage.objects.filter(outlet_id=id, look=None).order_by("-taken_in")
    newest = pages.values_list("outcome", "reason")[:HEALTH_OVER]
    ended = [(outcome or "waiting", reason) for outcome, reason in newest]
    looks = SecondLook.objects.filter(outlet_id=id).aggregate(
        planned=Count("pk"), due=Count("pk", filter=Q(due__lte=now, outlet__paused=False))
    )
    return OutletPage(
        slug=slug,
        name=health.name,
        health=health,
        siblings=tuple(siblings[:20]) if health.family else (),
        outcomes=tuple(Counter(outcome for outcome, _ in ended).most_common()),
        reasons=tuple(Counter(reason for _, reason in ended if reason).most_common()),
        looks_planned=looks["planned"],
        looks_due=looks["due"],
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
