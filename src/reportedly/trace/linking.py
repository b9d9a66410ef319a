"""Turn what was found into attributions: each with its voice, its kind, and the attribution that carries it.

Linking does not care where the labels came from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from reportedly.trace.chains import overlap
from reportedly.trace.found import Found
from reportedly.trace.quotations import Quotation
from reportedly.trace.speakers import NOBODY, Speaker, Speakers
from reportedly.values import Attribution, Kind, Name, SourceType, Span, Spans

DEEPEST = 8  # voices in a chain; deeper ones are a text playing with us
Marks = defaultdict[Span | None, list[Quotation]]

WIDEST = 24  # contents around one place that are looked at
SAME = 0.8  # share of two contents' words that makes them one


def link(
    found: Sequence[Found], text: str, quotations: Sequence[Quotation], names: Sequence[Name], *, rule: str
) -> tuple[Attribution, ...]:
    """The attributions of a text in text order, with ids a1, a2 …

    An attribution lies within the smallest other content that holds its cue and source, unless the voice is the same.
    """
    kept = _distinct(found)
    speakers = _speakers(kept, text, names)
    kept = _relayed_once(kept, speakers)
    parents = _parents(kept, speakers)
    ordered = sorted(kept, key=lambda one: _place(one, parents))
    marks = _marks(quotations)
    made: dict[int, Attribution] = {}
    ids = {id(one): f"a{number}" for number, one in enumerate(ordered, 1)}

    def make(one: Found) -> Attribution:
        if id(one) not in made:
            parent = parents.get(id(one))
            who = speakers[id(one)]
            made[id(one)] = Attribution(
                id=ids[id(one)],
                content=_sorted(one.content),
                cue=_sorted(one.cue),
                source=(one.source,) if one.source else (),
                within=make(parent) if parent is not None else None,
                kind=_kind(one, marks),
                stance=one.stance,
                speaker=who.name,
                source_type=who.type,
                rule=rule,
            )
        return made[id(one)]

    return tuple(make(one) for one in ordered)


def _sorted(spans: Sequence[Span]) -> Spans:
    return tuple(sorted(dict.fromkeys(spans)))


def _distinct(found: Sequence[Found]) -> list[Found]:
    """Without those that say the same of the same words twice; what lay in one of those lies in its twin."""
    first: dict[tuple[object, ...], Found] = {}
    for one in found:
        if one.content:
            first.setdefault(_said(one), one)
    for one in first.values():
        if one.within is not None:
            twin = first.get(_said(one.within))
            one.within = None if twin is one else twin
    return list(first.values())


def _relayed_once(kept: Sequence[Found], speakers: dict[int, Speaker]) -> list[Found]:
    """Without relays of what the same voice relays already ("spoke to CNN, telling the network that …")."""
    carrying = {id(one.within) for one in kept if one.within is not None}
    again = {
        id(one): one.within
        for one in kept
        if id(one) in carrying and one.within is not None and _is_twin(one, one.within, speakers)
    }
    for one in kept:
        while one.within is not None and id(one.within) in again:
            one.within = again[id(one.within)]
    return [one for one in kept if id(one) not in again]


def _is_twin(one: Found, other: Found, speakers: dict[int, Speaker]) -> bool:
    """Whether both lay nearly the same words to the same named voice."""
    name = speakers[id(one)].name
    shared = sum(overlap(span, its) for span in one.content for its in other.content)
    return name is not None and name == speakers[id(other)].name and shared > SAME * max(_size(one), _size(other))


def _said(one: Found) -> tuple[object, ...]:
    return (*one.content, one.source, *one.cue)


def _place(one: Found, parents: dict[int, Found]) -> tuple[int, int, int, int]:
    """Text order: by the first word of content; of two that begin together the longer, then the outer voice first."""
    first, last = min(span.start for span in one.content), max(span.end for span in one.content)
    return first, -last, len(_above(one, parents)), one.cue[0].start if one.cue else 0


def _speakers(ordered: Sequence[Found], text: str, names: Sequence[Name]) -> dict[int, Speaker]:
    """Who each voice is. Sources are met in the order they stand in the text."""
    known = Speakers(names, text)
    by_source: dict[Span, Speaker] = {}
    for source, type in sorted(
        {one.source: one.source_type for one in ordered if one.source}.items(), key=lambda pair: pair[0]
    ):
        by_source[source] = known.resolve(*source, type)
    out: dict[int, Speaker] = {}
    for one in ordered:
        voice: Found | None = one
        while voice is not None and voice.source is None:
            voice = voice.same_as
        out[id(one)] = by_source[voice.source] if voice is not None and voice.source else NOBODY
    return out


def _parents(ordered: Sequence[Found], speakers: dict[int, Speaker]) -> dict[int, Found]:
    """For each attribution the one that carries it. No chain runs in a circle, none is deeper than DEEPEST."""
    out: dict[int, Found] = {}
    for one in ordered:
        if one.within is not None and not _reaches(one.within, one, out):
            out[id(one)] = one.within
    contents = sorted(((span, one) for one in ordered for span in one.content), key=lambda pair: pair[0])
    open_: list[tuple[Span, Found]] = []
    at = 0
    for one in sorted(ordered, key=lambda one: one.start):
        here = one.start
        while at < len(contents) and contents[at][0].start <= here:
            open_.append(contents[at])
            at += 1
        open_ = [pair for pair in open_ if pair[0].end > here][-WIDEST:]
        if one.within is not None:
            continue
        holders = [other for _, other in open_ if other is not one and _holds(other, one)]
        if holders:
            closest = min(holders, key=lambda other: (_size(other), -len(_above(other, out))))
            parent = _not_oneself(one, closest, speakers, out)
            if parent is not None and not _reaches(parent, one, out):
                out[id(one)] = parent
    return out


def _size(one: Found) -> int:
    return sum(span.end - span.start for span in one.content)


def _above(one: Found, parents: dict[int, Found]) -> list[Found]:
    """The voices that carry it, the closest first."""
    out: list[Found] = []
    now = parents.get(id(one))
    while now is not None and len(out) < DEEPEST:
        out.append(now)
        now = parents.get(id(now))
    return out


def _not_oneself(one: Found, parent: Found, speakers: dict[int, Speaker], parents: dict[int, Found]) -> Found | None:
    """The parent, or what carries that, when the parent is the same voice speaking on."""
    mine, its = speakers[id(one)], speakers[id(parent)]
    if mine.name is not None and mine.name == its.name and mine.type is not SourceType.UNNAMED:
        return parents.get(id(parent))
    return parent


def _holds(outer: Found, inner: Found) -> bool:
    """Whether the inner's cue and source lie in the outer's content, and it is not the same content said again."""
    parts = [*inner.cue, *([inner.source] if inner.source else [])] or inner.content
    if inner.same_as is not None and inner.cue:
        parts = list(inner.cue)
    if not all(any(span.start <= part.start and part.end <= span.end for span in outer.content) for part in parts):
        return False
    return not any(cue.start < part.end and part.start < cue.end for cue in outer.cue for part in inner.cue)


def _reaches(start: Found, goal: Found, parents: dict[int, Found]) -> bool:
    """Whether `goal` is already above `start`, or the chain would grow too deep."""
    above = _above(start, parents)
    return start is goal or len(above) >= DEEPEST - 1 or any(one is goal for one in above)


def _kind(one: Found, marks: Marks) -> Kind:
    """How much of the content stands in quotation marks that are not around the whole attribution."""
    outers = marks[_around(one.start, marks) if one.cue or one.source else None]
    total = sum(span.end - span.start for span in one.content)
    quoted = 0
    for span in one.content:
        at = max(0, bisect_right(outers, span.start, key=lambda quotation: quotation.outer.start) - 1)
        while at < len(outers) and outers[at].outer.start < span.end:
            quoted += max(0, min(span.end, outers[at].outer.end) - max(span.start, outers[at].outer.start))
            at += 1
    if quoted == 0:
        return Kind.INDIRECT
    return Kind.DIRECT if quoted >= total - 2 else Kind.MIXED


def _around(place: int, marks: Marks) -> Span | None:
    """The inner span of the innermost quotation around a place."""
    around: Span | None = None
    while True:
        inside = marks[around]
        at = bisect_right(inside, place, key=lambda quotation: quotation.outer.start) - 1
        if at < 0 or not inside[at].inner.start <= place < inside[at].inner.end:
            return around
        around = inside[at].inner


def _marks(quotations: Sequence[Quotation]) -> Marks:
    """The quotations that lie directly in each quotation, by the inner span of that; under None the outermost."""
    out: Marks = defaultdict(list)
    for quotation in quotations:
        around = None if quotation.parent is None else quotations[quotation.parent].inner
        out[around].append(quotation)
    return out
