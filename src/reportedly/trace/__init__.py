"""Trace a text: who says what, through whom.

    find (labels) -> link (attributions, voices) -> chains

`trace` never raises on a text, whatever it holds. Finding can be replaced; linking, speakers and chains stay.
"""

from __future__ import annotations

from reportedly.trace.chains import chains_of
from reportedly.trace.finding import RULE, find
from reportedly.trace.linking import link
from reportedly.trace.names import find_names
from reportedly.trace.quotations import find_quotations
from reportedly.values import Reading

__all__ = ["RULE", "chains_of", "trace"]


def trace(text: str) -> Reading:
    """Read a text (title, then paragraphs, one a line): its names, attributions and chains; subjects stay empty."""
    names = find_names(text)
    attributions = link(find(text), text, find_quotations(text), names, rule=RULE)
    return Reading(text=text, names=names, attributions=attributions, chains=chains_of(attributions, text), rule=RULE)
