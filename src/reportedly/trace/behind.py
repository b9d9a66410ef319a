"""What stands behind a cue: the addressee, and where its content begins."""

from __future__ import annotations

from dataclasses import dataclass

from reportedly.trace import words as w
from reportedly.trace.clauses import Range, has_verb, is_verb, phrase_right
from reportedly.trace.cues import ADDRESSING, FORMS, Cue
from reportedly.trace.outlets import is_told_outlet
from reportedly.trace.tokens import Words

_WH = frozenset(["whether", "if", "how", "why", "what", "who", "when", "where", "which"])


# Cues behind which any words are a clause, and words that nonetheless open none.
BARE = frozenset(
    ["say", "claim", "insist", "argue", "maintain", "contend", "state", "assert", "believe", "think", "reckon"]
)
_NOT_BARE = frozenset(
    ["this", "it", "so", "that", "last", "next", "late", "early", "earlier", "sorry", "yes", "no", "hello", "goodbye"]
)


@dataclass(slots=True)
class Behind:
    start: int
    end: int | None = None
    outlet: Range | None = None
    clause: bool = False
    question: bool = False
    addressee_end: int | None = None
    bare: bool = False  # taken for a clause although no verb was recognised in it


def behind(s: Words, end: int, hi: int, cue: Cue) -> Behind | None:
    """What stands behind the cue as its content, or None."""
    at = end
    outlet: Range | None = None
    addressee = addressee_of(s, end, hi, cue)
    if addressee is not None:
        at = addressee[1]
        if is_told(s, addressee):
            outlet = addressee
    elif cue.frames == "a":
        return None
    told = addressee[1] if addressee else None
    if cue.takes("i"):
        to = _infinitive(s, end, hi)
        if to is not None:
            return Behind(to, None, outlet, addressee_end=told)
    if at < hi and (s.tag[at] in "PAST" or (addressee is not None and s.tag[at] in "CG")) and cue.takes("sa"):
        that = behind_that(s, at, hi)
        if that is not None:
            return Behind(that, None, outlet, clause=True, addressee_end=told)
    place = at
    for _ in range(24):
        if place >= hi:
            return None
        tag, low = s.tag[place], s.low[place]
        if low == "that" and place + 1 < hi and cue.takes("saiqnw") and s.tag[place + 1] != ".":
            return Behind(place + 1, None, outlet, clause=True, addressee_end=told)
        if tag == "Q":
            return Behind(
                place, _quoted_end(s, place, hi, place > at and s.tag[place - 1] in ",:"), outlet, addressee_end=told
            )
        if tag == ":" and place + 1 < hi:
            if s.tag[place + 1] == "Q":
                return Behind(place + 1, _quoted_end(s, place + 1, hi, True), outlet, addressee_end=told)
            return Behind(place + 1, None, outlet, clause=True, addressee_end=told) if cue.takes("sqaw") else None
        if tag == ",":
            quoted = _quote_ahead(s, place, hi)
            if quoted is not None and cue.takes("sqawir"):
                return Behind(quoted, _quoted_end(s, quoted, hi, True), outlet, addressee_end=told)
            if place + 1 < hi and s.tag[place + 1] == "R" and addressee is not None:  # "told O, which knew, that A"
                place = comma_after(s, place + 1, hi) + 1
                continue
            that = behind_that(s, place, hi)
            if that is not None and that - place < 14 and cue.takes("sa") and s.tag[that - 2] == ",":
                return Behind(that, None, outlet, clause=True, addressee_end=told)
            return None
        if low in _WH and cue.takes("swa") and (place == at or cue.takes("w")):
            return Behind(place, None, outlet, clause="w" not in cue.frames, question=True, addressee_end=told)
        if tag == "A" or low in w.TIMES:
            place += 1
            continue
        if (tag in "PT" and low != "to") or (tag == "T" and place + 1 < hi and s.tag[place + 1] in "Dc"):
            if low in ("as", "than"):
                return None
            phrase = phrase_right(s, place + 1, hi, appositions=False)
            nxt = phrase[1] if phrase is not None else place + 1
            # "on Monday the port had closed": the phrase must stop before the clause's subject
            nxt = _second_phrase(s, place + 1, nxt)
            place = max(nxt, place + 1)
            continue
        break
    if place >= hi:
        return None
    tag = s.tag[place]
    if cue.takes("c") and (tag in "DcnNOGQ"):
        return Behind(place, None, outlet, addressee_end=told)
    if tag in "DcnNOGEQ" or s.low[place] in ("there", "to"):
        if cue.takes("sa") and tag != "T" and s.low[place] != "to":
            if _is_clause(s, place, hi, cue):
                return Behind(place, None, outlet, clause=True, addressee_end=told)
            if cue.lemma in BARE and place == at and hi - place > 2 and tag != "E" and s.low[place] not in _NOT_BARE:
                return Behind(place, None, outlet, clause=True, addressee_end=told, bare=True)
        if cue.takes("n") and place <= at + 6 and tag != "N" and s.tag[place] != "T":
            if s.low[place] in ("this", "it", "so", "that") and stands_alone(s, place + 1, hi):
                return None
            return Behind(place, None, outlet, addressee_end=told)
    return None


