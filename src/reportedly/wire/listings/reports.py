"""One report as a reader finds it: its words, who says them, its subjects, versions, copies and story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportedly.values import Span
from reportedly.wire.listings.items import FIELDS, Listed, listed
from reportedly.wire.listings.said import SAID, Statement, statements
from reportedly.wire.listings.stories import origin_range
from reportedly.wire.models import Attribution, Report, ReportNotice, ReportTag, Version

COPIES_SHOWN = 50
SIBLINGS_SHOWN = 6
VERSIONS_SHOWN = 50
NOTICES_SHOWN = 20
STATEMENTS_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Filed:
    """A subject a report is filed under, or, when not `about`, one it only mentions."""

    slug: str
    label: str
    about: bool
    salience: float
    by_person: bool


@dataclass(frozen=True, slots=True)
class VersionLink:
    """A version of the report's text."""

    number: int
    taken_in: datetime
    text_hash: str = ""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What became of the report at its outlet, "" when it came back; when we learned it, and where it is said."""

    notice: str
    noted: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class EarlierText:
    """The text of the version before the one shown."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report, as one version of it stood."""

    report: Listed
    url: str
    author: str
    language: str
    located: str
    published_from: str
    taken_in: datetime
    text: str
    found: dict[str, str]
    rule: str
    shown_version: int
    versions: tuple[VersionLink, ...]
    notices: tuple[NoticeLine, ...]
    earlier: EarlierText | None
    statements: tuple[Statement, ...]
    subjects: tuple[Filed, ...]
    original: Listed | None
    copies: tuple[Listed, ...]
    siblings: tuple[Listed, ...]
    origins: Any
    story_title: str

    @property
    def headline(self) -> str:
        """The headline of the version shown."""
        return self.text.partition("\n")[0] or self.report.title

    @property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs as spans of the text; the headline, its first line, is not among them."""
        spans, start = [], self.text.find("\n") + 1
        while 0 < start <= len(self.text):
            end = self.text.find("\n", start)
            end = len(self.text) if end < 0 else end
            if self.text[start:end].strip():
                spans.append(Span(start, end))
            start = end + 1
        return tuple(spans)

    @property
    def is_newest(self) -> bool:
        """Whether the version shown is the newest one."""
        return self.shown_version == self.report.version


def read_report_page(id: int, *, version: int | None = None) -> ReportPage | None:
    """A report in its newest version or a given one; None when there is no such report or version.

    Seven queries, and one more each for a report that is a copy, one with a story, and one with an earlier version.
    """
    row = (
        Report.objects.filter(id=id)
        .values_list(
            *FIELDS,
            "url",
            "author",
            "language",
            "located",
            "published_from",
            "taken_in",
            "story__title",
            "story__origins",
        )
        .first()
    )
    if row is None:
        return None
    report = listed(row)
    url, author, language, located, published_from, taken_in, story_title, origins = row[len(FIELDS) :]
    shown = Version.objects.filter(report_id=id, number=version or report.version)
    stood = shown.values_list("id", "number", "text", "found", "rule").first()
    if stood is None:
        return None
    said = Attribution.objects.filter(version_id=stood[0]).order_by("number").values_list(*SAID)[:STATEMENTS_SHOWN]
    versions = Version.objects.filter(report_id=id).order_by("-number").values_list("number", "taken_in", "text_hash")
    notices = ReportNotice.objects.filter(report_id=id).order_by("-id").values_list("notice", "noted", "detail")
    return ReportPage(
        report=report,
        url=url,
        author=author,
        language=language,
        located=located,
        published_from=published_from,
        taken_in=taken_in,
        text=stood[2],
        found=stood[3],
        rule=stood[4],
        shown_version=stood[1],
        versions=tuple(VersionLink(*one) for one in versions[:VERSIONS_SHOWN]),
        notices=tuple(NoticeLine(*one) for one in notices[:NOTICES_SHOWN]),
        earlier=_earlier(id, stood[1]),
        statements=statements(said),
        subjects=_subjects(id),
        original=_original(report),
        copies=_listed(
            Report.objects.filter(copy_of=id).order_by("listed_at", "id").values_list(*FIELDS)[:COPIES_SHOWN]
        ),
        siblings=_siblings(report),
        origins=origin_range(origins or {}),
        story_title=story_title or "",
    )


def _subjects(report: int) -> tuple[Filed, ...]:
    rows = ReportTag.objects.filter(report_id=report, subject__active=True, subject__merged_into=None)
    fields = ("subject__slug", "subject__label", "about", "salience", "decided_by")
    return tuple(
        Filed(slug, label, about, salience, decided_by == "person")
        for slug, label, about, salience, decided_by in rows.order_by(
            "-about", "-salience", "subject__label"
        ).values_list(*fields)
    )


def _earlier(report: int, number: int) -> EarlierText | None:
    if number <= 1:
        return None
    before = Version.objects.filter(report_id=report, number__lt=number).order_by("-number")
    row = before.values_list("number", "text").first()
    return EarlierText(*row) if row else None


def _original(report: Listed) -> Listed | None:
    if report.copy_of is None:
        return None
    return next(iter(_listed(Report.objects.filter(id=report.copy_of).values_list(*FIELDS))), None)


def _siblings(report: Listed) -> tuple[Listed, ...]:
    if report.story is None or report.story_reports < 2:
        return ()
    others = Report.objects.filter(story_id=report.story).exclude(id=report.id).exclude(copy_of=report.id)
    return _listed(others.order_by("-listed_at", "-id").values_list(*FIELDS)[:SIBLINGS_SHOWN])


def _listed(rows: Iterable[Any]) -> tuple[Listed, ...]:
    return tuple(listed(row) for row in rows)
