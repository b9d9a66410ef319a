"""How far a content reaches: where it begins and ends, once all cues of its sentence are known.

Pure functions of a sentence and its hits.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportedly.trace import words as w
from reportedly.trace.clauses import Range, has_verb, phrase_right
from reportedly.trace.cues import FORMS
from reportedly.trace.hit import Hit
from reportedly.trace.relays import RelayPhrase
from reportedly.trace.tokens import Words

_SETTINGS = w.words("asked speaking based questioned contacted reached when")


def ranges_of(s: Words, hit: Hit, number: int, known: list[Hit], cuts: list[int]) -> list[Range]:
    hi = len(s)
    out: list[Range] = []
    if hit.passive_content is not None and not hit.hedge:
        return [hit.passive_content]
    if hit.before:
        end = hit.first
        if end and s.low[end - 1] == "as":
            end -= 1
        begin = 0
        for other in known[:number]:
            if (other.before or other.previous) and other.last <= end:
                begin = max(begin, other.last)
        begin = _clause_begin(s, begin, end, known, number)
        if hit.cue.lemma == "according to" and number and s.tag[end - 1] not in ",-Q":
            inner = known[number - 1]  # "S says that A according to T": T within S
            begin = inner.after if inner.after is not None and inner.clause and inner.after < end else begin
        if begin < end and not _is_adverbial(s, begin, end):
            out.append((begin, end))
        more = _goes_on(s, hit, cuts, hi, {other.at[0] for other in known})
        if more is not None and (out or not _is_adverbial(s, *more)):
            out.append(more)
        if not out:
            return []
    if hit.after is not None:
        stop = (
            hit.after_end
            if hit.after_end is not None
            else clause_end(s, hit.after, hi, cuts, noun=not hit.clause and s.tag[hit.after] != "Q")
        )
        if stop > hit.after:
            # “A,” she said, “B.”: a quotation before and one behind are one attribution in two pieces.
            lead = hit.first - 1
            if not out and s.tag[hit.after] == "Q" and lead >= 0 and s.tag[hit.after - 1] == ",":
                if s.tag[lead] == "," and lead > 0:
                    begin = _clause_begin(s, 0, lead, known, number)
                    if not _is_adverbial(s, begin, lead):
                        out.append((begin, lead))
                elif s.tag[lead] == "Q":
                    out.append((_clause_begin(s, 0, lead + 1, known, number), lead + 1))
            out.append((hit.after, stop))
    if not out and hit.previous and hit.last >= hi - 1:
        return []
    return out


def _goes_on(s: Words, hit: Hit, cuts: list[int], hi: int, cues: set[int]) -> Range | None:
    """The rest of a content that its phrase interrupts: "The bridge, officials said, *had closed*."""
    at = hit.last
    while at < hi and (s.tag[at] in "A" or s.low[at] in w.TIMES):
        at += 1
    if at < hi - 1 and s.tag[at] == "P" and at - hit.last < 2:
        phrase = phrase_right(s, at + 1, hi, appositions=False)
        if phrase is not None and phrase[1] < hi and s.tag[phrase[1]] in ",.":
            at = phrase[1]
    if at + 1 >= hi or s.tag[at] not in ",-:":
        return None
    begin = at + 1
    tag, low = s.tag[begin], s.low[begin]
    if tag == "Q":
        last = begin
        while last + 1 < hi and s.tag[last + 1] == "Q":
            last += 1
        return begin, last + 1 if last + 1 >= hi or s.tag[last + 1] in ".,;" else clause_end(s, begin, hi, cuts)
    if tag in "BRGSA" or low in (
        "and",
        "as",
        "in",
        "during",
        "speaking",
        "citing",
        "who",
        "which",
        "after",
        "following",
    ):
        return None
    if begin >= hi or begin in cuts or at in cuts:
        return None
    if hit.cue.lemma == "according to" and tag not in "XVE" and begin not in cues:
        return None
    stop = clause_end(s, begin, hi, cuts)
    if not (tag in "XVEnPTDc" and stop - begin >= 2):
        return None
    if tag in "DcnP" and not has_verb(s, begin, stop):
        return None
    return begin, stop


def clause_end(s: Words, begin: int, hi: int, cuts: list[int], *, noun: bool = False) -> int:
    stop = min((cut for cut in cuts if cut > begin), default=hi)
    depth = 0
    for at in range(begin + 1, stop):
        tag, low = s.tag[at], s.low[at]
        if tag == "(":
            depth += 1
        elif tag == ")" and depth:
            depth -= 1
        if depth:
            continue
        if tag == ";":
            return at
        if tag == "," and at + 1 < stop:
            nxt = s.low[at + 1]
            if nxt in ("but", "while", "whilst", "whereas", "although", "though", "yet") and has_verb(s, at + 1, stop):
                return at
            if noun and nxt in ("who", "which", "and", "after", "when", "as", "saying"):
                return at
            if nxt == "and" and at + 2 < stop and s.tag[at + 2] in "NDc" and has_verb(s, at + 2, stop) and not noun:
                continue
        if noun and low in ("after", "when", "while", "but", "because") and has_verb(s, at, stop):
            return at
    return stop


