"""Turn the network's scores into names and attributions.

Everything here is decided from arrays alone: which anchors hold, which words are whose, and who lies in whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reportedly.model.arrays import Floats, Ints, Truths
from reportedly.model.labels import NAME_TAGS, SOURCE_TYPES, STANCES, AttributionLabel, NameLabel
from reportedly.model.words import CLOSES, INSIDE, INSIDE_SINGLE, OPENS, Words
from reportedly.values import Kind, NameType, SourceType, Span, Spans, Stance

CUE, SOURCE, OUTER, CONTENT = 1, 2, 3, 4
HOLDS_AT = 0.62  # an anchor's score; best pair F1 on the texts kept from training, and on the development sets, see docs/model.md
TOGETHER = 128  # rows whose paths are sought at once
SAME_CONTENT = 0.6  # share of words at which an uncued anchor is another's content read twice

_TYPES = tuple(NameType)
_SENTENCE_END = frozenset(".!?…")
_TRIMMED = frozenset(".,;:!?…–—-")
_QUOTES = frozenset("\"“”„«»‘’'")


@dataclass(frozen=True, slots=True)
class Anchor:
    """One anchor with what the linker said: `roles` of words from `first` on, and scores for each as its carrier."""

    word: int
    first: int
    has_cue: bool
    score: float
    roles: Ints
    parents: Floats
    stance: int
    source_type: int
    outer_type: int


def softmax(scores: Floats) -> Floats:
    """Scores as shares of one, along the last axis."""
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    shares: Floats = raised / raised.sum(-1, keepdims=True)
    return shares


def best_paths(scores: Floats, switches: Floats, seen: Truths) -> Ints:
    """The best path of roles for each anchor, (anchors, words); 0 behind its last word.

    `scores` is (anchors, words, roles); `switches` (roles, roles) is the score of going from one role to the next.
    """
    count, length, _ = scores.shape
    total = scores[:, 0]
    came = np.zeros(scores.shape, np.int64)
    shortest = int(seen.sum(1).min())
    for at in range(1, length):
        going = total[:, :, None] + switches
        came[:, at] = going.argmax(1)
        best = going.max(1) + scores[:, at]
        total = best if at < shortest else np.where(seen[:, at, None], best, total)
    paths = np.zeros((count, length), np.int64)
    ends = seen.sum(1) - 1
    rows = np.arange(count)
    role = total.argmax(1)
    for at in range(length - 1, -1, -1):
        paths[:, at] = np.where(at <= ends, role, 0)
        role = np.where(at <= ends, came[rows, at, role], role)
    return paths


def paths_of(scores: Sequence[Floats], switches: Floats) -> list[Ints]:
    """The best path of each row of (words, roles), of any lengths; many are sought at once."""
    found: list[Ints] = [np.zeros(0, np.int64)] * len(scores)
    order = sorted(range(len(scores)), key=lambda row: len(scores[row]))
    for begin in range(0, len(order), TOGETHER):
        rows = order[begin : begin + TOGETHER]
        longest = len(scores[rows[-1]])
        padded = np.zeros((len(rows), longest, len(switches)), np.float32)
        for at, row in enumerate(rows):
            padded[at, : len(scores[row])] = scores[row]
        seen = np.arange(longest) < np.array([len(scores[row]) for row in rows])[:, None]
        for row, path in zip(rows, best_paths(padded, switches, seen), strict=True):
            found[row] = path[: len(scores[row])]
    return found


def name_paths(scores: Sequence[Floats]) -> list[Ints]:
    """The best path of name tags of each window, (words, tags). Where the best tag of each word may stand, that is it."""
    paths: list[Ints] = [window.argmax(1) for window in scores]
    sought = [at for at, path in enumerate(paths) if NAME_SWITCHES[path[:-1], path[1:]].min(initial=0) < 0]
    for at, path in zip(sought, paths_of([scores[at] for at in sought], NAME_SWITCHES), strict=True):
        paths[at] = path
    return paths


def names_of(tags: Ints, shares: Floats, words: Words) -> tuple[NameLabel, ...]:
    """Names from the tag of each word and the shares of all tags, (words,) and (words, tags).

    One surface form has one type throughout a text, and a person's last name the person's.
    """
    ranges = [span for span in _name_ranges(tags, words) if any(form[0].isalnum() for form in words.form[slice(*span)])]
    found = [(first, last, _type_shares(shares[first:last])) for first, last in ranges]
    votes: dict[tuple[str, ...], Floats] = defaultdict(lambda: np.zeros(len(_TYPES), np.float32))
    for first, last, of_types in found:
        votes[tuple(words.form[first:last])] += of_types
        if last - first > 1 and _TYPES[int(of_types.argmax())] is NameType.PERSON:
            votes[(words.form[last - 1],)] += of_types
    labels = []
    for first, last, of_types in found:
        best = int(votes[tuple(words.form[first:last])].argmax())
        span = Span(words.start[first], words.end[last - 1])
        labels.append(NameLabel(span=span, type=_TYPES[best], score=float(of_types[best])))
    return tuple(labels)


def _name_ranges(tags: Ints, words: Words) -> list[tuple[int, int]]:
    """First and last + 1 word of every name. A name never runs over a paragraph's end."""
    ranges: list[tuple[int, int]] = []
    open_type = ""
    for at in np.flatnonzero(tags).tolist():
        begin, _, kind = NAME_TAGS[tags[at]].partition("-")
        goes_on = (
            ranges and ranges[-1][1] == at and kind == open_type and words.paragraph[at] == words.paragraph[at - 1]
        )
        if begin == "I" and goes_on:
            ranges[-1] = (ranges[-1][0], at + 1)
        else:
            ranges.append((at, at + 1))
        open_type = kind
    return ranges


