"""Make voices and chains out of plain sentences: "The pier burnt." becomes "The pier burnt, The Lamp reported, citing firemen."

What is added stands before or behind a sentence and is marked as it is made, so that the reader meets relays on
contents, outlets and sources that no corpus brings together.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from examples import CONTENT, CUE, OUTER, SOURCE, Anchor, Example, tags_of
from reportedly.model.labels import SOURCE_TYPES, STANCES
from reportedly.values import SourceType, Stance

OUTLET = SOURCE_TYPES.index(SourceType.OUTLET)
ASSERTS = STANCES.index(Stance.ASSERTS)
Phrase = tuple[str, int]  # the words of a source, and its type

# O an outlet, S another source; 1 and 2 the attributions (2 lies in 1); c and s their cues and sources; * the anchor.
# What stands in a pattern without a mark is nobody's. "..." is the sentence.
BEHIND = (
    "... , O/1s reported/1c*",
    "... , O/1s said/1c*",
    "... , O/1s writes/1c*",
    "... , reported/1c* O/1s",
    "... , according/1c* to/1c O/1s",
    "... , according/1c* to/1c S/1s",
    "... , S/1s said/1c*",
    "... , per/1c* O/1s",
    "... , O/1s reported/1c* , citing/2c* S/2s",
    "... , O/1s said/1c* , quoting/2c* S/2s",
    "... , according/1c* to/1c O/1s , which cited/2c* S/2s",
    "... , according/2c* to/2c S/2s quoted/1c* by/1c O/1s",
    "... , S/2s told/12c* O/1s",
    "... , S/2s has told/12c* O/1s",
)
BEFORE = (
    "O/1s reported/1c* that ...",
    "O/1s says/1c* ...",
    "According/1c* to/1c O/1s , ...",
    "According/1c* to/1c S/1s , ...",
    "O/1s , citing/2c* S/2s , reported/1c* that ...",
    "Citing/2c* S/2s , O/1s said/1c* ...",
    "According/1c* to/1c O/1s , citing/2c* S/2s , ...",
    "O/1s quoted/12c* S/2s as/12c saying/12c that ...",
    "O/1s quotes/12c* S/2s as/12c saying/12c ...",
    "S/2s told/12c* O/1s that ...",
    "S/2s tells/12c* O/1s ...",
    "S/2s , speaking/1c* to/1c O/1s , said/2c* that ...",
    "In/1c an/1c interview/1c* with/1c O/1s , S/2s said/2c* that ...",
)
ROUND = ("... , O/1s reported/1c*", "... , according/1c* to/1c O/1s", "According/1c* to/1c O/1s , ...")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words `first` up to `last`, the final stop left out, and the anchors in it."""

    first: int
    last: int
    anchors: tuple[int, ...]


def with_relays(example: Example, outlets: Sequence[str], sources: Sequence[Phrase], rng: random.Random) -> Example:
    """The example with one or two of its sentences given voices, or a relay around those they have."""
    for _ in range(rng.choice((1, 1, 2))):
        fit = [sentence for sentence in sentences(example) if _is_free(example, sentence)]
        if not fit:
            return example
        sentence = rng.choice(fit)
        pattern = rng.choice(ROUND if sentence.anchors else rng.choice((BEHIND, BEFORE)))
        example = _voiced(example, sentence, pattern.split(), rng.choice(outlets), rng.choice(sources))
    return example


def sentences(example: Example) -> list[Sentence]:
    """The sentences below the headline that end with a stop, and hold six to forty words and no quotation mark."""
    found = []
    first = 0
    count = len(example.form)
    for at, form in enumerate(example.form):
        last_of_paragraph = at + 1 == count or example.paragraph[at + 1] != example.paragraph[at]
        ends = form == "." and (last_of_paragraph or _begins(example, at + 1)) and len(example.form[at - 1]) > 2
        if ends and example.paragraph[at] and 6 <= at - first <= 40:
            inside = example.form[first:at]
            if not set(inside) & set('"“”„«»‘:;?!.'):
                anchors = tuple(i for i, a in enumerate(example.anchors or ()) if first <= a.word < at)
                found.append(Sentence(first, at, anchors))
        if ends or last_of_paragraph:
            first = at + 1
    return found


def _begins(example: Example, at: int) -> bool:
    return not example.touching[at] and example.form[at][0].isupper()


def _is_free(example: Example, sentence: Sentence) -> bool:
    """Whether no attribution reaches into the sentence, or one without an outlet lies wholly in it."""
    inside = range(sentence.first, sentence.last + 1)
    for at, anchor in enumerate(example.anchors or ()):
        touches = any(word in inside for word in anchor.roles)
        if at not in sentence.anchors and touches:
            return False
        if at in sentence.anchors:
            carried = anchor.parent != anchor.word or any(
                other.parent == anchor.word and other is not anchor and other.word not in inside
                for other in example.anchors or ()
            )
            apart = not all(word in inside for word in anchor.roles)
            if carried or apart or OUTER in anchor.roles.values() or anchor.source_type == OUTLET:
                return False
    return True


