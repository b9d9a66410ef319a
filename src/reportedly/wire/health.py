"""How outlets fare, so that a broken or silent one is seen before somebody misses it.

An outlet is measured by its own habit: one that publishes hourly is silent after a day, one that publishes weekly after
weeks. What is wrong with it comes as one clause for a person (`trouble`); "" means that nobody need look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from reportedly.values import Outcome
from reportedly.wire.models import FeedSource, Outlet, Report, TakenPage

BROKEN_AFTER = 3  # failures in a row; with a feed asked each quarter of an hour, three quarters of an hour
LEAST_SILENCE = timedelta(days=1)  # nights are no silence
SILENT_AFTER = 2  # times the longest gap of its recent past
YIELD_OVER = timedelta(days=30)
LEAST_YIELD = 0.5  # share of an outlet's links that become reports; below it something stands in the way
LEAST_LINKS = 10  # with fewer, the share says nothing
GAPS_OVER = timedelta(days=60)
LEAST_GAPS = 4
MOST_REPORTS = 1_000  # that a habit is told from: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed fared when it was last asked, and when it will be asked again."""

    url: str
    last_success: datetime | None
    last_failure: datetime | None
    failure: str
    failures_in_a_row: int
    next_check: datetime | None  # None: never again

    @property
    def state(self) -> str:
        """One word or two for a list."""
        if self.next_check is None:
            return "gone"
        if self.failures_in_a_row:
            return "failing"
        return "ok" if self.last_success else "not asked yet"

    @property
    def trouble(self) -> str:
        """What is wrong with it, as one clause; "" while nothing is, or it may be a passing thing."""
        if self.next_check is None:
            return f"gone for good: {self.failure}" if self.failure else "gone for good"
        if self.failures_in_a_row >= BROKEN_AFTER:
            return f"failed {self.failures_in_a_row} times in a row: {self.failure}"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletHealth:
    """An outlet as a list shows it, at the moment `now`.

    `links` were named by its feeds in the last 30 days and have their outcome; `became` of them are reports. `newest`
    is when its newest report was published, as far as is known. `usual_gap` and `longest_gap` lie between its reports.
    """

    slug: str
    name: str
    home_url: str
    family: str
    country: str
    language: str
    paused: bool
    added: datetime
    reports: int
    newest: datetime | None
    usual_gap: timedelta | None
    longest_gap: timedelta | None
    links: int
    became: int
    feeds: tuple[FeedHealth, ...]
    now: datetime

    @property
    def state(self) -> str:
        """One word or two for a list: the worst of its feeds, unless nothing is asked of it; then what it gives."""
        if not self.feeds:
            return "removed" if self.paused else "no feed"
        if self.paused:
            return "paused"
        states = [feed.state for feed in self.feeds]
        worst = next(state for state in ("failing", "gone", "not asked yet", "ok") if state in states)
        if worst != "ok":
            return worst
        if self.has_low_yield:
            return "low yield"
        return "silent" if self.silent_for else "ok"

    @property
    def trouble(self) -> str:
        """What a person should look at, in one clause; "" when nothing is."""
        if self.paused or not self.feeds:
            return ""
        broken = [feed for feed in self.feeds if feed.trouble]
        if broken:
            many = f"{len(broken)} of {len(self.feeds)} feeds; " if len(self.feeds) > 1 else ""
            return f"{many}{broken[0].trouble}"
        if self.has_low_yield:
            return f"only {self.became:,} of {self.links:,} links became reports in 30 days"
        if quiet := self.silent_for:
            if self.longest_gap is None:
                return f"nothing came in the {spoken(quiet)} since it was added"
            return f"silent for {spoken(quiet)}; its longest pause before was {spoken(self.longest_gap)}"
        return ""

    @property
    def silent_for(self) -> timedelta | None:
        """How long it has been quiet, where that is much longer than its habit; None otherwise.

        Counted up to the last time a feed answered well: a feed that fails is not silent.
        """
        if self.last_success is None:
            return None
        if self.newest is None:
            quiet = self.last_success - self.added
            return quiet if not self.links and quiet > LEAST_SILENCE else None
        if self.longest_gap is None:
            return None
        quiet = self.last_success - self.newest
        return quiet if quiet > max(LEAST_SILENCE, SILENT_AFTER * self.longest_gap) else None

    @property
    def share(self) -> float | None:
        """Its yield: the share of its links that became reports, 0 to 1; None without links."""
        return self.became / self.links if self.links else None

    @property
    def has_low_yield(self) -> bool:
        """Whether so few of its links become reports that something stands in the way."""
        return self.links >= LEAST_LINKS and self.became / self.links < LEAST_YIELD

    @property
    def last_success(self) -> datetime | None:
        """When one of its feeds last answered well."""
        return max((feed.last_success for feed in self.feeds if feed.last_success), default=None)

    @property
    def last_failure(self) -> tuple[datetime, str] | None:
        """When one of its feeds last failed, and why."""
        return max(((feed.last_failure, feed.failure) for feed in self.feeds if feed.last_failure), default=None)

    @property
    def next_check(self) -> datetime | None:
        """When one of its feeds is asked next; None for never."""
        due = (feed.next_check for feed in self.feeds if feed.next_check and not self.paused)
        return min(due, default=None)


