"""When a report was published, as far as somebody says so who can be believed.

One statement in a page's markup is not enough: systems stamp every page they serve, static ones too, and move the stamp
with a copy or an edit. A stated day counts when a second witness has it: the page prints it for its readers, its address
or its feed carries it, or JSON-LD and meta elements agree. A day that is printed by the headline counts by itself, unless
the page knows it as the day of a change. What nobody confirms stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from reportedly.extract import jsonld
from reportedly.extract.dateline import Surroundings
from reportedly.extract.dates import When, first_when, plausible, read_when, when_in_url
from reportedly.extract.found import Found
from reportedly.extract.witnesses import Witnesses
from reportedly.values import FeedEntry

PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "publish-date", "publish_date", "publishdate", "pubdate", "published_time", "publication_date",
    "article.published", "published-date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "article_date_original",
    "citation_publication_date", "citation_date", "rnews:datepublished", "date_published", "release_date",
    "article:post_date", "og:pubdate", "originalpublicationdate", "pdate", "article-date", "date", "displaydate",
)  # fmt: skip
MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "article:modified",
)  # fmt: skip
SAME_REPORT = timedelta(hours=36)  # a page's day and its feed's moment this near are one publication, in two zones
WIDEST_ZONE_H = 14  # hours that any place's clock is from UTC, at most


@dataclass(frozen=True)
class Statement:
    """A day that the page's markup states, and whether it is stated of a report of news and of nothing else."""

    when: When
    where: str
    of_news: bool = False
    of_report: bool = True  # not of the page as such, which may hold anything


def weigh_published(
    witnesses: Witnesses, entry: FeedEntry | None, near: Surroundings, language: str | None, *, now: datetime
) -> Found[When | None]:
    """When it was published, and who says so; a day that the feed knows the hour of takes the feed's moment."""
    stated = tuple(_statements(witnesses, now=now))
    fed = plausible(When(entry.published, entry.published_is_day), now=now) if entry and entry.published else None
    printed = near.day(language, now=now)
    found = (
        _on_its_calendar(stated, printed)
        or _confirmed(stated, fed, witnesses, near, language, now=now)
        or _vouched_for(stated, fed)
        or _printed(stated, printed, witnesses, now=now)
        or _agreed(stated)
        or _in_address(witnesses, now=now)
        or _said_to_be(near, language, now=now)
        or _in_its_only_time(stated, witnesses, near, language, now=now)
        or Found(None)
    )
    if fed and found.value and found.value.is_day and _is_same_report(fed, found.value):
        return Found(fed, "feed")
    return found


def _statements(witnesses: Witnesses, *, now: datetime) -> Iterator[Statement]:
    """What the markup states, in the order of trust."""
    thing = witnesses.report_thing
    if thing and (when := first_when(_moments(thing, "datePublished", "dateCreated", "uploadDate"), now=now)):
        yield Statement(when, "json-ld", of_news=jsonld.is_news(thing))
    for key in PUBLISHED_META:
        if when := first_when(witnesses.said(key), now=now):
            yield Statement(when, "meta")
    if when := first_when(witnesses.microdata.get("datepublished", ()), now=now):
        yield Statement(when, "microdata")
    if when := first_when((time.moment for time in witnesses.times if time.published), now=now):
        yield Statement(when, "time")
    for thing in witnesses.page_things:
        if when := first_when(_moments(thing, "datePublished", "uploadDate"), now=now):
            yield Statement(when, "json-ld", of_report=False)


def _confirmed(
    stated: Sequence[Statement],
    fed: When | None,
    witnesses: Witnesses,
    near: Surroundings,
    language: str | None,
    *,
    now: datetime,
) -> Found[When | None] | None:
    """The first statement whose day a reader finds on the page or in its address, or the feed has too."""
    seen = {when.day for time in witnesses.times if not time.modified and (when := read_when(time.moment, now=now))}
    seen |= {when.day for url in (witnesses.url, witnesses.canonical) if (when := when_in_url(url, now=now))}
    for said in stated:
        if fed and said.where == "time" and not _is_same_report(fed, said.when):
            continue  # `<time>` elements belong to anything on a page; the feed speaks of this report
        if said.when.day in seen or (fed and _is_same_report(fed, said.when)) or near.shows(said.when, language):
            return Found(said.when, said.where)
    return None


