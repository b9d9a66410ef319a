"""Through whom each content comes: one chain an innermost attribution."""

from __future__ import annotations

from reportedly.trace import chains_of, trace
from reportedly.values import Attribution, SourceType, Span

TEXT = "The port had reopened, SANA reported, citing the ministry."


def test_a_relay_and_what_it_relays_are_one_chain() -> None:
    [chain] = trace(TEXT).chains
    assert chain.to_dict() == {
        "content": [[0, 21]],
        "voices": ["SANA", "the ministry"],
        "speakers": ["SANA", "the ministry"],
        "unnamed": [False, False],
    }
    assert str(chain) == "SANA ← the ministry"


def test_a_voice_that_also_speaks_for_itself_keeps_a_chain_of_its_own() -> None:
    text = "Ana Ruiz said that the mayor had called the bridge “a disgrace”."
    assert [str(chain) for chain in trace(text).chains] == ["Ana Ruiz ← the mayor"]
    text = "Ana Ruiz said it rained. The mayor said it snowed."
    assert [str(chain) for chain in trace(text).chains] == ["Ana Ruiz", "The mayor"]


def test_nobody_named_is_a_voice_that_says_so() -> None:
    [chain] = trace("It was reported that the port had closed.").chains
    assert (str(chain), chain.origin.unnamed, chain.origin.speaker) == ("nobody named", True, None)


def test_a_hedge_inside_somebodys_words_adds_no_voice() -> None:
    chains = trace("A source in the valley told the Post that the rebels reportedly took the hill.").chains
    assert [str(chain) for chain in chains] == ["Post ← A source in the valley"]


def test_unnamed_voices_are_marked_and_keep_their_words() -> None:
    [chain] = trace("Two officials told Reuters that the port had closed.").chains
    assert [(voice.label, voice.unnamed) for voice in chain.voices] == [("Reuters", False), ("Two officials", True)]


def test_chains_can_be_made_of_attributions_from_anywhere() -> None:
    outer = Attribution(
        id="a1", content=(Span(0, 21),), source=(Span(23, 27),), speaker="SANA", source_type=SourceType.OUTLET
    )
    inner = Attribution(id="a2", content=(Span(0, 21),), source=(Span(45, 57),), within=outer, speaker="the ministry")
    assert [str(chain) for chain in chains_of((outer, inner), TEXT)] == ["SANA ← the ministry"]
    assert chains_of((), TEXT) == ()


def test_a_pronoun_stands_for_no_thing_that_its_bearer_speaks_of() -> None:
    text = (
        "Foreign Minister Oskar Lindqvist said that the dam still leaks.\n"
        "“According to our data, the dam still leaks. Governor Ana Holm must close it,” Quay News quotes him as saying."
    )
    assert [str(chain) for chain in trace(text).chains] == [
        "Oskar Lindqvist",
        "Quay News ← Oskar Lindqvist ← our data",
    ]
