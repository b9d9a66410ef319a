"""Change a text in ways that leave its labels right: other names and quotation marks, voices added, other capitals."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from examples import CUE, OUTER, SOURCE, Anchor, Example, tags_of
from relays import with_relays
from reportedly.model.labels import SOURCE_TYPES
from reportedly.model.words import CLOSES, OPENS, quoted
from reportedly.values import SourceType

NO_RELAY = ("reporters", "parliament", "the court", "the crowd", "journalists", "lawmakers", "a news conference", "him")
NO_RELAY += ("the committee", "supporters", "the council", "a rally", "investigators", "her", "the jury", "police")
STYLES = (("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("„", "“"))


def augmented(example: Example, corpus: dict[str, Any], rng: random.Random) -> Example:
    """The example, or one like it, with names, outlets and sources of the corpus (see prepare.py)."""
    if rng.random() < 0.15:
        example = one_paragraph(example, rng)
    if rng.random() < 0.4:
        example = with_names_swapped(example, corpus["names"], rng)
    if example.anchors is not None and rng.random() < 0.25:
        example = with_relays(example, corpus["outlets"], corpus["sources"], rng)
    if rng.random() < 0.3:
        example = with_tellings(example, corpus["outlets"], rng)
    if rng.random() < 0.3:
        example = with_quotation_marks(example, rng.choice(STYLES))
    chance = rng.random()
    if chance < 0.03:
        example = replace(example, form=[form.lower() for form in example.form])
    elif chance < 0.08:
        example = with_first_paragraph(example, str.upper if chance < 0.05 else str.capitalize)
    return example


def one_paragraph(example: Example, rng: random.Random) -> Example:
    """One paragraph of the example by itself, or all of it where what is said there does not end with it."""
    first, last = rng.choice(paragraphs(example))
    inside = range(first, last)
    kept = [anchor for anchor in example.anchors or () if anchor.word in inside]
    if any(word not in inside for anchor in kept for word in (anchor.parent, *anchor.roles)):
        return example
    moved = [(at - first, at - first + 1) for at in range(last)]
    return replace(
        example, form=example.form[first:last], paragraph=[0] * len(inside), touching=example.touching[first:last],
        spans=[(start - first, stop - first, kind) for start, stop, kind in example.spans if start in inside],
        anchors=None if example.anchors is None else [_moved(anchor, moved) for anchor in kept],
        names=None if example.names is None else example.names[first:last],
    )  # fmt: skip


def with_names_swapped(example: Example, names: dict[str, list[str]], rng: random.Random) -> Example:
    """The example with about half of its names replaced by others of their type, one name always by the same."""
    other: dict[tuple[str, str], list[str] | None] = {}
    form: list[str] = []
    moved: list[tuple[int, int]] = []  # where each old word went
    paragraph, touching, spans = [], [], []
    starts = {first: (last, kind) for first, last, kind in example.spans}
    at = 0
    while at < len(example.form):
        last, kind = starts.get(at, (at + 1, ""))
        old = example.form[at:last]
        new = old
        if kind:
            key = (kind, " ".join(old))
            if key not in other:
                other[key] = rng.choice(names[kind]).split() if rng.random() < 0.5 else None
            new = other[key] or old
            spans.append((len(form), len(form) + len(new), kind))
        moved += [(len(form), len(form) + len(new))] * (last - at) if new is not old else [
            (len(form) + i, len(form) + i + 1) for i in range(last - at)
        ]  # fmt: skip
        form += new
        paragraph += [example.paragraph[at]] * len(new)
        touching += example.touching[at:last] if new is old else [example.touching[at]] + [False] * (len(new) - 1)
        at = last
    anchors = None if example.anchors is None else [_moved(anchor, moved) for anchor in example.anchors]
    return replace(
        example, form=form, paragraph=paragraph, touching=touching, spans=spans, anchors=anchors,
        names=None if example.names is None else tags_of(spans, len(form)),
    )  # fmt: skip


def _moved(anchor: Anchor, moved: list[tuple[int, int]]) -> Anchor:
    roles = {new: role for word, role in anchor.roles.items() for new in range(*moved[word])}
    return replace(anchor, word=moved[anchor.word][0], parent=moved[anchor.parent][0], roles=roles)


def with_tellings(example: Example, outlets: list[str], rng: random.Random) -> Example:
    """The example with half of its "X said" told to an outlet, which relays it then, or to somebody who does not."""
    for at in range(len(example.anchors or ())):
        anchor = (example.anchors or [])[at]
        cue = anchor.word
        plain = example.form[cue] in ("said", "added", "explained", "stated", "claimed")
        alone = [word for word, role in anchor.roles.items() if role == CUE] == [cue]
        behind_source = anchor.roles.get(cue - 1) == SOURCE and OUTER not in anchor.roles.values()
        if plain and alone and behind_source and rng.random() < 0.5:
            relays = rng.random() < 0.7
            told = (rng.choice(outlets) if relays else rng.choice(NO_RELAY)).split()
            example = _told(example, at, told, relays=relays)
    return example


def _told(example: Example, at: int, told: list[str], *, relays: bool) -> Example:
    """The example with the cue of its anchor `at` made "told" and followed by the words of whom it told."""
    anchors = example.anchors or []
    cue, more = anchors[at].word, len(told)

    def place(word: int) -> int:
        return word if word <= cue else word + more

    def widened(anchor: Anchor, own: bool) -> Anchor:
        roles = {place(word): role for word, role in anchor.roles.items()}
        role = (OUTER if relays else 0) if own else anchor.roles.get(cue, 0)
        if role:
            roles |= dict.fromkeys(range(cue + 1, cue + 1 + more), role)
        outer_type = SOURCE_TYPES.index(SourceType.OUTLET) if own and relays else anchor.outer_type
        return replace(anchor, word=place(anchor.word), parent=place(anchor.parent), roles=roles, outer_type=outer_type)

    spans = [(place(first), place(last - 1) + 1, kind) for first, last, kind in example.spans]
    if relays:
        name = cue + (2 if told[0] in ("the", "The") else 1)
        spans = sorted([*spans, (name, cue + 1 + more, "ORG")])
    form = [*example.form[:cue], "told", *told, *example.form[cue + 1 :]]
    return replace(
        example, form=form, spans=spans, anchors=[widened(anchor, i == at) for i, anchor in enumerate(anchors)],
        paragraph=[*example.paragraph[:cue], *[example.paragraph[cue]] * (more + 1), *example.paragraph[cue + 1 :]],
        touching=[*example.touching[: cue + 1], *[False] * more, *example.touching[cue + 1 :]],
        names=None if example.names is None else tags_of(spans, len(form)),
    )  # fmt: skip


def with_quotation_marks(example: Example, style: tuple[str, str]) -> Example:
    """The example with its double quotation marks in another style."""
    form = list(example.form)
    for first, last in paragraphs(example):
        places = quoted(form[first:last], [*example.touching[first:last], False])
        for at, place in enumerate(places, first):
            if form[at] in '"“”' and place in (OPENS, CLOSES):
                form[at] = style[place == CLOSES]
    return replace(example, form=form)


def with_first_paragraph(example: Example, written: Callable[[str], str]) -> Example:
    """The example with every word of its headline written in capitals, or with one capital."""
    count = example.paragraph.count(0)
    return replace(example, form=[*map(written, example.form[:count]), *example.form[count:]])


def paragraphs(example: Example) -> list[tuple[int, int]]:
    """First and last + 1 of each paragraph's words."""
    cuts = [i for i, number in enumerate(example.paragraph) if not i or number != example.paragraph[i - 1]]
    return list(zip(cuts, [*cuts[1:], len(example.form)], strict=True))