def _vouched_for(stated: Sequence[Statement], fed: When | None) -> Found[When | None] | None:
    """What the page states of a report that is known to be one, since a feed announces it; or what the feed says."""
    if fed is None:
        return None
    for said in stated:
        if said.where != "time":
            return Found(said.when, said.where)
    return Found(fed, "feed")


def _on_its_calendar(stated: Sequence[Statement], printed: When | None) -> Found[When | None] | None:
    """A moment stated in UTC, on the day that the outlet's own calendar shows for it by the headline."""
    for said in stated:
        if printed and not said.when.is_day and not said.when.at.utcoffset() and said.when.day != printed.day:
            for hours in sorted(range(-WIDEST_ZONE_H, WIDEST_ZONE_H + 1), key=abs):
                at = said.when.at.astimezone(timezone(timedelta(hours=hours)))
                if at.date() == printed.day:
                    return Found(When(at, False), said.where)
    return None


def _printed(
    stated: Sequence[Statement], printed: When | None, witnesses: Witnesses, *, now: datetime
) -> Found[When | None] | None:
    """The day by the headline; unknown when it is the day of a change, and what the page states is another."""
    if printed is None:
        return None
    changed = weigh_modified(witnesses, None, None, now=now)
    return Found(None) if stated and changed and changed.day == printed.day else Found(printed, "body")


def _agreed(stated: Sequence[Statement]) -> Found[When | None] | None:
    """What two kinds of markup state alike, or what is stated of news, where no other statement contradicts it."""
    if len({said.when.day for said in stated}) == 1:
        for said in stated:
            kinds = {other.where for other in stated if other.of_report}
            if said.of_report and (said.of_news or len(kinds) > 1):
                return Found(said.when, said.where)
    return None


def _in_address(witnesses: Witnesses, *, now: datetime) -> Found[When | None] | None:
    for url in (witnesses.url, witnesses.canonical):
        if when := when_in_url(url, now=now):
            return Found(when, "url")
    return None


def _said_to_be(near: Surroundings, language: str | None, *, now: datetime) -> Found[When | None] | None:
    when = near.day_of_publication(language, now=now)
    return Found(when, "body") if when else None


def _in_its_only_time(
    stated: Sequence[Statement], witnesses: Witnesses, near: Surroundings, language: str | None, *, now: datetime
) -> Found[When | None] | None:
    """The day that all `<time>` elements of the page name, where nothing else is stated and it is no day of a change."""
    found = [when for time in witnesses.times if not time.modified and (when := read_when(time.moment, now=now))]
    if stated or len({when.day for when in found}) != 1 or near.says_changed(found[0], language):
        return None
    changed = weigh_modified(witnesses, None, None, now=now)
    return None if changed and changed.day == found[0].day else Found(found[0], "time")


def weigh_modified(
    witnesses: Witnesses, entry: FeedEntry | None, published: When | None, *, now: datetime
) -> When | None:
    """When it was last changed, if a witness gives a moment after the publication."""
    thing = witnesses.report_thing
    statements = [
        first_when(_moments(thing, "dateModified"), now=now) if thing else None,
        first_when(witnesses.said(*MODIFIED_META), now=now),
        first_when(witnesses.microdata.get("datemodified", ()), now=now),
        plausible(When(entry.updated, False), now=now) if entry and entry.updated else None,
    ]
    for when in statements:
        if when and (published is None or when.at > published.at):
            return when
    return None


def _is_same_report(fed: When, when: When) -> bool:
    return abs(fed.at - when.at) <= SAME_REPORT


def _moments(thing: jsonld.Thing, *keys: str) -> Iterator[str]:
    for key in keys:
        yield from jsonld.texts(thing.get(key))
