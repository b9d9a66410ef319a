"""When reports last changed, for feeds: a correction is news too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reportedly.wire.listings.items import Listed
from reportedly.wire.models import ReportNotice, Version


def updated(reports: Iterable[Listed]) -> dict[int, datetime]:
    """When we took in the newest version of each report, or learned what became of it, if that was later. Two queries."""
    numbers = {report.id: report.version for report in reports}
    rows = Version.objects.filter(report_id__in=numbers).values_list("report_id", "number", "taken_in")
    changed = {id: taken_in for id, number, taken_in in rows if number == numbers[id]}
    for id, noted in ReportNotice.objects.filter(report_id__in=numbers).values_list("report_id", "noted"):
        changed[id] = max(changed.get(id, noted), noted)
    return changed
