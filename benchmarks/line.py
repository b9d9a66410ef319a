"""What the line costs: CPU-milliseconds a report for each stage, and a page and a search over many reports.

    python benchmarks/line.py [--reports 100000] [--rounds 5] [--write]

Every figure is CPU time of one process (user and system, `time.process_time`), the median of the rounds, so that a busy
machine does not count; what compares is the ratios, taken in the same run. Pages are the sample wire's own, as its
outlets serve them. Reports of the large store are synthetic: rows with the sample's texts, spread over ten years.
`--write` puts the figures into docs/performance.md between its marks.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from figures import ROOT, put

DOCS = ROOT / "docs" / "performance.md"
SEED = 20261122
SINCE = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
SPREAD_S = 10 * 365 * 86_400
STORED = 600  # reports stored and placed to measure the store
SUBJECTS_OF_A_REPORT = 3
ONE_IN = 50  # reports about the subject whose page is measured


@dataclass(frozen=True)
class Cost:
    """A measured thing. `peer` is what else does the like, measured in the same run."""

    name: str
    cpu_ms: float
    unit: str
    peer: str = ""
    peer_ms: float | None = None


def cpu_ms(work: Callable[[], object], *, times: int, rounds: int) -> float:
    """CPU-milliseconds of one of `times` pieces of work: the median of the rounds, after one that does not count."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000 / times)
    return statistics.median(taken)


def each(function: Callable[[Any], object], items: Sequence[Any]) -> Callable[[], None]:
    """One piece of work for `cpu_ms`: the function over all items."""

    def work() -> None:
        for item in items:
            function(item)

    return work


# --- the stages ------------------------------------------------------------------------------------------------------


def stages(rounds: int) -> tuple[list[Cost], list[Any], int]:
    """Costs of every stage that only reads, the sample's reports as read, and their words."""
    import feedparser
    import trafilatura

    from reportedly.collect.feeds import read_feed
    from reportedly.extract import extract
    from reportedly.sample.server import SampleWire
    from reportedly.stories import Arrival, OpenStories
    from reportedly.tag import Vocabulary, tag
    from reportedly.tag.seeds import seeds
    from reportedly.trace import trace
    from reportedly.values import Alias, Page, Read, Report, Subject, SubjectType

    now = dt.datetime.now(dt.UTC)
    with SampleWire() as sample:
        feeds = [(outlet, fetched(outlet.feed_url)) for outlet in sample.outlets]
        own = [(s.label, SubjectType(s.type), tuple(Alias(label=a) for a in s.aliases)) for s in sample.subjects]
        pages = []
        for outlet, (body, kind) in feeds:
            feed = read_feed(body, content_type=kind, url=outlet.feed_url)
            for entry in getattr(feed, "entries", ()):
                html, html_kind = fetched(entry.url)
                pages.append(
                    Page(url=entry.url, body=html, fetched=now, content_type=html_kind, outlet=outlet.slug, entry=entry)
                )
    subjects = [
        Subject(id=n, label=label, type=kind, aliases=aliases) for n, (label, kind, aliases) in enumerate(own, start=1)
    ]
    subjects += [
        Subject(id=n, label=s.label, type=s.type, aliases=s.aliases, country=s.country, weight=s.weight)
        for n, s in enumerate(seeds(), start=len(subjects) + 1)
    ]
    vocabulary = Vocabulary(subjects)
    reports = [found for page in pages if isinstance(found := extract(page), Report)]
    readings = [trace(report.text) for report in reports]
    words = sum(len(report.text.split()) for report in reports)
    entries = sum(len(getattr(read_feed(body, content_type=kind), "entries", ())) for _, (body, kind) in feeds)
    read = []
    for report, reading in zip(reports, readings, strict=True):
        tags = tag(report.text, reading.names, vocabulary)
        read.append(Read(report=report, reading=type(reading)(**{**vars(reading), "subjects": tags})))

    def place() -> None:
        stories = OpenStories()
        for number, one in enumerate(sorted(read, key=lambda r: r.report.published or now), start=1):
            stories.place(
                Arrival(
                    report_id=number,
                    outlet=one.report.outlet,
                    published=one.report.published or now,
                    text=one.report.text,
                    names=tuple(dict.fromkeys(name.name for name in one.reading.names)),
                )
            )

    n = len(reports)
    html_texts = [page.body for page in pages]
    costs = [
        Cost(
            "read a feed, an entry",
            cpu_ms(each(lambda f: read_feed(f[1][0], content_type=f[1][1]), feeds), times=entries, rounds=rounds),
            "entry",
            "feedparser",
            cpu_ms(each(lambda f: feedparser.parse(f[1][0]), feeds), times=entries, rounds=rounds),
        ),
        Cost(
            "extract",
            cpu_ms(each(extract, pages), times=n, rounds=rounds),
            "report",
            "trafilatura, body alone",
            cpu_ms(each(trafilatura.extract, html_texts), times=n, rounds=rounds),
        ),
        Cost("trace", cpu_ms(each(lambda r: trace(r.text), reports), times=n, rounds=rounds), "report"),
        Cost(
            "tag",
            cpu_ms(each(lambda r: tag(r.report.text, r.reading.names, vocabulary), read), times=n, rounds=rounds),
            "report",
        ),
        Cost("place", cpu_ms(place, times=n, rounds=rounds), "report"),
    ]
    return costs, read, words


