"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.collect.dates import read_date

EIGHT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 02 Nov 2026 08:30:00 GMT",
        "Mon, 02 Nov 2026 08:30:00 +0000",
        "Mon, 2 Nov 2026 08:30 UT",
        "2 Nov 2026 08:30:00 Z",
        "02 Nov 26 08:30:00 GMT",
        "Mon,02 Nov 2026 08:30:00 GMT",
        "Monday, 02-Nov-26 08:30:00 GMT",
        "Tue, 02 Nov 2026 08:30:00 GMT",  # the wrong day of the week
        "Mon, 02 Nov 2026 09:30:00 +0100",
        "Mon, 02 Nov 2026 09:30:00 +01:00",
        "Mon, 02 Nov 2026 09:30:00 CET",
        "Mon, 02 Nov 2026 03:30:00 EST",
        "Mon, 02 Nov 2026 03:30:00 -0500 (Eastern Standard Time)",
        "Mon, 02 Nov 2026 09:30:00 GMT+0100",
        "Mon, 02 November 2026 08:30:00",
        "Mo, 02 Nov 2026 08:30:00 GMT",
        "2026-11-02T08:30:00Z",
        "2026-11-02T08:30:00.000Z",
        "2026-11-02t08:30:00z",
        "2026-11-02T08:30Z",
        "2026-11-02T09:30:00+01:00",
        "2026-11-02T09:30:00+0100",
        "2026-11-02T09:30:00+01",
        "2026-11-02 08:30:00",
        "2026-11-02 08:30:00 UTC",
        "2026-11-02 09:30:00 +0100",
        "20261102T08:30:00Z",
        "November 2, 2026 8:30 AM",
        "Nov 2, 2026, 8:30 a.m.",
        "Mon Nov 2 08:30:00 2026",
        "Mon Nov  2 08:30:00 UTC 2026",
        "2. november 2026 08:30",
        "  2026-11-02T08:30:00Z\n",
    ],
)
def test_a_moment_is_read_whoever_wrote_it(text: str) -> None:
    assert read_date(text) == EIGHT


@pytest.mark.parametrize(
    "text", ["2026-11-02", "20261102", "2 Nov 2026", "Nov 2, 2026", "Mon, 02 Nov 2026", "2nd November 2026"]
)
def test_a_day_is_its_midnight(text: str) -> None:
    assert read_date(text) == MIDNIGHT


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01T24:00:00Z", MIDNIGHT),
        ("2026-11-01T23:59:60Z", MIDNIGHT),
        ("Sun, 01 Nov 2026 24:00:00 GMT", MIDNIGHT),
        ("Nov 2, 2026 12:00 AM", MIDNIGHT),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("1 Jan 69 00:00:00 GMT", datetime(2069, 1, 1, tzinfo=UTC)),
        ("1 Jan 99 00:00:00 GMT", datetime(1999, 1, 1, tzinfo=UTC)),
        ("3 März 2026", datetime(2026, 3, 3, tzinfo=UTC)),
        ("2026-11-02T08:30:00.123456789Z", EIGHT.replace(microsecond=123456)),
    ],
)
def test_an_odd_date_is_read_too(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        None, "", "soon", "yesterday", "2026-02-30", "2026-13-01", "Mon, 32 Nov 2026 08:30:00 GMT", "31 Foo 2026",
        "2026-11-02T25:00:00Z", "2026-11-02T08:61:00Z", "0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "1793614200",
        "2026-11-02T08:30:00+99:99", "Mon, 02 Nov 2026 08:30:00 XYZ", "9999-12-31T23:59:59-12:00", "x" * 10_000,
        "02/11/2026",
    ],
)  # fmt: skip
def test_what_names_no_moment_is_unknown(text: str | None) -> None:
    assert read_date(text) is None


@given(st.text(max_size=120) | st.from_regex(r"[0-9A-Za-z ,:+.()-]{4,60}", fullmatch=True))
def test_any_text_is_a_moment_in_utc_or_none(text: str) -> None:
    found = read_date(text)
    assert found is None or found.tzinfo is UTC


@given(st.integers(-11_000_000_000, 250_000_000_000))
def test_every_moment_comes_back_from_how_feeds_write_it(second: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    assert read_date(moment.isoformat()) == moment
    assert read_date(moment.strftime("%a, %d %b %Y %H:%M:%S +0000").replace(" 1", " 1")) == moment.replace(
        microsecond=0
    )
