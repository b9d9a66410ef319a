"""Pages of our own making: invented outlets, people and places."""

from __future__ import annotations

from datetime import UTC, datetime

from reportedly.values import FeedEntry, Page

NOW = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)

FIRST = (
    "The ferry between Westmere and the island of Sool will sail again on Friday, the harbour office said, two days "
    "after the storm tore a hole in its landing stage."
)
SECOND = (
    "“We have tested every plank,” said Marta Quill, who runs the office. “Nobody will cross until the last bolt "
    "is in,” she added, while her crew carried timber along the quay."
)
THIRD = (
    "A fisherman who asked not to be named told the paper that repairs had been put off for years, and that the "
    "council knew it. The council did not answer questions sent on Wednesday."
)
TEXT = (FIRST, SECOND, THIRD)
ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)


def a_page(
    body: str = f"<article><h1>Ferry to Sool sails again</h1>{ARTICLE}</article>",
    *,
    head: str = "",
    html: str = "<html>",
    url: str = "https://www.westmere-courier.example/news/ferry-sails-again",
    content_type: str = "text/html; charset=utf-8",
    entry: FeedEntry | None = None,
) -> Page:
    """A report's page; what a test does not name is filled in."""
    whole = f"<!doctype html>{html}<head>{head}</head><body>{body}</body></html>"
    return a_raw_page(whole.encode(), url=url, content_type=content_type, entry=entry)


def a_raw_page(
    body: bytes,
    *,
    url: str = "https://www.westmere-courier.example/news/ferry-sails-again",
    content_type: str = "text/html",
    entry: FeedEntry | None = None,
) -> Page:
    """A page of these very bytes."""
    return Page(url=url, body=body, fetched=NOW, content_type=content_type, outlet="westmere-courier", entry=entry)


def an_entry(**said: object) -> FeedEntry:
    """What a feed said of the report."""
    filled = {"guid": "urn:courier:17", "url": "https://www.westmere-courier.example/news/ferry-sails-again", **said}
    return FeedEntry(**filled)  # type: ignore[arg-type]
