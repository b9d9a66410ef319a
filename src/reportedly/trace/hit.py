"""A cue in its place: who it names, whom it addresses, and on which side its content lies."""

from __future__ import annotations

from dataclasses import dataclass

from reportedly.trace import words as w
from reportedly.trace.clauses import Range
from reportedly.trace.cues import Cue

ADDRESSED = w.words("tell inform assure remind notify brief")  # never "told S"
# Verbs of many meanings, which lay words to somebody only with a clause or a quotation behind them.
STRICT = w.words(
    "hold find suggest indicate prove signal imply hint learn tip sing read wire attest gush mean post underline underscore "
    "relate blog agree assume demonstrate continue add repeat propose advise begin write respond reply answer confide reason "
    "object think believe suspect reminisce"
)
HEDGED_LEMMAS = w.words("say report understand rumour rumor allege claim")


@dataclass(slots=True, eq=False)
class Hit:
    """A cue in its place. Ranges are half-open, in words of the sentence."""

    cue: Cue
    at: Range  # the cue's own words
    first: int  # where the phrase of source and cue begins
    last: int  # and where it ends
    source: Range | None = None
    shared: bool = False  # no subject of its own: it takes the voice before it
    outlet: Range | None = None  # the outlet that was told, or that passes the words on
    outlet_cue: Range | None = None
    after: int | None = None  # where content behind the cue begins
    after_end: int | None = None  # and where it must end, when that is known
    before: bool = False  # content stands before the phrase
    previous: bool = False  # content is what the sentence before said ("this was stated by")
    previous_quote: bool = False  # content is the sentence before, if that is nothing but a quotation
    participle: bool = False
    relay: str = (
        ""  # "in": its source lies within the voice near it ("citing"); "out": around it ("told in an interview with")
    )
    extra_cue: Range | None = None
    passive_content: Range | None = None
    hedge: bool = False
    clause: bool = False  # a whole proposition follows, not a noun phrase
