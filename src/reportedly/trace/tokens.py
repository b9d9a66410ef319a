"""Cut a stretch of text into sentences of tagged words, each outermost quotation standing as one word.

A tag says what a word can be doing, from closed classes and endings alone:

    Q quotation   . , : ; - ( ) marks, p other marks   D determiner or number   P preposition   C and, or   B but
    S that, because …   R who, which   X auxiliary   V finite verb   E -ed   G -ing   T to   A adverb or time
    N subject pronoun   O object pronoun   c capitalised   n anything else
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportedly.trace import words as w
from reportedly.trace.cues import FORMS, NOUNY
from reportedly.trace.quotations import Quotation

LONGEST_SENTENCE = 150  # words; a longer one is cut, so that no sentence costs more than this squared

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|(?:Mr|Mrs|Ms|Dr|St|Gen|Lt|Col|Sgt|Capt|Prof|Rev|Sen|Rep|Gov|Inc|Ltd|Co|Corp|Jr|Sr|Maj|Cmdr|Adm|Hon|Messrs|Msgr|No)\."
    r"(?=[\s,])"
    r"|[@#]?\w+(?:(?:[’'‑&-]|\.(?=[a-z0-9]))\w+)*(?:[’'](?=\s))?"
    r"|[^\w\s]"
)
_FINAL = frozenset(".!?…")
_DASHES = frozenset("-–—")
_MARKS = {",": ",", ":": ":", ";": ";", "(": "(", ")": ")", "[": "(", "]": ")", "\n": "."}

_TAGS: dict[str, str] = {}
for _tag, _words in (
    ("A", w.ADVERBS | w.TIMES), ("P", w.PREPOSITIONS), ("S", w.SUBORDINATORS), ("D", w.DETERMINERS), ("N", w.SUBJECTS),
    ("O", w.OBJECTS - w.SUBJECTS), ("R", w.RELATIVES), ("X", w.AUXILIARIES), ("C", w.CONJUNCTIONS),
):  # fmt: skip
    for _word in _words:
        _TAGS.setdefault(_word, _tag)
_TAGS |= {"may": "X", "march": "n", "to": "T", "but": "B", "yet": "B", "her": "D", "that": "S"}
_NO_TIME = frozenset(
    [
        "morning",
        "afternoon",
        "evening",
        "night",
        "week",
        "month",
        "year",
        "weekend",
        "day",
        "days",
        "weeks",
        "months",
        "years",
        "hours",
        "minutes",
        "may",
        "march",
    ]
)


@dataclass(slots=True)
class Words:
    """One sentence: parallel lists, a place in each for every word. `quotation` holds indices of quotations, or -1."""

    text: str
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    quotation: list[int] = field(default_factory=list)
    cues: list[int] = field(default_factory=list)  # places of words that can be a cue

    def __len__(self) -> int:
        return len(self.low)

    def raw(self, at: int) -> str:
        """The word as it is written."""
        return self.text[self.start[at] : self.end[at]]


def sentences(
    text: str, start: int, end: int, quotations: Sequence[Quotation], inside: Sequence[int]
) -> Iterator[Words]:
    """The sentences of a paragraph or of a quotation's inner words.

    `inside` are the indices of those quotations that lie directly in it, in order.
    """
    now = Words(text)
    at = start
    for index in (*inside, -1):
        stop = quotations[index].outer.start if index >= 0 else end
        for match in _WORD.finditer(text, at, stop):
            if now.low and _breaks(now, match.group()):
                yield _tagged(now)
                now = Words(text)
            _add(now, match.start(), match.end(), match.group())
        if index >= 0:
            outer = quotations[index].outer
            if now.low and _breaks(now, "“"):
                yield _tagged(now)
                now = Words(text)
            _add(now, outer.start, outer.end, "")
            now.quotation[-1] = index
            at = outer.end
    if now.low:
        yield _tagged(now)


def _add(now: Words, start: int, end: int, raw: str) -> None:
    now.start.append(start)
    now.end.append(end)
    now.low.append(raw.lower().replace("’", "'"))
    now.quotation.append(-1)


def _breaks(now: Words, coming: str) -> bool:
    """Whether a sentence ends before the word that is coming."""
    if len(now.low) >= LONGEST_SENTENCE:
        return True
    first = coming[0]
    starts = (
        first.isupper() or first.isdigit() or first in "“\"'‘«„($€£@#-–—•" or not (first.isalnum() or first.isascii())
    )
    last = now.low[-1]
    if not last:  # a quotation: its own end is ours, when what follows begins anew
        inner = now.text[now.start[-1] : now.end[-1]].rstrip("\"”’'»“ )")
        return bool(inner) and inner[-1] in _FINAL and starts and first not in "-–—("
    if last in _FINAL:
        return starts
    if last == ")" and len(now.low) > 1 and now.low[-2] in _FINAL:
        return starts
    return False


def _tagged(now: Words) -> Words:
    low, text = now.low, now.text
    for at, word in enumerate(low):
        if not word:
            now.tag.append("Q")
            continue
        before = now.tag[-1] if at else ""
        form = FORMS.get(word)
        capital = text[now.start[at]].isupper()
        if form is not None or word == "according":
            now.cues.append(at)
        tag = _TAGS.get(word)
        if tag is not None and not (capital and at and tag in "APXn" and word in _NO_TIME):
            if word in ("her", "that") and at + 1 < len(low):
                tag = _TAGS[word]
            now.tag.append(tag)
        elif word[0].isdigit() or word[0] in "$€£":
            now.tag.append("D")
        elif not word[0].isalnum():
            now.tag.append(
                "."
                if word in _FINAL
                else "-"
                if word in _DASHES
                else _MARKS.get(word, "p" if word[0] not in "@#" else "c")
            )
        elif capital and at:
            now.tag.append("c")
        elif form is not None and (form.past or form.third) and not (word in NOUNY and before in "DPnT"):
            now.tag.append("V" if form.third or not form.participle else "E")
        elif word in w.PASTS and not word.endswith("ed"):
            now.tag.append("V" if before not in "DX" else "n")
        elif word in w.THIRDS:
            now.tag.append("V" if before and before in "cnN)RA" else "n")
        elif word.endswith("ed") and len(word) > 4:
            now.tag.append("E")
        elif word.endswith("ing") and len(word) > 5:
            now.tag.append("G")
        elif word.endswith("ly") and len(word) > 4:
            now.tag.append("A")
        else:
            now.tag.append("c" if capital else "n")
    return now
