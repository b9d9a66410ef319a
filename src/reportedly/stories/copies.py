"""Find the report whose text another reuses.

Same words: an exact copy. Otherwise shared runs of three words, sampled, and measured as the part of the shorter text
that the longer contains, so that a copy cut to its first paragraphs or wrapped in the outlet's own lines is still found.
Runs that many different reports share (a boilerplate line, a standing phrase) count for nobody.
"""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from reportedly.stories.words import word_numbers
from reportedly.values import CopyKind

SAMPLE = 3  # one run in so many is kept of a long text
SHORT = 400  # runs; a text with fewer keeps every one
LEAST_RUNS = 16  # a text with fewer runs than this (a title, a flash) can only be an exact copy
COPY_AT = 0.25  # contained part at which a text counts as copied (docs/explanation/stories.md)
SAME_OUTLET_COPY_AT = 0.6  # the same within one outlet, whose standing lines are in all it publishes
LEAST_SHARED = 6  # runs
BOILERPLATE_AT = 8  # texts that are not copies of each other sharing a run, from which on it counts for nobody
CELLS = 1 << 22  # of the sketch that counts them, a byte each; see _count_runs
MOST_KNOWN_WORDS = 200_000

_MASK = (1 << 61) - 1
_HALVES = bytes(count // 2 for count in range(256))


@dataclass(frozen=True)
class Copied:
    """Whose text was reused, how, and which part of the shorter text the other contains."""

    report_id: int
    kind: CopyKind
    contained: float


@dataclass(frozen=True)
class Fingerprint:
    """A text by its runs: the whole as one number, the sampled runs, and every run where the text is short."""

    whole: int
    sample: frozenset[int]
    runs: frozenset[int]
    length: int  # distinct runs in the text

    @property
    def is_whole(self) -> bool:
        """Whether every run was kept."""
        return self.length <= SHORT


@dataclass(frozen=True)
class _Kept:
    root: int
    text: Fingerprint
    at: datetime
    order: int
    outlet: str


class CopyIndex:
    """Texts of the open window, by their runs of words. Holds at most `most` reports; the oldest go first."""

    def __init__(self, *, most: int = 12_000, most_runs: int = 1_500_000) -> None:
        self._most = most
        self._most_runs = most_runs
        self._held = 0
        self._seen = bytearray(CELLS)
        self._counted = 0
        self._words: dict[str, int] = {}
        self._kept: dict[int, _Kept] = {}
        self._line: deque[int] = deque()
        self._count = 0
        self._by_run: dict[int, tuple[int, ...]] = {}
        self._by_text: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def fingerprint(self, text: str) -> Fingerprint:
        """What is kept of a text to know it again."""
        if len(self._words) > MOST_KNOWN_WORDS:
            self._words.clear()
        numbers = word_numbers(text, self._words)
        runs = {
            ((a * 0x9E3779B97F4A7C15) ^ (b * 0xC2B2AE3D27D4EB4F) ^ (c * 0x165667B19E3779F9)) & _MASK
            for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)
        }
        sample = frozenset(run for run in runs if run % SAMPLE == 0)
        return Fingerprint(
            whole=zlib.crc32(repr(numbers).encode()) | len(numbers) << 32,
            sample=sample,
            runs=frozenset(runs) if len(runs) <= SHORT else sample,
            length=len(runs),
        )

    def find(self, text: Fingerprint, *, outlet: str = "") -> Copied | None:
        """The report this text was most likely taken from; the earliest of equals. None when it is nobody's."""
        if text.length and (same := self._by_text.get(text.whole)) is not None:
            return Copied(same, CopyKind.EXACT, 1.0)
        if text.length < LEAST_RUNS:
            return None
        shared: dict[int, int] = {}
        for run in text.runs:
            holders = self._by_run.get(run)
            if holders is not None and not self._is_boilerplate(run):
                for holder in holders:
                    shared[holder] = shared.get(holder, 0) + 1
        best: Copied | None = None
        for holder in sorted(shared, key=lambda h: self._kept[h].order):
            if shared[holder] < LEAST_SHARED:
                continue
            kept = self._kept[holder]
            contained = self._containment(text, kept.text)
            enough = SAME_OUTLET_COPY_AT if outlet and kept.outlet == outlet else COPY_AT
            if contained >= enough and (best is None or contained > best.contained + 1e-9):
                best = Copied(holder, CopyKind.NEAR, contained)
        return best

    def _containment(self, a: Fingerprint, b: Fingerprint) -> float:
        """The part of the shorter text that the longer holds, 0 to 1, boilerplate left out."""
        both_whole = a.is_whole and b.is_whole
        ours, theirs = (a.runs, b.runs) if both_whole else (a.sample, b.sample)
        shared = sum(1 for run in ours & theirs if not self._is_boilerplate(run))
        shorter = ours if len(ours) <= len(theirs) else theirs
        counted = sum(1 for run in shorter if not self._is_boilerplate(run))
        return shared / counted if counted >= LEAST_SHARED else 0.0

    def _is_boilerplate(self, run: int) -> bool:
        return self._seen[run % CELLS] >= BOILERPLATE_AT

    def add(self, report_id: int, text: Fingerprint, *, copied: Copied | None, at: datetime, outlet: str = "") -> None:
        """Keep a text. Runs it shares with its own root are held by the root alone: copies make no boilerplate."""
        if report_id in self._kept:
            return
        root = self.root(copied.report_id) if copied is not None else report_id
        self._kept[report_id] = _Kept(root, text, at, self._count, outlet)
        self._count += 1
        self._line.append(report_id)
        self._by_text.setdefault(text.whole, report_id)
        self._count_runs(text, root if root != report_id else None)
        if text.length >= LEAST_RUNS and (copied is None or copied.kind is CopyKind.NEAR):
            for run in text.runs:
                holders = self._by_run.get(run, ())
                if len(holders) < BOILERPLATE_AT and all(self._kept[holder].root != root for holder in holders):
                    self._by_run[run] = (*holders, report_id)
                    self._held += 1
        while len(self._line) > self._most or self._held > self._most_runs:
            self._drop(self._line.popleft())

    def _count_runs(self, text: Fingerprint, root: int | None) -> None:
        """Count the text's own runs: boilerplate outlives the reports it stood in.

        A copy counts only what it added to its root. The counts are a sketch: a byte for each run's cell, all halved
        when a quarter as many runs as cells were counted, so that two runs rarely meet in one.
        """
        fresh = text.runs
        if root is not None and (origin := self._kept.get(root)) is not None:
            fresh = (text.runs if origin.text.is_whole else text.sample) - origin.text.runs
        seen = self._seen
        for run in fresh:
            cell = run % CELLS
            if seen[cell] < 255:
                seen[cell] += 1
        self._counted += len(fresh)
        if self._counted > CELLS // 4:
            self._seen = seen.translate(_HALVES)
            self._counted //= 2

    def root(self, report_id: int) -> int:
        """The report at the start of this one's copies; itself when it is no copy."""
        return self._kept[report_id].root if report_id in self._kept else report_id

    def drop_outside(self, oldest: datetime, newest: datetime) -> None:
        """Forget texts older or newer than this, as far as they stand at the head of the line."""
        while self._line and not oldest <= self._kept[self._line[0]].at <= newest:
            self._drop(self._line.popleft())

    def _drop(self, report_id: int) -> None:
        gone = self._kept.pop(report_id)
        if self._by_text.get(gone.text.whole) == report_id:
            del self._by_text[gone.text.whole]
        for run in gone.text.runs:
            holders = self._by_run.get(run, ())
            if report_id in holders:
                self._held -= 1
                if left := tuple(holder for holder in holders if holder != report_id):
                    self._by_run[run] = left
                else:
                    del self._by_run[run]
