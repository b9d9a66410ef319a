"""What placing and copying must reach on measuring data; falls only with a reason."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reportedly.stories import Arrival, OpenStories

pytestmark = pytest.mark.shared


def rows(shared: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(shared / "stories" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def arrivals(reports: list[dict[str, Any]]) -> Iterator[Arrival]:
    at = datetime(2000, 1, 1, tzinfo=UTC)
    for number, report in enumerate(reports):
        if report["published"]:
            at = datetime.fromisoformat(report["published"])
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
        yield Arrival(
            report_id=number, outlet=report["outlet"] or "", published=at, text=f"{report['title']}\n{report['text']}"
        )


def b_cubed(gold: list[Hashable], found: list[Hashable]) -> float:
    golds, founds, both = Counter(gold), Counter(found), Counter(zip(gold, found, strict=True))
    precision = sum(count**2 / founds[one] for (_, one), count in both.items()) / len(gold)
    recall = sum(count**2 / golds[one] for (one, _), count in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize(("part", "floor"), [("gvc", 0.94), ("ecb", 0.82), ("uci", 0.78)])
def test_reports_of_one_happening_stand_together(shared: Path, part: str, floor: float) -> None:
    reports = [row for row in rows(shared, "dev") if row["set"] == part]
    stories = OpenStories()
    found = [stories.place(arrival).story_id for arrival in arrivals(reports)]
    reached = b_cubed([row["story_id"] for row in reports], list(found))
    assert reached >= floor, f"B³ is {reached:.3f}"


def test_a_dense_day_of_one_kind_stays_apart(shared: Path) -> None:
    reports = [row for row in (*rows(shared, "train"), *rows(shared, "dev")) if row["set"] == "gvc"]
    random.Random(1).shuffle(reports)
    stories = OpenStories()
    day = datetime(2026, 1, 1, tzinfo=UTC)
    found = [
        stories.place(
            Arrival(
                report_id=one.report_id, outlet=one.outlet, published=day + timedelta(seconds=300 * n), text=one.text
            )
        ).story_id
        for n, one in enumerate(arrivals(reports))
    ]
    gold: list[Hashable] = [row["story_id"] for row in reports]
    assert b_cubed(gold, list(found)) >= 0.94
    assert b_cubed(gold, list(range(len(gold)))) < 0.66  # every report alone
    assert max(Counter(found).values()) <= 8


def test_copies_lead_back_to_their_origin(shared: Path) -> None:
    reports = rows(shared, "origins_dev")
    stories = OpenStories()
    origins: list[int] = []
    for arrival in arrivals(reports):
        copy_of = stories.place(arrival).copy_of
        origins.append(arrival.report_id if copy_of is None else origins[copy_of])
    reached = b_cubed([row["origin_id"] for row in reports], list(origins))
    assert reached >= 0.97, f"B³ is {reached:.3f}"
    independent = [origins[n] == n for n, row in enumerate(reports) if row["copy_of"] is not None]
    assert sum(independent) / len(independent) <= 0.03, "copies wrongly called independent"
