"""The trained reader: texts in, names and attributions out.

One reader is one pair of ONNX sessions on one thread; a process keeps one. It needs the folder of weights and nothing
else: no network, no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime

from reportedly.model.arrays import Floats, Ints, Seen, around, encoder_arrays, linker_arrays
from reportedly.model.decoding import Anchor, attributions_of, name_paths, names_of, paths_of, softmax
from reportedly.model.labels import NAME_TAGS, Labels
from reportedly.model.pieces import Pieces
from reportedly.model.windows import BESIDE, OWNED, Window, windows
from reportedly.model.words import Words, words_of

SHIPPED = Path(__file__).with_name("weights")
LIKELY = 0.3  # an anchor's share, from the encoder alone, above which the linker is asked
BEFORE = 48  # words before an anchor that are asked for; fewer than were learnt, as well read, and sooner
LONGEST = 512  # pieces the encoder has positions for
_UNREAD = np.zeros(0, np.int64)


@dataclass(slots=True)
class _Text:
    """A text while it is being read."""

    words: Words
    name_tags: Ints
    name_shares: Floats
    anchors: list[Anchor] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> _Text:
        words = words_of(text)
        return cls(words, np.zeros(len(words), np.int64), np.zeros((len(words), len(NAME_TAGS)), np.float32))


@dataclass(slots=True)
class _Part:
    """A window of a text, as the encoder takes it, and the name scores of its words."""

    text: int
    window: Window
    seen: Seen
    name_scores: Floats = field(default_factory=lambda: np.zeros((0, len(NAME_TAGS)), np.float32))


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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the linker said of a word, before its path of roles is known."""

    text: int
    anchor: Anchor
    roles: Floats


class Reader:
    """Reads names and attributions; see `read`."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._pieces = Pieces(folder / "pieces.json")
        self._encoder = _session(folder / "encoder.onnx")
        self._linker = _session(folder / "linker.onnx")

    def read(self, texts: Sequence[str]) -> list[Labels]:
        """What is said in each text, in their order. A text is a title and paragraphs, one a line."""
        read = [_Text.of(text) for text in texts]
        parts = self._parts(read)
        answers: list[_Answer] = []
        for part in parts:
            paragraph = read[part.text].words.paragraph
            answers += [self._link(question, paragraph) for question in self._encode(part)]
        for part, path in zip(parts, name_paths([part.name_scores for part in parts]), strict=True):
            window, text = part.window, read[part.text]
            owned = slice(window.start - window.first, window.stop - window.first)
            text.name_tags[window.start : window.stop] = path[owned]
            text.name_shares[window.start : window.stop] = softmax(part.name_scores[owned])
        for answer, path in zip(answers, paths_of([answer.roles for answer in answers], self._switches), strict=True):
            read[answer.text].anchors.append(replace(answer.anchor, roles=path))
        return [
            Labels(
                names=names_of(text.name_tags, text.name_shares, text.words),
                attributions=attributions_of(text.anchors, text.words),
            )
            for text in read
        ]

    def _parts(self, read: Sequence[_Text]) -> list[_Part]:
        found = []
        for number, text in enumerate(read):
            pieces = self._pieces.of(text.words.form)
            owned, beside = OWNED, BESIDE
            parts = _parts_of(number, text.words, pieces, owned, beside)
            while any(part.seen.length > LONGEST for part in parts):  # odd words, in many pieces each
                owned, beside = owned // 2, beside // 2
                parts = _parts_of(number, text.words, pieces, owned, beside)
            found += parts
        return found

    # One window and one word at a time: eight-bit products are scaled by all that is given at once, so that a text
    # read beside others would be read otherwise than by itself. It is as fast, and reads a little better.

    def _encode(self, part: _Part) -> Iterator[_Question]:
        """Fill in the part's name scores, and give the words that may be anchors."""
        arrays = encoder_arrays([part.seen], start=self._pieces.start, stop=self._pieces.stop)
        del arrays["seen"]  # all of them are
        names, anchors, vectors = (scores[0] for scores in self._encoder.run(None, arrays))
        shares = softmax(anchors)
        window = part.window
        part.name_scores = names
        owned = slice(window.start - window.first, window.stop - window.first)
        for place in np.flatnonzero(shares[owned, 0] < 1 - LIKELY) + owned.start:
            word = int(place) + window.first
            first, last = around(word, window, part.seen)
            first = max(first, word - BEFORE)
            yield _Question(
                part.text, word, first, last, vectors[first - window.first : last - window.first],
                bool(shares[place, 1] >= shares[place, 2]), float(1 - shares[place, 0]),
            )  # fmt: skip

    def _link(self, question: _Question, paragraph: Sequence[int]) -> _Answer:
        arrays = linker_arrays([(question.word, question.first, question.last)], [paragraph])
        del arrays["seen"]
        told = self._linker.run(None, {"vectors": question.vectors[None], **arrays})
        roles, parents, holds, stances, sources, outers = (scores[0] for scores in told)
        anchor = Anchor(
            word=question.word, first=question.first, has_cue=question.has_cue,
            score=_score(question.likely, float(holds)), roles=_UNREAD, parents=parents,
            stance=int(stances.argmax()), source_type=int(sources.argmax()), outer_type=int(outers.argmax()),
        )  # fmt: skip
        return _Answer(question.text, anchor, roles)

    @cached_property
    def _switches(self) -> Floats:
        known = self._linker.get_modelmeta().custom_metadata_map
        numbers = np.array([float(number) for number in known["switches"].split()], np.float32)
        side = round(len(numbers) ** 0.5)
        return numbers.reshape(side, side)


def _parts_of(number: int, words: Words, pieces: Sequence[tuple[int, ...]], owned: int, beside: int) -> list[_Part]:
    found = []
    for window in windows(words.paragraph, owned=owned, beside=beside):
        part = slice(window.first, window.last)
        seen = Seen(pieces[part], words.paragraph[part], words.case[part], words.quoted[part])
        found.append(_Part(number, window, seen))
    return found


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
