"""Who says what, as pages show it: attributions joined into the chains they end, and the words they carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet

from reportedly.tag import key_of
from reportedly.values import Span
from reportedly.wire.listings.items import Heard
from reportedly.wire.models import Attribution

STATEMENT_LIMIT = 280  # characters of a statement outside its report


@dataclass(frozen=True, slots=True)
class Statement:
    """One attribution of a report, with the whole chain that leads to it.

    `is_innermost` says whether the chain ends here: no other voice is laid over the same words inside this one.
    """

    report: int
    number: int
    within: int | None
    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    kind: str
    stance: str
    speaker_key: str
    voices: tuple[Heard, ...]
    rule: str
    is_innermost: bool = True

    @property
    def origin(self) -> Heard:
        """The innermost voice."""
        return self.voices[-1]

    def words(self, text: str) -> str:
        """What is said, its pieces joined by an ellipsis, cut when it is long."""
        whole = " … ".join(" ".join(span.of(text).split()) for span in self.content)
        if len(whole) <= STATEMENT_LIMIT:
            return whole
        return whole[:STATEMENT_LIMIT].rsplit(" ", 1)[0] + "\u00a0…"


SAID = (
    "report_id", "number", "within", "content", "cue", "source", "kind", "stance", "speaker_key", "voices", "rule",
)  # fmt: skip


def newest_versions() -> QuerySet[Attribution]:
    """Attributions of the newest version of each report."""
    return Attribution.objects.filter(version__number=F("report__version"))


def statements(rows: Iterable[Sequence[Any]]) -> tuple[Statement, ...]:
    """Rows of SAID as values, in their order.

    All rows of a report's version must be among them, or `is_innermost` says yes too often.
    """
    found = [_statement(row) for row in rows]
    spans_within: dict[tuple[int, int | None], list[Span]] = {}
    for one in found:
        spans_within.setdefault((one.report, one.within), []).extend(one.content)
    return tuple(
        replace(one, is_innermost=False)
        if _covers(one.content, spans_within.get((one.report, one.number), ()))
        else one
        for one in found
    )


def _statement(row: Sequence[Any]) -> Statement:
    report, number, within, content, cue, source, kind, stance, speaker_key, voices, rule = row
    return Statement(
        report=report,
        number=number,
        within=within,
        content=tuple(Span(*span) for span in content),
        cue=tuple(Span(*span) for span in cue),
        source=tuple(Span(*span) for span in source),
        kind=kind,
        stance=stance,
        speaker_key=speaker_key,
        voices=tuple(heard(*voice) for voice in voices) or (Heard("nobody named", True),),
        rule=rule,
    )


def heard(text: str, speaker: str | None, unnamed: bool, source_type: str = "") -> Heard:
    """A voice as stored, as it is shown."""
    return Heard(speaker or text or "nobody named", unnamed, key_of(speaker) if speaker and not unnamed else "")


def _covers(content: Sequence[Span], inner: Sequence[Span]) -> bool:
    """Whether a voice inside this one speaks over some of the same words."""
    return any(one.start < other.end and other.start < one.end for one in content for other in inner)
