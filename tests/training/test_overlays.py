"""Marks kept without their texts find the texts again, and no others."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import overlays
from marked import Mismarked, document_of
from overlays import documents, overlay_of, text_of

SENTENCES = {
    "gmb-1.0": "Officials say the mill at Norrvik has closed.",
    "gmb-2.0": 'The owner called the report """" idle talk , """" and left.',
    "gmb-3.0": "Its doors were open on Sunday, and the workers ' canteen too.",
}
REPORT = "Mill closes Norrvik, Sunday The owner said that it would not reopen. "
MARKED = """=== gmb-1-2 | Quay Radio
{1s Officials} {1c say} {1t the mill at Norrvik has closed}.
{2s The owner} {2c called} {2t the report "idle talk ,"} and left.
--
1 - asserts unnamed
2 - asserts person"""
REPORT_MARKED = """=== GUM_news_mill-1 | Quay News
Mill closes
Norrvik, Sunday
{1s The owner} {1c said} that {1t it would not reopen}.
--
1 - asserts person"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three sentences and a report."""
    (tmp_path / "tagging").mkdir()
    for path, texts in (
        (overlays.SENTENCES, SENTENCES),
        (overlays.REPORTS[0], {}),
        (overlays.REPORTS[1], {"GUM_news_mill": REPORT}),
    ):
        lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items())
        (tmp_path / path).write_bytes(gzip.compress(lines.encode(), mtime=0))
    return tmp_path


def test_sentences_are_joined_and_their_quotation_marks_are_as_printed(data: Path) -> None:
    assert text_of("gmb-2-3", data) == (
        'The owner called the report "idle talk ," and left.\n'
        "Its doors were open on Sunday, and the workers' canteen too."
    )


def test_an_overlay_holds_places_and_no_words(data: Path) -> None:
    overlay = overlay_of(document_of(MARKED), data)
    assert overlay["id"] == "gmb-1-2"
    assert overlay["breaks"] == []
    assert [(one["source"], one["cue"], one["content"]) for one in overlay["attributions"]] == [
        ([[0, 9]], [[10, 13]], [[14, 44]]),
        ([[46, 55]], [[56, 62]], [[63, 87]]),
    ]
    assert "Norrvik" not in json.dumps(overlay)


def test_what_was_marked_is_read_back_with_its_line_breaks(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.jsonl"
    monkeypatch.setattr(overlays, "OVERLAYS", kept)
    document = document_of(REPORT_MARKED)
    kept.write_text(json.dumps(overlay_of(document, data)) + "\n")
    assert documents(data) == [
        {
            "doc_id": "GUM_news_mill-1",
            "lang": "en",
            "text": "Mill closes\nNorrvik, Sunday\nThe owner said that it would not reopen.",
            "attributions": document["attributions"],
        }
    ]


def test_a_text_with_other_words_is_refused(data: Path) -> None:
    with pytest.raises(Mismarked, match="not those of the public text"):
        overlay_of(document_of(MARKED.replace("has closed", "had closed")), data)


def test_a_public_text_that_changed_is_refused(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept.jsonl"
    monkeypatch.setattr(overlays, "OVERLAYS", kept)
    overlay = overlay_of(document_of(MARKED), data)
    kept.write_text(json.dumps(overlay | {"sha256": "0" * 16}) + "\n")
    with pytest.raises(Mismarked, match="not the one that was marked"):
        documents(data)


@pytest.mark.parametrize("name", ["gmb-2-9", "GUM_news_none-1", "other-1"])
def test_a_name_that_no_public_text_has_is_refused(name: str, data: Path) -> None:
    with pytest.raises(Mismarked, match="no public text of that name"):
        text_of(name, data)


def test_no_overlay_is_no_document(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlays, "OVERLAYS", tmp_path / "none.jsonl")
    assert documents(data) == []


@pytest.mark.shared
def test_every_overlay_finds_its_text(shared: Path) -> None:
    found = documents(shared)
    assert len(found) == len(overlays.overlays()) > 400
