"""When a feed is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.collect.check import Rhythm, max_age, next_check, own_wait, retry_after, rhythm_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MINUTES = {n: timedelta(minutes=n) for n in range(1, 2000)}


@pytest.mark.parametrize(
    ("given_", "minutes", "why"),
    [
        ({}, 15, "our own rhythm"),
        ({"ttl": MINUTES[5]}, 15, "a feed cannot speed us up"),
        ({"ttl": MINUTES[60]}, 60, "but slow us down"),
        ({"max_age": MINUTES[30]}, 30, "as its answer can"),
        ({"ttl": timedelta(days=30)}, 1440, "to a day at most"),
        ({"failures": 1}, 15, "a first failure waits as long as a success"),
        ({"failures": 2}, 30, "each further one doubles the wait"),
        ({"failures": 4}, 120, "and again"),
        ({"failures": 50}, 1440, "to a day at most"),
        ({"retry_after": MINUTES[7]}, 15, "an early Retry-After does not speed us up"),
        ({"retry_after": timedelta(days=3)}, 3 * 1440, "a late one is kept"),
        ({"retry_after": timedelta(days=300)}, 7 * 1440, "for a week at most"),
        ({"rhythm": Rhythm(gap=MINUTES[600], reach=MINUTES[1900], newest=NOON)}, 60, "a slow feed is left longer"),
        (
            {"rhythm": Rhythm(gap=MINUTES[600], reach=MINUTES[1900], newest=NOON), "ttl": MINUTES[90]},
            90,
            "and longer still where it asks for it",
        ),
        (
            {"rhythm": Rhythm(gap=MINUTES[1], reach=MINUTES[20], newest=NOON), "max_age": MINUTES[30]},
            30,
            "a fast one is not asked before its server allows",
        ),
        ({"jitter": 1.0}, 16.5, "spread over a tenth"),
        ({"jitter": 7.0}, 16.5, "and never more"),
    ],
)
def test_the_next_check(given_: dict[str, object], minutes: float, why: str) -> None:
    due = next_check(now=NOON, every=MINUTES[15], **given_)  # type: ignore[arg-type]
    assert due == NOON + timedelta(minutes=minutes), why


@pytest.mark.parametrize(
    ("gap", "reach", "quiet", "minutes", "why"),
    [
        (60, 600, 0, 15, "an ordinary feed: our own rhythm"),
        (0, 0, 0, 15, "all its entries at one moment: nothing is known"),
        (200, 1900, 0, 20, "ten checks between two of its entries are enough"),
        (1900, 1990, 0, 60, "a weekly is asked once an hour"),
        (60, 600, 900, 15, "a night changes nothing"),
        (60, 600, 3000, 30, "but days of silence do"),
        (60, 600, 500_000, 60, "to an hour at most"),
        (1, 20, 0, 10, "one that turns over in twenty minutes is asked every ten"),
        (0, 1, 0, 1, "but never more than once a minute"),
    ],
)
def test_a_feed_is_asked_in_its_own_rhythm(gap: int, reach: int, quiet: int, minutes: float, why: str) -> None:
    rhythm = Rhythm(gap=timedelta(minutes=gap), reach=timedelta(minutes=reach), newest=NOON - timedelta(minutes=quiet))
    assert own_wait(MINUTES[15], rhythm, now=NOON) == timedelta(minutes=minutes), why


def test_an_operators_own_long_rhythm_is_not_shortened_by_a_slow_feed() -> None:
    slow = Rhythm(gap=timedelta(days=30), reach=timedelta(days=300), newest=NOON)
    assert own_wait(timedelta(hours=6), slow, now=NOON) == timedelta(hours=6)


@pytest.mark.parametrize(
    ("minutes_ago", "rhythm"),
    [
        ([], None),
        ([1, 2], None),
        ([30, 0, 10], Rhythm(gap=MINUTES[20], reach=MINUTES[30], newest=NOON)),
        ([5, 5, 5], Rhythm(gap=timedelta(0), reach=timedelta(0), newest=NOON - MINUTES[5])),
        ([-5, -60, 1, 2], None),  # announced for later, or misdated
        ([-5, 1, 2, 3], Rhythm(gap=MINUTES[1], reach=MINUTES[2], newest=NOON - MINUTES[1])),
    ],
)
def test_a_feeds_rhythm_is_told_from_the_times_of_its_entries(minutes_ago: list[int], rhythm: Rhythm | None) -> None:
    assert rhythm_of((NOON - timedelta(minutes=ago) for ago in minutes_ago), now=NOON) == rhythm


def test_an_operator_may_check_more_rarely_than_daily() -> None:
    assert next_check(now=NOON, every=timedelta(days=3)) == NOON + timedelta(days=3)


@given(
    ttl=st.none() | st.timedeltas(timedelta(0), timedelta(days=9999)),
    retry=st.none() | st.timedeltas(timedelta(0), timedelta(days=9999)),
    failures=st.integers(0, 10**6),
    jitter=st.floats(0, 1),
)
def test_a_feed_is_always_asked_again_within_eight_days(
    ttl: timedelta | None, retry: timedelta | None, failures: int, jitter: float
) -> None:
    due = next_check(now=NOON, every=MINUTES[15], ttl=ttl, retry_after=retry, failures=failures, jitter=jitter)
    assert MINUTES[15] <= due - NOON <= timedelta(days=8)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("Mon, 02 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 02 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 40, None),
        ("Mon, 99 Nov 2026 99:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wait: timedelta | None) -> None:
    assert retry_after(header, NOON) == wait


@pytest.mark.parametrize(
    ("cache_control", "expires", "date", "age"),
    [
        ("max-age=600", "", "", timedelta(minutes=10)),
        ("public, Max-Age = \"60\", must-revalidate", "", "", timedelta(minutes=1)),
        ("s-maxage=600", "", "", None),
        ("no-cache, max-age=600", "", "", None),
        ("max-age=600", "Mon, 02 Nov 2026 13:00:00 GMT", "", timedelta(minutes=10)),
        ("", "Mon, 02 Nov 2026 13:00:00 GMT", "", timedelta(hours=1)),
        ("", "Mon, 02 Nov 2026 13:00:00 GMT", "Mon, 02 Nov 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("", "0", "", None),
        ("", "Thu, 01 Jan 1970 00:00:00 GMT", "", timedelta(0)),
        ("", "", "", None),
    ],
)  # fmt: skip
def test_an_answer_says_how_long_it_stays_fresh(
    cache_control: str, expires: str, date: str, age: timedelta | None
) -> None:
    assert max_age(cache_control=cache_control, expires=expires, date=date, now=NOON) == age
