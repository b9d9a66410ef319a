"""What a cue verb does where it stands: active, passive, quoting another, or hanging on a noun.

Each function reads one frame of one verb and answers with a `Hit`, or None when the verb lays nothing to anybody here.
"""

from __future__ import annotations

from reportedly.trace import words as w
from reportedly.trace.behind import addressee_of, behind, behind_that, comma_after, is_told, stands_alone, words_at
from reportedly.trace.clauses import (
    Range,
    main_subject,
    phrase_right,
    source_left,
)
from reportedly.trace.cues import BY_LEMMA, Cue, Form
from reportedly.trace.hit import ADDRESSED, HEDGED_LEMMAS, STRICT, Hit
from reportedly.trace.outlets import is_outlet
from reportedly.trace.speakers import is_voice
from reportedly.trace.tokens import Words

_NO_VOICE = w.words("this that it so these him them us me himself herself")
_QUOTED_AS = w.words("saying telling confessing insisting arguing denying warning claiming stating asking adding")


def active(
    s: Words, begin: int, at: int, end: int, cue: Cue, form: Form, earlier: list[Hit], hi: int, *, title: bool
) -> Hit | None:
    before = s.tag[begin - 1] if begin else "^"
    if cue.frames == "r":
        return _cites(s, begin, at, end, cue, hi)
    if cue.lemma in HEDGED_LEMMAS and s.low[end : end + 2] in (["to", "be"], ["to", "have"]):
        return None  # "a house said to be worth 3m"
    if cue.lemma in ("learn from", "hear from"):
        return _heard_from(s, begin, at, end, cue, hi)
    what = behind(s, end, hi, cue)
    source: Range | None = None
    inverted = False
    shared = False
    may_invert = not form.base or title or before in ",Q"
    if before in "^Q,-:)" and cue.takes("sqw") and begin == at and may_invert and cue.lemma not in ADDRESSED:
        right = phrase_right(s, end, hi)
        if right is not None and right[1] - right[0] == 1 and s.low[right[0]] in _NO_VOICE:
            right = None
        apposed = True
        if right is not None and what is not None and not what.clause and before == ",":
            named = all(s.tag[place] in "cDP" for place in range(*right)) and s.tag[right[1] - 1] == "c"
            if named or is_outlet(words_at(s, right)):
                what, apposed = None, False  # "…, reports Le Soir": the outlet is no object
            elif not is_voice(words_at(s, right)):
                right = None
        if right is not None and cue.lemma in STRICT and before != "Q" and not is_voice(words_at(s, right)):
            right = None  # "…, held talks with him"
        if (
            right is not None
            and stands_alone(s, right[1], hi)
            and not (
                what is not None and what.clause and not what.bare and what.start <= right[0] + 1 and before != "Q"
            )
        ):
            left = source_left(s, begin, 0) if before == "," and apposed else None
            if left is None or what is None:
                source, inverted = right, True
                what = None
    if source is None:
        if before in "CB" and begin >= 1:
            shared = True
        elif before == "S" and begin == 1 and s.low[0] == "so":  # "So writes S"
            right = phrase_right(s, end, hi)
            return Hit(cue, (at, end), 0, right[1], right, previous=True) if right is not None else None
        elif before == "S" and s.low[begin - 1] in ("as", "that", "than"):
            if s.low[begin - 1] == "as" and s.low[end : end + 1] == ["in"]:
                right = phrase_right(s, end + 1, hi)
                if right is not None:
                    return Hit(cue, (at, end + 1), begin - 1, right[1], right, before=True)
            return None
        elif before == "^":
            if form.participle and what is not None and what.question:
                return Hit(cue, (at, end), at, what.start, after=what.start, after_end=comma_after(s, what.start, hi))
            if form.past and cue.takes("w") and s.low[end : end + 1] == ["by"]:
                return _asked_by(s, at, end, cue, hi)
            if not title:
                return None
        else:
            source = source_left(s, begin, 0)
            if source is None and before != ",":
                return None
            if source is None:
                if earlier and s.tag[begin - 1] == ",":
                    shared = True
                else:
                    return None
    if shared and not earlier:
        source = main_subject(s, 0, begin - 1)
        shared = source is None
        if source is None:
            return None
    if what is not None and source is not None and not inverted and closes_quotation(s, source[0] - 1):
        sure = s.tag[what.start] == "Q" or s.low[what.start - 1] == "that" or s.tag[what.start - 1] == ":"
        what = what if sure else None  # "“A,” S said when asked": the content stands before
    if cue.felt:
        trails = source is not None and s.tag[source[0] - 1 : source[0]] == [","] and end < hi and s.tag[end] in ",."
        clause = what is not None and (what.clause or what.question or cue.lemma == "expect")
        if not (clause or (what is None and trails)):
            return None
    if cue.felt and source is not None and s.low[source[0]] in ("i", "you", "we") and source[1] - source[0] == 1:
        return None
    first = source[0] if source is not None and not inverted else begin
    last = source[1] if inverted and source is not None else end
    if cue.takes("c") and what is not None and not _is_verdict(s, cue, begin, what.start, hi):
        return None
    trailing = what is None and (
        inverted or (source is not None and s.tag[source[0] - 1 : source[0]] in ([","], ["Q"]))
    )
    if (
        cue.lemma in STRICT
        and not trailing
        and not (what is not None and ((what.clause and not what.bare) or s.tag[what.start] == "Q"))
    ):
        return None
    hit = Hit(cue, (at, end), first, last, source, shared=shared)
    if what is not None:
        hit.after, hit.after_end, hit.outlet, hit.clause = what.start, what.end, what.outlet, what.clause
        hit.last = max(last, what.start) if what.outlet is None or what.start > what.outlet[1] else what.outlet[1]
        if what.addressee_end is not None:
            hit.last = max(hit.last, what.addressee_end)
    else:
        addressee = (
            addressee_of(s, last if inverted else end, hi, cue) if not (inverted and "a" in cue.frames) else None
        )
        if addressee is not None:
            hit.last = addressee[1]
            if is_told(s, addressee):
                hit.outlet = addressee
        if first and s.low[first - 1] == "as" and (first == 1 or s.tag[first - 2] in ".;:"):
            comma = comma_after(s, hit.last, hi)  # "As many have said, A"
            if comma < hi - 1 and not inverted:
                hit.after, hit.clause, hit.last = comma + 1, True, comma
                return hit
        leads = first > 0 and s.tag[first - 1] in ",Q-:"
        only_quotes = cue.frames == "q" or not cue.takes("sqaw")
        if (
            ((leads or inverted or s.low[first - 1 : first] == ["as"]) and not only_quotes)
            or (leads and s.tag[first - 1] == "Q")
            or (leads and first > 1 and s.tag[first - 2] == "Q")
        ):
            hit.before = True
        elif s.low[end : end + 1] in (["this"], ["so"], ["that"]) and stands_alone(s, end + 1, hi):
            hit.previous = True
            hit.last = end + 1
        elif (inverted or first == 0 or all(tag in "ACBS" for tag in s.tag[:first])) and stands_alone(s, hit.last, hi):
            hit.previous_quote = cue.takes("sqaw")
        else:
            return None
    return hit


