"""What the reading vocabulary returns, in which order, and with how many questions to the store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from builders import NOON, a_feed, a_report, a_story, a_subject, an_outlet
from reportedly.errors import NoSuchOutlet, NoSuchSubject
from reportedly.values import OriginRange
from reportedly.wire import listings
from reportedly.wire.listings import FIRST, BadPlace, Heard, Place, Turn
from reportedly.wire.listings.subjects import letter_of, size_of
from reportedly.wire.models import OldSlug, Story, SubjectRecord

pytestmark = pytest.mark.django_db


def turned(query: str) -> Turn:
    """The turn that a listing's own query stands for."""
    name, _, place = query.partition("=")
    return Turn(**{name: Place.read(place)})


def ids(listing: listings.Listing) -> list[int]:
    return [item.id for item in listing.items]


def subject_page(name: str, turn: Turn = FIRST) -> listings.SubjectPage:
    page = listings.read_subject_page(name, turn)
    assert not isinstance(page, str)
    return page


# --- turning pages -----------------------------------------------------------------------------------------------------


def test_turning_through_reports_of_one_second_shows_each_once_and_in_order() -> None:
    elin = a_subject()
    reports = [a_report(f"Report {n}", about=[elin], listed_at=NOON) for n in range(25)]
    newest_first = sorted((report.id for report in reports), reverse=True)
    seen, page = [], subject_page("port-elin")
    while True:
        seen += ids(page.listing)
        if page.listing.older is None:
            break
        page = subject_page("port-elin", turned(page.listing.older))
    assert seen == newest_first


