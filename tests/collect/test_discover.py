"""The feeds a page names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.collect.discover import FoundFeed, find_feeds, page_title

HOME = "https://courier.example/front/"
RSS = 'type="application/rss+xml"'


def found(page: str) -> list[tuple[str, str]]:
    return [(feed.title, feed.url) for feed in find_feeds(page.encode(), HOME)]


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        (f'<link rel="alternate" {RSS} title="News &amp; more" href="/feed">', [("News & more", "https://courier.example/feed")]),
        (f"<LINK REL='ALTERNATE home' {RSS} HREF=feed.xml>", [("", "https://courier.example/front/feed.xml")]),
        ('<link rel="alternate" type="application/feed+json" href="//feeds.example/f.json">', [("", "https://feeds.example/f.json")]),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">', []),
        ('<link rel="alternate" type="text/xml" href="/rss/all">', [("", "https://courier.example/rss/all")]),
        (f'<link rel="stylesheet" {RSS} href="/feed">', []),
        ('<link rel="alternate" hreflang="nn" href="/nn/">', []),
        (f'<link rel="alternate" {RSS} href="/feed"><link rel="alternate" {RSS} href="/feed#top">', [("", "https://courier.example/feed")]),
        (f'<base href="https://cdn.example/x/"><link rel="alternate" {RSS} href="feed">', [("", "https://cdn.example/x/feed")]),
        (f'<link rel="alternate" {RSS} href="javascript:alert(1)"><link rel="alternate" {RSS} href="">', []),
        (f'<link rel="alternate" {RSS} href="http://[broken">', []),
        (f'<body><p>late</p><link rel="alternate" {RSS} href="/feed">', [("", "https://courier.example/feed")]),
    ],
)  # fmt: skip
def test_feeds_named_in_the_head(page: str, feeds: list[tuple[str, str]]) -> None:
    assert found(page) == feeds


def test_feeds_of_comments_come_last() -> None:
    page = (
        f'<link rel="alternate" {RSS} title="Courier Comments" href="/comments/feed/">'
        f'<link rel="alternate" {RSS} title="Courier" href="/feed/">'
    )
    assert [title for title, _ in found(page)] == ["Courier", "Courier Comments"]


def test_links_that_look_like_feeds_count_where_the_head_names_none() -> None:
    page = '<a href="/about">About</a><a href="/rss.xml"><b>RSS</b></a><a href="/feed/">Feed</a><a href="/feedback">Tell us</a>'
    assert found(page) == [("RSS", "https://courier.example/rss.xml"), ("Feed", "https://courier.example/feed/")]


@pytest.mark.parametrize("page", ["", " ", "\x00", "plain words", "<", "<!-- x", "<html></html>"])
def test_a_page_that_names_none_has_none(page: str) -> None:
    assert find_feeds(page.encode(), HOME) == ()


def test_a_page_that_names_a_thousand_is_not_believed_beyond_fifty() -> None:
    page = "".join(f'<link rel="alternate" {RSS} href="/feed/{n}">' for n in range(1000))
    assert len(found(page)) == 50


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<head><title> The \n Courier &amp; Times </title></head>", "The Courier & Times"),
        ('<meta property="og:site_name" content="The Courier"><title>Front page</title>', "The Courier"),
        ("<p>No title", ""),
        ("", ""),
    ],
)
def test_a_page_says_what_its_outlet_is_called(page: str, title: str) -> None:
    assert page_title(page.encode()) == title


@given(st.binary(max_size=300), st.sampled_from([HOME, "", "http://["]))
def test_no_page_makes_it_raise(body: bytes, url: str) -> None:
    assert all(isinstance(feed, FoundFeed) for feed in find_feeds(body, url))
    assert isinstance(page_title(body), str)
