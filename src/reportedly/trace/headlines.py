"""A headline that names its voice before a colon or behind its last mark: "Minister: dam will hold", "… – engineer"."""

from __future__ import annotations

import re

from reportedly.trace.found import Found, Shelf
from reportedly.trace.words import words
from reportedly.values import Span

_VOICES = words(
    "minister ministry source sources report reports poll survey study police media officials official president premier "
    "pm mp mps court agency radio channel paper newspaper tv navy army coach mayor governor chief experts analysts union "
    "opposition government kremlin pentagon vatican nato un eu us investor spokesman spokeswoman church company operator "
    "regulator witness witnesses lawyer lawyers judge doctors scientists researchers memo letter audit inquiry leak leaker "
    "director chairman ambassador embassy commissioner inspector council scholar general captain activists rebels prosecutors "
    "bank party leader data documents files watchdog senator carmaker airline editor engineer engineers"
)
_LABEL = re.compile(
    r"\W*(?:withdrawn|withdrawal|retracted|retraction|kill|corrected|correction|corrects|clarification|updated?|exclusive|"
    r"breaking(?: news)?|live|watch|video|photos|analysis|opinion|comment|editorial|obituary|interview|factbox|explainer)"
    r"(?: \d)?\s*[:–—]\s*",
    re.IGNORECASE,
)  # what an outlet writes over a report about the report itself; nobody says it
_FIRST = re.compile(r"(?P<source>[^:“\"‘?!,;()–—]{2,60}?)(?P<cue>:)\s(?P<content>\S.*\S)")
_LAST = re.compile(r"(?P<content>\S.*\S)(?:\s(?P<cue>[–—-])|(?P<colon>:))\s(?P<source>[^:“\"‘?!,;()–—]{2,60})")
_CONTENT_EDGE = " .,;:“”\"‘’'«»„"
LONGEST = 6  # words of a voice


def settle_headline(shelf: Shelf, text: str) -> None:
    """Add the voice that a headline names if the reader missed it; drop a label that it took for one."""
    title, line_break, _ = text.partition("\n")
    if not line_break:
        return
    label = _LABEL.match(title)
    start = label.end() if label else 0
    first = _FIRST.fullmatch(title, start)
    if first is not None and _is_shouted(first["source"]):
        for one in shelf.near(0, first.end()):
            if Span(*first.span("cue")) in one.cue:
                shelf.drop(one)
    if any(one.start < len(title) for one in shelf.near(0, len(title))):
        return
    if first is None or not (_is_voice(first["source"]) or (label and not _is_shouted(first["source"]))):
        first = _LAST.fullmatch(title, start)
        if first is None or not _is_voice(first["source"]):
            return
    begin, end = first.span("content")
    while begin < end and title[begin] in _CONTENT_EDGE:
        begin += 1
    while end > begin and title[end - 1] in _CONTENT_EDGE:
        end -= 1
    if begin < end:
        mark = "cue" if first["cue"] else "colon"
        shelf.add(Found([Span(begin, end)], [Span(*first.span(mark))], Span(*first.span("source"))))


def _is_voice(phrase: str) -> bool:
    bare = phrase.lower().split()
    return 0 < len(bare) <= LONGEST and bare[-1] in _VOICES


def _is_shouted(phrase: str) -> bool:
    """KBU and UNICEF name somebody; DAM-LIES and SHOCKING are shouted."""
    return phrase.isupper() and " " not in phrase and not (phrase.isalnum() and len(phrase) <= 7)
