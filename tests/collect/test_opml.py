"""Lists of outlets, in and out."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reportedly.collect.opml import OpmlOutlet, read_opml, write_opml
from reportedly.errors import UsageError

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FEED = "https://courier.example/feed?a=1&b=2"


def test_nested_folders_are_opened() -> None:
    body = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
    <opml version="1.0"><head><title>Mine</title></head><body>
      <outline text="Harbours">
        <outline text="North">
          <outline type="rss" text="Fj\xf8rd &amp; Times" xmlUrl=" https://fjord.example/feed " htmlUrl="https://fjord.example/"/>
        </outline>
        <outline type="rss" text="x" title="The Quay" XMLURL="https://quay.example/rss"/>
      </outline>
      <outline type="rss" xmlUrl="https://nameless.example/rss"/>
      <outline type="rss" text="Twice" xmlUrl="https://quay.example/rss"/>
      <outline type="link" text="Not a feed" url="https://x.example/"/>
    </body></opml>"""
    assert read_opml(body) == (
        OpmlOutlet(name="Fjørd & Times", feed_url="https://fjord.example/feed", home_url="https://fjord.example/"),
        OpmlOutlet(name="The Quay", feed_url="https://quay.example/rss"),
        OpmlOutlet(name="https://nameless.example/rss", feed_url="https://nameless.example/rss"),
    )


def test_a_broken_list_keeps_what_can_be_read() -> None:
    body = b'<opml><body><outline text="Fish & Ships" xmlUrl="https://a.example/?x=1&y=2"/><outline text="B" xmlUrl="https://b.exa'
    assert read_opml(body)[0] == OpmlOutlet(name="Fish & Ships", feed_url="https://a.example/?x=1&y=2")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "this file is no OPML list of outlets"),
        (b"  ", "this file is no OPML list of outlets"),
        (b"hello", "this file is no OPML list of outlets"),
        (b"<rss><channel/></rss>", "this file is no OPML list of outlets"),
        (b"<opml><body/></opml>", "this OPML list names no feed"),
        (b'<!DOCTYPE o [<!ENTITY a "aaaa">]><opml><body><outline text="&a;"/></body></opml>', "this OPML list names no feed"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(body: bytes, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_opml(body)
    assert str(refused.value) == why


def test_ours_comes_back_whole() -> None:
    outlets = (
        OpmlOutlet(
            name='The "Courier" & Times',
            feed_url=FEED,
            home_url="https://courier.example/",
            slug="courier",
            family="Harbour Group",
            country="NO",
            language="nn",
            paused=True,
        ),
        OpmlOutlet(name="وكالة الميناء", feed_url="https://port.example/rss"),
    )
    assert read_opml(write_opml(outlets, title="Mine", made=NOON)) == outlets


def test_other_programs_read_ours() -> None:
    written = write_opml([OpmlOutlet(name="Courier", feed_url=FEED)], title="Mine", made=NOON).decode()
    assert (
        '<outline type="rss" text="Courier" title="Courier" xmlUrl="https://courier.example/feed?a=1&amp;b=2"/>'
        in written
    )
    assert "<dateCreated>Mon, 02 Nov 2026 12:00:00 +0000</dateCreated>" in written


@given(st.text(), st.text(max_size=20))
def test_any_name_can_be_written(name: str, family: str) -> None:
    written = write_opml([OpmlOutlet(name=name, feed_url=FEED, family=family)], title=name, made=NOON)
    assert [outlet.feed_url for outlet in read_opml(written)] == [FEED]


@given(st.binary(max_size=300))
@example(b"<:")
def test_bytes_of_any_kind_are_a_list_or_refused(body: bytes) -> None:
    with suppress(UsageError):
        assert read_opml(body)
