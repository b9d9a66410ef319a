"""Give every name its fullest form in the same text, so that "Feith" and "Pieter Feith" are one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from reportedly.model import NameLabel
from reportedly.values import Name, NameType


def names_of(labels: Sequence[NameLabel], text: str) -> tuple[Name, ...]:
    """The names of a text, in order. One surface form has one type, and one fullest form."""
    types = {label.span.of(text): label.type for label in reversed(labels)}
    fullest = _fullest(types)
    return tuple(
        Name(span=label.span, type=types[label.span.of(text)], name=fullest[label.span.of(text)]) for label in labels
    )


def _fullest(types: dict[str, NameType]) -> dict[str, str]:
    """For each surface form its fullest form among those of its type."""
    forms = sorted(types, key=lambda form: (-len(form.split()), -len(form), form))
    by_last: dict[str, list[str]] = defaultdict(list)
    by_initials: dict[str, str] = {}
    for form in forms:
        for part in set(form.split()):
            by_last[part].append(form)
        capitals = "".join(part[0] for part in re.split(r"[\s-]", form) if part[:1].isupper())
        if len(capitals) > 1:
            by_initials.setdefault(capitals, form)
    out: dict[str, str] = {}
    for form in forms:
        out[form] = form
        parts = form.split()
        plain = form.replace(".", "")
        if (
            plain.isupper()
            and plain in by_initials
            and by_initials[plain] != form
            and types[by_initials[plain]] is types[form]
        ):
            out[form] = by_initials[plain]
            continue
        for longer in by_last[parts[-1]][:50]:
            whole = longer.split()
            if len(whole) > len(parts) and types[longer] is types[form]:
                if types[form] is NameType.PERSON and (
                    whole[-len(parts) :] == parts or (whole[: len(parts)] == parts and len(parts) == 1)
                ):
                    out[form] = longer
                    break
                if types[form] is NameType.ORGANISATION and whole[-len(parts) :] == parts and len(parts) > 1:
                    out[form] = longer
                    break
    return out
