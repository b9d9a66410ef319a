"""Words carry what the uncased encoder cannot see."""

from __future__ import annotations

import pytest

from reportedly.model.windows import windows
from reportedly.model.words import (
    CLOSES,
    DIGITS,
    INSIDE,
    INSIDE_SINGLE,
    LETTER,
    LOWER,
    MARK,
    MIXED,
    OPENS,
    OUTSIDE,
    TITLED,
    UPPER,
    case_of,
    words_of,
)


def quoted_words(text: str) -> list[str]:
    words = words_of(text)
    return [form for form, place in zip(words.form, words.quoted, strict=True) if place in (INSIDE, INSIDE_SINGLE)]


def test_every_word_stands_where_the_text_has_it() -> None:
    text = "Dam holds\nThe dam’s wall, 40m high, held."
    words = words_of(text)
    assert [text[s:e] for s, e in zip(words.start, words.end, strict=True)] == words.form
    assert words.form[:5] == ["Dam", "holds", "The", "dam", "’"]
    assert words.paragraph == [0, 0] + [1] * 11


@pytest.mark.parametrize("text", ["", "\n", " \n\n \t"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert len(words_of(text)) == 0


@pytest.mark.parametrize(
    ("form", "case"),
    [
        ("port", LOWER),
        ("Port", TITLED),
        ("PORT", UPPER),
        ("iPort", MIXED),
        ("A", LETTER),
        ("2026", DIGITS),
        (",", MARK),
        ("港", MIXED),
        ("ß", LOWER),
        ("3rd", LOWER),
    ],
)
def test_a_words_case_is_kept(form: str, case: int) -> None:
    assert case_of(form) == case


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('"Stay in," she said, "and wait."', ["Stay", "in", ",", "and", "wait", "."]),
        ("“Stay,” he said.", ["Stay", ","]),
        ("«Restez», dit-il.", ["Restez"]),
        ("„Bleibt“, sagte er.", ["Bleibt"]),
        ("‘Stay in,’ she said.", ["Stay", "in", ","]),
        ("'Stay in,' she said.", ["Stay", "in", ","]),
        ("The dam's wall and the crews' boats held.", []),
        ("He gave 5' of rope and 'no more", []),
        ("“It never closed\nShe left.", ["It", "never", "closed"]),
        ("It closed” early.", []),
    ],
)
def test_quotations_are_known_in_every_style_and_end_with_their_paragraph(text: str, inside: list[str]) -> None:
    assert quoted_words(text) == inside


def test_the_marks_themselves_say_which_way_they_face() -> None:
    assert words_of('a "b" c').quoted == [OUTSIDE, OPENS, INSIDE, CLOSES, OUTSIDE]


@pytest.mark.parametrize("count", [1, 299, 332, 333, 600, 601, 2500])
def test_every_word_is_owned_by_one_window(count: int) -> None:
    paragraph = [at // 37 for at in range(count)]
    found = windows(paragraph)
    assert [word for window in found for word in range(window.start, window.stop)] == list(range(count))
    assert all(window.first <= window.start < window.stop <= window.last for window in found)
    assert max(window.last - window.first for window in found) <= 300 + 2 * 32 + 37


def test_windows_part_where_a_paragraph_begins() -> None:
    starts = [window.start for window in windows([at // 50 for at in range(610)])]
    assert starts == [0, 200, 400]


def test_one_endless_paragraph_is_cut_all_the_same() -> None:
    assert [window.start for window in windows([0] * 900)] == [0, 300, 600]
