"""Plain sentences, which leave nothing to weigh: a voice, a verb of saying and what is said, or a verb that says nothing.

The reader has learnt from whole reports, and passes over some of these where they stand by themselves.
"""

from __future__ import annotations

import re

from reportedly.trace.found import Found, Shelf
from reportedly.trace.phrases import sentence_before, sentences
from reportedly.values import Span, Stance

_VOICE = r"(?P<source>(?:The|An?|Two|Three|Some|Several) (?:(?!(?:has|have|had|did|was|were|is|are|will) )[\w’'-]+ ){0,2}?[\w’'-]+|(?:[A-Z][\w.’'-]+ ){0,3}[A-Z][\w’'-]+|He|She|They)"
_PLAIN = re.compile(
    _VOICE
    + r" (?:has |have |had |also )?(?P<cue>(?:condemned|criticised|criticized|praised|welcomed|rejected|dismissed|denounced"
    r"|denied|announced|demanded|questioned|called for|warned of|warned about|reported on|commented on|promised|refused"
    r"|vowed|pledged|called|described|branded)(?= (?!for\b|on\b|in\b|by\b|that\b|off\b|up\b)))"
    r" (?P<content>[^“”\"]*?|[^“”\"]*“[^“”\"]+”|[^“”\"]*\"[^“”\"]+\")(?:[.!?]|$)"
)
_CONFIRMED_THIS = re.compile(
    r"(?:(?P<outer>[^,“”\"]{2,80}?) (?P<says>says|said|writes|wrote|reports|reported) that )?"
    r"(?P<source>[^“”\"]{2,120}?),? (?P<cue>confirmed|reported|stated|announced|denied) (?:this|that)[.]?"
)
_THIS_WAS_STATED = re.compile(
    r"(?:This|That|It) (?:was|has been|had been) (?:also )?(?P<cue>(?:stated|said|reported|announced|confirmed|disclosed) by)"
    r" (?P<source>[^“”\"]{2,160}?)(?:, (?:(?P<passes>according to|as reported by|(?:reports|reported|writes|wrote|says|said))"
    r" (?P<outlet>[^“”\"]{2,80}?)|(?P<teller>[^,“”\"]{2,60}) (?P<tells>reports|reported|writes|wrote|says|said)))?[.]?"
)
_RELAYED = (
    ("outlet", "passes"),
    ("teller", "tells"),
    ("outer", "says"),
)  # a relay's source and its cue, by their names
_PASSIVE = re.compile(r"\b(?:was|were|been|be|are|is) (?:also )?$")
_UNLESS = re.compile(r"(?:^|[\s(])(?:[Ii]f|[Uu]nless) $")
_HUNG_ON_A_NOUN = re.compile(r"said to (?:be|have)\b")  # "a house said to be worth 3m"
_HUNG = re.compile(
    r"\b(?P<cue>reportedly|allegedly) (?P<content>worth .+?)(?= (?:was|were|is|are|has|have|had|will|would)\b|[,.;:]|$)"
)
_HEDGES = ("reportedly", "allegedly", "supposedly")
_NO = re.compile(r"\b[Nn]o (?:\w+ )?$")
SHORT = 5  # words of a content that runs to the end of its sentence beyond doubt
_MARKS = ' .,;:"“”‘’'
_STANCES = (
    (re.compile(r"doubt", re.IGNORECASE), Stance.DOUBTS),
    (re.compile(r"promis|pledg|vow", re.IGNORECASE), Stance.PROMISES),
    (re.compile(r"den(?:y|ie)|refus", re.IGNORECASE), Stance.DENIES),
)


