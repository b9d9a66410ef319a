"""Read each cue of a sentence for itself: who it names, whom it addresses, and on which side its content lies.

`hits(sentence, ...)` answers with one `Hit` for every cue that lays something to somebody. How far a content reaches is
settled later (`finding`), when all hits of the sentence are known.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportedly.trace import words as w
from reportedly.trace.behind import addressee_of, behind, behind_that, comma_after, is_told, stands_alone, words_at
from reportedly.trace.clauses import (
    Range,
    clause_start,
    is_verb,
    main_subject,
    phrase_right,
    source_left,
    verb_group_start,
)  # fmt: skip
from reportedly.trace.cues import BY_LEMMA, FORMS, NOUNS, NOUNS_WITH_OF, NOUNY, PHRASAL, Cue, Form
from reportedly.trace.outlets import is_outlet
from reportedly.trace.speakers import is_voice
from reportedly.trace.tokens import Words
from reportedly.values import Stance

_OUTLETS_OWN = w.words("twitter facebook television tv radio air its his her their")  # "reported on its website"
_NO_VOICE = frozenset(["this", "that", "it", "so", "them", "these"])
_PLURALS = frozenset(
    [
        "people",
        "police",
        "media",
        "officials",
        "they",
        "we",
        "i",
        "you",
        "who",
        "others",
        "many",
        "some",
        "both",
        "most",
        "all",
        "ones",
    ]
)
_QUOTED_AS = frozenset(
    [
        "saying",
        "telling",
        "confessing",
        "insisting",
        "arguing",
        "denying",
        "warning",
        "claiming",
        "stating",
        "asking",
        "adding",
    ]
)
_ACCORDING = Cue("according to", Stance.ASSERTS, "s")


@dataclass(slots=True, eq=False)
class Hit:
    """A cue in its place. Ranges are half-open, in words of the sentence."""

    cue: Cue
    at: Range  # the cue's own words
    first: int  # where the phrase of source and cue begins
    last: int  # and where it ends
    source: Range | None = None
    shared: bool = False  # no subject of its own: it takes the voice before it
    outlet: Range | None = None  # the outlet that was told, or that passes the words on
    outlet_cue: Range | None = None
    after: int | None = None  # where content behind the cue begins
    after_end: int | None = None  # and where it must end, when that is known
    before: bool = False  # content stands before the phrase
    previous: bool = False  # content is what the sentence before said ("this was stated by")
    previous_quote: bool = False  # content is the sentence before, if that is nothing but a quotation
    participle: bool = False
    relay: str = (
        ""  # "in": its source lies within the voice near it ("citing"); "out": around it ("told in an interview with")
    )
    extra_cue: Range | None = None
    passive_content: Range | None = None
    hedge: bool = False
    clause: bool = False  # a whole proposition follows, not a noun phrase


def hits(s: Words, *, title: bool = False) -> list[Hit]:
    """The hits of a sentence in order of their cues."""
    out: list[Hit] = []
    done = 0
    for at in s.cues:
        if at < done:
            continue
        hit = _hit_at(s, at, out, title=title)
        if hit is not None:
            out.append(hit)
            done = hit.at[1]
            if hit.extra_cue:
                done = max(done, hit.extra_cue[1])
    return out


def _hit_at(s: Words, at: int, earlier: list[Hit], *, title: bool) -> Hit | None:
    low = s.low[at]
    hi = len(s)
    if low == "according":
        return _according(s, at, hi)
    form = FORMS[low]
    if at and s.raw(at)[0].isupper() and not title and s.tag[at - 1] not in "Q:-":
        return None
    cue, end = _cue_and_end(s, at, form)
    if cue is None or _is_noun(s, at, form, title):
        return None
    lo = 0
    begin = verb_group_start(s, at, lo)
    group = s.low[begin:at]
    felt_negated = False
    if any(word in w.NEGATIONS for word in group) and group[-2:] != ["not", "only"]:
        if not cue.felt:
            return None
        felt_negated = True
    if begin and s.low[begin - 1] in w.NEGATIONS and s.low[begin - 1] not in ("without",) and s.tag[begin - 1] != "D":
        return None
    if any(word in w.MODALS for word in group) and not any(word in ("can", "must") for word in group):
        return None
    if (group and "to" in group) or s.tag[at - 1 : at] == ["T"]:
        return None
    start = clause_start(s, begin)
    if start and s.low[start - 1] in ("if", "unless"):
        return None
    be = (
        next((word for word in reversed(group) if s.tag[begin + group.index(word)] != "A"), "") in w.BE
        if group
        else False
    )
    if form.ing and not be:
        return _participle(s, at, end, cue, earlier, hi)
    if be and form.participle and not form.ing:
        return _passive(s, begin, at, end, cue, hi)
    if form.participle and end < hi and s.low[end] == "by":
        return _reduced(s, at, end, cue, hi)
    hit = _active(s, begin, at, end, cue, form, earlier, hi, title=title)
    if hit is not None and felt_negated:
        hit.cue = Cue(cue.lemma, Stance.DOUBTS, cue.frames, cue.felt)
        hit.at = (begin, hit.at[1])
    return hit


def _cue_and_end(s: Words, at: int, form: Form) -> tuple[Cue | None, int]:
    particles = PHRASAL.get(form.lemma)
    if particles:
        for particle, cue in particles.items():
            parts = particle.split(" ")
            end = at + 1 + len(parts)
            if s.low[at + 1 : end] == parts and not (
                end < len(s) and (s.low[end] in w.TIMES or s.low[end] in _OUTLETS_OWN)
            ):
                return cue, end
    return BY_LEMMA.get(form.lemma), at + 1


_COUNTING = w.words("both all many some most several others another this")


def _is_noun(s: Words, at: int, form: Form, title: bool) -> bool:
    """Whether the word is no verb here: "the reports", "his claims", "a reported bid", "a man called Ruiz"."""
    if at == 0:
        return not (form.past or form.participle or form.ing)
    word, following = s.low[at], s.tag[at + 1] if at + 1 < len(s) else "."
    if form.lemma == "expect" and form.past and s.low[at + 1 : at + 2] == ["to"]:
        return True
    if form.lemma == "state" and form.base and following not in "SQ,:":
        return True
    back = at - 1
    while back > 0 and s.low[back].endswith("ly") and s.low[back - 1].endswith(("'s", "s'")):
        back -= 1  # "its newly proposed plan"
    tag, before = s.tag[back], s.low[back]
    ambiguous = word in NOUNY or word.endswith("ed")
    if tag == "D" and before not in _COUNTING and ambiguous:
        numbered = before[0].isdigit() and (word not in NOUNY or (back > 0 and s.tag[back - 1] == "c"))
        if not numbered:
            return True
    if tag == "D" and before in ("his", "its", "their", "my", "our", "your", "the", "a", "an"):
        return True
    if before.endswith(("'s", "s'")) and tag != "N" and not (form.past and tag == "c" and before.endswith("s'")):
        return True
    if form.base and not form.past:
        plural = before in _PLURALS or (before.endswith("s") and tag in "ncA")
        group = tag in "AX" or before in ("do", "did", "does", "can", "must", "also", "not")
        only_verb = (
            following in "S.,"
            and word not in NOUNY
            and tag in "nc"
            and not any(one in "XV" for one in s.tag[clause_start(s, at) : at])
        )
        if not (plural or group or tag in "QC,)" or title or only_verb):
            return True
    if word in NOUNY and (tag in "PTE" or _stands_as_noun(s, at, form, title)):
        return True
    if form.participle and not form.past and tag not in "XA":
        return s.low[at + 1 : at + 2] != ["by"]
    return False


def _stands_as_noun(s: Words, at: int, form: Form, title: bool) -> bool:
    if not (form.third or form.base):
        return False
    if at + 1 < len(s) and (s.low[at + 1] in ("of", "'") or (is_verb(s, at + 1) and s.low[at + 1] not in w.HAVE)):
        return True
    if form.third and s.tag[at - 1] == "n" and not title and s.low[at - 1].endswith("s"):
        return True
    return s.tag[at - 1] == "C" and not any(is_verb(s, back) for back in range(at - 1))


def _according(s: Words, at: int, hi: int) -> Hit | None:
    if s.low[at + 1 : at + 2] != ["to"]:
        return None
    source = phrase_right(s, at + 2, hi)
    if source is None:
        return None
    opens = at == 0 or all(tag in "ACBS" for tag in s.tag[:at]) or s.tag[at - 1] in ":;"
    if opens:
        comma = source[1] < hi and s.tag[source[1]] == ","
        if comma and source[1] + 1 < hi and s.tag[source[1] + 1] not in "DcnNQ":
            source = phrase_right(s, at + 2, hi, appositions=False) or source
        if not comma:
            source = phrase_right(s, at + 2, hi, appositions=False) or source
        hit = Hit(_ACCORDING, (at, at + 2), at, source[1], source)
        # "According to the study, published on Monday, A": content starts at the first clause.
        begin = source[1] + 1 if comma else _next_comma(s, source[1], hi)
        if comma and begin < hi and _hangs_on(s, begin):
            begin = min(comma_after(s, begin, hi) + 1, hi)
        hit.after, hit.clause = begin, True
        return hit if begin < hi else Hit(_ACCORDING, (at, at + 2), at, source[1], source, previous=True)
    return Hit(_ACCORDING, (at, at + 2), at, source[1], source, before=True)


def _hangs_on(s: Words, at: int) -> bool:
    """Whether what follows a source's comma belongs to the source: "which knew", "citing T", "published on Monday"."""
    if s.tag[at] == "R" or s.low[at] in ("citing", "quoting", "referring", "based", "speaking"):
        return True
    return s.tag[at] == "E" and at + 1 < len(s) and s.tag[at + 1] == "P"


