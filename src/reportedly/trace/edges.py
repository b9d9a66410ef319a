"""Where contents and sources begin and end: with whole phrases, before another's "but", with the mark of what was asked."""

from __future__ import annotations

import re

from reportedly.trace.found import Found, Shelf
from reportedly.trace.words import words
from reportedly.values import Span

_OPEN_ENDED = words(
    "the a an of to in on at by for from with and or his her its their this that these those my our your"
)
_TO_STOP = re.compile(r"(?:\s[\w’'-]+){1,4}(?=[.,;:!?\n”\"]|$)")
_AUXILIARIES = "had|has|have|was|were|is|are|will|would|could|should|may|might|can|must|did|does|do"
_GOES_ON = re.compile(rf",\s(?=(?:{_AUXILIARIES})\b)([^\n]{{0,400}}?)(?=[.!?][\"”’]?(?:\s|$)|\n|$)")
_APPOSITION = re.compile(r",\s(?:the|an?|its|their|his|her|[A-Z][\w’'-]+['’]s)\s[^,.;:!?\n“”\"]{2,60}(?=\.(?:\s|$))")
_FINITE = words(_AUXILIARIES.replace("|", " ")) | words("says said told")
_CALLED_OUT = re.compile(r"[?!]+(?=[\"”’'»])")


def settle_edges(shelf: Shelf, text: str) -> None:
    """Let each content end where it must, and a source take in who that is."""
    for one in shelf:
        _go_on_behind_the_cue(one, text)
        _end_before_but(one, text)
        _take_in_the_apposition(one, shelf, text)
        one.content = [_whole(span, text) for span in one.content]


def _whole(span: Span, text: str) -> Span:
    """A content that does not break off behind a small word, and keeps the mark of what was asked or shouted."""
    end = span.end
    if text[span.start : end].rsplit(None, 1)[-1].lower() in _OPEN_ENDED and (rest := _TO_STOP.match(text, end)):
        end = rest.end()
    if mark := _CALLED_OUT.match(text, end):
        end = mark.end()
    return Span(span.start, end)


def _end_before_but(one: Found, text: str) -> None:
    """ "A, according to S, but B": S says A alone."""
    if one.source is None or [cue.of(text).lower() for cue in one.cue] != ["according to"]:
        return
    end = one.source.end
    behind = min((span for span in one.content if span.start >= end), default=None)
    if behind is None or text[end : behind.start].strip(" ,") not in ("", "but"):
        return
    if text[end : behind.end].lstrip(" ,").startswith("but "):
        one.content = [span for span in one.content if span.start < end] or one.content


def _take_in_the_apposition(one: Found, shelf: Shelf, text: str) -> None:
    """ "…, said Ana Ruiz, the port's director.": what ends the sentence behind an inverted voice says who that is."""
    source = one.source
    if source is None or not one.cue or one.cue[-1].end + 1 != source.start or not source.of(text).istitle():
        return
    rest = _APPOSITION.match(text, source.end)
    if rest is None or not _FINITE.isdisjoint(rest.group().split()):
        return
    taken = [span for other in shelf.near(*rest.span()) for span in (*other.cue, other.source) if span is not None]
    if not any(span.start < rest.end() and rest.start() < span.end for span in (*one.content, *taken)):
        one.source = Span(source.start, rest.end())


def _go_on_behind_the_cue(one: Found, text: str) -> None:
    """The other half of a clause that its cue stands in: "The port, officials said, had closed"."""
    if len(one.content) != 1 or not one.cue or one.source is None:
        return
    first, last = min(one.source.start, one.cue[0].start), max(one.source.end, one.cue[-1].end)
    if text[one.content[0].end : first] == ", " and (rest := _GOES_ON.match(text, last)):
        one.content.append(Span(*rest.span(1)))
