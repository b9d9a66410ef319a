"""When to look at a stored page again, and whether what came is still that page. Pure: "now" is an argument.

An outlet may change a report, or take it down, and its feed says nothing of it. So a page is asked for again at a few
moments (`moments`, counted from when the report was first collected), each further off than the one before. Then it is
left in peace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

from reportedly.wire.identity import canonical_address

# How long a look that failed for a passing reason waits for its second attempt, and for its third.
TRY_AGAIN_AFTER = (timedelta(minutes=30), timedelta(hours=3))
MADE_UP_WITHIN = timedelta(days=7)  # of the last moment, a look that could not be made then is still made
# Share of the longer words of the shorter text that the longer text has, too. In the sample wire the corrections share
# 0.96 and more with what they correct; of pairs of other reports half share 0.08, and one in a hundred more than 0.23.
LEAST_SHARED = 0.25
_WORD = re.compile(r"\w{5,}")  # shorter ones stand in every text
_NAME = re.compile(r"[^\W\d_]{4,}|\d{3,}")  # what an address calls a report: words, numbers


# --- when ------------------------------------------------------------------------------------------------------------


def next_look(collected: datetime, moments: Sequence[timedelta], *, after: datetime) -> datetime | None:
    """The first moment after `after` at which a page that was first collected then is looked at; None: never again.

    Moments that went by are not made up for one by one: one look is as good as several at once.
    """
    return min((collected + moment for moment in moments if collected + moment > after), default=None)


def look_after_failure(
    collected: datetime,
    moments: Sequence[timedelta],
    *,
    now: datetime,
    failures: int,
    may_pass: bool,
    retry_after: timedelta | None = None,
) -> tuple[datetime | None, int]:
    """When to look again at a page that could not be had, and the failures in a row then; None: never again.

    `failures` counts this one. Twice we look again soon, when the failure may pass; then we let it be until the next
    moment, as if we had looked. `retry_after` is kept to.
    """
    at = next_look(collected, moments, after=now)
    tries_soon = may_pass and failures <= len(TRY_AGAIN_AFTER)
    if tries_soon:
        soon = now + TRY_AGAIN_AFTER[failures - 1]
        at = min(soon, at or soon)
    if at is not None and retry_after is not None:
        at = max(at, now + retry_after)
    return at, failures if tries_soon else 0


def is_watched(published: datetime | None, collected: datetime, moments: Sequence[timedelta]) -> bool:
    """Whether a report is looked at again at all: not when it was older than the last moment as it came to us."""
    return bool(moments) and (published is None or collected - published <= max(moments))


def is_over(collected: datetime, moments: Sequence[timedelta], *, now: datetime) -> bool:
    """Whether it is too late even for a look that was missed."""
    return not moments or now > collected + max(moments) + MADE_UP_WITHIN


# --- what came -------------------------------------------------------------------------------------------------------


def is_its_page(url: str, *, before: str, final: str) -> bool:
    """Whether the page that `url` leads to now, `final`, may be the one it led to `before`.

    The same address, or one that its last part calls by a word or number of the old one: a new headline, a site
    rebuilt. The home page, a section of it, a login or a consent page is what is shown in place of a report.
    """
    there = canonical_address(final)
    if there in (canonical_address(before), canonical_address(url)):
        return True
    return bool(_called(final) & (_named(before) | _named(url)))


def _named(url: str) -> set[str]:
    """The words and numbers that tell the page from its neighbours: those of its query, else of its address's end."""
    asked = " ".join(value for _, value in parse_qsl(urlsplit(canonical_address(url)).query))
    return set(_NAME.findall(asked.casefold())) or _called(url)


def _called(url: str) -> set[str]:
    """The words and numbers of the last part of an address. Its query is left out: it may say only where to return."""
    try:
        last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return set()
    return set(_NAME.findall(re.sub(r"\.\w{1,5}$", "", last).casefold()))


def reads_on(before: str, now: str) -> bool:
    """Whether the text can be a later version of the one before: it has its title, or a good part of its words.

    However much an outlet rewrites, it still tells of the same; a wall that nobody recognised does not.
    """
    if before.partition("\n")[0].casefold() == now.partition("\n")[0].casefold():
        return True
    short, long = sorted((set(_WORD.findall(text.casefold())) for text in (before, now)), key=len)
    return bool(short) and len(short & long) >= LEAST_SHARED * len(short)
