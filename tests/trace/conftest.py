"""Attributions in a notation a reader can check: `SANA < the ministry: The port had reopened`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reportedly.trace import trace
from reportedly.values import Attribution


def compact(text: str) -> list[str]:
    """Each attribution that carries no other over the same words, its voices' own words first, outermost first.

    `-` is nobody named, `(Ana Ruiz)` a voice that goes on without words of its own; pieces are joined by ` … `.
    """
    attributions = trace(text).attributions
    carried = {one.within.id for one in attributions if one.within and one.within.content == one.content}

    def words(one: Attribution) -> str:
        if one.source:
            return " ".join(span.of(text) for span in one.source)
        return f"({one.speaker})" if one.speaker else "-"

    return [
        " < ".join(words(voice) for voice in one.voices) + ": " + " … ".join(span.of(text) for span in one.content)
        for one in attributions
        if one.id not in carried
    ]


@pytest.fixture
def said() -> Callable[[str], list[str]]:
    """The attributions of a text in compact notation."""
    return compact