def spoken(duration: timedelta) -> str:
    """A duration in its largest unit, rounded down: "3 days", "5 hours", "12 minutes"."""
    seconds = max(duration.total_seconds(), 0)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{int(seconds // length):,} {unit}{'' if seconds < 2 * length else 's'}"
    return "less than a minute"


# --- asked of the store ----------------------------------------------------------------------------------------------


def list_outlets(now: datetime) -> list[OutletHealth]:
    """Every outlet with its feeds and how they fare, by name. Three queries, however many there are."""
    return _health(Outlet.objects.all(), now)


def outlet_health(slug: str, now: datetime) -> OutletHealth | None:
    """How one outlet fares; None when there is none of this slug."""
    return next(iter(_health(Outlet.objects.filter(slug=slug), now)), None)


def _health(outlets: QuerySet[Outlet], now: datetime) -> list[OutletHealth]:
    counted = Report.objects.filter(outlet=OuterRef("pk")).order_by().values("outlet").annotate(many=Count("pk"))
    # What is dated in the future is announced or misdated, and no sign of life.
    newest = Report.objects.filter(outlet=OuterRef("pk"), listed_at__lte=now).order_by("-listed_at").values("listed_at")
    rows = outlets.annotate(reports_count=Coalesce(Subquery(counted.values("many")), 0), newest=Subquery(newest[:1]))
    links, became = _links(outlets, now)
    return [
        OutletHealth(
            slug=outlet.slug,
            name=outlet.name,
            home_url=outlet.home_url,
            family=outlet.family,
            country=outlet.country,
            language=outlet.language,
            paused=outlet.paused,
            added=outlet.added,
            reports=outlet.reports_count,
            newest=outlet.newest,
            usual_gap=duration(outlet.usual_gap_s),
            longest_gap=duration(outlet.longest_gap_s),
            links=links[outlet.pk],
            became=became[outlet.pk],
            feeds=tuple(_feed_health(feed) for feed in sorted(outlet.feeds.all(), key=lambda feed: feed.pk)),
            now=now,
        )
        for outlet in rows.order_by(Lower("name"), "pk").prefetch_related("feeds")
    ]


def _links(outlets: QuerySet[Outlet], now: datetime) -> tuple[Counter[int], Counter[int]]:
    """How many pages of the last 30 days ended, second looks apart, and how many of them became reports, by outlet."""
    recent = TakenPage.objects.filter(
        outlet__in=outlets.order_by().values("pk"), taken_in__gte=now - YIELD_OVER, look=None
    )
    links: Counter[int] = Counter()
    became: Counter[int] = Counter()
    for outlet, outcome, many in recent.order_by().values_list("outlet", "outcome").annotate(many=Count("pk")):
        if outcome:
            links[outlet] += many
            became[outlet] += many if outcome != Outcome.SET_ASIDE else 0
    return links, became


def _feed_health(feed: FeedSource) -> FeedHealth:
    return FeedHealth(
        url=feed.url,
        last_success=feed.last_success,
        last_failure=feed.last_failure,
        failure=feed.failure,
        failures_in_a_row=feed.failures_in_a_row,
        next_check=None if feed.gone else feed.next_check,
    )


def duration(seconds: int | None) -> timedelta | None:
    """A stored number of seconds, which may be unknown."""
    return None if seconds is None else timedelta(seconds=seconds)


# --- an outlet's habit -----------------------------------------------------------------------------------------------


def note_gaps(outlet: Outlet, now: datetime) -> None:
    """Write down how long this outlet usually and at most leaves between two reports."""
    found = gaps(_newest(outlet, now - GAPS_OVER, now)) or gaps(_newest(outlet, now - timedelta(days=730), now)[:20])
    usual, longest = found or (None, None)
    Outlet.objects.filter(pk=outlet.pk).update(
        usual_gap_s=None if usual is None else int(usual.total_seconds()),
        longest_gap_s=None if longest is None else int(longest.total_seconds()),
    )


def _newest(outlet: Outlet, since: datetime, until: datetime) -> Sequence[datetime]:
    times = Report.objects.filter(outlet=outlet, listed_at__gte=since, listed_at__lte=until)
    return list(times.order_by("-listed_at", "-id").values_list("listed_at", flat=True)[:MOST_REPORTS])


def gaps(times: Iterable[datetime]) -> tuple[timedelta, timedelta] | None:
    """The usual (median) and the longest gap between these times; None when they are too few to tell."""
    between = sorted(later - earlier for earlier, later in pairwise(sorted(times)))
    return (between[len(between) // 2], between[-1]) if len(between) >= LEAST_GAPS else None
