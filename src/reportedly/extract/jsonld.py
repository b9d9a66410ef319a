"""What a page says of itself in JSON-LD, read as forgivingly as it is written.

`things_in` reads every object of every script, out of arrays, graphs and nested entities. Comments, control characters,
trailing commas, escaped quotes and a second object behind the first are forgiven; of a script that cannot be read at
all, the plain `"key": "value"` pairs that matter are still taken.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

Thing = dict[str, Any]

MOST_THINGS = 3000  # objects looked at; a page with more is a catalogue
MOST_CHARACTERS = 2_000_000
INTO = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "review")
REPORTS = re.compile(r"(?:article|posting|report|review)$", re.I)
NOT_REPORTS = frozenset({"userreview", "aggregaterating"})
WEAK = frozenset(
    {"webpage", "itempage", "videoobject", "recipe", "medicalwebpage", "qapage", "creativework", "audioobject"}
)
LISTS = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage"})
SALVAGED = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|inLanguage|articleBody)"\s*:\s*"((?:[^"\\\n]|\\.){1,20000})"'
)
WRAPPED = re.compile(
    r"^\s*(?:/\*+\s*|//\s*)?<!\[CDATA\[(?:\s*\*+/)?|(?:/\*+\s*|//\s*)?\]\]>(?:\s*\*+/)?\s*;?\s*$|<!--|-->"
)
STRINGS_OR_FAULTS = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?P<comment>/\*.*?\*/|(?<![:"\w])//[^\n]*)|(?P<comma>,(?=\s*[,}\]]))', re.S
)


def things_in(scripts: Iterable[str]) -> tuple[Thing, ...]:
    """Every object of the scripts, outermost first; references by `@id` are resolved one step deep."""
    found: list[Thing] = []
    for script in scripts:
        for value in _parsed(script[:MOST_CHARACTERS]):
            found.extend(_walk(value, MOST_THINGS - len(found)))
    named = {str(thing["@id"]): thing for thing in found if "@id" in thing and len(thing) > 1}
    return tuple(_resolved(thing, named) for thing in found)


def types_of(thing: Thing) -> frozenset[str]:
    """The types of a thing, in lower case, without their namespace."""
    return frozenset(re.split(r"[/#:]", kind)[-1].lower() for kind in texts(thing.get("@type")))


def is_report(thing: Thing) -> bool:
    """Whether a thing is an article of any kind."""
    return any(REPORTS.search(kind) and kind not in NOT_REPORTS for kind in types_of(thing))


def is_news(thing: Thing) -> bool:
    """Whether a thing is a news article of any kind, which no page is called that reports nothing."""
    return any(kind.endswith("newsarticle") for kind in types_of(thing))


def is_weak(thing: Thing) -> bool:
    """Whether a thing, though no article, is the page itself or its main matter."""
    return bool(types_of(thing) & WEAK)


def is_list(thing: Thing) -> bool:
    """Whether a thing says the page is a list of others."""
    return bool(types_of(thing) & LISTS)


def texts(value: Any) -> list[str]:
    """The plain texts of a value: of a string, of a list of them, of objects that have `@value` or `name`."""
    out = []
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            part = part.get("@value") or part.get("name") or part.get("@id")
            if isinstance(part, list):
                part = part[0] if part else None
        if isinstance(part, str) and part.strip():
            out.append(part.strip())
    return out


def text(value: Any) -> str:
    """The first of its texts, or ""."""
    return next(iter(texts(value)), "")


def _parsed(script: str) -> list[Any]:
    for attempt in (_as_it_is, _mended, _unescaped):
        values = _read(attempt(script))
        if values:
            return values
    salvaged = {key: _unquoted(value) for key, value in SALVAGED.findall(script)}
    return [{"@type": "Article", **salvaged}] if salvaged else []


def _as_it_is(script: str) -> str:
    return script


def _mended(script: str) -> str:
    script = WRAPPED.sub("", script).strip().rstrip(";")
    return STRINGS_OR_FAULTS.sub(lambda found: "" if found.lastgroup else found.group(), script)


def _unescaped(script: str) -> str:
    return _mended(html.unescape(script))


def _read(script: str) -> list[Any]:
    """The JSON values that stand in a text one behind the other; what follows a fault is left."""
    decoder = json.JSONDecoder(strict=False)
    values, at = [], 0
    try:
        while (at := _next_value(script, at)) >= 0:
            value, at = decoder.raw_decode(script, at)
            values.append(value)
    except (ValueError, RecursionError):
        pass
    return values


def _next_value(script: str, at: int) -> int:
    start = re.compile(r"[\s,;]*(?=[{\[])").match(script, at)
    return start.end() if start else -1


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _walk(value: Any, most: int) -> Iterator[Thing]:
    stack, seen = [value], 0
    while stack and seen < most:
        at = stack.pop()
        if isinstance(at, list):
            stack.extend(reversed(at))
        elif isinstance(at, dict):
            seen += 1
            yield at
            stack.extend(at[key] for key in reversed(INTO) if isinstance(at.get(key), dict | list))


def _resolved(thing: Thing, named: dict[str, Thing]) -> Thing:
    return {key: _referred(value, named) for key, value in thing.items()}


def _referred(value: Any, named: dict[str, Thing]) -> Any:
    if isinstance(value, list):
        return [_referred(part, named) for part in value]
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and (thing := named.get(str(value.get("@id")))):
        return thing
    return value
