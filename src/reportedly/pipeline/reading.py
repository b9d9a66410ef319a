"""The reading of whatever a caller has: a text, HTML, a page or a report.

What is given in another type, or holds no report, raises and says so; nothing is guessed about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from reportedly.errors import ReportedlyError, UsageError
from reportedly.pipeline.line import Line
from reportedly.tag import Vocabulary, tag
from reportedly.trace import trace
from reportedly.values import Page, Reading, Report, SetAside, Subject

Readable = str | bytes | Page | Report
Subjects = Vocabulary | Iterable[Subject] | None  # None: those that a new wire begins with

_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s|\?xml\b|/?(?:html|head|body|article|main|section|div|p|h1|meta|title|table)\b)",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_WITHIN = 8_192  # characters at the start in which markup must show


def read_one(item: Readable, vocabulary: Vocabulary, *, url: str = "") -> Reading:
    """What is read in an item; `url` names HTML that comes without an address.

    Raises UsageError for what cannot be read, ReportedlyError for HTML without a report, saying why.
    """
    match item:
        case str() if not _is_markup(item):
            reading = trace(item)
            return replace(reading, subjects=tag(item, reading.names, vocabulary))
        case Report():
            return Line(vocabulary).read_report(item).reading
        case Page():
            return _read_page(item, vocabulary)
        case str():
            return _read_page(_page(item.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8", url), vocabulary)
        case bytes():
            return _read_page(_page(item, "text/html", url), vocabulary)
        case _:
            raise UsageError(f"{type(item).__name__} cannot be read; give a text, HTML, a Page or a Report")


def vocabulary_of(subjects: Subjects) -> Vocabulary:
    """The subjects ready to be looked for."""
    if subjects is None:
        return default_subjects()
    return subjects if isinstance(subjects, Vocabulary) else Vocabulary(subjects)


@cache
def default_subjects() -> Vocabulary:
    """The subjects a new wire begins with: countries, cities, bodies and people. Loads them once, in seconds."""
    from reportedly.tag.seeds import seeds  # what it stands on takes a while to import

    return Vocabulary(
        Subject(
            id=number, label=seed.label, type=seed.type, aliases=seed.aliases, country=seed.country, weight=seed.weight
        )
        for number, seed in enumerate(seeds(), 1)
    )


def _is_markup(text: str) -> bool:
    return text[:64].lstrip("\ufeff \t\r\n").startswith("<") and bool(
        _MARKUP.match(text[:_MARKUP_WITHIN].lstrip("\ufeff"))
    )


def _page(body: bytes, content_type: str, url: str) -> Page:
    return Page(url=url, body=body, content_type=content_type, fetched=datetime.now(UTC))


def _read_page(page: Page, vocabulary: Vocabulary) -> Reading:
    found = Line(vocabulary).read_page(page)
    if isinstance(found, SetAside):
        raise ReportedlyError(f"{page.url or 'this page'} holds no report that can be read ({found})")
    return found.reading
