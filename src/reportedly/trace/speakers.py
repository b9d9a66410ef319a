"""Work out who a source is: "she", "the agency", "Ruiz" become the fullest name the text gives that voice.

An unnamed voice keeps its own words ("two officials") and is never turned into a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportedly.trace import outlets
from reportedly.trace.words import words
from reportedly.values import Name, NameType, SourceType

_PRONOUNS = words("he she him her his hers himself herself it its they them their i we us who which itself themselves")
_MALE_FEMALE = words("he she him her his himself herself i me my")
_UNNAMED = words(
    "source sources official officials witness witnesses spokesman spokeswoman spokesperson resident residents analyst analysts "
    "expert experts observer observers critic critics supporter supporters activist activists aide aides diplomat diplomats "
    "insider insiders neighbour neighbours neighbor people man woman employee employees worker workers person clerk officer "
    "lawyer lawyers scientists researchers doctors economists fans users others someone some many colleague relatives family "
    "villagers locals protesters rebels prosecutors investigators authorities agents reporter reporters editor guard guards "
    "teacher boy girl student students driver trader traders nurse member members commenters commentators opponents leaders "
    "historian lawmakers politicians ministers fishermen farmers passengers representative representatives manager survivor engineer engineers captain economist economists farmer pilot pilots skipper principal coach doctor "
    "investigator baker shopkeeper tenant landlord victim veteran consultant consultants veterans customers drivers"
)
_DOCUMENTS = words(
    "information data's report reports survey poll study statement letter memo document documents paper's audit figures data statistics law bill "
    "website blog post tweet email e-mail message notice sign leaflet indictment ruling verdict complaint lawsuit suit ledger "
    "resolution petition article editorial communiqué circular transcript recording log diary census analysis theory rumour "
    "bulletin findings file files minutes memorandum treaty draft contract lists list note records reports' record book "
    "version account inscription headline caption release plan poster banner text"
)
_OFFICES = words(
    "president minister premier chancellor king queen pope mayor governor secretary ambassador chairman director chief "
    "commissioner prince bishop archbishop speaker judge commander prosecutor"
)
_BODIES = words(
    "ministry government police council court company party union committee commission board club team bank army navy "
    "department office authority parliament administration association church university hospital organisation organization "
    "federation group airline firm opposition military coalition tribunal senate house league institute association's band "
    "embassy regulator watchdog kremlin pentagon state institution foundation operator port agency parliament's jury"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a source stands for, and what kind of voice that is."""

    name: str | None
    type: SourceType


