"""Stories: the newest ones, and one story with its reports, copies, origins and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportedly.values import OriginRange
from reportedly.wire.listings.items import FIELDS, FIRST, Heard, Listed, Listing, Place, Turn, listed
from reportedly.wire.listings.said import SAID, Statement, newest_versions, statements
from reportedly.wire.models import Report, Story, Version

STORIES_PAGE = 20
REPORTS_LIMIT = 200  # reports shown on a story's page, the newest ones
ACCOUNTS_LIMIT = 60  # reports whose statements are laid out by origin
STATEMENTS_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class StoryLink:
    """A story as listings show it. `opening` is the report that opened it; None when that is gone."""

    id: int
    title: str
    opened: datetime
    latest: datetime
    reports: int
    outlets: int
    origins: OriginRange | None
    opening: Listed | None


@dataclass(frozen=True, slots=True)
class StoriesPage:
    """One page of stories, the one with the newest report first. `older` is the query of the next page."""

    stories: tuple[StoryLink, ...]
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class Telling:
    """A report that tells the story in its own words, and the reports that reuse them."""

    report: Listed
    copies: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Words laid to an origin by one report."""

    report: Listed
    statement: Statement
    words: str


@dataclass(frozen=True, slots=True)
class Account:
    """What one origin says within a story. Unnamed origins are never joined: each has its own account."""

    origin: Heard
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """One story. `tellings` are oldest first; `left_out` counts the reports beyond those shown."""

    story: StoryLink
    tellings: tuple[Telling, ...]
    accounts: tuple[Account, ...]
    left_out: int


def origin_range(origins: Mapping[str, Any]) -> OriginRange | None:
    """The stored range as a value; None when no lineage is recorded."""
    if not origins:
        return None
    return OriginRange(
        low=origins["low"],
        high=origins["high"],
        named=origins["named"],
        unnamed=origins["unnamed"],
        reasons=tuple(origins.get("reasons", ())),
    )


LINK = ("id", "title", "opened", "latest", "reports_count", "outlets_count", "origins")


def latest_stories(limit: int) -> tuple[StoryLink, ...]:
    """The stories with the newest reports. Two queries."""
    rows = Story.objects.filter(merged_into=None, reports_count__gt=0).order_by("-latest", "-id")
    return _links(rows.values_list(*LINK)[:limit])


def read_stories_page(turn: Turn = FIRST, *, size: int = STORIES_PAGE) -> StoriesPage:
    """A page of stories, newest first. Two queries on the first page, four on others."""
    rows = Story.objects.filter(merged_into=None, reports_count__gt=0)
    if turn.before:
        at = turn.before
        rows = rows.filter(latest__lte=at.listed_at).exclude(latest=at.listed_at, id__gte=at.id)
    links = _links(rows.order_by("-latest", "-id").values_list(*LINK)[: size + 1])
    older = f"before={Place(links[size - 1].latest, links[size - 1].id)}" if len(links) > size else None
    return StoriesPage(stories=links[:size], newer="" if turn.before else None, older=older)


def read_story_page(id: int) -> StoryPage | int | None:
    """The story of this id, the id it was merged into, or None when there is none. At most six queries."""
    row = Story.objects.filter(id=id).values_list(*LINK, "merged_into").first()
    if row is None:
        return None
    if row[-1] is not None:
        return int(row[-1])
    newest = Report.objects.filter(story_id=id).order_by("-listed_at", "-id").values_list(*FIELDS)[:REPORTS_LIMIT]
    reports = sorted((listed(report) for report in newest), key=lambda report: report.place_key)
    story = _link(row[:-1], {report.id: report for report in reports})
    tellings = _tellings(reports)
    return StoryPage(
        story=story,
        tellings=tellings,
        accounts=_accounts([telling.report for telling in tellings][:ACCOUNTS_LIMIT]),
        left_out=max(0, story.reports - len(reports)),
    )


def story_listing(page: StoryPage) -> Listing:
    """A story's reports as its feeds list them, newest first."""
    reports = [report for telling in page.tellings for report in (telling.report, *telling.copies)]
    return Listing(tuple(sorted(reports, key=lambda report: report.place_key, reverse=True)))


def _links(rows: Iterable[Any]) -> tuple[StoryLink, ...]:
    found = list(rows)
    opening = Report.objects.filter(id__in=[row[0] for row in found]).values_list(*FIELDS) if found else ()
    reports = {row[0]: listed(row) for row in opening}
    return tuple(_link(row, reports) for row in found)


def _link(row: Any, reports: Mapping[int, Listed]) -> StoryLink:
    id, title, opened, latest, count, outlets, origins = row
    return StoryLink(id, title, opened, latest, count, outlets, origin_range(origins), reports.get(id))


def _tellings(reports: Iterable[Listed]) -> tuple[Telling, ...]:
    """Reports with their copies under them. A copy whose original is not among them stands by itself."""
    found = {report.id: report for report in reports}
    copies: dict[int, list[Listed]] = {}
    own: list[Listed] = []
    for report in found.values():
        original = _original(report, found)
        if original == report.id:
            own.append(report)
        else:
            copies.setdefault(original, []).append(report)
    return tuple(Telling(report, tuple(copies.get(report.id, ()))) for report in own)


def _original(report: Listed, found: Mapping[int, Listed]) -> int:
    """The report at the end of the row of copies, as far as it is known here."""
    seen = {report.id}
    while (original := found.get(report.copy_of or 0)) is not None:
        if original.id in seen:
            return min(seen)  # copies of each other: the first of them stands for all
        report = original
        seen.add(report.id)
    return report.id


def _accounts(reports: list[Listed]) -> tuple[Account, ...]:
    """What each origin says, named origins with the most reports first, then the unnamed ones. Two queries."""
    by_id = {report.id: report for report in reports}
    rows = newest_versions().filter(report_id__in=by_id).order_by("report_id", "number")
    found = [one for one in statements(rows.values_list(*SAID)[:STATEMENTS_LIMIT]) if one.is_innermost]
    if not found:
        return ()
    texts = texts_of(by_id.values())
    by_origin: dict[str, list[Said]] = {}
    for one in sorted(found, key=lambda one: by_id[one.report].place_key):
        key = one.origin.key or f"unnamed {one.report} {one.number}"
        said = Said(by_id[one.report], one, one.words(texts[one.report]))
        if said.words:
            by_origin.setdefault(key, []).append(said)
    accounts = [Account(said[0].statement.origin, tuple(said)) for said in by_origin.values()]
    return tuple(sorted(accounts, key=lambda one: (one.origin.unnamed, -len({said.report.id for said in one.said}))))


def texts_of(reports: Iterable[Listed]) -> dict[int, str]:
    """The newest text of each report. One query."""
    numbers = {report.id: report.version for report in reports}
    rows = Version.objects.filter(report_id__in=numbers).values_list("report_id", "number", "text")
    return {id: text for id, number, text in rows if number == numbers[id]}
