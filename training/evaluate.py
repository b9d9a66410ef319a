"""Measure written weights on the development sets.

    python training/evaluate.py --data DIR --weights DIR [--speed]
    python training/evaluate.py --data DIR --trace [--speed]

Runs DIR/attribution/score.py, as it is, on what the reader says of each set and of the texts written for training
that were kept from it ("own") and the public reports marked for it ("voa"); prints its main figures, strict F1 of names, and with --speed the words read in a
second on one core and the memory that took. --trace measures the whole of reading, by the shipped weights.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from marked import documents, held_out
from overlays import documents as overlaid
from overlays import records
from prepare import OWN
from reportedly.model import Labels, Reader
from reportedly.trace import trace_all
from reportedly.values import Reading

SETS = ("wikinews", "written")
ROUNDS = 9


def main() -> None:
    """Print the figures of each set."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, required=True)
    read_by = options.add_mutually_exclusive_group(required=True)
    read_by.add_argument("--weights", type=Path, help="what these weights label, before any rule")
    read_by.add_argument("--trace", action="store_true", help="what reportedly.trace makes of the shipped weights")
    options.add_argument("--predictions", type=Path, help="folder to write NAME.jsonl to, for score.py")
    options.add_argument("--speed", action="store_true")
    options.add_argument("--split", default="dev", choices=("dev", "train"))
    chosen = options.parse_args()
    score = scorer(chosen.data / "attribution/score.py")
    read = trace_all if chosen.trace else Reader(chosen.weights).read
    sets = {name: score.read(chosen.data / f"attribution/reportedly-{name}.{chosen.split}.jsonl.gz") for name in SETS}
    sets["own"] = [d for path in OWN for d in documents(path) if held_out(d) == (chosen.split == "dev")]
    sets["voa"] = [d for d in overlaid(chosen.data) if held_out(d) == (chosen.split == "dev")]
    for name, gold in sets.items():
        labels = read([document["text"] for document in gold])
        written = [
            {"doc_id": d["doc_id"], "text": d["text"], **said.to_dict()} for d, said in zip(gold, labels, strict=True)
        ]
        if chosen.predictions:
            chosen.predictions.mkdir(parents=True, exist_ok=True)
            (chosen.predictions / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in written))
        sys.stdout.write(f"{name:9} {figures(score, gold, written)}\n          {names_line(gold, labels)}\n")
    if chosen.speed:
        found = speeds(read, chosen.data)
        sys.stdout.write(
            f"{median(found):,.0f} words a second in the middle of {ROUNDS} rounds, from {min(found):,.0f} to {max(found):,.0f}\n"
        )
        sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most\n")


def scorer(path: Path) -> ModuleType:
    """The scorer, from its file."""
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(score: ModuleType, gold: list[dict[str, Any]], written: list[dict[str, Any]]) -> str:
    """The main figures of score.py, on one line."""
    return "  ".join(f"{name} {value:.1f}" for name, value in main_figures(score, gold, written).items())


def main_figures(score: ModuleType, gold: list[dict[str, Any]], written: list[dict[str, Any]]) -> dict[str, float]:
    """The main figures of score.py, in hundredths."""
    total = sum((score.score_doc(g, w) for g, w in zip(gold, written, strict=True)), Counter())
    found = score.summarise(total)
    shares = {
        "pair": found["pair"][2], "P": found["pair"][0], "R": found["pair"][1],
        "chain": found["chain"], "chain-all": found["chain-all"], "link": found["link"][2],
        "source": found["source.exact~"][2], "cue": found["cue.exact~"][2],
        "overlap": found["content.overlap"][2], "content": found["content.exact~"][2],
    }  # fmt: skip
    return {name: 100 * share for name, share in shares.items()}


def names_line(gold: list[dict[str, Any]], labels: Sequence[Labels | Reading]) -> str:
    """Strict F1 of each type of name: same start, same end, same type."""
    right: Counter[str] = Counter()
    there: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for document, found in zip(gold, labels, strict=True):
        if "names" not in document:
            continue
        wanted = {(n["start"], n["end"], n["type"]) for n in document["names"]}
        given = {(*name.span, str(name.type)) for name in found.names}
        there.update(kind for *_, kind in wanted)
        said.update(kind for *_, kind in given)
        right.update(kind for *_, kind in wanted & given)
    return "names  " + "  ".join(
        f"{kind} {200 * right[kind] / max(1, there[kind] + said[kind]):.1f}" for kind in sorted(there)
    )


def speeds(read: Callable[[list[str]], Sequence[Labels | Reading]], data: Path) -> list[float]:
    """Words a second over both training sets, 64 texts at a time: ROUNDS of them, after a few to warm up."""
    files = [data / f"attribution/reportedly-{name}.train.jsonl.gz" for name in SETS]
    texts = [record["text"] for path in files for record in records(path)]
    words = sum(len(text.split()) for text in texts)
    read(texts[:64])
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for at in range(0, len(texts), 64):
            read(texts[at : at + 64])
        found.append(words / (time.process_time() - began))
    return found


if __name__ == "__main__":
    main()