def _type_shares(shares: Floats) -> Floats:
    """How likely a range of words is a name of each type: the mean over its words."""
    both: Floats = shares[:, 1:].reshape(len(shares), len(_TYPES), 2).sum(2).mean(0)
    return both


def _name_switches() -> Floats:
    """Scores of going from one name tag to the next: free, or out of the question."""
    free = np.zeros((len(NAME_TAGS), len(NAME_TAGS)), np.float32)
    for to, tag in enumerate(NAME_TAGS):
        if tag.startswith("I"):
            free[:, to] = [0 if before[1:] == tag[1:] else -1e4 for before in NAME_TAGS]
    return free


NAME_SWITCHES = _name_switches()


def attributions_of(anchors: Iterable[Anchor], words: Words) -> tuple[AttributionLabel, ...]:
    """Attributions of one text from its anchors."""
    kept = _chosen(anchors, words)
    labels: list[AttributionLabel] = []
    inner_at: dict[int, int] = {}  # anchor's word -> place of its innermost label
    outer_at: dict[int, int] = {}
    for anchor, roles in kept:
        content, cue = _content(roles[CONTENT], words), _pieces(roles[CUE], words)
        stance, score = STANCES[anchor.stance], anchor.score
        outer_at[anchor.word] = len(labels)
        if roles[OUTER]:
            labels.append(
                AttributionLabel(
                    content=content, cue=cue, source=_one_piece(roles[OUTER], words), stance=Stance.ASSERTS, score=score,
                    source_type=SOURCE_TYPES[anchor.outer_type], kind=_kind(anchor, roles[CONTENT], words),
                )
            )  # fmt: skip
        inner_at[anchor.word] = len(labels)
        labels.append(
            AttributionLabel(
                content=content, cue=cue, source=_one_piece(roles[SOURCE], words), stance=stance, score=score,
                source_type=SOURCE_TYPES[anchor.source_type] if roles[SOURCE] else SourceType.NONE,
                kind=_kind(anchor, roles[CONTENT], words),
                within=len(labels) - 1 if roles[OUTER] else None,
            )
        )  # fmt: skip
    carriers = _carriers([anchor for anchor, _ in kept])
    for word, carrier in carriers.items():
        at = outer_at[word]
        labels[at] = labels[at].carried_by(inner_at[carrier])
    return tuple(labels)


def _chosen(anchors: Iterable[Anchor], words: Words) -> list[tuple[Anchor, dict[int, list[int]]]]:
    """The anchors that hold, each once, in the order of the text, with the words of every role."""
    kept: list[tuple[Anchor, dict[int, list[int]]]] = []
    cues: set[int] = set()
    for anchor in sorted(anchors, key=lambda anchor: -anchor.score):
        if anchor.score < HOLDS_AT:
            break
        roles = {
            role: (np.flatnonzero(anchor.roles == role) + anchor.first).tolist()
            for role in (CUE, SOURCE, OUTER, CONTENT)
        }
        roles[SOURCE], roles[OUTER] = _longest_run(roles[SOURCE], words), _longest_run(roles[OUTER], words)
        if not anchor.has_cue:
            roles[CUE] = []
        elif not roles[CUE]:
            roles[CUE] = [anchor.word]
            roles[CONTENT] = [at for at in roles[CONTENT] if at != anchor.word]
        if not any(words.form[at][0].isalnum() for at in roles[CONTENT]) or cues & {anchor.word, *roles[CUE]}:
            continue
        if not anchor.has_cue and any(_alike(roles[CONTENT], other[CONTENT]) >= SAME_CONTENT for _, other in kept):
            continue
        cues |= set(roles[CUE])
        kept.append((anchor, roles))
    return sorted(kept, key=lambda pair: pair[0].word)


