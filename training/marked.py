"""Read the texts written for training, whose attributions are marked in braces.

    python training/marked.py FILE ...        say what is wrong in them, or count what they hold

A file holds many texts:

    === harbour-001 | The Harbour Courier
    Port reopened, agency says
    {2t The port had reopened}, {1s SANA} {1c reported}, {2c citing} {2s the ministry}.
    --
    1 - asserts outlet
    2 1 asserts organisation
    ORG SANA
    ===

Braces mark a span: the numbers of the attributions it belongs to, each with s (source), c (cue) or t (content), then
the words. They may lie in one another; a content in several pieces is marked several times; `{1t2t ...}` belongs to
two. Behind "--" stands a line for each attribution: its number, the number of the voice that carries it or "-",
stance, source type. Then the names, `TYPE name; name`, each marked wherever it stands.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reportedly.values import NameType, SourceType, Stance

_TAG = re.compile(r"(?:\d+[sct])+ ")
_LABEL = re.compile(r"(\d+)([sct])")
_HEAD = re.compile(r"=== (\S+-\d+) \| (.+)")
_LINE = re.compile(r"(\d+) (-|\d+) (\w+) (\w+)")
_ROLES = {"s": "source", "c": "cue", "t": "content"}


class Mismarked(ValueError):
    """A text whose marks do not add up; says which text and why."""


def main() -> None:
    """Print what is wrong in the files, with exit code 1, or what they hold."""
    held: Counter[str] = Counter()
    wrong = 0
    for path in map(Path, sys.argv[1:]):
        for block in blocks(path.read_text(encoding="utf-8")):
            try:
                document = document_of(block)
            except Mismarked as error:
                sys.stdout.write(f"{path.name}: {error}\n")
                wrong += 1
                continue
            attributions = document["attributions"]
            held["texts"] += 1
            held["words"] += len(document["text"].split())
            held["attributions"] += len(attributions)
            held["in a chain"] += len(in_chains(attributions))
            held["without a cue"] += sum(not attribution["cue"] for attribution in attributions)
            held["texts without any"] += not attributions
    sys.stdout.write(", ".join(f"{count} {what}" for what, count in held.items()) + "\n")
    raise SystemExit(1 if wrong else 0)


def documents(path: Path) -> list[dict[str, Any]]:
    """The texts of a file as the attribution corpora write theirs; Mismarked where one does not add up."""
    return [document_of(block) for block in blocks(path.read_text(encoding="utf-8"))]


def held_out(document: dict[str, Any]) -> bool:
    """Whether a text is kept from training, to choose between runs by: every twelfth, by its number."""
    return int(document["doc_id"].rpartition("-")[2]) % 12 == 0


def blocks(text: str) -> Iterator[str]:
    """The texts of a file, each with its marks."""
    for block in re.split(r"^(?==== )", text, flags=re.MULTILINE):
        if block.strip() not in ("", "==="):
            yield block.strip().removesuffix("\n===")


def document_of(block: str) -> dict[str, Any]:
    """One text as the attribution corpora write theirs, without kinds and speakers."""
    head, _, rest = block.partition("\n")
    found = _HEAD.fullmatch(head.strip())
    if not found:
        raise Mismarked(f"not the first line of a text: {head[:60]!r}")
    name, outlet = found.groups()
    marked, cut, below = rest.partition("\n--")
    if not cut:
        raise Mismarked(f"{name}: no line of two dashes behind the text")
    text, spans = _unmarked(marked.strip(), name)
    attributions, names = _below(below.strip().splitlines(), spans, text, name)
    return {"doc_id": name, "outlet": outlet, "lang": "en", "text": text, "attributions": attributions, "names": names}


def in_chains(attributions: list[dict[str, Any]]) -> set[str]:
    """The attributions that carry another or are carried."""
    carried = {a["id"]: a["nested_in"] for a in attributions if a["nested_in"]}
    return set(carried) | set(carried.values())


Pieces = dict[str, dict[str, list[list[int]]]]  # by number, then by role: [start, end) of each piece


def _unmarked(marked: str, name: str) -> tuple[str, Pieces]:
    """The text without its braces, and where the pieces of each attribution lie."""
    text: list[str] = []
    length = 0
    open_at: list[tuple[int, list[tuple[str, str]]]] = []
    spans: Pieces = defaultdict(lambda: {role: [] for role in _ROLES.values()})
    at = 0
    while at < len(marked):
        if marked[at] == "{":
            tag = _TAG.match(marked, at + 1)
            if not tag:
                raise Mismarked(f"{name}: no number and role behind the brace in {marked[at : at + 40]!r}")
            open_at.append((length, _LABEL.findall(tag.group())))
            at = tag.end()
        elif marked[at] == "}":
            if not open_at:
                raise Mismarked(f"{name}: a brace closes that was not opened before {marked[at : at + 40]!r}")
            start, labels = open_at.pop()
            if start == length:
                raise Mismarked(f"{name}: an empty span before {marked[at : at + 40]!r}")
            for number, role in labels:
                spans[number][_ROLES[role]].append([start, length])
            at += 1
        else:
            text.append(marked[at])
            length += 1
            at += 1
    if open_at:
        raise Mismarked(f"{name}: a brace is never closed, at {''.join(text)[open_at[-1][0] :][:40]!r}")
    return "".join(text), spans


def _below(lines: list[str], spans: Pieces, text: str, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The attributions and the names that the lines below a text list."""
    found: dict[str, dict[str, Any]] = {}
    listed: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines)):
        kind, _, those = line.partition(" ")
        if kind in set(NameType):
            listed |= {each.strip(): kind for each in those.split(";") if each.strip()}
            continue
        read = _LINE.fullmatch(line)
        if not read:
            raise Mismarked(f"{name}: neither an attribution nor names: {line!r}")
        number, carrier, stance, source_type = read.groups()
        if stance not in set(Stance) or source_type not in set(SourceType):
            raise Mismarked(f"{name}: no such stance or source type: {line!r}")
        if number in found or not spans[number]["content"]:
            raise Mismarked(f"{name}: attribution {number} is listed twice or has no content")
        if spans[number]["source"] and source_type == SourceType.NONE:
            raise Mismarked(f"{name}: attribution {number} has a source and the type none")
        found[number] = {
            "id": number, **{role: sorted(spans[number][role]) for role in _ROLES.values()},
            "nested_in": None if carrier == "-" else carrier, "stance": stance, "source_type": source_type,
        }  # fmt: skip
    for number in spans:
        if number not in found:
            raise Mismarked(f"{name}: attribution {number} is marked and not listed")
    for each in found.values():
        above = [each["id"]]
        while carrier := found.get(above[-1], {}).get("nested_in"):
            if carrier not in found or carrier in above:
                raise Mismarked(f"{name}: attribution {above[-1]} lies in {carrier}, which is not listed or lies in it")
            above.append(carrier)
    return list(found.values()), _names_in(text, listed, name)


def _names_in(text: str, listed: dict[str, str], name: str) -> list[dict[str, Any]]:
    """Every place where a listed name stands; a longer name before one that lies in it."""
    found: list[dict[str, Any]] = []
    for each in sorted(listed, key=len, reverse=True):
        places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(each)}(?!\w)", text)]
        if not places:
            raise Mismarked(f"{name}: the name {each!r} does not stand in the text")
        for start, end in places:
            if not any(other["start"] < end and start < other["end"] for other in found):
                found.append({"start": start, "end": end, "type": listed[each], "name": each})
    return sorted(found, key=lambda one: int(one["start"]))


if __name__ == "__main__":
    main()
