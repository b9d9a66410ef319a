"""The relays that are certain: outlets that were told or asked, documents they saw, voices they cite.

The reader finds most of them itself. These are the phrases that can hardly mean anything else; one that it has found
already is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reportedly.trace.found import Found, Shelf
from reportedly.trace.outlets import is_body, is_outlet, is_told_outlet
from reportedly.trace.phrases import phrase_at, sentence_around
from reportedly.trace.words import words
from reportedly.values import Name, NameType, SourceType, Span

Kinds = Mapping[int, NameType]  # by the place where the name ends

_TOLD = words("told tells telling tell informed informs assured assures reminded briefed notified")
_SAID_TO = words(
    "said says saying confirmed confirms admitted described complained explained remarked announced insisted stressed wrote "
    "recalled conceded revealed specified repeated denied"
)
_TALK = (
    r"interview|remarks?|comments?|letter|e-?mail|message|statement|post|podcast|programme|program|show|article|column|"
    r"essay|speech|call|response|reply|conversation|edition|appearance|op-ed|editorial|tweet"
)
_BROUGHT = (
    r"seen|obtained|quoted|cited|carried|published|released|"
    r"broadcast|aired|printed|reported|relayed|circulated|reviewed|contacted|reached|asked|interviewed|reproduced"
)
_OUTWARD = re.compile(
    rf"\b(?:(?:in|during|on)\s(?:[\w’'-]+\s){{1,4}}?(?:{_TALK})\s(?:with|to|for|on|in)"
    rf"|(?:{_BROUGHT})(?:\s(?:anonymously|exclusively|without name|by (?:tele)?phone|by e-?mail))?\sby"
    rf"|(?:shown|leaked)\sto|(?:speaking|talking|spoke|talked)\s(?:to|with))\s(?=\S)",
    re.IGNORECASE,
)
_INWARD = re.compile(
    r"\b(?:citing|quoting|invoking|relying on|pointing to|leaning on|with reference to|referring to|attributing it to"
    r"|(?:who|which|they|and)(?: in turn| in its turn| for their part)* (?:cites?|cited|quotes?|quoted|points? to|pointed to"
    r"|refers? to|referred to|rel(?:y|ies|ied) on))\s(?=\S)",
    re.IGNORECASE,
)
_RECEIVED = re.compile(
    r"\b(?P<cue>(?:had|has|have|got|received|obtained|learned) (?P<content>this|it|this information|the information|this news)"
    r" from) (?=\S)"
)
_STATED = re.compile(r"\bas (?:stated|announced|confirmed|claimed|declared|explained|noted) by (?=\S)")
_FINITE = re.compile(r"^(?:who|which|they|and)(?: in turn| in its turn| for their part)* ", re.IGNORECASE)
_CITING = words(
    "citing cites cited invoking quotes quoted stated announced confirmed claimed declared explained noted"
)  # what follows these is a voice; others also point at things
_NO_VOICE = words("cost costs reasons concerns fears lack need safety grounds security problems pressure difficulties")
_VOICES = words(
    "source sources official officials witness witnesses aide aides agent agents police prosecutors investigators experts "
    "scientists doctors lawyers diplomats insiders residents ministry government agency document documents report reports "
    "memo letter study survey poll data figures statement transcript people circles spokesman spokeswoman person"
)
_CLAIMS = words("claim claims statement allegation allegations assertion denial warning promise view report")
_OWNER = re.compile(r"(?P<owner>(?:\bthe |\bThe )?[\w-]+)['’]s $")
_QUOTER = re.compile(r"(?:^|[\s“”\"])(?P<quoter>(?:[Tt]he )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*) $")
_PRONOUNS = words("he she they it")
_OWN = re.compile(r"(?:this|our)\b", re.IGNORECASE)  # a report's own outlet is never marked


def add_relays(shelf: Shelf, text: str, names: Sequence[Name]) -> None:
    """Put every certain relay that is missing around, or into, the attribution it stands with."""
    kinds = {name.span.end: name.type for name in names}
    for one in shelf:
        outlet = _told(one, shelf, text, kinds)
        if outlet is not None:
            _put_around(one, Found(list(one.content), list(one.cue), outlet, source_type=SourceType.OUTLET), shelf)
        elif (quoter := _quoter(one, shelf, text)) is not None:
            _put_around(one, Found(list(one.content), list(one.cue), quoter, source_type=SourceType.OUTLET), shelf)
    for phrase in _OUTWARD.finditer(text):
        outlet = phrase_at(text, phrase.end(), prepositions=False)
        if outlet is None or not _was_told(outlet, text, kinds) or _is_taken(phrase.start(), outlet, shelf):
            continue
        if _OWN.match(outlet.of(text)):
            continue
        target = _standing_with(phrase.start(), outlet.end, shelf, text)
        if target is not None and not _is_relayed(target):
            _cut_off(target, phrase.start(), text)
            cue = Span(phrase.start(), phrase.end() - 1)
            _put_around(target, Found(list(target.content), [cue], outlet, source_type=SourceType.OUTLET), shelf)
    for phrase in _RECEIVED.finditer(text):
        _add_receipt(phrase, shelf, text)
    for phrase in _INWARD.finditer(text):
        _add_inward(phrase, shelf, text)
    for phrase in _STATED.finditer(text):
        _add_stated(phrase, shelf, text)
    for one in shelf:
        _name_informant(one, text)
        _lie_in_outlet(one, shelf, text)
        _stand_alone(one, text)


def _told(one: Found, shelf: Shelf, text: str, kinds: Kinds) -> Span | None:
    """The outlet that an attribution's own cue addresses: "told the Post", "said to Reuters"."""
    if not one.cue or one.source is None:
        return None
    verb = one.cue[-1].of(text).split()[-1].lower()
    at = one.cue[-1].end
    if verb not in _TOLD:
        if verb not in _SAID_TO or text[at : at + 4] != " to ":
            return None
        at += 3
    outlet = phrase_at(text, at, prepositions=False)
    if outlet is None or _OWN.match(outlet.of(text)) or _is_source(outlet, shelf):
        return None
    return outlet if (_was_told(outlet, text, kinds) if verb in _TOLD else is_outlet(outlet.of(text))) else None


