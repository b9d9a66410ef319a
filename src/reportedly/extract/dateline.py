"""What is printed around a headline: the day, and whose report it is.

Readers find both within a few lines of the headline, so only there are they looked for. A day that is said to be of a
change is not taken for the day of publication, and one that could be two days is taken for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache, cached_property

from babel import Locale, UnknownLocaleError
from lxml.etree import _Element

from reportedly.extract.authors import clean_authors, is_outlet_like, is_personal_name
from reportedly.extract.dates import When, plausible
from reportedly.extract.paragraphs import fold
from reportedly.extract.shown import Line, Shown

BEFORE, AFTER = 8, 24  # lines before and after the headline
DATE_LINE = 110  # characters of a line that can be a dateline; a longer one is a sentence
ALONE = 40  # characters of a line that holds hardly more than a day; there one without its year is understood
SENTENCE = 220  # characters of a line that may name a day we know of
PROGRAMME = 3  # different days by a headline from which they are a programme or a list
PAST_THE_FIRST = 2  # lines behind the first long one where a day may still stand: that one is often the lead
DIGIT = re.compile(r"\d")
BYLINE = 120
FIRST_PARAGRAPH = 260  # a line this long begins the report itself; datelines end soon behind it

PUBLISHED = re.compile(
    r"\b(?:publish|posted|post(?:ed)? on|first (?:publ|post)|created|written|veröffentlicht|erstellt|erschienen|publi[ée]|publicad|pubblicat|"
    r"gepubliceerd|publicerad|opublikowan|опубликован|vom\b)",
    re.I,
)
NOT_PUBLISHED = re.compile(
    r"updat|modif|chang|review|edited|last |aktualisiert|geändert|bearbeitet|stand:?|mis à jour|modifié|actualiza|modificad|"
    r"aggiornat|bijgewerkt|uppdater|zaktualizowan|обновлен|expire|deadline|copyright|©|\(c\)|joined|registriert|member since|born|"
    r"event|termin|effective|accessed|comment|kommentar|review|rating|bewertung|today|heute",
    re.I,
)
OF_SOMETHING_ELSE = re.compile(
    r"(?<![a-z])(?:comments?|kommentare?|reviews?|ratings?|bewertung(?:en)?|related|figcaption|caption|image-?caption|hours)(?![a-z])|disqus",
    re.I,
)
ISO_DAY = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:-|\.|/|年\s?)(?P<m>\d{1,2})(?:-|\.|/|月\s?)(?P<d>\d{1,2})(?!\d)")
DOTTED_DAY = re.compile(
    r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>(?:19|20)\d{2})|(?P<y2>\d{2}))(?![\d.%])"
)
SLASHED_DAY = re.compile(r"(?<![\d/])(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<y>(?:19|20)\d{2})(?![\d/])")
_BY = r"(?:by|von|par|por|door|autor(?:in)?\s?:|author\s?:|auteur\s?:|text\s?:)"
BYLINE_WORDS = re.compile(
    rf"(?:^\W*(?:(?:words|text|story|written|posted|published|article|verfasst|geschrieben|veröffentlicht|erstellt)\s+)?{_BY}"
    rf"|(?:\d{{4}}|[|·•⋅])\W{{0,3}}(?:\s?(?:posted|written))?\s*{_BY}"
    rf"|^(?:posted|published|veröffentlicht|written)\b.{{0,50}}\s{_BY})\s*:?\s+"
    r"(?P<names>[^\d|·•⋅()]{2,80}?)(?=\s*(?:$|[\d|·•⋅()]|\s(?:on|am|in|posted|published|updated|view|follow|leave)\b|,\s*\d))",
    re.I,
)
BYLINE_PLACE = re.compile(r"author|byline|\bautor\b|auteur|creator|written-by|user__name|auth_name|verfasser")
BYLINE_LINK = re.compile(
    r"/(?:authors?|autor(?:en)?|by|profiles?|people|writers?|staff|team|contributors?|auteurs?|user)/"
)
NO_BYLINE_PLACE = re.compile(r"comment|related|teaser|sidebar|widget|avatar|caption|credit|reply|footer-")
OTHERS = re.compile(
    r"photo|foto|image|bild|illustration|powered|reviewed|edited|fact.?checked|sponsored|presented|designed|comment|kommentar|says|"
    r"created by|©|copyright|translated|narrated|theme|fazit|projektleit|caption",
    re.I,
)
MONTH_FIRST = frozenset({"en-US", "en-PH"})


class Surroundings:
    """The lines around a page's headline, each with the element it began in; looked up only when asked."""

    def __init__(self, shown: Shown, title: str) -> None:
        self._shown, self._title = shown, fold(title)

    def day(self, language: str | None, *, now: datetime) -> When | None:
        """The day of publication printed there; one that says it is that comes before one that says nothing."""
        unlabelled: list[When] = []
        for element, line in self.lines:
            if len(line) > DATE_LINE or not DIGIT.search(line):
                continue
            for when, label in days_in(line, language or "en"):
                if plausible(when, now=now) is None or NOT_PUBLISHED.search(label):
                    continue
                if PUBLISHED.search(label):
                    return when
                if not is_of_something_else(element):
                    unlabelled.append(when)
        return unlabelled[0] if 0 < len({when.day for when in unlabelled}) < PROGRAMME else None

    def shows(self, when: When, language: str | None) -> bool:
        """Whether a reader finds this day on the page, written in any way."""
        pattern = _ways_to_write(when.day, (language or "en").partition("-")[0])
        return any(pattern.search(line if len(line) > ALONE else line + "\n") for line in self._dated_lines)

    def day_of_publication(self, language: str | None, *, now: datetime) -> When | None:
        """The only day, anywhere on the page, of which it is printed that something was published on it."""
        found = {
            when.day: when
            for line in self._dated_lines
            if len(line) <= DATE_LINE and PUBLISHED.search(line)
            for when, label in days_in(line, language or "en")
            if PUBLISHED.search(label) and not NOT_PUBLISHED.search(label) and plausible(when, now=now)
        }
        return found.popitem()[1] if len(found) == 1 else None

    def says_changed(self, when: When, language: str | None) -> bool:
        """Whether the page prints this day as that of a change, or of anything but its publication."""
        pattern = _ways_to_write(when.day, (language or "en").partition("-")[0])
        lines = (line for line in self._dated_lines if len(line) <= DATE_LINE)
        return any((found := pattern.search(line)) and NOT_PUBLISHED.search(line[: found.start()]) for line in lines)

    def authors(self, outlet_names: tuple[str, ...]) -> tuple[str, ...]:
        """The names of a byline printed there, or of the only byline on the page."""
        for element, line in self.lines:
            if names := _byline(element, line, outlet_names):
                return names
        lines = [(element, line) for element, line in self._all_lines if len(line) <= ALONE * 2]
        everywhere = {names for element, line in lines if (names := _byline(element, line, outlet_names))}
        return everywhere.pop() if len(everywhere) == 1 else ()

    @cached_property
    def lines(self) -> tuple[tuple[_Element, str], ...]:
        """The lines behind the headline, then those before it, the nearest first."""
        lines = self._all_lines
        at = self._headline()
        if at is None:
            return ()
        behind = lines[at + 1 : at + 1 + AFTER]
        first = next((n for n, (_, line) in enumerate(behind) if len(line) >= FIRST_PARAGRAPH), AFTER)
        behind = behind[: first + 1 + PAST_THE_FIRST]
        return (*behind, *reversed(lines[max(0, at - BEFORE) : at]))

    @property
    def _all_lines(self) -> Sequence[Line]:
        return self._shown.apart

    @cached_property
    def _dated_lines(self) -> tuple[str, ...]:
        return tuple(line for _, line in self._all_lines if len(line) <= SENTENCE and DIGIT.search(line))

    def _headline(self) -> int | None:
        same = [
            at
            for at, (line, words) in enumerate(zip(self._all_lines, self._shown.folded, strict=True))
            if len(line[1]) < 400 and self._is_headline(words)
        ]
        in_heading = [at for at in same if any(up.tag == "h1" for up in _upwards(self._all_lines[at][0]))]
        return next(iter(in_heading or same), None)

    def _is_headline(self, line: str) -> bool:
        if not self._title or not line:
            return False
        return line == self._title or (len(line) > 12 and (line.endswith(self._title) or self._title.endswith(line)))


