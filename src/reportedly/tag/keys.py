"""Names made comparable: one form for storing (`key_of`), one for finding in running text (`fold`)."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

# Marks that are written over or under letters and that people leave out: Latin, Greek and Cyrillic accents, Arabic
# and Hebrew vowel points. The vowel signs of Indian scripts are not among them: without those a word is another word.
_LEFT_OUT = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
_SPLIT_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)


def key_of(label: str) -> str:
    """The name without case, accents, punctuation and spaces beyond one: the same for spellings people hold equal.

    "Deir ez-Zor", "DEIR EZ ZOR" and "Deir ez‑Zôr" have one key. Empty when the label holds no letter or digit.
    """
    plain = label.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", label).casefold())
        plain = unicodedata.normalize("NFC", _LEFT_OUT.sub("", plain)).translate(_SPLIT_LETTERS)
    return " ".join(plain.translate(_SPACED).split())


class _Spaced(dict[int, str]):
    """A letter, digit or mark as it is, else a space. \\W takes the vowel signs of Indian scripts for punctuation."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = self[code] = char if char.isalnum() or unicodedata.category(char)[0] == "M" else " "
        return kept


_SPACED = _Spaced()


class _Fold(dict[int, str]):
    """One character of text as it is compared: a letter or digit in lower case without its marks, else a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if _LEFT_OUT.match(char) or unicodedata.category(char) == "Cf":
            folded = ""
        elif char.isalnum():
            plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", char))
            plain = unicodedata.normalize("NFC", plain) if len(plain) != 1 else plain
            folded = plain.casefold() if len(plain) == 1 and len(plain.casefold()) == 1 else char
        elif unicodedata.category(char)[0] == "M":
            folded = char
        else:
            folded = " "
        self[code] = folded
        return folded


_FOLD = _Fold()


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text as names are looked for in it, and where each of its characters stood; None when all stayed in place.

    Every character becomes one (a letter, a digit, or a space for all else), or none: marks written as characters of
    their own, and invisible ones, fall out.
    """
    folded = text.translate(_FOLD)
    if len(folded) == len(text):
        return folded, None
    kept = list(accumulate((1 if _FOLD[ord(char)] else 0 for char in text), initial=0))
    places = [0] * (len(folded) + 1)
    for place in range(len(text) - 1, -1, -1):
        if kept[place + 1] > kept[place]:
            places[kept[place]] = place
    places[len(folded)] = len(text)
    return folded, places