def _quoter(one: Found, shelf: Shelf, text: str) -> Span | None:
    """Who "quotes X as saying", where only X was found."""
    cue = [span.of(text).lower() for span in one.cue]
    if len(cue) != 2 or cue[0] not in ("quotes", "quoted", "cites", "cited") or not cue[1].startswith("as "):
        return None
    before = _QUOTER.search(text, max(0, one.cue[0].start - 60), one.cue[0].start)
    quoter = Span(*before.span("quoter")) if before else None
    return quoter if quoter and not _is_source(quoter, shelf) else None


def _was_told(phrase: Span, text: str, kinds: Kinds) -> bool:
    """Whether what was told something passes it on to us: an outlet, or a body that is nothing else."""
    said = phrase.of(text)
    kind = kinds.get(phrase.end)
    if kind is NameType.PERSON:
        return False
    return is_told_outlet(said) or (kind in (NameType.ORGANISATION, NameType.OTHER) and not is_body(said))


def _put_around(one: Found, outer: Found, shelf: Shelf) -> None:
    outer.within, one.within = one.within, outer
    shelf.add(outer)


def _is_taken(start: int, source: Span, shelf: Shelf) -> bool:
    """Whether the reader has seen this relay, or has taken its words for something else."""
    return _is_source(source, shelf) or any(
        cue.start < source.start and start < cue.end for one in shelf.near(start, source.end) for cue in one.cue
    )


def _is_source(phrase: Span, shelf: Shelf) -> bool:
    return any(
        one.source and one.source.start < phrase.end and phrase.start < one.source.end for one in shelf.near(*phrase)
    )


def _stand_alone(one: Found, text: str) -> None:
    """A bare "she said" beside a relay is not told through it: only words such as "also told", "added" carry it on."""
    if one.within is None or one.source is None or len(one.cue) != 1:
        return
    plain = one.source.of(text).lower() in _PRONOUNS and one.cue[0].of(text).lower() in ("said", "says")
    if plain and not any(a.start < b.end and b.start < a.end for a in one.content for b in one.within.content):
        one.within = None


def _is_relayed(one: Found) -> bool:
    return one.within is not None and one.within.content == one.content


