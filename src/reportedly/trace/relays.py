"""Find the phrases that pass a content on: "in an interview with O", "citing S", "had it from S"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportedly.trace.clauses import Range, phrase_right
from reportedly.trace.cues import Cue
from reportedly.trace.hit import Hit
from reportedly.trace.outlets import is_outlet, is_told_outlet
from reportedly.trace.speakers import is_voice
from reportedly.trace.tokens import Words
from reportedly.trace.words import words
from reportedly.values import Stance

_RELAY = Cue("relay", Stance.ASSERTS, "r")

# Phrases that name a voice further in, by their first word.
_INWARD: dict[str, tuple[tuple[str, ...], ...]] = {}
for _phrase in (
    "with reference to", "referring to", "citing", "quoting", "invoking", "relying on", "pointing to", "leaning on",
    "based on information from", "attributing it to", "refer to", "refers to", "referred to", "point to", "points to",
    "pointed to", "cite", "cites", "cited", "rely on", "relies on", "relied on", "quote", "quotes", "quoted", "invokes",
    "invoked", "attributing", "naming as its source", "on the basis of", "according to",
):  # fmt: skip
    _parts = tuple(_phrase.split())
    if _phrase != "according to":  # a cue of its own
        _INWARD[_parts[0]] = (*_INWARD.get(_parts[0], ()), _parts)

# What is said or written to or in an outlet, and the participles that bring words to one.
_TALK = words(
    "interview remark remarks comment comments letter e-mail email message statement post podcast programme program article "
    "column essay speech call response reply conversation edition issue report appearance op-ed editorial tweet"
)
_BRINGING = words(
    "seen told shown leaked given sent handed provided obtained quoted cited carried published released broadcast aired "
    "printed reported relayed circulated reviewed contacted reached asked interviewed picked tracked read posted run "
    "distributed reproduced recorded featured approached"
)
_SPEAKING = words("speaking talking spoke speaks talked writing")
_TOWARDS = words("to with for by on in")
_GOT = words("had has have got gets received obtained learned heard receives obtains learns hears")
_IT = words("it this that news information story report tip word")


@dataclass(frozen=True, slots=True)
class RelayPhrase:
    """A relay's cue and the voice it names. `shared`: its subject is the voice that spoke before ("who point to")."""

    at: Range
    source: Range
    inward: bool
    shared: bool = False
    bare: bool = False  # only a preposition brings the outlet in: it must stand right behind the cue
    cue: Cue = _RELAY


@dataclass(frozen=True, slots=True)
class Receipt:
    """ "had it from S": the words that carry it, whom it came from, and the words that stand for the content."""

    at: Range
    source: Range
    content: Range
    subject_is_voice: bool
    cue: Cue = _RELAY


def relay_phrases(s: Words, made: Sequence[tuple[Hit, object]]) -> list[RelayPhrase]:
    """The relay phrases of a sentence whose words are not taken already."""
    taken: set[int] = set()
    for hit, _ in made:
        for part in (hit.at, hit.extra_cue, hit.outlet_cue, hit.outlet):
            taken.update(range(*part) if part else ())
    out: list[RelayPhrase] = []
    for at, low in enumerate(s.low):
        if at in taken or (out and at < out[-1].source[1]):
            continue
        found = _inward(s, at) if low in _INWARD else None
        if found is None and low in _TOWARDS:
            found = _outward(s, at)
        if found is not None and not taken.intersection(range(*found.at)):
            out.append(found)
    return out


def _inward(s: Words, at: int) -> RelayPhrase | None:
    if s.low[at].startswith("attribut"):
        to = next((place for place in range(at + 1, min(at + 7, len(s))) if s.low[place] == "to"), None)
        source = phrase_right(s, to + 1, len(s)) if to is not None else None
        return RelayPhrase((at, to + 1), source, True) if source is not None and to is not None else None
    for parts in _INWARD[s.low[at]]:
        end = at + len(parts)
        if tuple(s.low[at:end]) != parts or s.low[end : end + 1] == ["by"]:
            continue
        source = phrase_right(s, end, len(s)) or _quoted_source(s, end)
        sure = parts[0] in ("with", "invoking", "quoting", "relying") or (
            source is not None and s.tag[source[0]] == "Q"
        )
        if source is None or not (sure or is_voice(_words_of(s, source))):
            return None
        finite = not parts[0].endswith("ing") and parts[0] not in ("with", "on", "based")
        if finite and not _goes_on_from_a_voice(s, at, loose=parts[0].startswith(("cite", "quote", "rel", "invoke"))):
            return None
        return RelayPhrase((at, end), source, True, finite)
    return None


