"""Cut noun phrases and sentences out of a text by its marks and its small words: no grammar, no tags.

What comes back is a span of the text. A phrase is plain: up to the first mark or the first word that cannot be part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportedly.trace.words import words
from reportedly.values import Span

REACH = 1_500  # characters to each side that a sentence is looked for in
LONGEST = 14  # words of a phrase; a longer one was read wrong
_WORD = re.compile(r"(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Sgt|Gov|Sen|Rep|Lt|Prof)\.|&(?=\s)|[^\W_](?:[\w&'’./-]*\w)?")
_STOPS = words(
    "that which who whose whom as is are was were be been has have had do does did will would can could may might shall "
    "should must or but nor while when where why how whether if because since although though after before until "
    "said says saying told tells telling added adds reported reports wrote writes he she they it we i not never also"
)
_TIMES = words(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight last earlier late early this"
)
_PREPOSITIONS = words("in on at by to for from with over during via about")
_OPENING = words("the a an his her its their my our")
_HANGING = _PREPOSITIONS | words("of the a an and &")  # no phrase ends with one
_END = re.compile(r"(?<![A-Z])(?<!\b(?:Mr|Dr|St|Lt|No|vs|Jr|Sr|Mt|Ms))(?<!\b(?:Mrs|Gen|Col|Sgt|Gov|Sen|Rep|Rev|Inc|Ltd|Hon))[.!?…][\"”’')\]]*\s+(?=[\"“‘'(«»„]*[^\W\da-z_])|\n")  # fmt: skip


def phrase_at(text: str, start: int, *, prepositions: bool = True) -> Span | None:
    """The noun phrase that begins at `start`, behind white space; without a tail of prepositions where it shall be short.

    None where no phrase begins there.
    """
    while text[start : start + 1] == " ":
        start += 1
    at = stop = start
    before = ""
    for _ in range(LONGEST):
        match = _WORD.match(text, at)
        if match is None or _ends_phrase(text, match, before, prepositions=prepositions):
            break
        if match.group().lower() not in _HANGING:
            stop = match.end()
        before = match.group().lower()
        at = match.end() + 1
        if text[at - 1 : at] != " ":
            break
    phrase = text[start:stop].removesuffix("'s").removesuffix("’s")
    return Span(start, start + len(phrase)) if phrase else None


def _ends_phrase(text: str, word: re.Match[str], before: str, *, prepositions: bool) -> bool:
    """Whether a phrase ends before this word; `before` is the word it has come to, "" at its start."""
    low, after = word.group().lower(), word.end()
    if low in ("and", "&"):  # "Schiene & Weg", "The Globe and Mail"
        return not before or not text[after + 1 : after + 2].isupper()
    if low in _PREPOSITIONS:
        return not before or not prepositions or _is_time(text, after)
    if low in _OPENING:
        return bool(before) and before not in _HANGING and word.group() != "The"
    return low in _STOPS or (bool(before) and low in _TIMES)


def _is_time(text: str, at: int) -> bool:
    match = _WORD.search(text, at, at + 24)
    return match is not None and (match.group().lower() in _TIMES or match.group().isdigit())


def sentence_around(text: str, place: int) -> Span:
    """The sentence that holds a place, without the white space at its ends."""
    line = text.rfind("\n", 0, place) + 1
    start, end = line, len(text)
    for match in _END.finditer(text, max(line, place - REACH), min(len(text), place + REACH)):
        if match.end() <= place:
            start = match.end()
        elif match.start() >= place:
            end = match.start() + len(match.group().rstrip())
            break
    return Span(start, min(end, len(text)))


def sentence_before(text: str, start: int) -> Span | None:
    """The sentence that ends before the one which begins at `start`; None where none stands before it."""
    at = start - 1
    while at >= 0 and text[at].isspace():
        at -= 1
    return sentence_around(text, at) if at >= 0 else None


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text in order."""
    start = 0
    for match in (*_END.finditer(text), None):
        end = len(text) if match is None else match.start() + len(match.group().rstrip())
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            yield Span(start, end)
        start = len(text) if match is None else match.end()
