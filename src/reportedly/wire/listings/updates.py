"""When reports last changed, for feeds: a correction is news too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reportedly.wire.listings.items import Listed
from reportedly.wire.models import Version


def updated(reports: Iterable[Listed]) -> dict[int, datetime]:
    """When we took in the newest version of each report. One query."""
    numbers = {report.id: report.version for report in reports}
    rows = Version.objects.filter(report_id__in=numbers).values_list("report_id", "number", "taken_in")
    return {id: taken_in for id, number, taken_in in rows if number == numbers[id]}
