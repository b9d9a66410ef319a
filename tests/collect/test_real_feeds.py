"""How well we read real feeds: agreement with feedparser's own reading of them, by the scorer that lies beside them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from reportedly.collect.feeds import read_feed
from reportedly.values import Feed, FeedEntry, SetAside

pytestmark = pytest.mark.shared

# Floors fall only with a reason. What is left to 1.0: year 1 as a date, which we do not believe; a JSON feed and one
# title that the reference itself misreads.
REAL = {"title": 0.999, "link": 0.999, "published": 0.997, "summary": 0.99}
CASES = {"title": 0.99, "link": 0.995, "published": 0.999, "summary": 0.965}


def test_real_feeds_are_read_as_feedparser_reads_them(shared: Path, tmp_path: Path) -> None:
    feeds = _members(shared / "extract" / "real-feeds.tar.xz")
    read = {Path(name).name: as_scored(read_feed(body)) for name, body in feeds.items()}
    counts, shares = score(read, shared / "extract", "real-feeds.json.gz", tmp_path)
    assert counts["read"] == counts["feeds"]
    assert counts["same-entry-count"] >= 0.99 * counts["feeds"]
    assert {field: share for field, share in shares.items() if share < REAL[field]} == {}


def test_odd_feeds_are_read_as_feedparser_reads_them(shared: Path, tmp_path: Path) -> None:
    feeds = _members(shared / "extract" / "feed-cases.tar.xz")
    read = {name.partition("/")[2]: as_scored(read_feed(body)) for name, body in feeds.items()}
    counts, shares = score(read, shared / "extract", "feed-cases.json.gz", tmp_path)
    assert counts["same-entry-count"] >= 0.99 * counts["feeds"]
    assert {field: share for field, share in shares.items() if share < CASES[field]} == {}


def as_scored(read: Feed | SetAside) -> dict[str, object] | None:
    """A feed as the scorer takes it; None for one that was set aside."""
    if isinstance(read, SetAside):
        return None
    return {"title": read.title, "entries": [_entry(entry) for entry in read.entries]}


def _entry(entry: FeedEntry) -> dict[str, object]:
    when = entry.published or entry.updated
    return {
        "id": entry.guid,
        "title": entry.title,
        "link": entry.url,
        "published": when.isoformat() if when else None,
        "summary": entry.summary_html or entry.content_html,
    }


def score(
    read: dict[str, dict[str, object] | None], folder: Path, truth: str, scratch: Path
) -> tuple[dict[str, int], dict[str, float]]:
    """What the scorer prints: its counts of feeds, and the share of entries that agree in each field."""
    answers = scratch / "read.json"
    answers.write_text(json.dumps(read), encoding="utf-8")
    command = [sys.executable, folder / "score_feeds.py", answers, "--truth", folder / truth]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(said)
    pairs = dict(re.findall(r"([a-z-]+) (\d+(?:\.\d+)?)", said))
    return (
        {name: int(value) for name, value in pairs.items() if "." not in value},
        {name: float(value) for name, value in pairs.items() if "." in value},
    )


def _members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}  # type: ignore[union-attr]
