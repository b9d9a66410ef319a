"""Feeds: what a feed reader reads back is what we published."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.test import Client
from lxml import etree

from builders import NOON, a_report, a_story, a_subject, an_outlet
from reportedly.engines.search import IndexRow, SearchIndex
from reportedly.wire.models import ReportNotice

pytestmark = pytest.mark.django_db

HOSTILE = 'A <b>bold</b> & "quoted" ]]> title\x00\x08\ufffe 港'


@pytest.fixture
def wire(settings: Any, tmp_path: Path) -> dict[str, str]:
    """The paths that have feeds, by kind, over two reports of one story."""
    settings.REPORTEDLY = type(settings.REPORTEDLY)(data=tmp_path, base_url="https://wire.example")
    story, elin, outlet = a_story("The story"), a_subject(), an_outlet("gull-post", "The Gull Post")
    reports = [
        a_report(
            "Older",
            ["It is open, SANA said, citing pilots.", "More."],
            outlet=outlet,
            about=[elin],
            story=story,
            said=[
                {"content": "It is open", "source": "SANA", "cue": "said"},
                {"content": "It is open", "source": "pilots", "cue": "citing", "unnamed": True, "within": 1},
            ],
        ),
        a_report(
            HOSTILE, ["<script>alert(1)</script>\x0b"], outlet=outlet, about=[elin], story=story, published=None,
            listed_at=NOON + timedelta(hours=1), notice="corrected", earlier=["Was\nSo"],
        ),
    ]  # fmt: skip
    with_index = SearchIndex(tmp_path / "search.sqlite3")
    with_index.add(IndexRow(id=one.id, title="Port", body="", subjects=(), outlet=1) for one in reports)
    return {
        "front": "/",
        "subject": "/subjects/port-elin/",
        "story": f"/stories/{story.id}/",
        "outlet": "/outlets/gull-post/",
        "search": "/search/?q=port",
    }


KINDS = ("front", "subject", "story", "outlet", "search")


def feed_of(path: str, format: str) -> str:
    path, _, query = path.partition("?")
    return f"{path}feed.{format}" + (f"?{query}" if query else "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", ["rss", "atom"])
def test_a_feed_reader_reads_back_what_was_published(
    client: Client, wire: dict[str, str], kind: str, format: str
) -> None:
    response = client.get(feed_of(wire[kind], format))
    assert response.status_code == 200
    etree.fromstring(response.content)  # well-formed
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[format]
    assert feed.feed.title.endswith(" · reportedly")
    assert feed.feed.link == f"https://wire.example{wire[kind]}"
    assert [entry.title_detail.value for entry in feed.entries] == [
        'A <b>bold</b> & "quoted" ]]> title 港' if format == "atom" else feed.entries[0].title,
        "Older",
    ]
    newest, oldest = feed.entries
    assert oldest.link.startswith("https://wire.example/reports/")
    assert oldest.link == oldest.id
    assert oldest.author == "The Gull Post"
    assert oldest.published_parsed[:5] == (2026, 11, 20, 12, 0)
    assert (
        oldest.summary
        == "<p>Who says so: SANA ← pilots (unnamed)</p>\n<p>It is open, SANA said, citing pilots.</p>\n<p>More.</p>"
    )
    assert "<script" not in newest.summary
    assert "published" not in newest  # nobody gave its date


@pytest.mark.parametrize("kind", KINDS)
def test_a_json_feed_is_whole(client: Client, wire: dict[str, str], kind: str) -> None:
    response = client.get(feed_of(wire[kind], "json"))
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"https://wire.example{feed_of(wire[kind], 'json')}"
    newest, oldest = feed["items"]
    assert oldest == {
        "id": oldest["url"],
        "url": oldest["url"],
        "title": "Older",
        "content_html": "<p>Who says so: SANA ← pilots (unnamed)</p>\n<p>It is open, SANA said, citing pilots.</p>\n<p>More.</p>",
        "content_text": "It is open, SANA said, citing pilots.\n\nMore.",
        "authors": [{"name": "The Gull Post", "url": "https://wire.example/outlets/gull-post/"}],
        "date_published": "2026-11-20T12:00:00+00:00",
        "date_modified": "2026-11-20T12:05:00+00:00",
        "_reportedly": {
            "outlet": "gull-post",
            "chain": [{"voice": "SANA", "unnamed": False}, {"voice": "pilots", "unnamed": True}],
            "story": oldest["_reportedly"]["story"],
            "notice": None,
        },
    }
    assert "date_published" not in newest
    assert newest["_reportedly"]["notice"] == "corrected"


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_advertises_its_feeds_in_its_head_and_to_its_reader(
    client: Client, wire: dict[str, str], kind: str
) -> None:
    page = client.get(wire[kind]).content.decode()
    for format, type in (
        ("rss", "application/rss+xml"),
        ("atom", "application/atom+xml"),
        ("json", "application/feed+json"),
    ):
        assert f'<link rel="alternate" type="{type}"' in page
        assert page.count(f'href="{feed_of(wire[kind], format)}"') == 2


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
def test_a_feed_that_did_not_change_is_not_sent_again(client: Client, wire: dict[str, str], format: str) -> None:
    address = feed_of(wire["subject"], format)
    first = client.get(address)
    assert first["Last-Modified"] == "Fri, 20 Nov 2026 14:05:00 GMT"  # the correction came in an hour after
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(address, headers=header)
        assert (again.status_code, again.content) == (304, b"")
    a_report("New", about=[a_subject("Other")], published=NOON + timedelta(days=1))
    assert client.get(feed_of("/", format), headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
def test_a_feed_of_nothing_is_still_a_feed(client: Client, format: str) -> None:
    a_subject("Quiet")
    response = client.get(f"/subjects/quiet/feed.{format}")
    assert response.status_code == 200
    if format == "json":
        assert json.loads(response.content)["items"] == []
    else:
        assert feedparser.parse(response.content).entries == []


def test_the_feed_of_another_name_redirects_to_the_feed_of_the_subject(client: Client) -> None:
    a_subject(aliases=["Elinhavn"])
    assert client.get("/subjects/Elinhavn/feed.atom")["Location"] == "/subjects/port-elin/feed.atom"


def test_a_search_that_cannot_be_answered_has_no_feed(client: Client, wire: dict[str, str]) -> None:
    assert client.get("/search/feed.rss?q=subject:Nowhere").status_code == 400


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ("corrected", "Corrected by the outlet."),
        ("withdrawn", "Withdrawn by the outlet."),
        ("gone", "No longer there: the outlet has taken its page down."),
    ],
)
def test_what_became_of_a_report_is_news_to_those_who_follow(client: Client, notice: str, said: str) -> None:
    report = a_report("Port open", notice=notice)
    ReportNotice.objects.create(report=report, notice=notice, noted=NOON + timedelta(days=2))
    item = json.loads(client.get(feed_of("/", "json")).content)["items"][0]
    assert f"<strong>{said}</strong>" in item["content_html"]
    assert item["_reportedly"]["notice"] == notice
    assert item["date_modified"] == (NOON + timedelta(days=2)).isoformat()
    for format in ("rss", "atom"):
        assert said in client.get(feed_of("/", format)).content.decode()