def test_turning_back_leads_over_the_same_pages_to_the_first() -> None:
    elin = a_subject()
    for n in range(35):
        a_report(f"Report {n}", about=[elin], published=NOON + timedelta(minutes=n // 3))
    first = subject_page("port-elin").listing
    second = subject_page("port-elin", turned(first.older or "")).listing
    third = subject_page("port-elin", turned(second.older or "")).listing
    assert (first.newer, second.newer) == (None, "")
    assert third.newer is not None
    assert ids(subject_page("port-elin", turned(third.newer)).listing) == ids(second)
    assert subject_page("port-elin", turned(third.newer)).listing.newer == ""
    assert subject_page("port-elin", turned(third.older or "")).listing.older is None


def test_a_report_that_arrives_meanwhile_moves_nothing_on_older_pages() -> None:
    elin = a_subject()
    for n in range(15):
        a_report(f"Report {n}", about=[elin], published=NOON + timedelta(minutes=n))
    older = turned(subject_page("port-elin").listing.older or "")
    before = ids(subject_page("port-elin", older).listing)
    a_report("Late", about=[elin], published=NOON + timedelta(hours=1))
    assert ids(subject_page("port-elin", older).listing) == before


def test_a_place_past_the_end_is_an_empty_page_that_leads_to_the_first() -> None:
    a_report(about=[a_subject()])
    listing = subject_page("port-elin", Turn(before=Place(NOON - timedelta(days=9), 1))).listing
    assert (listing.items, listing.newer, listing.older) == ((), "", None)


@pytest.mark.parametrize(
    "text", ["", "1", "-", "a-1", "1-b", "1-", "-1-1", "9" * 30 + "-1", "1-" + "9" * 25, "١-١", "1-1-1", "0x1-1"]
)
def test_a_place_we_did_not_write_is_refused(text: str) -> None:
    with pytest.raises(BadPlace):
        Place.read(text)


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place(NOON + timedelta(microseconds=7), 1 << 52)
    assert Place.read(str(place)) == place


# --- subjects ----------------------------------------------------------------------------------------------------------


def test_a_subject_page_holds_what_it_is_about_and_not_what_it_only_mentions() -> None:
    elin = a_subject(aliases=["Elinhavn"], qid="Q9")
    report = a_report(
        "Port reopens",
        ["The port is open, SANA said, citing two pilots."],
        about=[elin],
        said=[
            {"content": "The port is open", "source": "SANA", "cue": "said"},
            {"content": "The port is open", "source": "two pilots", "cue": "citing", "unnamed": True, "within": 1},
        ],
    )
    a_report("Elsewhere", mentions=[elin])
    page = subject_page("port-elin")
    assert (page.label, page.reports, page.qid, page.aliases) == ("Port Elin", 1, "Q9", ("Elinhavn",))
    (item,) = page.listing.items
    assert item == listings.Listed(
        id=report.id,
        title="Port reopens",
        published=NOON,
        published_is_day=False,
        listed_at=NOON,
        notice="",
        version=1,
        paragraphs=("The port is open, SANA said, citing two pilots.",),
        chain=(Heard("SANA", False), Heard("two pilots", True)),
        copy_of=None,
        credit="",
        outlet_slug="gull-post",
        outlet_name="Gull Post",
        story=None,
        story_reports=0,
        story_outlets=0,
    )


@pytest.mark.parametrize("name", ["Port Elin", "elinhavn", "ELINHAVN", "old-elin", "Q9", "elin-harbour"])
def test_another_name_of_a_subject_leads_to_its_slug(name: str) -> None:
    elin = a_subject(aliases=["Elinhavn"], qid="Q9")
    OldSlug.objects.create(slug="old-elin", subject=elin)
    a_subject("Elin Harbour", merged_into=elin)
    assert listings.read_subject_page(name) == "port-elin"


@pytest.mark.parametrize("name", ["nowhere", "\0", "x" * 5000, " ", "--", "Q0", "a\nb"])
def test_a_name_nobody_has_is_no_subject(name: str) -> None:
    a_subject()
    with pytest.raises(NoSuchSubject):
        listings.read_subject_page(name)


def test_a_subject_put_away_is_not_found() -> None:
    a_subject(active=False)
    with pytest.raises(NoSuchSubject):
        listings.read_subject_page("port-elin")


def test_names_like_an_unknown_one_are_offered_likest_first() -> None:
    a_subject("Port Elin")
    a_subject("Port Elmar")
    a_subject("Portugal")
    a_subject("Vesna")
    assert [link.label for link in listings.near_subjects("port ellin")] == ["Port Elin", "Port Elmar"]
    assert listings.near_subjects("") == listings.near_subjects("…") == listings.near_subjects("\0") == ()


def test_the_index_groups_used_subjects_by_letter_and_sizes_them_by_use() -> None:
    for label, count in [("Elin", 100), ("Émile", 1), ("Ölund", 10), ("3 November", 1), ("Дунай", 1), ("Unused", 0)]:
        a_subject(label, reports_count=count)
    index = listings.read_subjects_index()
    assert [(letter, [(link.label, link.size) for link in links]) for letter, links in index.letters] == [
        ("0–9", [("3 November", 1)]),
        ("E", [("Elin", 6), ("Émile", 1)]),
        ("O", [("Ölund", 3)]),
        ("Д", [("Дунай", 1)]),
    ]
    assert listings.read_subjects_index(limit=2).more == 3


def test_letters_and_sizes_of_odd_labels() -> None:
    assert [letter_of(label) for label in ("«Ångström»", "…", "", "ßeta", "9th")] == ["A", "#", "#", "S", "0–9"]
    assert [size_of(count, most) for count, most in ((1, 1), (0, 0), (1, 1000), (1000, 1000))] == [1, 1, 1, 6]


# --- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_page_holds_its_words_statements_versions_and_company() -> None:
    elin, ice = a_subject(), a_subject("Ice")
    story = a_story()
    first = a_report("First", story=story)
    report = a_report(
        "Second",
        ["It is open, Ana said.", "She had denied it."],
        outlet=an_outlet("echo"),
        story=story,
        copy_of=first,
        about=[elin],
        mentions=[ice],
        earlier=["Second\nIt is shut."],
        said=[{"content": "It is open", "source": "Ana", "cue": "said", "speaker": "Ana Ruiz"}],
    )
    copy = a_report("Third", copy_of=report, story=story)
    page = listings.read_report_page(report.id)
    assert page is not None
    assert page.text == "Second\nIt is open, Ana said.\nShe had denied it."
    assert [span.of(page.text) for span in page.paragraphs] == ["It is open, Ana said.", "She had denied it."]
    assert [(one.number, one.voices, one.is_innermost) for one in page.statements] == [
        (1, (Heard("Ana Ruiz", False, "ana ruiz"),), True)
    ]
    assert [(filed.label, filed.about) for filed in page.subjects] == [("Port Elin", True), ("Ice", False)]
    assert [version.number for version in page.versions] == [2, 1]
    assert page.earlier is not None
    assert page.earlier.text == "Second\nIt is shut."
    assert page.original is not None
    assert page.original.id == first.id
    assert [one.id for one in page.copies] == [copy.id]
    assert [one.id for one in page.siblings] == [first.id]
    assert page.is_newest


def test_an_older_version_is_shown_as_it_stood() -> None:
    report = a_report("Now", ["Open."], earlier=["Then\nShut."])
    page = listings.read_report_page(report.id, version=1)
    assert page is not None
    assert (page.text, page.is_newest, page.statements, page.earlier) == ("Then\nShut.", False, (), None)
    assert listings.read_report_page(report.id, version=3) is None
    assert listings.read_report_page(7) is None


def test_a_chain_ends_where_nobody_speaks_further_in_over_the_same_words() -> None:
    report = a_report(
        "T",
        ["The Post said that the mayor had denied taking money, citing a clerk."],
        said=[
            {"content": "the mayor had denied taking money", "source": "The Post", "cue": "said"},
            {"content": "taking money", "source": "the mayor", "cue": "denied", "within": 1},
            {"content": "the mayor had denied taking money", "source": "a clerk", "unnamed": True, "within": 1},
        ],
    )
    page = listings.read_report_page(report.id)
    assert page is not None
    assert [one.is_innermost for one in page.statements] == [False, True, True]


# --- stories, outlets, voices ------------------------------------------------------------------------------------------


def test_a_story_groups_copies_under_their_origin_and_lays_statements_to_origins() -> None:
    origins = OriginRange(low=1, high=2, named=1, unnamed=1, reasons=("Two reports say so.",))
    story = a_story(origins=origins)
    said = [{"content": "It is open", "source": "Ana", "speaker": "Ana Ruiz"}]
    first = a_report("First", ["It is open, Ana said."], story=story, said=said)
    copy = a_report("Copy", ["It is open, Ana said."], story=story, said=said, copy_of=first)
    copy_of_copy = a_report("Copy of copy", story=story, copy_of=copy)
    own = a_report(
        "Own",
        ["It was never shut, pilots said. It is open, Ana said."],
        story=story,
        said=[{"content": "It was never shut", "source": "pilots", "unnamed": True}, *said],
        published=NOON + timedelta(hours=1),
    )
    page = listings.read_story_page(story.id)
    assert isinstance(page, listings.StoryPage)
    assert page.story.origins == origins
    assert [(telling.report.id, [one.id for one in telling.copies]) for telling in page.tellings] == [
        (first.id, [copy.id, copy_of_copy.id]),
        (own.id, []),
    ]
    assert [(one.origin.label, [(said.report.id, said.words) for said in one.said]) for one in page.accounts] == [
        ("Ana Ruiz", [(first.id, "It is open"), (own.id, "It is open")]),
        ("pilots", [(own.id, "It was never shut")]),
    ]


def test_unnamed_voices_of_two_reports_are_never_one_account() -> None:
    story = a_story()
    for _ in range(2):
        a_report(story=story, said=[{"content": "open again", "source": "The port", "unnamed": True}])
    page = listings.read_story_page(story.id)
    assert isinstance(page, listings.StoryPage)
    assert len(page.accounts) == 2


def test_copies_in_a_circle_are_all_still_shown() -> None:
    story = a_story()
    first, second = a_report("One", story=story), a_report("Two", story=story)
    first.copy_of, second.copy_of = second, first
    first.save()
    second.save()
    page = listings.read_story_page(story.id)
    assert isinstance(page, listings.StoryPage)
    assert [(one.report.id, [copy.id for copy in one.copies]) for one in page.tellings] == [(first.id, [second.id])]


def test_a_merged_story_leads_to_the_one_it_was_merged_into() -> None:
    story = a_story()
    merged = a_story(merged_into=story)
    assert listings.read_story_page(merged.id) == story.id
    assert listings.read_story_page(12345) is None


def test_stories_are_paged_by_their_newest_report() -> None:
    stories = [a_story(f"Story {n}") for n in range(5)]
    for n, story in enumerate(stories):
        a_report(story=story, published=NOON + timedelta(minutes=n // 2))
    first = listings.read_stories_page(size=3)
    second = listings.read_stories_page(turned(first.older or ""), size=3)
    expected = sorted(Story.objects.all(), key=lambda story: (story.latest, story.id), reverse=True)
    assert [one.id for one in (*first.stories, *second.stories)] == [story.id for story in expected]
    assert (first.newer, second.newer, second.older) == (None, "", None)


def test_an_outlet_page_tells_its_health_and_its_family() -> None:
    outlet = an_outlet("gull-post", family="Elin Media")
    an_outlet("tarn-courier", "Tarn Courier", family="Elin Media")
    a_feed(outlet, url="https://gull-post.example/a.xml", failures_in_a_row=3, failure="503", last_failure=NOON)
    report = a_report(outlet=outlet)
    page = listings.read_outlet_page("gull-post", now=NOON)
    assert page.siblings == (("tarn-courier", "Tarn Courier"),)
    assert [(feed.url, feed.failures_in_a_row) for feed in page.health.feeds] == [
        ("https://gull-post.example/a.xml", 3)
    ]
    assert ids(page.listing) == [report.id]
    outlets = listings.read_outlets(NOON)
    assert [(one.slug, one.state, one.newest) for one in outlets.outlets] == [
        ("gull-post", "failing", report.listed_at),
        ("tarn-courier", "no feed", None),
    ]
    assert [(one.slug, one.trouble) for one in outlets.troubled] == [("gull-post", "failed 3 times in a row: 503")]
    with pytest.raises(NoSuchOutlet):
        listings.read_outlet_page("nowhere", now=NOON)


def test_a_voice_page_gathers_what_one_name_said_through_every_outlet() -> None:
    a_report(
        "Hers", ["It is open, Ana said."], said=[{"content": "It is open", "source": "Ana", "speaker": "Ana Ruiz"}]
    )
    later = a_report(
        "Relayed",
        ["It is shut, the Post said, citing Ana."],
        published=NOON + timedelta(hours=1),
        said=[
            {"content": "It is shut", "source": "the Post"},
            {"content": "It is shut", "source": "Ana", "speaker": "ANA RUIZ", "within": 1},
        ],
    )
    page = listings.read_voice_page("ana-ruiz")
    assert page is not None
    assert (page.slug, page.label) == ("ana-ruiz", "ANA RUIZ")
    assert [(said.words, [voice.label for voice in said.statement.voices]) for said in page.said] == [
        ("It is shut", ["the Post", "ANA RUIZ"]),
        ("It is open", ["Ana Ruiz"]),
    ]
    first = listings.read_voice_page("ana-ruiz", size=1)
    assert first is not None
    assert [said.report.id for said in first.said] == [later.id]
    rest = listings.read_voice_page("ana-ruiz", turned(first.older or ""), size=1)
    assert rest is not None
    assert [said.words for said in rest.said] == ["It is open"]
    assert listings.read_voice_page("nobody") is None
    assert listings.read_voice_page("…") is None


def test_what_a_voice_said_in_an_older_version_is_not_among_it() -> None:
    report = a_report("T", ["It is open, Ana said."], said=[{"content": "It is open", "source": "Ana"}])
    report.version = 2
    report.save()
    assert listings.read_voice_page("ana") is None


# --- the cost ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def a_wire() -> dict[str, Any]:
    """Forty reports of four outlets about one subject in one story, each with a chain and every fifth a copy."""
    elin = a_subject(aliases=["Elinhavn"])
    story = a_story()
    reports = []
    for n in range(40):
        reports.append(
            a_report(
                f"Report {n}",
                ["It is open, Ana said."],
                outlet=an_outlet(f"outlet-{n % 4}"),
                published=NOON + timedelta(minutes=n),
                about=[elin],
                story=story,
                copy_of=reports[n - 1] if n % 5 == 4 else None,
                said=[{"content": "It is open", "source": "Ana"}],
            )
        )
    return {"story": story.id, "copy": reports[4].id, "report": reports[0].id}


def queries(read: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        read()
    return len(asked)


def test_every_page_asks_the_store_a_fixed_number_of_questions(a_wire: dict[str, Any]) -> None:
    second = turned(subject_page("port-elin").listing.older or "")
    assert {
        "front": queries(listings.read_front_page),
        "subjects": queries(listings.read_subjects_index),
        "subject": queries(lambda: listings.read_subject_page("port-elin")),
        "subject, second page": queries(lambda: listings.read_subject_page("port-elin", second)),
        "report": queries(lambda: listings.read_report_page(a_wire["report"])),
        "copy": queries(lambda: listings.read_report_page(a_wire["copy"])),
        "stories": queries(listings.read_stories_page),
        "story": queries(lambda: listings.read_story_page(a_wire["story"])),
        "outlets": queries(lambda: listings.read_outlets(NOON)),
        "outlet": queries(lambda: listings.read_outlet_page("outlet-1", now=NOON)),
        "voice": queries(lambda: listings.read_voice_page("ana")),
    } == {
        "front": 4,
        "subjects": 1,
        "subject": 3,
        "subject, second page": 3,
        "report": 8,
        "copy": 9,
        "stories": 2,
        "story": 4,
        "outlets": 3,
        "outlet": 7,
        "voice": 4,
    }


def test_a_subject_page_is_read_from_its_covering_index(a_wire: dict[str, Any]) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = subject_page("port-elin")
        subject_page("port-elin", turned(page.listing.older or ""))
    for query in asked.captured_queries:
        sql = query["sql"]
        if "wire_reporttag" not in sql:
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            plan = " | ".join(row[3] for row in cursor.fetchall())
        assert "USING COVERING INDEX tag_newest" in plan
        assert "TEMP B-TREE" not in plan


def test_a_subject_without_reports_is_still_a_page() -> None:
    SubjectRecord.objects.create(slug="quiet", label="Quiet", type="theme")
    assert subject_page("quiet").listing == listings.Listing(items=())