def pieces(s: Words, ranges: Sequence[Range]) -> list[Range]:
    """Ranges parted where a colon brings in a quotation: "the bridge would close: “It is old.”"."""
    out = []
    for begin, end in ranges:
        for at in range(end - 2, begin, -1):
            if s.tag[at] == ":" and s.tag[at + 1] == "Q":
                out.append((begin, at))
                begin = at + 1
                break
        out.append((begin, end))
    return out


def cuts_of(s: Words, known: list[Hit]) -> list[int]:
    """Places where a content that began before must end, because another phrase of attribution begins."""
    cuts = []
    for hit in known:
        at = hit.first
        if hit.relay:
            at = hit.at[0]
            if s.low[at - 1 : at] == ["as"]:
                at -= 1
            cuts.append(at)
        elif hit.participle:
            at = hit.first
            if at and (s.tag[at - 1] == "," or s.low[at - 1] == "while"):
                cuts.append(at - 1)
            elif at and s.tag[at - 1] == "Q" and s.text[s.end[at - 1] - 3 : s.end[at - 1]].rstrip("\"”’'»")[-1:] == ",":
                cuts.append(at)
        elif hit.before:
            if at and (s.tag[at - 1] in ",-Q" or s.low[at - 1] == "as"):
                cuts.append(at)
        elif (hit.shared and at and s.tag[at - 1] in "CB,") or (
            hit.after is not None
            and hit.source is not None
            and at > 1
            and (hit.clause or hit.cue.takes("s"))
            and (s.low[at - 1] in ("and", "but", "while", "whilst", "whereas") or s.tag[at - 1] == ";")
        ):
            cuts.append(at - 1)
    return sorted(cuts)


def _clause_begin(s: Words, begin: int, end: int, known: list[Hit], number: int) -> int:
    """Where a content standing before its phrase begins: behind a semicolon, or an earlier voice's own clause."""
    for at in range(end - 1, begin, -1):
        if s.tag[at] == ";":
            return at + 1
    while begin < end and (s.tag[begin] in ".,;:-" or s.tag[begin] in "CB"):
        begin += 1
    return begin


def _is_adverbial(s: Words, begin: int, end: int) -> bool:
    """Whether a stretch before a phrase is only its setting: "On Monday, S said", "Asked about it, S said"."""
    while begin < end and s.tag[begin] in ",-":
        begin += 1
    while begin < end and s.tag[end - 1] in ",-":
        end -= 1
    if begin >= end:
        return True
    if "Q" in s.tag[begin:end]:
        return False
    tag = s.tag[begin]
    if all(one in "A,CBS" for one in s.tag[begin:end]):
        return True
    if tag in "PT" or (tag == "G" and s.low[begin] not in FORMS):
        return not has_verb(s, begin, end)
    if s.low[begin] in _SETTINGS or (tag == "S" and s.low[begin] != "that"):
        # "When asked, S said" is a setting; "As of May, two were held, said S" goes on behind its comma.
        comma = next((at for at in range(begin, end) if s.tag[at] == ","), end)
        return not has_verb(s, min(comma + 1, end), end)
    return end - begin <= 3 and (s.low[begin] in w.TIMES or s.low[begin] in ("last", "this", "earlier", "later"))


def standing_with(s: Words, relay: RelayPhrase, known: Sequence[Hit]) -> int | None:
    """Which hit an outlet's phrase stands with: the number of the hit, or None when it belongs to something else.

    It may stand between a source and its cue, right behind the cue, at the end of a content that is no clause, or
    before the source as the setting of the sentence.
    """
    at, end = relay.at[0], relay.source[1]
    for number, hit in enumerate(known):
        if hit.first <= at < hit.at[0] or (hit.source is not None and hit.source[0] < at < hit.source[1]):
            return None if relay.bare else number
    for number, hit in reversed(list(enumerate(known))):
        if hit.at[0] > at:
            continue
        behind = max(hit.last if hit.before or hit.after is None else hit.at[1], hit.at[1])
        if hit.source is not None and hit.source[0] >= hit.at[1]:
            behind = max(behind, hit.source[1])
        if behind <= at <= behind + (1 if relay.bare else 4) and not any(
            s.tag[place] in ".:;Q" for place in range(behind, at)
        ):
            return number
        stop = hit.after_end if hit.after_end is not None else len(s)
        closes = end >= len(s) - 1 or s.tag[end] in ".:,;"
        if hit.after is not None and not hit.clause and hit.after < at <= stop + 2 and closes:
            return number if not relay.bare or s.tag[at - 1] in "ncQ" else None
        return None
    if known and not relay.bare and at < known[0].first and not has_verb(s, 0, known[0].first):
        return 0
    return None