def fetched(url: str) -> tuple[bytes, str]:
    """Body and content type of a loopback address."""
    assert url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers["Content-Type"]


# --- the store -------------------------------------------------------------------------------------------------------


def stored(read: Sequence[Any]) -> list[Cost]:
    """What taking in, storing, placing and indexing cost a report, over distinct copies of the sample's reports."""
    from dataclasses import replace

    from django.conf import settings

    from reportedly.engines.indexing import index_pending
    from reportedly.engines.search import SearchIndex
    from reportedly.values import Page
    from reportedly.wire import intake as intakes
    from reportedly.wire.intake import NewPage
    from reportedly.wire.models import Outlet
    from reportedly.wire.storing import resume_stories, store

    now = dt.datetime.now(dt.UTC)
    for slug in {one.report.outlet for one in read}:
        Outlet.objects.get_or_create(slug=slug, defaults={"name": slug, "added": now})
    by_url = {}
    pages = []
    for number in range(STORED):
        one = read[number % len(read)]
        turn = number // len(read)
        report = replace(
            one.report, url=f"{one.report.url}?turn={turn}", guid=f"{one.report.guid or one.report.url}#{turn}"
        )
        by_url[report.url] = replace(one, report=report)
        pages.append(Page(url=report.url, body=b"x" * 20_000, fetched=now, outlet=report.outlet))
    opened = intakes.open_intake("import", "bench", "bench", now=now)
    began = time.process_time()
    intakes.take_in(opened, [NewPage(key=f"{n}", page=page) for n, page in enumerate(pages)], now=now)
    took_in = time.process_time() - began
    stories = resume_stories(now=now)
    storing = indexing = 0.0
    search = SearchIndex(settings.REPORTEDLY.search)
    while claimed := intakes.claim("bench", count=50, now=now, lease=dt.timedelta(minutes=5)):
        began = time.process_time()
        store([(one, by_url[one.page.url]) for one in claimed], stories, now=now)
        storing += time.process_time() - began
        began = time.process_time()
        index_pending(search, limit=None)
        indexing += time.process_time() - began
    search.close()
    return [
        Cost("take in", took_in * 1000 / STORED, "report"),
        Cost("store (placing within)", storing * 1000 / STORED, "report"),
        Cost("index", indexing * 1000 / STORED, "report"),
    ]


# --- many reports ----------------------------------------------------------------------------------------------------


