"""Find the noun phrase and the clause around a place in a sentence, without a grammar: from tags and marks.

Places are indices into `Words`; ranges are half-open. Every search stops within its sentence.
"""

from __future__ import annotations

from reportedly.trace import words as w
from reportedly.trace.cues import FORMS, NOUNY
from reportedly.trace.outlets import is_outlet
from reportedly.trace.tokens import Words

Range = tuple[int, int]

_LEADING = frozenset(
    [
        "but",
        "and",
        "or",
        "however",
        "so",
        "still",
        "yet",
        "meanwhile",
        "moreover",
        "nor",
        "&",
        "also",
        "earlier",
        "later",
        "then",
        "now",
    ]
)
_ROLES = frozenset(
    [
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "minister",
        "president",
        "director",
        "chief",
        "head",
        "leader",
        "chairman",
        "chairwoman",
        "chair",
        "secretary",
        "officer",
        "professor",
        "editor",
        "mayor",
        "governor",
        "ambassador",
        "analyst",
        "author",
        "lawyer",
        "member",
        "owner",
        "founder",
        "manager",
        "commander",
        "general",
        "captain",
        "coach",
        "researcher",
        "economist",
        "historian",
        "senator",
        "judge",
        "deputy",
        "representative",
        "correspondent",
    ]
)


def is_verb(s: Words, at: int) -> bool:
    """Whether the word stands as a finite verb."""
    tag = s.tag[at]
    if tag in "XV":
        return True
    if tag != "E" or not at:
        return False
    if at + 1 < len(s) and (s.low[at + 1] == "by" or (s.tag[at + 1] in "nc" and s.tag[at - 1] in "D")):
        return False
    return s.tag[at - 1] in "ncNAQ)RO" or (s.tag[at - 1] in "CB" and not s.low[at].endswith("ed"))


def has_verb(s: Words, lo: int, hi: int) -> bool:
    """Whether a finite verb stands in the range."""
    return any(is_verb(s, at) for at in range(lo, hi))


def clause_start(s: Words, at: int, lo: int = 0) -> int:
    """Where the clause that holds `at` begins: behind the last mark or subordinator before it."""
    while at > lo and s.tag[at - 1] not in ".,:;-Q(S":
        at -= 1
        if s.tag[at] == ")":
            opening = next((back for back in range(at, max(lo, at - 12) - 1, -1) if s.tag[back] == "("), at)
            at = opening
    return at


def verb_group_start(s: Words, at: int, lo: int) -> int:
    """Where the verb group ending in the verb at `at` begins: over auxiliaries, negations and adverbs."""
    begin = at
    while begin > lo:
        tag, low = s.tag[begin - 1], s.low[begin - 1]
        if tag == "X" or low in w.BE or low in w.HAVE or low in ("not", "to") or (tag == "A" and low not in w.TIMES):
            begin -= 1
        else:
            break
    if begin - 2 > lo and s.low[begin - 1] in w.DAYS and s.low[begin - 2] == "on" and s.tag[begin - 3] == ",":
        begin -= 2  # "Ruiz, the director, on Friday denied"
    while begin < at and s.tag[begin] == "A" and begin == lo:
        begin += 1
    return begin


def source_left(s: Words, end: int, lo: int) -> Range | None:
    """The noun phrase that ends before `end`: a verb's subject, with the appositions that belong to it."""
    hi = end
    # A parenthesis or a pair of dashes right before the verb belongs to nobody.
    if hi > lo and s.tag[hi - 1] == ",":
        return _before_comma(s, hi - 1, lo)
    if hi > lo and s.tag[hi - 1] == "R":
        hi -= 1
        if hi > lo and s.tag[hi - 1] == ",":
            hi -= 1
        found = _phrase_left(s, hi, lo)
        return _antecedent(s, found) if found else None
    who = next((at for at in range(hi - 1, max(lo, hi - 14), -1) if s.tag[at] in "R.,:;Q"), -1)
    if who > lo and s.low[who] == "who" and s.tag[who - 1] in "ncD" and has_verb(s, who + 1, hi):
        return _phrase_left(s, who, lo)  # "Ruiz who led the search said"
    found = _phrase_left(s, hi, lo)
    if found is None:
        return None
    begin = found[0]
    # "Its director, Ana Ruiz said": the role and the name stand together.
    if begin > lo + 1 and s.tag[begin - 1] == "," and s.tag[begin] == "c" and s.low[begin - 2] in _ROLES:
        role = _phrase_left(s, begin - 1, lo)
        if role is not None and s.tag[role[0]] in "Dcn" and role[0] == clause_start(s, begin - 1, lo):
            return role[0], found[1]
    return found


