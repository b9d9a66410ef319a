"""When a feed is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.collect.check import max_age, next_check, retry_after

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
        ({"jitter": 1.0}, 16.5, "spread over a tenth"),
        ({"jitter": 7.0}, 16.5, "and never more"),
    ],
)
def test_the_next_check(given_: dict[str, object], minutes: float, why: str) -> None:
    due = next_check(now=NOON, every=MINUTES[15], **given_)  # type: ignore[arg-type]
    assert due == NOON + timedelta(minutes=minutes), why


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
