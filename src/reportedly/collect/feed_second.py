"""Feeds as feedparser reads them: the second tier.

Feedparser reads almost anything, fifty times slower than the first tier, and some bytes keep it busy for minutes. So it
belongs where it can be killed: `make_reader` is what a worker process calls, and `SecondAsk` is what it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reportedly.collect.dates import read_ttl
from reportedly.collect.feed_entry import LONGEST_AUTHOR, LONGEST_SOURCE, made_guid, plain_text
from reportedly.collect.feed_json import LONGEST_LANGUAGE
from reportedly.collect.feed_outline import MOST_ENTRIES, joined
from reportedly.values import Feed, FeedEntry


@dataclass(frozen=True, kw_only=True)
class SecondAsk:
    """A feed that the second tier is asked to read."""

    body: bytes
    content_type: str
    url: str


def make_reader() -> Callable[[SecondAsk], Feed | None]:
    """What a worker process applies to each ask."""
    import feedparser  # noqa: F401  loaded before the clock of the first feed runs

    return _answer


def _answer(ask: SecondAsk) -> Feed | None:
    return read_with_feedparser(ask.body, ask.content_type, ask.url)


def read_with_feedparser(body: bytes, content_type: str, url: str) -> Feed | None:
    """The feed as feedparser reads it; None when it finds no entry either."""
    import feedparser  # a fifth of a second to load, and seldom needed

    headers = {"content-type": content_type or "application/xml", **({"content-location": url} if url else {})}
    try:
        said = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    except (ValueError, AssertionError, LookupError, AttributeError, TypeError, RecursionError, OverflowError):
        return None  # it has no error of its own for what it cannot read
    entries = tuple(_entry(entry, url) for entry in said.entries[:MOST_ENTRIES])
    if not entries:
        return None
    feed = said.feed
    return Feed(
        title=plain_text(feed.get("title") or ""),
        home_url=feed.get("link") or None,
        language=(feed.get("language") or "")[:LONGEST_LANGUAGE] or None,
        entries=entries,
        ttl=read_ttl(str(feed.get("ttl") or "")),
    )


def _entry(entry: Any, url: str) -> FeedEntry:
    link = joined(url, entry.get("link") or "")
    title = plain_text(entry.get("title") or "")
    summary = entry.get("summary") or ""
    content = next((part.get("value") or "" for part in entry.get("content") or ()), "")
    return FeedEntry(
        guid=entry.get("id") or link or made_guid(title, summary or content),
        url=link,
        title=title,
        summary_html=summary,
        content_html=content,
        author=plain_text(entry.get("author") or "")[:LONGEST_AUTHOR] or None,
        published=_moment(dict.get(entry, "published_parsed")),
        updated=_moment(dict.get(entry, "updated_parsed")),
        categories=tuple(dict.fromkeys(plain_text(tag.get("term") or "") for tag in entry.get("tags") or ())),
        source_name=plain_text((entry.get("source") or {}).get("title") or "")[:LONGEST_SOURCE] or None,
    )


def _moment(said: Any) -> datetime | None:
    try:
        return datetime(said[0], said[1], said[2], said[3], said[4], said[5], tzinfo=UTC) if said else None
    except (ValueError, TypeError):
        return None
