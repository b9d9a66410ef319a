"""What a page shows its readers: its lines and its links, each looked up once for all who ask."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from itertools import islice, takewhile

from lxml.etree import _Element

from reportedly.extract.paragraphs import INLINE, fold, lines_both

Line = tuple[_Element, str]

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"li", "td", "th", "table"})


class Shown:
    """A page's lines, each with the element in which it begins, and its links by their folded texts."""

    def __init__(self, tree: _Element) -> None:
        self.tree = tree

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the page."""
        return self._both[0]

    @property
    def apart(self) -> tuple[Line, ...]:
        """The same lines, with inline elements kept apart by a space."""
        return self._both[1]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The same lines, folded for comparing."""
        return tuple(fold(line) for _, line in self.lines)

    @cached_property
    def _both(self) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        body = self.tree.find("body")
        both = list(lines_both(self.tree if body is None else body))
        return tuple((at, line) for at, line, _ in both), tuple((at, apart) for at, _, apart in both)

    @cached_property
    def links(self) -> frozenset[str]:
        """The texts of all links."""
        return frozenset(words for _, words in self._links)

    def loose_links(self, among: Collection[str]) -> frozenset[str]:
        """Those of the texts that are links, are no heading and stand in no list or table, where links are the matter."""
        wanted = self.links.intersection(among)
        return frozenset(words for link, words in self._links if words in wanted and not _is_set_in(link))

    @cached_property
    def _links(self) -> list[tuple[_Element, str]]:
        found = ((link, fold("".join(map(str, link.itertext())))) for link in self.tree.iter("a"))
        return [(link, words) for link, words in found if words]


def _is_set_in(link: _Element) -> bool:
    """Whether a link is a heading, holds one, or stands in a list or table."""
    if any(part.tag in HEADINGS for part in link.iter()):
        return True
    above = list(takewhile(lambda up: up.tag in INLINE, link.iterancestors()))
    block = above[-1].getparent() if above else link.getparent()
    around = () if block is None else (block, *islice(block.iterancestors(), 3))
    return bool(around) and (around[0].tag in HEADINGS or any(up.tag in LISTS for up in around))
