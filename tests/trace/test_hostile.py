"""Texts nobody should write: reading them ends, soon, and every span lies in the text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.trace import chains_of, trace
from reportedly.trace.linking import DEEPEST
from reportedly.trace.quotations import find_quotations
from reportedly.values import Reading

PIECES = [
    "Ana Ruiz", "said", "told", "the Post", "that", "according to", "citing", "the ministry", ",", ".", ":", ";", "“", "”",
    '"', "'", "’", "‘", "«", "»", "„", "``", "''", "\n", " ", "who", "reportedly", "she", "it", "in an interview with",
    "had it from", "quoted", "as saying", "by", "(", ")", "—", "This was stated by", "😀", "قال", "\u202e", "\0", "\ud800",
    "İ", "ß", "U.S.", "Mr.", "3.5", "$", "@x", "was", "and", "but", "Asked", "whether", "A" * 300,
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))


def assert_sound(reading: Reading) -> None:
    """Spans lie in the text and are not empty, chains end, and chains are what the attributions give."""
    spans = [span for one in reading.attributions for span in (*one.content, *one.cue, *one.source)]
    spans += [name.span for name in reading.names]
    assert all(0 <= span.start < span.end <= len(reading.text) for span in spans)
    assert all(one.content for one in reading.attributions)
    assert all(len(one.voices) <= DEEPEST for one in reading.attributions)
    assert [one.id for one in reading.attributions] == [
        f"a{number}" for number in range(1, len(reading.attributions) + 1)
    ]
    assert reading.chains == chains_of(reading.attributions, reading.text)


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_no_text_raises_and_every_span_lies_in_it(text: str) -> None:
    assert_sound(trace(text))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_quotations_are_ordered_and_nest(text: str) -> None:
    found = find_quotations(text)
    assert all(one.outer.start <= one.inner.start < one.inner.end <= one.outer.end for one in found)
    assert all(first.outer.start <= then.outer.start for first, then in pairwise(found))
    assert all(
        found[one.parent].inner.start <= one.outer.start and one.outer.end <= found[one.parent].inner.end
        for one in found
        if one.parent is not None
    )


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "“”", '"', "“", "”", "''", "said", "said said", ":", "—", "…", "“.”"]
)
def test_a_text_that_says_nothing_gives_an_empty_reading(text: str) -> None:
    assert trace(text).attributions == ()
    assert trace(text).chains == ()


def test_a_text_of_quotations_alone_keeps_them_as_nobodys(said) -> None:  # type: ignore[no-untyped-def]
    assert said("“We waited a long time for the boat.”") == ["-: We waited a long time for the boat"]


@pytest.mark.parametrize(
    "text",
    [
        "“We left at dawn,” Ana Ruiz said. " * 3,
        "”“We left at dawn,” Ana Ruiz said.",
        "“We left at dawn,” Ana Ruiz said.“",
    ],
)
def test_stray_marks_lose_no_statement(text: str) -> None:
    assert "Ana Ruiz" in {one.speaker for one in trace(text).attributions}


UNITS = [
    "Ruiz said it rained. ", "“It rained,” Ruiz said. ", "“It rained a lot today.” ", '"', "“", "' a", "said ", "told the Post ",
    "Ruiz, the mayor, ", "citing the ministry, ", "Ana Ruiz ", "Bank of ", "( ", "a", "\n", "reportedly ", "in an interview with Radio X ",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Eight times the text on one line takes about eight times as long; a square would take 64."""
    short, long = unit * (1_500 // len(unit)), unit * (12_000 // len(unit))

    def cost(text: str) -> float:
        start = time.process_time()
        trace(text)
        return time.process_time() - start

    few = min(cost(short) for _ in range(2))
    assert cost(long) < 24 * max(few, 0.02)


@pytest.mark.slow
def test_a_hundred_thousand_characters_on_one_line_are_read() -> None:
    text = "The port had reopened, SANA reported, citing the ministry. " * 1_700
    reading = trace(text)
    assert len(text) > 100_000
    assert len(reading.attributions) == 3_400
