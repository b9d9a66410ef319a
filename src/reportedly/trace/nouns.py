"""Nouns that are cues ("the claim that A"), and words that look like cue verbs and are nouns ("the reports")."""

from __future__ import annotations

from reportedly.trace import words as w
from reportedly.trace.clauses import (
    Range,
    clause_start,
    is_verb,
)
from reportedly.trace.cues import NOUNS, NOUNS_WITH_OF, NOUNY, Cue, Form
from reportedly.trace.hit import Hit
from reportedly.trace.tokens import Words

_PLURALS = w.words("people police media officials they we i you who others many some both most all ones")
_COUNTING = w.words("both all many some most several others another this")


def is_noun(s: Words, at: int, form: Form, title: bool) -> bool:
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
            if source is None and nxt == "that" and len(s) - at < 6:
                continue
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
