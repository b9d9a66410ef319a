"""A report's words with who says them marked in place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from reportedly.values import Span
from reportedly.web.marking import Paragraph, mark
from reportedly.wire.listings import Heard, Statement


def said(number: int, *content: tuple[int, int], within: int | None = None, inner: bool = True, **spans: tuple[int, int]) -> Statement:  # fmt: skip
    return Statement(
        report=1,
        number=number,
        within=within,
        content=tuple(Span(*span) for span in content),
        cue=(Span(*spans["cue"]),) if "cue" in spans else (),
        source=(Span(*spans["who"]),) if "who" in spans else (),
        kind="indirect",
        stance="asserts",
        speaker_key="",
        voices=(Heard(f"V{number}", False),),
        rule="r",
        is_innermost=inner,
    )


def shape(paragraph: Paragraph) -> str:
    """The paragraph with its marks as brackets: {said}, [who], (cue), #number where a statement ends."""
    shown = re.sub(r'<sup class="ref"><a [^>]*>(\d+)</a></sup>', r"#\1", str(paragraph.html))
    shown = re.sub(r'<span [^>]*class="who[^>]*>(.*?)</span>', r"[\1]", shown)
    shown = re.sub(r'<span [^>]*class="cue[^>]*>(.*?)</span>', r"(\1)", shown)
    return re.sub(r"<mark[^>]*>", "{", shown).replace("</mark>", "}")


def whole(text: str, *statements: Statement) -> str:
    return shape(mark(text, [Span(0, len(text))], statements)[0])


def test_a_text_without_statements_is_only_escaped() -> None:
    assert str(mark("a < b & c", [Span(0, 9)], ())[0].html) == "a &lt; b &amp; c"


def test_content_source_and_cue_are_told_apart() -> None:
    assert (
        whole("It is open, Ana said.", said(1, (0, 10), who=(12, 15), cue=(16, 20))) == "{It is open}#1, [Ana] (said)."
    )


def test_a_voice_within_another_lies_in_its_mark_and_only_the_innermost_is_numbered() -> None:
    text = "X said Y denied it"
    outer = said(1, (7, 18), who=(0, 1), cue=(2, 6), inner=False)
    inner = said(2, (16, 18), within=1, who=(7, 8), cue=(9, 15))
    assert whole(text, outer, inner) == "[X] (said) {[Y] (denied) {it}#1}"


def test_marks_that_cross_are_closed_and_opened_again() -> None:
    assert whole("abcdef", said(1, (0, 4)), said(2, (2, 6))) == "{ab{cd}}#1{ef}#2"


def test_two_voices_over_the_same_words_share_one_mark_and_a_shared_cue_is_marked_once() -> None:
    text = "Open, Y told X."
    outer = said(1, (0, 4), who=(13, 14), cue=(8, 12), inner=False)
    inner = said(2, (0, 4), within=1, who=(6, 7), cue=(8, 12))
    assert whole(text, outer, inner) == "{Open}#1, [Y] (told) [X]."


def test_a_statement_in_pieces_is_numbered_behind_the_last_and_named_on_the_first() -> None:
    (paragraph,) = mark("abc def", [Span(0, 7)], [said(1, (0, 3), (4, 7))])
    assert shape(paragraph) == "{abc} {def}#1"
    assert str(paragraph.html).count('id="s1"') == 1
    assert str(paragraph.html).index('id="s1"') < str(paragraph.html).index("abc")


def test_words_that_run_over_paragraphs_are_marked_in_each_and_noted_where_they_begin() -> None:
    first, second = mark("abc\ndef", [Span(0, 3), Span(4, 7)], [said(1, (0, 7))])
    assert (shape(first), shape(second)) == ("{abc}", "{def}#1")
    assert ([note.number for note in first.notes], [note.number for note in second.notes]) == ([1], [])


@pytest.mark.parametrize("span", [(5, 5), (-3, 2), (2, 99), (4, 1)])
def test_a_span_that_does_not_fit_its_text_marks_nothing(span: tuple[int, int]) -> None:
    assert whole("abcdef", said(1, span)) == "abcdef"


def test_statements_that_lie_in_each_other_in_a_circle_are_still_shown() -> None:
    assert whole("ab", said(1, (0, 1), within=2), said(2, (1, 2), within=1)) == "{a}#1{b}#2"


spans = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(
    st.text(alphabet="ab<&>\"' é\n", min_size=5, max_size=40),
    st.lists(st.tuples(spans, spans, spans, st.none() | st.integers(1, 8)), max_size=8),
)
def test_marking_never_changes_a_word_and_always_nests(
    text: str, found: list[tuple[tuple[int, int], tuple[int, int], tuple[int, int], int | None]]
) -> None:
    statements = [
        said(number, content, who=who, cue=cue, within=within)
        for number, (content, who, cue, within) in enumerate(found, start=1)
    ]
    (paragraph,) = mark(text, [Span(0, len(text))], statements)
    without_numbers = re.sub(r'<sup class="ref">.*?</sup>', "", str(paragraph.html))
    tree = html.fragment_fromstring(f"<div>{without_numbers}</div>")
    assert tree.text_content() == text
    opened: list[str] = []
    for closing, tag in re.findall(r"<(/?)(\w+)[^>]*>", str(paragraph.html)):
        if closing:
            assert opened.pop() == tag
        else:
            opened.append(tag)
    assert opened == []
