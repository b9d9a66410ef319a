"""Find names by rules: runs of capitalised words, typed by the words around and in them.

A name carries its fullest form in the same text, so that "Feith" and "Pieter Feith" are one. Lists hold what is closed
(countries, honorifics, words in the names of bodies); no list of people or towns is consulted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

from babel import Locale

from reportedly.trace.outlets import is_outlet
from reportedly.trace.words import ABBREVIATIONS, DAYS, words
from reportedly.values import Name, NameType, Span

_HONORIFICS = words(
    "mr mrs ms miss dr prof professor sir dame lord lady sheikh king queen prince princess pope father sister brother rev "
    "reverend bishop archbishop cardinal imam rabbi ayatollah president chancellor premier minister secretary senator sen "
    "rep congressman congresswoman governor gov mayor judge justice general gen colonel col major lieutenant lt captain capt "
    "sergeant sgt commander admiral officer inspector detective constable chief director chairman chairwoman spokesman "
    "spokeswoman spokesperson ambassador commissioner councillor analyst actor actress singer author writer journalist "
    "reporter editor coach striker defender midfielder lawyer attorney professor economist historian farmer baker mp "
    "deputy vice representative leader researcher scientist doctor nurse engineer owner manager founder investigator ceo cfo coo chairperson premier's"
)
_ORG = words(
    "ministry agency party council university bank inc ltd corp corporation group union police court committee commission "
    "association army forces church times post news radio tv daily gazette herald tribune company co institute institution "
    "organization organisation department office authority service services board federation league club foundation centre "
    "center college school hospital senate parliament congress assembly government administration bureau navy airlines "
    "airways telegraph guardian press society alliance coalition front movement network channel journal industries motors "
    "systems holdings holding energy partners trust fund academy ministry's nations guard staff command fleet brigade "
    "chamber cabinet affairs defence defense finance interior media magazine observatory watch international house senate nato un eu union nations"
)
_LOC = words(
    "river lake mount mountain mountains island islands sea ocean bay gulf street road avenue square park bridge valley "
    "province county district region city town village port harbour harbor airport desert peninsula strait canal coast "
    "republic kingdom state states emirates forest beach hill heights cape"
)
_MISC = words(
    "act cup games olympics olympic war treaty prize award awards festival summit championship championships conference "
    "agreement accord convention protocol amendment bill day revolution project operation election open prix league's"
)
_PEOPLE = re.compile(
    r"(?:[a-z]{2,}(?:ese|ish|ians?|eans?|icans?|wegian|stanis?)|greeks?|dutch|french|swiss|germans?|czechs?|thai|arabs?|arabic|"
    r"iraqis?|israelis?|kurds|turks|jews|jewish|muslims?|christians?|islamic|catholics?|protestants?|afghans?|syriac|latin|"
    r"danes|swedes|finns|poles|serbs|croats|welsh|irish|cubans?|moroccans?|romans?|democrats?|democratic|internet)$",
    re.IGNORECASE,
)
_PORTFOLIOS = words(
    "state foreign affairs defence defense finance health interior justice education transport energy trade labour labor "
    "agriculture environment culture war homeland security development treasury commerce and the"
)
_RANKS = words("prime first second third former acting vice deputy assistant senior executive lead interim special")
_NOT_COUNTRIES = frozenset(["EU", "UN", "EZ", "QO", "ZZ", "XA", "XB", "TA", "CQ"])
_PLACE_FOR_CERTAIN = words("in near at outside throughout inside")
_PLACES = words(
    "u.s u.s. us uk u.k u.k. usa u.s.a u.s.a. uae america england scotland wales britain europe asia africa middle-east "
    "london paris washington moscow berlin rome madrid brussels beijing tokyo jerusalem baghdad damascus tehran kabul "
    "geneva vienna california texas florida new-york hong-kong"
)
_BEFORE_PLACE = words("in at near from to outside across around toward towards throughout into")
_INSIDE = words("de del della der den di da dos du van von bin ibn al el la le of the for and y & ter ten zu")
_TITLE_GOES_ON = words("of for and the") | _HONORIFICS
_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:(?:['’‑&-]|\.(?=[a-z0-9]))[^\W_]+)*|[^\w\s]|\n")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]?")
_NEVER = words(
    "i the a an he she it they we you this that these those his her its their our my but and or if in on at by for from with "
    "as when while after before since although however meanwhile there here what who which how why where not no yes also "
    "according mr mrs ms dr today yesterday monday's earlier later last first two three four five six seven eight nine ten "
    "some many most several all both another other such each every one now then so yet still even just only more under over "
    "during through because despite until upon about asked speaking following"
)


def find_names(text: str) -> tuple[Name, ...]:
    """The names of a text, in order."""
    runs = _runs(text)
    types = _types(text, runs)
    fullest = _fullest({span.of(text): types[span.of(text)] for span in runs})
    return tuple(Name(span=span, type=types[span.of(text)], name=fullest[span.of(text)]) for span in runs)


def _runs(text: str) -> list[Span]:
    """Runs of capitalised words, joined over the small words inside names."""
    found = list(_WORD.finditer(text))
    lower = {match.group() for match in found if match.group().islower()}
    shouting = _shouting_lines(text)
    out: list[Span] = []
    at, total = 0, len(found)
    while at < total:
        if not _may_open(text, found, at, lower, shouting):
            at += 1
            continue
        last = at
        nxt = at + 1
        while nxt < total and nxt - at < 12:
            word, gap = found[nxt].group(), text[found[nxt - 1].end() : found[nxt].start()]
            if word in ".’'" and gap == "" and word == ".":
                before = found[nxt - 1].group()
                if (
                    (len(before) == 1 or before.lower() + "." in ABBREVIATIONS)
                    and nxt + 1 < total
                    and found[nxt + 1].group()[0].isupper()
                ):
                    nxt += 1
                    continue
                break
            if "\n" in gap or (not word[0].isalnum() and word != "&") or _possessive(found[nxt - 1].group()):
                break
            if word[0].isupper() and word.lower() not in DAYS:
                last = nxt
                nxt += 1
            elif word.lower() in _INSIDE and nxt + 1 < total and _joins(found, at, nxt, text):
                nxt += 1
            elif word[0].isdigit() and last == nxt - 1 and len(word) <= 2 and nxt - at < 3:
                last = nxt
                nxt += 1
            else:
                break
        start, end = found[at].start(), found[last].end()
        if at > 1 and found[at - 1].group() == "of" and found[at - 2].group().lower() in _HONORIFICS:
            while at < last and found[at].group().lower() in _PORTFOLIOS:
                at += 1  # "Secretary of State Ana Ruiz", "Minister of Foreign Affairs Ana Ruiz"
            start = found[at].start()
        proper = _without_titles(found, at, last)
        if proper is not None:
            front = next((one for one in range(at, last) if found[one].group().lower() in _HONORIFICS), at)
            ranks = all(one.group().lower() in _PORTFOLIOS or one.group().lower() in _RANKS for one in found[at:front])
            if front > at and not ranks and not _possessive(found[front - 1].group()):
                out.append(Span(start, found[front - 1].end()))  # the outlet, body or people in front of the title
            start = proper
        end -= 2 if _possessive(text[start:end]) else 0
        if all(part.lower().strip(".") in _HONORIFICS for part in text[start:end].split()):
            at = last + 1  # a title alone names nobody
            continue
        if end > start:
            out.append(Span(start, end))
        at = last + 1
    return out


def _may_open(text: str, found: list[re.Match[str]], at: int, lower: set[str], shouting: list[Span]) -> bool:
    word = found[at].group()
    if not word[0].isupper() or word.lower() in DAYS:
        return False
    if word.lower().replace("’", "'").split("'")[0] in _NEVER and not _is_the_of_a_title(found, at):
        return False
    start = found[at].start()
    if any(span.start <= start < span.end for span in shouting):
        return False
    before = found[at - 1].group() if at else "\n"
    opens = before in '.!?\n:"“”«„‘' or before == "'"
    if opens:
        following = found[at + 1].group() if at + 1 < len(found) else "."
        if word.lower() in lower and not following[:1].isupper():
            return False
        if not following[:1].isupper() and word.endswith(("ing", "ed", "ly")) and not word.isupper():
            return False
    return len(word) > 1 or (at + 1 < len(found) and found[at + 1].group()[0] in ".ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _is_the_of_a_title(found: list[re.Match[str]], at: int) -> bool:
    """ "The" inside a sentence with a capital: part of the name, as in The New York Times."""
    if found[at].group() != "The" or not at or at + 1 >= len(found):
        return False
    return found[at - 1].group()[0].islower() and found[at + 1].group()[0].isupper()


def _shouting_lines(text: str) -> list[Span]:
    """Lines set in capitals altogether, where a capital tells nothing."""
    out, start = [], 0
    for line in text.split("\n"):
        letters = [character for character in line[:400] if character.isalpha()]
        if len(letters) > 12 and sum(character.isupper() for character in letters) > 0.8 * len(letters):
            out.append(Span(start, start + len(line)))
        start += len(line) + 1
    return out[:64]


def _possessive(word: str) -> bool:
    return word.endswith(("'s", "’s"))


def _joins(found: list[re.Match[str]], at: int, nxt: int, text: str) -> bool:
    """Whether a small word stands inside the name: "Bank of England", "bin Zayed", "Organization for the …"."""
    word = found[nxt].group().lower()
    ahead = nxt + 1
    while ahead < len(found) and ahead - nxt < 3 and found[ahead].group().lower() in _INSIDE:
        ahead += 1
    if (
        ahead >= len(found)
        or not found[ahead].group()[0].isupper()
        or "\n" in text[found[nxt].start() : found[ahead].start()]
    ):
        return False
    if word in ("of", "for", "and", "the", "&"):
        head = [one.group().lower() for one in found[at:nxt]]
        if word == "and":
            return head[-1] in (
                "trade",
                "food",
                "health",
                "foreign",
                "culture",
                "research",
                "science",
                "energy",
                "justice",
            )
        return any(one in _ORG or one in _LOC for one in head) or word == "&"
    return True


def _without_titles(found: list[re.Match[str]], at: int, last: int) -> int | None:
    """Where the name proper starts behind a title: "Foreign Minister Ana Ruiz" is Ana Ruiz."""
    for begin in range(last, at, -1):
        title = found[begin - 1].group().lower()
        if title == "." and begin - 2 >= at:
            title = found[begin - 2].group().lower()
        if title not in _HONORIFICS:
            continue
        rest = [one.group() for one in found[begin : last + 1]]
        if any(part.lower() in _ORG or part.lower() in _TITLE_GOES_ON for part in rest) or not rest[0][0].isupper():
            return None
        return found[begin].start()
    return None


def _types(text: str, runs: list[Span]) -> dict[str, NameType]:
    """One type for every surface form: what most of its places say."""
    votes: dict[str, Counter[NameType]] = defaultdict(Counter)
    for span in runs:
        votes[span.of(text)][_type_here(text, span)] += 1
    out = {form: counted.most_common(1)[0][0] for form, counted in votes.items()}
    for form in votes:  # a surname has the type of the name that ends in it
        if len(form.split()) == 1 and form.lower() not in countries():
            for longer, kind in out.items():
                if kind is NameType.PERSON and longer != form and longer.endswith(" " + form):
                    out[form] = NameType.PERSON
                    break
    return out


def _type_here(text: str, span: Span) -> NameType:
    form = span.of(text)
    parts = [part.strip(".").lower() for part in form.split()]
    before = text[max(0, span.start - 40) : span.start].split()
    previous = before[-1].strip(".,").lower() if before else ""
    behind = text[span.end : span.end + 24].lower()
    if form.lower() in countries() or form.lower() in _PLACES or form.lower().replace(" ", "-") in _PLACES:
        return NameType.PLACE
    if len(parts) == 1 and (_PEOPLE.match(form) and previous not in _HONORIFICS):
        return NameType.OTHER
    if any(part in _ORG for part in parts) or is_outlet(form):
        return NameType.ORGANISATION
    if any(part in _MISC for part in parts[1:] or parts):
        return NameType.OTHER
    if previous in _HONORIFICS:
        return NameType.PERSON
    if any(part in _LOC for part in parts):
        return NameType.PLACE
    if form.isupper() and len(form) <= 6 and len(parts) == 1:
        return NameType.ORGANISATION
    if (len(parts) == 1 and previous in _BEFORE_PLACE) or (len(parts) < 4 and previous in _PLACE_FOR_CERTAIN):
        return NameType.PLACE
    if re.match(r"\s+(?:party|ministry|newspaper|agency|company|government|police|airport|university)", behind):
        return NameType.ORGANISATION
    if 2 <= len(parts) <= 4 and previous != "the" and all(part[:1].isalpha() for part in parts):
        return NameType.PERSON
    if re.match(r"(?:,? (?:said|says|told|added|who|wrote))", behind) and previous != "the":
        return NameType.PERSON
    if previous == "the":
        return NameType.ORGANISATION if len(parts) > 1 else NameType.OTHER
    return NameType.PERSON if len(parts) > 1 else NameType.ORGANISATION


@cache
def countries() -> frozenset[str]:
    """Names of countries in English, lower case."""
    territories = Locale("en").territories
    named = {str(code): str(name) for code, name in territories.items()}
    known = (code for code in named if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES)
    return frozenset(named[code].lower() for code in known) | words(
        "russia syria korea vietnam iran bolivia venezuela tanzania moldova macedonia congo burma"
    )


def _fullest(types: dict[str, NameType]) -> dict[str, str]:
    """For each surface form its fullest form among those of its type."""
    forms = sorted(types, key=lambda form: (-len(form.split()), -len(form), form))
    by_last: dict[str, list[str]] = defaultdict(list)
    by_initials: dict[str, str] = {}
    for form in forms:
        for part in set(form.split()):
            by_last[part].append(form)
        capitals = "".join(part[0] for part in re.split(r"[\s-]", form) if part[:1].isupper())
        if len(capitals) > 1:
            by_initials.setdefault(capitals, form)
    out: dict[str, str] = {}
    for form in forms:
        out[form] = form
        parts = form.split()
        plain = form.replace(".", "")
        if (
            plain.isupper()
            and plain in by_initials
            and by_initials[plain] != form
            and types[by_initials[plain]] is types[form]
        ):
            out[form] = by_initials[plain]
            continue
        for longer in by_last[parts[-1]][:50]:
            whole = longer.split()
            if len(whole) > len(parts) and types[longer] is types[form]:
                if types[form] is NameType.PERSON and (
                    whole[-len(parts) :] == parts or (whole[: len(parts)] == parts and len(parts) == 1)
                ):
                    out[form] = longer
                    break
                if types[form] is NameType.ORGANISATION and whole[-len(parts) :] == parts and len(parts) > 1:
                    out[form] = longer
                    break
    return out
