"""What a reader of pages left out between two paragraphs that it found.

trafilatura drops lists, headings and paragraphs that are built unlike their neighbours. Where most of what it found
stands in one element of the page, the lines of that element between the first and the last of them are its gaps; they
are filled, the furniture of the page apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml.etree import _Element

from reportedly.extract.furniture import ends_report, is_furniture
from reportedly.extract.paragraphs import INLINE, fold
from reportedly.extract.shown import Line, Shown

KNOWN = 40  # characters of a line from which it is told from others by its words
COLUMN = 0.9  # share of what was found that the element around it must hold
FOUND_AGAIN = 0.8  # share of what was found that must stand on the page as it was found
PARAGRAPH = 40  # characters of a paragraph or quotation; shorter ones are labels
TEXT = frozenset({"p", "li", "h2", "h3", "h4", "h5", "blockquote", "dd", "dt"})
MAY_BE_SHORT = frozenset({"h2", "h3", "h4", "h5", "li", "dt"})
MAY_BE_LINKS = frozenset({"h2", "h3", "h4"})
NOT_TEXT = frozenset({"aside", "figure", "nav", "form", "footer", "button", "header", "table", "select"})
FURNITURE_NAMES = re.compile(
    r"(?<![a-z])(?:comments?|disqus|repl(?:y|ies)|respond|author|byline|bio|footer|newsletter|subscri\w*|related|share|sharing|social"
    r"|promo\w*|advert\w*|ads?|sponsor\w*|caption|credit|toc|table-of-contents|breadcrumbs?|nav\w*|menu|sidebar|widget|recommend\w*"
    r"|popular|tags?|cookie\w*|banner|modal|popup|signup|sign-up|form|meta|rating|cta|carousel|gallery|disclos\w*|disclaimer|pagination"
    r")(?![a-z])",
    re.I,
)


def fill_gaps(shown: Shown, found: Sequence[str]) -> tuple[str, ...]:
    """The paragraphs found, and between them the lines of their column that were left out.

    What was found is returned as it is when the page shows too little of it, or not in one column.
    """
    lines, folded, links = shown.lines, shown.folded, shown.links
    known = {fold(paragraph) for paragraph in found} - {""}
    again = [at for at, words in enumerate(folded) if words in known]
    anchors = [at for at in again if len(lines[at][1]) >= KNOWN]
    length = sum(map(len, found))
    if not anchors or sum(len(lines[at][1]) for at in again) < FOUND_AGAIN * length:
        return tuple(found)
    column = _column([lines[at] for at in anchors])
    if column is None:
        return tuple(found)
    left_out: dict[str, list[str]] = {}
    behind = ""
    for at in range(anchors[0], anchors[-1] + 1):
        element, line = lines[at]
        if folded[at] in known:
            behind = folded[at]
        elif (
            folded[at]
            and _is_text(element, line, column, is_link=folded[at] in links)
            and not ends_report(line)
            and not is_furniture(line, links)
        ):
            left_out.setdefault(behind, []).append(line)
    filled: list[str] = []
    for paragraph in found:
        filled.append(paragraph)
        filled += left_out.pop(fold(paragraph), ())
    return tuple(filled)


def _column(lines: Sequence[Line]) -> _Element | None:
    """The innermost element that holds nearly all of the lines; None when there is none."""
    held: Counter[_Element] = Counter()
    for element, line in lines:
        for up in (element, *element.iterancestors()):
            held[up] += len(line)
    enough = COLUMN * sum(len(line) for _, line in lines)
    holding = [element for element, characters in held.items() if characters >= enough]
    return max(holding, key=_depth, default=None)


def _depth(element: _Element) -> int:
    return sum(1 for _ in element.iterancestors())


def _is_text(element: _Element, line: str, column: _Element, *, is_link: bool) -> bool:
    """Whether a line of the page is text of the column: of a text element, with nothing around it that is named otherwise."""
    up: _Element | None = element
    while up is not None and up.tag in INLINE:
        up = up.getparent()
    block = up.tag if up is not None else ""
    if block not in TEXT or (is_link and block not in MAY_BE_LINKS):
        return False
    if len(line) < PARAGRAPH and block not in MAY_BE_SHORT:
        return False
    up = element
    while up is not None and up is not column:
        if up.tag in NOT_TEXT or FURNITURE_NAMES.search(f"{up.get('class') or ''} {up.get('id') or ''}"):
            return False
        up = up.getparent()
    return up is column
