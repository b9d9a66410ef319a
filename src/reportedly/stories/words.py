"""What of a report's text tells which happening it is about.

Words, weighted by how often and how early they stand; and **marks**: names, pairs of names and numbers with what they
count ("Clarence Dole", "35 year"), which are what two reports of one happening share and two of one kind do not.
"""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass
from itertools import islice

LEAD_WORDS = 90  # about the first three paragraphs: what happened, where, to whom
MOST_WORDS = 1_500  # words read of one report; what comes later is background

# Words that tell no two reports apart, in English; the decaying frequencies learn the rest, in any language.
_STOP_WORDS = """
a about above after again against all also although am among an and another any are around as at away back be became
because become been before behind being below between both but by came can cannot come could d day days did do does doing don
down during each early either else enough even ever every few first for from further get gets getting give go goes going gone
got had has have having he her here hers herself him himself his how however i if in including instead into is isn it its
itself just know known last late later least less like ll made make makes making many may maybe me might mine more most mr mrs
ms much must my myself near nearly need never new next no nor not nothing now o of off often on once one only onto or other
others our ours ourselves out over own part people per perhaps place put quite rather re really s said same saw say saying
says second see seen several shall she should since so some someone something soon still such t take taken takes taking than
that the their theirs them themselves then there these they thing things third this those though three through thus time to
today together told too took toward towards two under until up upon us use used using ve very via was way we week weeks well
went were what when where whether which while who whole whom whose why will with within without won would year years yes yet
yesterday you your yours yourself
according report reported reports news updated update published read share story photo copyright rights reserved click
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m am pm est edt gmt
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[.!?:;\"“”\n]")


@dataclass(frozen=True)
class Terms:
    """The words of a text and its marks, each with its weight before rarity: 1 for once, more for often and early."""

    words: dict[str, float]
    marks: dict[str, float]
    length: int  # words read, stop words and all


def terms_of(text: str, names: tuple[str, ...] = ()) -> Terms:
    """The terms of a report's text (title, then paragraphs, one a line); `names` are names known to stand in it."""
    counts: dict[str, int] = {}
    marks: dict[str, int] = {}
    early: set[str] = set()
    title_end = text.find("\n")
    if title_end < 0:
        title_end = len(text)
    before: str | None = None  # the mark that a following name or word may pair with
    before_end = -2
    number: str | None = None
    place = 0
    for found in islice(_WORD.finditer(text), MOST_WORDS):
        raw = found.group()
        start, end = found.span()
        word = stem(raw)
        place += 1
        if number is not None:
            if start - before_end <= 1 and not raw[0].isdigit():
                pair = f"{number} {word}"
                marks[pair] = marks.get(pair, 0) + 1
            number = None
        if word in STOP_WORDS or (len(word) < 2 and not word.isdigit() and word.isascii()):
            before = None
            continue
        counts[word] = counts.get(word, 0) + 1
        if start < title_end or place <= LEAD_WORDS:
            early.add(word)
        if raw[0].isdigit():
            number, before, before_end = word, None, end
        elif raw[0].isupper():
            marks[word] = marks.get(word, 0) + 1
            if before is not None and start - before_end <= 2 and not _BREAK.search(text, before_end, start):
                pair = f"{before} {word}"
                marks[pair] = marks.get(pair, 0) + 1
            before, before_end = word, end
        else:
            before = None
    for name in names:
        key = " ".join(stem(part) for part in _WORD.findall(name))
        if key:
            marks.setdefault(key, 1)
    # A word that also stands uncapitalised is no name: a headline or the start of a sentence capitalised it.
    lowered = {word for word in marks if counts.get(word, 0) > marks[word]}
    return Terms(
        words={word: 1.0 + math.log(count) + (word in early) for word, count in counts.items()},
        marks={mark: 1.0 + math.log(count) for mark, count in marks.items() if mark not in lowered},
        length=place,
    )


def stem(word: str) -> str:
    """The word in lower case without the plural's ending: enough to join "shots" and "shot"."""
    word = word.lower()
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu'":
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def word_numbers(text: str, known: dict[str, int]) -> list[int]:
    """A number for each word of the text, the same in every run; `known` keeps those worked out before."""
    numbers = []
    for word in _WORD.findall(text.lower()):
        number = known.get(word)
        if number is None:
            number = known[word] = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        numbers.append(number)
    return numbers