def _before_comma(s: Words, comma: int, lo: int) -> Range | None:
    """The head and its appositions in "Ana Ruiz, the port's director, said", the head in "Ruiz, who knows, said"."""
    first = clause_start(s, comma, lo)
    if first <= lo < comma and not has_verb(s, lo, comma) and s.tag[lo] in "Dcn":
        return _phrase_left(s, comma, lo)  # "The minister, told the council": a comma too many
    who = next((at for at in range(comma - 1, max(lo, comma - 24), -1) if s.tag[at] in "R.:;Q"), lo)
    if (
        who > lo + 1
        and s.tag[who] == "R"
        and s.tag[who - 1] == ","
        and has_verb(s, who + 1, comma)
        and not any(s.low[at] in FORMS and is_verb(s, at) for at in range(who + 1, comma))
    ):
        return _phrase_left(s, who - 1, lo)
    if first >= comma or first <= lo or s.tag[first - 1] != ",":
        # A relative clause may hold "that": look for its who.
        back = comma
        while back > lo and s.tag[back - 1] not in ".:;Q":
            back -= 1
            if s.tag[back] == "R" and back > lo and s.tag[back - 1] == ",":
                return _phrase_left(s, back - 1, lo)
        return None
    head_end = first - 1
    if s.tag[first] == "R":
        return _phrase_left(s, head_end, lo)
    if (
        has_verb(s, first, comma)
        or s.tag[first] in "CBPG"
        or (s.tag[first] == "E" and s.tag[first + 1] == "P")
        or s.low[first] in w.TIMES
    ):
        if s.tag[first] in "PGE" or s.low[first] in ("based", "speaking") or s.low[first] in w.TIMES:
            return _phrase_left(s, head_end, lo)  # "Ruiz, speaking in Paris, said"
        # "Ruiz, director of the port, which has closed, said"
        return None
    head = _phrase_left(s, head_end, lo)
    if head is None:
        inner = _before_comma(s, head_end, lo) if head_end > lo and s.tag[head_end - 1] != "," else None
        return (inner[0], comma) if inner else None
    if s.low[head[0]] in w.PREPOSITIONS:
        return None
    while True:  # a further apposition before it
        before = head[0] - 1
        if before <= lo or s.tag[before] != ",":
            break
        further = _phrase_left(s, before, lo)
        if (
            further is None
            or has_verb(s, *further)
            or (further[0] > 0 and s.tag[further[0] - 1] not in ":;Q-")
            or s.tag[further[0]] == "A"
        ):
            break
        if further[0] > lo and s.tag[further[0] - 1] not in ",":
            head = (further[0], head[1])
            break
        head = further
    return head[0], comma


def _antecedent(s: Words, found: Range) -> Range:
    """The noun phrase nearest the relative pronoun: from behind the last verb or preposition that governs it."""
    begin = found[1]
    while begin > found[0]:
        at = begin - 1
        if (s.tag[at] == "P" and s.low[at] != "of") or is_verb(s, at) or s.tag[at] in "TG":
            break
        begin = at
    return (begin, found[1]) if begin < found[1] else found


def _phrase_left(s: Words, end: int, lo: int) -> Range | None:
    at = end
    limit = max(lo, end - 40)
    while at > limit:
        tag, low = s.tag[at - 1], s.low[at - 1]
        if tag == ")":
            back = at - 1
            while back > limit and s.tag[back] != "(":
                back -= 1
            if s.tag[back] != "(" or back == limit:
                break
            at = back
            continue
        if tag in ".,:;-(SRBp" and low not in ("/", "%", "$", "&") and not _inside_name(s, at - 1):
            break
        if tag == "Q" and not (at < end and s.tag[at] == "c" and at - 2 >= lo and s.tag[at - 2] in "cnD"):
            break
        if tag in "XV" or (tag == "E" and is_verb(s, at - 1) and not _is_participle(s, at - 1)):
            break
        if tag == "G" and low in FORMS and at < end and s.tag[at] in "DNc":
            break
        if tag == "N" and at < end and s.tag[at] not in "C":
            at -= 1 if s.tag[at] == "O" else 0
            break
        if tag == "C" and _verb_before(s, at - 1, limit):
            break
        if tag == "T" and at < end and s.tag[at] in "nO" and s.low[at] not in w.DETERMINERS:
            break
        at -= 1
    begin = _trim_left(s, at, end)
    while end > begin and s.tag[end - 1] in "AC" and s.low[end - 1] not in w.DAYS:
        end -= 1
    while end > begin + 1 and s.tag[end - 1] == "D" and s.low[end - 1] in ("all", "both", "each"):
        end -= 1
    while end > begin and s.low[end - 1] in w.TIMES and s.tag[end - 1] == "A":
        end -= 1
        if end > begin and s.low[end - 1] in ("on", "last", "this", "next", "late", "early"):
            end -= 1
    if begin >= end or not any(tag in "cnNDOE" for tag in s.tag[begin:end]):
        return None
    if (
        end - begin == 1
        and s.tag[begin] == "D"
        and s.low[begin]
        not in (
            "this",
            "these",
            "those",
            "some",
            "many",
            "several",
            "both",
            "others",
            "all",
            "most",
            "another",
            "one",
            "two",
            "few",
        )
    ):
        return None
    return begin, end


