"""Items of ninjs as reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.pipeline.formats_ninjs import is_ninjs, provider_of_ninjs, record_of_ninjs, without_by
from reportedly.pipeline.records import page_of_record, report_of_record
from reportedly.values import Notice, Reason, Report, SetAside, Withdrawal

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "uri": "urn:newsml:coast.example:20261102:ferry",
    "standard": {"name": "ninjs", "version": "2.1", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json"},
    "type": "text",
    "version": "3",
    "firstcreated": "2026-11-02T09:00:00Z",
    "versioncreated": "2026-11-02T11:30:00+01:00",
    "pubstatus": "usable",
    "language": "en",
    "headlines": [{"role": "short", "value": "Ferry"}, {"role": "main", "value": "Ferry sails again"}],
    "bodies": [
        {"role": "plain", "contenttype": "text/plain", "value": "all in one line"},
        {
            "role": "main",
            "contenttype": "text/html",
            "value": "<section><p>The ferry sailed &amp; came back.</p><p>Ilse Brandt said so.</p></section>",
        },
    ],
    "by": "By Tarn Alder",
    "located": "Vellmar",
    "subjects": [{"name": "shipping", "literal": "1"}, {"name": "ice"}, {"name": "shipping"}, {"uri": "x"}],
    "rightsinfo": {"copyrightholder": {"name": "Coast Wire"}},
    "renditions": [{"name": "web", "contenttype": "text/html", "href": "https://coast.example/ferry"}],
}


def read(item: dict[str, Any], *, now: datetime = NOON) -> Report | SetAside:
    return report_of_record(page_of_record(item, outlet="coast", fetched=now, named="f, record 1"))


def changed(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in {**ITEM, **fields}.items() if value is not None}


def test_an_item_is_a_report_with_all_it_says_of_itself() -> None:
    assert read(ITEM) == Report(
        url="https://coast.example/ferry",
        guid="urn:newsml:coast.example:20261102:ferry",
        outlet="coast",
        title="Ferry sails again",
        paragraphs=("The ferry sailed & came back.", "Ilse Brandt said so."),
        author="Tarn Alder",
        published=datetime(2026, 11, 2, 9, tzinfo=UTC),
        modified=datetime(2026, 11, 2, 10, 30, tzinfo=UTC),
        language="en",
        located="Vellmar",
        categories=("shipping", "ice"),
        title_from="record",
        author_from="record",
        published_from="record",
        text_from="record",
        language_from="record",
    )
    assert provider_of_ninjs(ITEM) == "Coast Wire"


def test_version_one_says_the_same_in_other_fields() -> None:
    item = {
        "uri": "urn:x:1",
        "version": "1",
        "versioncreated": "2026-11-02T09:00:00Z",
        "headline": "Ferry sails again",
        "body_text": "all in one line",
        "body_html": "<p>The ferry sailed.</p>",
        "byline": "von Tarn Alder",
        "subject": [{"name": "ice"}],
        "copyrightholder": "Coast Wire",
    }
    found = read(item)
    assert isinstance(found, Report)
    assert (found.title, found.paragraphs, found.author) == ("Ferry sails again", ("The ferry sailed.",), "Tarn Alder")
    assert (found.published, found.categories) == (datetime(2026, 11, 2, 9, tzinfo=UTC), ("ice",))
    assert provider_of_ninjs(item) == "Coast Wire"


def test_the_time_of_a_later_version_is_no_date_of_publication() -> None:
    found = read(changed(firstcreated=None))
    assert isinstance(found, Report)
    assert (found.published, found.modified) == (None, datetime(2026, 11, 2, 10, 30, tzinfo=UTC))


@pytest.mark.parametrize("status", ["canceled", "cancelled", "withheld", "Canceled"])
def test_an_item_that_is_no_longer_usable_is_withdrawn_with_or_without_its_text(status: str) -> None:
    found = read(changed(pubstatus=status))
    assert isinstance(found, Report)
    assert found.notice is Notice.WITHDRAWN
    assert read(changed(pubstatus=status, bodies=None)) == Withdrawal(
        url="https://coast.example/ferry", guid="urn:newsml:coast.example:20261102:ferry"
    )


def test_nothing_is_made_of_an_item_before_its_embargo_ends() -> None:
    item = changed(embargoed="2026-11-02T14:00:00Z")
    assert read(item) == SetAside(url="f, record 1", reason=Reason.EMBARGOED, detail="until 2026-11-02 14:00 UTC")
    assert isinstance(read(item, now=datetime(2026, 11, 2, 14, tzinfo=UTC)), Report)


@pytest.mark.parametrize(
    ("bodies", "paragraphs"),
    [
        ([{"contenttype": "text/plain", "value": "One.\n\nTwo."}], ("One.", "Two.")),
        ([{"contenttype": "application/xhtml+xml", "value": "<div><p>One.</p></div>"}], ("One.",)),
        ([{"value": "<p>One.</p>"}], ("One.",)),
        ([{"value": "One < two"}], ("One < two",)),
        ([{"contenttype": "text/html", "value": "<script>x()</script>"}, {"value": "One."}], ("One.",)),
    ],
)
def test_a_body_is_read_as_what_it_says_it_is(bodies: list[dict[str, str]], paragraphs: tuple[str, ...]) -> None:
    found = read(changed(bodies=bodies))
    assert isinstance(found, Report)
    assert found.paragraphs == paragraphs


@pytest.mark.parametrize(
    ("record", "is_one"),
    [
        (ITEM, True),
        ({"uri": "x", "pubstatus": "usable"}, True),
        ({"guid": "x", "body_html": "<p>y"}, True),
        ({"uri": "x", "standard": {"name": "ninjs"}}, True),
        ({"uri": "x", "text": "ours", "pubstatus": "usable"}, False),
        ({"guid": "x", "title": "ours"}, False),
        ({"uri": 3, "pubstatus": "usable"}, False),
        ({"pubstatus": "usable"}, False),
        ({}, False),
    ],
)
def test_an_item_is_told_from_a_record_of_ours(record: dict[str, Any], is_one: bool) -> None:
    assert is_ninjs(record) == is_one


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (changed(bodies=None), "no text"),
        (changed(bodies="no list", type="picture"), "no text"),
        (changed(versioncreated="yesterday"), "bad record"),
        (changed(language=["en"]), "bad record"),
    ],
)
def test_an_item_without_text_or_with_a_false_field_says_so(item: dict[str, Any], why: str) -> None:
    found = read(item)
    assert isinstance(found, SetAside)
    assert found.reason == why


@pytest.mark.parametrize(
    ("line", "name"), [("By Tarn Alder", "Tarn Alder"), ("Byrne", "Byrne"), ("von", "von"), ("", ""), ("BY  X", "X")]
)
def test_the_word_by_is_no_part_of_a_name(line: str, name: str) -> None:
    assert without_by(line) == name


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)  # a shared machine may pause anywhere
@given(st.dictionaries(st.sampled_from(sorted({*ITEM, "body_html", "located", "embargoed"})), _JSON))
def test_no_item_of_any_shape_raises(item: dict[str, Any]) -> None:
    item = json.loads(json.dumps(item))
    record_of_ninjs(item)
    provider_of_ninjs(item)
    assert isinstance(read({"uri": "x", "pubstatus": "usable", **item}), Report | SetAside)
