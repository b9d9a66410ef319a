"""What changed between two versions of a report, paragraph by paragraph and word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportedly.wire.listings import ReportPage

PARAGRAPHS_SHOWN = 40
LINES_COMPARED = 2_000  # of both versions together; beyond them no comparison is offered
WORDS_COMPARED = 600  # of a changed stretch; a longer one is shown whole as gone and new
TOKENS = re.compile(r"\s+|\w+|[^\w\s]")

Run = tuple[str, str]  # ("same" | "gone" | "new", words)


@dataclass(frozen=True)
class Changes:
    """Changed paragraphs, each as runs of words that stayed, went or came, and the version they are compared with."""

    since: int
    paragraphs: tuple[tuple[Run, ...], ...]


def changes(page: ReportPage) -> Changes | None:
    """How the version shown differs from the one before it; None when there is none before it, no difference,
    or too much text to compare."""
    if page.earlier is None:
        return None
    before, after = page.earlier.text.split("\n"), page.text.split("\n")
    if len(before) + len(after) > LINES_COMPARED:
        return None
    found = tuple(compared(before, after))
    return Changes(page.earlier.number, found[:PARAGRAPHS_SHOWN]) if found else None


def compared(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Run, ...]]:
    """The paragraphs that differ, in order."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = max(i2 - i1, j2 - j1)
        for at in range(pairs):
            old = before[i1 + at] if i1 + at < i2 else ""
            new = after[j1 + at] if j1 + at < j2 else ""
            yield tuple(words_compared(old, new))


def words_compared(old: str, new: str) -> Iterator[Run]:
    """Two paragraphs as runs of words that stayed, went or came."""
    was, now = TOKENS.findall(old), TOKENS.findall(new)
    if not old or not new or len(was) > WORDS_COMPARED or len(now) > WORDS_COMPARED:
        if old:
            yield "gone", old
        if new:
            yield "new", new
        return
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(was[i1:i2])
            continue
        if i2 > i1:
            yield "gone", "".join(was[i1:i2])
        if j2 > j1:
            yield "new", "".join(now[j1:j2])
