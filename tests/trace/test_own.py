"""A report's own outlet is always there, and never marked."""

from __future__ import annotations

import pytest

from reportedly.trace import trace

TOLD = "A clerk told the Morning Tide that the file was lost."


def voices(text: str, outlet: str = "") -> list[str]:
    """Each chain as it is shown."""
    return [str(chain) for chain in trace(text, outlet=outlet).chains]


def test_an_outlet_that_was_told_is_a_relay() -> None:
    assert voices(TOLD) == ["Morning Tide ← A clerk"]
    assert voices(TOLD, "Evening Tide") == ["Morning Tide ← A clerk"]


@pytest.mark.parametrize("outlet", ["Morning Tide", "The Morning Tide", "morning-tide", "www.morningtide.example"])
def test_the_outlet_of_the_report_is_none(outlet: str) -> None:
    assert voices(TOLD, outlet) == ["A clerk"]


def test_what_the_outlet_says_of_itself_is_not_marked() -> None:
    text = "Morning Tide reported on Friday that the mill would close."
    assert trace(text, outlet="Morning Tide").attributions == ()


def test_a_name_without_a_letter_is_no_outlet() -> None:
    assert voices(TOLD, "***") == voices(TOLD)


def test_a_quotation_that_goes_on_in_its_voice_goes_with_it() -> None:
    text = (
        "“The mill will close.” Morning Tide said. “It should have closed.”\n"
        "The owner, Ana Holm, said the mill would stay open."
    )
    assert voices(text) == ["Morning Tide", "Morning Tide", "Ana Holm"]
    assert voices(text, "Morning Tide") == ["Ana Holm"]


def test_any_voice_of_a_text_may_be_its_outlet() -> None:
    text = (
        "Norda reported, citing the Gazette, that the port had closed. “It is over,” the Gazette wrote.\n"
        "“It was a good port.” “We will miss it,” said Ana Ruiz of Norda, who told the Tide that she was going."
    )
    for outlet in ("Norda", "Gazette", "Tide", "Ana Ruiz", "she", "who", "it"):
        trace(text, outlet=outlet)
