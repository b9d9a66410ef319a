"""Cut a text into the words the reader labels, with what its uncased encoder cannot see: letter case and quotation marks.

A word is a run of letters and digits or a single mark, so that every span the reader gives starts and ends with one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_WORD = re.compile(r"\w+|[^\w\s]")

LOWER, TITLED, UPPER, MIXED, DIGITS, MARK, LETTER = range(7)  # how a word is written
CASES = 7
OUTSIDE, INSIDE, INSIDE_SINGLE, OPENS, CLOSES = range(5)  # where a word stands to quotation marks
PLACES = 5


@dataclass(slots=True)
class Words:
    """The words of one text: parallel lists, a place in each for every word. `paragraph` counts line breaks before it."""

    text: str
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    paragraph: list[int] = field(default_factory=list)
    case: list[int] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.form)


def words_of(text: str) -> Words:
    """The words of a text whose paragraphs stand one a line."""
    words = Words(text)
    at = 0
    for paragraph, line in enumerate(text.split("\n")):
        first = len(words.form)
        for match in _WORD.finditer(text, at, at + len(line)):
            words.start.append(match.start())
            words.end.append(match.end())
            words.form.append(match.group())
        forms = words.form[first:]
        words.paragraph.extend([paragraph] * len(forms))
        words.case.extend(map(case_of, forms))
        touching = [False, *(words.end[i] == words.start[i + 1] for i in range(first, len(words.form) - 1)), False]
        words.quoted.extend(quoted(forms, touching))
        at += len(line) + 1
    return words


def case_of(form: str) -> int:
    """How a word is written, one of CASES."""
    if form.islower():
        return LOWER
    if not form[0].isalnum():
        return MARK
    if form.isdigit():
        return DIGITS
    if form.isupper():
        return UPPER if len(form) > 1 else LETTER
    return TITLED if form.istitle() else MIXED


def quoted(forms: list[str], touching: list[bool]) -> list[int]:
    """Where each word of a paragraph stands to its quotation marks, one of PLACES for each.

    `touching[i]` says that word i follows the one before it without a space; it has one place more than `forms`, so
    that the last word's right side can be asked too. A quotation ends with its paragraph. An apostrophe is no mark.
    """
    places = [OUTSIDE] * len(forms)
    inside = single = False
    for i, form in enumerate(forms):
        if form in "“„«" or form in '"”»':
            opens = not inside if form == '"' else form in "“„«" and not (inside and form == "“")
            inside = opens
            places[i] = OPENS if opens else CLOSES
        elif form in "‘’'" and _is_single_mark(forms, touching, i, single):
            single = not single
            places[i] = OPENS if single else CLOSES
        elif inside:
            places[i] = INSIDE
        elif single:
            places[i] = INSIDE_SINGLE
    return places


def _is_single_mark(forms: list[str], touching: list[bool], i: int, single: bool) -> bool:
    """Whether a single mark opens a quotation that also closes, or closes the open one."""
    if single:
        return not touching[i + 1] or not forms[i + 1][0].isalnum()
    if forms[i] == "’" or touching[i] or not touching[i + 1]:
        return False
    closers = (j for j in range(i + 2, len(forms)) if forms[j] in "’'")
    return any(not touching[j + 1] or not forms[j + 1][0].isalnum() for j in closers)
