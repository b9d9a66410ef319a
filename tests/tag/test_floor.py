"""What tagging must reach on measuring data; falls only with a reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from reportedly.tag.salience import ABOUT_AT, salience
from reportedly.values import Span, SubjectType


@pytest.mark.shared
def test_about_is_right_on_judged_reports(shared: Path) -> None:
    right = wrong = missed = 0
    with gzip.open(shared / "tagging" / "sel-wikinews.dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for report in map(json.loads, lines):
            judged = {one["kb_id"]: one["score"] >= 2 for one in report["saliency"]}
            mentions: dict[str, set[Span]] = {}
            for name in report["entities"]:
                if name.get("kb_id") in judged:
                    mentions.setdefault(name["kb_id"], set()).add(Span(name["start"], name["end"]))
            for name, spans in mentions.items():
                about = salience(report["text"], sorted(spans), len(spans), SubjectType.BODY) >= ABOUT_AT
                right += about and judged[name]
                wrong += about and not judged[name]
                missed += judged[name] and not about
    f1 = 2 * right / (2 * right + wrong + missed)
    assert f1 >= 0.71, f"F1 of about is {f1:.3f}"
