"""The guide that defines every label, example by example. Whatever finds the labels, these sentences read so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reportedly.trace import trace
from reportedly.values import Kind, SourceType, Stance

Said = Callable[[str], list[str]]

CONTENT = [
    ("The ministry said that the bridge had closed on Monday because of ice.", ["The ministry: the bridge had closed on Monday because of ice"]),
    ("The ministry has said the road is safe.", ["The ministry: the road is safe"]),
    ("Officials claimed the dam would hold.", ["Officials: the dam would hold"]),
    ("“The dam will hold,” Ana Ruiz wrote.", ["Ana Ruiz: The dam will hold"]),
    ("Ana Ruiz tweeted: “The dam will hold.”", ["Ana Ruiz: The dam will hold"]),
    ("Ana Ruiz asked whether the dam would hold.", ["Ana Ruiz: whether the dam would hold"]),
    ("The mayor ordered residents to leave the valley.", ["The mayor: to leave the valley"]),
    ("The mayor warned that the dam might burst.", ["The mayor: the dam might burst"]),
    ("In a statement, the ministry said the dam would hold.", ["the ministry: the dam would hold"]),
    ("The port had closed, as reported by the agency.", ["the agency: The port had closed"]),
]  # fmt: skip

SOURCES = [
    ("Ana Ruiz, the port's director, said the port would close.", ["Ana Ruiz, the port's director: the port would close"]),
    ("She said the port would close.", ["She: the port would close"]),
    ("Two officials said the port would close.", ["Two officials: the port would close"]),
    ("According to the ministry's website, the port will close.", ["the ministry's website: the port will close"]),
    ("It was reported that the port had closed.", ["-: the port had closed"]),
]  # fmt: skip

MARKED = [
    ("The ministry issued a statement that the port had closed.", ["The ministry: the port had closed"]),
    ("The union rejected the mayor's claim that the bridge was safe.",
     ["The union: the mayor's claim that the bridge was safe", "The union < the mayor: the bridge was safe"]),
    ("The survey found that most people want the bridge.", ["The survey: most people want the bridge"]),
    ("Officials believe that the bridge is safe.", ["Officials: the bridge is safe"]),
    ("The mayor condemned the strike on Friday.", ["The mayor: the strike on Friday"]),
    ("The union criticised the plan, and the mayor praised the firemen.",
     ["The union: the plan", "the mayor: the firemen"]),
    ("The ministry called for an inquiry.", ["The ministry: an inquiry"]),
    ("The mayor said he feared a strike.", ["The mayor: he feared a strike"]),
    ("The agency reported on the transfer of troops.", ["The agency: the transfer of troops"]),
    ("The mayor announced the closure of the port.", ["The mayor: the closure of the port"]),
    ("The minister warned of floods.", ["The minister: floods"]),
    ("The minister denied the charge.", ["The minister: the charge"]),
    ("A bid reportedly worth 3m was made.", ["-: worth 3m"]),
    ("The company is said to have sold the mine.", ["-: The company … have sold the mine"]),
    ("The union urged health boards to act.", ["The union: to act"]),
    ("Minister: dam will hold\nThe dam stood on Monday.", ["Minister: dam will hold"]),
    ("“We have waited eleven years for this bridge,”\nNobody stood there.", ["-: We have waited eleven years for this bridge"]),
]  # fmt: skip

NOT_MARKED = [
    "He knew the road well.",
    "The council decided to sell the mill.",
    "The mayor is pleased by the result.",
    "The mayor fears a strike.",
    "The mayor hopes for rain.",
    "Joe “Sly” Ruiz won the race.",
    "A house said to be worth 3m was sold.",
    "The bridge is expected to open in May.",
    "The damage is estimated at 3m.",
    "Ana Ruiz, known as the Heron, was elected.",
    "Residents were told to leave.",
    "The minister did not say who had paid.",
    "The minister declined to comment.",
    "There were no reports that the dam had burst.",
    "If he denies that he paid, there will be a trial.",
]

CHAINS = [
    ("The port had reopened, SANA reported, citing the ministry.", ["SANA < the ministry: The port had reopened"]),
    ("A clerk told the Post that the file was lost.", ["the Post < A clerk: the file was lost"]),
    ("The Post said that the mayor had denied taking money.",
     ["The Post: the mayor had denied taking money", "The Post < the mayor: taking money"]),
    ("The channel says it had this from its people in London, who point to aides of the premier.",
     ["The channel < its people in London < aides of the premier: this"]),
    ("Two officials, speaking to Reuters, said that the port had closed.", ["Reuters < Two officials: the port had closed"]),
    ("The port had closed, the mayor said in an interview with Le Monde.", ["Le Monde < the mayor: The port had closed"]),
    ("A Reuters poll found that most people want the bridge.", ["A Reuters poll: most people want the bridge"]),
    ("A clerk told reporters that the file was lost.", ["A clerk: the file was lost"]),
    ("A clerk told the court that the file was lost.", ["A clerk: the file was lost"]),
    ("The minister told parliament that the file was lost.", ["The minister: the file was lost"]),
    ("The mayor said the bridge was “a disgrace to the town”.", ["The mayor: the bridge was “a disgrace to the town”"]),
    ("The port will close on Monday. This was stated by Ana Ruiz, the Post reports.",
     ["the Post < Ana Ruiz: The port will close on Monday"]),
    ("“We will rebuild it,” Reuters quotes Ana Ruiz as saying.", ["Reuters < Ana Ruiz: We will rebuild it"]),
    ("A clerk told the Post that the file was lost. “It was on my desk,” she said.",
     ["the Post < A clerk: the file was lost", "she: It was on my desk"]),
    ("A clerk told the Post that the file was lost. She also told the paper that it was blue.",
     ["the Post < A clerk: the file was lost", "the paper < She: it was blue"]),
    ("In a response published by the Post, the committee said it would wait.", ["the Post < the committee: it would wait"]),
    ("Engineers knew of the crack, according to a memo seen by Reuters.", ["Reuters < a memo: Engineers knew of the crack"]),
    ("The mine was sold in May, according to a letter leaked to the weekly Lampa.",
     ["the weekly Lampa < a letter: The mine was sold in May"]),
    ("The company, in a statement carried by the agency Norda, said that the mine was safe.",
     ["the agency Norda < The company: the mine was safe"]),
]  # fmt: skip

ONE_OR_TWO = [
    ("Ana Ruiz said the port was closed and added that it would reopen.",
     ["Ana Ruiz: the port was closed", "Ana Ruiz: it would reopen"]),
    ("“The port is closed,” Ana Ruiz said, “and will stay so.”", ["Ana Ruiz: The port is closed … and will stay so"]),
    ("“The port is closed. It has been since May,” Ana Ruiz said.", ["Ana Ruiz: The port is closed … It has been since May"]),
    ("“The port is closed,” Ana Ruiz said. “It will open on Monday.”",
     ["Ana Ruiz: The port is closed", "(Ana Ruiz): It will open on Monday"]),
    ("The bridge had closed. The mayor confirmed this.", ["The mayor: The bridge had closed"]),
    ("The mayor announced that the bridge would close: “It is old. It is cracked.”",
     ["The mayor: the bridge would close … It is old. It is cracked"]),
    ("The bridge is old, according to the engineer, but it stands.", ["the engineer: The bridge is old"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [*CONTENT, *SOURCES])
def test_content_is_the_whole_proposition_and_source_the_words_that_name_who_says_it(
    text: str, expected: list[str], said: Said
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), MARKED)
def test_whatever_is_voiced_is_marked(text: str, expected: list[str], said: Said) -> None:
    assert said(text) == expected


@pytest.mark.parametrize("text", NOT_MARKED)
def test_what_nobody_says_is_not_marked(text: str, said: Said) -> None:
    assert said(text) == []


@pytest.mark.parametrize(("text", "expected"), CHAINS)
def test_a_relay_is_a_voice_of_its_own(text: str, expected: list[str], said: Said) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), ONE_OR_TWO)
def test_one_cue_and_one_source_make_one_attribution(text: str, expected: list[str], said: Said) -> None:
    assert said(text) == expected


def test_the_relayed_voice_lies_in_the_outlet_that_was_told() -> None:
    outer, inner = trace("A clerk told the Post that the file was lost.").attributions
    assert (outer.id, outer.source_type, outer.within) == ("a1", SourceType.OUTLET, None)
    assert (inner.id, inner.source_type, inner.within) == ("a2", SourceType.UNNAMED, outer)
    assert outer.cue == inner.cue
    assert outer.content == inner.content


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("The ministry has said the road is safe.", ["said"]),
        ("“It will hold,” she was quoted as saying.", ["was quoted as saying"]),
        ("According to the ministry, the road is safe.", ["According to"]),
        ("“It will hold,” Reuters quotes Ana Ruiz as saying.", ["quotes", "as saying"]),
    ],
)
def test_the_cue_is_the_words_that_do_the_laying(text: str, cue: list[str]) -> None:
    assert [span.of(text) for span in trace(text).attributions[-1].cue] == cue


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“The port is closed,” she said.", Kind.DIRECT),
        ("She said the port was closed.", Kind.INDIRECT),
        ("She said the port was “closed for good”.", Kind.MIXED),
        ("“The mayor said the port was closed,” she said.", Kind.INDIRECT),  # the voice inside the quotation
    ],
)
def test_kind_tells_how_much_stands_in_quotation_marks(text: str, kind: Kind) -> None:
    assert trace(text).attributions[-1].kind is kind


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("She said the dam was safe.", Stance.ASSERTS),
        ("She denied that the dam was safe.", Stance.DENIES),
        ("She doubted that the dam was safe.", Stance.DOUBTS),
        ("She asked whether the dam was safe.", Stance.ASKS),
        ("She ordered residents to leave.", Stance.ORDERS),
        ("She promised to mend the dam.", Stance.PROMISES),
        ("She accused the company of neglecting the dam.", Stance.ACCUSES),
        ("She predicted that the dam would burst.", Stance.PREDICTS),
        ("She refused to open the dam.", Stance.DENIES),
    ],
)
def test_stance_is_what_the_cue_shows(text: str, stance: Stance) -> None:
    assert [one.stance for one in trace(text).attributions] == [stance]


@pytest.mark.parametrize(
    ("text", "speaker", "source_type"),
    [
        ("Ana Ruiz left early. She said the port was closed.", "Ana Ruiz", SourceType.PERSON),
        ("Ana Ruiz left early. Ruiz said the port was closed.", "Ana Ruiz", SourceType.PERSON),
        ("SANA published a map. The agency said the port was closed.", "SANA", SourceType.OUTLET),
        ("Two officials said the port was closed.", "Two officials", SourceType.UNNAMED),
        ("The prime minister said the port was closed.", "The prime minister", SourceType.OFFICE),
        ("The survey found that the port was closed.", "The survey", SourceType.DOCUMENT),
        ("Police said the port was closed.", "Police", SourceType.ORGANISATION),
        ("It was reported that the port was closed.", None, SourceType.NONE),
    ],
)
def test_a_source_is_resolved_to_the_fullest_name_in_the_report(
    text: str, speaker: str | None, source_type: SourceType
) -> None:
    [found] = trace(text).attributions
    assert (found.speaker, found.source_type) == (speaker, source_type)


def test_a_surname_and_the_full_name_are_one() -> None:
    text = "Pieter Feith was appointed in Brussels. Feith is a diplomat."
    assert [name.name for name in trace(text).names] == ["Pieter Feith", "Brussels", "Pieter Feith"]