def is_of_something_else(element: _Element) -> bool:
    """Whether what stands in an element belongs to a comment, a picture or another report, by the names around it."""
    return any(
        up.tag in ("figure", "figcaption") or OF_SOMETHING_ELSE.search(f"{up.get('class') or ''} {up.get('id') or ''}")
        for up in _upwards(element, most=3)
    )


def _byline(element: _Element, line: str, outlet_names: tuple[str, ...]) -> tuple[str, ...]:
    """The names in a line that is a byline by its words ("By …") or by its place in the markup."""
    if len(line) > BYLINE or OTHERS.search(line):
        return ()
    if found := BYLINE_WORDS.search(line):
        names = clean_authors([found["names"]])
        names = tuple(name for name in names if not is_outlet_like(name))
    elif len(line) <= 60 and _is_byline_place(element):
        names = clean_authors([line], outlet_names=outlet_names)
    else:
        return ()
    return tuple(name for name in names if " " in name and is_personal_name(name))


def _is_byline_place(element: _Element) -> bool:
    above = list(_upwards(element, most=3))
    named = " ".join(
        up.get(attribute) or ""
        for up in above
        for attribute in ("class", "id", "rel", "itemprop", "itemtype", "data-testid")
    ).lower()
    if NO_BYLINE_PLACE.search(named):
        return False
    links = " ".join(up.get("href") or "" for up in above if up.tag == "a").lower()
    return bool(BYLINE_PLACE.search(named) or BYLINE_LINK.search(links))


