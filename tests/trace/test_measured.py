"""What the rules reach on measuring data that is not part of the project. Floors fall only with a written reason.

The scorer is the data's own. Measured with the rules named `RULE`; the figures stand in docs/explanation/tracing.md.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from reportedly.trace import trace

# data set: (pair F1, source exact~ F1, cue exact~ F1, content overlap F1, link F1, chains right), in percent
FLOORS = {
    "reportedly-wikinews.dev": (70, 71, 75, 82, 40, 24),
    "reportedly-written.dev": (64, 68, 68, 81, 44, 28),
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
def test_the_rules_hold_their_floors(name: str, shared: Path, tmp_path: Path) -> None:
    figures = score(shared / "attribution", name, tmp_path)
    below = {
        key: round(figures[key], 1) for key, floor in zip(figures, FLOORS[name], strict=True) if figures[key] < floor
    }
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
    assert voices["seed-06"] == 2
    assert [voices[f"seed-{number:02}"] for number in (1, 2, 3, 4, 7, 8, 9)] == [1, 1, 1, 1, 2, 1, 1]
