"""The front page: the newest stories, the newest reports, the busiest subjects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from reportedly.wire.listings.items import FIELDS, Listed, listed
from reportedly.wire.listings.prepared import Prepared
from reportedly.wire.listings.stories import StoryLink, latest_stories
from reportedly.wire.listings.subjects import SubjectLink, busiest_subjects
from reportedly.wire.models import Report

REPORTS, STORIES, SUBJECTS = 14, 8, 40


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What is new."""

    stories: tuple[StoryLink, ...]
    reports: tuple[Listed, ...]
    subjects: tuple[SubjectLink, ...]


def read_front_page() -> FrontPage:
    """The front page. Four queries."""
    return FrontPage(
        stories=latest_stories(STORIES),
        reports=latest_reports(REPORTS),
        subjects=tuple(sorted(busiest_subjects(SUBJECTS), key=lambda link: link.label.casefold())),
    )


def latest_reports(limit: int) -> tuple[Listed, ...]:
    """The newest reports of the whole wire. One query."""
    return tuple(listed(row) for row in _latest(limit).ask())


@cache
def _latest(limit: int) -> Prepared:
    return Prepared(lambda: Report.objects.order_by("-listed_at", "-id").values_list(*FIELDS)[:limit])
