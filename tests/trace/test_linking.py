"""Who lies in whom, from what was found."""

from __future__ import annotations

from reportedly.trace.found import Found
from reportedly.trace.linking import link
from reportedly.values import Name, NameType, SourceType, Span

TEXT = "Ana Ruiz spoke to the Gazette, telling the Gazette that the port had closed. The Gazette said the port was old."


def span(words: str, nth: int = 0) -> Span:
    """Where some words stand in TEXT."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words))


def chains(*found: Found) -> list[list[str]]:
    """The sources of every attribution and of those that carry it, the outermost first."""
    names = [Name(span=span("Ana Ruiz"), type=NameType.PERSON, name="Ana Ruiz")]
    names += [Name(span=span("Gazette", n), type=NameType.ORGANISATION, name="Gazette") for n in range(3)]
    shown = []
    for one in link(found, TEXT, [], tuple(names), rule="test"):
        voices, now = [], one
        while now is not None:
            voices.append(now.source[0].of(TEXT))
            now = now.within
        shown.append(voices[::-1])
    return shown


def told(content: str, within: Found | None = None, nth: int = 0, source: str = "the Gazette") -> Found:
    kind = SourceType.PERSON if source == "Ana Ruiz" else SourceType.OUTLET
    return Found([span(content)], [span("telling")], span(source, nth), source_type=kind, within=within)


def test_a_relay_told_of_twice_is_one_voice() -> None:
    outer = told("the port had closed")
    again = told("the port had closed", outer, nth=1)
    speaker = told("the port had closed", again, source="Ana Ruiz")
    assert chains(outer, again, speaker) == [["the Gazette"], ["the Gazette", "Ana Ruiz"]]


def test_a_voice_that_carries_nobody_stays() -> None:
    outer = told("the port had closed")
    assert len(chains(outer, told("the port had closed", outer, nth=1))) == 2


def test_other_words_of_the_same_voice_stay() -> None:
    outer = told("the port had closed")
    other = Found([span("the port was old")], [span("said")], span("The Gazette"), within=outer)
    speaker = Found([span("the port was old")], [], span("Ana Ruiz"), within=other)
    assert len(chains(outer, other, speaker)) == 3
