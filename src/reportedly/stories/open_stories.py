"""Join reports into stories.

A report joins the open story it is most like, or opens one of its own. Joining never moves a report that already has
its place, and a copy joins its origin's story without moving it. The same reports in the same order always end in the
same stories. Everything held is bounded, by time and by number.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from statistics import median_low

from reportedly.stories.copies import Copied, CopyIndex
from reportedly.stories.frequencies import Frequencies
from reportedly.stories.words import Terms, terms_of
from reportedly.values import Placement

RULE = "centroids-1"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What each part of a likeness counts in the decision."""

    words: float
    root_words: float
    marks: float
    shared: float
    stands_out: float
    age: float
    bias: float


# How surely a report continues a story: a logistic score, fitted on the reference stories (docs/explanation/stories.md,
# "How the decision was fitted"). One for reports with a text, one for those that are little more than a title.
WITH_TEXT = Weights(words=1.65, root_words=2.17, marks=2.73, shared=1.24, stands_out=3.29, age=0.0, bias=-7.13)
TITLE_ONLY = Weights(words=2.14, root_words=3.10, marks=2.02, shared=0.86, stands_out=4.49, age=-1.5, bias=-4.29)
TITLE_WORDS = 40  # words at which a report counts as having a text

# The mark at which it joins, growing with the number of open stories: the more there are, the likelier a chance likeness.
JOIN_AT, JOIN_AT_GROWTH = 0.12, 0.08
TITLE_JOIN_AT, TITLE_JOIN_AT_GROWTH = 0.06, 0.03

TERMS_KEPT = 70  # of a report, the heaviest
CENTROID_KEPT = 140  # of a story, the heaviest
LOOKED_UP = 28  # terms of a report by which stories are found
COMPARED = 6  # stories compared term by term
MOST_HOLDERS = 400  # a term in more stories than this finds none