def _standing_with(start: int, end: int, shelf: Shelf, text: str) -> Found | None:
    """The attribution of the same sentence whose cue or source stands next to a phrase."""
    sentence = sentence_around(text, start)
    near = [
        (min(abs(part.start - end), abs(start - part.end)), one)
        for one in shelf.near(*sentence)
        if one.source is not None
        for part in (*one.cue, one.source)
        if sentence.start <= part.start < sentence.end
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _cut_off(one: Found, start: int, text: str) -> None:
    """Leave the words of a relay, from `start`, out of the content or the source they were taken into."""
    one.content = [Span(s.start, _shut(text, s.start, start)) if s.start < start < s.end else s for s in one.content]
    if one.source is not None and one.source.start < start < one.source.end:
        one.source = Span(one.source.start, _shut(text, one.source.start, start))


def _shut(text: str, start: int, end: int) -> int:
    return start + max(1, len(text[start:end].rstrip(" ,;:–—-")))


def _add_inward(phrase: re.Match[str], shelf: Shelf, text: str) -> None:
    """The voice that a relay points to: "citing the ministry", "who point to aides of the premier"."""
    source = phrase_at(text, phrase.end())
    if source is None or _is_taken(phrase.start(), source, shelf):
        return
    cue = phrase.group().split()
    if not _is_voice(source.of(text), sure=not _CITING.isdisjoint(cue)):
        return
    target = _standing_with(phrase.start(), source.end, shelf, text)
    if target is None:
        return
    finite = _FINITE.match(phrase.group())
    _cut_off(target, phrase.start(), text)
    at = Span(phrase.start() + (finite.end() if finite else 0), phrase.end() - 1)
    shelf.add(Found(list(target.content), [at], source, target.stance, within=target))


def _add_stated(phrase: re.Match[str], shelf: Shelf, text: str) -> None:
    """ "SANA reported that A, as stated by S": S states A, in SANA, and A ends before it."""
    found = next((one for one in shelf.near(*phrase.span()) if phrase.start() in {cue.start for cue in one.cue}), None)
    if found is None:
        _add_inward(phrase, shelf, text)
    elif found.within is not None:
        _cut_off(found.within, phrase.start(), text)


def _is_voice(phrase: str, *, sure: bool) -> bool:
    """Whether a phrase names somebody or something that says things, rather than a reason or a thing."""
    last = phrase.split()[-1]
    if sure:
        return last.lower() not in _NO_VOICE
    return last[:1].isupper() or not _VOICES.isdisjoint(phrase.lower().split())


def _add_receipt(phrase: re.Match[str], shelf: Shelf, text: str) -> None:
    """ "The channel says it had this from its people": the channel says *this*, and its people say it in the channel."""
    source = phrase_at(text, phrase.end())
    target = next(
        (one for one in shelf.near(*phrase.span()) if any(s.start <= phrase.start() < s.end for s in one.content)), None
    )
    if source is None or target is None or target.source is None:
        return
    target.content = [Span(*phrase.span("content"))]
    sentence = sentence_around(text, phrase.start())
    for one in shelf.near(phrase.start(), sentence.end):
        if one is not target and phrase.start() <= one.start < sentence.end:
            shelf.drop(one)
    shelf.add(Found(list(target.content), [Span(*phrase.span("cue"))], source, within=target))


def _name_informant(one: Found, text: str) -> None:
    """Whom something was learned from, or whose claim it is, where the reader saw that it was learned or claimed."""
    if one.source is not None or not one.cue:
        return
    first, last = one.cue[0], one.cue[-1]
    if text.startswith(" from ", last.end):
        one.source = phrase_at(text, last.end + len(" from "))
    elif last.of(text).lower() in _CLAIMS and (owner := _OWNER.search(text, max(0, first.start - 60), first.start)):
        one.source = Span(*owner.span("owner"))
        if one.within is not None and one.within.content == one.content:  # "rejected the mayor's claim that"
            one.within.content = [Span(owner.start("owner"), one.content[-1].end)]


def _lie_in_outlet(one: Found, shelf: Shelf, text: str) -> None:
    """Two that say the same of the same words are one chain, the outlet the outer: "SANA reported that A, as stated by S"."""
    if one.source is None or one.within is not None or is_outlet(one.source.of(text)):
        return
    for other in shelf.near(one.start, one.start + 1):
        if (
            other is not one
            and other.source
            and other.within is None
            and other.content == one.content
            and is_outlet(other.source.of(text))
        ):
            one.within = other
