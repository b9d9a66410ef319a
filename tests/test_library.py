"""The library's face: one function to read with, and values that cost nothing until they are asked for."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import reportedly
from reportedly.values import Page, Reading, Report, Subject, SubjectType

SENTENCE = "The port had reopened, SANA reported, citing the ministry."
PAGE = (
    "<!doctype html><html><head><title>Port reopens</title></head><body><article><h1>Port reopens after nine days</h1>"
    f"<p>{SENTENCE} It had been closed for nine days by ice that no ship could pass, and food ran short on the island.</p>"
    "<p>“It is open and it will stay open,” Ana Ruiz, the port's director, said on Monday to a crowd on the pier.</p>"
    "</article></body></html>"
)


def chains(reading: Reading) -> list[str]:
    return [str(chain) for chain in reading.chains]


def test_a_text_is_read_and_spans_point_into_it_as_given() -> None:
    reading = reportedly.read(SENTENCE, subjects=())
    assert (reading.text, chains(reading), reading.subjects) == (SENTENCE, ["SANA ← the ministry"], ())


@pytest.mark.parametrize(
    "source", [PAGE, PAGE.encode(), Page(url="", body=PAGE.encode(), fetched=datetime(2025, 5, 1, tzinfo=UTC))]
)
def test_html_is_known_as_text_bytes_and_page(source: str | bytes | Page) -> None:
    reading = reportedly.read(source, subjects=())
    assert chains(reading) == ["SANA ← the ministry", "Ana Ruiz"]
    assert reading.text.startswith("Port reopens after nine days\nThe port had reopened")


def test_a_report_is_read_as_it_is() -> None:
    report = Report(url="", title="Port reopens", paragraphs=(SENTENCE,))
    assert reportedly.read(report, subjects=()).text == report.text


@pytest.mark.parametrize("text", ["<3 said Ana Ruiz.", "a < b, said Ana Ruiz.", "", " ", "<<< said"])
def test_a_text_that_only_begins_like_markup_stays_a_text(text: str) -> None:
    assert reportedly.read(text, subjects=()).text == text


@pytest.mark.parametrize("source", ["<html></html>", b"", b"%PDF-1.4", "<p></p>"])
def test_html_without_a_report_says_why(source: str | bytes) -> None:
    with pytest.raises(reportedly.ReportedlyError, match=r"holds no report that can be read \(.+\)"):
        reportedly.read(source, subjects=())


def test_subjects_are_those_given() -> None:
    board = Subject(id=7, label="Elin Harbour Board", type=SubjectType.BODY, weight=0.6)
    [tag] = reportedly.read(
        "Elin Harbour Board closes\nThe Elin Harbour Board is closed, a clerk said.", subjects=[board]
    ).subjects
    assert (tag.subject_id, tag.label) == (7, "Elin Harbour Board")


def test_a_notebook_shows_the_text_and_its_chains() -> None:
    shown = reportedly.read(SENTENCE, subjects=())._repr_html_()
    assert shown.startswith('<div class="reportedly-reading"')
    assert "SANA</strong> ← " in shown


def test_every_public_name_is_there_and_nothing_else_is() -> None:
    assert [name for name in reportedly.__all__ if getattr(reportedly, name, None) is None] == []
    assert dir(reportedly) == sorted(reportedly.__all__)
    with pytest.raises(AttributeError, match="no attribute 'manager'"):
        reportedly.manager  # noqa: B018


def test_importing_the_library_imports_nothing_heavy() -> None:
    code = "import sys, reportedly, reportedly.values; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    )
    assert not loaded & {"django", "lxml", "trafilatura", "babel", "aiohttp", "reportedly.trace", "reportedly.extract"}


def test_the_reading_has_a_page_in_the_reference() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "library.md").read_text(encoding="utf-8")
    assert [name for name in reportedly.__all__ if f"`{name}" not in page] == []