def _is_clause(s: Words, at: int, hi: int, cue: Cue) -> bool:
    """Whether a subject and its verb begin at `at`."""
    if s.tag[at] == "N" and at + 1 < hi and s.tag[at + 1] not in ".,;:-":
        return True
    commas = 0
    for place in range(at, min(hi, at + 30)):
        tag = s.tag[place]
        if tag in ".:;" or (tag == "S" and s.low[place] not in ("that",)):
            return False
        if tag == ",":
            commas += 1
            if commas > 2:
                return False
        if tag == "R":
            return any(is_verb(s, later) for later in range(place + 2, min(hi, place + 20)))
        if tag == "Q" and place > at and s.tag[place - 1] in "ncDG":
            return True
        if place > at and is_verb(s, place):
            if (
                s.tag[place] == "E"
                and cue.takes("n")
                and s.tag[place - 1] == "n"
                and place + 1 < hi
                and s.tag[place + 1] == "P"
            ):
                continue  # "announced the closure planned for May"
            return True
    return False


_NOUN_ENDINGS = ("tion", "sion", "ment", "ness", "ity", "ence", "ance", "ings", "ism", "ers", "ors")


def _is_bare_verb(s: Words, at: int) -> bool:
    """Whether the word behind a "to" can be a verb rather than a noun."""
    return at < len(s) and s.tag[at] not in "DcQPONR.,:;" and not s.low[at].endswith(_NOUN_ENDINGS)


def _infinitive(s: Words, at: int, hi: int) -> int | None:
    """The "to" of "urged boards to act", "promised to act"."""
    if s.low[at : at + 1] == ["to"] or s.low[at : at + 2] == ["not", "to"]:
        return at if _is_bare_verb(s, at + 1) or s.low[at] == "not" else None
    phrase = phrase_right(s, at, hi, appositions=False)
    if phrase is not None and phrase[1] < hi:
        to = phrase[1]
        if (s.low[to] == "to" and _is_bare_verb(s, to + 1)) or s.low[to : to + 2] == ["not", "to"]:
            return to
    return None


def addressee_of(s: Words, at: int, hi: int, cue: Cue) -> Range | None:
    """Whom the words are said to: "told *reporters* that", "said to *the Post*"."""
    if cue.takes("a"):
        if at < hi and s.tag[at] in "DcnONE" and s.low[at] != "that":
            phrase = phrase_right(s, at, hi, appositions=False)
            if phrase is not None:
                return phrase[0], _second_phrase(s, *phrase)
        return None
    if cue.takes("sq") and at + 1 < hi and s.low[at] == "to" and s.tag[at + 1] in "DcnO":
        phrase = phrase_right(s, at + 1, hi, appositions=False)
        told = (phrase[0], _second_phrase(s, *phrase)) if phrase else None
        return told if told and (cue.lemma in ADDRESSING or is_told(s, told)) else None
    return None


def _second_phrase(s: Words, begin: int, end: int) -> int:
    """Where a second noun phrase starts inside a run: "told the Post | the file", "told reporters | Ruiz"."""
    for at in range(begin + 1, end):
        tag, before = s.tag[at], s.tag[at - 1]
        if (tag == "D" and before not in "PDTCG") or tag == "N":
            return at
        if tag == "c" and before == "n" and s.low[at - 1].endswith("s"):
            return at
        if tag == "P" and s.low[at] in ("on", "in", "at", "during", "after", "before", "by"):
            return at
    return end


def is_told(s: Words, addressee: Range) -> bool:
    return is_told_outlet(words_at(s, addressee))


def words_at(s: Words, place: Range) -> str:
    return s.text[s.start[place[0]] : s.end[place[1] - 1]]


def behind_that(s: Words, at: int, hi: int) -> int | None:
    """The place behind the next "that", when nothing but adverbials stands before it."""
    for place in range(at, min(hi, at + 16)):
        if s.low[place] == "that" and place + 1 < hi and s.tag[place + 1] != ".":
            relative = place > at and s.tag[place + 1] in "XV" and s.tag[place - 1] in "nc"
            return None if relative else place + 1
        if is_verb(s, place) or s.tag[place] in ".:;Q":
            return None
    return None


def _quote_ahead(s: Words, at: int, hi: int) -> int | None:
    """A quotation behind a comma or colon, with nothing but an adverbial between: ", on Monday, “A”"."""
    for place in range(at + 1, min(hi, at + 16)):
        if s.tag[place] == "Q":
            return place if s.tag[place - 1] in ",:" else None
        if is_verb(s, place) or s.tag[place] in ".;SR" or s.low[place] in FORMS:
            return None
    return None


def _quoted_end(s: Words, at: int, hi: int, set_off: bool) -> int | None:
    """Where a content that opens with the quotation at `at` ends: with it, unless its clause goes on."""
    last = at
    while last + 1 < hi and s.tag[last + 1] == "Q":
        last += 1
    if last + 1 >= hi:
        return last + 1
    if s.low[last + 1] == "to" and last + 2 < hi and s.tag[last + 2] in "OcN":
        return last + 1  # "said ‘never’ to me"
    if s.tag[last + 1] in ".,;-:" or (set_off and s.tag[last + 1] not in "PnCT"):
        return last + 1
    return None


def comma_after(s: Words, at: int, hi: int) -> int:
    return next((place for place in range(at, hi) if s.tag[place] == ","), hi)


def stands_alone(s: Words, at: int, hi: int) -> bool:
    """Whether nothing that could be content follows: the end, a mark, or an adverbial."""
    if at >= hi:
        return True
    if s.tag[at] in ".,;:-Q()":
        return True
    if (
        s.tag[at] in "PTA"
        or s.low[at] in w.TIMES
        or s.low[at] in ("when", "as", "after", "before", "while", "who", "and", "but")
    ):
        return not has_verb(s, at, min(hi, at + 3)) or s.tag[at] in "SR"
    return False
