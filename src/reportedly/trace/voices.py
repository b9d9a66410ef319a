"""A headline that names its voice: "Minister: dam will hold", "Dam will hold – minister"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportedly.trace.clauses import Range, has_verb
from reportedly.trace.cues import FORMS
from reportedly.trace.speakers import is_described
from reportedly.trace.tokens import Words
from reportedly.trace.words import words

_VOICES = words(
    "minister ministry source sources report reports poll survey study police media officials official president premier "
    "pm mp mps court agency radio channel paper newspaper tv navy army coach mayor governor chief experts analysts union "
    "opposition government kremlin pentagon vatican nato un eu us investor spokesman spokeswoman church company operator "
    "regulator witness witnesses lawyer lawyers judge doctors scientists researchers memo letter audit inquiry leak leaker "
    "director chairman ambassador embassy commissioner inspector council scholar general captain activists rebels prosecutors "
    "bank party leader data documents files watchdog senator carmaker airline editor"
)
LABEL = re.compile(
    r"\W*(?:withdrawn|withdrawal|retracted|retraction|kill|corrected|correction|corrects|clarification|updated?|exclusive|"
    r"breaking(?: news)?|live|watch|video|photos|analysis|opinion|comment|editorial|obituary|interview|factbox|explainer)"
    r"(?: \d)?\s*[:–—]\s*",
    re.I,
)  # what an outlet writes over a report about the report itself; nobody says it
LONGEST = 6  # words of a voice before a colon


@dataclass(frozen=True, slots=True)
class HeadlineVoice:
    """The places of a headline's voice, its mark, and what is laid to it."""

    source: Range
    cue: Range | None
    content: Range


def headline_voice(s: Words) -> HeadlineVoice | None:
    """The voice before a headline's colon, or behind its last dash or colon; None when there is none."""
    hi = len(s)
    for at in range(1, min(hi - 1, LONGEST + 1)):
        if s.tag[at] == ":":
            if s.low[at + 1] in ("what", "how", "why", "when", "where", "who"):
                return None
            if _is_voice(s, 0, at, leading=True) and (s.tag[at + 1] == "Q" or hi - at > 2):
                if any(
                    s.low[place] in FORMS
                    and place + 1 < hi
                    and has_verb(s, place, place + 1)
                    and s.tag[place - 1] in "cn"
                    for place in range(at + 2, min(hi, at + 5))
                ):
                    return None  # "Refinery blast: minister blames operator"
                return HeadlineVoice((0, at), (at, at + 1), (at + 1, hi))
            return None
        if s.tag[at] in "Q.;":
            break
    for at in range(hi - 2, max(1, hi - LONGEST - 2), -1):
        if s.tag[at] in "-:" and s.end[at - 1] < s.start[at]:
            if _is_voice(s, at + 1, hi, leading=False) and at > 2:
                return HeadlineVoice((at + 1, hi), (at, at + 1), (0, at))
            return None
    return None


def _is_voice(s: Words, begin: int, end: int, *, leading: bool) -> bool:
    if end - begin > LONGEST or has_verb(s, begin, end) or any(tag in "Q.,;(SXD" for tag in s.tag[begin:end]):
        return False
    bare = [word.removesuffix("'s") for word in s.low[begin:end]]
    if bare[-1] in _VOICES or bare[0] in _VOICES or is_described(s.text[s.start[begin] : s.end[end - 1]]):
        return True
    capitals = sum(s.raw(at)[:1].isupper() for at in range(begin, end))
    return leading and capitals == end - begin and end - begin <= 3 and (end - begin > 1 or _is_acronym(s.raw(begin)))


def _is_acronym(word: str) -> bool:
    """KBU and UNICEF are; DAM-LIES and SHOCKING are shouted."""
    return word.isupper() and word.isalnum() and len(word) <= 7
