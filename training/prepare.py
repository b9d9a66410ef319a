"""Read the labelled corpora into one file of examples, and write down what was read.

    python training/prepare.py --data DIR --out WORK

DIR holds attribution/ and tagging/. Only training sets are read, the texts beside this program, and the public texts
that overlays.jsonl marks. WORK/examples.pickle and WORK/inputs.json (the SHA-256 of every file read) are what train.py
begins from; neither belongs in the project.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from examples import OUTER, SOURCE, Example, example_of
from marked import documents, held_out
from overlays import OVERLAYS, REPORTS, SENTENCES, records
from overlays import documents as overlaid
from relays import Phrase
from reportedly.model.labels import SOURCE_TYPES
from reportedly.values import SourceType

OUTLET, NOBODY, PERSON = (SOURCE_TYPES.index(kind) for kind in (SourceType.OUTLET, SourceType.NONE, SourceType.PERSON))
LOWERED = {"The", "A", "An", "Two", "Three", "Several", "Some", "One", "His", "Her", "Their", "Its", "Local", "Senior"}
ATTRIBUTED = ("attribution/reportedly-wikinews.train.jsonl.gz", "attribution/reportedly-written.train.jsonl.gz")
OWN = sorted(Path(__file__).with_name("texts").glob("*.txt"))
NAMED = ("tagging/wikigold.train.jsonl.gz",)  # marks names as our guide does, and may be used for what is shipped
PLACES = ("tagging/aliases-geonames-cities15000.jsonl.gz", "tagging/aliases-cldr-territories.jsonl.gz")


def main() -> None:
    """Write examples and the names they can be swapped with."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    given = [example_of(document) for name in ATTRIBUTED for document in records(chosen.data / name)]
    ours = [example_of(document) for path in OWN for document in documents(path) if not held_out(document)]
    ours += [example_of(document) for document in overlaid(chosen.data) if not held_out(document)]
    attributed = given + ours
    named = [example_of(as_document(record)) for name in NAMED for record in records(chosen.data / name)]
    pool = names_by_type(attributed)
    pool["LOC"] += [
        place["label"] for name in PLACES for place in records(chosen.data / name) if place["label"].isascii()
    ]
    with open(chosen.out / "examples.pickle", "wb") as file:
        corpus = {"given": given, "ours": ours, "named": named, "names": dict(pool)}
        pickle.dump(corpus | {"outlets": outlets_of(attributed), "sources": sources_of(attributed)}, file)
    files = {name: chosen.data / name for name in (*ATTRIBUTED, *NAMED, *PLACES, SENTENCES, *REPORTS)}
    files |= {f"{path.parent.name}/{path.name}": path for path in (*OWN, OVERLAYS)}
    inputs = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    (chosen.out / "inputs.json").write_text(json.dumps(inputs, indent=1) + "\n")
    anchors = sum(len(example.anchors or ()) for example in attributed)
    sys.stdout.write(f"{len(attributed)} texts with {anchors} anchors, {len(named)} with names only\n")


def as_document(record: dict[str, Any]) -> dict[str, Any]:
    """A record of the tagging corpora as the attribution corpora write it."""
    return {"doc_id": record["id"], "text": record["text"], "names": record["entities"]}


def outlets_of(examples: list[Example]) -> list[str]:
    """The sources that are outlets and stand as a name, with "the" or without."""
    found: dict[str, None] = {}
    for phrase in sources_in(examples):
        words = phrase.words.split()
        named = words[1:] if words[0].lower() == "the" else words
        if phrase.kind == OUTLET and named and len(words) < 5 and all(word[0].isupper() for word in named):
            found[" ".join([words[0].lower(), *named] if named is not words else words)] = None
    return list(found)


def sources_of(examples: list[Example]) -> list[Phrase]:
    """The other sources of two to six words, as they stand inside a sentence."""
    found: dict[Phrase, None] = {}
    for phrase in sources_in(examples):
        words = phrase.words.split()
        if phrase.kind not in (OUTLET, NOBODY) and 2 <= len(words) <= 6 and all(word[0].isalnum() for word in words):
            begins = words[0].lower() if words[0] in LOWERED else words[0]
            if begins.islower() or phrase.kind == PERSON:
                found[phrase._replace(words=" ".join([begins, *words[1:]]))] = None
    return list(found)


def sources_in(examples: list[Example]) -> Iterator[Phrase]:
    """Every source that stands in one piece."""
    for example in examples:
        for anchor in example.anchors or ():
            for role, kind in ((OUTER, anchor.outer_type), (SOURCE, anchor.source_type)):
                places = [at for at in sorted(anchor.roles) if anchor.roles[at] == role]
                if places and places[-1] - places[0] == len(places) - 1:
                    first, last = places[0], places[-1] + 1
                    names = (
                        (begin - first, end - first, name)
                        for begin, end, name in example.spans
                        if first <= begin and end <= last
                    )
                    yield Phrase(" ".join(example.form[first:last]), kind, tuple(names))


def names_by_type(examples: list[Example]) -> defaultdict[str, list[str]]:
    """Every different name of the corpora, by type."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        for first, last, kind in example.spans:
            found[kind][" ".join(example.form[first:last])] = None
    return defaultdict(list, {kind: list(names) for kind, names in found.items()})


if __name__ == "__main__":
    main()
