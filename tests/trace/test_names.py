"""Every name has its fullest form in the same text."""

from __future__ import annotations

import pytest

from reportedly.model import NameLabel
from reportedly.trace import trace
from reportedly.trace.names import names_of
from reportedly.values import NameType, Span


def names(text: str, *labels: tuple[str, str]) -> list[tuple[str, str, str]]:
    """The names of a text whose words are labelled one after the other: form, type, fullest form."""
    found, at = [], 0
    for form, kind in labels:
        at = text.index(form, at)
        found.append(NameLabel(span=Span(at, at + len(form)), type=NameType(kind), score=1.0))
        at += len(form)
    return [(name.span.of(text), str(name.type), name.name) for name in names_of(found, text)]


@pytest.mark.parametrize(
    ("text", "labels", "fullest"),
    [
        ("Mr Ruiz met Ana Ruiz.", [("Ruiz", "PER"), ("Ana Ruiz", "PER")], ["Ana Ruiz", "Ana Ruiz"]),
        ("Ana Ruiz left. Ana came back.", [("Ana Ruiz", "PER"), ("Ana", "PER")], ["Ana Ruiz", "Ana Ruiz"]),
        (
            "The Board for the Prevention of Collisions met. The BPC decided nothing.",
            [("Board for the Prevention of Collisions", "ORG"), ("BPC", "ORG")],
            ["Board for the Prevention of Collisions", "Board for the Prevention of Collisions"],
        ),
        ("Ruiz is a town. Ana Ruiz is not.", [("Ruiz", "LOC"), ("Ana Ruiz", "PER")], ["Ruiz", "Ana Ruiz"]),
    ],
)
def test_a_name_carries_its_fullest_form(text: str, labels: list[tuple[str, str]], fullest: list[str]) -> None:
    assert [name for _, _, name in names(text, *labels)] == fullest


def test_no_name_is_no_name() -> None:
    assert names("On Monday it rained.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Port closed\nPresident Ana Ruiz met the mayor of Damascus on Monday.",
            [("Ana Ruiz", "PER"), ("Damascus", "LOC")],
        ),
        ("Port closed\nNobody was there yesterday.", []),
        ("", []),
    ],
)
def test_names_are_found_with_their_type(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(name.span.of(text), str(name.type)) for name in trace(text).names] == expected
