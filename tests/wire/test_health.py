"""How outlets fare, and what a person is told to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import a_feed, a_report, an_outlet
from reportedly.wire.health import FeedHealth, OutletHealth, gaps, list_outlets, note_gaps, outlet_health, spoken
from reportedly.wire.models import Intake, Outlet, TakenPage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAILED = {"last_failure": NOON, "failure": "HTTP error: 403 Forbidden, Cloudflare's challenge"}


def a_feeds_health(**given: Any) -> FeedHealth:
    asked = {"last_success": NOON, "last_failure": None, "failure": "", "failures_in_a_row": 0, "next_check": NOON}
    return FeedHealth(**{"url": "https://gull-post.example/feed", **asked, **given})


def a_health(*feeds: FeedHealth, **given: Any) -> OutletHealth:
    """An outlet that is well: it publishes hourly, and its links become reports."""
    who = {"slug": "gull-post", "name": "The Gull Post", "home_url": "", "family": "", "country": "", "language": ""}
    fares = {"paused": False, "added": NOON - 90 * DAY, "reports": 900, "newest": NOON - HOUR, "usual_gap": HOUR}
    gives = {"longest_gap": 9 * HOUR, "links": 100, "became": 97, "now": NOON}
    return OutletHealth(**{**who, **fares, **gives, "feeds": feeds or (a_feeds_health(),), **given})


@pytest.mark.parametrize(
    ("given", "state", "trouble"),
    [
        ({}, "ok", ""),
        ({"newest": NOON - 23 * HOUR}, "ok", ""),  # a night is no silence, even to an outlet that publishes hourly
        ({"newest": NOON - 25 * HOUR}, "silent", "silent for 1 day; its longest pause before was 9 hours"),
        ({"newest": NOON - 9 * DAY, "longest_gap": 5 * DAY}, "ok", ""),  # a weekly is not silent after nine days
        (
            {"newest": NOON - 15 * DAY, "longest_gap": 7 * DAY},
            "silent",
            "silent for 15 days; its longest pause before was 7 days",
        ),
        ({"newest": NOON - 400 * DAY, "longest_gap": None, "usual_gap": None}, "ok", ""),  # no habit, no silence
        ({"newest": None, "reports": 0, "links": 0, "became": 0, "added": NOON - HOUR}, "ok", ""),
        (
            {"newest": None, "reports": 0, "links": 0, "became": 0, "longest_gap": None, "added": NOON - 3 * DAY},
            "silent",
            "nothing came in the 3 days since it was added",
        ),
        ({"links": 40, "became": 19}, "low yield", "only 19 of 40 links became reports in 30 days"),
        ({"links": 40, "became": 20}, "ok", ""),
        ({"links": 9, "became": 0}, "ok", ""),  # too few to tell
        ({"links": 0, "became": 0}, "ok", ""),
        ({"paused": True, "newest": NOON - 60 * DAY}, "paused", ""),
        ({"feeds": ()}, "no feed", ""),
        ({"feeds": (), "paused": True}, "removed", ""),
    ],
)
def test_an_outlet_is_measured_by_its_own_habit(given: dict[str, Any], state: str, trouble: str) -> None:
    health = a_health(**given)
    assert (health.state, health.trouble) == (state, trouble)


@pytest.mark.parametrize(
    ("feed", "state", "trouble"),
    [
        ({"last_success": None}, "not asked yet", ""),
        ({}, "ok", ""),
        (FAILED, "ok", ""),  # it is over
        ({**FAILED, "failures_in_a_row": 2}, "failing", ""),  # it may pass
        (
            {**FAILED, "failures_in_a_row": 3},
            "failing",
            "failed 3 times in a row: HTTP error: 403 Forbidden, Cloudflare's challenge",
        ),
        (
            {"failure": "HTTP error: 410 Gone", "failures_in_a_row": 1, "next_check": None},
            "gone",
            "gone for good: HTTP error: 410 Gone",
        ),
        ({"next_check": None}, "gone", "gone for good"),
    ],
)
def test_an_outlet_fares_as_its_feed_does(feed: dict[str, Any], state: str, trouble: str) -> None:
    health = a_health(a_feeds_health(**feed))
    assert (health.state, health.trouble) == (state, trouble)


def test_one_broken_feed_of_several_shows_with_how_many_there_are() -> None:
    broken = a_feeds_health(failures_in_a_row=4, failure="network failure: connection refused")
    health = a_health(a_feeds_health(), broken, a_feeds_health())
    assert health.state == "failing"
    assert health.trouble == "1 of 3 feeds; failed 4 times in a row: network failure: connection refused"


def test_an_outlet_that_fails_is_not_called_silent_too() -> None:
    """What it would have published meanwhile, nobody knows."""
    since = NOON - 10 * DAY
    failing = a_feeds_health(last_success=since, failures_in_a_row=9, failure="network failure: connection refused")
    health = a_health(failing, newest=since - HOUR)
    assert health.silent_for is None
    assert health.trouble.startswith("failed 9 times in a row")


def test_an_outlet_is_asked_next_when_the_first_of_its_feeds_is() -> None:
    sooner, later = a_feeds_health(next_check=NOON + HOUR), a_feeds_health(next_check=NOON + 2 * HOUR)
    gone = a_feeds_health(next_check=None)
    assert a_health(later, sooner, gone).next_check == NOON + HOUR
    assert a_health(gone).next_check is None
    assert a_health(sooner, paused=True).next_check is None


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=1_200), "1,200 days"),
    ],
)
def test_a_duration_is_said_in_its_largest_unit(duration: timedelta, said: str) -> None:
    assert spoken(duration) == said


def test_a_habit_needs_five_reports() -> None:
    times = [NOON - hours * HOUR for hours in (0, 1, 3, 4, 16)]
    assert gaps(times) == (2 * HOUR, 12 * HOUR)
    assert gaps(times[1:]) is None
    assert gaps([]) is None


# --- asked of the store ----------------------------------------------------------------------------------------------


def pages(outlet: Outlet, *outcomes: str, taken_in: datetime = NOON) -> None:
    intake = Intake.objects.create(kind="feed", source="feed", digest=f"{outlet.slug} {taken_in}", began=taken_in)
    for number, outcome in enumerate(outcomes):
        TakenPage.objects.create(
            **{"intake": intake, "key": str(number), "url": "u", "outlet": outlet, "order": intake.pk * 99 + number},
            **{"taken_in": taken_in, "outcome": outcome, "ended": taken_in if outcome else None},
            reason="no text" if outcome == "set aside" else "",
        )


@pytest.mark.django_db
def test_yield_is_the_share_of_links_that_became_reports_in_thirty_days() -> None:
    outlet = an_outlet()
    pages(outlet, "stored", "unchanged", "new version", "set aside", "")  # the last waits: it has not failed
    pages(outlet, *["set aside"] * 9, taken_in=NOON - 31 * DAY)
    health = outlet_health("gull-post", NOON)
    assert health is not None
    assert (health.links, health.became, health.share) == (4, 3, 0.75)


@pytest.mark.django_db
def test_without_links_there_is_no_yield() -> None:
    an_outlet()
    [health] = list_outlets(NOON)
    assert (health.share, health.has_low_yield, health.newest) == (None, False, None)


@pytest.mark.django_db
def test_the_newest_report_is_not_one_from_the_future() -> None:
    a_report(published=NOON - DAY)
    a_report(published=NOON + 9 * DAY)
    [health] = list_outlets(NOON)
    assert (health.newest, health.reports) == (NOON - DAY, 2)


@pytest.mark.django_db
def test_an_outlets_habit_is_written_down_and_forgotten_with_time() -> None:
    outlet = an_outlet()
    for hours in (1, 2, 3, 5, 30):
        a_report(outlet=outlet, published=NOON - hours * HOUR)
    note_gaps(outlet, NOON)
    [health] = list_outlets(NOON)
    assert (health.usual_gap, health.longest_gap) == (2 * HOUR, 25 * HOUR)
    note_gaps(outlet, NOON + 1_000 * DAY)
    [health] = list_outlets(NOON)
    assert (health.usual_gap, health.longest_gap) == (None, None)


@pytest.mark.django_db
def test_a_monthly_has_a_habit_too() -> None:
    outlet = an_outlet()
    for months in range(6):
        a_report(outlet=outlet, published=NOON - months * 30 * DAY)
    note_gaps(outlet, NOON)
    assert list_outlets(NOON)[0].longest_gap == 30 * DAY


@pytest.mark.django_db
def test_listing_outlets_asks_the_store_three_times_however_many_there_are(django_assert_num_queries: Any) -> None:
    for number in range(5):
        outlet = an_outlet(f"outlet-{number}")
        a_feed(outlet)
        pages(outlet, "stored")
        a_report(outlet=outlet)
    with django_assert_num_queries(3):
        assert [health.share for health in list_outlets(NOON)] == [1.0] * 5


@pytest.mark.django_db
def test_nobody_has_no_health() -> None:
    assert outlet_health("nobody", NOON) is None
    assert list_outlets(NOON) == []
