"""Items of NewsML-G2 as reports, and what hostile ones cannot do."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.errors import UsageError
from reportedly.pipeline.formats_newsml import NEWSML_TYPE, NewsItem, Torn, read_newsml, report_of_newsml
from reportedly.values import Notice, Page, Reason, Report, SetAside, Withdrawal

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Not this</title></head><body>{}</body></html>'
PARAGRAPHS = "<p>The ferry <b>sailed</b> &amp; came back.</p><p>Ilse Brandt said so.</p>"
MB = 1 << 20


def an_item(
    *,
    guid: str = "urn:newsml:coast.example:ferry",
    version: str = "3",
    status: str = '<pubStatus qcode="stat:usable"/>',
    body: str | None = None,
    about: str = "",
    content: str = "<by>By Tarn Alder</by><creator><name>Nobody</name></creator>",
) -> str:
    body = (
        f'<inlineXML contenttype="application/xhtml+xml">{XHTML.format(PARAGRAPHS)}</inlineXML>'
        if body is None
        else body
    )
    return (
        f'<newsItem {NAR} guid="{guid}" version="{version}" standard="NewsML-G2" standardversion="2.30" conformance="power">'
        f'<itemMeta><itemClass qcode="ninat:text"/><provider qcode="prov:coast"><name>Coast Wire</name></provider>'
        f"<versionCreated>2026-11-02T11:30:00+01:00</versionCreated><firstCreated>2026-11-02T09:00:00Z</firstCreated>"
        f"{status}{about}<title>Ferry</title></itemMeta>"
        f'<contentMeta><located qcode="city:1"><name>Vellmar</name></located>{content}<language tag="en-GB"/>'
        f'<subject qcode="x:1"><name>shipping</name></subject><subject qcode="x:2"/>'
        f"<headline>Ferry sails <b>again</b></headline></contentMeta><contentSet>{body}</contentSet></newsItem>"
    )


def parted(text: str | bytes, *, limit_bytes: int = MB) -> list[NewsItem | Torn]:
    return list(read_newsml(io.BytesIO(text.encode() if isinstance(text, str) else text), limit_bytes=limit_bytes))


def read(text: str, *, now: datetime = NOON) -> Report | SetAside:
    [item] = parted(text)
    assert isinstance(item, NewsItem)
    return report_of_newsml(Page(url="f, item 1", body=item.xml, fetched=now, content_type=NEWSML_TYPE, outlet="coast"))


def paragraphs(body: str) -> tuple[str, ...]:
    found = read(an_item(body=body))
    assert isinstance(found, Report), found
    return found.paragraphs


# --- an item ---------------------------------------------------------------------------------------------------------


def test_an_item_is_a_report_with_all_it_says_of_itself() -> None:
    assert read(an_item()) == Report(
        url="",
        guid="urn:newsml:coast.example:ferry",
        outlet="coast",
        title="Ferry sails again",
        paragraphs=("The ferry sailed & came back.", "Ilse Brandt said so."),
        author="Tarn Alder",
        published=datetime(2026, 11, 2, 9, tzinfo=UTC),
        modified=datetime(2026, 11, 2, 10, 30, tzinfo=UTC),
        language="en-GB",
        located="Vellmar",
        categories=("shipping",),
        title_from="record",
        author_from="record",
        published_from="record",
        text_from="record",
        language_from="record",
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<inlineXML><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>One.</x:p><x:p>Two.</x:p></x:div></inlineXML>', ("One.", "Two.")),
        (
            '<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><head><title>No</title></head>'
            "<body><body.head><hedline><hl1>No</hl1></hedline></body.head><body.content><p>One.</p><p>Two.</p></body.content></body></nitf></inlineXML>",
            ("One.", "Two."),
        ),
        ('<inlineData contenttype="text/plain">One.\n\nTwo.</inlineData>', ("One.", "Two.")),
        ('<inlineData contenttype="text/html">&lt;p&gt;One.&lt;/p&gt;</inlineData>', ("One.",)),
        ('<remoteContent href="x.jpg"/><inlineXML/><inlineData>One.</inlineData>', ("One.",)),
    ],
)  # fmt: skip
def test_its_text_is_found_in_whichever_form_it_is_given(body: str, found: tuple[str, ...]) -> None:
    assert paragraphs(body) == found


@pytest.mark.parametrize(
    "status",
    [
        '<pubStatus qcode="stat:canceled"/>',
        '<pubStatus qcode="stat:withheld"/>',
        '<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>',
    ],
)
def test_an_item_that_is_no_longer_usable_is_withdrawn_with_or_without_its_text(status: str) -> None:
    found = read(an_item(status=status))
    assert isinstance(found, Report)
    assert found.notice is Notice.WITHDRAWN
    assert read(an_item(status=status, body="")) == Withdrawal(url="f, item 1", guid="urn:newsml:coast.example:ferry")


def test_nothing_is_made_of_an_item_before_its_embargo_ends() -> None:
    text = an_item(about="<embargoed>2026-11-02T14:00:00Z</embargoed>")
    assert read(text) == SetAside(url="f, item 1", reason=Reason.EMBARGOED, detail="until 2026-11-02 14:00 UTC")
    assert isinstance(read(text, now=datetime(2026, 11, 2, 15, tzinfo=UTC)), Report)


def test_without_a_byline_those_who_made_it_are_its_authors() -> None:
    found = read(an_item(content='<creator qcode="x:1"><name>Ana Bel</name></creator><creator literal="Tarn Alder"/>'))
    assert isinstance(found, Report)
    assert found.author == "Ana Bel; Tarn Alder"


def test_an_item_without_text_says_so() -> None:
    found = read(an_item(body='<remoteContent href="https://coast.example/a.jpg" contenttype="image/jpeg"/>'))
    assert isinstance(found, SetAside)
    assert found.reason is Reason.NO_TEXT


# --- a file ----------------------------------------------------------------------------------------------------------


def test_a_message_is_parted_into_its_news_and_what_is_none_is_passed_over() -> None:
    message = (
        f'<?xml version="1.0"?><newsMessage {NAR}><header><sent>2026-11-02T12:00:00Z</sent></header><itemSet>'
        f'{an_item(guid="1")}<packageItem guid="2"><itemMeta/></packageItem><conceptItem guid="3"/>{an_item(guid="4", version="7")}'
        "</itemSet></newsMessage>"
    )
    found = parted(message)
    assert [(one.guid, one.version, one.provider) for one in found if isinstance(one, NewsItem)] == [
        ("1", "3", "Coast Wire"),
        ("4", "7", "Coast Wire"),
    ]
    assert len(found) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_its_encoding_is_the_one_it_shows(encoding: str) -> None:
    [item] = parted(an_item(guid="ø").encode(encoding))
    assert isinstance(item, NewsItem)
    assert item.guid == "ø"


def test_a_file_that_breaks_off_gives_what_stood_before_and_says_so() -> None:
    whole, torn = parted(f"<newsMessage><itemSet>{an_item()}{an_item()[:300]}")
    assert isinstance(whole, NewsItem)
    assert isinstance(torn, Torn)
    assert torn.why.startswith("the XML is broken (")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not NewsML-G2"),
        ("<newsMessage/>", "not NewsML-G2, or no item of it can be read"),
        ("<html><body>", "not NewsML-G2"),
        ("<newsMessage><itemSet><newsItem", "the XML is broken"),
    ],
)
def test_a_file_without_an_item_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parted(text)


# --- hostile ones ----------------------------------------------------------------------------------------------------


def laughing(item: str) -> str:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE newsItem [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>{item}'


def test_no_entity_expands_and_nothing_outside_is_loaded() -> None:
    began = time.monotonic()
    [item] = parted(laughing(an_item(body="<inlineData>Words &x; &l0;</inlineData>")))
    assert isinstance(item, NewsItem)
    assert b"<inlineData>Words &x; &l0;</inlineData>" in item.xml
    for hostile in (an_item(body="<inlineData>&l11;</inlineData>"), an_item(guid="&l11;")):
        with pytest.raises(UsageError):
            parted(laughing(hostile))
    assert time.monotonic() - began < 2


def test_an_item_larger_than_a_page_may_be_ends_the_file_with_a_reason() -> None:
    large = an_item(body=f"<inlineData>{'<b/>' * 400_000}</inlineData>")
    found = parted(f"<newsMessage><itemSet>{an_item()}{large}{an_item()}</itemSet></newsMessage>")
    assert isinstance(found[0], NewsItem)
    assert found[1:] == [Torn(why="an item is larger than 1 MB")]


def test_many_items_may_together_be_larger_than_one_page() -> None:
    item = an_item(body=f"<inlineData>{'words ' * 50_000}</inlineData>")
    assert len(parted(f"<newsMessage><itemSet>{item * 8}</itemSet></newsMessage>")) == 8


def test_deep_nesting_ends() -> None:
    with pytest.raises(UsageError):
        parted("<newsMessage>" + "<a>" * 200_000)


@settings(deadline=None)  # a shared machine may pause anywhere
@given(st.binary(max_size=200) | st.text(alphabet="<>/&;newsItm guid='\"xhtp:!-[]", max_size=200).map(str.encode))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    for start in (b"", an_item().encode(), an_item().encode()[:-40]):
        page = Page(url="f", body=start + body, fetched=NOON, content_type=NEWSML_TYPE, outlet="coast")
        assert isinstance(report_of_newsml(page), Report | SetAside)
        with suppress(UsageError):
            assert parted(start + body)
