"""Find the phrases that pass a content on: "in an interview with O", "citing S", "had it from S"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportedly.trace.clauses import Range, phrase_right
from reportedly.trace.cues import Cue
from reportedly.trace.hits import Hit
from reportedly.trace.outlets import is_outlet, is_told_outlet
from reportedly.trace.speakers import is_voice
from reportedly.trace.tokens import Words
from reportedly.values import Span, Stance

_RELAY = Cue("relay", Stance.ASSERTS, "r")

# Words, then whether the phrase names a voice further in (True) or one nearer the reader.
_PHRASES: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("with", "reference", "to"), True), (("referring", "to"), True), (("citing",), True), (("quoting",), True),
    (("invoking",), True), (("relying", "on"), True), (("pointing", "to"), True), (("based", "on", "information", "from"), True),
    (("refer", "to"), True), (("refers", "to"), True), (("referred", "to"), True), (("point", "to"), True), (("points", "to"), True),
    (("cite",), True), (("cites",), True), (("cited",), True), (("rely", "on"), True), (("relies", "on"), True),
    (("quote",), True), (("quotes",), True), (("quoted",), True), (("attributing", "it", "to"), True),
    (("speaking", "to"), False), (("talking", "to"), False), (("speaking", "with"), False), (("interview", "with"), False),
    (("interview", "for"), False), (("interview", "to"), False), (("interviewed", "by"), False), (("comments", "to"), False),
    (("remarks", "to"), False), (("statement", "to"), False), (("carried", "by"), False), (("published", "by"), False),
    (("obtained", "by"), False), (("seen", "by"), False), (("leaked", "to"), False), (("cited", "by"), False),
    (("quoted", "by"), False), (("reported", "by"), False), (("broadcast", "by"), False), (("aired", "by"), False),
    (("released", "by"), False), (("shown", "to"), False), (("given", "to"), False), (("contacted", "by"), False),
    (("reached", "by"), False), (("picked", "up", "by"), False), (("spoke", "to"), False), (("spoke", "with"), False),
    (("e-mail", "to"), False), (("email", "to"), False), (("message", "to"), False),
)  # fmt: skip
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
for _one in _PHRASES:
    _BY_FIRST.setdefault(_one[0][0], []).append(_one)

_GOT = frozenset(
    [
        "had",
        "has",
        "have",
        "got",
        "gets",
        "received",
        "obtained",
        "learned",
        "heard",
        "receives",
        "obtains",
        "learns",
        "hears",
    ]
)
_IT = frozenset(["it", "this", "that", "news", "information", "story", "report", "tip", "word"])


@dataclass(frozen=True, slots=True)
class RelayPhrase:
    """A relay's cue and the voice it names. `shared`: its subject is the voice that spoke before ("who point to")."""

    at: Range
    source: Range
    inward: bool
    shared: bool = False
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
    """The relay phrases of a sentence whose cues are not taken already."""
    taken = {at for hit, _ in made for at in range(*hit.at)}
    taken |= {at for hit, _ in made if hit.extra_cue for at in range(*hit.extra_cue)}
    taken |= {at for hit, _ in made if hit.outlet_cue for at in range(*hit.outlet_cue)}
    out = []
    for at, low in enumerate(s.low):
        for parts, inward in _BY_FIRST.get(low, ()):
            end = at + len(parts)
            if at in taken or tuple(s.low[at:end]) != parts:
                continue
            source = phrase_right(s, end, len(s), appositions=inward)
            if source is None:
                continue
            words = s.text[s.start[source[0]] : s.end[source[1] - 1]]
            finite = inward and not parts[0].endswith("ing") and parts[0] != "with"
            if finite and not _goes_on_from_a_voice(s, at, loose=parts[0].startswith(("cite", "quote", "rel"))):
                continue
            if inward and not is_voice(words):
                continue
            if inward and low == "quoted" and parts == ("quoted",) and s.low[end : end + 1] == ["by"]:
                continue
            if not inward:
                if parts[-1] == "by" and parts[0] in (
                    "published",
                    "released",
                    "seen",
                    "obtained",
                    "carried",
                    "broadcast",
                    "aired",
                    "reported",
                    "quoted",
                    "cited",
                    "contacted",
                    "reached",
                    "picked",
                ):
                    if not is_outlet(words) and not (
                        is_told_outlet(words) and parts[0] in ("seen", "obtained", "carried", "quoted", "cited")
                    ):
                        continue
                elif not is_told_outlet(words):
                    continue
            out.append(RelayPhrase((at, end), source, inward, finite))
            break
    return out


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


def words_of(span: Span, text: str) -> str:
    """The words of a span."""
    return text[span.start : span.end]