def _voiced(example: Example, sentence: Sentence, pattern: list[str], outlet: str, source: Phrase) -> Example:
    """The example with the words of the pattern around the sentence, and their anchors."""
    gap = pattern.index("...")
    voices = {"O": (outlet.split(), OUTLET), "S": (source[0].split(), source[1])}
    added: list[tuple[list[str], str]] = []  # words and their marks, those before the sentence first
    for place, part in enumerate(pattern):
        word, _, mark = part.partition("/")
        words = list(voices[word][0]) if word in voices else [] if place == gap else [word]
        if place == 0 and words and place != gap:
            words[0] = words[0][0].upper() + words[0][1:]
        added.append((words, mark))
    before = sum(len(words) for words, _ in added[:gap])
    more = sum(len(words) for words, _ in added)
    behind = more - before
    first, last = sentence.first, sentence.last

    def place_of(word: int) -> int:
        return word + (before if word >= first else 0) + (behind if word >= last else 0)

    body = list(example.form[first:last])
    named = any(start <= first < stop for start, stop, _ in example.spans)
    if before and not named and not body[0].isupper():
        body[0] = body[0].lower()
    head = [word for words, _ in added[:gap] for word in words]
    tail = [word for words, _ in added[gap:] for word in words]
    form = [*example.form[:first], *head, *body, *tail, *example.form[last:]]
    touching = [
        *example.touching[:first], *_touching(head), *example.touching[first:last], *_touching(tail),
        *example.touching[last:],
    ]  # fmt: skip
    paragraph = [
        *example.paragraph[:first],
        *[example.paragraph[first]] * (len(body) + more),
        *example.paragraph[last:],
    ]
    anchors = [
        replace(
            anchor, word=place_of(anchor.word), parent=place_of(anchor.parent),
            roles={place_of(word): role for word, role in anchor.roles.items()},
        )
        for anchor in example.anchors or ()
    ]  # fmt: skip
    spans = [(place_of(start), place_of(stop - 1) + 1, kind) for start, stop, kind in example.spans]
    content = dict.fromkeys(range(first + before, last + before), CONTENT)
    made, spans_made = _anchors_of(added, gap, first, last, content, voices)
    outermost = made[0].word if made else 0
    anchors = [
        replace(anchor, parent=outermost) if at in sentence.anchors and anchor.parent == anchor.word else anchor
        for at, anchor in enumerate(anchors)
    ]
    spans = sorted([*spans, *spans_made])
    return replace(
        example, form=form, touching=touching, paragraph=paragraph, spans=spans,
        anchors=sorted([*anchors, *made], key=lambda anchor: anchor.word),
        names=None if example.names is None else tags_of(spans, len(form)),
    )  # fmt: skip


def _touching(words: Sequence[str]) -> list[bool]:
    return [word == "," for word in words]


def _anchors_of(
    added: list[tuple[list[str], str]],
    gap: int,
    first: int,
    last: int,
    content: dict[int, int],
    voices: dict[str, tuple[list[str], int]],
) -> tuple[list[Anchor], list[tuple[int, int, str]]]:
    """The anchors of the words added, the carrier first, and the outlet's name."""
    cues: dict[str, dict[int, int]] = {"1": {}, "2": {}}
    sources: dict[str, dict[int, int]] = {"1": {}, "2": {}}
    kinds = {"1": OUTLET, "2": voices["S"][1]}
    heads: dict[str, int] = {}
    spans = []
    at = first
    for place, (words, mark) in enumerate(added):
        if place == gap:
            at = last + at - first
        where = range(at, at + len(words))
        at += len(words)
        for number in mark.rstrip("cs*"):
            if "c" in mark:
                cues[number] |= dict.fromkeys(where, CUE)
            if "s" in mark:
                sources[number] |= dict.fromkeys(where, SOURCE)
                is_outlet = [word.lower() for word in words] == [word.lower() for word in voices["O"][0]]
                kinds[number] = OUTLET if is_outlet else voices["S"][1]
                if is_outlet:
                    spans.append((where.start + (len(words) > 1 and words[0].lower() == "the"), where.stop, "ORG"))
            if "*" in mark:
                heads[number] = where.start
    shared = heads.get("1") == heads.get("2")
    if shared:
        outer = dict.fromkeys(sources["1"], OUTER)
        roles = content | outer | sources["2"] | cues["2"]
        return [_anchor(heads["1"], roles, heads["1"], kinds["2"], OUTLET)], spans
    made = [_anchor(heads["1"], content | sources["1"] | cues["1"], heads["1"], kinds["1"], -1)]
    if "2" in heads:
        made.append(_anchor(heads["2"], content | sources["2"] | cues["2"], heads["1"], kinds["2"], -1))
    return made, spans


def _anchor(word: int, roles: dict[int, int], parent: int, source_type: int, outer_type: int) -> Anchor:
    return Anchor(
        word=word, has_cue=True, roles=roles, parent=parent, stance=ASSERTS, source_type=source_type,
        outer_type=outer_type,
    )  # fmt: skip
