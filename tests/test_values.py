"""The values keep their promises."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.errors import BadSpan, BadValue, NaiveTime
from reportedly.values import (
    Attribution,
    Chain,
    FeedEntry,
    OriginRange,
    Outcome,
    Page,
    Placement,
    Report,
    Span,
    Tally,
    Voice,
    spans,
)

counts = st.integers(min_value=0, max_value=10_000)


def test_a_span_gives_its_words_and_nothing_else() -> None:
    assert Span(4, 8).of("The port had reopened.") == "port"


@pytest.mark.parametrize("pair", [(3, 3), (5, 2), (-1, 2), (0, 23)])
def test_a_span_that_lies_outside_its_text_is_refused(pair: tuple[int, int]) -> None:
    with pytest.raises(BadSpan):
        spans([pair], within=22)


def test_the_text_of_a_report_is_its_title_and_then_its_paragraphs() -> None:
    report = Report(url="https://gazette.example/1", title="Port reopens", paragraphs=("It is open.", "So it was."))
    assert report.text == "Port reopens\nIt is open.\nSo it was."


def test_a_paragraph_that_would_move_every_span_behind_it_is_refused() -> None:
    with pytest.raises(BadValue):
        Report(url="https://gazette.example/1", title="Port", paragraphs=("one\ntwo",))


@pytest.mark.parametrize(
    "make",
    [
        lambda t: Page(url="https://gazette.example/1", body=b"", fetched=t),
        lambda t: Report(url="https://gazette.example/1", title="", paragraphs=(), published=t),
        lambda t: FeedEntry(guid="1", url="https://gazette.example/1", updated=t),
    ],
    ids=["page", "report", "feed entry"],
)
def test_a_time_without_a_zone_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NaiveTime):
        make(datetime(2026, 11, 2, 8, 0))  # noqa: DTZ001


def test_an_attribution_knows_the_voices_it_lies_in_outermost_first() -> None:
    channel = Attribution(id="a1", content=(Span(0, 5),), speaker="The channel")
    people = Attribution(id="a2", content=(Span(0, 5),), speaker="its people", within=channel)
    aides = Attribution(id="a3", content=(Span(0, 5),), speaker="aides", within=people)
    assert [a.speaker for a in aides.voices] == ["The channel", "its people", "aides"]
    assert aides.to_dict()["nested_in"] == "a2"


def test_a_chain_reads_from_the_voice_nearest_the_reader_to_the_origin() -> None:
    chain = Chain(
        content=(Span(0, 5),),
        voices=(
            Voice(text="it", speaker="Channel Nine", unnamed=False),
            Voice(text="aides", speaker=None, unnamed=True),
        ),
    )
    assert str(chain) == "Channel Nine ← aides"
    assert chain.origin.unnamed


def test_a_chain_without_a_voice_is_refused() -> None:
    with pytest.raises(BadValue):
        Chain(content=(Span(0, 5),), voices=())


@given(stored=counts, unchanged=counts, new_version=counts, aside=counts, waiting=counts)
def test_outcomes_add_up_also_when_added(
    stored: int, unchanged: int, new_version: int, aside: int, waiting: int
) -> None:
    one = Tally(
        taken_in=stored + unchanged + new_version + aside + waiting,
        stored=stored,
        unchanged=unchanged,
        new_version=new_version,
        set_aside=aside,
        waiting=waiting,
        reasons={"no text": aside},
    )
    assert one.adds_up
    assert (one + one).adds_up
    assert (one + one).taken_in == 2 * one.taken_in


def test_a_lost_page_or_a_missing_reason_shows() -> None:
    assert not Tally(taken_in=3, stored=2).adds_up
    assert not Tally(taken_in=1, set_aside=1).adds_up


@pytest.mark.parametrize(("many", "said"), [(0, "0 new versions"), (1, "1 new version"), (1200, "1,200 new versions")])
def test_a_tally_counts_in_the_singular_too(many: int, said: str) -> None:
    assert str(Tally(taken_in=many, new_version=many)).split(" · ")[3] == said


def test_every_outcome_has_its_count() -> None:
    assert {outcome.name.lower() for outcome in Outcome} <= set(Tally.__dataclass_fields__)


def test_a_report_that_opens_a_story_gives_it_its_id() -> None:
    assert Placement(report_id=7, story_id=7, likeness=1.0).opens
    assert not Placement(report_id=8, story_id=7, likeness=0.7).opens


@pytest.mark.parametrize(
    ("origins", "said"),
    [
        (OriginRange(low=1, high=3, named=1, unnamed=2), "1–3 origins (1 named, 2 unnamed)"),
        (OriginRange(low=1, high=1, named=1, unnamed=0), "1 origin (1 named, 0 unnamed)"),
    ],
)
def test_a_range_of_origins_says_itself(origins: OriginRange, said: str) -> None:
    assert str(origins) == said


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(BadValue):
        OriginRange(low=3, high=1, named=0, unnamed=0)
