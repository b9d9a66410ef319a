"""Find the quotations of a text, whatever marks an outlet sets them in.

Every mark is seen once, so the time is linear in the text. Marks that fit nothing (a stray one, a closing one without its
opening) are passed over: odd marks cost a quotation at most, never the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportedly.values import Span

OPENING, CLOSING, EITHER = "“„«‟", "”»", ('"', "``", "''")
LONGEST_SINGLE = 600  # characters; beyond it a single mark is an apostrophe that met another

_MARKS = re.compile("``|''|[\"“”„‟«»]")
_SINGLES = re.compile("['‘’‹›]")
_ENDS_SENTENCE = re.compile(r"[.!?…][)\]]?\s*$")
_INTRODUCES = re.compile(r"(?:^|[:,(\[—–-]|\b(?:said|says|saying|stated|added|wrote|writes|asked))\s*$")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks: `outer` with the marks, `inner` without.

    `parent` is the index of the quotation that holds this one, in the same list. `goes_on` says that it takes up the
    quotation of the paragraph before.
    """

    outer: Span
    inner: Span
    parent: int | None = None
    goes_on: bool = False


def find_quotations(text: str) -> list[Quotation]:
    """The quotations of a text in order of their start, an outer one before those inside it."""
    found: list[tuple[int, int, int, int, bool]] = []  # start, end, inner start, inner end, goes on
    left_open = False
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        doubles, left_open = _doubles(text, start, end, left_open)
        found += doubles
        if "'" in line or "‘" in line or "‹" in line:
            found += _singles(text, start, end)
        start = end + 1
    return _nest(found)


def _doubles(text: str, start: int, end: int, left_open: bool) -> tuple[list[tuple[int, int, int, int, bool]], bool]:
    """Quotations in double marks of one paragraph, and whether the last one is left open at its end."""
    found: list[tuple[int, int, int, int, bool]] = []
    mark, at, inner, goes_on = "", -1, -1, False
    if left_open:
        first = _MARKS.search(text, start, end)
        if first is not None and not _is_opening(text, first, start, end, ""):
            # The paragraph goes on inside the quotation without opening it again.
            mark, at, inner, goes_on = "”", start, start, True
    for found_mark in _MARKS.finditer(text, start, end):
        here, sign = found_mark.start(), found_mark.group()
        if at >= 0 and _closes(text, found_mark, mark, start, end):
            if here > inner:
                found.append((at, found_mark.end(), inner, here, goes_on))
            mark, at, goes_on = "", -1, False
        elif _is_opening(text, found_mark, start, end, mark):
            if at >= 0:
                if not _ENDS_SENTENCE.search(text, max(inner, here - 8), here):
                    continue  # one inside the other, or a stray mark: the outer one stands
                shut = here
                while shut > inner and text[shut - 1].isspace():
                    shut -= 1
                if shut > inner:
                    found.append((at, shut, inner, shut, goes_on))
            goes_on = left_open and here == start
            mark, at, inner = sign, here, found_mark.end()
    if at < 0:
        return found, False
    if end > inner and (at == start or _INTRODUCES.search(text, max(start, at - 12), at)):
        found.append((at, end, inner, end, goes_on))
        return found, True
    return found, False


def _closes(text: str, mark: re.Match[str], opened: str, start: int, end: int) -> bool:
    sign = mark.group()
    if opened == "„":
        return sign in '“”"' or sign == "''"
    if opened == "»":
        return sign == "«"
    if opened == "«":
        return sign == "»"
    if opened == "”" and sign == "”":
        return True
    if sign in EITHER or sign == "“":
        return not _looks_opening(text, mark.start(), mark.end(), start, end)
    return sign == "”"


def _is_opening(text: str, mark: re.Match[str], start: int, end: int, opened: str) -> bool:
    sign = mark.group()
    if sign in OPENING or sign == "``":
        return sign != "“" or _looks_opening(text, mark.start(), mark.end(), start, end) or not opened
    if sign in CLOSING and not text[mark.end() : mark.end() + 1].isalnum():
        return False
    return _looks_opening(text, mark.start(), mark.end(), start, end)


def _looks_opening(text: str, at: int, after: int, start: int, end: int) -> bool:
    """Whether a mark stands where one opens: white space or a bracket before it, a word behind."""
    before = text[at - 1] if at > start else " "
    behind = text[after] if after < end else " "
    return (before.isspace() or before in "([{—–-/‘'“«‹>") and not behind.isspace() and behind not in ".,;:!?)]}"


def _singles(text: str, start: int, end: int) -> list[tuple[int, int, int, int, bool]]:
    """Quotations in single marks. A plural's apostrophe closes one only when nothing better does."""
    found: list[tuple[int, int, int, int, bool]] = []
    at, doubtful = -1, -1
    for mark in _SINGLES.finditer(text, start, end):
        here, sign = mark.start(), mark.group()
        behind = text[here + 1] if here + 1 < end else " "
        before = text[here - 1] if here > start else " "
        if at >= 0 and here - at > LONGEST_SINGLE:
            if doubtful > at + 1:
                found.append((at, doubtful + 1, at + 1, doubtful, False))
            at, doubtful = -1, -1
        if sign in "'’›" and at >= 0 and not behind.isalnum() and not before.isspace():
            if before in ".,!?…" or behind in '.,:;!?)]–—”"' or here + 1 == end or before not in "sS":
                if here > at + 1:
                    found.append((at, here + 1, at + 1, here, False))
                at, doubtful = -1, -1
            elif doubtful < 0:
                doubtful = here
        elif sign in "'‘‹" and (sign == "‹" or _looks_opening(text, here, here + 1, start, end)) and at < 0:
            is_decade = behind.isdigit() and text[here + 1 : here + 4].rstrip("s").isdigit()  # the '90s
            at = -1 if is_decade else here
    if at >= 0 and doubtful > at + 1:
        found.append((at, doubtful + 1, at + 1, doubtful, False))
    return found


def _nest(found: list[tuple[int, int, int, int, bool]]) -> list[Quotation]:
    """Order by start and give each its parent; of two that cross, the first stands."""
    out: list[Quotation] = []
    open_: list[int] = []
    for start, end, inner_start, inner_end, goes_on in sorted(found, key=lambda one: (one[0], -one[1])):
        while open_ and out[open_[-1]].outer.end <= start:
            open_.pop()
        if open_ and end > out[open_[-1]].inner.end:
            continue
        parent = open_[-1] if open_ else None
        out.append(Quotation(Span(start, end), Span(inner_start, inner_end), parent, goes_on))
        open_.append(len(out) - 1)
    return out
