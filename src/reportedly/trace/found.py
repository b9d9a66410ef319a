"""What finding hands to linking: who seems to say what, in spans, before anybody knows who "she" is.

Any finder of labels that hands over these can take the place of our rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reportedly.values import Span, Stance


@dataclass(slots=True, eq=False)
class Found:
    """One attribution as found. It is filled while its sentence is read, and not changed after finding.

    `within` is the voice that relays this one; voices inside another's content need not be said, linking sees them.
    `same_as` is the attribution whose voice goes on here, when the words of a source are missing or stand there.
    `quotation` is the span of the quotation the whole attribution stands in, or None.
    """

    content: list[Span]
    cue: list[Span] = field(default_factory=list)
    source: Span | None = None
    stance: Stance = Stance.ASSERTS
    within: Found | None = None
    same_as: Found | None = None
    quotation: Span | None = None
    lemma: str = ""
    relay: bool = False  # this voice passes on what another says: an outlet that was told, or that quotes
    hedge: bool = False
