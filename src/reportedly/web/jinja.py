"""The Jinja2 environment of the public pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.templatetags.static import static
from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from reportedly.values import Span
from reportedly.web import addresses
from reportedly.web.changes import changes
from reportedly.web.marking import Paragraph, mark
from reportedly.wire.health import spoken
from reportedly.wire.listings import Heard, ReportPage

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
NOW = timedelta(minutes=1)
EXAMPLE = (Heard("Channel 4", False), Heard("its sources in the ministry", True), Heard("Ana Ruiz", False))


def environment(**options: Any) -> Environment:
    """Templates that escape by default and fail on a name they were not given."""
    options["undefined"] = StrictUndefined
    options["autoescape"] = select_autoescape(default=True, default_for_string=True)
    env = Environment(**options, trim_blocks=True, lstrip_blocks=True)
    env.globals.update(static=static, addresses=addresses, marked=marked, changes=changes, example=EXAMPLE)
    env.filters.update(
        when=when,
        ago=ago,
        spoken=spoken,
        share=share,
        capitalised=capitalised,
        day=day,
        many=many,
        capped=capped,
        host=host,
        web_address=web_address,
        found_in=found_in,
    )
    return env


def when(time: datetime | None, is_day: bool = False) -> Markup:
    """A time as readers and machines read it: only the day where only the day is known, words where nothing is."""
    if time is None:
        return Markup('<span class="no-date">date not given</span>')
    time = time.astimezone(UTC)
    # Digits and names of months: nothing in them to escape.
    if is_day:
        return Markup(f'<time datetime="{time:%Y-%m-%d}">{day(time)}</time>')
    return Markup(f'<time datetime="{time:%Y-%m-%dT%H:%M:%SZ}">{day(time)}, {time:%H:%M}\u00a0UTC</time>')


def ago(time: datetime | None, now: datetime) -> Markup:
    """How long ago a time was, or how soon it comes, with the time itself for whoever points at it."""
    if time is None:
        return Markup('<span class="soft">never</span>')
    time = time.astimezone(UTC)
    far = spoken(abs(time - now))
    said = "now" if abs(time - now) < NOW else f"in {far}" if time > now else f"{far} ago"
    exact = f"{day(time)}, {time:%H:%M} UTC"
    return Markup(f'<time datetime="{time:%Y-%m-%dT%H:%M:%SZ}" title="{exact}">{said}</time>')


def share(part: float | None) -> str:
    """A share as a percentage that says 100% only of all, and 0% only of nothing."""
    if part is None:
        return "–"
    return f"{min(max(round(100 * part), 0 if part <= 0 else 1), 100 if part >= 1 else 99)}%"


def capitalised(clause: str) -> str:
    """A clause as the beginning of a sentence."""
    return clause[:1].upper() + clause[1:]


def day(time: datetime) -> str:
    """22 November 2026."""
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}"


def many(count: int, one: str, more: str = "") -> str:
    """ "1 report", "2 reports", "1,000 reports"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def capped(count: int, cap: int) -> str:
    """A count that was not counted further than its cap: "1,000+"."""
    return f"{cap:,}+" if count >= cap else f"{count:,}"


def web_address(url: str) -> str:
    """The address if it is one of the web; "" for any other, which must not become a link."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def host(url: str) -> str:
    """The host of an address, as a reader knows it."""
    return url.partition("://")[2].partition("/")[0].removeprefix("www.") or url


FOUND_IN = {
    "unknown": "not given",
    "record": "the record it came in",
    "json-ld": "the page’s JSON-LD",
    "meta": "the page’s meta tags",
    "microdata": "the page’s microdata",
    "html": "the page’s html tag",
    "h1": "the page’s heading",
    "time": "a time tag of the page",
    "feed": "the feed",
    "url": "the address",
    "guess": "a guess",
    "body": "the page’s body",
    "rule": "a rule for this outlet",
}


def found_in(where: str) -> str:
    """Where a field of a report was found, for a reader."""
    return FOUND_IN.get(where, where)


PARAGRAPHS_SHOWN = 2_000  # of a report; whoever publishes more is read at the original


def marked(page: ReportPage) -> tuple[Paragraph, ...]:
    """The report's headline, then its paragraphs, with who says them marked."""
    headline = Span(0, len(page.text.partition("\n")[0]))
    return mark(page.text, (headline, *page.paragraphs[:PARAGRAPHS_SHOWN]), page.statements)
