"""When to ask a feed again, and what a server said about that. Pure: now and jitter are arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

LONGEST_WAIT = timedelta(days=1)  # whatever a feed asks for, it is asked once a day
LONGEST_OWN = timedelta(hours=1)  # ... and a slow feed once an hour, as long as it asks for nothing itself
SHORTEST = timedelta(minutes=1)  # no feed makes us ask more often, however fast it turns over
CHECKS_A_GAP = 10  # a feed need not be asked more often than this between two of its entries
CHECKS_A_QUIET = 100  # ... or in the time it has been quiet, which a night must not make much of
LEAST_TIMES = 3  # entries with a time that a rhythm is told from
LONGEST_REFUSAL = timedelta(days=7)  # ... unless its server told us, in so many words, to stay away longer
SPREAD = 0.1  # of the wait, added at most, so that a thousand feeds do not come due in one second


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How a feed itself goes: its usual (median) gap between entries, how far back it reaches, and its newest entry."""

    gap: timedelta
    reach: timedelta
    newest: datetime


def rhythm_of(times: Iterable[datetime], *, now: datetime) -> Rhythm | None:
    """The rhythm that the times of a feed's entries tell; None when too few have one.

    Times after `now`, of what an outlet announces or misdates, are left out.
    """
    known = sorted(time for time in times if time <= now)
    if len(known) < LEAST_TIMES:
        return None
    gaps = [later - earlier for earlier, later in pairwise(known)]
    return Rhythm(gap=sorted(gaps)[len(gaps) // 2], reach=known[-1] - known[0], newest=known[-1])


def own_wait(every: timedelta, rhythm: Rhythm | None, *, now: datetime) -> timedelta:
    """How long a feed of this rhythm may be left, `every` being what the operator asks for.

    A slow feed is left longer, to an hour. A feed that turns over faster than we would come back is asked in half the
    time it reaches back, so that no entry falls out of it between two checks.
    """
    if rhythm is None:
        return every
    slow = max(rhythm.gap / CHECKS_A_GAP, (now - rhythm.newest) / CHECKS_A_QUIET)
    if slow > every:
        return max(every, min(slow, LONGEST_OWN))
    return min(every, max(rhythm.reach / 2, SHORTEST)) if rhythm.reach else every


def next_check(
    *,
    now: datetime,
    every: timedelta,
    rhythm: Rhythm | None = None,
    ttl: timedelta | None = None,
    max_age: timedelta | None = None,
    retry_after: timedelta | None = None,
    failures: int = 0,
    jitter: float = 0.0,
) -> datetime:
    """The moment a feed is next due.

    `every` is our own rhythm, bent by the feed's (see `own_wait`). A feed's `ttl` and its answer's `max_age` can only
    slow it down, to a day at most. Each of `failures` in a row doubles the wait, to a day at most; `retry_after` is kept
    to the second, up to a week. `jitter` runs from 0 to 1.
    """
    wait = max(own_wait(every, rhythm, now=now), ttl or timedelta(0), max_age or timedelta(0))
    if failures:
        wait = max(wait, timedelta(minutes=1)) * 2 ** min(failures - 1, 10)
    wait = min(wait, max(LONGEST_WAIT, every))
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_REFUSAL))
    return now + wait * (1 + SPREAD * min(max(jitter, 0.0), 1.0))


def retry_after(header: str, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to stay away, in seconds or as a date; None when it says nothing."""
    header = header.strip()
    if re.fullmatch(r"[0-9]{1,9}", header):
        return timedelta(seconds=int(header))
    until = http_date(header)
    return max(until - now, timedelta(0)) if until else None


def max_age(*, cache_control: str, expires: str, date: str, now: datetime) -> timedelta | None:
    """How long an answer stays fresh: Cache-Control's max-age, else Expires; None when neither says."""
    if re.search(r"\bno-(?:cache|store)\b", cache_control, re.IGNORECASE):
        return None
    if found := re.search(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,9})", cache_control, re.IGNORECASE):
        return timedelta(seconds=int(found[1]))
    if until := http_date(expires):
        return max(until - (http_date(date) or now), timedelta(0))
    return None


def http_date(text: str) -> datetime | None:
    """An HTTP date as aware UTC, or None."""
    try:
        found = parsedate_to_datetime(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
