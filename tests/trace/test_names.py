"""Names by rules: where they stand, what they name, and their fullest form."""

from __future__ import annotations

import pytest

from reportedly.trace.names import find_names


def names(text: str) -> list[tuple[str, str, str]]:
    return [(name.span.of(text), str(name.type), name.name) for name in find_names(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("President Ana Ruiz left.", [("Ana Ruiz", "PER", "Ana Ruiz")]),
        ("Foreign Minister Ana Ruiz left.", [("Ana Ruiz", "PER", "Ana Ruiz")]),
        ("Mr. Ruiz met Ana Ruiz.", [("Ruiz", "PER", "Ana Ruiz"), ("Ana Ruiz", "PER", "Ana Ruiz")]),
        ("They met in Damascus.", [("Damascus", "LOC", "Damascus")]),
        ("He works for the Bank of Norland.", [("Bank of Norland", "ORG", "Bank of Norland")]),
        ("Syria and Iran agreed.", [("Syria", "LOC", "Syria"), ("Iran", "LOC", "Iran")]),
        ("The Syrian army left.", [("Syrian", "MISC", "Syrian")]),
        ("On Monday it rained. It was cold.", []),
        ("Yesterday nobody came.", []),
        ("", []),
    ],
)
def test_a_name_is_found_with_its_type_and_fullest_form(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert names(text) == expected


def test_initials_stand_for_the_full_name_beside_them() -> None:
    text = "The Organization for the Prohibition of Chemical Weapons met. The OPCW decided nothing."
    assert names(text)[-1] == ("OPCW", "ORG", "Organization for the Prohibition of Chemical Weapons")


def test_a_line_set_in_capitals_names_nobody() -> None:
    assert names("PORT CLOSED AFTER STORM WARNING\nIt reopened.") == []


def test_one_form_has_one_type_in_a_text() -> None:
    text = "Ruiz left. Ana Ruiz came back in May. Ruiz stayed."
    assert {kind for _, kind, _ in names(text)} == {"PER"}
