"""Storing what was read: identities, versions, tags, stories, and outcomes that are written once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from reportedly import values
from reportedly.stories import OpenStories
from reportedly.trace import chains_of, trace
from reportedly.values import (
    Notice,
    Outcome,
    Page,
    Read,
    Reading,
    Reason,
    SetAside,
    Span,
    Tag,
    Tally,
)
from reportedly.wire import recounting
from reportedly.wire.identity import canonical_address, identity_of
from reportedly.wire.intake import Claimed, NewPage, all_taken_in, claim, open_intake, take_in, tally
from reportedly.wire.models import (
    Attribution,
    DecidedBy,
    Intake,
    Outlet,
    Report,
    ReportTag,
    Story,
    SubjectRecord,
    TakenPage,
    Version,
    report_id_at,
)
from reportedly.wire.read_back import read_back
from reportedly.wire.storing import listed_at, resume_stories, store

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

HARBOUR = (
    "The harbour of Vellmar reopened on Monday, the port authority said.",
    "“We are ready for the grain ships,” harbour master Ilse Brandt told the Coastal Gazette.",
)


@pytest.fixture(autouse=True)
def outlets() -> None:
    for slug in ("gazette", "herald"):
        Outlet.objects.create(slug=slug, name=slug.title(), added=NOON)


@pytest.fixture
def vellmar() -> SubjectRecord:
    return SubjectRecord.objects.create(slug="vellmar", label="Vellmar", type="place")


def a_report(number: int = 0, **given: Any) -> values.Report:
    fields: dict[str, Any] = {
        "url": f"https://gazette.example/{number}",
        "title": "Harbour of Vellmar reopens",
        "paragraphs": HARBOUR,
        "published": NOON - HOUR,
    }
    return values.Report(**(fields | given))


def a_tag(subject: SubjectRecord, *, about: bool = True, salience: float = 0.7) -> Tag:
    return Tag(
        subject_id=subject.pk, label=subject.label, salience=salience, about=about, mentions=(Span(11, 18),), rule="t-1"
    )


def read(report: values.Report, *tags: Tag) -> Read:
    reading = trace(report.text)
    return Read(
        report=report,
        reading=Reading(
            text=reading.text,
            names=reading.names,
            attributions=reading.attributions,
            chains=reading.chains,
            subjects=tags,
            rule=reading.rule,
        ),
    )


_digests = iter(range(10**6))


def claimed(many: int, *, outlet: str = "gazette") -> list[Claimed]:
    intake = open_intake("import", "f", f"digest {next(_digests)}", now=NOON)
    page = Page(url="https://gazette.example/", body=b"", fetched=NOON, outlet=outlet)
    take_in(intake, (NewPage(key=f"k{n}", page=page) for n in range(many)), now=NOON)
    all_taken_in(intake, now=NOON)
    return claim("w", count=many, now=NOON, lease=HOUR)


def stored(
    found: Sequence[Read | SetAside],
    *,
    now: datetime = NOON,
    outlet: str = "gazette",
    stories: OpenStories | None = None,
) -> list[str]:
    pages = claimed(len(found), outlet=outlet)
    return [
        str(o)
        for o in store(list(zip(pages, found, strict=True)), OpenStories() if stories is None else stories, now=now)
    ]


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_a_report_is_stored_once_and_then_unchanged() -> None:
    assert stored([read(a_report())]) == ["stored"]
    assert stored([read(a_report())], now=NOON + HOUR) == ["unchanged"]
    assert (Report.objects.count(), Version.objects.count()) == (1, 1)
    assert tally() == Tally(taken_in=2, stored=1, unchanged=1)
    assert set(TakenPage.objects.values_list("report_id", flat=True)) == {Report.objects.get().pk}


def test_the_same_report_twice_in_one_batch_is_one_report() -> None:
    changed = a_report(title="Harbour reopens after all")
    assert stored([read(a_report()), read(a_report()), read(changed), read(changed)]) == [
        "stored",
        "unchanged",
        "new version",
        "unchanged",
    ]
    report = Report.objects.get()
    assert (report.version, report.title) == (2, "Harbour reopens after all")
    assert [version.number for version in report.versions.order_by("number")] == [1, 2]


def test_a_page_set_aside_keeps_its_reason() -> None:
    assert stored([SetAside(url="", reason=Reason.TOO_SLOW, detail="20 s")]) == ["set aside"]
    page = TakenPage.objects.get()
    assert (page.reason, page.detail, page.report) == ("too slow to read", "20 s", None)


def test_an_ended_page_keeps_its_outcome() -> None:
    (page,) = claimed(1)
    assert store([(page, read(a_report()))], OpenStories(), now=NOON) == [Outcome.STORED]
    again = SetAside(url="", reason=Reason.NO_TEXT)
    assert store([(page, again)], OpenStories(), now=NOON + HOUR) == [Outcome.STORED]
    assert store([(page, read(a_report(5)))], OpenStories(), now=NOON + HOUR) == [Outcome.STORED]
    assert (TakenPage.objects.get().ended, Report.objects.count()) == (NOON, 1)


def test_a_page_given_twice_in_one_batch_ends_once() -> None:
    (page,) = claimed(1)
    both = [(page, read(a_report(1))), (page, read(a_report(2)))]
    assert store(both, OpenStories(), now=NOON) == [Outcome.STORED, Outcome.STORED]
    assert Report.objects.count() == 1


def test_a_page_whose_row_is_gone_gives_nothing() -> None:
    (page,) = claimed(1)
    TakenPage.objects.all().delete()
    assert store([(page, read(a_report()))], OpenStories(), now=NOON) == [Outcome.SET_ASIDE]
    assert Report.objects.count() == 0


def test_the_last_outcome_ends_the_intake() -> None:
    stored([read(a_report()), SetAside(url="", reason=Reason.EMPTY)])
    assert Intake.objects.get().ended == NOON


def test_nothing_of_a_batch_that_fails_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr("reportedly.wire.storing.recount_stories", fails)
    with pytest.raises(IntegrityError):
        stored([read(a_report())])
    assert (Report.objects.count(), Story.objects.count(), tally()) == (0, 0, Tally(taken_in=1, waiting=1))


# --- identity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://g.example/a", "http://G.example:80/a#top", True),
        ("https://g.example/a?utm_source=x&id=1&fbclid=y", "https://g.example/a?id=1", True),
        ("https://g.example", "https://g.example/", True),
        ("https://g.example/é", "https://g.example/%C3%A9", True),
        ("https://g.example/a?id=1", "https://g.example/a?id=2", False),
        ("https://g.example/a", "https://g.example/a/", False),
        ("https://g.example/A", "https://g.example/a", False),
        ("tag:g.example,2026:1", "tag:g.example,2026:1 ", True),
        ("http://[broken", "http://[broken", True),
        ("https://g.example:99999/a", "https://g.example/a", False),
    ],
)
def test_addresses_of_one_page_are_one(one: str, other: str, same: bool) -> None:
    assert (canonical_address(one) == canonical_address(other)) is same


def test_a_report_is_known_by_its_guid_then_its_address_then_its_text() -> None:
    def who(outlet: str = "gazette", **given: Any) -> str:
        return identity_of(a_report(**given), outlet)

    address = "https://gazette.example/0"
    assert (
        who() == who(guid=address) == who(title="Other words") == who(guid=address, url="https://gazette.example/moved")
    )
    assert who(guid="7") != who()
    assert who(guid="7", url="https://x.example/") == who(guid="7")
    assert who(url="") == who(url="", author="A. Writer") != who(url="", title="Other words")
    assert len({who(), who("herald"), who(guid="7"), who("herald", guid="7"), who(url=""), who("herald", url="")}) == 6


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "listed"), [(NOON - HOUR, NOON - HOUR), (NOON + HOUR, NOON), (None, NOON), (NOON, NOON)]
)
def test_a_report_is_listed_when_it_was_published_but_never_later_than_now(
    published: datetime | None, listed: datetime
) -> None:
    assert listed_at(published, NOON) == listed


def test_reports_of_one_second_get_ids_in_their_order_also_over_batches() -> None:
    stored([read(a_report(n, published=None, paragraphs=(f"Words {n}.",))) for n in range(3)])
    stored([read(a_report(n, published=None, paragraphs=(f"Words {n}.",))) for n in range(3, 5)])
    first = report_id_at(NOON, None)
    assert list(Report.objects.order_by("id").values_list("id", "url")) == [
        (first + n, f"https://gazette.example/{n}") for n in range(5)
    ]


def test_undated_reports_stay_undated_and_are_listed_in_the_order_they_came() -> None:
    stored([read(a_report(1, published=None)), read(a_report(2, published=None))])
    newest_first = Report.objects.order_by("-listed_at", "-id")
    assert [(r.url[-1], r.published, r.listed_at) for r in newest_first] == [("2", None, NOON), ("1", None, NOON)]


def test_a_report_from_before_1970_finds_its_place() -> None:
    stored([read(a_report(n, published=datetime(1948, 5, n, tzinfo=UTC))) for n in (1, 2)])
    assert list(Report.objects.order_by("id").values_list("id", flat=True)) == [0, 1]


# --- versions --------------------------------------------------------------------------------------------------------


def test_a_new_version_changes_what_is_said_and_not_where_it_stands(vellmar: SubjectRecord) -> None:
    stories = OpenStories()
    stored([read(a_report(), a_tag(vellmar))], stories=stories)
    before = Report.objects.get()
    Report.objects.update(indexed=True)
    stored(
        [
            read(
                a_report(
                    paragraphs=("The port authority denied that the harbour had reopened.",),
                    published=NOON + 2 * HOUR,
                    notice=Notice.CORRECTED,
                    author="B. Writer",
                )
            )
        ],
        now=NOON + 3 * HOUR,
        stories=stories,
    )
    after = Report.objects.get()
    assert (after.pk, after.listed_at, after.story_id, after.published, after.taken_in) == (
        before.pk,
        before.listed_at,
        before.story_id,
        before.published,
        NOON,
    )
    assert (after.version, after.notice, after.author, after.indexed) == (2, "corrected", "B. Writer", False)
    assert after.lead["paragraphs"] == ["The port authority denied that the harbour had reopened."]
    assert {a.version.number for a in Attribution.objects.all()} == {1, 2}
    assert [one.stance for one in Attribution.objects.filter(version__number=2)] == ["denies"]


def test_a_date_that_was_unknown_is_filled_in_and_never_changed() -> None:
    stored([read(a_report(published=None))])
    stored([read(a_report(title="Two", published=NOON - HOUR))], now=NOON + HOUR)
    stored([read(a_report(title="Three", published=NOON - 2 * HOUR))], now=NOON + HOUR)
    report = Report.objects.get()
    assert (report.published, report.listed_at, report.version) == (NOON - HOUR, NOON, 3)


# --- attributions ----------------------------------------------------------------------------------------------------


def test_attributions_come_back_from_the_store_as_they_went_in() -> None:
    found = read(
        a_report(
            paragraphs=(
                "The port had reopened, the Coastal Gazette reported, citing the ministry.",
                "“We are ready,” Ilse Brandt said. Two officials told the Herald that ships were waiting.",
            )
        )
    )
    assert len(found.reading.attributions) >= 4
    stored([found])
    (back,) = read_back([Report.objects.get().pk])
    assert back.text == found.report.text
    assert [one.to_dict() for one in back.attributions] == [
        {**one.to_dict(), "id": f"a{number}", "nested_in": _number(one.within, found)}
        for number, one in enumerate(found.reading.attributions, start=1)
    ]
    assert [str(chain) for chain in back.chains] == [
        str(chain) for chain in chains_of(found.reading.attributions, found.report.text)
    ]


def _number(one: values.Attribution | None, found: Read) -> str | None:
    return f"a{found.reading.attributions.index(one) + 1}" if one else None


def test_unnamed_voices_are_never_joined_by_a_key() -> None:
    stored([read(a_report(paragraphs=("Two officials said the port was shut.", "Ilse Brandt said it was open.")))])
    keys = dict(Attribution.objects.values_list("speaker", "speaker_key"))
    assert keys["Ilse Brandt"] == "ilse brandt"
    assert [key for speaker, key in keys.items() if speaker != "Ilse Brandt"] == [""]


# --- tags ------------------------------------------------------------------------------------------------------------


def about(report: Report) -> dict[str, tuple[bool, str]]:
    return {tag.subject.label: (tag.about, tag.decided_by) for tag in report.tags.select_related("subject")}


def counts() -> dict[str, int]:
    return dict(SubjectRecord.objects.values_list("label", "reports_count"))


def test_a_new_version_is_filed_anew_except_where_a_person_decided(vellmar: SubjectRecord) -> None:
    grain, port, strike = (
        SubjectRecord.objects.create(slug=label.lower(), label=label, type="theme")
        for label in ("Grain", "Port", "Strike")
    )
    stored([read(a_report(), a_tag(vellmar), a_tag(grain), a_tag(port, about=False))])
    report = Report.objects.get()
    ReportTag.objects.filter(subject=grain).update(decided_by=DecidedBy.PERSON)
    assert counts() == {"Vellmar": 1, "Grain": 1, "Port": 0, "Strike": 0}
    stored([read(a_report(title="Two"), a_tag(strike), a_tag(grain, about=False), a_tag(port))])
    assert about(report) == {
        "Grain": (True, "person"),
        "Port": (True, "machine"),
        "Strike": (True, "machine"),
    }
    assert counts() == {"Vellmar": 0, "Grain": 1, "Port": 1, "Strike": 1}


def test_a_subject_merged_while_the_page_was_read_takes_the_tag(vellmar: SubjectRecord) -> None:
    old = SubjectRecord.objects.create(slug="old", label="Velmar", type="place", merged_into=vellmar)
    older = SubjectRecord.objects.create(slug="older", label="Welmar", type="place", merged_into=old)
    stored([read(a_report(), a_tag(older, salience=0.9), a_tag(vellmar, salience=0.2))])
    tag = ReportTag.objects.get()
    assert (tag.subject, tag.salience, tag.listed_at) == (vellmar, 0.9, NOON - HOUR)


def test_a_subject_deleted_while_the_page_was_read_is_left_out(vellmar: SubjectRecord) -> None:
    gone = a_tag(vellmar)
    SubjectRecord.objects.all().delete()
    assert stored([read(a_report(), gone)]) == ["stored"]
    assert ReportTag.objects.count() == 0


# --- stories ---------------------------------------------------------------------------------------------------------


def test_a_copy_joins_its_origins_story_and_the_story_is_counted() -> None:
    stories = OpenStories()
    long = tuple(f"Sentence number {n} names the harbour, the grain and {n} ships waiting outside." for n in range(12))
    stored([read(a_report(1, paragraphs=long))], stories=stories)
    stored([read(a_report(2, paragraphs=long, published=NOON))], stories=stories, outlet="herald")
    origin, copy = Report.objects.order_by("id")
    assert (copy.copy_of, copy.copy_kind, copy.story_id) == (origin, "exact", origin.pk)
    story = Story.objects.get()
    assert (story.pk, story.title, story.opened, story.latest) == (origin.pk, origin.title, NOON - HOUR, NOON)
    assert (story.reports_count, story.outlets_count, story.origins["high"]) == (2, 2, 1)


def test_a_story_that_was_merged_gains_its_reports_where_it_went() -> None:
    stories = OpenStories()
    stored([read(a_report(1))], stories=stories)
    first = Story.objects.get()
    into = Story.objects.create(id=1, title="Harbours", opened=NOON, latest=NOON)
    Story.objects.filter(pk=first.pk).update(merged_into=into)
    stored([read(a_report(2))], stories=stories)
    assert Report.objects.get(url__endswith="/2").story == into


def test_a_story_the_store_does_not_have_is_begun_again() -> None:
    stories = OpenStories()
    stored([read(a_report(1))], stories=stories)
    Report.objects.update(story=None)
    Story.objects.all().delete()
    stored([read(a_report(2)), read(a_report(3))], stories=stories)
    second, third = Report.objects.order_by("id")[1:]
    assert (second.story_id, third.story_id) == (second.pk, second.pk)


def test_after_a_restart_reports_find_the_stories_they_would_have_found() -> None:
    long = tuple(f"Sentence number {n} names the harbour, the grain and {n} ships waiting outside." for n in range(12))
    years_ago = datetime(2019, 5, 1, tzinfo=UTC)
    stored([read(a_report(1, paragraphs=long, published=years_ago))])
    resumed = resume_stories(now=NOON)
    stored([read(a_report(2, paragraphs=long, published=years_ago + HOUR))], stories=resumed, outlet="herald")
    assert Report.objects.get(url__endswith="/2").copy_of == Report.objects.get(url__endswith="/1")


def test_an_empty_store_resumes_to_no_stories() -> None:
    assert len(resume_stories(now=NOON)) == 0


def test_a_large_story_is_not_counted_at_every_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "LARGE", 4)
    monkeypatch.setattr(recounting, "LARGE_STEP", 2)
    counted: list[int] = []
    count_origins = recounting.count_origins
    monkeypatch.setattr(
        recounting, "count_origins", lambda members: counted.append(len(members)) or count_origins(members)
    )
    story = Story.objects.create(id=1, title="T", opened=NOON, latest=NOON)
    for n in range(12):
        stored([read(a_report(n))])
        Report.objects.filter(url=f"https://gazette.example/{n}").update(story=story)
        recounting.recount_stories([story.pk])
        assert Story.objects.get(pk=1).reports_count == n + 1
    mine = [many for many in counted if many > 1]
    assert mine[:3] == [2, 3, 4]
    assert len(mine) < 9


def test_a_story_without_reports_counts_nothing() -> None:
    Story.objects.create(id=1, title="T", opened=NOON, latest=NOON, reports_count=3)
    recounting.recount_stories([1, 2])
    assert (Story.objects.get().reports_count, Story.objects.get().origins) == (0, {})


# --- odd and hostile -------------------------------------------------------------------------------------------------


def test_what_the_store_cannot_hold_is_replaced_character_by_character() -> None:
    odd = a_report(title="Har\ud800bour\0", paragraphs=("“Open,” Ilse Br\udfffndt said.",), author="A\0B", guid="g\0")
    stored([read(odd)])
    report, version = Report.objects.get(), Version.objects.get()
    assert (report.title, report.author) == ("Har\ufffdbour\ufffd", "A\ufffdB")
    assert version.text == "Har\ufffdbour\ufffd\n“Open,” Ilse Br\ufffdndt said."
    assert stored([read(odd)]) == ["unchanged"]


def test_fields_longer_than_their_columns_are_cut() -> None:
    stored([read(a_report(title="T" * 3000, author="A" * 900, credit="C" * 900, language="x" * 90, guid="g" * 5000))])
    report = Report.objects.get()
    assert [len(field) for field in (report.title, report.author, report.credit, report.language, report.guid)] == [
        1000,
        500,
        200,
        35,
        2000,
    ]
    assert len(Version.objects.get().text) > 3000


def test_an_address_that_is_no_web_address_is_not_shown() -> None:
    stored([read(a_report(url="file:///home/someone/page.html")), read(a_report(url="javascript:alert(1)"))])
    assert set(Report.objects.values_list("url", flat=True)) == {""}


def test_a_batch_asks_as_often_however_many_reports_it_holds() -> None:
    def queries(start: int, many: int) -> int:
        pages = claimed(many)
        found = [read(a_report(start + n, published=NOON, paragraphs=(f"Words {start + n}.",))) for n in range(many)]
        with CaptureQueriesContext(connection) as asked:
            store(list(zip(pages, found, strict=True)), OpenStories(), now=NOON)
        return len(asked)

    assert queries(100, 20) <= queries(0, 4) + 2
