"""The trained reader: texts in, names and attributions out.

One reader is one pair of ONNX sessions on one thread; a process keeps one. It needs the folder of weights and nothing
else: no network, no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime

from reportedly.model.arrays import Floats, Seen, around, encoder_arrays, linker_arrays
from reportedly.model.decoding import Anchor, attributions_of, best_paths, names_of, softmax
from reportedly.model.labels import NAME_TAGS, Labels
from reportedly.model.pieces import Pieces
from reportedly.model.windows import Window, windows
from reportedly.model.words import Words, words_of

SHIPPED = Path(__file__).with_name("weights")
LIKELY = 0.08  # an anchor's share, from the encoder alone, above which the linker is asked
ENCODED = 2048  # pieces the encoder is given at once
LINKED = 6000  # words the linker is given at once


Unit = TypeVar("Unit")


@dataclass(slots=True)
class _Text:
    """A text while it is being read."""

    words: Words
    name_scores: Floats
    anchors: list[Anchor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """A window of a text, as the encoder takes it."""

    text: int
    window: Window
    seen: Seen


@dataclass(frozen=True, slots=True)
class _Question:
    """A word the linker is asked about, with the vectors of the words around it."""

    text: int
    word: int
    first: int
    last: int
    vectors: Floats
    has_cue: bool
    likely: float


class Reader:
    """Reads names and attributions; see `read`."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._pieces = Pieces(folder / "pieces.json")
        self._encoder = _session(folder / "encoder.onnx")
        self._linker = _session(folder / "linker.onnx")

    def read(self, texts: Sequence[str]) -> list[Labels]:
        """What is said in each text, in their order. A text is a title and paragraphs, one a line."""
        read = [_Text(words, np.zeros((len(words), len(NAME_TAGS)), np.float32)) for words in map(words_of, texts)]
        questions: list[_Question] = []
        for batch in _batches(self._parts(read), size=lambda part: part.seen.length, at_most=ENCODED):
            questions += self._encode(batch, read)
        for asked in _batches(questions, size=lambda question: question.last - question.first, at_most=LINKED):
            self._link(asked, read)
        return [
            Labels(names=names_of(text.name_scores, text.words), attributions=attributions_of(text.anchors, text.words))
            for text in read
        ]

    def _parts(self, read: Sequence[_Text]) -> list[_Part]:
        found = []
        for number, text in enumerate(read):
            words = text.words
            pieces = self._pieces.of(words.form)
            for window in windows(words.paragraph):
                part = slice(window.first, window.last)
                seen = Seen(pieces[part], words.paragraph[part], words.case[part], words.quoted[part])
                found.append(_Part(number, window, seen))
        return found

    def _encode(self, parts: Sequence[_Part], read: Sequence[_Text]) -> Iterator[_Question]:
        arrays = encoder_arrays([part.seen for part in parts], start=self._pieces.start, stop=self._pieces.stop)
        names, anchors, vectors = self._encoder.run(None, arrays)
        shares = softmax(anchors)
        for row, part in enumerate(parts):
            window = part.window
            owned = slice(window.start - window.first, window.stop - window.first)
            read[part.text].name_scores[window.start : window.stop] = names[row, owned]
            for place in np.flatnonzero(shares[row, owned, 0] < 1 - LIKELY) + owned.start:
                word = int(place) + window.first
                first, last = around(word, window)
                yield _Question(
                    part.text, word, first, last, vectors[row, first - window.first : last - window.first],
                    bool(shares[row, place, 1] >= shares[row, place, 2]), float(1 - shares[row, place, 0]),
                )  # fmt: skip

    def _link(self, asked: Sequence[_Question], read: Sequence[_Text]) -> None:
        spans = [(question.word, question.first, question.last) for question in asked]
        arrays = linker_arrays(spans, [read[question.text].words.paragraph for question in asked])
        vectors = np.zeros((*arrays["seen"].shape, asked[0].vectors.shape[1]), np.float32)
        for row, question in enumerate(asked):
            vectors[row, : len(question.vectors)] = question.vectors
        roles, parents, holds, stances, sources, outers = self._linker.run(None, {"vectors": vectors, **arrays})
        paths = best_paths(roles, self._switches, arrays["seen"])
        for row, question in enumerate(asked):
            length = question.last - question.first
            read[question.text].anchors.append(
                Anchor(
                    word=question.word, first=question.first, has_cue=question.has_cue,
                    score=_score(question.likely, float(holds[row])),
                    roles=paths[row, :length], parents=parents[row, :length], stance=int(stances[row].argmax()),
                    source_type=int(sources[row].argmax()), outer_type=int(outers[row].argmax()),
                )
            )  # fmt: skip

    @cached_property
    def _switches(self) -> Floats:
        known = self._linker.get_modelmeta().custom_metadata_map
        numbers = np.array([float(number) for number in known["switches"].split()], np.float32)
        side = round(len(numbers) ** 0.5)
        return numbers.reshape(side, side)


def _batches(units: list[Unit], *, size: Callable[[Unit], int], at_most: int) -> Iterator[list[Unit]]:
    """Units of like size together, each batch no larger when padded than `at_most`, or of one unit."""
    batch: list[Unit] = []
    for unit in sorted(units, key=size):
        if batch and size(unit) * (len(batch) + 1) > at_most:
            yield batch
            batch = []
        batch.append(unit)
    if batch:
        yield batch


def _score(likely: float, holds: float) -> float:
    """One score from the encoder's share and the linker's say: the mean of both, as log odds."""
    odds = (np.log(likely / max(1e-6, 1 - likely)) + holds) / 2
    return float(1 / (1 + np.exp(-odds)))


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
