"""The report's own outlet: it is always there, so it is never marked."""

from __future__ import annotations

import re

from reportedly.trace.found import Shelf

_ADDRESS = re.compile(r"(?:www\.)?(?P<name>[\w-]+)(?:\.[\w-]+)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def drop_own_outlet(shelf: Shelf, text: str, outlet: str) -> None:
    """Take off what is laid to the outlet itself ("a clerk told Morning Tide", in Morning Tide); what it carried stays.

    A quotation that goes on in its voice goes with it.
    """
    own = _keys(outlet)
    gone = {id(one) for one in shelf if one.source is not None and not own.isdisjoint(_keys(one.source.of(text)))}
    for one in shelf:
        if id(one) in gone or (one.same_as is not None and id(one.same_as) in gone):
            shelf.drop(one)


def _keys(name: str) -> set[str]:
    """A name as it is compared: "The Morning Tide", "morning-tide" and "www.morningtide.example" are one."""
    address = _ADDRESS.fullmatch(name.strip())
    return {_key(name), _key(address["name"]) if address else ""} - {""}


def _key(name: str) -> str:
    words = _WORD.findall(name.casefold())
    return "".join(words[1:] if words[:1] == ["the"] else words)