WINDOW = timedelta(days=21)
MOST_STORIES = 12_000
MOST_REPORTS = 60_000  # whose story is remembered, for their copies
CLOCK_ARRIVALS = 9
TICK_EVERY = 16  # arrivals


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A report as it comes to be placed. `text` is title, then paragraphs, one a line."""

    report_id: int
    outlet: str
    published: datetime
    text: str
    names: tuple[str, ...] = ()


@dataclass
class _Story:
    story_id: int
    latest: datetime
    words: dict[str, float] = field(default_factory=dict)  # summed over its reports, copies left out
    marks: dict[str, float] = field(default_factory=dict)
    size: float = 1.0  # of the words, by rarity, when last added to
    reports: int = 0


@dataclass(frozen=True)
class Likeness:
    """How alike a report and a story are.

    `words` and `marks` are cosines by rarity, 0 to 1; `shared` is the rarity of the marks both have, added up;
    `stands_out` is how much more of the words they share than the report does with its next stories, on the average.
    """

    words: float
    marks: float
    shared: float
    stands_out: float
    age_days: float


class OpenStories:
    """The stories that may still gain reports."""

    def __init__(self, *, window: timedelta = WINDOW, most_stories: int = MOST_STORIES) -> None:
        self.window = window
        self._most_stories = most_stories
        self._frequencies = Frequencies()
        self._copies = CopyIndex()
        self._stories: dict[int, _Story] = {}
        self._holders: dict[str, dict[int, float]] = {}
        self._placed: dict[int, int] = {}
        self._recent: deque[datetime] = deque(maxlen=CLOCK_ARRIVALS)
        self._arrived = 0

    def __len__(self) -> int:
        return len(self._stories)

    def place(self, arrival: Arrival) -> Placement:
        """Where the report goes. It is remembered there; placing the same report again gives the same story."""
        self._tick(arrival.published)
        text = self._copies.fingerprint(arrival.text)
        terms = terms_of(arrival.text, arrival.names)
        copied = self._copies.find(text, outlet=arrival.outlet)
        if copied is not None and (story_id := self._placed.get(copied.report_id)) is not None:
            placement = Placement(
                report_id=arrival.report_id,
                story_id=story_id,
                likeness=copied.contained,
                copy_of=copied.report_id,
                copy_kind=copied.kind,
                rule=RULE,
            )
        else:
            copied = None
            story, score = self._choose(terms, arrival.published)
            placement = Placement(
                report_id=arrival.report_id,
                story_id=story.story_id if story else arrival.report_id,
                likeness=score if story else 1.0,
                rule=RULE,
            )
        self._keep(arrival, placement, terms)
        self._copies.add(arrival.report_id, text, copied=copied, at=arrival.published, outlet=arrival.outlet)
        return placement

    def resume(self, arrival: Arrival, placement: Placement) -> None:
        """Put back a report that was placed before a restart. Reports come in the order they were placed in."""
        self._tick(arrival.published)
        text = self._copies.fingerprint(arrival.text)
        copied = None
        if placement.copy_of is not None and placement.copy_kind is not None:
            copied = Copied(placement.copy_of, placement.copy_kind, placement.likeness)
        self._keep(arrival, placement, terms_of(arrival.text, arrival.names))
        self._copies.add(arrival.report_id, text, copied=copied, at=arrival.published, outlet=arrival.outlet)

    def _choose(self, terms: Terms, published: datetime) -> tuple[_Story | None, float]:
        """The story this report continues and how surely, or None when it begins one."""
        best: _Story | None = None
        best_score = 0.0
        title_only = terms.length <= TITLE_WORDS
        for story, likeness in self._compare(terms, published):
            score = surety(likeness, title_only=title_only)
            if score > best_score:
                best, best_score = story, score
        return (best, best_score) if best_score >= join_at(len(self), title_only=title_only) else (None, best_score)

    def _compare(self, terms: Terms, published: datetime) -> list[tuple[_Story, Likeness]]:
        """The stories most like the report, each with how alike they are."""
        rarity = self._frequencies.rarity
        weights = {term: weight * rarity(term) for term, weight in terms.words.items()}
        heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:TERMS_KEPT]
        found: dict[int, float] = {}
        for term in heaviest[:LOOKED_UP]:
            holders = self._holders.get(term)
            if holders and len(holders) <= MOST_HOLDERS:
                weight = weights[term] * rarity(term)
                for story_id, held in holders.items():
                    found[story_id] = found.get(story_id, 0.0) + weight * held
        in_reach = [
            (score / self._stories[story_id].size, story_id)
            for story_id, score in found.items()
            if abs(self._stories[story_id].latest - published) <= self.window
        ]
        nearest = nsmallest(COMPARED, in_reach, key=lambda item: (-item[0], item[1]))
        size = math.sqrt(sum(weights[term] ** 2 for term in heaviest)) or 1.0
        report_words = {term: weights[term] / size for term in heaviest}
        marks = {mark: weight * rarity(mark) for mark, weight in terms.marks.items()}
        size = math.sqrt(sum(weight * weight for weight in marks.values())) or 1.0
        report_marks = {mark: weight / size for mark, weight in marks.items()}
        cosines = []
        for _, story_id in nearest:
            cosines.append(self._cosine(report_words, self._stories[story_id].words))
        compared = []
        for place, (_, story_id) in enumerate(nearest):
            story = self._stories[story_id]
            others = cosines[:place] + cosines[place + 1 :]
            compared.append(
                (
                    story,
                    Likeness(
                        words=cosines[place],
                        marks=self._cosine(report_marks, story.marks),
                        shared=sum(rarity(mark) for mark in report_marks if mark in story.marks),
                        stands_out=cosines[place] - (sum(others) / len(others) if others else 0.0),
                        age_days=abs(story.latest - published) / timedelta(days=1),
                    ),
                )
            )
        return compared

    def _cosine(self, weighed: dict[str, float], counted: dict[str, float]) -> float:
        """Cosine of weights, of length 1 together, with counts, which are weighed by rarity as it is now."""
        rarity = self._frequencies.rarity
        dot = size = 0.0
        for term, count in counted.items():
            weight = count * rarity(term)
            size += weight * weight
            if term in weighed:
                dot += weight * weighed[term]
        return min(1.0, dot / math.sqrt(size)) if size > 0.0 else 0.0

    def _keep(self, arrival: Arrival, placement: Placement, terms: Terms) -> None:
        """Remember where the report went. A copy leaves the story's words, and the words' rarity, as they were."""
        if arrival.report_id in self._placed:
            return
        self._placed[arrival.report_id] = placement.story_id
        story = self._stories.get(placement.story_id)
        if story is None:
            story = self._stories[placement.story_id] = _Story(placement.story_id, arrival.published)
        story.latest = max(story.latest, arrival.published)
        story.reports += 1
        if placement.copy_of is None:
            self._frequencies.add({*terms.words, *terms.marks})
            self._move(story, terms)
        while len(self._placed) > MOST_REPORTS:
            del self._placed[next(iter(self._placed))]
        while len(self._stories) > self._most_stories:
            self._close(next(iter(self._stories)))

    def _move(self, story: _Story, terms: Terms) -> None:
        """Add a report's terms to its story's, keeping the heaviest."""
        rarity = self._frequencies.rarity
        before = story.words
        words = _added(before, terms.words, rarity, CENTROID_KEPT)
        for term in before.keys() - words.keys():
            self._let_go(term, story.story_id)
        for term, count in words.items():
            if before.get(term) != count:
                self._holders.setdefault(term, {})[story.story_id] = count
        story.words = words
        story.marks = _added(story.marks, terms.marks, rarity, CENTROID_KEPT)
        story.size = math.sqrt(sum((count * rarity(term)) ** 2 for term, count in words.items())) or 1.0

    def _let_go(self, term: str, story_id: int) -> None:
        holders = self._holders[term]
        del holders[story_id]
        if not holders:
            del self._holders[term]

    def _close(self, story_id: int) -> None:
        story = self._stories.pop(story_id)
        for term in story.words:
            self._let_go(term, story_id)

    def _tick(self, published: datetime) -> None:
        """Close what has grown too old. The time is the middle one of the last arrivals: one odd date moves nothing."""
        self._recent.append(published)
        self._arrived += 1
        if self._arrived % TICK_EVERY:
            return
        now = median_low(self._recent)
        for story_id in [s.story_id for s in self._stories.values() if abs(s.latest - now) > self.window]:
            self._close(story_id)
        self._copies.drop_outside(now - self.window, now + self.window)


def _added(
    held: dict[str, float], more: dict[str, float], rarity: Callable[[str], float], most: int
) -> dict[str, float]:
    total = dict(held)
    for term, weight in more.items():
        total[term] = total.get(term, 0.0) + weight
    if len(total) <= most:
        return total
    heaviest = sorted(total, key=lambda term: (-total[term] * rarity(term), term))[:most]
    return {term: total[term] for term in heaviest}


def surety(likeness: Likeness, *, title_only: bool) -> float:
    """How surely the report continues the story, 0 to 1."""
    by = TITLE_ONLY if title_only else WITH_TEXT
    score = (
        by.words * likeness.words
        + by.root_words * math.sqrt(likeness.words)
        + by.marks * likeness.marks
        + by.shared * math.log1p(likeness.shared)
        + by.stands_out * likeness.stands_out
        + by.age * math.log1p(likeness.age_days)
        + by.bias
    )
    return 1.0 / (1.0 + math.exp(-score))


def join_at(open_stories: int, *, title_only: bool) -> float:
    """The surety at which a report joins, among so many open stories."""
    start, growth = (TITLE_JOIN_AT, TITLE_JOIN_AT_GROWTH) if title_only else (JOIN_AT, JOIN_AT_GROWTH)
    return start + growth * math.log10(1 + open_stories)
