"""What the marks of a training text promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from marked import Mismarked, document_of, documents

PORT = """=== port-1 | The Harbour Courier
Port reopened
“{2t1t The port is open},” {2s a clerk} {1c2c told} {1s The Lamp} in Vell.
--
1 - asserts outlet
2 1 asserts unnamed
ORG The Lamp
LOC Vell"""


def test_marks_become_attributions_and_names() -> None:
    assert document_of(PORT) == {
        "doc_id": "port-1",
        "outlet": "The Harbour Courier",
        "lang": "en",
        "text": "Port reopened\n“The port is open,” a clerk told The Lamp in Vell.",
        "attributions": [
            {
                "id": "1",
                "source": [[47, 55]],
                "cue": [[42, 46]],
                "content": [[15, 31]],
                "nested_in": None,
                "stance": "asserts",
                "source_type": "outlet",
            },
            {
                "id": "2",
                "source": [[34, 41]],
                "cue": [[42, 46]],
                "content": [[15, 31]],
                "nested_in": "1",
                "stance": "asserts",
                "source_type": "unnamed",
            },
        ],
        "names": [
            {"start": 47, "end": 55, "type": "ORG", "name": "The Lamp"},
            {"start": 59, "end": 63, "type": "LOC", "name": "Vell"},
        ],
    }


def test_a_text_without_marks_holds_nothing() -> None:
    assert document_of("=== quiet-1 | The Lamp\nNothing happened.\n--")["attributions"] == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("=== port-1 |", "== port-1"), "not the first line of a text"),
        (("\n--", ""), "no line of two dashes"),
        (("open},”", "open,”"), "a brace is never closed"),
        (("in Vell.", "in Vell}."), "a brace closes that was not opened"),
        (("{2s a clerk}", "{a clerk}"), "no number and role behind the brace"),
        (("{2s a clerk}", "{2s }"), "an empty span"),
        (("\n2 1 asserts unnamed", ""), "attribution 2 is marked and not listed"),
        (("2 1 asserts", "2 3 asserts"), "lies in 3, which is not listed"),
        (("1 - asserts outlet", "1 2 asserts outlet"), "or lies in it"),
        (("2 1 asserts", "2 1 shouts"), "no such stance or source type"),
        (("1 - asserts outlet", "1 - asserts none"), "has a source and the type none"),
        (("1 - asserts outlet", "1 - asserts outlet\n1 - asserts outlet"), "is listed twice"),
        (("LOC Vell", "LOC Velle"), "'Velle' does not stand in the text"),
        (("LOC Vell", "TOWN Vell"), "neither an attribution nor names"),
    ],
)
def test_what_does_not_add_up_is_said(change: tuple[str, str], why: str) -> None:
    with pytest.raises(Mismarked, match=why):
        document_of(PORT.replace(*change))


def test_every_text_for_training_is_well_marked_and_has_a_name_of_its_own() -> None:
    folder = Path(__file__).parents[2] / "training/texts"
    names = [document["doc_id"] for path in sorted(folder.glob("*.txt")) for document in documents(path)]
    assert len(names) > 300
    assert len(names) == len(set(names))
