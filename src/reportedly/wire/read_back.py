"""What was read in reports, from its rows back to the values it was stored from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from reportedly.trace import chains_of
from reportedly.values import Attribution, Chain, Kind, SourceType, Span, Stance
from reportedly.wire.models import Attribution as AttributionRow
from reportedly.wire.models import Version


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """The newest version of a report: its text, and who says what in it."""

    report_id: int
    text: str
    attributions: tuple[Attribution, ...]

    @property
    def chains(self) -> tuple[Chain, ...]:
        """As the tracer made them."""
        return chains_of(self.attributions, self.text)


def read_back(report_ids: Sequence[int]) -> Iterator[ReadBack]:
    """What was read in these reports, by id."""
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for report_id, *row in (
        AttributionRow.objects.filter(report__in=report_ids, version__number=F("report__version"))
        .order_by("report_id", "number")
        .values_list(
            *("report_id", "number", "within", "content", "cue", "source"),
            *("kind", "stance", "speaker", "source_type", "rule"),
        )
    ):
        rows.setdefault(report_id, []).append(tuple(row))
    versions = Version.objects.filter(report__in=report_ids, number=F("report__version"))
    for report_id, text in versions.order_by("report_id").values_list("report_id", "text"):
        yield ReadBack(report_id=report_id, text=text, attributions=_attributions(rows.get(report_id, [])))


def _attributions(rows: Sequence[tuple[Any, ...]]) -> tuple[Attribution, ...]:
    by_number = {row[0]: row for row in rows}
    made: dict[int, Attribution] = {}

    def make(number: int) -> Attribution:
        if number not in made:
            _, within, content, cue, source, kind, stance, speaker, source_type, rule = by_number[number]
            made[number] = Attribution(
                id=f"a{number}",
                content=_spans(content),
                cue=_spans(cue),
                source=_spans(source),
                within=make(within) if within in by_number else None,
                kind=Kind(kind),
                stance=Stance(stance),
                speaker=speaker or None,
                source_type=SourceType(source_type),
                rule=rule,
            )
        return made[number]

    return tuple(make(number) for number in by_number)


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