def _next_comma(s: Words, at: int, hi: int) -> int:
    for place in range(at, min(hi, at + 12)):
        if s.tag[place] == ",":
            return place + 1
    return at


def _participle(s: Words, at: int, end: int, cue: Cue, earlier: list[Hit], hi: int) -> Hit | None:
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


def _passive(s: Words, begin: int, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
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


ADDRESSED = w.words("tell inform assure remind notify brief")  # never "told S"
# Verbs of many meanings, which lay words to somebody only with a clause or a quotation behind them.
STRICT = w.words(
    "hold find suggest indicate prove signal imply hint learn tip sing read wire attest gush mean post underline underscore "
    "relate blog agree assume demonstrate continue add repeat propose advise begin write respond reply answer confide reason "
    "object think believe suspect reminisce"
)
HEDGED_LEMMAS = w.words("say report understand rumour rumor allege claim")


def _reduced(s: Words, at: int, end: int, cue: Cue, hi: int) -> Hit | None:
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


def _active(
    s: Words, begin: int, at: int, end: int, cue: Cue, form: Form, earlier: list[Hit], hi: int, *, title: bool
) -> Hit | None:
    before = s.tag[begin - 1] if begin else "^"
    if cue.frames == "r":
        return _cites(s, begin, at, end, cue, hi)
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
            hit.previous_quote = cue.takes("sqa")
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
    return Hit(cue, (at, end), begin, inner[1], inner, relay="in", shared=True)


def noun_cues(s: Words) -> list[Hit]:
    """ "the claim that A", "rumours of A"."""
    out = []
    for at in range(len(s) - 2):
        stance = NOUNS.get(s.low[at])
        if stance is None or s.tag[at] == "Q":
            continue
        nxt = s.low[at + 1]
        if (nxt == "that" and s.tag[at + 2] not in ".,") or (nxt == "of" and s.low[at] in NOUNS_WITH_OF):
            if (at and s.low[at - 1] in ("no", "any", "in")) or (nxt == "that" and s.tag[at + 2] in "XV"):
                continue
            source = _possessor(s, at)
            cue = Cue(s.low[at], stance, "s")
            out.append(
                Hit(cue, (at, at + 1), source[0] if source else at, at + 2, source, after=at + 2, clause=nxt == "that")
            )
    return out


def _possessor(s: Words, at: int) -> Range | None:
    """Whose claim it is: "*the ministry's* claim", "*its* claim"."""
    back = at - 1
    while back >= 0 and s.tag[back] in "nEG" and not s.low[back].endswith(("'s", "s'")):
        back -= 1
    if back < 0:
        return None
    if s.low[back] in ("his", "her", "its", "their"):
        return back, back + 1
    if s.low[back].endswith(("'s", "s'")):
        begin = back
        while begin > 0 and s.tag[begin - 1] in "cnD":
            begin -= 1
            if s.tag[begin] == "D":
                break
        return begin, back + 1
    return None
