"""What adding voices to plain sentences promises: the words and the labels move together."""

from __future__ import annotations

import random

import pytest

from examples import CONTENT, CUE, OUTER, SOURCE, Example, example_of
from marked import document_of
from relays import BEFORE, BEHIND, with_relays

QUIET = """=== quiet-1 | The Courier
Pier burns
The old pier at Vell burnt down before the morning tide.
--
LOC Vell"""
VOICED = """=== voiced-1 | The Courier
Pier burns
{1s The mayor} {1c said} on Monday that {1t the old pier had burnt down}.
--
1 - asserts office"""
OUTLETS = ["the Lamp"]
SOURCES = [("two firemen", 5)]


def read(example: Example) -> list[tuple[str, str, str, str, str, str]]:
    """Each anchor as (its word, its carrier's word, source, outer source, cue, content)."""

    def words(roles: dict[int, int], role: int) -> str:
        return " ".join(example.form[at] for at in sorted(roles) if roles[at] == role)

    return [
        (
            example.form[anchor.word], example.form[anchor.parent], words(anchor.roles, SOURCE),
            words(anchor.roles, OUTER), words(anchor.roles, CUE), words(anchor.roles, CONTENT),
        )
        for anchor in example.anchors or ()
    ]  # fmt: skip


def every_way(block: str) -> dict[str, list[tuple[str, str, str, str, str, str]]]:
    """Every text that voices make of a marked one, and what is marked in it."""
    example = example_of(document_of(block))
    found = {}
    for seed in range(300):
        made = with_relays(example, OUTLETS, SOURCES, random.Random(seed))
        assert len(made.form) == len(made.paragraph) == len(made.touching) == len(made.names or ())
        found[" ".join(made.form[2:])] = read(made)
    return found


def test_a_plain_sentence_is_relayed_behind_and_before_it() -> None:
    ways = every_way(QUIET)
    body = "he old pier at Vell burnt down before the morning tide"
    assert len(ways) >= len(BEHIND) + len(BEFORE)
    assert ways[f"T{body} , the Lamp reported , citing two firemen ."] == [
        ("reported", "reported", "the Lamp", "", "reported", f"T{body}"),
        ("citing", "reported", "two firemen", "", "citing", f"T{body}"),
    ]
    assert ways[f"Two firemen told the Lamp that t{body} ."] == [
        ("told", "told", "Two firemen", "the Lamp", "told", f"t{body}"),
    ]


def test_a_voice_that_is_there_lies_in_the_relay_put_round_it() -> None:
    ways = every_way(VOICED)
    assert ways["The mayor said on Monday that the old pier had burnt down , the Lamp reported ."] == [
        ("said", "reported", "The mayor", "", "said", "the old pier had burnt down"),
        (
            "reported",
            "reported",
            "the Lamp",
            "",
            "reported",
            "The mayor said on Monday that the old pier had burnt down",
        ),
    ]


@pytest.mark.parametrize(
    "sentence", ["Short one.", "Was the pier burnt down on that night?", "“It burnt,” she read in it."]
)
def test_questions_quotations_and_scraps_stay_as_they_are(sentence: str) -> None:
    example = example_of(document_of(f"=== odd-1 | The Courier\nPier burns\n{sentence}\n--"))
    assert with_relays(example, OUTLETS, SOURCES, random.Random(1)) is example
