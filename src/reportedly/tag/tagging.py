"""File a report under the subjects it names, and say which of them it is about.

Names are found by the vocabulary; who is meant is decided inside the report. A surname counts for its bearer in the
vocabulary unless the report gives that surname to somebody else; a name of several subjects goes to the one whose fuller
name, country or kind the report shows, and to the weightiest when it shows none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reportedly.tag.keys import fold, key_of
from reportedly.tag.salience import ABOUT_AT, salience
from reportedly.tag.vocabulary import WELL_KNOWN, Form, Match, Vocabulary
from reportedly.tag.words import DIRECTIONS, OPENERS, OTHER_THINGS, PARTICLES, PREFIXES, TITLES
from reportedly.values import Name, NameType, Span, Subject, SubjectType, Tag

RULE = "names-1"

# What speaks for one of several subjects of the same name, beside its weight (0 to 1).
NAMED_IN_FULL = 2.0
COUNTRY_NAMED = 0.6
KIND_AGREES = 0.5
KIND_DIFFERS = -0.8

_KINDS = {
    NameType.PERSON: (SubjectType.PERSON,),
    NameType.ORGANISATION: (SubjectType.BODY, SubjectType.PLACE),
    NameType.PLACE: (SubjectType.PLACE,),
    NameType.OTHER: (SubjectType.EVENT, SubjectType.THEME, SubjectType.BODY, SubjectType.PLACE),
}
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|near|outside|around|into|across|leaving|reached|entered|captured|seized|retook|besieged|"
    r"(?:city|town|village|district|province|suburb|port|capital)(?:\sof)?)"
    r"(?:\s(?:the|nearby|downtown|central|eastern|western|northern|southern|north|south|east|west|old|greater))?[\s\u00a0]$",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset('.!?:;"“”«»\n\r•…')


def tag(text: str, names: Sequence[Name], vocabulary: Vocabulary) -> tuple[Tag, ...]:
    """The subjects a text names, the most salient first, each with where it is named.

    `text` is title, then paragraphs, one a line; `names` are the names read in it, () when nobody looked.
    """
    matches = vocabulary.find(text)
    if not matches:
        return ()
    matches = with_surnames(text, matches, vocabulary.subjects)
    meant = _Meanings(text, names, matches, vocabulary.subjects).settle()
    tags = []
    for subject_id, mentions in meant.items():
        subject = vocabulary.subjects[subject_id]
        spans = tuple(mention.span for mention in mentions)
        worth = sum(0.5 if mention.form.adjective else 1.0 for mention in mentions)
        score = salience(text, spans, worth, subject.type)
        tags.append(
            Tag(
                subject_id=subject_id,
                label=subject.label,
                salience=round(score, 4),
                about=score >= ABOUT_AT,
                mentions=spans,
                rule=RULE,
            )
        )
    return tuple(sorted(tags, key=lambda found: (-found.salience, found.mentions[0], found.subject_id)))


def with_surnames(text: str, matches: list[Match], subjects: Mapping[int, Subject]) -> list[Match]:
    """The names found, and the surnames alone of those who are named in full."""
    bearers: dict[str, Form] = {}
    for match in matches:
        form = match.forms[0]
        words = _WORD.findall(match.span.of(text))
        if len(match.forms) == 1 and len(words) > 1 and subjects[form.subject_id].type is SubjectType.PERSON:
            surname = words[-1]
            if len(surname) > 2 and surname[0].isupper() and not surname.isupper() and surname.isalpha():
                bearers[surname] = replace(form, label=surname, bare=True)
    if not bearers:
        return matches
    taken = {place for match in matches for place in range(*match.span)}
    known = {match.span: match for match in matches}
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(surname) for surname in sorted(bearers))})\b(?!['’][^\Ws])")
    for found in pattern.finditer(text):
        span, form = Span(*found.span()), bearers[found.group()]
        if span in known:
            if all(other.subject_id != form.subject_id for other in known[span].forms):
                known[span] = Match(span, (*known[span].forms, form))
        elif span.start not in taken:
            known[span] = Match(span, (form,))
    return [known[span] for span in sorted(known)]


@dataclass(frozen=True)
class _Mention:
    """A name that means one subject."""

    span: Span
    form: Form


@dataclass(frozen=True)
class _Around:
    """The capitalised words that stand at a name and may make a longer name of it.

    `sure` is whether they surely belong to it: not the first word of a sentence, which is capitalised anyway. In a
    headline every word is, so that they mean nothing by themselves.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    sure: bool
    headline: bool

    @property
    def none(self) -> bool:
        return not self.before and not self.after


