"""Everything one named voice said, in every report."""

from __future__ import annotations

from dataclasses import dataclass

from reportedly.tag import key_of
from reportedly.wire.listings.items import EPOCH, FIRST, Place, Turn, reports_in_order
from reportedly.wire.listings.said import SAID, newest_versions, statements
from reportedly.wire.listings.stories import Said, texts_of

REPORTS_A_PAGE = 10
STATEMENTS_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class VoicePage:
    """What a voice said, newest report first. `newer` and `older` are the queries of the pages beside it."""

    slug: str
    label: str
    said: tuple[Said, ...]
    newer: str | None
    older: str | None


def voice_slug(key: str) -> str:
    """The address of a voice: its key with hyphens for spaces."""
    return key.replace(" ", "-")


def read_voice_page(name: str, turn: Turn = FIRST, *, size: int = REPORTS_A_PAGE) -> VoicePage | None:
    """What the voice of this name said, so many reports a page; None when nobody of that name said anything.

    Four queries. Reports are ordered by their ids, which grow with time.
    """
    key = key_of(name.replace("-", " ")[:500])
    if not key:
        return None
    spoken = newest_versions().filter(speaker_key=key)
    older = spoken.filter(report__lt=turn.before.id) if turn.before else spoken
    ids = list(older.order_by("-report_id").values_list("report_id", flat=True).distinct()[: size + 1])
    if not ids and turn == FIRST:
        return None
    more, ids = len(ids) > size, ids[:size]
    reports = {report.id: report for report in reports_in_order(ids)}
    texts = texts_of(reports.values())
    rows = spoken.filter(report_id__in=ids).order_by("-report_id", "number").values_list("speaker", *SAID)
    found = list(rows[:STATEMENTS_A_PAGE])
    said = (
        Said(reports[one.report], one, one.words(texts[one.report])) for one in statements(row[1:] for row in found)
    )
    return VoicePage(
        slug=voice_slug(key),
        label=found[0][0] if found else name,
        said=tuple(one for one in said if one.words),
        newer="" if turn.before else None,
        older=f"before={Place(EPOCH, ids[-1])}" if more else None,
    )
