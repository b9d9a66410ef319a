"""Word pieces: the numbers the encoder knows a word by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from reportedly.model.windows import LONGEST_WORD

_REMEMBERED = 200_000  # words; more are forgotten together


class Pieces:
    """The pieces of words, remembered from one text to the next."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, tuple[int, ...]] = {}
        self.start = self._id("[CLS]")
        self.stop = self._id("[SEP]")
        self._unknown = self._id("[UNK]")

    def of(self, forms: Sequence[str]) -> list[tuple[int, ...]]:
        """The pieces of each word; at least one, at most LONGEST_WORD."""
        new = list({form for form in forms if form not in self._known})
        if new:
            if len(self._known) + len(new) > _REMEMBERED:
                self._known.clear()
                new = list(set(forms))
            writable = [form.encode("utf-8", "replace").decode() for form in new]  # half a surrogate pair is a "?"
            for form, read in zip(new, self._tokenizer.encode_batch(writable, add_special_tokens=False), strict=True):
                self._known[form] = tuple(read.ids[:LONGEST_WORD]) or (self._unknown,)
        return [self._known[form] for form in forms]

    def _id(self, piece: str) -> int:
        number = self._tokenizer.token_to_id(piece)
        assert number is not None, piece
        return number