class Speakers:
    """The voices of one text, met in reading order."""

    def __init__(self, names: Sequence[Name], text: str) -> None:
        self.text = text
        self.names = names
        self.types = {name.name: name.type for name in names}
        self.by_surface = {name.span.of(text): name for name in names}
        self._at = 0
        self.persons: list[str] = []  # persons named so far, latest last
        self.outlets: list[str] = []
        self.bodies: list[str] = []
        self.roles: dict[str, str] = {}  # "minister" -> who was introduced with that word
        self.last: Speaker | None = None

    def resolve(self, start: int, end: int) -> Speaker:
        """Who the source at `start`..`end` is. Sources are asked for in the order they stand."""
        self._hear_up_to(start)
        phrase = self.text[start:end]
        low = phrase.lower().replace("’", "'")
        parts = low.split()
        speaker = self._resolve(phrase, low, parts, start, end)
        self.last = speaker if speaker.name else self.last
        self._hear_up_to(end)
        if speaker.type is SourceType.OUTLET and speaker.name and speaker.name not in self.outlets[-1:]:
            self.outlets.append(speaker.name)
        return speaker

    def _hear_up_to(self, place: int) -> None:
        """Take in the names that stand before a place."""
        while self._at < len(self.names) and self.names[self._at].span.start < place:
            name = self.names[self._at]
            if name.type is NameType.PERSON:
                self.persons.append(name.name)
                before = self.text[max(0, name.span.start - 40) : name.span.start].lower().split()
                after = self.text[name.span.end : name.span.end + 60].lower()
                behind = after[1:].split(",")[0].split() if after.startswith(",") else []  # "Ruiz, the mayor, …"
                for word in (*before[-3:], *behind[:7]):
                    word = word.strip(".,;:'\"").removesuffix("'s")
                    if word in _OFFICES or word in _UNNAMED:
                        self.roles[word] = name.name
            elif name.type is NameType.ORGANISATION:
                (self.outlets if outlets.is_outlet(name.name) else self.bodies).append(name.name)
                for word in name.name.lower().split():
                    self.roles[word] = name.name
            self._at += 1

    def _resolve(self, phrase: str, low: str, parts: list[str], start: int, end: int) -> Speaker:
        if low in _PRONOUNS:
            return self._pronoun(low)
        inside = self.names_within(start, end)
        persons = [name for name in inside if name.type is NameType.PERSON]
        head = self._head(low)
        if persons and not self._is_possessive_only(phrase, persons[-1], start) and not outlets.is_outlet(phrase):
            return Speaker(
                persons[0].name if len(persons) == 1 else " and ".join(dict.fromkeys(n.name for n in persons)),
                SourceType.PERSON,
            )
        if head in _DOCUMENTS and not (
            inside and inside[-1].span.end >= end - 1 and inside[-1].type is NameType.ORGANISATION
        ):
            return Speaker(phrase, SourceType.DOCUMENT)
        if outlets.is_outlet(phrase):
            named = [name for name in inside if name.type is NameType.ORGANISATION]
            if named:
                return Speaker(named[-1].name, SourceType.OUTLET)
            if parts[0] in ("the", "this", "same") and self.outlets and head in outlets.COMMON:
                return Speaker(self._latest_outlet(head), SourceType.OUTLET)
            return Speaker(phrase, SourceType.OUTLET)
        if head in _UNNAMED:
            if parts[0] == "the" and len(parts) <= 3 and head in self.roles and not head.endswith("s"):
                return Speaker(self.roles[head], SourceType.PERSON)
            return Speaker(phrase, SourceType.UNNAMED)
        if head in _OFFICES:
            if parts[0] == "the" and head in self.roles and len(parts) <= 4:
                return Speaker(self.roles[head], SourceType.PERSON)
            return Speaker(phrase, SourceType.OFFICE)
        if inside:
            chief = inside[-1] if inside[-1].span.end >= end - 2 else inside[0]
            if len(inside) == 1 and chief.span.end - chief.span.start >= (end - start) * 0.5:
                return Speaker(chief.name, SourceType.ORGANISATION)
            return Speaker(phrase, SourceType.ORGANISATION)
        if parts[0] == "the" and head in self.roles:
            name = self.roles[head]
            kind = SourceType.PERSON if self.types.get(name) is NameType.PERSON else SourceType.ORGANISATION
            return Speaker(name, kind)
        if head in _BODIES or head.endswith(("ment", "ry", "ity")):
            return Speaker(phrase, SourceType.ORGANISATION)
        return Speaker(phrase, SourceType.UNNAMED)

    def names_within(self, start: int, end: int) -> list[Name]:
        """The names that stand inside a stretch."""
        at = max(0, self._at - 1)
        out = []
        while at < len(self.names) and self.names[at].span.start < end:
            if self.names[at].span.start >= start and self.names[at].span.end <= end:
                out.append(self.names[at])
            at += 1
        return out

    def _pronoun(self, low: str) -> Speaker:
        if low in _MALE_FEMALE:
            if self.last is not None and self.last.type is SourceType.PERSON:
                return self.last
            if self.persons and not (self.last is not None and self.last.type is SourceType.OFFICE):
                return Speaker(self.persons[-1], SourceType.PERSON)
            if self.last is not None and self.last.type in (SourceType.OFFICE, SourceType.UNNAMED):
                return self.last
            return Speaker(low, SourceType.UNNAMED)
        if self.last is not None and (low not in ("it", "its") or self.last.type is not SourceType.PERSON):
            return self.last
        if low in ("it", "its") and self.outlets:
            return Speaker(self.outlets[-1], SourceType.OUTLET)
        if low in ("it", "its") and self.bodies:
            return Speaker(self.bodies[-1], SourceType.ORGANISATION)
        return self.last or Speaker(low, SourceType.UNNAMED)

    def _latest_outlet(self, head: str) -> str:
        for name in reversed(self.outlets):
            if head in name.lower():
                return name
        return self.outlets[-1]

    @staticmethod
    def _head(low: str) -> str:
        """The head noun: the last word before the first preposition, comma or relative."""
        for stop in (
            ",",
            " of ",
            " in ",
            " from ",
            " for ",
            " at ",
            " on ",
            " with ",
            " who ",
            " that ",
            " close to ",
            " near ",
            " by ",
            " to ",
            " inside ",
            " familiar ",
        ):
            low = low.split(stop, 1)[0]
        bare = low.split()
        return bare[-1].strip("\"“”'.()").removesuffix("'s") if bare else ""

    @staticmethod
    def _is_possessive_only(phrase: str, name: Name, start: int) -> bool:
        """Whether the person only owns the source: "Ruiz's lawyer"."""
        behind = phrase[name.span.end - start :]
        before = phrase[: name.span.start - start].lower()
        return behind.startswith(("'s ", "’s ", "' ", "’ ")) or before.endswith(
            (" of ", " for ", " to ", " of the late ")
        )


def is_described(phrase: str) -> bool:
    """Whether a phrase describes somebody or something that says things: "two engineers", "the survey"."""
    head = Speakers._head(phrase.lower().replace("’", "'"))
    return head in _UNNAMED or head in _DOCUMENTS or head in _OFFICES or head in _BODIES or outlets.is_outlet(phrase)


def is_voice(phrase: str) -> bool:
    """Whether a phrase can name somebody who says things, rather than a reason: "citing the ministry", "citing costs"."""
    if is_described(phrase):
        return True
    last = phrase.split(" of ")[0].split(" in ")[0].split(",")[0].split()
    return bool(last) and last[-1][:1].isupper() and not last[-1].endswith(("'s", "’s"))