def _inside_name(s: Words, at: int) -> bool:
    """A mark inside a name: "AT&T", "Pinto-Reyes", "J. Smith", "Yahoo!"."""
    return (
        s.tag[at] == "-" and s.start[at] == s.end[at - 1] and at + 1 < len(s) and s.start[at + 1] == s.end[at]
        if at
        else False
    )


def _is_participle(s: Words, at: int) -> bool:
    """An -ed word that hangs on the noun before it: "a man identified as", "the text released on"."""
    behind = at + 1 < len(s) and (s.tag[at + 1] in "PGT" or s.low[at + 1] in ("as", "by"))
    return behind and not (at and (s.tag[at - 1] == "X" or s.low[at - 1] in w.BE))


def _verb_before(s: Words, at: int, lo: int) -> bool:
    while at > lo:
        at -= 1
        if s.tag[at] in ".:;QSR":
            return False
        if is_verb(s, at):
            return True
    return False


def _trim_left(s: Words, begin: int, end: int) -> int:
    """Leave out what opens a clause before its subject: "But", "On Monday", "Earlier this year", "In a statement"."""
    while begin < end:
        tag, low = s.tag[begin], s.low[begin]
        if (tag in "CBAS" and low not in ("one", "two")) or low in _LEADING:
            begin += 1
        elif low in ("last", "this", "next", "that", "earlier") and begin + 1 < end and s.low[begin + 1] in w.TIMES:
            begin += 2
        elif tag in "PTG" or (tag == "E" and begin + 1 < end and s.tag[begin + 1] in "P"):
            after = _after_adverbial(s, begin, end)
            if after >= end:
                return end if tag in "PT" else begin
            begin = after
        else:
            break
    return begin


def _after_adverbial(s: Words, begin: int, end: int) -> int:
    """Where the subject begins behind an opening prepositional phrase without a comma; `end` if nowhere."""
    for at in range(end - 1, begin + 1, -1):
        tag, before = s.tag[at], s.tag[at - 1]
        if tag == "N":
            return at
        if tag == "D" and before not in "PDTCG" and s.low[at - 1] not in ("of", "all", "both"):
            return at
        if tag in "c" and s.low[at - 1] in w.TIMES and s.tag[at - 1] != "c":
            return at
        if tag == "n" and (s.low[at - 1] in w.DAYS or (s.low[at - 1].isdigit() and len(s.low[at - 1]) == 4)):
            return at
        if tag == "c" and before == "n" and s.low[at - 1] not in _ROLES and all(one in "cP" for one in s.tag[at:end]):
            return at
        if tag == "c" and s.low[at - 1].isdigit() and len(s.low[at - 1]) == 4:
            return at
    return end


def phrase_right(s: Words, begin: int, hi: int, *, appositions: bool = True, relative: bool = False) -> Range | None:
    """The noun phrase that starts at `begin`: "said *Ana Ruiz, the port's director*", "according to *two officials*"."""
    at = begin
    if at < hi and (s.tag[at] in "PTCS" and s.low[at] not in ("about", "over", "around", "under")):
        return None
    while at < hi:
        tag, low = s.tag[at], s.low[at]
        if (
            at > begin
            and tag == "D"
            and s.tag[at - 1] not in "PDTC("
            and not low[0].isdigit()
            and low not in ("all", "both")
            and not _opens_a_name(s, at)
        ):
            break
        if at == begin and tag == "V" and low in NOUNY:
            at += 1
            continue
        if tag == "(":
            close = at
            while close < hi and s.tag[close] != ")":
                close += 1
            if close == hi or at == begin:
                break
            at = close + 1
            continue
        if tag in ".,:;-)SRBXVNQp" and low not in ("/", "%", "$", "&", "than") and not _inside_name(s, at):
            if tag == "Q" and begin < at < hi - 1 and s.tag[at + 1] == "c" and s.tag[at - 1] in "cD":
                at += 1
                continue
            if not (tag == "N" and at == begin):
                break
            at += 1
            break
        if tag == "O" and at == begin:
            at += 1
            break
        if tag == "T" and (at == begin or (at + 1 < hi and s.tag[at + 1] not in "Dc")):
            break
        if tag == "E" and is_verb(s, at) and not _is_participle(s, at):
            break
        if tag == "G" and at > begin and low in FORMS:
            break
        if tag == "A" and low not in ("even", "just") and at > begin and not low.endswith("ly"):
            break
        if tag == "P" and at > begin and _is_adverbial(s, at, hi):
            break
        if (
            tag == "C"
            and at > begin
            and (at + 1 >= hi or s.tag[at + 1] not in "Dcn" or has_verb(s, at + 1, _stop(s, at + 1, hi)))
        ):
            break
        at += 1
    while at > begin and s.tag[at - 1] in "PCAD" and not (s.tag[at - 1] in "D" and at - 1 == begin):
        at -= 1
    if at <= begin or not any(tag in "cnNODEG" for tag in s.tag[begin:at]):
        return None
    return (begin, _apposition_end(s, begin, at, hi)) if appositions else (begin, at)