def filled(many: int, read: Sequence[Any]) -> int:
    """Fill the store and the index with synthetic reports; returns the subject whose page is measured."""
    from django.conf import settings

    from reportedly.engines.search import IndexRow, SearchIndex
    from reportedly.trace.lead import lead_of
    from reportedly.wire.models import Outlet, Report, ReportTag, SubjectRecord, report_id_at

    chance = random.Random(SEED)
    SubjectRecord.objects.bulk_create(
        SubjectRecord(slug=f"bench-{n}", label=f"Bench {n}", type="theme") for n in range(200)
    )
    subjects = list(SubjectRecord.objects.filter(slug__startswith="bench-").values_list("id", flat=True))
    outlet_ids = list(Outlet.objects.values_list("id", flat=True))
    leads = [lead_of(one.report, one.reading.attributions) for one in read]
    times = sorted(SINCE + dt.timedelta(seconds=chance.randrange(SPREAD_S)) for _ in range(many))
    last: int | None = None
    search = SearchIndex(settings.REPORTEDLY.search)
    for batch in chunked(enumerate(times), 2_000):
        reports, tags, rows = [], [], []
        for number, at in batch:
            report_id = report_id_at(at, None)
            report_id = report_id if last is None or report_id > last else last + 1
            last = report_id
            which = chance.randrange(len(read))
            one, lead = read[which], leads[which]
            about = {chance.choice(subjects[1:]) for _ in range(SUBJECTS_OF_A_REPORT)}
            if number % ONE_IN == 0:
                about.add(subjects[0])
            outlet = chance.choice(outlet_ids)
            reports.append(
                Report(
                    id=report_id,
                    outlet_id=outlet,
                    identity=f"bench-{number}",
                    url=f"https://bench.example/{number}",
                    title=one.report.title,
                    published=at,
                    published_from="meta",
                    listed_at=at,
                    taken_in=at,
                    text_hash=one.report.text_hash,
                    lead={"paragraphs": lead.paragraphs, "chain": lead.chain},
                    indexed=True,
                )
            )
            tags += [
                ReportTag(
                    subject_id=s, report_id=report_id, listed_at=at, about=True, salience=0.5, version=1, rule="bench"
                )
                for s in about
            ]
            rows.append(
                IndexRow(
                    id=report_id,
                    title=one.report.title,
                    body=" ".join(one.report.paragraphs),
                    subjects=tuple(about),
                    outlet=outlet,
                )
            )
        Report.objects.bulk_create(reports)
        ReportTag.objects.bulk_create(tags)
        search.add(rows)
    search.close()
    SubjectRecord.objects.filter(id=subjects[0]).update(reports_count=many // ONE_IN)
    return subjects[0]


def shown(many: int, rounds: int) -> list[Cost]:
    """A subject page and searches over the filled store."""
    from django.conf import settings
    from django.test import Client

    from reportedly.engines.search import SearchIndex

    client = Client()

    def page(address: str) -> Callable[[], None]:
        def work() -> None:
            for _ in range(20):
                answer = client.get(address)
                assert answer.status_code == 200, (address, answer.status_code)

        return work

    search = SearchIndex(settings.REPORTEDLY.search)
    words = ["harbour", "minister", "the", '"told reporters"', "water"]
    body = sqlite3.connect(settings.REPORTEDLY.store)

    def scan(word: str) -> object:
        return body.execute(
            "SELECT id FROM wire_report WHERE title LIKE ? OR lead LIKE ? ORDER BY id DESC LIMIT 10",
            [f"%{word}%nowhere", f"%{word}%nowhere"],
        ).fetchall()

    costs = [
        Cost("subject page, whole answer", cpu_ms(page("/subjects/bench-0/"), times=20, rounds=rounds), "page"),
        Cost("front page, whole answer", cpu_ms(page("/"), times=20, rounds=rounds), "page"),
        Cost(
            "search, newest first",
            cpu_ms(each(lambda w: search.newest(w, before=None, limit=10), words), times=len(words), rounds=rounds),
            "search",
            "LIKE over titles and leads",
            cpu_ms(each(scan, words[:1]), times=1, rounds=1),
        ),
        Cost(
            "search, by relevance",
            cpu_ms(each(lambda w: search.relevant(w, limit=10), words), times=len(words), rounds=rounds),
            "search",
        ),
        Cost("search page, whole answer", cpu_ms(page("/search/?q=harbour"), times=20, rounds=rounds), "page"),
    ]
    search.close()
    body.close()
    return costs


def chunked(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most so many items."""
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


# --- the figures -----------------------------------------------------------------------------------------------------


def table(title: str, costs: Sequence[Cost], *, share: bool = False) -> str:
    """The costs as a table of Markdown; with `share`, each as a share of them all."""
    whole = sum(cost.cpu_ms for cost in costs)
    lines = [
        f"\n### {title}\n",
        f"| what | CPU-ms |{' share |' if share else ''} peer, same run | peer CPU-ms | ours / peer |",
    ]
    lines.append(f"|---|---:|{'---:|' if share else ''}---|---:|---:|")
    for cost in costs:
        peer = f"{cost.peer_ms:.2f} | {cost.cpu_ms / cost.peer_ms:.2f}" if cost.peer_ms else " | "
        part = f" {cost.cpu_ms / whole:.0%} |" if share else ""
        lines.append(f"| {cost.name} | {cost.cpu_ms:.3f} |{part} {cost.peer} | {peer} |")
    if share:
        lines.append(f"| **the whole line** | **{whole:.2f}** | 100% | | | |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=100_000, help="synthetic reports in the large store")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"put the figures into {DOCS.name}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REPORTEDLY_DATA"] = folder
        from reportedly.cli.django import start

        start()
        reading, read, words = stages(arguments.rounds)
        line = [cost for cost in reading if cost.unit == "report" and cost.name != "place"] + stored(read)
        feeds = [cost for cost in reading if cost.unit != "report"] + [c for c in reading if c.name == "place"]
        print(f"filling the store with {arguments.reports:,} reports …", file=sys.stderr)
        filled(arguments.reports, read)
        pages = shown(arguments.reports, arguments.rounds)
    per_report = sum(cost.cpu_ms for cost in line)
    figures = (
        f"Taken on {dt.datetime.now(dt.UTC):%Y-%m-%d} with Python {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version}: {len(read)} pages of the sample wire, {words / len(read):.0f} words each; medians of "
        f"{arguments.rounds} rounds. The whole line costs {per_report:.1f} CPU-ms a report, "
        f"{1000 / per_report:.0f} reports a CPU-second.\n"
        + table("The line, a report", line, share=True)
        + table("Beside the line", feeds)
        + table(f"Pages and searches over {arguments.reports:,} reports", pages)
    )
    print(figures)
    if arguments.write:
        put(DOCS, "make bench", figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
