"""Records: what a JSON object says of a report, and what is said back when it says nothing we can use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reportedly.pipeline.records import RECORD_TYPE, page_of_line, page_of_record, report_of_record
from reportedly.values import Notice, Page, Reason, Report, SetAside

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(record: Any) -> Report | SetAside:
    return report_of_record(page_of_record(record, outlet="gazette", fetched=NOON, named="f.jsonl:1"))


def report(record: Any) -> Report:
    found = read(record)
    assert isinstance(found, Report)
    return found


def test_a_full_record_becomes_the_report_it_describes() -> None:
    assert read(
        {
            "guid": "tag:g,1",
            "id": "ignored",
            "url": "https://g.example/1",
            "title": "Port \n reopens",
            "paragraphs": ["The port reopened.\u00a0…", "Ships \u2028 waited. "],
            "published": "2026-02-28T23:30:00+02:00",
            "modified": 1772366400,
            "author": "A. Writer",
            "language": "en",
            "categories": ["ports"],
            "credit": "Wire",
            "notice": "corrected",
        }
    ) == Report(
        guid="tag:g,1",
        url="https://g.example/1",
        outlet="gazette",
        title="Port reopens",
        paragraphs=("The port reopened.\u00a0…", "Ships", "waited."),
        published=datetime(2026, 2, 28, 21, 30, tzinfo=UTC),
        modified=NOON,
        author="A. Writer",
        language="en",
        categories=("ports",),
        credit="Wire",
        notice=Notice.CORRECTED,
        title_from="record",
        author_from="record",
        published_from="record",
        text_from="record",
        language_from="record",
    )


@pytest.mark.parametrize("name", ["id", "doc_id", "page_id", "guid"])
def test_an_id_by_any_of_its_names_is_the_guid_even_when_it_is_a_number(name: str) -> None:
    assert report({name: 7, "title": "T", "text": "Words."}).guid == "7"


def test_an_empty_guid_is_not_replaced_by_an_id() -> None:
    assert report({"guid": "", "id": 7, "title": "T", "text": "Words."}).guid == ""


@pytest.mark.parametrize(
    ("record", "title", "paragraphs"),
    [
        ({"title": "T", "text": "One.\n\nTwo."}, "T", ("One.", "Two.")),
        ({"title": "T", "text": "T\nOne."}, "T", ("One.",)),  # text as we export it
        ({"text": "T\r\nOne."}, "T", ("One.",)),
        ({"text": "Only this."}, "Only this.", ("Only this.",)),
        ({"title": "T", "articleBody": "One."}, "T", ("One.",)),
        ({"text": "word " * 60}, ("word " * 40).strip() + " …", (("word " * 60).strip(),)),
    ],
)
def test_title_and_paragraphs(record: dict[str, Any], title: str, paragraphs: tuple[str, ...]) -> None:
    assert (report(record).title, report(record).paragraphs) == (title, paragraphs)


@pytest.mark.parametrize(
    ("given", "published", "is_day"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC), True),
        ("2026-03-01T12:00:00Z", NOON, False),
        ("2026-03-01 12:00", NOON, False),  # no zone: UTC
        ("Sun, 01 Mar 2026 13:00:00 +0100", NOON, False),
        (1772366400, NOON, False),
        (1772366400000, NOON, False),
        (None, None, False),
        ("", None, False),
        ("0000-00-00", None, False),
    ],
)
def test_dates(given: Any, published: datetime | None, is_day: bool) -> None:
    found = report({"title": "T", "text": "Words.", "published": given})
    assert (found.published, found.published_is_day) == (published, is_day)


@pytest.mark.parametrize(
    ("record", "reason", "detail"),
    [
        ({}, Reason.NO_TEXT, "no text, paragraphs or html in the record"),
        ({"title": "T", "text": " \n "}, Reason.NO_TEXT, "no text, paragraphs or html in the record"),
        ({"title": ["T"], "text": "W"}, Reason.BAD_RECORD, "title is not a text"),
        ({"url": {}, "text": "W"}, Reason.BAD_RECORD, "url is not a text"),
        ({"title": "T", "paragraphs": "W"}, Reason.BAD_RECORD, "paragraphs is not a list of texts"),
        ({"title": "T", "paragraphs": [1]}, Reason.BAD_RECORD, "paragraphs is not a list of texts"),
        (
            {"title": "T", "text": "W", "published": "last week"},
            Reason.BAD_RECORD,
            "published is 'last week', which is no date we can read",
        ),
        (
            {"title": "T", "text": "W", "date": 1e300},
            Reason.BAD_RECORD,
            "date is '1e+300', which is no date we can read",
        ),
        (
            {"title": "T", "text": "W", "notice": "sorry"},
            Reason.BAD_RECORD,
            "notice is 'sorry'; it can be corrected or withdrawn or gone",
        ),
        ({"html": ["<p>"]}, Reason.BAD_RECORD, "html is not a text"),
    ],
)
def test_a_record_that_cannot_be_used_says_which_field(record: Any, reason: Reason, detail: str) -> None:
    assert read(record) == SetAside(url="f.jsonl:1", reason=reason, detail=detail)


@pytest.mark.parametrize("line", [b"", b"nonsense", b"[1]", b"null", b"\xff\xfe", b'{"a":' * 5000])
def test_a_line_that_is_no_record_is_set_aside(line: bytes) -> None:
    found = report_of_record(page_of_line(line, outlet="gazette", fetched=NOON, named="f.jsonl:3"))
    assert isinstance(found, SetAside)
    assert (found.url, found.reason) == ("f.jsonl:3", Reason.BAD_RECORD)


def test_a_record_of_html_becomes_a_page_that_its_fields_vouch_for() -> None:
    page = page_of_record(
        {"id": 1, "url": "https://g.example/1", "title": "T", "html": "<p>Words", "published": "2026-03-01T12:00Z"},
        outlet="gazette",
        fetched=NOON,
    )
    assert (page.content_type, page.body) == (
        "text/html; charset=utf-8",
        b"<html><body><article><p>Words</article></body></html>",
    )
    assert page.entry is not None
    assert (page.entry.guid, page.entry.title, page.entry.published) == ("1", "T", NOON)


def test_half_characters_do_not_stop_a_record() -> None:
    found = read(json.loads('{"title": "T \\ud800", "text": "W"}'))
    assert isinstance(found, Report)


def test_a_record_travels_as_a_page() -> None:
    assert page_of_record({"title": "T"}, outlet="gazette", fetched=NOON, named="f:1") == Page(
        url="f:1", body=b'{"title":"T"}', fetched=NOON, content_type=RECORD_TYPE, outlet="gazette"
    )
