"""How many independent origins a story may have, and why.

Three kinds of evidence are kept apart: what reports state (their chains), whose text they carry (copies), and who
belongs together (family, credit). The answer is a range. Its lower end takes for one whatever could be one; its upper
end takes for several whatever nothing shows to be one. Calling two reports independent that are not is the error to
avoid, so unnamed voices, and reports that name nobody, raise only the upper end.

Only a report's first statements count, where it says who told of the happening; what it adds further down has voices of
its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from reportedly.values import Chain, OriginRange, SourceType, Voice

SPELLING_AT = 0.7  # likeness of two surnames from which on they may be spellings of one
OPENING = 250  # characters after the first statement, in which others still count
MOST_NAMED = 4  # outlets or voices listed in one sentence before "and 3 others"
MOST_REASONS = 14

# Kinds of voices that differ where their names do.
_OF_THEIR_OWN = (SourceType.PERSON, SourceType.ORGANISATION)
_TITLES = re.compile(
    r"(?:(?:mr|mrs|ms|miss|dr|prof|professor|sir|lord|lady|president|prime minister|minister|premier|chancellor|king|queen|"
    r"prince|princess|general|gen|colonel|col|major|maj|captain|capt|lieutenant|lt|brigadier|commodore|admiral|sergeant|sgt|"
    r"senator|sen|governor|gov|mayor|judge|justice|bishop|father|sheikh|ambassador|doctor|inspector|chief|officer)\s)+"
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A report of a story, with what tells where it comes from. `copy_of` is the report whose text it carries."""

    report_id: int
    outlet: str
    outlet_name: str
    family: str
    listed_at: datetime
    title: str
    copy_of: int | None
    credit: str | None
    chains: tuple[Chain, ...]


def count_origins(members: Sequence[Member]) -> OriginRange:
    """The range of origins the members' story may have. No members, no origins."""
    if not members:
        return OriginRange(low=0, high=0, named=0, unnamed=0, reasons=("The story has no reports.",))
    reasons: list[str] = []
    strands = _strands(members, reasons)
    _link(strands, reasons)
    fullest = _fullest_names(strands)
    named: dict[str, str] = {}  # every named innermost voice, by key, as it is shown
    bearers: dict[str, list[str]] = {}
    unnamed = 0
    for strand in strands:
        for voice in strand.named:
            key = fullest[_voice_key(voice)]
            named.setdefault(key, voice.label)
            bearers.setdefault(key, []).append(strand.through.get(voice.label, strand.name))
        unnamed += len(strand.unnamed)
    unrecorded = [strand for strand in strands if not strand.named and not strand.unnamed and not strand.cites]
    circles = _circles(strands)
    low = _surely_apart(strands, fullest)
    high = max(low, len(named) + unnamed + len(unrecorded) + sum(_is_closed(circle) for circle in circles))
    reasons += _said(bearers, named)
    reasons += _circle_sentences(circles)
    reasons += _unnamed_sentences(strands)
    if unrecorded:
        outlets = [strand.name for strand in unrecorded]
        names_nobody = "names nobody in its opening" if len(outlets) == 1 else "name nobody in their openings"
        reasons.append(f"Lineage not recorded: {_listed(outlets)} {names_nobody}.")
    if high > low:
        reasons.append(_why_low(low))
    return OriginRange(low=low, high=high, named=len(named), unnamed=unnamed, reasons=_shortened(reasons))


@dataclass(eq=False)
class _Strand:
    """Reports that count as one: a text and its copies, an outlet's own reports, a family, what is laid to one agency."""

    members: list[Member]
    named: list[Voice]
    unnamed: list[tuple[str, Voice]]  # with the outlet that has it from them
    through: dict[str, str]  # for a named voice's label, the outlet that has it from them
    cited: list[str]  # other outlets of the story that stand in its chains
    cites: list[_Strand]

    @property
    def name(self) -> str:
        """The outlet that had it first."""
        return self.members[0].outlet_name


