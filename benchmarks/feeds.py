"""How feeds are read: how fast, how much as feedparser reads them, and what hostile ones take.

    python benchmarks/feeds.py SHARED/data/extract [--rounds 5] [--write]

Speed: every feed of real-feeds.tar.xz is read by `read_feed`, by the peers, and by the two parsers alone, which build or
announce what they find and hand nothing on: no reader that stands on them can be faster. CPU time of this process, user
and system; the median of the rounds (feedparser: one round). All in one run, one after the other.

Agreement: entry by entry with feedparser's own reading of the real feeds, and with what feedparser's test feeds say of
themselves, compared by the scorer in the same folder. Titles, links, dates and summaries that are read otherwise on
purpose are counted as misses, and named with their reason; one without a reason makes this exit 1.

Hostile: each feed of tests/collect/hostile_feeds.py, which says how its seconds and megabytes are taken.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gzip
import importlib.util
import json
import platform
import statistics
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.parsers import expat

from lxml import etree

from figures import ROOT, put

sys.path.insert(0, str(ROOT / "tests" / "collect"))
from hostile_feeds import HOSTILE, MOST_MB, MOST_S, what_it_takes

from reportedly.collect.dates import read_date
from reportedly.collect.feed_second import read_with_feedparser
from reportedly.collect.feeds import read_feed
from reportedly.values import Feed, FeedEntry, SetAside

BAR_FEEDS = 1200  # real feeds a CPU second
FIELDS = ("entry count", "title", "link", "date", "summary")
BARS = {"entry count": 0.995, "title": 0.995, "link": 0.995, "date": 0.995, "summary": 0.98}

# What is read otherwise on purpose, or told better than by the reference: the part of a case's name, and why.
OTHERWISE = {
    "sanitize/": "HTML is kept as the feed gave it and cleaned by whoever shows it; no script reaches a report's text",
    "chardet/": "the encoding is guessed from the bytes, as the case wants it; the reference was made without its guesser",
    "entry_title_": "a title is plain text: “&lt;blink&gt;” is a word of it, where feedparser gives HTML",
    "entry_content_base64": "an entry without a summary shows its content, which is decoded; the reference has no summary",
    "author_map_author": "an author is a name; the address beside it is dropped",
    "entry_category_term": "a category is called by its label, which is for people; the term is for programs",
    "itunes_item_category": "a podcast directory's categories say nothing of one report",
    "item_category_image": "an image's title inside a category is not the entry's title",
    "entry_id_with_attributes": "an id that is no address is no link",
}
OTHERWISE_REAL = {
    "entry count": "a JSON Feed, which feedparser does not read",
    "title": "a title about mis-encoded text, which feedparser “mends”",
    "date": "year 1, which is how a program writes “no date”: unknown to us",
    "summary": "the caption of an entry's picture, which feedparser takes for the summary",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "data", type=Path, help="the folder with real-feeds.tar.xz, feed-cases.tar.xz and score_feeds.py"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", choices=("speed", "agreement", "hostile"), help="measure this alone, and write nothing"
    )
    parser.add_argument("--write", action="store_true", help="put the figures into the documentation")
    arguments = parser.parse_args()
    if not (arguments.data / "real-feeds.tar.xz").exists():
        print(f"{arguments.data}: no real-feeds.tar.xz there", file=sys.stderr)
        return 2
    parts: dict[str, str] = {}
    sound = True
    if arguments.only in (None, "speed"):
        parts["speed"] = speed(unpacked(arguments.data / "real-feeds.tar.xz"), arguments.rounds)
    if arguments.only in (None, "agreement"):
        parts["agreement"], sound = agreement(arguments.data)
    if arguments.only in (None, "hostile"):
        parts["hostile"], all_end = hostile()
        sound = sound and all_end
    taken = f"Taken on {dt.datetime.now(dt.UTC):%Y-%m-%d} with Python {platform.python_version()}, lxml {etree.__version__}, expat {'.'.join(map(str, expat.version_info))}."
    for part in parts.values():
        print(part, end="\n\n")
    if arguments.write and not arguments.only:
        put(ROOT / "docs" / "performance.md", "feeds", f"{taken}\n\n{parts['speed']}")
        put(ROOT / "docs" / "reliability.md", "feeds", f"{taken}\n\n{parts['agreement']}\n\n{parts['hostile']}")
    return 0 if sound else 1


def unpacked(archive: Path) -> dict[str, bytes]:
    """The files of a tar archive, by their names without its own folder."""
    with tarfile.open(archive) as tar:
        return {
            member.name.partition("/")[2]: file.read()
            for member in tar
            if member.isfile() and (file := tar.extractfile(member))
        }


# --- speed -----------------------------------------------------------------------------------------------------------


def speed(feeds: dict[str, bytes], rounds: int) -> str:
    """The table of readers, and what it means."""
    import fastfeedparser
    import feedparser

    bodies = [bytes(body) for body in feeds.values()]
    size = sum(map(len, bodies))

    def quietly(reader: Callable[[bytes], object]) -> Callable[[bytes], None]:
        def read(body: bytes) -> None:
            with contextlib.suppress(Exception):  # a peer's word for "I cannot read this"; what it cost still counts
                reader(body)

        return read

    readers: list[tuple[str, Callable[[bytes], object], int]] = [
        ("**read_feed**", read_feed, rounds),
        ("lxml alone, building its tree", quietly(a_tree), rounds),
        ("expat alone, announcing texts and elements", quietly(announced), rounds),
        ("fastfeedparser", quietly(fastfeedparser.parse), rounds),
        ("feedparser", quietly(feedparser.parse), 1),
    ]
    for _, reader, _ in readers[:-1]:
        reader(bodies[0])  # whatever is loaded or compiled at first use
    costs: dict[str, list[float]] = {name: [] for name, _, _ in readers}
    for number in range(rounds):
        for name, reader, times in readers:
            if number < times:
                began = time.process_time()
                for body in bodies:
                    reader(body)
                costs[name].append(time.process_time() - began)
    ours = statistics.median(costs["**read_feed**"])
    lines = [
        "| reader | feeds a CPU second | MB/s | CPU-ms a feed | its cost, read_feed = 1 |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, taken in costs.items():
        cost = statistics.median(taken)
        lines.append(
            f"| {name} | {len(bodies) / cost:,.0f} | {size / cost / 1e6:,.0f} | {cost * 1000 / len(bodies):.2f}"
            f" | {cost / ours:.2f} |"
        )
    lowest = statistics.median(costs["expat alone, announcing texts and elements"])
    tree = statistics.median(costs["lxml alone, building its tree"])
    median = statistics.median(map(len, bodies))
    return "\n".join(
        [
            f"{len(bodies)} real feeds, {size / len(bodies) / 1000:,.0f} KB each on average, {median / 1000:,.0f} KB the median.",
            "",
            *lines,
            "",
            f"The bar was {BAR_FEEDS:,} feeds a CPU second. For feeds of this size that is {BAR_FEEDS * size / len(bodies) / 1e6:,.0f} MB/s:"
            f" lxml alone comes to {len(bodies) / tree:,.0f} and expat alone to {len(bodies) / lowest:,.0f}.",
        ]
    )


def a_tree(body: bytes) -> object:
    """What lxml makes of a feed, and no more."""
    return etree.fromstring(
        body, etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    )


def announced(body: bytes) -> None:
    """A feed gone through by expat with nothing done about what it finds."""
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    parser.CharacterDataHandler = [].append
    parser.StartElementHandler = nothing
    parser.EndElementHandler = nothing
    parser.Parse(body, True)


def nothing(*_: object) -> None:
    """Take note of nothing."""


# --- agreement -------------------------------------------------------------------------------------------------------


def agreement(data: Path) -> tuple[str, bool]:
    """The tables of agreement, and whether each miss has a reason."""
    score = scorer(data / "score_feeds.py")
    with gzip.open(data / "real-feeds.json.gz", "rt", encoding="utf-8") as file:
        readings: dict[str, Any] = json.load(file)
    with gzip.open(data / "feed-cases.json.gz", "rt", encoding="utf-8") as file:
        cases: list[dict[str, Any]] = json.load(file)
    real, test = unpacked(data / "real-feeds.tar.xz"), unpacked(data / "feed-cases.tar.xz")

    all_of, right = Counter[str](), Counter[str]()
    for name, wanted in readings.items():
        if "entries" in wanted:
            for field, good in compared(score, wanted, read(real[name])):
                all_of[field] += 1
                right[field] += good
    entries = all_of["title"]
    lines = [
        f"Agreement with feedparser over {all_of['entry count']} real feeds, {entries:,} entries:",
        "",
        "| what | agree | share | bar | the rest |",
        "|---|---:|---:|---:|---|",
    ]
    for field in FIELDS:
        share = right[field] / all_of[field]
        rest = OTHERWISE_REAL.get(field, "") if share < 1 else ""
        lines.append(f"| {field} | {right[field]:,} of {all_of[field]:,} | {share:.2%} | {BARS[field]:.1%} | {rest} |")

    misses: dict[str, set[str]] = {}
    concerned, met = Counter[str](), Counter[str]()
    for case in cases:
        headers = {name.lower(): value for name, value in (case["headers"] or {}).items()}
        found = read(
            test[case["id"]], content_type=headers.get("content-type", ""), url=headers.get("content-location", "")
        )
        wrong = {field for field, good in compared(score, case["reads_as"], found) if not good}
        for field, good in asserted(score, case, found):
            concerned[field] += 1
            met[field] += good
            if not good:
                wrong.add(field)
        for field in wrong:
            misses.setdefault(field, set()).add(case["id"])
    lines += ["", f"Of {len(cases):,} feeds from feedparser's tests, what each says of its entries:", ""]
    lines += ["| what | said | read so |", "|---|---:|---:|"]
    lines += [f"| {field} | {number:,} | {met[field]:,} |" for field, number in sorted(concerned.items())]
    wrong_ids = set().union(*misses.values()) if misses else set()
    lines += [
        "",
        f"{len(wrong_ids)} of the {len(cases):,} differ somewhere, in what they say or in feedparser's reading of them:",
        "",
    ]
    lines += ["| cases | why |", "|---|---|"]
    unexplained = sorted(wrong_ids)
    for part, why in OTHERWISE.items():
        these = [case for case in unexplained if part in case]
        unexplained = [case for case in unexplained if part not in case]
        if these:
            named = ", ".join(f"`{case.removesuffix('.xml')}`" for case in these[:3])
            lines.append(f"| {named}{f' and {len(these) - 3} more of {part}' if len(these) > 3 else ''} | {why} |")
    lines += [f"| `{case}` | **no reason** |" for case in unexplained]
    bars_met = all(right[field] >= BARS[field] * all_of[field] for field in FIELDS if field != "entry count")
    return "\n".join(lines), bars_met and not unexplained


def read(body: bytes, *, content_type: str = "", url: str = "") -> Feed | SetAside:
    """The feed as both tiers read it."""
    return read_feed(body, content_type=content_type, url=url, second=read_with_feedparser)


def scorer(path: Path) -> ModuleType:
    """The scorer that lies beside the feeds, as a module."""
    spec = importlib.util.spec_from_file_location("score_feeds", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compared(score: ModuleType, wanted: dict[str, Any], found: Feed | SetAside) -> Iterator[tuple[str, bool]]:
    """Field by field, whether our reading says what the reference says."""
    theirs = wanted.get("entries") or []
    ours = found.entries if isinstance(found, Feed) else ()
    yield "entry count", len(theirs) == len(ours)
    for their, our in zip(theirs, ours, strict=False):
        when = our.published or our.updated
        yield "title", score.plain(their.get("title")) == score.plain(our.title)
        yield "link", (their.get("link") or "") == our.url
        yield "date", score.when(their) == (score.utc(when.isoformat()) if when else None)
        yield "summary", score.same_summary(their.get("summary"), our.summary_html or our.content_html)


SAID: dict[str, tuple[str, Callable[[FeedEntry], object]]] = {
    **dict.fromkeys(("title", "title_detail.value"), ("title", lambda entry: entry.title)),
    **dict.fromkeys(("link", "links.0.href"), ("link", lambda entry: entry.url)),
    **dict.fromkeys(("id", "guid"), ("id", lambda entry: entry.guid)),
    **dict.fromkeys(
        ("published", "updated", "issued", "modified", "published_parsed", "updated_parsed"),
        ("date", lambda entry: (entry.published, entry.updated)),
    ),
    **dict.fromkeys(
        ("summary", "description", "summary_detail.value"),
        ("summary", lambda entry: entry.summary_html or entry.content_html),
    ),
    "content.0.value": ("content", lambda entry: entry.content_html or entry.summary_html),
    **dict.fromkeys(
        ("author", "author_detail.name", "authors.0.name", "authors.1.name"),
        ("author", lambda entry: entry.author or ""),
    ),
    **dict.fromkeys(("tags.0.term", "tags.1.term", "tags.2.term"), ("category", lambda entry: entry.categories)),
}


def asserted(score: ModuleType, case: dict[str, Any], found: Feed | SetAside) -> Iterator[tuple[str, bool]]:
    """What a case says of an entry in fields that we read, and whether we read it so."""
    for path, value in said_in(case["asserts"] or ()):
        field, ours = SAID.get(".".join(path[2:]), ("", None))
        if path[0] != "entries" or ours is None:
            continue
        if not isinstance(found, Feed) or int(path[1]) >= len(found.entries):
            yield field, False
            continue
        got: Any = ours(found.entries[int(path[1])])
        if field == "date":
            when = dt.datetime(*value[:6], tzinfo=dt.UTC) if isinstance(value, list) else read_date(str(value))
            yield field, when in got
        elif field == "author":
            yield field, value == got or value in got.split("; ")
        elif field == "category":
            yield field, value in got
        elif field in ("link", "id"):
            yield field, value == got
        else:
            yield field, score.plain(value) == score.plain(got)


def said_in(asserts: Any) -> Iterator[tuple[list[str], Any]]:
    """Every path and value that must be equal."""
    for one in asserts:
        if one["op"] == "any":
            for group in one["of"]:
                yield from said_in(group)
        elif one["op"] == "eq" and len(one["path"]) > 2:
            yield [str(step) for step in one["path"]], one["value"]


# --- hostile feeds ---------------------------------------------------------------------------------------------------


def hostile() -> tuple[str, bool]:
    """The table of hostile feeds, and whether each ended as it must."""
    lines = ["| hostile or broken feed | bytes | read as | CPU seconds | MB |", "|---|---:|---|---:|---:|"]
    sound = True
    for feed in HOSTILE:
        took = what_it_takes(feed)
        good = took.right and took.seconds < MOST_S and took.mb < MOST_MB
        sound = sound and good
        lines.append(
            f"| {feed.name} | {took.bytes:,} | {took.read_as}{'' if good else ' **wrong or too much**'}"
            f" | {took.seconds:.2f} | {took.mb:.0f} |"
        )
    lines += ["", f"The bar is {MOST_S:g} seconds and {MOST_MB} MB each."]
    return "\n".join(lines), sound


if __name__ == "__main__":
    sys.exit(main())
