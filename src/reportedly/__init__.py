"""A news wire that shows who says so. This is its library: who says what, through whom, in a text you have.

    >>> import reportedly
    >>> reading = reportedly.read("The port had reopened, SANA reported, citing the ministry.")
    >>> [str(chain) for chain in reading.chains]
    ['SANA ← the ministry']

Names are imported when they are asked for, so that `import reportedly` costs nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportedly.errors import NotRead, ReportedlyError, UsageError
    from reportedly.extract import extract
    from reportedly.pipeline.many import Readings
    from reportedly.pipeline.reading import Readable, Subjects
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
    "NotRead",
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
    "read_many",
    "trace",
]

__version__ = version("reportedly")

_HOMES = {
    "NotRead": "reportedly.errors",
    "ReportedlyError": "reportedly.errors",
    "UsageError": "reportedly.errors",
    "Vocabulary": "reportedly.tag",
    "extract": "reportedly.extract",
    "trace": "reportedly.trace",
}


def read(source: Readable, *, subjects: Subjects = None, url: str = "") -> Reading:
    """Who says what in this, through whom, which names it holds and which subjects it is about.

    `source` is a text (title, then paragraphs, one a line), HTML as text or bytes, a Page or a Report. Spans of a text
    point into it as it was given; of anything else, into `Reading.text`. `subjects` are looked for in it: by default
    the countries, cities, bodies and people that a new wire begins with, which take seconds to load, once; `()` is none.
    Raises ReportedlyError when HTML holds no report, saying why.
    """
    from reportedly.pipeline.reading import read_one, vocabulary_of

    return read_one(source, vocabulary_of(default_subjects() if subjects is None else subjects), url=url)


def read_many(sources: Iterable[Readable], *, subjects: Subjects = None, processes: int | None = None) -> Readings:
    """The readings of many, in their order, as they are asked for: an iterator that reads on every core given to us.

    Each of `sources` is what `read` takes. Only a few for each process are taken in at a time, so that there may be
    any number. One that `read` would refuse raises NotRead, with its number, when its turn comes; the same iterator
    then goes on behind it. Leaving it, `close()` or the end of a `with` ends the processes; with `processes=1` there
    are none. Raises UsageError.
    """
    from reportedly.pipeline import many

    return many.read_many(sources, subjects=subjects, processes=processes)


def default_subjects() -> Vocabulary:
    """The subjects a new wire begins with: countries, cities, bodies and people. Loads them once, in seconds."""
    from reportedly.pipeline import reading

    return reading.default_subjects()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'reportedly' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOMES.get(name, "reportedly.values")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
