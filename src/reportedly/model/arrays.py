"""The arrays that encoder and linker take. Training makes them with the same functions, so that both read alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportedly.model.windows import Window
from reportedly.model.words import CASES, INSIDE, OPENS, PLACES

BEFORE, AFTER = 56, 72  # words the linker sees on either side of an anchor at most
CLOSE = 24  # and at least
NEAR, FAR, STEP = 24, 8, 8  # distances to NEAR words stand alone, then FAR steps of STEP words

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Truths = NDArray[np.bool_]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The words of one window, as the encoder takes them: parallel sequences."""

    pieces: Sequence[tuple[int, ...]]
    paragraph: Sequence[int]
    case: Sequence[int]
    quoted: Sequence[int]

    @property
    def length(self) -> int:
        """Pieces, with the one before, the one after and one between paragraphs."""
        return sum(map(len, self.pieces)) + len(set(self.paragraph)) + 1


def encoder_arrays(windows: Sequence[Seen], *, start: int, stop: int) -> Arrays:
    """`pieces`, `case`, `quoted`, `seen` of (windows, pieces) and `heads` of (windows, words), padded at the end.

    `start` and `stop` are the pieces that open a window and end a paragraph.
    """
    shape = (len(windows), max(window.length for window in windows))
    pieces = np.zeros(shape, np.int64)
    case = np.full(shape, CASES, np.int64)
    quoted = np.full(shape, PLACES, np.int64)
    seen = np.zeros(shape, np.bool_)
    heads = np.zeros((len(windows), max(len(window.pieces) for window in windows)), np.int64)
    for row, window in enumerate(windows):
        ids, cases, places, firsts = [start], [CASES], [PLACES], []
        before = window.paragraph[0]
        for of_word, paragraph, case_, place in zip(
            window.pieces, window.paragraph, window.case, window.quoted, strict=True
        ):
            if paragraph != before:
                ids.append(stop)
                cases.append(CASES)
                places.append(PLACES)
            before = paragraph
            firsts.append(len(ids))
            ids.extend(of_word)
            cases.extend([case_] * len(of_word))
            places.extend([place] * len(of_word))
        ids.append(stop)
        count = len(ids)
        pieces[row, :count] = ids
        case[row, : count - 1] = cases
        quoted[row, : count - 1] = places
        seen[row, :count] = True
        heads[row, : len(firsts)] = firsts
    return {"pieces": pieces, "case": case, "quoted": quoted, "seen": seen, "heads": heads}


def around(anchor: int, window: Window, seen: Seen) -> tuple[int, int]:
    """First and last + 1 of the words the linker sees for an anchor: those near it, and BEFORE and AFTER it at most.

    They lie in its paragraph and the one before, and in the next where a quotation may go on there.
    """
    paragraph, at = seen.paragraph, anchor - window.first
    first = bisect_left(paragraph, paragraph[at])
    if first:
        first = bisect_left(paragraph, paragraph[first - 1])
    first = min(first, at - CLOSE)
    last = max(bisect_right(paragraph, paragraph[at]), at + CLOSE)
    if last < len(paragraph) and (seen.quoted[last - 1] in (INSIDE, OPENS) or seen.quoted[last] == OPENS):
        last = bisect_right(paragraph, paragraph[last])
    return window.first + max(0, first, at - BEFORE), window.first + min(last, at + AFTER + 1, len(paragraph))


def linker_arrays(anchors: Sequence[tuple[int, int, int]], paragraphs: Sequence[Sequence[int]]) -> Arrays:
    """`distance`, `paragraphs`, `seen` of (anchors, words) and `anchor` of (anchors,), padded at the end.

    An anchor is given as its word and the first and last + 1 words seen with it; `paragraphs` are that text's, for
    each anchor.
    """
    length = max(last - first for _, first, last in anchors)
    distance = np.zeros((len(anchors), length), np.int64)
    moved = np.zeros((len(anchors), length), np.int64)
    seen = np.zeros((len(anchors), length), np.bool_)
    for row, ((word, first, last), paragraph) in enumerate(zip(anchors, paragraphs, strict=True)):
        distance[row, : last - first] = _DISTANCE[first - word + BEFORE : last - word + BEFORE]
        away = np.asarray(paragraph[first:last]) - paragraph[word]
        moved[row, : last - first] = np.minimum(np.maximum(away, -2), 2) + 2
        seen[row, : last - first] = True
    return {
        "distance": distance,
        "paragraphs": moved,
        "seen": seen,
        "anchor": np.array([word - first for word, first, _ in anchors], np.int64),
    }


def _distance_numbers() -> Ints:
    away = np.arange(-BEFORE, AFTER + 1)
    far = NEAR + np.minimum(FAR, -(-(np.abs(away) - NEAR) // STEP))
    return np.where(np.abs(away) <= NEAR, away, np.sign(away) * far) + NEAR + FAR


_DISTANCE = _distance_numbers()