def _alike(some: Sequence[int], others: Sequence[int]) -> float:
    shared = len(set(some) & set(others))
    return shared / min(len(some), len(others)) if shared else 0.0


def _carriers(anchors: Sequence[Anchor]) -> dict[int, int]:
    """For every anchor that lies in another: the other's word. No anchor lies in itself by any way round."""
    wanted = []
    for anchor in anchors:
        inside = [other.word for other in anchors if 0 <= other.word - anchor.first < len(anchor.parents)]
        best = max(inside, key=lambda word: anchor.parents[word - anchor.first])
        if best != anchor.word:
            lead = anchor.parents[best - anchor.first] - anchor.parents[anchor.word - anchor.first]
            wanted.append((float(lead), anchor.word, best))
    carrier: dict[int, int] = {}
    for _, word, best in sorted(wanted, reverse=True):
        above: int | None = best
        while above is not None and above != word:
            above = carrier.get(above)
        if above is None:
            carrier[word] = best
    return carrier


def _runs(places: Sequence[int], words: Words) -> list[tuple[int, int]]:
    """First and last word of each run; marks inside a sentence do not break one, a paragraph's end does."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs:
            between = words.form[runs[-1][1] + 1 : at]
            joined = not any(form[0].isalnum() or form in _SENTENCE_END for form in between)
            if joined and words.paragraph[runs[-1][1]] == words.paragraph[at]:
                runs[-1] = (runs[-1][0], at)
                continue
        runs.append((at, at))
    return runs


def _longest_run(places: Sequence[int], words: Words) -> list[int]:
    runs = [run for run in _runs(places, words) if any(words.form[at][0].isalnum() for at in range(run[0], run[1] + 1))]
    if not runs:
        return []
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return list(range(first, last + 1))


def _one_piece(places: Sequence[int], words: Words) -> Spans:
    return (_trimmed(places[0], places[-1], words),) if places else ()


def _pieces(places: Sequence[int], words: Words) -> Spans:
    return tuple(Span(words.start[first], words.end[last]) for first, last in _runs(places, words))


def _content(places: Sequence[int], words: Words) -> Spans:
    """Content in pieces, without the marks at its edges."""
    return tuple(
        _trimmed(first, last, words)
        for first, last in _runs(places, words)
        if any(words.form[at][0].isalnum() for at in range(first, last + 1))
    )


def _trimmed(first: int, last: int, words: Words) -> Span:
    """Words `first` to `last` without stops at either end, and with both marks of a quotation at its edge or neither."""
    form = words.form
    if _open_marks(first, last, words) % 2 and last + 1 < len(words) and words.quoted[last + 1] == CLOSES:
        last += 1
    while first < last:
        marks = _open_marks(first, last, words)
        wrapped = marks == 2 and form[first] in _QUOTES and form[last] in _QUOTES
        if form[first] in _TRIMMED or wrapped or (marks % 2 and form[first] in _QUOTES):
            first += 1
        elif form[last] in _TRIMMED or (marks % 2 and form[last] in _QUOTES):
            last -= 1
        else:
            break
    return Span(words.start[first], words.end[last])


def _open_marks(first: int, last: int, words: Words) -> int:
    """How many marks in words `first` to `last` open or close a quotation."""
    return sum(place in (OPENS, CLOSES) for place in words.quoted[first : last + 1])


def _kind(anchor: Anchor, content: Sequence[int], words: Words) -> Kind:
    """Whether the content's own words stand in quotation marks; marks that hold the cue as well are not its own."""
    if anchor.has_cue and words.quoted[anchor.word] == INSIDE:
        return Kind.INDIRECT
    spoken = [at for at in content if words.form[at][0].isalnum()]
    inside = sum(words.quoted[at] in (INSIDE, INSIDE_SINGLE) for at in spoken)
    if not inside:
        return Kind.INDIRECT
    return Kind.DIRECT if inside == len(spoken) else Kind.MIXED