class _Meanings:
    """Decides, for one text, whom each name found in it means."""

    def __init__(self, text: str, names: Sequence[Name], matches: list[Match], subjects: Mapping[int, Subject]) -> None:
        self._text = text
        self._matches = matches
        self._subjects = subjects
        self._matches_by_start = {match.span.start: match for match in matches}
        self._ends = {match.span.end for match in matches}
        self._names_by_end: dict[int, Name] = {name.span.end: name for name in names}
        self._names_by_start: dict[int, Name] = {name.span.start: name for name in names}
        self._headlines: dict[int, bool] = {}
        # Subjects that a name of theirs alone means, with nobody else of that name: the ground everything else stands on.
        self._sure = {
            match.forms[0].subject_id
            for match in matches
            if len(match.forms) == 1
            and not (match.forms[0].bare or match.forms[0].obscure)
            and (match.forms[0].all_capitals or not match.forms[0].common)
        }
        self._countries = {
            country
            for subject_id in self._sure
            if (country := subjects[subject_id].country) and subjects[subject_id].type is SubjectType.PLACE
        }
        # In the order of the text: who was named in full, by each word of the name. None is somebody we do not know.
        self._bearers: dict[str, list[tuple[int, int | None]]] = {}
        self._strangers: dict[str, set[str]] = {}  # by surname, the other words of names we do not know

    def settle(self) -> dict[int, list[_Mention]]:
        """Every subject that is meant, and where."""
        arounds = [self._around(match) for match in self._matches]
        for match, around in zip(self._matches, arounds, strict=True):
            self._note_bearer(match, around)
        meant: dict[int, list[_Mention]] = {}
        doubtful: list[_Mention] = []
        for match, around in zip(self._matches, arounds, strict=True):
            form = self._choose(match, around)
            if form is None:
                continue
            mention = _Mention(match.span, form)
            if self._is_doubtful(form, match.span):
                doubtful.append(mention)
            else:
                meant.setdefault(form.subject_id, []).append(mention)
        # What is doubtful by itself counts when the report names the subject elsewhere beyond doubt.
        for mention in doubtful:
            if mention.form.subject_id in meant:
                meant[mention.form.subject_id].append(mention)
        for mentions in meant.values():
            mentions.sort(key=lambda mention: mention.span)
        return meant

    def _choose(self, match: Match, around: _Around) -> Form | None:
        allowed = [form for form in match.forms if self._may_mean(form, match.span, around)]
        if not allowed:
            return None
        if len(allowed) == 1:
            return allowed[0]
        kind = self._kind(match.span)
        return max(allowed, key=lambda form: (self._for(form, kind), -form.subject_id))

    def _for(self, form: Form, kind: NameType | None) -> float:
        """What speaks for this meaning of an ambiguous name."""
        subject = self._subjects[form.subject_id]
        score = subject.weight
        if form.subject_id in self._sure:
            score += NAMED_IN_FULL
        if subject.country in self._countries:
            score += COUNTRY_NAMED
        if kind is not None:
            score += KIND_AGREES if subject.type in _KINDS[kind] else KIND_DIFFERS
        return score

    def _may_mean(self, form: Form, span: Span, around: _Around) -> bool:
        subject = self._subjects[form.subject_id]
        if form.bare:
            return self._surname_may_mean(form, span, around)
        if subject.type is SubjectType.PLACE and not form.adjective:
            return self._place_may_be_meant(form, subject, span, around)
        return True

    def _surname_may_mean(self, form: Form, span: Span, around: _Around) -> bool:
        """Whether a surname alone may stand for the subject: not when it is part of somebody else's name."""
        surname = fold(span.of(self._text))[0].strip()
        if around.headline:
            if self._strangers.get(surname, set()).intersection((*around.before[-1:], *around.after[:1])):
                return False
        elif not around.none and not self._is_part_of_a_name_of(form.subject_id, around, span):
            return False
        fullest = self._fullest(span)
        if fullest and len(fullest) > 1 and not self._names(form.subject_id, fullest):
            return False
        bearers = self._bearers.get(surname, ())
        if not bearers:
            return True
        before = [bearer for place, bearer in bearers if place <= span.start]
        return (before[-1] if before else bearers[0][1]) == form.subject_id

    def _place_may_be_meant(self, form: Form, subject: Subject, span: Span, around: _Around) -> bool:
        name = self._names_by_end.get(span.end) or self._names_by_start.get(span.start)
        if name is not None and name.type is NameType.PERSON and (name.span != span or " " in name.name.strip()):
            return False
        if subject.weight >= WELL_KNOWN and not form.common:
            return True
        lies_in = self._lies_in(span)
        if lies_in:
            return subject.country in lies_in
        if around.after and around.after[0].lower() in OTHER_THINGS:  # also in a headline: "Aleppo University Reopens"
            return False
        if not _WORD.fullmatch(span.of(self._text)):
            return True
        # "Michael Warren" makes every later "Warren" his.
        if fold(span.of(self._text))[0].strip() in self._strangers:
            return False
        return around.headline or around.none or not around.sure

    def _note_bearer(self, match: Match, around: _Around) -> None:
        """Remember whose name was given in full here, for the surnames that follow."""
        span = match.span
        form = match.forms[0]
        if form.bare:
            if around.sure and not around.headline and not self._is_part_of_a_name_of(form.subject_id, around, span):
                surname = fold(span.of(self._text))[0].strip()
                self._bearers.setdefault(surname, []).append((span.start, None))
                self._strangers.setdefault(surname, set()).update(around.before, around.after)
            return
        if self._subjects[form.subject_id].type is not SubjectType.PERSON:
            word = span.of(self._text)
            if around.before and around.sure and not around.headline and _WORD.fullmatch(word):
                self._strangers.setdefault(fold(word)[0].strip(), set()).update(around.before)
            return
        for word in fold(span.of(self._text))[0].split():
            bearer = form.subject_id if len(match.forms) == 1 else None
            self._bearers.setdefault(word, []).append((span.start, bearer))

    def _is_part_of_a_name_of(self, subject_id: int, around: _Around, span: Span) -> bool:
        words = [*around.before, *_WORD.findall(span.of(self._text)), *around.after]
        return self._names(subject_id, words)

    def _names(self, subject_id: int, words: Iterable[str]) -> bool:
        """Whether the words are a name of the subject: they hold one of its full names, or are part of one."""
        given = {part for word in words for part in key_of(word).split()} - PARTICLES
        subject = self._subjects[subject_id]
        for label in (subject.label, *(alias.label for alias in subject.aliases)):
            parts = set(key_of(label).split()) - PARTICLES
            if len(parts) > 1 and (parts <= given or given <= parts):
                return True
        return False

    def _fullest(self, span: Span) -> list[str]:
        """The words of the fullest form of the name read here, titles left out; empty when none was read."""
        name = self._names_by_end.get(span.end) or self._names_by_start.get(span.start)
        if name is None or name.type is not NameType.PERSON:
            return []
        surname = key_of(span.of(self._text))
        words = [word for word in _WORD.findall(name.name) if word.lower() not in TITLES]
        return words if surname in key_of(name.name).split() else []

    def _kind(self, span: Span) -> NameType | None:
        name = self._names_by_start.get(span.start)
        return name.type if name is not None and name.span == span else None

    def _around(self, match: Match) -> _Around:
        """The capitalised neighbours of a name, on the same line and with nothing but a space or hyphen between."""
        if not any(form.bare or self._subjects[form.subject_id].type is SubjectType.PLACE for form in match.forms):
            return _NOBODY
        start, end = match.span
        before, sure = self._before(start)
        after = self._after(end)
        if not before and not after:
            return _NOBODY
        return _Around(before=before, after=after, sure=sure or bool(after), headline=self._is_headline(start))

    def _before(self, start: int) -> tuple[tuple[str, ...], bool]:
        text = self._text
        words: list[str] = []
        sure = True
        place = start
        while place > 1 and text[place - 1] in " \u00a0-‑" and place - 1 not in self._ends:
            end = place - 1
            begin = end
            while begin > 0 and (text[begin - 1].isalnum() or text[begin - 1] in "'’"):
                begin -= 1
            word = text[begin:end]
            if not word or "’" in word or "'" in word[1:]:
                break
            plain = word.lower()
            if plain in PARTICLES and (text[place - 1] in "-‑" or not word[0].isupper() or words):
                place = begin
                continue
            if not word[0].isupper() or plain in TITLES or plain in OPENERS or plain in DIRECTIONS:
                break
            if plain in PREFIXES and text[end] != " ":
                break
            words.insert(0, word)
            if self._starts_sentence(begin):
                sure = self._is_a_name(word, begin)
                break
            place = begin
        return tuple(words), sure

    def _after(self, end: int) -> tuple[str, ...]:
        text = self._text
        words: list[str] = []
        place = end
        while text[place : place + 1] in (" ", "\u00a0") and place + 1 not in self._matches_by_start:
            found = _WORD.match(text, place + 1)
            if found is None:
                break
            word = found.group()
            plain = word.lower()
            if not word[0].isupper() or plain in TITLES or plain in OPENERS:
                break
            words.append(word)
            place = found.end()
        return tuple(words)

    def _is_a_name(self, word: str, place: int) -> bool:
        """Whether a sentence's first word is a name: it stands elsewhere too, and never in lower case."""
        others = [found.group() for found in re.finditer(rf"\b{re.escape(word)}\b", self._text, re.IGNORECASE)]
        return len(others) > 1 and all(other[0].isupper() for other in others)

    def _starts_sentence(self, place: int) -> bool:
        before = self._text[max(0, place - 12) : place].rstrip(" \u00a0'’‘(")
        if not before or before[-1] not in _SENTENCE_ENDS:
            return not before
        return before[-1] != "." or re.split(r"[^\w]", before[:-1])[-1].lower() not in TITLES

    def _is_doubtful(self, form: Form, span: Span) -> bool:
        """Whether this may be an ordinary word, or somebody's name rather than a place."""
        if form.obscure and not form.adjective and not self._is_shown_as_place(form, span):
            return True
        if not form.common:
            return False
        if form.all_capitals:
            return self._line(span.start).isupper()
        return self._starts_sentence(span.start) or self._is_headline(span.start)

    def _is_shown_as_place(self, form: Form, span: Span) -> bool:
        """Whether something happens in it and its country is named, or the country or state it lies in follows."""
        country = self._subjects[form.subject_id].country
        if country in self._lies_in(span):
            return True
        return country in self._countries and bool(
            _PLACE_BEFORE.search(self._text, max(0, span.start - 24), span.start) or self._kind(span) is NameType.PLACE
        )

    def _lies_in(self, span: Span) -> set[str | None]:
        """The countries that what follows behind a comma may lie in: "Warren, Ohio". Empty when no known place does."""
        if self._text[span.end : span.end + 2] != ", ":
            return set()
        after = self._matches_by_start.get(span.end + 2)
        if after is None or self._text[after.span.end : after.span.end + 1] not in ("", ",", ".", ";", ")", "\n"):
            return set()
        places = [self._subjects[form.subject_id] for form in after.forms if not form.adjective]
        return {place.country for place in places if place.type is SubjectType.PLACE}

    def _line(self, place: int) -> str:
        end = self._text.find("\n", place)
        return self._text[self._text.rfind("\n", 0, place) + 1 : end if end >= 0 else None]

    def _is_headline(self, place: int) -> bool:
        """Whether most longer words of this line are capitalised, so that capitals tell no names."""
        begin = self._text.rfind("\n", 0, place) + 1
        if begin not in self._headlines:
            end = self._text.find("\n", begin)
            end = len(self._text) if end < 0 else end
            cases = Counter(
                found.group()[0].isupper()
                for found in _WORD.finditer(self._text, begin, min(end, begin + 200))
                if len(found.group()) > 3 and found.start() not in self._matches_by_start
            )
            self._headlines[begin] = (
                end - begin < 200 and cases[True] >= 3 and cases[True] >= 0.75 * (cases[True] + cases[False])
            )
        return self._headlines[begin]


_NOBODY = _Around(before=(), after=(), sure=False, headline=False)