def _asked_by(s: Words, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
    """ "Asked by S whether A, T said": a question of S's own."""
    source = phrase_right(s, end + 1, hi, appositions=False)
    if (
        source is None
        or source[1] >= hi
        or s.low[source[1]] not in ("whether", "if", "what", "how", "why", "when", "who")
    ):
        return None
    stop = comma_after(s, source[1], hi)
    return Hit(cue, (at, end + 1), at, source[1], source, after=source[1], after_end=stop, clause=True)


def _heard_from(s: Words, begin: int, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
    """ "O has learned from S that A": S within O."""
    subject, source = source_left(s, begin, 0), phrase_right(s, end, hi)
    if source is None and end < hi and s.tag[end] == "Q":
        source = (end, end + 1)
    if subject is None or source is None:
        return None
    hit = Hit(cue, (at, end), subject[0], source[1], source, outlet=subject, outlet_cue=(at, end))
    what = behind(s, source[1], hi, BY_LEMMA["say"])
    opens = subject[0] and s.low[subject[0] - 1] == "as"
    if what is not None:
        hit.after, hit.after_end, hit.clause = what.start, what.end, what.clause
    elif opens and s.tag[source[1] : source[1] + 1] == [","]:
        hit.after, hit.clause = source[1] + 1, True
    else:
        hit.before = True
    return hit


def _is_verdict(s: Words, cue: Cue, begin: int, at: int, hi: int) -> bool:
    """Whether "called", "described", "put" judge something here: "called the vote a farce", not "a town called Ruizville"."""
    if begin and s.tag[begin - 1] in ",AC" and s.tag[at] == "Q":
        return s.tag[begin - 1] == "C"
    stop = next((place for place in range(at, hi) if s.tag[place] in ".,;:-"), hi)
    if s.tag[at] == "Q":
        return at + 1 >= hi or s.tag[at + 1] not in "XVE"
    if cue.lemma == "put":
        return any(word in ("at", "down", "as") for word in s.low[at:stop])
    return stop - at >= 3 or "Q" in s.tag[at:stop] or s.tag[at] == "O" or s.low[at] == "it"


def closes_quotation(s: Words, at: int) -> bool:
    """Whether the word at `at` is a quotation that ends so that its speaker must follow: “A,” or “A?”."""
    if at < 0 or s.tag[at] != "Q":
        return False
    return s.text[max(s.start[at], s.end[at] - 4) : s.end[at]].rstrip("\"”’'»“")[-1:] in ",?!"


def passive(s: Words, begin: int, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
    """ "was stated by S", "is said to A", "it was reported that A", "was quoted by O as saying A"."""
    subject = source_left(s, begin, 0)
    first = subject[0] if subject else begin
    pronoun = (
        subject is not None and subject[1] - subject[0] == 1 and s.low[subject[0]] in ("this", "that", "it", "which")
    )
    if subject is None and begin and s.low[begin - 1] in ("this", "that", "it", "which"):
        subject, first, pronoun = (begin - 1, begin), begin - 1, True
    if cue.frames == "r":
        hit = _quoted_as(s, begin, end, cue, hi, passive=True)
        if hit is not None:
            hit.source, hit.first = subject, first
            hit.at = (begin, hit.at[1])
            return hit
        if s.low[end : end + 1] != ["by"]:
            return None
    if s.low[end : end + 1] == ["by"]:
        agent = phrase_right(s, end + 1, hi)
        if agent is None:
            return None
        hit = Hit(cue, (at, end + 1), first, agent[1], agent)
        if pronoun and s.low[begin - 1] != "which":
            that = behind_that(s, agent[1], hi)
            hit.after, hit.clause = that, that is not None
            hit.previous = that is None
            return hit
        if cue.lemma in ("tell", "inform"):
            what = behind(s, agent[1], hi, BY_LEMMA["say"])
            if what is None or what.bare:
                return None
            hit.after, hit.after_end, hit.clause = what.start, what.end, what.clause
            return hit
        if subject is None or not cue.takes("nsc"):
            return None
        hit.passive_content = subject
        return hit
    if (
        s.low[end : end + 1] == ["in"]
        and cue.lemma in ("state", "say", "write", "report", "mention")
        and subject is not None
    ):
        document = phrase_right(s, end + 1, hi)
        if document is not None and s.low[document[0]] in w.DETERMINERS:
            hit = Hit(cue, (at, end + 1), first, document[1], document)
            hit.previous, hit.passive_content = pronoun, None if pronoun else subject
            return hit
    if s.low[end : end + 1] == ["to"] and cue.lemma in HEDGED_LEMMAS and subject is not None:
        if s.low[end + 1 : end + 2] not in (["be"], ["have"]) and s.tag[end + 2 : end + 3] not in (["D"], ["T"]):
            return None
        hit = Hit(cue, (begin, end + 1), first, end + 1, after=end + 1, hedge=True)
        hit.passive_content = subject
        return hit
    if cue.felt:
        return None
    that = behind_that(s, end, hi)
    if that is not None and cue.takes("sa") and (pronoun or subject is None or "a" in cue.frames):
        if cue.frames == "a" or cue.lemma in ("tell", "inform", "assure", "remind", "notify"):
            return Hit(cue, (at, end), first, that, after=that, clause=True)
        return Hit(cue, (at, end), first, that, after=that, clause=True)
    if cue.lemma in ("announce", "reveal", "rumour", "rumor", "confirm") and subject is not None and not pronoun:
        return Hit(cue, (at, end), first, end, passive_content=subject)
    if pronoun and s.tag[begin - 2 : begin - 1] == [","] and cue.lemma in ("report", "say", "announce", "claim"):
        return Hit(cue, (at, end), first, end, before=True)
    return None


def reduced(s: Words, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
    """ "as reported by S", "A, quoted by S", "a letter published by S"."""
    agent = phrase_right(s, end + 1, hi)
    if agent is None:
        return None
    as_ = at > 0 and s.low[at - 1] == "as"
    if cue.frames == "r":
        hit = Hit(cue, (at, end + 1), at - as_, agent[1], agent, relay="out")
        return hit
    if as_ and cue.takes("sn"):
        return Hit(cue, (at, end + 1), at - 1, agent[1], agent, before=True)
    return None


def _cites(s: Words, begin: int, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
    subject = source_left(s, begin, 0)
    hit = _quoted_as(s, begin, end, cue, hi, passive=False)
    if hit is not None:
        hit.outlet, hit.outlet_cue = subject, (at, end)
        hit.first = subject[0] if subject else begin
        return hit
    inner = phrase_right(s, end, hi)
    if inner is None or subject is None:
        return None
    what = behind(s, inner[1], hi, BY_LEMMA["say"])
    if what is not None and not what.clause and s.tag[inner[1]] in ":,":
        return Hit(
            cue,
            (at, end),
            subject[0],
            inner[1],
            inner,
            outlet=subject,
            outlet_cue=(at, end),
            after=what.start,
            after_end=what.end,
        )
    leads = subject[0] > 0 and s.tag[subject[0] - 1] in ",Q"
    if leads and stands_alone(s, inner[1], hi) and is_outlet(words_at(s, subject)):  # "“A,” O quoted S"
        return Hit(cue, (at, end), subject[0], inner[1], inner, outlet=subject, outlet_cue=(at, end), before=True)
    return Hit(cue, (at, end), begin, inner[1], inner, relay="in", shared=True)


def _quoted_as(s: Words, begin: int, end: int, cue: Cue, hi: int, *, passive: bool) -> Hit | None:
    """ "S quotes him as saying A"; "was quoted by O as saying A"."""
    at = end
    outlet: Range | None = None
    inner: Range | None = None
    outlet_cue: Range | None = None
    if passive:
        if at < hi and s.low[at] in ("by", "in"):
            outlet = phrase_right(s, at + 1, hi, appositions=False)
            if outlet is None:
                return None
            outlet = (outlet[0], _before_as(s, *outlet))
            outlet_cue = (begin, at + 1)
            at = outlet[1]
    else:
        inner = phrase_right(s, at, hi)
        if inner is None:
            return None
        inner = (inner[0], _before_as(s, *inner))
        at = inner[1]
        if at < hi and s.tag[at] == ",":
            at += 1
    as_ = s.low[at : at + 1] == ["as"]
    said = at + as_
    if said >= hi or s.low[said] not in _QUOTED_AS or (passive and not as_):
        return None
    hit = Hit(cue, (end - 1, end), begin, said + 1, inner, extra_cue=(at, said + 1))
    if passive and outlet is None:
        hit.at, hit.extra_cue = (begin, said + 1), None
    hit.outlet, hit.outlet_cue = outlet, outlet_cue
    what = behind(s, said + 1, hi, BY_LEMMA["say"])
    if what is not None:
        hit.after, hit.after_end, hit.clause = what.start, what.end, what.clause
    else:
        hit.before = True
    return hit


def _before_as(s: Words, begin: int, end: int) -> int:
    return next((at for at in range(begin, end) if s.low[at] == "as" or s.low[at] in _QUOTED_AS), end)


def participle(s: Words, at: int, end: int, cue: Cue, earlier: list[Hit], hi: int) -> Hit | None:
    """ ", adding that A", ", citing S", "a statement saying A", "with S saying A"."""
    before = s.tag[at - 1] if at else ""
    if cue.frames == "r":
        source = phrase_right(s, end, hi)
        if source is None:
            return None
        return Hit(cue, (at, end), at, source[1], source, relay="in", participle=True)
    if (
        at == 0
        or (earlier and earlier[-1].at[1] == at)
        or (before in "PD" and s.low[at - 1] != "by")
        or before in "TVX"
    ):
        return None
    what = behind(s, end, hi, cue)
    if what is None:
        return None
    if "s" not in cue.frames and "q" not in cue.frames and before != ",":
        return None
    hit = Hit(
        cue,
        (at, end),
        at,
        what.start,
        shared=True,
        participle=True,
        after=what.start,
        after_end=what.end,
        clause=what.clause,
    )
    hit.outlet = what.outlet
    with_ = next(
        (back for back in range(at - 1, max(-1, at - 12), -1) if s.tag[back] in ",.:;Q" or s.low[back] == "with"), -1
    )
    if with_ >= 0 and s.low[with_] == "with":
        source = phrase_right(s, with_ + 1, at, appositions=False)
        if source is not None and source[1] == at:
            hit.source, hit.shared, hit.first = source, False, with_
            return hit
    if before in "n" and s.low[at - 1] in (
        "statement",
        "note",
        "letter",
        "communiqué",
        "message",
        "tweet",
        "email",
        "report",
    ):
        hit.source = main_subject(s, 0, at) or None
        hit.shared = hit.source is None
        return hit
    if before in "nc":
        if cue.lemma not in ("say", "state", "add", "claim", "warn", "announce", "tell", "argue", "insist"):
            return None
        hit.source = source_left(s, at, 0)
        hit.shared, hit.first = hit.source is None, hit.source[0] if hit.source else at
    elif not earlier:
        hit.source = main_subject(s, 0, at)
        hit.shared = hit.source is None
    return hit