def _upwards(element: _Element, most: int = 4) -> Iterator[_Element]:
    at: _Element | None = element
    for _ in range(most):
        if at is None:
            return
        yield at
        at = at.getparent()


# --- days in words ---------------------------------------------------------------------------------------------------


def days_in(line: str, language: str) -> Iterator[tuple[When, str]]:
    """The days that a line names, in their order, each with the words before it."""
    found: list[tuple[int, When | None]] = []
    for match in ISO_DAY.finditer(line):
        found.append((match.start(), _day(match["y"], match["m"], match["d"])))
    for match in DOTTED_DAY.finditer(line):
        found.append((match.start(), _day(match["y"] or match["y2"], match["m"], match["d"])))
    for match in SLASHED_DAY.finditer(line):
        found.append((match.start(), _slashed(match["y"], int(match["a"]), int(match["b"]), language)))
    for tongue in dict.fromkeys((language.partition("-")[0], "en")):
        pattern, months = _named_days(tongue)
        for match in pattern.finditer(line):
            day, name = match["d"] or match["d2"], match["m"] or match["m2"]
            found.append((match.start(), _day(match["y"] or match["y2"], str(months[_key(name)]), day)))
    start = 0
    for at, when in sorted(found, key=lambda pair: pair[0]):
        if when is not None:
            yield when, line[start:at]
            start = at


def _slashed(year: str, a: int, b: int, language: str) -> When | None:
    if a == b or b > 12:
        return _day(year, str(a), str(b))
    if a > 12:
        return _day(year, str(b), str(a))
    if language in MONTH_FIRST:
        return _day(year, str(a), str(b))
    return None if language == "en" else _day(year, str(b), str(a))


def _day(year: str, month: str, day: str) -> When | None:
    try:
        whole = int(year) if len(year) == 4 else 2000 + int(year)
        return When(datetime(whole, int(month), int(day), tzinfo=UTC), True)
    except ValueError:
        return None


@cache
def _named_days(language: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """A pattern for days with a month's name in a language, and the months' numbers (names from the CLDR)."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    months: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                key = _key(str(name))
                if len(key) >= 3 and not key.isdigit():
                    months.setdefault(key, number)
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True)) or "(?!)"
    return (
        re.compile(
            rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s*(?:de\s|of\s|-|\s)\s*(?P<m>{names})\.?,?(?:\s+(?:de|del)\b)?[\s-]+(?P<y>(?:19|20)\d{{2}})(?!\d)"
            rf"|(?<!\w)(?P<m2>{names})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d{{2}})(?!\d)",
            re.I,
        ),
        months,
    )


@cache
def _ways_to_write(day: date, language: str) -> re.Pattern[str]:
    """A pattern for one day however it is written; without its year only on a short line, which ends with a break."""
    d, m, y, yy = f"0?{day.day}", f"0?{day.month}", str(day.year), f"(?:{day.year // 100})?{day.year % 100:02}"
    names = {
        name for tongue in (language, "en") for name, month in _named_days(tongue)[1].items() if month == day.month
    }
    month = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    named = (
        rf"(?<!\d){d}(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:de\s|of\s)?\s*(?:{month})(?!\w)\.?"
        rf"|(?<!\w)(?:{month})\.?\s+{d}(?!\d)(?:st|nd|rd|th)?"
    )
    return re.compile(
        rf"(?<!\d)(?:{y}\s?[-./年]\s?{m}\s?[-./月]\s?{d}|{d}\s?[-./]\s?{m}\s?[-./]\s?{yy}|{m}\s?[-./]\s?{d}\s?[-./]\s?{yy})(?!\d)"
        rf"|(?:{named})(?:(?:,|\s+del?)?[\s-]*{y}(?!\d)|(?!,?\s*\d{{4}})(?=.*\n))",
        re.I,
    )


def _key(name: str) -> str:
    return name.casefold().rstrip(".")
