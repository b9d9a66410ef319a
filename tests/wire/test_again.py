"""When a stored page is looked at again, and what may stand in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reportedly.wire.again import (
    MADE_UP_WITHIN,
    is_its_page,
    is_over,
    is_watched,
    look_after_failure,
    next_look,
    reads_on,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = (HOUR, DAY, 7 * DAY)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (timedelta(0), HOUR),
        (30 * timedelta(minutes=1), HOUR),  # it came another way meanwhile; the moment stands
        (HOUR, DAY),  # to the second: that look was made
        (2 * HOUR, DAY),
        (3 * DAY, 7 * DAY),  # a long absence: two moments went by, and one look is as good
        (7 * DAY, None),
        (400 * DAY, None),
        (-DAY, HOUR),  # a clock that was put back
    ],
)
def test_a_page_is_looked_at_ever_more_rarely_and_then_no_more(after: timedelta, due: timedelta | None) -> None:
    assert next_look(NOON, MOMENTS, after=NOON + after) == (due and NOON + due)


def test_the_order_of_the_moments_does_not_matter_and_without_any_there_is_no_look() -> None:
    assert next_look(NOON, MOMENTS[::-1], after=NOON) == NOON + HOUR
    assert next_look(NOON, (), after=NOON) is None


@pytest.mark.parametrize(
    ("age", "watched"),
    [
        (None, True),  # nobody says when it was published
        (timedelta(0), True),
        (-3 * DAY, True),  # announced, or misdated
        (7 * DAY, True),
        (7 * DAY + timedelta(seconds=1), False),
        (900 * DAY, False),
    ],
)
def test_a_report_that_was_older_than_the_last_moment_when_it_came_is_left_in_peace(
    age: timedelta | None, watched: bool
) -> None:
    assert is_watched(None if age is None else NOON - age, NOON, MOMENTS) is watched
    assert not is_watched(None if age is None else NOON - age, NOON, ())


def test_a_look_that_was_missed_is_made_up_for_within_a_week_of_the_last_moment() -> None:
    last = NOON + 7 * DAY + MADE_UP_WITHIN
    assert not is_over(NOON, MOMENTS, now=last)
    assert is_over(NOON, MOMENTS, now=last + timedelta(seconds=1))
    assert is_over(NOON, (), now=NOON)


@pytest.mark.parametrize(
    ("at", "failures", "may_pass", "retry_after", "expected"),
    [
        (HOUR, 1, True, None, (HOUR + HOUR / 2, 1)),
        (2 * HOUR, 2, True, None, (5 * HOUR, 2)),
        (5 * HOUR, 3, True, None, (DAY, 0)),  # let be until the next moment
        (23 * HOUR, 2, True, None, (DAY, 2)),  # which comes first
        (HOUR, 1, False, None, (DAY, 0)),  # a wall stands there in half an hour, too
        (7 * DAY, 1, True, None, (7 * DAY + HOUR / 2, 1)),  # the last look, too, is tried again
        (7 * DAY, 3, True, None, (None, 0)),
        (7 * DAY, 1, False, None, (None, 0)),
        (HOUR, 1, True, 4 * HOUR, (5 * HOUR, 1)),  # as long as we were asked to
        (HOUR, 1, True, 3 * DAY, (HOUR + 3 * DAY, 1)),  # even past a moment
        (5 * HOUR, 3, True, 3 * DAY, (5 * HOUR + 3 * DAY, 0)),
        (HOUR, 1, True, timedelta(0), (HOUR + HOUR / 2, 1)),
    ],
)
def test_a_look_that_failed_is_tried_again_twice_if_that_may_help_and_then_at_the_next_moment(
    at: timedelta,
    failures: int,
    may_pass: bool,
    retry_after: timedelta | None,
    expected: tuple[timedelta | None, int],
) -> None:
    due, counted = look_after_failure(
        NOON, MOMENTS, now=NOON + at, failures=failures, may_pass=may_pass, retry_after=retry_after
    )
    assert (due and due - NOON, counted) == expected


PAGE = "https://courier.example/2026/11/ferry-left-quay-4711.html"


@pytest.mark.parametrize(
    ("final", "is_its"),
    [
        (PAGE, True),
        (PAGE.replace("https", "http"), True),
        (f"{PAGE}?utm_source=feed#top", True),
        ("https://courier.example/2026/11/ferry-left-late-4711.html", True),  # another headline
        ("https://courier.example/news/4711", True),  # a site rebuilt
        ("https://www.courier-new.example/a/b/the-ferry", True),  # and moved
        ("https://courier.example/", False),
        ("https://courier.example", False),
        ("https://courier.example/2026/11/", False),
        ("https://courier.example/2026/", False),
        ("https://courier.example/index.html", False),
        ("https://courier.example/login?return=/2026/11/ferry-left-quay-4711.html", False),
        ("https://consent.example/collect?for=https%3A%2F%2Fcourier.example%2F2026%2F11%2Fferry-left-quay", False),
        ("https://courier.example/ferry-left-quay-4711/subscribe", False),
        ("https://courier.example/404.html", False),
        ("https://[courier", False),
    ],
)
def test_what_a_redirect_puts_in_the_place_of_a_page_is_not_that_page(final: str, is_its: bool) -> None:
    assert is_its_page(PAGE, before=PAGE, final=final) is is_its


@pytest.mark.parametrize(
    ("url", "before", "final", "is_its"),
    [
        # A feed's links may lead through a counter; where they led before is its page as well.
        ("https://count.example/x/8", PAGE, PAGE, True),
        ("https://count.example/x/8", PAGE, "https://courier.example/ferry-sailed", True),
        ("https://count.example/x/8", PAGE, "https://courier.example/", False),
        # Some call their pages by a query alone.
        ("https://c.example/story.php?id=4711", "https://c.example/story.php?id=4711", "https://c.example/4711", True),
        (
            "https://c.example/story.php?id=4711",
            "https://c.example/story.php?id=4711",
            "https://c.example/story.php",
            False,
        ),
        ("https://c.example/a?id=4711&utm_source=x", "https://c.example/a?id=4711", "https://c.example/a/4711", True),
        ("https://c.example/?p=4711", "https://c.example/?p=4711", "https://c.example/", False),
        ("https://c.example/", "https://c.example/", "https://c.example/", True),
    ],
)
def test_a_page_is_known_by_where_it_was_found(url: str, before: str, final: str, is_its: bool) -> None:
    assert is_its_page(url, before=before, final=final) is is_its


STUB = "Ferry leaves the northern quay\nThe ferry left the northern quay this morning, the harbour master said."
FULL = (
    "Forty passengers stranded on the northern quay\nHarbour master Ilse Brandt said the ferry left early this morning"
    " without forty of its passengers.\nThe company will refund their tickets, its spokesman told the Courier."
)
WALL = "One moment\nPlease confirm that your browser accepts our terms before reading further on this website."


@pytest.mark.parametrize(
    ("before", "now", "goes_on"),
    [
        (FULL, FULL, True),
        (STUB, FULL, True),  # rewritten from the first word to the last
        (FULL, STUB, True),  # cut down to its core
        (STUB, STUB.partition("\n")[0] + "\nMore soon.", True),  # nothing left but its title
        (STUB, WALL, False),
        (FULL, WALL, False),
        (STUB, "", False),
        ("", WALL, False),
        ("渡轮离开北码头\n港务局长说，渡轮今天早上离开了北码头。", "渡轮离开北码头\n渡轮离开了。", True),
    ],
)
def test_a_later_version_tells_of_the_same(before: str, now: str, goes_on: bool) -> None:
    assert reads_on(before, now) is goes_on
