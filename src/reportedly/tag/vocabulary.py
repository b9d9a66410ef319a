"""All names of all subjects, found in a text in one pass.

The names are looked for in the folded text (no case, no accents, every mark a space), bounded by spaces; whatever was
found must then stand as a name stands: within one line, capitals where the name has them, and not inside a longer
word or name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import ahocorasick_rs

from reportedly.tag.common import COMMON_WORDS, PERSONAL_NAMES
from reportedly.tag.keys import fold
from reportedly.tag.words import HYPHENED, PREFIXES
from reportedly.values import Alias, Span, Subject, SubjectType

WELL_KNOWN = 0.9  # weight of countries and the like, whose name no neighbour turns into another
OBSCURE_UNDER = 0.45  # weight of a city of a million people

# Scripts written without spaces between words: a name may begin and end anywhere.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NOT_INSIDE = re.compile('[\n\r,;:()\\[\\]"“”!?|]')
_WORD_AFTER = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Form:
    """One name of one subject, with what the text must show for it to count."""

    subject_id: int
    label: str
    capitals: tuple[int, ...]  # places, in the folded name, of the letters that must be capitals
    all_capitals: bool  # an acronym: every letter must be one
    bare: bool  # one word of a person's longer name
    common: bool  # an ordinary word too, where it is not capitalised
    adjective: bool  # "Syrian" for Syria
    obscure: bool  # a small town, or one that bears a person's name: the report must show that a place is meant


@dataclass(frozen=True)
class Match:
    """A name found standing as a name, and whom it may name: more than one when it is ambiguous."""

    span: Span
    forms: tuple[Form, ...]


class Vocabulary:
    """Every subject by every name. Pickled as its subjects, and built again from them."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self.subjects: Mapping[int, Subject] = {subject.id: subject for subject in subjects}
        forms: dict[str, list[Form]] = {}
        for subject in self.subjects.values():
            for alias in (Alias(label=subject.label), *subject.aliases):
                if found := form_of(subject, alias):
                    folded, form = found
                    _join(forms.setdefault(folded, []), form)
        self._forms = [tuple(same) for same in forms.values()]
        self._padded = [not _UNSPACED.search(folded) for folded in forms]
        patterns = [f" {folded} " if padded else folded for folded, padded in zip(forms, self._padded, strict=True)]
        self._automaton = ahocorasick_rs.AhoCorasick(patterns, store_patterns=False) if patterns else None

    def __reduce__(self) -> tuple[type[Vocabulary], tuple[tuple[Subject, ...]]]:
        return Vocabulary, (tuple(self.subjects.values()),)

    def __len__(self) -> int:
        return len(self.subjects)

    def find(self, text: str) -> list[Match]:
        """Every name standing in the text, in order; of overlapping ones the longest, of equals the first."""
        if self._automaton is None:
            return []
        folded, places = fold(text)
        found = []
        for number, start, end in self._automaton.find_matches_as_indexes(f" {folded} ", overlapping=True):
            if self._padded[number]:
                end -= 2
            else:
                start, end = start - 1, end - 1
            found.append((start - end, start, end, number))
        found.sort()
        taken = bytearray(len(folded) + 1)
        matches = []
        for _, start, end, number in found:
            if taken[start] or taken[end - 1]:
                continue
            span = Span(start, end) if places is None else Span(places[start], places[end - 1] + 1)
            if forms := _standing(text, span, self._forms[number], exact=places is None):
                taken[start:end] = b"\x01" * (end - start)
                if text[span.end : span.end + 1] == "." and forms[0].label.endswith("."):
                    span = Span(span.start, span.end + 1)
                matches.append(Match(span, forms))
        matches.sort(key=lambda match: match.span)
        return _not_in_compounds(text, matches)


def _join(known: list[Form], form: Form) -> None:
    """Add a form; where the subject has one of the same letters, "NATO" and "Nato", keep the one that asks less."""
    for place, other in enumerate(known):
        if other.subject_id == form.subject_id:
            if (form.all_capitals, len(form.capitals)) < (other.all_capitals, len(other.capitals)):
                known[place] = replace(form, adjective=other.adjective and form.adjective)
            return
    known.append(form)


def form_of(subject: Subject, alias: Alias) -> tuple[str, Form] | None:
    """The folded name and what it asks of a text; None for a name without a letter."""
    folded, _ = fold(alias.label)
    name = folded.strip()
    if not any(char.isalpha() for char in name):
        return None
    offset = len(folded) - len(folded.lstrip())
    letters = [char for char in alias.label if char.isalpha()]
    capitals = tuple(
        place - offset
        for place, char in enumerate(alias.label)
        if char.isupper() and (place == 0 or not alias.label[place - 1].isalnum())
    )
    if len(folded) != len(alias.label):
        capitals = capitals[:1] if capitals[:1] == (0,) else ()  # places moved; the first still holds
    one_word = " " not in name
    return name, Form(
        subject_id=subject.id,
        label=alias.label,
        capitals=capitals,
        all_capitals=len(letters) > 1 and all(char.isupper() for char in letters),
        bare=subject.type is SubjectType.PERSON and one_word,
        common=one_word and name in COMMON_WORDS,
        adjective=alias.hidden and alias.language == "en" and subject.type is SubjectType.PLACE,
        obscure=subject.type is SubjectType.PLACE
        and (subject.weight < OBSCURE_UNDER or (subject.weight < WELL_KNOWN and name in PERSONAL_NAMES)),
    )


def _standing(text: str, span: Span, forms: tuple[Form, ...], *, exact: bool) -> tuple[Form, ...]:
    """The forms for which the words at the span stand as a name stands."""
    start, end = span
    words = text[start:end]
    if _NOT_INSIDE.search(words):
        return ()
    after = text[end : end + 2]
    if len(after) == 2 and after[0] in "'’" and after[1].isalpha():
        # "Assad's" is Assad; "Xi'an" is not Xi.
        more = text[end + 2 : end + 3]
        if after[1] not in "sS" or more.isalpha():
            return ()
    return tuple(form for form in forms if _cased(words, form, exact=exact))


def _cased(words: str, form: Form, *, exact: bool) -> bool:
    if form.all_capitals:
        return words.upper() == words
    if not exact:
        return not form.capitals or words[0].isupper() or form.capitals[0] != 0
    if len(words) <= 3 and form.capitals:
        return words[0].isupper() and words[1:] == words[1:].lower()
    return all(words[place].isupper() for place in form.capitals)


def _not_in_compounds(text: str, matches: list[Match]) -> list[Match]:
    """Leave out a name that a hyphen joins to another capitalised word, unless that too is a name we know.

    "US-led", "Iran-Iraq" and "al-Assad" pass; "Guinea-Bissau" is not Guinea.
    """
    starts = {match.span.start for match in matches}
    ends = {match.span.end for match in matches}
    kept = []
    for match in matches:
        start, end = match.span
        if text[end : end + 1] in ("-", "‐", "‑") and (next_word := _WORD_AFTER.match(text, end + 1)):
            word = next_word.group()
            if word[0].isupper() and end + 1 not in starts and word.lower() not in HYPHENED:
                continue
        if start > 1 and text[start - 1] in "-‐‑" and text[start - 2].isalnum() and start - 1 not in ends:
            before = re.split(r"[\W_]", text[max(0, start - 40) : start - 1])[-1]
            if before[:1].isupper() and before.lower() not in PREFIXES:
                continue
        kept.append(match)
    return kept
