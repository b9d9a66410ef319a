"""Labelled texts as the network learns them: words, names and, for every anchor, who says what.

An anchor is the one word that stands for an attribution: its cue's main word or, without a cue, the content's first.
Two voices that share a cue ("a clerk told the Post that ...") share an anchor: the relay is its outer source.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reportedly.model.labels import NAME_TAGS, SOURCE_TYPES, STANCES
from reportedly.model.words import Words, words_of

# words of a cue that do not stand for it
AUXILIARIES = {"was", "were", "is", "are", "be", "been", "being", "has", "have", "had", "did", "does", "do", "will"}
AUXILIARIES |= {"would", "to", "in", "a", "an", "the", "not", "also"}
CUE, SOURCE, OUTER, CONTENT = 1, 2, 3, 4


@dataclass(slots=True)
class Anchor:
    """One anchor's labels. `roles` maps word to role; `parent` is the word of the anchor that carries it, or its own."""

    word: int
    has_cue: bool
    roles: dict[int, int]
    parent: int
    stance: int
    source_type: int
    outer_type: int  # -1 where nobody relays

    def moved(self, places: Sequence[range]) -> Anchor:
        """The anchor where the words it knows have gone to these places."""
        roles = {new: role for word, role in self.roles.items() for new in places[word]}
        return replace(self, word=places[self.word].start, parent=places[self.parent].start, roles=roles)


@dataclass(slots=True)
class Example:
    """One text. `names` is None where the corpus marks none, `anchors` likewise."""

    form: list[str]
    paragraph: list[int]
    touching: list[bool]  # whether a word follows the one before without a space
    names: list[int] | None
    anchors: list[Anchor] | None
    id: str = ""
    spans: list[tuple[int, int, str]] = field(default_factory=list)  # names as (first, last + 1, type)


def example_of(document: dict[str, Any]) -> Example:
    """A document of the attribution corpora."""
    words = words_of(document["text"])
    anchors = None
    if "attributions" in document:
        anchors = anchors_of(document["attributions"], words)
    spans = name_spans(document["names"], words) if "names" in document else None
    return Example(
        form=words.form,
        paragraph=words.paragraph,
        touching=[i > 0 and words.end[i - 1] == words.start[i] for i in range(len(words))],
        names=None if spans is None else tags_of(spans, len(words)),
        anchors=anchors,
        id=document["doc_id"],
        spans=spans or [],
    )


def anchors_of(attributions: Sequence[dict[str, Any]], words: Words) -> list[Anchor]:
    """The anchors of a document's attributions, in the order of the text."""
    by_id = {a["id"]: a for a in attributions}
    word_by_id = {a["id"]: anchor_word(a, words) for a in attributions}
    sharing: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for attribution in attributions:
        word = word_by_id[attribution["id"]]
        if word is not None:
            sharing[word].append(attribution)
    found = []
    for word, group in sorted(sharing.items()):
        ids = {a["id"] for a in group}
        inner = next((a for a in group if a["nested_in"] in ids), group[0])
        outer = by_id[inner["nested_in"]] if inner["nested_in"] in ids else None
        roles = dict.fromkeys(words_in(inner["content"], words), CONTENT)
        if outer:
            roles |= dict.fromkeys(words_in(outer["source"], words), OUTER)
        roles |= dict.fromkeys(words_in(inner["source"], words), SOURCE)
        roles |= dict.fromkeys(words_in(inner["cue"], words), CUE)
        carrier = (outer or inner)["nested_in"]
        parent = word_by_id.get(carrier) if carrier else word
        found.append(
            Anchor(
                word=word,
                has_cue=bool(inner["cue"]),
                roles=roles,
                parent=word if parent is None else parent,
                stance=STANCES.index(inner["stance"]),
                source_type=SOURCE_TYPES.index(inner["source_type"]),
                outer_type=SOURCE_TYPES.index(outer["source_type"]) if outer else -1,
            )
        )
    return found


def anchor_word(attribution: dict[str, Any], words: Words) -> int | None:
    """The word that stands for an attribution."""
    for role in ("cue", "content"):
        inside = [i for i in words_in(attribution[role], words) if words.form[i][0].isalnum() or words.form[i] == ":"]
        if inside:
            main = [i for i in inside if words.form[i].lower() not in AUXILIARIES] if role == "cue" else inside
            return (main or inside)[0]
    return words_in(attribution["cue"], words)[0] if words_in(attribution["cue"], words) else None


def words_in(spans: Iterable[Sequence[int]], words: Words) -> list[int]:
    """The words that lie in any of the spans, in order."""
    found = []
    for start, end in spans:
        at = bisect_left(words.end, start + 1)
        while at < len(words) and words.start[at] < end:
            found.append(at)
            at += 1
    return sorted(set(found))


def name_spans(names: Sequence[dict[str, Any]], words: Words) -> list[tuple[int, int, str]]:
    """Names as word ranges; one that overlaps an earlier name is left out."""
    found: list[tuple[int, int, str]] = []
    for name in sorted(names, key=lambda n: (n["start"], -n["end"])):
        inside = words_in([(name["start"], name["end"])], words)
        if inside and (not found or inside[0] >= found[-1][1]):
            found.append((inside[0], inside[-1] + 1, name["type"]))
    return found


def tags_of(spans: Iterable[tuple[int, int, str]], count: int) -> list[int]:
    """The tag of every word, as places in NAME_TAGS."""
    tags = [0] * count
    for first, last, kind in spans:
        tags[first:last] = [NAME_TAGS.index(f"I-{kind}")] * (last - first)
        tags[first] = NAME_TAGS.index(f"B-{kind}")
    return tags


def with_words(
    example: Example, added: Iterable[tuple[int, Sequence[str]]], *, joined: bool
) -> tuple[Example, list[int], list[range]]:
    """The example with words put in before the words at these places (in order), and where the old and the new stand.

    With `joined`, words belong to every content that the word before them belongs to.
    """
    new: dict[int, Sequence[str]] = dict(added)
    form: list[str] = []
    paragraph: list[int] = []
    touching: list[bool] = []
    places: list[int] = []
    where: list[range] = []
    for at, word in enumerate(example.form):
        put = new.get(at, ())
        if put:
            where.append(range(len(form), len(form) + len(put)))
        places.append(len(form) + len(put))
        form += [*put, word]
        paragraph += [example.paragraph[at]] * (len(put) + 1)
        touching += [*(one == "," for one in put), example.touching[at]]
    moved = [range(at, at + 1) for at in places]
    anchors = [anchor.moved(moved) for anchor in example.anchors or ()]
    if joined:
        for old, anchor in zip(example.anchors or (), anchors, strict=True):
            for at, there in zip(new, where, strict=True):
                if old.roles.get(at - 1) == CONTENT:
                    anchor.roles |= dict.fromkeys(there, CONTENT)
    spans = [(places[first], places[last - 1] + 1, kind) for first, last, kind in example.spans]
    made = replace(
        example, form=form, paragraph=paragraph, touching=touching, spans=spans,
        anchors=None if example.anchors is None else anchors,
        names=None if example.names is None else tags_of(spans, len(form)),
    )  # fmt: skip
    return made, places, where
