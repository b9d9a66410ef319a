"""The chains of a text: through whom each content comes to the reader."""

from __future__ import annotations

from collections.abc import Sequence

from reportedly.values import Attribution, Chain, SourceType, Span, Voice


def chains_of(attributions: Sequence[Attribution], text: str) -> tuple[Chain, ...]:
    """One chain for each innermost attribution: one that carries no other over its own content.

    A voice that also speaks for itself about more than what it passes on keeps a chain of its own. Voices stand nearest
    the reader first; a chain where nobody is named or described has one voice, which says so.
    """
    # A hedge inside somebody's words ("reportedly") names no further voice.
    told = [one for one in attributions if one.within is None or one.source or one.speaker]
    passing_on = {one.within.id for one in told if one.within is not None and _same_content(one.within, one)}
    return tuple(
        Chain(content=attribution.content, voices=tuple(_voice(one, text) for one in attribution.voices))
        for attribution in told
        if attribution.id not in passing_on
    )


def _same_content(outer: Attribution, inner: Attribution) -> bool:
    """Whether the inner voice says most of what the outer passes on, and nothing of the outer's is left over."""
    whole = sum(span.end - span.start for span in outer.content)
    shared = sum(overlap(one, other) for one in outer.content for other in inner.content)
    if shared * 2 >= whole:
        return True
    # "The Post said that the mayor had denied taking money": what the Post says is that the mayor says.
    return any(span.start <= part.start and part.end <= span.end for span in outer.content for part in inner.source)


def overlap(one: Span, other: Span) -> int:
    """Characters that two spans share."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _voice(attribution: Attribution, text: str) -> Voice:
    words = " ".join(span.of(text) for span in attribution.source)
    return Voice(
        text=words or attribution.speaker or "",
        speaker=attribution.speaker,
        unnamed=attribution.source_type in (SourceType.UNNAMED, SourceType.NONE),
        source_type=attribution.source_type,
        source=attribution.source,
    )
