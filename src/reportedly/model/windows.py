"""Cut a text's words into windows that the encoder reads one at a time.

Every word is owned by exactly one window, which also sees some words on either side. Windows end with paragraphs
where they can, and are of about equal length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

OWNED = 300  # words a window owns at most
BESIDE = 32  # words it sees on either side
LONGEST_WORD = 8  # pieces; the rest of a longer word is not read


@dataclass(frozen=True, slots=True)
class Window:
    """Words `first` up to `last` are seen, `start` up to `stop` owned."""

    first: int
    start: int
    stop: int
    last: int


def windows(paragraph: Sequence[int], *, owned: int = OWNED, beside: int = BESIDE) -> list[Window]:
    """Windows over words whose paragraph numbers are given; none for no words."""
    count = len(paragraph)
    if not count:
        return []
    if count <= owned + beside:
        return [Window(0, 0, count, count)]
    parts = -(-count // owned)
    cuts = [0]
    for part in range(1, parts):
        ideal = count * part // parts
        cuts.append(_paragraph_start(paragraph, ideal, within=owned // 4))
    cuts.append(count)
    return [Window(max(0, start - beside), start, stop, min(count, stop + beside)) for start, stop in pairwise(cuts)]


def _paragraph_start(paragraph: Sequence[int], ideal: int, *, within: int) -> int:
    """The first word of a paragraph that is nearest to `ideal`, or `ideal` itself where none is near."""
    for away in range(within):
        for at in (ideal - away, ideal + away):
            if paragraph[at] != paragraph[at - 1]:
                return at
    return ideal