def _opens_a_name(s: Words, at: int) -> bool:
    """Whether this "The" belongs to a name behind what it is: "news website *The* Lantern"."""
    return s.raw(at) == "The" and s.tag[at - 1] == "n" and s.tag[at + 1 : at + 2] == ["c"]


def _is_adverbial(s: Words, at: int, hi: int) -> bool:
    """Whether the preposition at `at` opens a phrase of time or occasion rather than belonging to the noun."""
    if s.low[at] not in ("on", "in", "at", "during", "after", "before", "by", "following", "when", "via", "since"):
        return False
    nxt = at + 1
    if nxt < hi and s.low[nxt] in ("a", "an", "the", "his", "her", "its", "their", "early", "late", "last"):
        nxt += 1
    if nxt >= hi:
        return True
    if s.low[at] in ("in", "on") and nxt < hi:
        phrase = phrase_right(s, at + 1, hi, appositions=False)
        if phrase is not None and is_outlet(s.text[s.start[phrase[0]] : s.end[phrase[1] - 1]]):
            return True
    if s.low[nxt] in w.TIMES or (s.low[nxt].isdigit() and len(s.low[nxt]) == 4):
        return True
    return s.low[at] in ("during", "after", "before", "following", "via", "since") or (
        s.low[nxt]
        in (
            "statement",
            "interview",
            "letter",
            "speech",
            "news",
            "press",
            "report",
            "tweet",
            "email",
            "e-mail",
            "post",
            "meeting",
            "briefing",
            "telephone",
            "written",
            "televised",
            "video",
            "message",
            "response",
            "reply",
            "comments",
            "remarks",
        )
        and s.low[at] in ("in", "at", "on")
    )


def _stop(s: Words, at: int, hi: int) -> int:
    while at < hi and s.tag[at] not in ".,:;-Q(":
        at += 1
    return at


def _apposition_end(s: Words, begin: int, end: int, hi: int) -> int:
    """The end of the noun phrase with the apposition behind it, if there is one."""
    if end + 1 >= hi or s.tag[end] != ",":
        return end
    first = end + 1
    stop = _stop(s, first, hi)
    named = any(tag == "c" for tag in s.tag[begin:end])
    if stop - first > 14 or has_verb(s, first, stop) or any(tag in "SNXG" for tag in s.tag[first:stop]):
        return end
    role = s.low[first:stop]
    opens = (
        s.tag[first] == "D"
        or (role and any(word in _ROLES for word in role[:4]))
        or (s.tag[first] == "c" and (not named or any(word in _ROLES for word in s.low[begin:end])))
    )
    if s.low[first] in ("from", "of") and named and (stop >= hi - 1 or s.tag[stop] == ".") and stop - first > 1:
        return stop
    if s.tag[first] == "D" and s.low[first][0].isdigit():
        return stop if stop - first == 1 else end  # "Ana Ruiz, 63"
    clause_follows = stop + 1 < hi and s.tag[stop] == "," and s.tag[stop + 1] in "Dc" and has_verb(s, stop + 1, hi)
    if not opens or (
        not clause_follows
        and any(s.tag[at] == "C" and at + 1 < stop and s.tag[at + 1] == "D" for at in range(first, stop))
    ):
        return end
    if stop < hi and s.tag[stop] not in ",.;-:Q(":
        return end
    return stop


def main_subject(s: Words, lo: int, hi: int) -> Range | None:
    """The subject of the first finite verb in the range."""
    for at in range(lo, hi):
        if is_verb(s, at):
            begin = verb_group_start(s, at, lo)
            found = source_left(s, begin, lo)
            if found is not None:
                return found
    return None
