"""Read each cue of a sentence for itself.

`hits` answers with one `Hit` for every cue that lays something to somebody. How far a content reaches is settled later
(`reach`), when all hits of the sentence are known.
"""

from __future__ import annotations

from reportedly.trace import words as w
from reportedly.trace.behind import comma_after, stands_alone, words_at
from reportedly.trace.clauses import (
    clause_start,
    phrase_right,
    verb_group_start,
)
from reportedly.trace.cues import BY_LEMMA, FORMS, PHRASAL, Cue, Form
from reportedly.trace.frames import active, closes_quotation, participle, passive, reduced
from reportedly.trace.hit import Hit
from reportedly.trace.nouns import is_noun
from reportedly.trace.speakers import is_voice
from reportedly.trace.tokens import Words
from reportedly.values import Stance

_OUTLETS_OWN = w.words("twitter facebook television tv radio air its his her their")  # "reported on its website"
_ACCORDING = Cue("according to", Stance.ASSERTS, "s")
_SOME = Cue("some verb", Stance.ASSERTS, "q")


def hits(s: Words, *, title: bool = False) -> list[Hit]:
    """The hits of a sentence in order of their cues."""
    out: list[Hit] = []
    done = 0
    for at in sorted({*s.cues, *_behind_quotations(s)}):
        if at < done:
            continue
        hit = _hit_at(s, at, out, title=title) if s.low[at] in FORMS or s.low[at] == "according" else _some_verb(s, at)
        if hit is not None:
            out.append(hit)
            done = hit.at[1]
            if hit.extra_cue:
                done = max(done, hit.extra_cue[1])
    return out


def _behind_quotations(s: Words) -> list[int]:
    """Places right behind a quotation that ends so that its speaker must follow."""
    return [at + 1 for at, tag in enumerate(s.tag[:-2]) if tag == "Q" and closes_quotation(s, at)]


def _some_verb(s: Words, at: int) -> Hit | None:
    """A verb we know nothing of that does the laying: "“A,” stormed S", "“A,” S sniped."."""
    if s.tag[at] in "EV" and s.low[at] not in FORMS:
        right = phrase_right(s, at + 1, len(s))
        if right is not None and stands_alone(s, right[1], len(s)) and is_voice(words_at(s, right)):
            return Hit(_SOME, (at, at + 1), at, right[1], right, before=True)
        return None
    subject = phrase_right(s, at, len(s))
    if subject is None or subject[1] >= len(s) or s.tag[subject[1]] not in "EV" or s.low[subject[1]] in FORMS:
        return None
    verb = subject[1]
    if not stands_alone(s, verb + 1, len(s)) or (not is_voice(words_at(s, subject)) and s.tag[at] != "N"):
        return None
    return Hit(_SOME, (verb, verb + 1), subject[0], verb + 1, subject, before=True)


def _hit_at(s: Words, at: int, earlier: list[Hit], *, title: bool) -> Hit | None:
    low = s.low[at]
    hi = len(s)
    if low == "according":
        return _according(s, at, hi)
    form = FORMS[low]
    if at and s.raw(at)[0].isupper() and not title and s.tag[at - 1] not in "Q:-":
        return None
    cue, end = _cue_and_end(s, at, form)
    if cue is None or is_noun(s, at, form, title):
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
        return participle(s, at, end, cue, earlier, hi)
    if be and form.participle and not form.ing:
        return passive(s, begin, at, end, cue, hi)
    if form.participle and end < hi and s.low[end] == "by":
        return reduced(s, at, end, cue, hi)
    hit = active(s, begin, at, end, cue, form, earlier, hi, title=title)
    if hit is not None and felt_negated:
        hit.cue = Cue(cue.lemma, Stance.DOUBTS, cue.frames, cue.felt)
        hit.at = (begin, hit.at[1])
    return hit


def _cue_and_end(s: Words, at: int, form: Form) -> tuple[Cue | None, int]:
    particles = PHRASAL.get(form.lemma)
    if particles:
        for particle, cue in sorted(particles.items(), key=lambda pair: -len(pair[0])):
            parts = particle.split(" ")
            end = at + 1 + len(parts)
            if s.low[at + 1 : end] == parts and not (
                end < len(s) and (s.low[end] in w.TIMES or s.low[end] in _OUTLETS_OWN)
            ):
                return cue, end
    return BY_LEMMA.get(form.lemma), at + 1


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
