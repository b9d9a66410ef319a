"""Days and moments as they are stated and written.

A moment with its zone is a time; one without is only a day, since its hour could mean any of 26. A day before 1990 or
after the page was fetched is nobody's date. Which of several is believed is decided in `published`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = date(1990, 1, 1)
CLOCKS_DIFFER = timedelta(days=1)  # a page may be dated ahead of our clock by its zone, not by more
ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.I,
)
COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})\d{0,2}(?P<zone>Z)?)?$"
)
EPOCH = re.compile(r"^(?:\d{10}|\d{13})$")
IN_URL = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})[/-](?P<month>0[1-9]|1[0-2])[/-](?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
IN_URL_COMPACT = re.compile(r"(?<![\d])(?P<year>20[0-3]\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True)
class When:
    """A moment in its own zone, or only a day (then the time is midnight UTC and means nothing)."""

    at: datetime
    is_day: bool

    @property
    def day(self) -> date:
        """The day on the outlet's own calendar."""
        return self.at.date()


def read_when(said: str, *, now: datetime) -> When | None:
    """The moment that a machine-readable statement names; None for one we cannot be sure of."""
    said = said.strip()
    if len(said) > 80:
        return None
    if EPOCH.match(said):
        return plausible(When(datetime.fromtimestamp(int(said[:10]), UTC), False), now=now)
    if found := (ISO.match(said) or COMPACT.match(said)):
        return plausible(_built(**found.groupdict()), now=now)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if at.tzinfo is None or said.rstrip().endswith("-0000"):
        return plausible(_day(at.year, at.month, at.day), now=now)
    return plausible(When(at, False), now=now)


def first_when(statements: Iterable[str], *, now: datetime) -> When | None:
    """The first statement that names a plausible moment."""
    return next((when for said in statements if (when := read_when(said, now=now))), None)


def when_in_url(url: str, *, now: datetime) -> When | None:
    """The day that an address carries, if it carries exactly one."""
    path = url.partition("//")[2].partition("/")[2].partition("?")[0]
    for pattern in (IN_URL, IN_URL_COMPACT):
        days = {found.groups() for found in pattern.finditer(path)}
        if len(days) == 1:
            year, month, day = (int(part) for part in days.pop())
            return plausible(_day(year, month, day), now=now)
    return None


def plausible(when: When | None, *, now: datetime) -> When | None:
    """The moment, unless no report can be of that day."""
    if when is None:
        return None
    try:
        return when if when.day >= EARLIEST and when.at <= now + CLOCKS_DIFFER else None
    except OverflowError:
        return None


def _built(
    year: str, month: str, day: str, hour: str | None, minute: str | None, zone: str | None, second: str | None = None
) -> When | None:
    if hour is None or minute is None or zone is None:
        return _day(int(year), int(month), int(day))
    sign = zone[0] if zone[0] in "+-" else "+"
    digits = re.sub(r"\D", "", zone).ljust(4, "0")
    clock = f"{int(hour):02}:{minute}:{second or '00'}{sign}{digits[:2]}:{digits[2:4]}"
    try:
        at = datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}")
    except ValueError:
        return _day(int(year), int(month), int(day))
    # Midnight to the second is how systems write a day for which they know no hour.
    if at.hour == at.minute == at.second == 0:
        return _day(at.year, at.month, at.day)
    return When(at, False)


def _day(year: int, month: int, day: int) -> When | None:
    try:
        return When(datetime(year, month, day, tzinfo=UTC), True)
    except ValueError:
        return None
