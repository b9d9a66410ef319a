"""From scores to names and attributions."""

from __future__ import annotations

import numpy as np
import pytest

from reportedly.model.decoding import NAME_SWITCHES, Anchor, attributions_of, best_paths, names_of, paths_of, softmax
from reportedly.model.labels import NAME_TAGS, SOURCE_TYPES, STANCES
from reportedly.model.words import words_of
from reportedly.values import Kind, SourceType

ROLE = {"-": 0, "q": 1, "s": 2, "o": 3, "c": 4}
PERSON = SOURCE_TYPES.index(SourceType.PERSON)


def an_anchor(
    text: str, roles: str, at: str, *, within: str | None = None, score: float = 0.9, has_cue: bool = True
) -> Anchor:
    """An anchor at the first word `at` of a text, with one letter of `roles` for each word."""
    forms = words_of(text).form
    marks = roles.replace(" ", "")
    assert len(marks) == len(forms), (forms, marks)
    parents = np.zeros(len(forms), np.float32)
    parents[forms.index(within or at)] = 5
    return Anchor(
        word=forms.index(at), first=0, has_cue=has_cue, score=score, roles=np.array([ROLE[mark] for mark in marks]),
        parents=parents, stance=STANCES.index("asserts"), source_type=PERSON, outer_type=SOURCE_TYPES.index(SourceType.OUTLET),
    )  # fmt: skip


def said(text: str, *anchors: Anchor) -> list[str]:
    """Each label as `source / cue / content`, with `< n` for the label it lies in."""
    return [
        " / ".join(" … ".join(span.of(text) for span in spans) for spans in (label.source, label.cue, label.content))
        + ("" if label.within is None else f" < {label.within}")
        for label in attributions_of(anchors, words_of(text))
    ]


def test_content_stands_in_pieces_around_its_cue_without_the_marks_at_its_edges() -> None:
    text = "“The port,” she said, “has reopened.”"
    assert said(text, an_anchor(text, "-cc-- s q -- cc--", "said")) == ["she / said / The port … has reopened"]


def test_a_quotation_at_the_contents_edge_keeps_both_its_marks_or_neither() -> None:
    text = 'They would get it "with fewer teeth".'
    whole = an_anchor(text, "s q cccccc--", "would")
    assert said(text, whole) == ['They / would / get it "with fewer teeth"']
    text = 'She said "no more".'
    assert said(text, an_anchor(text, "s q cccc-", "said")) == ["She / said / no more"]


def test_a_relay_that_shares_the_cue_lies_outside() -> None:
    text = "A clerk told the Post that the file was lost."
    assert said(text, an_anchor(text, "ss q oo - cccc -", "told")) == [
        "the Post / told / the file was lost",
        "A clerk / told / the file was lost < 0",
    ]


def test_a_voice_inside_another_lies_in_the_innermost_of_a_shared_cue() -> None:
    text = "A clerk told the Post that the mayor denied it."
    outer = an_anchor(text, "ss q oo - cccc -", "told")
    inner = an_anchor(text, "-- - -- - ssqc -", "denied", within="told")
    assert said(text, outer, inner)[2] == "the mayor / denied / it < 1"


def test_two_anchors_that_carry_each_other_do_not_go_round() -> None:
    text = "Ana says Ben says no."
    first = an_anchor(text, "s q ccc -", "says", within="Ben")
    second = an_anchor(text, "- - s q c -".replace("q", "c"), "Ben", within="says")
    assert sum(label.within is None for label in attributions_of([first, second], words_of(text))) == 1


def test_an_anchor_without_words_of_content_is_dropped() -> None:
    text = "She said."
    assert said(text, an_anchor(text, "s q c", "said")) == []


def test_a_doubtful_anchor_is_dropped() -> None:
    text = "She said no."
    assert said(text, an_anchor(text, "s q c -", "said", score=0.2)) == []


def test_one_cue_found_twice_counts_once() -> None:
    text = "He was quoted as saying no."
    better = an_anchor(text, "s - q q q c -", "quoted")
    worse = an_anchor(text, "s - q q q c -", "saying", score=0.6)
    assert said(text, worse, better) == ["He / quoted as saying / no"]


def test_a_content_that_stands_alone_has_no_cue() -> None:
    text = "“Never again.”"
    assert said(text, an_anchor(text, "-cc--", "Never", has_cue=False)) == [" /  / Never again"]


@pytest.mark.parametrize(
    ("text", "roles", "kind"),
    [
        ('She said "no more".', "s q -cc--", Kind.DIRECT),
        ("She said no more.", "s q cc-", Kind.INDIRECT),
        ('She said so "no more".', "s q c-cc--", Kind.MIXED),
        ('"She said no more".', "-s q cc--", Kind.INDIRECT),
    ],
)
def test_kind_follows_the_contents_own_quotation_marks(text: str, roles: str, kind: Kind) -> None:
    (label,) = attributions_of([an_anchor(text, roles, "said")], words_of(text))
    assert label.kind == kind


def names_read(text: str, tags: str) -> list[str]:
    """Names as `form TYPE`, from one likely tag for each word; `O?` stands for a word that only just is no name."""
    words = words_of(text)
    scores = np.zeros((len(words), len(NAME_TAGS)), np.float32)
    for at, tag in enumerate(tags.split()):
        scores[at, NAME_TAGS.index(tag.rstrip("?"))] = 2 if tag.endswith("?") else 9
    (path,) = paths_of([scores], NAME_SWITCHES)
    return [f"{name.span.of(text)} {name.type}" for name in names_of(path, softmax(scores), words)]


def test_a_name_has_one_type_throughout_a_text() -> None:
    assert names_read("Lorrow sued Lorrow and Lorrow", "B-ORG O B-LOC O B-ORG") == ["Lorrow ORG"] * 3


def test_a_persons_last_name_is_a_person() -> None:
    assert names_read("Ana Ruiz left. Ruiz wept.", "B-PER I-PER O O B-LOC? O O") == ["Ana Ruiz PER", "Ruiz PER"]


def test_a_name_that_goes_on_has_begun() -> None:
    assert names_read("the Fund for Peace", "O B-ORG? I-ORG I-ORG") == ["Fund for Peace ORG"]
    assert names_read("the Fund for Peace", "O O? I-ORG I-ORG") == ["Fund for Peace ORG"]


def test_a_name_ends_with_its_paragraph() -> None:
    assert names_read("Ana\nRuiz", "B-PER I-PER") == ["Ana PER", "Ruiz PER"]


def test_paths_of_any_lengths_come_back_in_their_order() -> None:
    free = np.zeros((2, 2), np.float32)
    rows = [np.eye(2, dtype=np.float32)[path] for path in ([0, 1, 1], [1], [], [1, 0])]
    assert [path.tolist() for path in paths_of(rows, free)] == [[0, 1, 1], [1], [], [1, 0]]


def test_the_best_path_weighs_changes_of_role() -> None:
    scores = np.array([[[0, 1], [0.4, 0], [0, 1]], [[1, 0], [0, 4], [0, 9]]], np.float32)
    seen = np.array([[True, True, True], [True, True, False]])
    free, dear = np.zeros((2, 2), np.float32), np.array([[0, -2], [-2, 0]], np.float32)
    assert best_paths(scores, free, seen).tolist() == [[1, 0, 1], [0, 1, 0]]
    assert best_paths(scores, dear, seen).tolist() == [[1, 1, 1], [1, 1, 0]]
