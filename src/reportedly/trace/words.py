"""Word lists: closed classes of English that more than one room of this package asks for."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a string, as a set."""
    return frozenset(text.split())


DAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
    "october november december"
)
