"""What tracing reaches on measuring data that is not part of the project. Floors fall only with a written reason.

The scorer is the data's own, and so are the texts: other data than these, by their SHA-256, have other floors. The
figures stand in docs/explanation/tracing.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from reportedly.trace import trace

# data set: (SHA-256 begins with, pair F1, source exact~ F1, cue exact~ F1, content overlap F1, link F1, chains right),
# in percent; half a point to two points under what was measured, since processors round otherwise
FLOORS = {
    "reportedly-wikinews.dev": ("c61338b621e5", 84.0, 89.0, 84.5, 90.3, 71, 66),
    "reportedly-written.dev": ("a64e9aa06c60", 82.6, 86.5, 81.8, 92.2, 68, 60),
}


def score(data: Path, name: str, folder: Path) -> dict[str, float]:
    """The scorer's figures, in percent."""
    gold = data / f"{name}.jsonl.gz"
    answers = folder / f"{name}.jsonl"
    with gzip.open(gold, "rt", encoding="utf-8") as reports, answers.open("w", encoding="utf-8") as out:
        for line in reports:
            report = json.loads(line)
            found = [one.to_dict() for one in trace(report["text"]).attributions]
            out.write(json.dumps({"doc_id": report["doc_id"], "attributions": found}) + "\n")
    done = subprocess.run(
        [sys.executable, str(data / "score.py"), str(gold), str(answers), "--json"],
        capture_output=True,
        check=True,
        text=True,
    )
    figures = json.loads(done.stdout)["all"]
    named = {key: figures[key][2] for key in ("pair", "source.exact~", "cue.exact~", "content.overlap", "link")}
    return {key: 100 * value for key, value in {**named, "chain": figures["chain"]}.items()}


@pytest.mark.shared
@pytest.mark.parametrize("name", FLOORS)
def test_tracing_holds_its_floors(name: str, shared: Path, tmp_path: Path) -> None:
    fingerprint, *floors = FLOORS[name]
    data = shared / "attribution"
    if not hashlib.sha256((data / f"{name}.jsonl.gz").read_bytes()).hexdigest().startswith(fingerprint):
        pytest.skip(f"{name} is not the data these floors were measured on")
    figures = score(data, name, tmp_path)
    below = {key: round(figures[key], 1) for key, floor in zip(figures, floors, strict=True) if figures[key] < floor}
    assert below == {}


@pytest.mark.shared
def test_the_listing_the_project_started_from_reads_sensibly(shared: Path) -> None:
    items = json.loads((shared / "seed" / "listing.json").read_text(encoding="utf-8"))["items"]
    chains = {
        item["id"]: [str(chain) for chain in trace("\n".join((item["title"], *item["paragraphs"]))).chains]
        for item in items
    }
    assert all(chains.values())
    voices = {id: max((chain.count("←") for chain in found), default=0) for id, found in chains.items()}
    at_least = {1: 1, 2: 1, 3: 1, 4: 1, 5: 0, 6: 2, 7: 1, 8: 1, 9: 1, 10: 1}  # relays of the longest chain of each item
    short = {
        number: voices[f"seed-{number:02}"] for number in at_least if voices[f"seed-{number:02}"] < at_least[number]
    }
    assert short == {}
    assert voices["seed-06"] == 2
