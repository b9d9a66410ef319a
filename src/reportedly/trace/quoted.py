"""Quotations: whose they are when no cue stands by them, and how far the words of one reach.

A quotation that the reader gave to nobody has the voice that is named right beside it, or the one that speaks on, or
none. One that runs over paragraphs is one content, in a piece for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from reportedly.trace.found import Found, Shelf
from reportedly.trace.quotations import Quotation
from reportedly.values import Span

SHORTEST = 4  # words of a quotation by itself; a shorter one is a nickname or a scare quote
_EDGE = " \t\u00a0,.;:–—-\"“”„«»‘’'`"
_NAMED = r"(?:[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}|[Hh]e|[Ss]he|[Tt]hey)"
_SAID = r"(?:said|says|asked|added|wrote|told \w+)"
_BEFORE = re.compile(rf"(?:^|[\s(“\"‘'])(?P<source>{_NAMED})\s(?P<cue>{_SAID})[:,]?\s?$")
_BEHIND = re.compile(
    rf",?\s(?:(?P<cue>{_SAID})\s(?P<source>{_NAMED})|(?P<named>{_NAMED})\s(?P<verb>{_SAID}))\b(?=[.,;]|$)"
)
_STANDS_ALONE = re.compile(r"[\s.!?…]*")


def settle_quotations(shelf: Shelf, text: str, quotations: Sequence[Quotation]) -> None:
    """Give every quotation its voice and its full reach."""
    _reach_on(shelf, text, quotations)
    for quotation in quotations:
        if not _is_claimed(quotation, shelf):
            _claim(quotation, shelf, text)
    _speak_on(shelf, text)


def inner(quotation: Quotation, text: str) -> Span | None:
    """The words of a quotation without the marks at its edges, but with a question's or a shout's."""
    start, end = quotation.inner
    while start < end and (text[start].isspace() or text[start] in _EDGE):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _EDGE):
        end -= 1
    return Span(start, end) if start < end else None


def _reach_on(shelf: Shelf, text: str, quotations: Sequence[Quotation]) -> None:
    """Carry a content on over the paragraphs that go on with its quotation, and over one that its colon announces."""
    for before, quotation in pairwise(quotations):
        if not quotation.goes_on:
            continue
        here, there = inner(before, text), inner(quotation, text)
        owner = next(
            (one for one in shelf.near(*before.outer) if here and any(_covers(span, here) for span in one.content)),
            None,
        )
        if owner is None or there is None:
            continue
        same = [
            one for one in shelf.near(*quotation.outer) if not one.source and not one.cue and _lies_in(one, quotation)
        ]
        for one in same:
            shelf.drop(one)
        if not any(there.start <= span.start < there.end for span in owner.content):
            owner.content.append(there)
            shelf.add(owner)
    opening = {quotation.outer.start: quotation for quotation in quotations}
    for one in shelf:
        last = one.content[-1]
        opened = opening.get(last.end + 1) or opening.get(last.end + 2)
        if opened and text[last.end : opened.outer.start].strip() == ":" and not _is_claimed(opened, shelf):
            words = inner(opened, text)
            if words:
                one.content.append(words)
                shelf.add(one)


def _covers(span: Span, other: Span) -> bool:
    return span.start <= other.start + 2 and other.end - 3 <= span.end


def _lies_in(one: Found, quotation: Quotation) -> bool:
    return all(quotation.outer.start <= span.start and span.end <= quotation.outer.end for span in one.content)


def _is_claimed(quotation: Quotation, shelf: Shelf) -> bool:
    """Whether some content holds words of the quotation that are not words of the one around it."""
    return any(
        span.start < quotation.outer.end and quotation.outer.start < span.end and not _is_around(span, quotation)
        for one in shelf.near(*quotation.outer)
        for span in one.content
    )


def _is_around(span: Span, quotation: Quotation) -> bool:
    return quotation.parent is not None and span.start < quotation.outer.start and quotation.outer.end < span.end


def _claim(quotation: Quotation, shelf: Shelf, text: str) -> None:
    """Lay a quotation to the voice named right before or behind it, or to nobody where it is all there is."""
    words = inner(quotation, text)
    if words is None:
        return
    for one in shelf.near(*quotation.outer):
        spoken = max((span.end for span in (*one.cue, one.source) if span), default=0)
        if one.start < spoken <= quotation.outer.start and text[spoken : quotation.outer.start].strip() == ",":
            one.content.append(words)  # “The port is closed,” she said, “and will stay so.”
            shelf.add(one)
            return
    line = text.rfind("\n", 0, quotation.outer.start) + 1
    beside = _BEFORE.search(text, max(line, quotation.outer.start - 80), quotation.outer.start) or _BEHIND.match(
        text, quotation.outer.end
    )
    if beside is not None:
        named = beside.groupdict()
        source = Span(*beside.span("source" if named.get("source") else "named"))
        cue = Span(*beside.span("cue" if named.get("cue") else "verb"))
        if not any(cue in one.cue for one in shelf.near(*quotation.outer)):
            shelf.add(Found([words], [cue], source))
        return
    end = text.find("\n", quotation.outer.end)
    alone = text[line : quotation.outer.start] + text[quotation.outer.end : end if end >= 0 else len(text)]
    if _STANDS_ALONE.fullmatch(alone) and len(words.of(text).split()) >= SHORTEST:
        shelf.add(Found([words]))


def _speak_on(shelf: Shelf, text: str) -> None:
    """Let the voice of the sentence before speak on in a quotation without one, through the same relay."""
    ordered = sorted(shelf, key=lambda one: (one.content[0].start, one.within is not None))
    title = text.find("\n")
    voice: Found | None = None
    for one in ordered:
        if one.source is None and not one.cue and one.same_as is None and voice is not None:
            if voice.content[0].start <= title < one.content[0].start:  # a headline's voice does not speak on below it
                continue
            one.same_as = voice
            if one.within is None or one.within is voice:
                relayed = voice.within is not None and voice.within.content == voice.content
                one.within = voice.within if relayed else None
        elif one.source is not None:
            voice = one