def _strands(members: Sequence[Member], reasons: list[str]) -> list[_Strand]:
    """The members in strands, in the order of their first reports; each joining gives its reason."""
    ordered = sorted(members, key=lambda member: (member.listed_at, member.report_id))
    groups = _Groups([member.report_id for member in ordered])
    by_id = {member.report_id: member for member in ordered}
    outlets = _Outlets(ordered)
    copies: dict[int, list[Member]] = {}
    by_text: dict[int, list[int]] = {}
    for member in ordered:
        if member.copy_of is not None:
            # The text may be that of a report outside the story; its copies are one all the same.
            root = _root(member, by_id)
            by_text.setdefault(root, []).append(member.report_id)
            if root in by_id:
                by_text[root].append(root)
                copies.setdefault(root, []).append(member)
    for ids in by_text.values():
        groups.join(ids)
    for root, those in copies.items():
        copied_by = _listed([member.outlet_name for member in those])
        reasons.append(f"{copied_by} {_carries(those)} the text of {by_id[root].outlet_name}.")
    for name, why in (("family", "belong to {0} and count as one"), ("credit", "lay their reports to {0}")):
        _join_by(ordered, groups, outlets, name, why, reasons)
    for same in _by(ordered, lambda member: member.outlet).values():
        groups.join(member.report_id for member in same)
    return [_strand([by_id[report_id] for report_id in ids], outlets) for ids in groups.lists()]


def _join_by(
    ordered: list[Member], groups: _Groups, outlets: _Outlets, name: str, why: str, reasons: list[str]
) -> None:
    """Join members that share a family, or the agency they credit, and that agency's own report."""
    for key, those in _by(ordered, lambda member: _key(getattr(member, name) or "")).items():
        if not key:
            continue
        label = getattr(those[0], name)
        agency = outlets.called(label) if name == "credit" else None
        groups.join(member.report_id for member in (*those, *outlets.reports_of(agency)))
        of = list(dict.fromkeys(member.outlet_name for member in those if member.outlet_name != agency))
        if len(of) > 1:
            reasons.append(f"{_listed(of)} {why.format(agency or label)}.")
        elif of and name == "credit":
            reasons.append(f"{of[0]} lays its report to {agency or label}.")


class _Outlets:
    """The outlets that have a report in the story, by what chains and credits call them."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._reports = _by(members, lambda member: member.outlet_name)
        self._names = {_key(name): name for name in self._reports}

    def reports_of(self, name: str | None) -> list[Member]:
        """The outlet's reports; none of no outlet."""
        return self._reports.get(name, []) if name is not None else []

    def called(self, label: str) -> str | None:
        """The name of the one outlet called so, in full or by the first words of its name: "Ostrel" for "Ostrel Agency"."""
        key = _key(label)
        if key in self._names:
            return self._names[key]
        begun = [name for other, name in self._names.items() if key and other.startswith(f"{key} ")]
        return begun[0] if len(begun) == 1 else None

    def of(self, voice: Voice) -> str | None:
        """The outlet a voice is; anything but an outlet must have the very name."""
        if voice.unnamed:
            return None
        if voice.source_type is SourceType.OUTLET:
            return self.called(voice.label)
        return self._names.get(_key(voice.label))


def _strand(members: list[Member], outlets: _Outlets) -> _Strand:
    """One strand, with the voices its reports end at. Copies speak with the voices of their text, and are not asked."""
    named: dict[str, Voice] = {}
    unnamed: dict[tuple[int, str], tuple[str, Voice]] = {}
    through: dict[str, str] = {}
    cited: dict[str, None] = {}
    for member in members:
        if member.copy_of is not None and any(other.report_id == member.copy_of for other in members):
            continue
        for chain in _opening(member.chains):
            cited.update(dict.fromkeys(name for voice in chain.voices if (name := outlets.of(voice)) is not None))
            origin = chain.origin
            key = _key(origin.label)
            if origin.unnamed or not key:
                unnamed.setdefault((member.report_id, key), (member.outlet_name, origin))
            elif outlets.of(origin) is None:
                named.setdefault(key, origin)
                through.setdefault(named[key].label, member.outlet_name)
    own = {member.outlet_name for member in members}
    return _Strand(
        members=members,
        named=list(named.values()),
        unnamed=list(unnamed.values()),
        through=through,
        cited=[name for name in cited if name not in own],
        cites=[],
    )


