"""Count a story again: its reports, its outlets, and how many origins it may have.

The count is made anew from what is stored, so it can be made again at any time and always says what the store says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from reportedly.stories import Member, count_origins
from reportedly.values import OriginRange
from reportedly.wire.models import Report, Story
from reportedly.wire.read_back import read_back

LARGE = 200  # reports; of a larger story only the first so many originals bring their chains
LARGE_STEP = 20  # and its origins are counted again each time it has grown by one part in so many


def recount_stories(story_ids: Iterable[int]) -> None:
    """Let the stories' rows say what their reports say now. A story without reports counts nothing."""
    story_ids = sorted(set(story_ids))
    before = dict(Story.objects.filter(pk__in=story_ids).values_list("pk", "reports_count"))
    counted: dict[int, tuple[int, int, datetime]] = {
        story_id: (reports, outlets, latest)
        for story_id, reports, outlets, latest in Report.objects.filter(story__in=story_ids)
        .values_list("story_id")
        .annotate(reports=Count("id"), outlets=Count("outlet", distinct=True), latest=Max("listed_at"))
        .order_by()
    }
    members = _members(
        [story_id for story_id, (reports, _, _) in counted.items() if _is_due(before.get(story_id, 0), reports)]
    )
    empty = [story_id for story_id in before if story_id not in counted]
    Story.objects.filter(pk__in=empty).update(reports_count=0, outlets_count=0, origins={})
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE wire_story SET reports_count = %s, outlets_count = %s, latest = %s WHERE id = %s",
            [
                (reports, outlets, connection.ops.adapt_datetimefield_value(latest), story_id)
                for story_id, (reports, outlets, latest) in counted.items()
            ],
        )
        cursor.executemany(
            "UPDATE wire_story SET origins = %s WHERE id = %s",
            [(json.dumps(origins_as_dict(count_origins(those))), story_id) for story_id, those in members.items()],
        )


def origins_as_dict(origins: OriginRange) -> dict[str, Any]:
    """As `Story.origins` holds it."""
    return {
        "low": origins.low,
        "high": origins.high,
        "named": origins.named,
        "unnamed": origins.unnamed,
        "reasons": list(origins.reasons),
    }


def _is_due(before: int, reports: int) -> bool:
    """Whether a story that had `before` reports is worth counting again; a large one not at every report."""
    if reports <= LARGE or before > reports:
        return True
    step = reports // LARGE_STEP
    return before == reports or before // step != reports // step


def _members(story_ids: list[int]) -> dict[int, list[Member]]:
    rows = list(
        Report.objects.filter(story__in=story_ids)
        .order_by("listed_at", "id")
        .values_list(
            "id",
            "story_id",
            "outlet__slug",
            "outlet__name",
            "outlet__family",
            "listed_at",
            "title",
            "copy_of_id",
            "credit",
        )
    )
    originals: dict[int, int] = {}
    traced: list[int] = []
    for report_id, story_id, *_, copy_of, _credit in rows:
        if copy_of is None and originals.get(story_id, 0) < LARGE:
            originals[story_id] = originals.get(story_id, 0) + 1
            traced.append(report_id)
    chains = {read.report_id: read.chains for read in read_back(traced)}
    members: dict[int, list[Member]] = {}
    for report_id, story_id, outlet, outlet_name, family, listed, title, copy_of, credit in rows:
        members.setdefault(story_id, []).append(
            Member(
                report_id=report_id,
                outlet=outlet,
                outlet_name=outlet_name,
                family=family,
                listed_at=listed,
                title=title,
                copy_of=copy_of,
                credit=credit or None,
                chains=chains.get(report_id, ()),
            )
        )
    return members
