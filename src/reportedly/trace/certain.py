"""Mend what the reader gets wrong and the guide leaves no doubt about. Each mending is small, and in its own place."""

from __future__ import annotations

from collections.abc import Sequence

from reportedly.trace.edges import settle_edges
from reportedly.trace.found import Found, Shelf
from reportedly.trace.headlines import settle_headline
from reportedly.trace.own import drop_own_outlet
from reportedly.trace.plain import settle_plain_sentences
from reportedly.trace.quotations import Quotation
from reportedly.trace.quoted import settle_quotations
from reportedly.trace.relays import add_relays
from reportedly.values import Name


def mended(
    found: Sequence[Found], text: str, quotations: Sequence[Quotation], names: Sequence[Name], outlet: str = ""
) -> list[Found]:
    """What was found in a text of the outlet, with what is certain put right.

    The values given are changed, and not to be used again.
    """
    shelf = Shelf(found)
    settle_headline(shelf, text)
    settle_plain_sentences(shelf, text)
    add_relays(shelf, text, names)
    settle_edges(shelf, text)
    settle_quotations(shelf, text, quotations)
    if outlet:
        drop_own_outlet(shelf, text, outlet)
    return list(shelf)