def _link(strands: list[_Strand], reasons: list[str]) -> None:
    """Tie each strand to those whose outlets it names."""
    by_outlet = {member.outlet_name: strand for strand in strands for member in strand.members}
    for strand in strands:
        strand.cites = list(dict.fromkeys(by_outlet[name] for name in strand.cited))
        if strand.cited:
            reasons.append(f"{strand.name} cites {_listed(strand.cited)}.")


def _surely_apart(strands: list[_Strand], fullest: Mapping[str, str]) -> int:
    """The fewest origins: strands tied by a citation or a voice are one, as is whatever ends at nobody named.

    A person and a body may be the same voice, the one speaking for the other, and so may names in two scripts or two
    spellings; an outlet, an office or a paper may rest on anybody, and one word ("Minister") may stand for anybody. Two
    persons, or two bodies, of different names in full are two.
    """
    ids = {id(strand): number for number, strand in enumerate(strands)}
    groups = _Groups(list(ids.values()))
    by_voice: dict[str, list[int]] = {}
    for strand in strands:
        groups.join([ids[id(strand)], *(ids[id(other)] for other in strand.cites)])
        for voice in strand.named:
            by_voice.setdefault(fullest[_voice_key(voice)], []).append(ids[id(strand)])
    for key, tied in by_voice.items():
        groups.join(tied)
        for other, also_tied in by_voice.items():
            if key < other and _may_be_spellings(key, other):
                groups.join([*tied, *also_tied])
    counts: Counter[tuple[SourceType, bool]] = Counter()
    for numbers in groups.lists():
        voices = [voice for number in numbers for voice in strands[number].named if " " in _voice_key(voice)]
        counts.update({(voice.source_type, _key(voice.label).isascii()) for voice in voices})
    return max([1, *(count for (kind, _), count in counts.items() if kind in _OF_THEIR_OWN)])


def _may_be_spellings(one: str, other: str) -> bool:
    """Whether two names may be spellings of one, by their last words: "Qorran" and "Ghorran"."""
    matcher = SequenceMatcher(None, one.split()[-1], other.split()[-1], autojunk=False)
    return matcher.real_quick_ratio() >= SPELLING_AT <= matcher.quick_ratio() and matcher.ratio() >= SPELLING_AT


def _circles(strands: list[_Strand]) -> list[list[_Strand]]:
    """Strands that cite each other round in a circle and end at nobody else: none can be the origin of another."""
    reached: dict[int, set[int]] = {}
    for strand in strands:
        seen: set[int] = set()
        ahead = list(strand.cites)
        while ahead:
            other = ahead.pop()
            if id(other) not in seen:
                seen.add(id(other))
                ahead.extend(other.cites)
        reached[id(strand)] = seen
    circles: list[list[_Strand]] = []
    placed: set[int] = set()
    for strand in strands:
        if id(strand) in placed or id(strand) not in reached[id(strand)]:
            continue
        circle = [other for other in strands if id(other) in reached[id(strand)] and id(strand) in reached[id(other)]]
        placed.update(id(other) for other in circle)
        circles.append(circle)
    return circles


def _is_closed(circle: list[_Strand]) -> bool:
    """Whether the circle leads to nobody outside it."""
    inside = {id(strand) for strand in circle}
    return all(
        not strand.named and not strand.unnamed and all(id(other) in inside for other in strand.cites)
        for strand in circle
    )


def _opening(chains: Iterable[Chain]) -> list[Chain]:
    """The chains of the report's first statement and of those that begin shortly after it."""
    starts = [(min((span.start for span in chain.content), default=0), chain) for chain in chains]
    first = min((start for start, _ in starts), default=0)
    return [chain for start, chain in starts if start <= first + OPENING]


def _fullest_names(strands: list[_Strand]) -> dict[str, str]:
    """For each named voice's key the key it counts under: that of the one fuller name that holds all its words."""
    keys = list(dict.fromkeys(_voice_key(voice) for strand in strands for voice in strand.named))
    words = {key: set(key.split()) for key in keys}
    fullest = {}
    for key in keys:
        fuller = [other for other in keys if words[key] < words[other]]
        # "Ruiz" is Ana Ruiz, unless the story also has a Pedro Ruiz.
        longest = max(fuller, key=lambda other: (len(words[other]), other), default=key)
        fullest[key] = longest if all(words[other] <= words[longest] for other in fuller) else key
    return fullest


