"""A news wire that shows who says so. This is its library: who says what, through whom, in a text you have.

    >>> import reportedly
    >>> reading = reportedly.read("The port had reopened, SANA reported, citing the ministry.")
    >>> [str(chain) for chain in reading.chains]
    ['SANA ← the ministry']

Names are imported when they are asked for, so that `import reportedly` costs nothing.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportedly.errors import ReportedlyError, UsageError
    from reportedly.extract import extract
    from reportedly.tag import Vocabulary
    from reportedly.trace import trace
    from reportedly.values import (
        Attribution,
        Chain,
        Kind,
        Name,
        NameType,
        Page,
        Reading,
        Reason,
        Report,
        SetAside,
        SourceType,
        Span,
        Stance,
        Subject,
        Tag,
        Voice,
    )

__all__ = [
    "Attribution",
    "Chain",
    "Kind",
    "Name",
    "NameType",
    "Page",
    "Reading",
    "Reason",
    "Report",
    "ReportedlyError",
    "SetAside",
    "SourceType",
    "Span",
    "Stance",
    "Subject",
    "Tag",
    "UsageError",
    "Vocabulary",
    "Voice",
    "__version__",
    "default_subjects",
    "extract",
    "read",
    "trace",
]

__version__ = version("reportedly")

_HOMES = {
    "ReportedlyError": "reportedly.errors",
    "UsageError": "reportedly.errors",
    "Vocabulary": "reportedly.tag",
    "extract": "reportedly.extract",
    "trace": "reportedly.trace",
}
_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s|\?xml\b|/?(?:html|head|body|article|main|section|div|p|h1|meta|title|table)\b)",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_WITHIN = 8_192  # characters at the start in which markup must show


def read(
    source: str | bytes | Page | Report, *, subjects: Vocabulary | Iterable[Subject] | None = None, url: str = ""
) -> Reading:
    """Who says what in this, through whom, which names it holds and which subjects it is about.

    `source` is a text (title, then paragraphs, one a line), HTML as text or bytes, a Page or a Report. Spans of a text
    point into it as it was given; of anything else, into `Reading.text`. `subjects` are looked for in it: by default
    the countries, cities, bodies and people that a new wire begins with, which take seconds to load, once; `()` is none.
    Raises ReportedlyError when HTML holds no report, saying why.
    """
    from reportedly.pipeline.line import Line
    from reportedly.values import Page, Report

    line = Line(_vocabulary(subjects))
    if isinstance(source, str) and not _is_markup(source):
        return _tagged(source, line.vocabulary)
    if isinstance(source, Report):
        return line.read_report(source).reading
    if not isinstance(source, Page):
        is_text = isinstance(source, str)
        source = Page(
            url=url,
            body=source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source,
            content_type="text/html; charset=utf-8" if is_text else "text/html",
            fetched=datetime.now(UTC),
        )
    return _report_of(source, line)


@cache
def default_subjects() -> Vocabulary:
    """The subjects a new wire begins with: countries, cities, bodies and people. Loads them once, in seconds."""
    from reportedly.tag import Vocabulary
    from reportedly.tag.seeds import seeds
    from reportedly.values import Subject

    return Vocabulary(
        Subject(
            id=number, label=seed.label, type=seed.type, aliases=seed.aliases, country=seed.country, weight=seed.weight
        )
        for number, seed in enumerate(seeds(), 1)
    )


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'reportedly' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOMES.get(name, "reportedly.values")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


def _is_markup(text: str) -> bool:
    return text[:64].lstrip("\ufeff \t\r\n").startswith("<") and bool(
        _MARKUP.match(text[:_MARKUP_WITHIN].lstrip("\ufeff"))
    )


def _tagged(text: str, vocabulary: Vocabulary) -> Reading:
    from dataclasses import replace

    from reportedly.tag import tag
    from reportedly.trace import trace

    reading = trace(text)
    return replace(reading, subjects=tag(text, reading.names, vocabulary))


def _report_of(page: Page, line: Any) -> Reading:
    from reportedly.errors import ReportedlyError
    from reportedly.values import SetAside

    found = line.read_page(page)
    if isinstance(found, SetAside):
        raise ReportedlyError(f"{page.url or 'this page'} holds no report that can be read ({found})")
    reading: Reading = found.reading
    return reading


def _vocabulary(subjects: Vocabulary | Iterable[Subject] | None) -> Vocabulary:
    from reportedly.tag import Vocabulary

    if subjects is None:
        return default_subjects()
    return subjects if isinstance(subjects, Vocabulary) else Vocabulary(subjects)
