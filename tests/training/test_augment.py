"""What changing a text promises: the labels stay on their words."""

from __future__ import annotations

import random

from augment import one_paragraph
from examples import CONTENT, CUE, SOURCE, example_of
from marked import document_of

TWO = """=== two-1 | The Courier
{1t Pier burns}, {1s mayor} {1c says}
{2s Ana Ruiz} {2c said} {2t the pier was old}.
--
1 - asserts person
2 - asserts person
PER Ana Ruiz"""
ACROSS = """=== across-1 | The Courier
“{1t The pier was old.
It was cold}”, {1s she} {1c said}.
--
1 - asserts person"""


def test_one_paragraph_keeps_its_own_labels() -> None:
    example = example_of(document_of(TWO))
    cut = next(made for seed in range(20) if (made := one_paragraph(example, random.Random(seed))).form[0] == "Ana")
    assert cut.form == ["Ana", "Ruiz", "said", "the", "pier", "was", "old", "."]
    assert cut.paragraph == [0] * 8
    assert cut.spans == [(0, 2, "PER")]
    (anchor,) = cut.anchors or ()
    assert (anchor.word, anchor.parent) == (2, 2)
    assert anchor.roles == {0: SOURCE, 1: SOURCE, 2: CUE, 3: CONTENT, 4: CONTENT, 5: CONTENT, 6: CONTENT}


def test_what_is_said_over_two_paragraphs_is_not_cut() -> None:
    example = example_of(document_of(ACROSS))
    made = [one_paragraph(example, random.Random(seed)) for seed in range(20)]
    assert all(one is example or not one.anchors for one in made)
