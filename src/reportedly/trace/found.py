"""What the reader's labels hand to linking: who seems to say what, in spans, before anybody knows who "she" is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reportedly.model import AttributionLabel
from reportedly.values import SourceType, Span, Stance


@dataclass(slots=True, eq=False)
class Found:
    """One attribution as found. What is certain is mended in it, and then it is not changed again.

    `within` is the voice that carries this one; voices inside another's content need not be said, linking sees them.
    `same_as` is the attribution whose voice goes on here, without words of its own. `source_type` is None where only
    the words of the source can tell.
    """

    content: list[Span]
    cue: list[Span] = field(default_factory=list)
    source: Span | None = None
    stance: Stance = Stance.ASSERTS
    source_type: SourceType | None = None
    within: Found | None = None
    same_as: Found | None = None

    @property
    def start(self) -> int:
        """Where it stands: its cue, or its source, or its content."""
        if self.cue:
            return self.cue[0].start
        return self.source.start if self.source else self.content[0].start


def found_of(labels: Sequence[AttributionLabel]) -> list[Found]:
    """The same attributions, in the same order, each knowing the one that carries it."""
    found = [
        Found(
            list(label.content), list(label.cue), label.source[0] if label.source else None, label.stance,
            label.source_type if label.source else None,
        )
        for label in labels
    ]  # fmt: skip
    for one, label in zip(found, labels, strict=True):
        one.within = None if label.within is None else found[label.within]
    return found
