"""What the trained reader says of a text, before anyone has worked out who speaks or built a chain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reportedly.values import Kind, NameType, SourceType, Span, Spans, Stance

# The encoder's and the linker's outputs stand in these orders; training reads them from here.
NAME_TAGS = ("O", *(f"{begin}-{kind}" for kind in NameType for begin in "BI"))
ANCHORS = ("none", "cue", "uncued")
ROLES = ("none", "cue", "source", "outer source", "content")
STANCES = tuple(Stance)
SOURCE_TYPES = tuple(SourceType)


@dataclass(frozen=True, kw_only=True)
class NameLabel:
    """A name where it stands. `score` runs from 0 to 1."""

    span: Span
    type: NameType
    score: float

    def to_dict(self) -> dict[str, Any]:
        """As the corpora write it, with the score."""
        return {"start": self.span.start, "end": self.span.end, "type": str(self.type), "score": round(self.score, 3)}


@dataclass(frozen=True, kw_only=True)
class AttributionLabel:
    """One content laid to one source. `within` is the place in the same list of the label that carries this one."""

    content: Spans
    cue: Spans = ()
    source: Spans = ()
    within: int | None = None
    kind: Kind = Kind.INDIRECT
    stance: Stance = Stance.ASSERTS
    source_type: SourceType = SourceType.NONE
    score: float = 1.0

    def carried_by(self, place: int) -> AttributionLabel:
        """The same label, in the one at `place` of the list."""
        return replace(self, within=place)

    def to_dict(self, at: int) -> dict[str, Any]:
        """As the corpora write it, with the score; `at` is its place in the list."""
        return {
            "id": f"a{at + 1}",
            "content": [list(span) for span in self.content],
            "cue": [list(span) for span in self.cue],
            "source": [list(span) for span in self.source],
            "nested_in": None if self.within is None else f"a{self.within + 1}",
            "kind": str(self.kind),
            "stance": str(self.stance),
            "source_type": str(self.source_type),
            "score": round(self.score, 3),
        }


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Names and attributions of one text, each in the order of the text."""

    names: tuple[NameLabel, ...] = ()
    attributions: tuple[AttributionLabel, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As the corpora write it, with scores."""
        return {
            "names": [name.to_dict() for name in self.names],
            "attributions": [label.to_dict(at) for at, label in enumerate(self.attributions)],
        }
