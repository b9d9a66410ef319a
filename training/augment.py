"""Change a text in ways that leave its labels right: other names and quotation marks, voices added, other capitals."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from examples import Example, tags_of
from relays import with_relays, with_tellings
from reportedly.model.words import CLOSES, OPENS, quoted

STYLES = (("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("„", "“"))


def augmented(example: Example, corpus: dict[str, Any], rng: random.Random) -> Example:
    """The example, or one like it, with names, outlets and sources of the corpus (see prepare.py)."""
    if rng.random() < 0.15:
        example = one_paragraph(example, rng)
    if rng.random() < 0.4:
        example = with_names_swapped(example, corpus["names"], rng)
    if example.anchors is not None and rng.random() < 0.35:
        example = with_relays(example, corpus["outlets"], corpus["sources"], rng)
    if rng.random() < 0.3:
        example = with_tellings(example, corpus["outlets"], corpus["sources"], rng)
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
    moved = [range(at - first, at - first + 1) for at in range(last)]
    return replace(
        example, form=example.form[first:last], paragraph=[0] * len(inside), touching=example.touching[first:last],
        spans=[(start - first, stop - first, kind) for start, stop, kind in example.spans if start in inside],
        anchors=None if example.anchors is None else [anchor.moved(moved) for anchor in kept],
        names=None if example.names is None else example.names[first:last],
    )  # fmt: skip


def with_names_swapped(example: Example, names: dict[str, list[str]], rng: random.Random) -> Example:
    """The example with about half of its names replaced by others of their type, one name always by the same."""
    other: dict[tuple[str, str], list[str] | None] = {}
    form: list[str] = []
    moved: list[range] = []  # where each old word went
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
        moved += [range(len(form), len(form) + len(new))] * (last - at) if new is not old else [
            range(len(form) + i, len(form) + i + 1) for i in range(last - at)
        ]  # fmt: skip
        form += new
        paragraph += [example.paragraph[at]] * len(new)
        touching += example.touching[at:last] if new is old else [example.touching[at]] + [False] * (len(new) - 1)
        at = last
    anchors = None if example.anchors is None else [anchor.moved(moved) for anchor in example.anchors]
    return replace(
        example, form=form, paragraph=paragraph, touching=touching, spans=spans, anchors=anchors,
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