def _quoted_source(s: Words, at: int) -> Range | None:
    """A source that stands in quotation marks itself: citing “circles close to the court”."""
    if at < len(s) and s.tag[at] == "D" and at + 1 < len(s):
        at += 1
    return (at, at + 1) if at < len(s) and s.tag[at] == "Q" and s.end[at] - s.start[at] < 90 else None


def _outward(s: Words, at: int) -> RelayPhrase | None:
    """ "in an interview with O", "asked by O", "speaking to O", "said on O": the phrase around the preposition at `at`."""
    source = phrase_right(s, at + 1, len(s), appositions=False)
    if source is None or at == 0:
        return None
    name = _words_of(s, source)
    low, before = s.low[at], s.low[at - 1]
    back = at - 1
    if low in ("by", "to", "in", "on"):
        while back > 0 and (s.tag[back] == "A" or s.low[back] in ("without", "name", "up", "down", "later")):
            back -= 1
        if s.low[back] in _BRINGING and not (low != "by" and s.low[back] in ("asked", "contacted", "reached")):
            ours = is_outlet(name) or (
                s.low[back] in ("seen", "obtained", "quoted", "cited", "leaked") and is_told_outlet(name)
            )
            return RelayPhrase((back, at + 1), source, False) if ours else None
    if low in ("to", "with") and before in _SPEAKING:
        return RelayPhrase((at - 1, at + 1), source, False) if is_told_outlet(name) else None
    if low in ("to", "with", "for", "on", "in", "by") and before in _TALK:
        begin = at - 1
        while begin > 0 and at - begin < 5 and s.tag[begin - 1] in "DnGE" and s.low[begin - 1] not in _BRINGING:
            begin -= 1
        if begin > 0 and s.low[begin - 1] in ("in", "during", "at", "on"):
            return RelayPhrase((begin - 1, at + 1), source, False) if is_told_outlet(name) else None
        return None
    if (
        low in ("on", "in")
        and is_outlet(name)
        and not any(word in _TALK for word in s.low[source[0] : source[1]])
        and s.tag[source[1] - 1] != "n"
    ):
        return RelayPhrase((at, at + 1), source, False, bare=True)
    return None


def _words_of(s: Words, place: Range) -> str:
    return s.text[s.start[place[0]] : s.end[place[1] - 1]]


def _goes_on_from_a_voice(s: Words, at: int, *, loose: bool) -> bool:
    """Whether a finite "cites" hangs on a voice named before: "who cite", "they in turn refer to", "it cited"."""
    back = at - 1
    while back >= 0 and (s.tag[back] in "A" or s.low[back] in ("in", "turn", "has", "have", "had")):
        back -= 1
    return back >= 0 and (
        s.tag[back] in "R" or s.tag[back] == "C" or (s.tag[back] == "N" and (loose or s.low[at - 1] == "turn"))
    )


def received_from(s: Words) -> list[Receipt]:
    """ "had it from S", "received this information from S", "learned from S that"."""
    out: list[Receipt] = []
    if "from" not in s.low:
        return out
    for at, low in enumerate(s.low):
        if low != "from":
            continue
        verb = next((back for back in range(at - 1, max(-1, at - 6), -1) if s.low[back] in _GOT), None)
        if verb is None or at - verb < 2 or s.low[at - 1] not in _IT:
            continue
        source = phrase_right(s, at + 1, len(s))
        if source is None:
            continue
        content = (verb + 1, at)
        before = s.low[verb - 1] if verb else ""
        out.append(Receipt((verb, at + 1), source, content, before in ("it", "they", "he", "she", "which")))
    return out
