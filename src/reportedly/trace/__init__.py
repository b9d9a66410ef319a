"""Trace a text: who says what, through whom.

    read (labels) -> mend what is certain -> link (attributions, voices) -> chains

`trace` never raises on a text, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from reportedly.model import Labels, Reader
from reportedly.trace.certain import mended
from reportedly.trace.chains import chains_of
from reportedly.trace.found import found_of
from reportedly.trace.linking import link
from reportedly.trace.names import names_of
from reportedly.trace.quotations import find_quotations
from reportedly.values import Reading

__all__ = ["RULE", "chains_of", "trace", "trace_all"]

RULE = "reader-4"  # changes with the weights and with whatever else changes readings


def trace(text: str, *, outlet: str = "") -> Reading:
    """Read a text (title, then paragraphs, one a line): its names, attributions and chains; subjects stay empty.

    `outlet` is whose report it is, by name or host: what is told to it, or said by it, is not marked as a voice.
    """
    return _reading(text, _reader().read([text])[0], outlet)


def trace_all(texts: Sequence[str]) -> list[Reading]:
    """The readings of many texts, in their order; each reads as it would by itself, and in less time."""
    return [_reading(text, labels) for text, labels in zip(texts, _reader().read(texts), strict=True)]


@cache
def _reader() -> Reader:
    """The trained reader of this process, loaded when it is first needed."""
    return Reader()


def _reading(text: str, labels: Labels, outlet: str = "") -> Reading:
    names = names_of(labels.names, text)
    quotations = find_quotations(text)
    found = mended(found_of(labels.attributions), text, quotations, names, outlet)
    attributions = link(found, text, quotations, names, rule=RULE)
    return Reading(text=text, names=names, attributions=attributions, chains=chains_of(attributions, text), rule=RULE)
