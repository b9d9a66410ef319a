"""Work out who a source is: "she", "the agency", "Ruiz" become the fullest name the text gives that voice.

An unnamed voice keeps its own words ("two officials") and is never turned into a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportedly.trace.outlets import COMMON, is_outlet
from reportedly.trace.words import words
from reportedly.values import Name, NameType, SourceType

_PRONOUNS = words("he she him her his hers himself herself it its itself they them their i we us who which")
_OF_SOMEBODY = words("he she him her his hers himself herself who")
_SOMEBODY = frozenset({SourceType.PERSON, SourceType.OFFICE, SourceType.UNNAMED})
_IN_OWN_WORDS = ("our ", "my ")
_GOES_BACK = words("the this that its his her their same")
_ENDS_HEAD = words("of in from for at on with who that which close near by to inside familiar and")
_REACH = 60  # characters around a name in which it is said what its bearer is


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a source stands for, and what kind of voice that is."""

    name: str | None
    type: SourceType


NOBODY = Speaker(None, SourceType.NONE)


class Speakers:
    """The voices of one text, met in reading order."""

    def __init__(self, names: Sequence[Name], text: str) -> None:
        self._text = text
        self._names = names
        self._next = 0  # the first name not met yet
        self._persons: list[str] = []  # named so far, the latest last
        self._outlets: list[str] = []
        self._bodies: list[str] = []
        self._bearers: dict[str, tuple[str, NameType]] = {}  # "minister" -> whoever was introduced with that word
        self._spoke: list[Speaker] = []

    def resolve(self, start: int, end: int, type: SourceType | None) -> Speaker:
        """Who the source at `start`..`end` is, a voice of that type if it is known. To be asked in reading order."""
        self._meet_up_to(start)
        speaker = self._resolve(start, end, type or self._type_of(start, end))
        if not self._text[start:end].lower().startswith(_IN_OWN_WORDS):  # nobody goes back to "our data"
            self._spoke.append(speaker)
        self._meet_up_to(end)
        if speaker.type is SourceType.OUTLET and speaker.name:
            self._outlets.append(speaker.name)
        return speaker

    def _meet_up_to(self, place: int) -> None:
        while self._next < len(self._names) and self._names[self._next].span.start < place:
            name = self._names[self._next]
            if name.type is NameType.PERSON:
                self._persons.append(name.name)
            elif is_outlet(name.name):
                self._outlets.append(name.name)
            elif name.type is NameType.ORGANISATION:
                self._bodies.append(name.name)
            for word in self._said_of(name):
                self._bearers[word] = name.name, name.type
            self._next += 1

    def _said_of(self, name: Name) -> list[str]:
        """What the words at its sides call the bearer of a name: "the mayor, Ana Ruiz", "Ana Ruiz, the mayor"."""
        if name.type is NameType.ORGANISATION:
            return name.name.lower().split()
        if name.type is not NameType.PERSON:
            return []
        before = self._text[max(0, name.span.start - _REACH) : name.span.start].lower()
        behind = self._text[name.span.end : name.span.end + _REACH].lower()
        apposed = behind[1:].split(",")[0].split()[:7] if behind.startswith(",") else []
        return [word.strip("\"'“”():;").removesuffix("'s") for word in (*before.rstrip(", ").split()[-3:], *apposed)]

    def _type_of(self, start: int, end: int) -> SourceType:
        """What the words alone tell of a voice."""
        if is_outlet(self._text[start:end]):
            return SourceType.OUTLET
        for name in self._within(start, end):
            if name.type is NameType.PERSON and not self._is_owner(name, start, end):
                return SourceType.PERSON
            if name.type is NameType.ORGANISATION and name.span.end == end:
                return SourceType.ORGANISATION
        return SourceType.UNNAMED

    def _resolve(self, start: int, end: int, type: SourceType) -> Speaker:
        phrase = self._text[start:end]
        low = phrase.lower().replace("’", "'")
        if low in _PRONOUNS:
            mistaken = low in _OF_SOMEBODY and type not in _SOMEBODY  # nobody is "him" but a person
            return self._gone_back_to(low, SourceType.PERSON if mistaken else type)
        within = self._within(start, end)
        head = _head(low)
        back = low.split()[0] in _GOES_BACK or " " not in low
        if type is SourceType.ORGANISATION and back and self._outlets and head in COMMON and is_outlet(phrase):
            type = SourceType.OUTLET
        if type is SourceType.PERSON:
            persons = [n.name for n in within if n.type is NameType.PERSON and not self._is_owner(n, start, end)]
            if persons:
                return Speaker(_joined(persons, phrase), type)
            bearer = self._bearers.get(head) if back else None
            return Speaker(bearer[0] if bearer and bearer[1] is NameType.PERSON else phrase, type)
        named = self._named(within, start, end)
        if named and type in (SourceType.OUTLET, SourceType.ORGANISATION):
            return Speaker(named, type)
        if type is SourceType.OUTLET and back and head in COMMON and self._outlets:
            alike = (name for name in reversed(self._outlets) if head in name.lower())
            return Speaker(next(alike, self._outlets[-1]), type)
        if type is SourceType.ORGANISATION and not within and low.startswith("the "):
            bearer = self._bearers.get(head)
            return Speaker(bearer[0] if bearer and bearer[1] is NameType.ORGANISATION else phrase, type)
        return Speaker(phrase, type)

    def _named(self, within: Sequence[Name], start: int, end: int) -> str | None:
        """The body that a phrase names rather than describes: "the carmaker Adlon", "the Post", "Adlon, a carmaker"."""
        first = self._text.find(",", start, end)
        for name in within:
            before = self._text[start : name.span.start].lower()
            ends = name.span.end >= end - 2 or name.span.end == first
            if ends and name.type is not NameType.PERSON and not before.endswith((" of ", " for ", " in ", " the ")):
                return name.name
        return None

    def _gone_back_to(self, pronoun: str, type: SourceType) -> Speaker:
        """Whom a pronoun stands for: the last voice of its kind, or the last such name."""
        before = next((one for one in reversed(self._spoke) if one.type is type and one.name), None)
        named = {
            SourceType.PERSON: self._persons, SourceType.OUTLET: self._outlets, SourceType.ORGANISATION: self._bodies,
        }.get(type, [])  # fmt: skip
        if type is SourceType.PERSON and before is not None and before in self._spoke[-2:]:
            return before  # an outlet may stand between: "Reuters quotes him as saying"
        if type is SourceType.PERSON and named:
            return Speaker(named[-1], type)
        return before or Speaker(named[-1] if named else pronoun, type)

    def _within(self, start: int, end: int) -> list[Name]:
        """The names inside a stretch."""
        at = max(0, self._next - 1)
        found = []
        while at < len(self._names) and self._names[at].span.start < end:
            if self._names[at].span.start >= start and self._names[at].span.end <= end:
                found.append(self._names[at])
            at += 1
        return found

    def _is_owner(self, name: Name, start: int, end: int) -> bool:
        """Whether the person only owns the source: "Ruiz's lawyer", "a lawyer for Ruiz"."""
        before, behind = self._text[start : name.span.start].lower(), self._text[name.span.end : end]
        return behind.startswith(("'s ", "’s ", "' ", "’ ")) or before.endswith(
            (" of ", " for ", " to ", " of the late ", " by ")
        )


def _joined(persons: Sequence[str], phrase: str) -> str:
    """One person, or both where the phrase joins them."""
    distinct = list(dict.fromkeys(persons))
    return " and ".join(distinct) if " and " in phrase else distinct[0]


def _head(low: str) -> str:
    """The head noun: the last word before the first comma or preposition."""
    bare: list[str] = []
    for word in low.split(",")[0].split():
        if word in _ENDS_HEAD and bare:
            break
        bare.append(word)
    return bare[-1].strip("\"“”'.()").removesuffix("'s") if bare else ""
