"""How common a word is in the stream just now.

Counts of reports that hold each term, halving every `half_life` reports, so that the words of this week's news grow
common and last month's are forgotten. Bounded: the rarest terms are dropped when there are too many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable


class Frequencies:
    """Decaying counts of the reports a term stands in."""

    def __init__(self, *, half_life: int = 20_000, most_terms: int = 150_000) -> None:
        self._growth = 2.0 ** (1.0 / half_life)
        self._most_terms = most_terms
        self._unit = 1.0  # what one report counts now; grows instead of every count shrinking
        self._counts: dict[str, float] = {}
        self._total = 0.0
        self._rarities: dict[str, float] = {}  # worked out since the last report

    @property
    def reports(self) -> float:
        """Reports counted, the old ones at their decayed worth."""
        return self._total / self._unit

    def add(self, terms: Iterable[str]) -> None:
        """Count one report that holds these terms, each once."""
        self._rarities.clear()
        self._unit *= self._growth
        unit, counts = self._unit, self._counts
        for term in terms:
            counts[term] = counts.get(term, 0.0) + unit
        self._total += unit
        if unit > 1e12:
            self._rescale()
        if len(counts) > self._most_terms:
            self._drop_rarest()

    def count(self, term: str) -> float:
        """Reports that hold the term, at their decayed worth."""
        return self._counts.get(term, 0.0) / self._unit

    def rarity(self, term: str) -> float:
        """Near 0 for a term that nearly every report holds, growing by one for each time e it is rarer."""
        known = self._rarities.get(term)
        if known is None:
            unit = self._unit
            known = math.log((self._total / unit + 2.0) / (self._counts.get(term, 0.0) / unit + 1.0))
            self._rarities[term] = known
        return known

    def _rescale(self) -> None:
        self._counts = {term: count / self._unit for term, count in self._counts.items()}
        self._total /= self._unit
        self._unit = 1.0

    def _drop_rarest(self) -> None:
        keep = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))[: self._most_terms * 3 // 4]
        self._counts = dict(keep)
