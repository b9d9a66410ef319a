"""What the reader's labels hand to linking: who seems to say what, in spans, before anybody knows who "she" is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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


class Shelf:
    """What was found in a text, by where it stands, so that looking around one place costs the same in any text."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._all: dict[int, Found] = {}
        self._near: defaultdict[int, list[Found]] = defaultdict(list)
        for one in found:
            self.add(one)

    def __iter__(self) -> Iterator[Found]:
        return iter(list(self._all.values()))

    def add(self, one: Found) -> None:
        """Put one on the shelf, or put it where it stands now."""
        self._all[id(one)] = one
        for span in (*one.content, *one.cue, *([one.source] if one.source else [])):
            for board in range(span.start // _BOARD, span.end // _BOARD + 1):
                if one not in self._near[board][-4:]:
                    self._near[board].append(one)

    def drop(self, one: Found) -> None:
        """Take one off; what it carried is carried by what carried it."""
        del self._all[id(one)]
        for other in self.near(one.start, one.start + 1):
            if other.within is one:
                other.within = one.within

    def near(self, start: int, end: int) -> list[Found]:
        """Those with words near a stretch, in the order they were put here."""
        boards = range(max(0, start - _BOARD) // _BOARD, (end + _BOARD) // _BOARD + 1)
        found = {id(one): one for board in boards for one in self._near.get(board, ())}
        return [one for key, one in found.items() if key in self._all]


_BOARD = 400  # characters
