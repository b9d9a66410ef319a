"""What becomes of a report at its outlet: corrected, withdrawn, gone, back. Recorded once, and never lost.

`Report.notice` says how the report stands; each change of it is a `ReportNotice` with when and where we learned it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reportedly.collect.client import Refused
from reportedly.values import FeedEntry, Notice, Outcome, Page
from reportedly.wire.intake import Ending, end_intakes, end_pages
from reportedly.wire.known import known_report
from reportedly.wire.models import Report, ReportNotice, TakenPage

GONE_STATUSES = frozenset({404, 410, 451})
_OUTWEIGHS = ("", Notice.CORRECTED, Notice.GONE, Notice.WITHDRAWN)  # each what stands before it


def after_new_words(said: Notice | None) -> str:
    """How a report stands whose words changed: as its new words say."""
    return said or ""


def after_same_words(before: str, said: Notice | None, *, is_live: bool) -> str:
    """How a report stands whose words are found unchanged, by a page that says `said` of them.

    A page that answers again is no longer gone; nothing else that was said is taken back by silence.
    """
    if before == Notice.GONE and is_live:
        before = ""
    return said if said and _OUTWEIGHS.index(said) > _OUTWEIGHS.index(before) else before


def after_going(before: str) -> str:
    """How a report stands whose page is gone."""
    return before if before == Notice.WITHDRAWN else Notice.GONE


def changed_to(report: Report, notice: str, detail: str, *, now: datetime) -> ReportNotice | None:
    """Let the report stand so, and give the record of it to be saved; None when it stood so already."""
    if report.notice == notice:
        return None
    report.notice = notice
    return ReportNotice(report=report, notice=notice, noted=now, detail=detail[:300])


@transaction.atomic
def page_is_gone(page_id: int, page: Page, why: Refused, *, now: datetime) -> None:
    """End the page: its server says there is none. When we have its report, that says so from now on."""
    entry = page.entry or FeedEntry(guid="", url=page.url)
    report = known_report(guid=entry.guid, url=page.url, slug=page.outlet)
    if report is not None:
        report_is_gone(report, why, page.url, now=now)
    ending = Ending(
        page_id=page_id, outcome=Outcome.SET_ASIDE, report_id=report.pk if report is not None else None, why=why
    )
    end_pages([ending], now=now)
    end_intakes(TakenPage.objects.filter(pk=page_id).values_list("intake_id", flat=True), now=now)


def report_is_gone(report: Report, why: Refused, url: str, *, now: datetime) -> None:
    """Note that the server says there is no such page any more."""
    _save(report, changed_to(report, after_going(report.notice), f"{why.detail} at {url}", now=now))


def report_is_there(report: Report, url: str, *, now: datetime) -> None:
    """Note that the page answers with the words we have; where it was gone, it is back."""
    _save(report, changed_to(report, after_same_words(report.notice, None, is_live=True), f"back at {url}", now=now))


def _save(report: Report, record: ReportNotice | None) -> None:
    if record is not None:
        record.save()
        Report.objects.filter(pk=report.pk).update(notice=report.notice)
