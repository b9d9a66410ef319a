"""Taking in, leases, and outcomes that are written once and add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reportedly.errors import BadValue, NoSuchOutlet, StoreDamaged
from reportedly.values import FeedEntry, Page, Reason, SetAside, Tally
from reportedly.wire import intake as intakes
from reportedly.wire.intake import NewPage, all_taken_in, claim, open_intake, page_key, take_in, tally
from reportedly.wire.models import Intake, Outlet, TakenPage
from reportedly.wire.payload import page_of, payload_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
NO_TEXT = SetAside(url="", reason=Reason.NO_TEXT)


@pytest.fixture(autouse=True)
def gazette() -> Outlet:
    return Outlet.objects.create(slug="gazette", name="The Gazette", added=NOON)


def a_page(number: int = 0, **given: object) -> Page:
    fields: dict[str, object] = {
        "url": f"https://gazette.example/{number}",
        "body": f"<p>Report {number}".encode(),
        "fetched": NOON,
        "outlet": "gazette",
    }
    return Page(**(fields | given))  # type: ignore[arg-type]


def pages(many: int, start: int = 0) -> Iterator[NewPage]:
    return (NewPage(key=f"k{n}", page=a_page(n)) for n in range(start, start + many))


def an_intake(many: int = 0, digest: str = "d1") -> Intake:
    intake = open_intake("import", "reports.jsonl", digest, now=NOON)
    take_in(intake, pages(many), now=NOON)
    all_taken_in(intake, now=NOON)
    return intake


def claimed_urls(worker: str = "w", count: int = 10, at: datetime = NOON, lease: timedelta = LEASE) -> list[str]:
    return [one.page.url.rsplit("/", 1)[-1] for one in claim(worker, count=count, now=at, lease=lease)]


# --- payloads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        a_page(),
        a_page(body=b""),
        a_page(
            body=bytes(range(256)) * 9, content_type="text/html; charset=windows-1256", final_url="https://x.example/é"
        ),
        a_page(entry=FeedEntry(guid="g", url="https://gazette.example/0")),
        a_page(
            entry=FeedEntry(
                guid="tag:1",
                url="u",
                title="Port “reopens”",
                content_html="<p>\u00a0…",
                author="A. Writer",
                published=NOON,
                updated=NOON + LEASE,
                categories=("ports", "trade"),
                source_name="Wire",
            )
        ),
    ],
)
def test_a_page_comes_back_from_its_payload_as_it_went_in(page: Page) -> None:
    assert page_of(payload_of(page)) == page


@pytest.mark.parametrize("damaged", [b"", b"not zlib", payload_of(a_page())[:-5]])
def test_bytes_that_are_no_page_are_called_damaged(damaged: bytes) -> None:
    with pytest.raises(StoreDamaged):
        page_of(damaged)


# --- taking in -------------------------------------------------------------------------------------------------------


def test_taking_the_same_pages_in_again_adds_nothing() -> None:
    intake = open_intake("import", "f", "d", now=NOON)
    assert take_in(intake, pages(3), now=NOON) == 3
    assert take_in(intake, pages(5), now=NOON + LEASE) == 2
    assert tally(intake) == Tally(taken_in=5, waiting=5)


def test_a_key_given_twice_in_one_batch_counts_once() -> None:
    intake = open_intake("import", "f", "d", now=NOON)
    assert take_in(intake, [*pages(2), *pages(2)], now=NOON) == 2


def test_the_same_key_in_another_intake_is_another_page() -> None:
    an_intake(2, "d1")
    assert tally(an_intake(2, "d2")).taken_in == 2
    assert tally().taken_in == 4


def test_an_unfinished_intake_of_the_same_digest_is_gone_on_with() -> None:
    first = open_intake("import", "f", "d", now=NOON)
    assert open_intake("import", "g", "d", now=NOON) == first
    assert open_intake("feed", "f", "d", now=NOON) != first
    all_taken_in(first, now=NOON)  # nothing in it: ended
    assert open_intake("import", "f", "d", now=NOON) != first


def test_an_intake_without_pages_ends_when_all_is_taken_in() -> None:
    assert an_intake(0).ended == NOON


def test_a_page_of_an_outlet_we_do_not_have_is_refused_and_its_batch_with_it() -> None:
    intake = open_intake("import", "f", "d", now=NOON)
    with pytest.raises(NoSuchOutlet, match="herald"):
        take_in(intake, [*pages(2), NewPage(key="x", page=a_page(9, outlet="herald"))], now=NOON)
    assert tally(intake) == Tally()


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_key_that_fits_no_row_is_refused(key: str) -> None:
    with pytest.raises(BadValue):
        take_in(an_intake(), [NewPage(key=key, page=a_page())], now=NOON)


def test_keys_of_parts_do_not_run_together() -> None:
    assert page_key("ab", "c") != page_key("a", "bc")
    assert len(page_key("\ud800")) == 64


# --- leases ----------------------------------------------------------------------------------------------------------


def test_pages_are_claimed_in_the_order_they_were_taken_in() -> None:
    an_intake(4, "d1")
    later = open_intake("import", "g", "d2", now=NOON)
    take_in(later, pages(2, start=10), now=NOON)
    assert claimed_urls(count=3) == ["0", "1", "2"]
    assert claimed_urls(count=9) == ["3", "10", "11"]
    assert claimed_urls() == []


def test_nobody_gets_a_page_that_another_holds() -> None:
    an_intake(2)
    assert claimed_urls("one", count=1) == ["0"]
    assert claimed_urls("two") == ["1"]


def test_a_lease_that_ran_out_is_taken_over_alone_and_counted() -> None:
    an_intake(3)
    assert claimed_urls("one", count=2) == ["0", "1"]
    assert claimed_urls("two", at=NOON + LEASE) == ["0"]
    again = claim("two", count=9, now=NOON + LEASE, lease=LEASE)
    assert [(one.page.url[-1], one.attempts) for one in again] == [("1", 2)]
    assert claimed_urls("two", at=NOON + LEASE) == ["2"]


def test_a_page_that_stopped_its_reader_three_times_is_set_aside() -> None:
    intake = an_intake(2)
    at = NOON
    for attempt in (1, 2, 3):
        assert [one.attempts for one in claim("w", count=1, now=at, lease=LEASE)] == [attempt]
        at += LEASE
    assert claimed_urls(at=at) == ["1"]
    page = TakenPage.objects.get(key="k0")
    assert (page.outcome, page.reason, page.detail, page.ended) == (
        "set aside",
        "unreadable",
        "reading it stopped the reader 3 times",
        at,
    )
    assert tally(intake) == Tally(taken_in=2, set_aside=1, waiting=1, reasons={"unreadable": 1})


def test_a_page_given_back_has_not_been_attempted() -> None:
    an_intake(1)
    (one,) = claim("w", count=1, now=NOON, lease=LEASE)
    intakes.give_back([one.id])
    assert [again.attempts for again in claim("w", count=1, now=NOON, lease=LEASE)] == [1]


def test_a_page_waits_until_it_has_its_outcome() -> None:
    assert not intakes.is_waiting()
    an_intake(1)
    (one,) = claim("w", count=1, now=NOON, lease=LEASE)
    assert (intakes.is_waiting(), intakes.is_waiting(needs_fetch=True)) == (True, False)
    intakes.set_aside(one.id, NO_TEXT, now=NOON)
    assert not intakes.is_waiting()


def test_releasing_lets_every_lease_run_out() -> None:
    an_intake(2)
    claim("dead", count=2, now=NOON, lease=LEASE)
    assert intakes.release(now=NOON) == 2
    assert claimed_urls() == ["0"]


def test_a_damaged_payload_is_set_aside_and_the_next_page_claimed() -> None:
    intake = an_intake(2)
    TakenPage.objects.filter(key="k0").update(payload=b"rot")
    assert claimed_urls() == ["1"]
    assert tally(intake).reasons == {"unreadable": 1}


def test_the_line_is_read_from_its_index() -> None:
    an_intake(3)
    with CaptureQueriesContext(connection) as asked:
        claim("w", count=2, now=NOON, lease=LEASE)
        take_in(open_intake("import", "g", "d2", now=NOON), pages(1), now=NOON)
    lines = [one["sql"] for one in asked if one["sql"].startswith("SELECT") and '"order"' in one["sql"]]
    assert len(lines) == 3
    for sql in lines:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            plan = "; ".join(row[3] for row in cursor.fetchall())
        assert "SEARCH wire_takenpage USING" in plan
        assert "page_line (needs_fetch=?)" in plan
        assert "TEMP B-TREE" not in plan


# --- fetching --------------------------------------------------------------------------------------------------------


def test_a_page_still_to_be_fetched_waits_in_a_line_of_its_own() -> None:
    intake = open_intake("feed", "f", "d", now=NOON)
    take_in(intake, [NewPage(key="a", page=a_page(1, body=b""), needs_fetch=True), *pages(1)], now=NOON)
    assert claimed_urls() == ["0"]
    (to_fetch,) = claim("f", count=9, now=NOON, lease=LEASE, needs_fetch=True)
    intakes.fetched(to_fetch.id, a_page(1, body=b"<p>It came."))
    assert [one.page.body for one in claim("w", count=9, now=NOON, lease=LEASE)] == [b"<p>It came."]


def test_pages_to_be_fetched_again_are_claimed_together() -> None:
    intake = open_intake("feed", "f", "d", now=NOON)
    take_in(intake, (NewPage(key=f"f{n}", page=a_page(n), needs_fetch=True) for n in range(3)), now=NOON)
    for attempts in (1, 2):
        at = NOON + LEASE * attempts
        assert [one.attempts for one in claim("f", count=9, now=at, lease=LEASE, needs_fetch=True)] == [attempts] * 3


def test_a_page_that_comes_after_its_outcome_changes_nothing() -> None:
    an_intake(1)
    (one,) = claim("w", count=1, now=NOON, lease=LEASE)
    intakes.set_aside(one.id, NO_TEXT, now=NOON)
    intakes.fetched(one.id, a_page())
    assert TakenPage.objects.get(pk=one.id).payload is None


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_an_outcome_is_written_once() -> None:
    an_intake(1)
    (one,) = claim("w", count=1, now=NOON, lease=LEASE)
    intakes.set_aside(one.id, NO_TEXT, now=NOON)
    intakes.set_aside(one.id, SetAside(url="", reason=Reason.TOO_SLOW, detail="20 s"), now=NOON + LEASE)
    page = TakenPage.objects.get(pk=one.id)
    assert (page.reason, page.detail, page.ended, page.payload) == ("no text", "", NOON, None)


def test_an_intake_ends_with_its_last_outcome() -> None:
    intake = an_intake(2)
    first, second = claim("w", count=2, now=NOON, lease=LEASE)
    intakes.set_aside(first.id, NO_TEXT, now=NOON)
    intake.refresh_from_db()
    assert intake.ended is None
    intakes.set_aside(second.id, NO_TEXT, now=NOON + LEASE)
    intake.refresh_from_db()
    assert intake.ended == NOON + LEASE


def test_an_intake_that_is_still_being_taken_in_does_not_end() -> None:
    intake = open_intake("import", "f", "d", now=NOON)
    take_in(intake, pages(1), now=NOON)
    (one,) = claim("w", count=1, now=NOON, lease=LEASE)
    intakes.set_aside(one.id, NO_TEXT, now=NOON)
    intake.refresh_from_db()
    assert intake.ended is None
    all_taken_in(intake, now=NOON + LEASE)
    assert intake.ended == NOON + LEASE


def test_originals_are_kept_where_that_was_asked_for(settings: object) -> None:
    import dataclasses

    settings.REPORTEDLY = dataclasses.replace(settings.REPORTEDLY, keep_originals=True)  # type: ignore[attr-defined]
    an_intake(1)
    (one,) = claim("w", count=1, now=NOON, lease=LEASE)
    intakes.set_aside(one.id, NO_TEXT, now=NOON)
    assert page_of(bytes(TakenPage.objects.get(pk=one.id).payload or b"")) == a_page(0)


def test_outcomes_add_up_at_every_step() -> None:
    intake = an_intake(7)
    assert tally(intake).adds_up
    for one in claim("w", count=4, now=NOON, lease=LEASE):
        intakes.set_aside(one.id, NO_TEXT, now=NOON)
        assert tally(intake).adds_up
    assert tally(intake) == Tally(taken_in=7, set_aside=4, waiting=3, reasons={"no text": 4})
