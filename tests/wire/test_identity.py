"""Which report a page gives, which version of it, and what became of it at its outlet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reportedly.collect.client import Refused
from reportedly.pipeline.line import Line
from reportedly.pipeline.records import page_of_record
from reportedly.stories import OpenStories
from reportedly.tag import Vocabulary
from reportedly.values import FeedEntry, Notice, Page, Reason
from reportedly.wire.identity import address_key, has_own_guid
from reportedly.wire.intake import NewPage, all_taken_in, claim, open_intake, take_in, tally
from reportedly.wire.models import Attribution, Outlet, Report, ReportNotice, TakenPage, Version
from reportedly.wire.notices import after_going, after_same_words, page_is_gone
from reportedly.wire.storing import store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://gazette.example/ferry"
WORDS = "The ferry sailed again, harbour master Ilse Brandt said."


@pytest.fixture(autouse=True)
def outlets(db: None) -> None:
    for slug in ("gazette", "herald"):
        Outlet.objects.create(slug=slug, name=slug.title(), added=NOON)


def a_record(**given: Any) -> dict[str, Any]:
    fields = {"guid": "f-1", "url": URL, "title": "Ferry sails again", "text": WORDS, **given}
    return {name: value for name, value in fields.items() if value is not None}


def told(*records: dict[str, Any], at: datetime = NOON, kind: str = "feed", outlet: str = "gazette") -> list[str]:
    """Take the records in at this time as one intake of this kind, and give their outcomes."""
    pages = [
        page_of_record(record, outlet=outlet, fetched=at, named=f"f, record {n}") for n, record in enumerate(records)
    ]
    intake = open_intake(kind, "f", f"{TakenPage.objects.count()}", now=at)
    take_in(intake, (NewPage(key=f"k{n}", page=page) for n, page in enumerate(pages)), now=at)
    all_taken_in(intake, now=at)
    line = Line(Vocabulary(()))
    done = [(one, line.read_page(one.page)) for one in claim("w", count=99, now=at, lease=HOUR)]
    return [str(outcome) for outcome in store(done, OpenStories(), now=at)]


def went(number: int = 0, *, at: datetime, url: str = URL, guid: str = "f-1", status: int = 410) -> None:
    """A page that a feed named, and whose server says it is gone."""
    page = Page(url=url, body=b"", fetched=at, outlet="gazette", entry=FeedEntry(guid=guid, url=url))
    intake = open_intake("feed", "f", f"gone {TakenPage.objects.count()} {number}", now=at)
    take_in(intake, [NewPage(key="k", page=page, needs_fetch=True)], now=at)
    all_taken_in(intake, now=at)
    [claimed] = claim("c", count=1, now=at, lease=HOUR, needs_fetch=True)
    why = Refused(url=url, reason=Reason.HTTP_ERROR, status=status, detail=f"{status} Gone")
    page_is_gone(claimed.id, claimed.page, why, now=at)


def the_report() -> Report:
    return Report.objects.get()


def notices() -> list[tuple[str, datetime, str]]:
    return list(ReportNotice.objects.order_by("id").values_list("notice", "noted", "detail"))


def endings() -> list[tuple[str, str, bool]]:
    """(reason, detail, whether it names a report) of every page set aside."""
    rows = TakenPage.objects.filter(outcome="set aside").order_by("id")
    return [(row.reason, row.detail, row.report_id is not None) for row in rows]


# --- which report ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {"url": "https://gazette.example/moved"}, True),  # its guid stays
        ({}, {"guid": None}, True),  # from an archive, by its address
        ({}, {"guid": None, "url": "http://GAZETTE.example:80/ferry?utm_source=x#top"}, True),
        ({}, {"guid": URL}, True),  # from a sitemap, whose guid is the address
        ({"guid": None}, {}, True),  # the other way round
        ({"guid": URL}, {}, True),
        ({}, {"guid": "f-2"}, False),  # two guids at one address: a live page, a list of shorts
        ({"guid": None, "url": None}, {"guid": None, "url": None}, True),  # by nothing but its words
        ({"guid": None, "url": None}, {"guid": None, "url": None, "text": "Other."}, False),
        ({"guid": None}, {"guid": None, "url": "https://gazette.example/other"}, False),
    ],
)
def test_a_report_is_its_guid_and_then_its_address(first: dict[str, Any], second: dict[str, Any], same: bool) -> None:
    told(a_record(**first))
    told(a_record(**second), at=NOON + HOUR)
    assert Report.objects.count() == (1 if same else 2)


def test_two_of_a_batch_are_known_to_each_other_in_the_same_way() -> None:
    assert told(a_record(guid=None), a_record(), a_record(guid="f-2")) == ["stored", "unchanged", "stored"]


def test_a_report_known_by_its_address_takes_the_guid_over() -> None:
    told(a_record(guid=None))
    told(a_record(), at=NOON + HOUR)
    assert told(a_record(url="https://gazette.example/moved"), at=NOON + 2 * HOUR) == ["unchanged"]
    assert the_report().guid == "f-1"


def test_the_same_address_at_two_outlets_is_two_reports() -> None:
    told(a_record(guid=None))
    told(a_record(guid=None), outlet="herald")
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    ("guid", "url", "own"),
    [("f-1", URL, True), ("", URL, False), (f"{URL}#1", URL, False), ("https://g.example/?p=1", URL, True)],
)
def test_a_guid_that_is_only_the_address_is_none_of_its_own(guid: str, url: str, own: bool) -> None:
    assert has_own_guid(guid, url) == own


def test_what_is_no_web_address_has_no_key() -> None:
    assert address_key("r.jsonl, line 3", "gazette") == ""
    assert address_key(URL, "gazette") == address_key(
        "http://www.gazette.example/".replace("www.", "") + "ferry", "gazette"
    )


# --- which version ---------------------------------------------------------------------------------------------------


def versions() -> list[tuple[int, str, datetime, datetime | None]]:
    found = Version.objects.order_by("number").values_list("number", "text", "taken_in", "as_of")
    return [(number, text.rpartition("\n")[2], taken_in, as_of) for number, text, taken_in, as_of in found]


def test_an_edit_is_a_new_version_with_its_hash_and_time_and_the_evidence_points_at_it() -> None:
    told(a_record())
    assert told(a_record(text="It did not sail, Ilse Brandt said."), at=NOON + HOUR) == ["new version"]
    assert versions() == [(1, WORDS, NOON, NOON), (2, "It did not sail, Ilse Brandt said.", NOON + HOUR, NOON + HOUR)]
    assert len(set(Version.objects.values_list("text_hash", flat=True))) == 2
    for version in Version.objects.all():
        for attribution in Attribution.objects.filter(version=version):
            assert all(version.text[start:end] for start, end in attribution.content)
    assert set(Attribution.objects.values_list("version__number", flat=True)) == {1, 2}


def test_an_outlet_that_takes_an_edit_back_has_three_versions() -> None:
    for hours, words in enumerate((WORDS, "It did not.", WORDS)):
        told(a_record(text=words), at=NOON + hours * HOUR)
    assert [number for number, *_ in versions()] == [1, 2, 3]


def test_a_file_with_two_versions_changes_nothing_when_it_is_imported_again() -> None:
    file = [a_record(), a_record(text="It did not.")]
    assert told(*file, kind="import") == ["stored", "new version"]
    assert told(*file, kind="import", at=NOON + HOUR) == ["unchanged", "unchanged"]
    assert len(versions()) == 2


def test_words_older_than_those_we_have_are_set_aside_as_superseded() -> None:
    newer = a_record(text="Third version.", modified="2026-03-01T10:00:00Z")
    older = a_record(text="Second version.", modified="2026-03-01T09:00:00Z")
    assert told(newer, kind="import") == ["stored"]
    assert told(older, kind="import", at=NOON + HOUR) == ["set aside"]
    assert endings() == [
        ("superseded", "we have the words of 2026-03-01 10:00 UTC; these are of 2026-03-01 09:00", True)
    ]
    assert told(newer | {"text": "Fourth.", "modified": "2026-03-01T11:00:00Z"}, kind="import") == ["new version"]
    assert tally().adds_up


def test_a_record_that_says_it_changes_tomorrow_does_not_hold_up_what_comes_today() -> None:
    told(a_record(modified="2026-03-09T10:00:00Z"), kind="import")
    assert told(a_record(text="Second."), kind="import", at=NOON + HOUR) == ["new version"]


# --- what became of it -----------------------------------------------------------------------------------------------


def test_a_withdrawal_without_text_is_noted_on_the_report_whose_words_stay() -> None:
    told(a_record())
    kill = {"uri": "f-1", "pubstatus": "canceled"}
    assert told(kill, at=NOON + HOUR) == ["set aside"]
    assert told(kill, at=NOON + 2 * HOUR) == ["set aside"]
    assert endings() == [("withdrawn", "noted on the report; its words are kept", True)] * 2
    assert (the_report().notice, the_report().version) == ("withdrawn", 1)
    assert notices() == [("withdrawn", NOON + HOUR, "withdrawn in f, record 0")]


def test_a_withdrawal_of_what_we_never_had_says_so() -> None:
    told({"uri": "f-9", "pubstatus": "canceled"})
    assert endings() == [("withdrawn", "we have no such report", False)]


def test_a_notice_beside_unchanged_words_is_noted() -> None:
    told(a_record())
    assert told(a_record(notice="withdrawn"), at=NOON + HOUR, kind="import") == ["unchanged"]
    assert the_report().notice == "withdrawn"
    assert told(a_record(), at=NOON + 2 * HOUR) == ["unchanged"]
    assert the_report().notice == "withdrawn"  # silence takes nothing back
    assert notices() == [("withdrawn", NOON + HOUR, f"said in {URL}")]


def test_a_withdrawn_report_that_comes_with_new_words_stands_again_and_its_past_is_kept() -> None:
    told(a_record(notice="withdrawn"))
    told(a_record(text="It sailed at noon, she said."), at=NOON + HOUR)
    assert the_report().notice == ""
    assert notices() == [("withdrawn", NOON, "said in version 1"), ("", NOON + HOUR, "said in version 2")]


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_page_that_is_gone_is_noted_on_its_report_once(status: int) -> None:
    told(a_record())
    went(at=NOON + HOUR, status=status)
    went(at=NOON + 2 * HOUR, status=status)
    assert the_report().notice == "gone"
    assert notices() == [("gone", NOON + HOUR, f"{status} Gone at {URL}")]
    assert endings() == [("HTTP error", f"{status} Gone", True)] * 2
    assert tally().adds_up


def test_a_page_that_is_gone_is_known_by_its_address_too_and_costs_nothing_when_it_is_not() -> None:
    told(a_record())
    went(at=NOON + HOUR, guid=URL)
    assert the_report().notice == "gone"
    went(at=NOON + 2 * HOUR, url="https://gazette.example/never", guid="never")
    assert endings()[-1] == ("HTTP error", "410 Gone", False)


def test_a_page_that_answers_again_is_no_longer_gone_but_an_archive_proves_nothing() -> None:
    told(a_record())
    went(at=NOON + HOUR)
    told(a_record(), at=NOON + 2 * HOUR, kind="import")
    assert the_report().notice == "gone"
    told(a_record(), at=NOON + 3 * HOUR)
    assert the_report().notice == ""
    assert [notice for notice, _, _ in notices()] == ["gone", ""]


@pytest.mark.parametrize(
    ("before", "said", "is_live", "after"),
    [
        ("", None, True, ""),
        ("", Notice.CORRECTED, True, "corrected"),
        ("corrected", None, True, "corrected"),
        ("corrected", Notice.WITHDRAWN, True, "withdrawn"),
        ("withdrawn", Notice.CORRECTED, True, "withdrawn"),
        ("gone", None, True, ""),
        ("gone", Notice.CORRECTED, True, "corrected"),
        ("gone", None, False, "gone"),
        ("gone", Notice.WITHDRAWN, False, "withdrawn"),
    ],
)
def test_nothing_but_an_answer_is_taken_back_by_silence(
    before: str, said: Notice | None, is_live: bool, after: str
) -> None:
    assert after_same_words(before, said, is_live=is_live) == after


def test_what_is_withdrawn_stays_withdrawn_when_its_page_goes() -> None:
    assert [after_going(before) for before in ("", "corrected", "gone", "withdrawn")] == [
        "gone",
        "gone",
        "gone",
        "withdrawn",
    ]


def test_where_the_outlet_says_it_was_made_is_kept() -> None:
    told(a_record(located="Vellmar"))
    assert the_report().located == "Vellmar"
