"""What a report says of where it came from, and of its own earlier words.

Plain, printed markers only: an agency's dateline, a "Source:" line, "Correction:". No list of agencies is kept, and a
report *about* a correction or a withdrawal is not taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportedly.extract.paragraphs import fold
from reportedly.values import Notice

NAME = r"[^\W\d_][\w.&'’/ -]{1,38}[\w.]"
# LONDON (Reuters) - …   |   Berlin (dpa/lno) – …   |   GENEVA, March 3 (Agency) -- …   |   (Agency) — …
IN_BRACKETS = re.compile(rf"^(?P<place>[^()]{{0,70}}?)\((?P<name>{NAME})\)\s*(?:[-–—:]+|\.\s*[-–—]+)\s*\S")
# KYIV, May 12. /AGENCY/.   |   MOSCOW, 3 May - Agency.
IN_SLASHES = re.compile(r"^[^/.]{2,50}[.,]?\s*/(?P<name>[^\W\d_][\w -]{1,30})/\.?\s*[-–—]?\s*\S")
AFTER_PLACE = re.compile(
    r"^[A-ZÀ-ÞЀ-Я][A-ZÀ-ÞЀ-Я .'/-]{2,40}, [^-–—.]{3,25}\s[-–—]\s(?P<name>[A-ZÀ-ÞЀ-Я][\w -]{1,30})\.\s"
)
SOURCE_LINE = re.compile(
    rf"^\W*(?:sources?|quelle|fuente|fonte|bron|källa|kilde|źródło|источник|kaynak|via|credit)\s*:\s*(?P<name>{NAME})\W*$",
    re.I,
)
WITH_REPORTING = re.compile(
    rf"^\W*(?:with|additional)\s+(?:reporting|inputs?|material|information)\s+(?:by|from)\s+(?:the\s+)?(?P<name>{NAME})\W*$",
    re.I,
)
AT_END = re.compile(r"[.!?\"”»]\s*(?:\((?P<bracketed>[A-Z][A-Za-z]{1,11})\)|[-–—/]\s?(?P<dashed>[A-Z]{2,6})/?)$")
BYLINE_CODE = re.compile(r"^[A-Z]{2,6}(?:/[A-Z]{2,6})*$")
NO_AGENCY = re.compile(
    r"^(?:\d|[ivx]+$)|^(?:reporter|photo|file|video|update[ds]?|left|right|pictured|corrects?|adds|ap photo|author|opinion|usa?|uk|eu|un|"
    r"live|watch|read more|pdf|ceo|who|mr|mrs|ms|dr)$|\b(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december|twitter|facebook|instagram|youtube|getty|shutterstock|unsplash|pixabay|pexels)\b",
    re.I,
)

_REPORT = r"(?:article|story|report|post|item|piece|dispatch|version|column|page|headline|beitrag|artikel|bericht|text|texte?s|meldung|artículo|nota|dépêche)"
CORRECTED_TITLE = re.compile(
    r"^\W*(?:corrected|correction|corrects|clarification|korrektur|korrigiert|rectificatif|erratum|fe de errores|rectificación)\s*(?:\d*\s*[:–—(\]-])",
    re.I,
)
WITHDRAWN_TITLE = re.compile(
    r"^\W*(?:withdrawn|retracted|retraction|withdrawal|kill(?:\s+notice)?|mandatory\s+kill|story\s+withdrawn|zurückgezogen)\s*(?:[:–—(\]-]|$)",
    re.I,
)
CORRECTED_TEXT = re.compile(
    rf"^\W*(?:"
    rf"(?:editor(?:’|')?s?(?:’|')?\s+note\s*[:–—-]\s*)?(?:corrections?|corrected|clarification|korrektur|berichtigung|rectificatif|erratum|corrección|fe de errores|rettifica)"
    rf"(?:\s*\(?[\w ,./]{{0,30}}\)?)?\s*[:–—]"
    rf"|\(?corrects\s+\w+"
    rf"|(?:editor(?:’|')?s?(?:’|')?\s+note\s*[:–—-]\s*)?(?:this|the)\s+{_REPORT}\s+(?:has\s+been|was|is|had\s+been)\s+(?:\w+\s+){{0,3}}(?:corrected|amended)\b"
    rf"|(?:editor(?:’|')?s?(?:’|')?\s+note\s*[:–—-]\s*)?(?:an?\s+)?(?:earlier|previous|original)\s+versions?\s+of\s+(?:this|the)\s+{_REPORT}\b"
    rf"|in\s+einer\s+(?:früheren|ersten|vorherigen)\s+(?:version|fassung)\b|(?:une|la)\s+(?:première\s+)?version\s+(?:précédente|antérieure)\b"
    rf"|(?:una|la)\s+versión\s+anterior\s+de\s+est[ea]\b"
    rf")",
    re.I,
)  # fmt: skip
WITHDRAWN_TEXT = re.compile(
    rf"^\W*(?:editor(?:’|')?s?(?:’|')?\s+note\s*[:–—-]\s*)?(?:"
    rf"(?:this|the|our)\s+{_REPORT}\s+(?:has\s+been|was|is)\s+(?:\w+\s+){{0,2}}(?:withdrawn|retracted|removed|taken\s+down|killed)\b"
    rf"|(?:mandatory\s+)?kill\s+notice\b|(?:this\s+is\s+a\s+)?retraction\s*[:–—]|retracted\s*[:–—]|withdrawn\s*[:–—]"
    rf"|please\s+(?:kill|disregard|withdraw)\s+(?:the|this|our)\s+{_REPORT}\b"
    rf"|\w+(?:\s+\w+){{0,3}}\s+(?:has\s+withdrawn|withdraws|has\s+retracted|retracts)\s+(?:this|its)\s+{_REPORT}\b"
    rf"|dieser?\s+{_REPORT}\s+wurde\s+zurückgezogen"
    rf")",
    re.I,
)  # fmt: skip
OF_PLACES = frozenset(
    {"of", "the", "de", "del", "la", "el", "al", "an", "am", "der", "den", "im", "in", "sur", "upon", "y", "and"}
)
TO_THE_FULL_STOP = 240  # characters of a paragraph that a marker is looked for in


def find_credit(
    paragraphs: Sequence[str],
    *,
    own_names: Sequence[str],
    authors: Sequence[str] = (),
    agency: str | None = None,
    source_name: str | None = None,
) -> str | None:
    """The agency or outlet that a report credits with its text; None when it credits nobody but itself.

    In order: the dateline, a source line at the end, the feed's `<source>`, the byline.
    """
    own = {fold(name) for name in own_names}

    def other(name: str | None) -> str | None:
        name = (name or "").strip(" .,-–—/")
        return name if len(name) > 1 and fold(name) not in own and not NO_AGENCY.search(name) else None

    return (
        next((name for line in paragraphs[:2] if (name := other(_dateline(line)))), None)
        or next((name for line in reversed(paragraphs[-4:]) if (name := other(_source_line(line)))), None)
        or other(source_name)
        or other(agency)
        or next((name for author in authors if BYLINE_CODE.match(author) and (name := other(author))), None)
    )


def find_notice(title: str, paragraphs: Sequence[str]) -> Notice | None:
    """What the report says of its own earlier words; a withdrawal outweighs a correction."""
    lines = [line[:TO_THE_FULL_STOP] for line in (*paragraphs[:3], *paragraphs[3:][-4:])]
    if WITHDRAWN_TITLE.match(title) or any(WITHDRAWN_TEXT.match(line) for line in lines):
        return Notice.WITHDRAWN
    if CORRECTED_TITLE.match(title) or any(CORRECTED_TEXT.match(line) for line in lines):
        return Notice.CORRECTED
    return None


def _dateline(line: str) -> str | None:
    line = line[:160]
    if found := IN_BRACKETS.match(line):
        place, name = found["place"].strip(), found["name"]
        if _may_be_place(place) and len(name.split()) <= 4:
            return name
    if found := IN_SLASHES.match(line) or AFTER_PLACE.match(line):
        return found["name"]
    return None


def _may_be_place(place: str) -> bool:
    """Whether words before a bracket can be a dateline's place: none, or names alone, a date behind a comma apart."""
    words = place.partition(",")[0].replace("/", " ").split()
    return len(words) <= 5 and all(word[0].isupper() or word in OF_PLACES or not word[0].isalpha() for word in words)


def _source_line(line: str) -> str | None:
    if len(line) <= 100 and (found := SOURCE_LINE.match(line) or WITH_REPORTING.match(line)):
        return found["name"]
    if found := AT_END.search(line[-40:]):
        return found["bracketed"] or found["dashed"]
    return None
