"""Where a content begins and ends: with whole phrases, and with the mark of what was asked or shouted."""

from __future__ import annotations

import re

from reportedly.trace.found import Found, Shelf
from reportedly.trace.words import words
from reportedly.values import Span

_OPEN_ENDED = words(
    "the a an of to in on at by for from with and or his her its their this that these those my our your"
)
_TO_STOP = re.compile(r"(?:\s[\w’'-]+){1,4}(?=[.,;:!?\n”\"]|$)")
_GOES_ON = re.compile(
    r",\s(?=(?:had|has|have|was|were|is|are|will|would|could|should|may|might|can|must|did|does|do)\b)([^\n]{0,400}?)(?=[.!?][\"”’]?(?:\s|$)|\n|$)"
)
_CALLED_OUT = re.compile(r"[?!]+(?=[\"”’'»])")


def settle_edges(shelf: Shelf, text: str) -> None:
    """Stretch each content to where it must end."""
    for one in shelf:
        _go_on_behind_the_cue(one, text)
        one.content = [_whole(span, text) for span in one.content]


def _whole(span: Span, text: str) -> Span:
    """A content that does not break off behind a small word, and keeps the mark of what was asked or shouted."""
    end = span.end
    if text[span.start : end].rsplit(None, 1)[-1].lower() in _OPEN_ENDED and (rest := _TO_STOP.match(text, end)):
        end = rest.end()
    if mark := _CALLED_OUT.match(text, end):
        end = mark.end()
    return Span(span.start, end)


def _go_on_behind_the_cue(one: Found, text: str) -> None:
    """The other half of a clause that its cue stands in: "The port, officials said, had closed"."""
    if len(one.content) != 1 or not one.cue or one.source is None:
        return
    first, last = min(one.source.start, one.cue[0].start), max(one.source.end, one.cue[-1].end)
    if text[one.content[0].end : first] == ", " and (rest := _GOES_ON.match(text, last)):
        one.content.append(Span(*rest.span(1)))