def settle_plain_sentences(shelf: Shelf, text: str) -> None:
    """Add what plain sentences say, and drop what nobody says in them."""
    for one in shelf:
        one.stance = _stance(one, text)
        if _says_nothing(one, text):
            shelf.drop(one)
    for sentence in sentences(text):
        words = sentence.of(text)
        if this := _THIS_WAS_STATED.fullmatch(words) or _CONFIRMED_THIS.fullmatch(words):
            _say_what_stood_before(this, sentence, shelf, text)
        elif plain := _PLAIN.fullmatch(words):
            _say_plainly(plain, sentence, shelf, text)
    for one in shelf:
        if one.source is not None and len(one.cue) == 1 and one.cue[0].of(text).lower() in _HEDGES:
            one.content.insert(
                0, one.source
            )  # a hedge stands for nobody: what looks like its source is what it is about
            one.source, one.source_type = None, None
    for hung in _HUNG.finditer(text):
        for one in shelf.near(*hung.span()):
            if Span(*hung.span("cue")) in one.cue:
                one.content = [Span(*hung.span("content"))]


def _say_plainly(plain: re.Match[str], sentence: Span, shelf: Shelf, text: str) -> None:
    """A plain sentence says one thing; where the reader found more in a short one, or nothing, that is what it says."""
    inside = [one for one in shelf.near(*sentence) if sentence.start <= one.start < sentence.end]
    content, cue = _trimmed(Span(*plain.span("content")), plain.string), _part(plain, "cue", sentence)
    alone = all(cue.start <= part.start and part.end <= cue.end for one in inside for part in one.cue)
    if content is None or (inside and not (alone and len(content.of(plain.string).split()) <= SHORT)):
        return
    for one in inside:
        shelf.drop(one)
    said = Found([_at(content, sentence)], [cue], _part(plain, "source", sentence))
    said.stance = _stance(said, text)
    shelf.add(said)


def _says_nothing(one: Found, text: str) -> bool:
    """Speech by nobody ("residents were told to leave", "no reports that", "said to be old"), or none yet ("if he denies")."""
    if not one.cue:
        return False
    before = text[max(0, one.cue[0].start - 12) : one.cue[0].start]
    if one.source is None:
        addressed = one.cue[0].of(text).lower() in ("told", "asked", "ordered", "urged", "warned", "advised")
        passive = bool(_PASSIVE.search(before))
        hung = not passive and bool(_HUNG_ON_A_NOUN.match(text, one.cue[0].start))
        return (
            bool(_NO.search(before)) or hung or (addressed and passive and text.startswith("to ", one.content[0].start))
        )
    return bool(_UNLESS.search(text[max(0, one.source.start - 8) : one.source.start]))


def _stance(one: Found, text: str) -> Stance:
    """The strongest stance that its cue shows."""
    cue = " ".join(span.of(text) for span in one.cue)
    return next((stance for shown, stance in _STANCES if shown.match(cue)), one.stance)


def _say_what_stood_before(this: re.Match[str], sentence: Span, shelf: Shelf, text: str) -> None:
    """ "This was stated by S, O reports": what was said stands in the sentence before."""
    before = sentence_before(text, sentence.start)
    content = _trimmed(before, text) if before is not None else None
    if content is None:
        return
    cue = _part(this, "cue", sentence)
    inside = [one for one in shelf.near(*sentence) if sentence.start <= one.start < sentence.end]
    if any(cue in one.cue and one.content[0].start < sentence.start for one in inside) and this.re is _CONFIRMED_THIS:
        return
    for one in inside:
        shelf.drop(one)
    outer: Found | None = None
    for source, says in _RELAYED:
        if this.groupdict().get(source):
            outer = Found([content], [_part(this, says, sentence)], _part(this, source, sentence))
            shelf.add(outer)
    shelf.add(Found([content], [cue], _part(this, "source", sentence), within=outer))


def _part(match: re.Match[str], name: str, sentence: Span) -> Span:
    return _at(Span(*match.span(name)), sentence)


def _at(span: Span, sentence: Span) -> Span:
    return Span(sentence.start + span.start, sentence.start + span.end)


def _trimmed(span: Span, text: str) -> Span | None:
    """Without stops at its edges, and with both marks of a quotation at an edge or neither."""
    start, end = span
    while start < end and (text[start] in _MARKS):
        start += 1
    while end > start and text[end - 1] in " .,;:":
        end -= 1
    inside = text[start:end]
    if inside.endswith(("”", '"')) and "“" not in inside and inside.count('"') != 2:
        end -= 1
    return Span(start, end) if start < end else None
