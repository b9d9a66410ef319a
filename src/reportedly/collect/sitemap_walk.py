"""Ask a sitemap, and the sitemaps it leads to, for an outlet's recent pages.

What comes back is a feed like any other: entries, newest first, each with what the sitemap says of its page. An index is
followed three deep and to ten sitemaps a check, all through the one client with its pace and robots.txt.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime, timedelta

from reportedly.collect.client import Client, Fetched
from reportedly.collect.sitemaps import (
    ListedMap,
    Sitemap,
    is_recent,
    is_sitemap,
    newest_first,
    read_sitemap,
    worth_asking,
)
from reportedly.values import Feed, FeedEntry, Reason, SetAside

MOST_MAPS = 10  # sitemaps of an index that one check asks
DEEPEST = 3  # an index of indexes of sitemaps; the protocol itself allows one level less
RECENT = timedelta(days=30)  # a live wire takes nothing that is said to be older
SLACK = timedelta(days=1)  # many a sitemap names only the day it changed, and a check may have failed in part
MOST_TRIED = 5  # sitemaps a robots.txt names that are looked at to find an outlet's


async def read_announced(client: Client, answer: Fetched, *, since: datetime | None, now: datetime) -> Feed | SetAside:
    """The recent pages that the sitemap in this answer leads to, or why there are none.

    With `since`, the time of the last good check, the sitemaps of an index that did not change after it are passed over.
    """
    read = await _read(answer)
    if isinstance(read, SetAside):
        return read
    pages = {page.url: page for page in read.pages}
    name, language = read.name, read.language
    maps, asked, depth, failure = read.maps, {answer.url, answer.final_url}, 1, None
    left, came = MOST_MAPS, 0
    since = since and since - SLACK
    while maps and left and depth < DEEPEST:
        depth += 1
        further: list[ListedMap] = []
        for listed in worth_asking(_recent_and_new(maps, asked, now), most=left, since=since):
            left -= 1
            asked.add(listed.url)
            found = await _ask(client, listed.url)
            if isinstance(found, SetAside):
                failure = found
                continue
            came += 1
            pages |= {page.url: page for page in found.pages}
            further += found.maps
            name, language = name or found.name, language or found.language
        maps = tuple(further)
    if failure and not came:
        return failure
    return Feed(title=name, home_url=None, language=language, entries=_chosen(pages, now))


async def find_sitemap(client: Client, url: str, *, now: datetime) -> tuple[str, Feed] | None:
    """The first sitemap named in the host's robots.txt that leads to pages, and what it holds; None when none does.

    Those that call themselves news are tried before the others.
    """
    named = [ListedMap(url=address) for address in await client.sitemaps_of(url)]
    for listed in worth_asking(named, most=MOST_TRIED, since=None):
        answer = await client.fetch(listed.url, expect="feed")
        if not isinstance(answer, Fetched) or not is_sitemap(answer.body):
            continue
        feed = await read_announced(client, answer, since=None, now=now)
        if isinstance(feed, Feed) and feed.entries:
            return answer.moved_to or listed.url, feed
    return None


def _recent_and_new(maps: tuple[ListedMap, ...], asked: set[str], now: datetime) -> list[ListedMap]:
    return [one for one in maps if one.url not in asked and (one.changed is None or one.changed >= now - RECENT)]


def _chosen(pages: dict[str, FeedEntry], now: datetime) -> tuple[FeedEntry, ...]:
    return tuple(newest_first(page for page in pages.values() if is_recent(page, now=now, within=RECENT)))


async def _ask(client: Client, url: str) -> Sitemap | SetAside:
    answer = await client.fetch(url, expect="feed")
    if isinstance(answer, SetAside):
        return answer
    assert isinstance(answer, Fetched), "nothing was asked about changes"
    if not is_sitemap(answer.body):
        return SetAside(url=url, reason=Reason.UNREADABLE, detail="this is no sitemap")
    return await _read(answer)


async def _read(answer: Fetched) -> Sitemap | SetAside:
    # In a thread: a large sitemap takes long enough to read that every other exchange would feel it.
    return await asyncio.to_thread(read_sitemap, io.BytesIO(answer.body), url=answer.final_url)
