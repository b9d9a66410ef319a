"""What adding voices to plain sentences promises: the words and the labels move together."""

from __future__ import annotations

import random

import pytest

from examples import CONTENT, CUE, OUTER, SOURCE, Example, example_of
from marked import document_of
from relays import BEFORE, BEHIND, Phrase, with_relays, with_tellings

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
SOURCES = [Phrase("two firemen", 5)]


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


SPOKEN = """=== spoken-1 | The Courier
Pier burns
{1s Rost} {1c said} {1t the old pier was gone}. {2t It stood for years}, {2c said} {2s a neighbour}. {3s He} {3c said} {3t it was cold} and {4c added} {4t it was wet}. Nobody slept.
--
1 - asserts person
2 - asserts person
3 - asserts person
4 - asserts person
PER Rost"""


def told_ways() -> dict[str, list[tuple[str, str, str, str, str, str]]]:
    example = example_of(document_of(SPOKEN))
    made = [with_tellings(example, OUTLETS, SOURCES, random.Random(seed)) for seed in range(1500)]
    return {sentence: read(one) for one in made for sentence in " ".join(one.form[2:]).split(" . ")}


def test_a_voice_that_is_there_is_told_to_an_outlet_or_passed_on() -> None:
    ways = told_ways()
    gone = "the old pier was gone"
    assert ("told", "told", "Rost", "the Lamp", "told", gone) in ways[f"Rost told the Lamp {gone}"]
    assert ("said", "said", "Rost", "the Lamp", "said", gone) in ways[f"Rost said to the Lamp {gone}"]
    through = ways[f"Rost , through his lawyer , said {gone}"]
    assert ("through", "through", "his lawyer", "", "through", gone) in through
    assert ("said", "through", "Rost", "", "said", gone) in through
    stood = "It stood for years"
    assert ("said", "said", "a neighbour", "the Lamp", "said", stood) in ways[f"{stood} , said a neighbour to the Lamp"]


def test_nobody_relays_what_is_told_to_a_court_and_a_source_that_says_more_is_not_parted() -> None:
    ways = told_ways()
    gone = "the old pier was gone"
    assert ("told", "told", "Rost", "", "told", gone) in ways[f"Rost told the court {gone}"]
    assert ("said", "said", "Rost", "", "said", gone) in ways[f"Rost , speaking to the jury , said {gone}"]
    assert not any(way.startswith("He , ") for way in ways)


def test_a_relay_stands_before_the_verb_and_a_voice_is_carried_on() -> None:
    block = QUIET.replace("tide.", "tide. The tower was not touched by it at all.").replace("burnt down", "was burning")
    ways = every_way(block)
    tower = "The tower was not touched by it at all"
    way = f"The old pier at Vell was burning before the morning tide . The tower , the Lamp reported , citing two firemen , {tower[10:]} ."
    assert ways[way] == [
        ("reported", "reported", "the Lamp", "", "reported", tower),
        ("citing", "reported", "two firemen", "", "citing", tower),
    ]
    carried = [anchors for anchors in ways.values() if anchors[-1][0] == "added" and len(anchors) > 1]
    assert carried
    for *before, last in carried:
        assert last[2:] == (last[2], "", "added", last[5])
        assert last[1] in {word for word, carrier, *_ in before if word == carrier}


def test_a_plain_beginning_is_needed_to_stand_before_the_verb() -> None:
    ways = every_way(QUIET.replace("The old pier at Vell burnt", "As it was late the old pier at Vell was burnt"))
    assert not any(" , the Lamp reported , was " in way for way in ways)
