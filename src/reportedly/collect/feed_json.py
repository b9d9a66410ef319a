"""Read a JSON Feed."""

from __future__ import annotations

import html
import json
from typing import Any

from reportedly.collect import feed_text
from reportedly.collect.dates import read_date
from reportedly.collect.feed_entry import LONGEST_AUTHOR, made_guid, plain_text
from reportedly.collect.feed_outline import MOST_ENTRIES, joined
from reportedly.values import Feed, FeedEntry, Reason, SetAside

LONGEST_LANGUAGE = 35


def read_json_feed(text: str, url: str) -> Feed | SetAside:
    """The feed in this JSON, or why there is none. Whatever has another type than it should is passed over."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="the JSON of this feed cannot be read")
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("items"), list)
        or "jsonfeed.org" not in _str(said, "version")
    ):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is JSON, but no JSON Feed")
    return Feed(
        title=plain_text(_str(said, "title")),
        home_url=joined(url, _str(said, "home_page_url")) or None,
        language=_str(said, "language")[:LONGEST_LANGUAGE] or None,
        entries=tuple(_entry(item, url) for item in said["items"][:MOST_ENTRIES] if isinstance(item, dict)),
    )


def _entry(item: dict[str, Any], url: str) -> FeedEntry:
    link = joined(url, _str(item, "url") or _str(item, "external_url"))
    title = plain_text(_str(item, "title"))
    content = _str(item, "content_html") or html.escape(_str(item, "content_text"), quote=False)
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [plain_text(_str(author, "name")) for author in authors or () if isinstance(author, dict)]
    tags = item.get("tags")
    return FeedEntry(
        guid=_str(item, "id") or link or made_guid(title, content),
        url=link,
        title=title,
        summary_html=html.escape(_str(item, "summary"), quote=False),
        content_html=content,
        author="; ".join(name for name in names if name)[:LONGEST_AUTHOR] or None,
        published=read_date(_str(item, "date_published")),
        updated=read_date(_str(item, "date_modified")),
        categories=tuple(
            dict.fromkeys(plain_text(feed_text.without_controls(tag)) for tag in tags if isinstance(tag, str))
        )
        if isinstance(tags, list)
        else (),
    )


def _str(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return feed_text.without_controls(value).strip() if isinstance(value, str) else ""
