"""Is a report about a subject, or does it only name it?

A logistic score over five plain things, fitted on published judgements of which names a news report is about
(docs/explanation/subjects.md, "About").
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportedly.values import Span, SubjectType

ABOUT_AT = (
    0.27  # the mark; below the best single figure, since losing a report costs a subject's page more than one too many
)

IN_TITLE = 0.77
EARLY = 5.11  # times 1.0 for a name in the title, falling by e with every LEAD characters into the body
LEAD = 600
OFTEN = 0.32  # times the logarithm of the number of mentions
IN_FULL = 0.24  # times the logarithm of the words of its longest mention
PLACE = -0.75  # a place is the scene of more reports than it is the subject of
BIAS = -4.48


def salience(text: str, mentions: Sequence[Span], worth: float, type: SubjectType) -> float:
    """How much the report is about what is mentioned here, 0 to 1.

    `text` is title, then paragraphs, one a line. `worth` is the number of mentions, those by an adjective counted half.
    """
    title_end = text.find("\n")
    if title_end < 0:
        title_end = len(text)
    first = min(span.start for span in mentions)
    longest = max(len(span.of(text).split()) for span in mentions)
    score = (
        BIAS
        + IN_TITLE * (first < title_end)
        + EARLY * math.exp(-max(0, first - title_end) / LEAD)
        + OFTEN * math.log(max(worth, 0.5))
        + IN_FULL * math.log(max(longest, 1))
        + PLACE * (type is SubjectType.PLACE)
    )
    return 1.0 / (1.0 + math.exp(-score))
