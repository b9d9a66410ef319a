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
