"""Addresses of our own pages, as paths. Each is written here once; `urls.py` answers them."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from reportedly.wire.listings import voice_slug

FRONT, SUBJECTS, STORIES, OUTLETS, SEARCH, ABOUT = "/", "/subjects/", "/stories/", "/outlets/", "/search/", "/about/"


def subject(slug: str) -> str:
    """A subject's page."""
    return f"/subjects/{quote(slug, safe='')}/"


def report(id: int) -> str:
    """A report's page."""
    return f"/reports/{id}/"


def story(id: int) -> str:
    """A story's page."""
    return f"/stories/{id}/"


def outlet(slug: str) -> str:
    """An outlet's page."""
    return f"/outlets/{quote(slug, safe='')}/"


def voice(key: str) -> str:
    """The page of everything a named voice said."""
    return f"/voices/{quote(voice_slug(key), safe='')}/"


def search(query: str, *, order: str = "", before: int | None = None) -> str:
    """A search. `order` is "relevant" or, for newest first, ""."""
    asked = {"q": query, "order": order, "before": before}
    given = {name: value for name, value in asked.items() if value}
    return f"{SEARCH}?{urlencode(given)}" if given else SEARCH


def turned(path: str, query: str) -> str:
    """The page of a listing that this query turns to; an empty query is the first page."""
    return f"{path}?{query}" if query else path


FEED_FORMATS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def feed(path: str, format: str) -> str:
    """The feed of a page: beside it, with the same query."""
    path, _, query = path.partition("?")
    return turned(f"{path}feed.{format}", query)