# --- sentences -------------------------------------------------------------------------------------------------------


def _said(bearers: Mapping[str, list[str]], named: Mapping[str, str]) -> list[str]:
    shared = [f"{_listed(outlets)} rest on {named[key]}." for key, outlets in bearers.items() if len(set(outlets)) > 1]
    alone = [
        f"{_capital(named[key])} speaks through {outlets[0]} alone."
        for key, outlets in bearers.items()
        if len(set(outlets)) == 1
    ]
    return shared + alone


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _circle_sentences(circles: list[list[_Strand]]) -> list[str]:
    sentences = []
    for circle in circles:
        end = ", and where it comes from is not recorded." if _is_closed(circle) else "."
        outlets = _listed([strand.name for strand in circle])
        sentences.append(f"{outlets} cite each other: none of them can be the origin for another{end}")
    return sentences


def _unnamed_sentences(strands: list[_Strand]) -> list[str]:
    described: dict[str, list[str]] = {}
    for strand in strands:
        for outlet, voice in strand.unnamed:
            described.setdefault(outlet, []).append(f"“{voice.text}”" if voice.text else "")
    sentences = []
    for outlet, words in described.items():
        if voices := [word for word in words if word]:
            of, may = ("an unnamed voice", "it may be") if len(voices) == 1 else ("unnamed voices", "each may be")
            sentences.append(
                f"{outlet} rests on {of}, {_listed(voices)}: {may} anybody already counted, or somebody else."
            )
        else:
            sentences.append(f"{outlet} says that somebody said so, and not who.")
    return sentences


def _why_low(low: int) -> str:
    if low == 1:
        return "Nothing shows two of them to be independent: all could go back to one origin."
    return f"At least {low} named voices speak through reports that neither cite nor copy each other."


def _carries(those: list[Member]) -> str:
    return "carries" if len({member.outlet for member in those}) == 1 else "carry"


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _shortened(reasons: list[str]) -> tuple[str, ...]:
    if len(reasons) <= MOST_REASONS:
        return tuple(reasons)
    left = len(reasons) - MOST_REASONS + 2
    return (*reasons[: MOST_REASONS - 2], f"And {left - 1} more such ties and voices.", reasons[-1])


# --- joining ---------------------------------------------------------------------------------------------------------


class _Groups:
    """Numbers that are joined two and more at a time, kept in the order they were given."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._leader = {one: one for one in ids}

    def join(self, ids: Iterable[int]) -> None:
        """From now on these are one."""
        leaders = [self._find(one) for one in ids]
        for leader in leaders[1:]:
            self._leader[self._find(leader)] = self._find(leaders[0])

    def lists(self) -> list[list[int]]:
        """What was joined, each list in the order given, by its first."""
        found: dict[int, list[int]] = {}
        for one in self._leader:
            found.setdefault(self._find(one), []).append(one)
        return list(found.values())

    def _find(self, one: int) -> int:
        while self._leader[one] != one:
            self._leader[one] = self._leader[self._leader[one]]
            one = self._leader[one]
        return one


def _root(member: Member, by_id: Mapping[int, Member]) -> int:
    """The report at the start of a chain of copies; a circle of copies ends where it was entered."""
    seen = {member.report_id}
    root = member.report_id
    while member.copy_of is not None and member.copy_of not in seen:
        root = member.copy_of
        seen.add(root)
        if root not in by_id:
            break
        member = by_id[root]
    return root


def _by(members: Iterable[Member], key: Callable[[Member], str]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(key(member), []).append(member)
    return found


def _voice_key(voice: Voice) -> str:
    """The key of a named voice, a person's without titles."""
    key = _key(voice.label)
    return _TITLES.sub("", key, count=1) if voice.source_type is SourceType.PERSON and _TITLES.match(key) else key


def _key(name: str) -> str:
    """A name for comparing: without case, accents, marks and the leading article."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", plain).removeprefix("the ").split())
