"""Change a text in ways that leave its labels right: other names, other quotation marks, other capitals."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from examples import Anchor, Example, tags_of

from reportedly.model.words import CLOSES, OPENS, quoted

STYLES = (("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("„", "“"))


def augmented(example: Example, names: dict[str, list[str]], rng: random.Random) -> Example:
    """The example, or one like it."""
    if rng.random() < 0.4:
        example = with_names_swapped(example, names, rng)
    if rng.random() < 0.3:
        example = with_quotation_marks(example, rng.choice(STYLES))
    chance = rng.random()
    if chance < 0.03:
        example = replace(example, form=[form.lower() for form in example.form])
    elif chance < 0.08:
        example = with_first_paragraph(example, str.upper if chance < 0.05 else str.capitalize)
    return example


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
