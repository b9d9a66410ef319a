"""Constructions that news uses, in sentences of our own: what must be found in each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reportedly.trace import trace

Said = Callable[[str], list[str]]

ORDER = [
    ("The port had closed, said Ana Ruiz, the port's director.", ["Ana Ruiz, the port's director: The port had closed"]),
    ("The port, officials said, had closed.", ["officials: The port … had closed"]),
    ("“It is gone,” said one resident of the valley.", ["one resident of the valley: It is gone"]),
    ("“Is it gone?” she asked.", ["she: Is it gone?"]),
    ("“Is it gone?” Ana Ruiz asked.", ["Ana Ruiz: Is it gone?"]),
    ("On Monday the ministry said the port had closed.", ["the ministry: the port had closed"]),
    ("Earlier this week, Ana Ruiz, who led the search, said the boat was found.", ["Ana Ruiz: the boat was found"]),
    ("Ruiz said on Friday that the port was closed.", ["Ruiz: the port was closed"]),
    ("Ruiz said in a letter to the council that the port was closed.", ["Ruiz: the port was closed"]),
    ("The boat sank, according to news website The Lantern.", ["news website The Lantern: The boat sank"]),
    ("The bank, a spokeswoman added, would pay.", ["a spokeswoman: The bank … would pay"]),
    ("As the mayor put out the lights, Ruiz said the port was closed.", ["Ruiz: the port was closed"]),
    ("Asked whether the dam would hold, Ruiz said it would.", ["-: whether the dam would hold", "Ruiz: it would"]),
    ("Ruiz called the vote “a farce”.", ["Ruiz: the vote “a farce”"]),
    ("Ruiz accused the bank of hiding losses.", ["Ruiz: the bank of hiding losses"]),
    ("The ministry denied that the port had closed, saying it was “open to all”.",
     ["The ministry: the port had closed", "The ministry: it was “open to all”"]),
    ("She explained: “The lock was broken.”", ["She: The lock was broken"]),
    ("Bridge old, says engineer\nIt is old.", ["engineer: Bridge old"]),
    ("Bridge will fall – engineer\nIt is old.", ["engineer: Bridge will fall"]),
    ("WITHDRAWN: Bridge will fall, engineers say\nIt is old.", ["engineers: Bridge will fall"]),
    ("Exclusive: KBU: Bridge will fall\nIt is old.", ["KBU: Bridge will fall"]),
    ("BRIDGE-BUSTER: Old iron will fall\nIt is old.", []),
]  # fmt: skip

VOICES_IN_VOICES = [
    ("Ana Ruiz said the mayor had told her that the money was gone.",
     ["Ana Ruiz: the mayor had told her that the money was gone", "Ana Ruiz < the mayor: the money was gone"]),
    ("“The mayor said the money was gone,” Ana Ruiz told the court.",
     ["Ana Ruiz: The mayor said the money was gone", "Ana Ruiz < The mayor: the money was gone"]),
    ("According to the Gazette, the mayor denied that the money was gone.",
     ["the Gazette: the mayor denied that the money was gone", "the Gazette < the mayor: the money was gone"]),
    ("The agency Norda reported that the port had closed, as stated by the deputy minister of ports.",
     ["The agency Norda < the deputy minister of ports: the port had closed"]),
    ("Norda News reported that Ana Ruiz was quoted by the Gazette as saying that the port had closed.",
     ["Norda News: Ana Ruiz was quoted by the Gazette as saying that the port had closed",
      "Norda News < the Gazette < Ana Ruiz: the port had closed"]),
    ("The tunnel had flooded, the daily Lampa has learned from two engineers.",
     ["the daily Lampa < two engineers: The tunnel had flooded"]),
    ("Militants had reached the well, as reported by Norland’s Desert News agency, citing sources on the ground.",
     ["Norland’s Desert News agency < sources on the ground: Militants had reached the well"]),
    ("Canal 4 reports that it received this information from its sources in the north, and they in turn refer to their "
     "agents in the general staff.",
     ["Canal 4 < its sources in the north < their agents in the general staff: this information"]),
    ("A source in the valley told the news agency that the rebels reportedly took the hill.",
     ["the news agency < A source in the valley: the rebels reportedly took the hill",
      "the news agency < A source in the valley < -: the rebels … took the hill"]),
    ("Norland will show proof. This was stated by the minister of ports, Jean-Luc Amaury, reports Le Phare.",
     ["Le Phare < the minister of ports, Jean-Luc Amaury: Norland will show proof"]),
    ("Norland has handed over its proof. Norda News writes that Ilya Senn, the envoy of Norland, reported this.",
     ["Norda News < Ilya Senn, the envoy of Norland: Norland has handed over its proof"]),
]  # fmt: skip

QUOTING = [
    ('"Straight marks," Ana Ruiz said.', ["Ana Ruiz: Straight marks"]),
    ("“Curly marks,” Ana Ruiz said.", ["Ana Ruiz: Curly marks"]),
    ("„Low marks“, said Ana Ruiz.", ["Ana Ruiz: Low marks"]),
    ("«Angled marks», said Ana Ruiz.", ["Ana Ruiz: Angled marks"]),
    ("»Inverted marks«, said Ana Ruiz.", ["Ana Ruiz: Inverted marks"]),
    ("'Single marks,' said Ana Ruiz.", ["Ana Ruiz: Single marks"]),
    ("‘The workers’ hall is old,’ said Ana Ruiz.", ["Ana Ruiz: The workers’ hall is old"]),
    ("``Typed marks,'' said Ana Ruiz.", ["Ana Ruiz: Typed marks"]),
    ("“She said ‘never’ to me,” said Ana Ruiz.", ["Ana Ruiz: She said ‘never’ to me", "Ana Ruiz < She: never"]),
    ("Ana Ruiz said: “The first day was long.\n“The second was longer.”",
     ["Ana Ruiz: The first day was long … The second was longer"]),
    ("Ana Ruiz said the port was “closed. It never opened again.", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ORDER)
def test_source_cue_and_content_may_stand_in_any_order(text: str, expected: list[str], said: Said) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), VOICES_IN_VOICES)
def test_every_voice_keeps_its_place_in_the_chain(text: str, expected: list[str], said: Said) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), [row for row in QUOTING if row[1] is not None])
def test_a_quotation_is_found_in_any_marks(text: str, expected: list[str], said: Said) -> None:
    assert said(text) == expected


def test_a_mark_that_is_never_closed_costs_no_attribution(said: Said) -> None:
    assert [line.split(":")[0] for line in said("Ana Ruiz said the port was “closed. It never opened again.")] == [
        "Ana Ruiz"
    ]


def test_an_apostrophe_opens_no_quotation(said: Said) -> None:
    assert said("In the '90s the workers' hall was sold. The '80s were better.") == []


def test_a_dateline_is_no_part_of_what_is_said(said: Said) -> None:
    assert said("PORT ISKEN (Norda) — The harbour has frozen, the mayor said.") == ["the mayor: The harbour has frozen"]


def test_an_uncued_quotation_keeps_the_voice_and_the_relay_before_it() -> None:
    text = "“It was cold,” a clerk told the Post. “The stove was broken for a week.”"
    last = trace(text).attributions[-1]
    assert (last.cue, last.source, last.speaker) == ((), (), "a clerk")
    assert last.within is not None
    assert last.within.speaker == "Post"


def test_ids_run_in_text_order() -> None:
    text = "Ana Ruiz said it rained. The mayor said it snowed. A clerk said it hailed."
    assert [(one.id, one.speaker) for one in trace(text).attributions] == [
        ("a1", "Ana Ruiz"),
        ("a2", "The mayor"),
        ("a3", "A clerk"),
    ]


def test_every_attribution_says_which_rule_found_it() -> None:
    reading = trace("Ana Ruiz said it rained.")
    assert [one.rule for one in reading.attributions] == [reading.rule]
