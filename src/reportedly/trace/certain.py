"""Mend what the reader gets wrong and the guide leaves no doubt about. Each mending is small, and in its own place."""

from __future__ import annotations

from collections.abc import Sequence

from reportedly.trace.edges import settle_edges
from reportedly.trace.found import Found
from reportedly.trace.headlines import settle_headline
from reportedly.trace.plain import settle_plain_sentences
from reportedly.trace.quotations import Quotation
from reportedly.trace.quoted import settle_quotations
from reportedly.trace.relays import add_relays
from reportedly.values import Name


def mended(found: Sequence[Found], text: str, quotations: Sequence[Quotation], names: Sequence[Name]) -> list[Found]:
    """What was found, with what is certain put right. The values given are changed, and not to be used again."""
    kept = list(found)
    settle_headline(kept, text)
    settle_plain_sentences(kept, text)
    add_relays(kept, text, names)
    settle_edges(kept, text)
    settle_quotations(kept, text, quotations)
    return kept
