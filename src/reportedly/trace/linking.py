"""Turn what was found into attributions: each with its voice, its kind, and the attribution that carries it.

Linking does not care who found the labels: rules or a model.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from reportedly.trace.found import Found
from reportedly.trace.quotations import Quotation
from reportedly.trace.speakers import Speaker, Speakers
from reportedly.values import Attribution, Kind, Name, SourceType, Span, Spans

DEEPEST = 8  # voices in a chain; deeper ones are a text playing with us
WIDEST = 24  # contents around one place that are looked at


def link(
    found: Sequence[Found], text: str, quotations: Sequence[Quotation], names: Sequence[Name], *, rule: str
) -> tuple[Attribution, ...]:
    """The attributions of a text in text order, with ids a1, a2 …

    An attribution lies within the smallest other content that holds its cue and source, unless the voice is the same.
    """
    kept = _distinct(found)
    speakers = _speakers(kept, text, names)
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
    """Without those that say the same of the same words twice."""
    out: list[Found] = []
    seen: set[tuple[object, ...]] = set()
    for one in found:
        key = (tuple(one.content), one.source, tuple(one.cue))
        if one.content and key not in seen:
            seen.add(key)
            out.append(one)
    return out


def _place(one: Found, parents: dict[int, Found]) -> tuple[int, int, int, int]:
    """Text order: by the first word of content; of two that begin together the longer, then the outer voice first."""
    first, last = min(span.start for span in one.content), max(span.end for span in one.content)
    return first, -last, len(_above(one, parents)), one.cue[0].start if one.cue else 0


def _speakers(ordered: Sequence[Found], text: str, names: Sequence[Name]) -> dict[int, Speaker]:
    """Who each voice is. Sources are met in the order they stand in the text."""
    known = Speakers(names, text)
    out: dict[int, Speaker] = {}
    by_source: dict[Span, Speaker] = {}
    for one in sorted(
        (one for one in ordered if one.source), key=lambda one: (one.source.start if one.source else 0, one.relay)
    ):
        assert one.source is not None
        if one.source not in by_source:
            by_source[one.source] = known.resolve(*one.source)
        out[id(one)] = by_source[one.source]
    for one in ordered:
        if id(one) not in out:
            carried = one.same_as
            while carried is not None and id(carried) not in out and carried.same_as is not None:
                carried = carried.same_as
            out[id(one)] = (
                out.get(id(carried)) or Speaker(None, SourceType.NONE) if carried else Speaker(None, SourceType.NONE)
            )
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
    for one in sorted(ordered, key=_anchor):
        here = _anchor(one)
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


def _anchor(one: Found) -> int:
    """The place where the attribution itself stands: its cue, or its source, or its content."""
    if one.cue:
        return one.cue[0].start
    return one.source.start if one.source else one.content[0].start


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


def _kind(one: Found, marks: dict[Span | None, list[Span]]) -> Kind:
    """How much of the content stands in quotation marks that are not around the whole attribution."""
    outers = marks.get(one.quotation, [])
    total = sum(span.end - span.start for span in one.content)
    quoted = 0
    for span in one.content:
        at = max(0, bisect_right(outers, span.start, key=lambda outer: outer.start) - 1)
        while at < len(outers) and outers[at].start < span.end:
            quoted += max(0, min(span.end, outers[at].end) - max(span.start, outers[at].start))
            at += 1
    if quoted == 0:
        return Kind.INDIRECT
    return Kind.DIRECT if quoted >= total - 2 else Kind.MIXED


def _marks(quotations: Sequence[Quotation]) -> dict[Span | None, list[Span]]:
    """The quotations that lie directly in each quotation, by the inner span of that; under None the outermost."""
    out: dict[Span | None, list[Span]] = {}
    for quotation in quotations:
        around = None if quotation.parent is None else quotations[quotation.parent].inner
        out.setdefault(around, []).append(quotation.outer)
    return out
