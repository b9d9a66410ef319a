"""How pages are read: bodies, fields and dates against their truth, what is set aside, what it costs, and what hostile ones take.

    python benchmarks/pages.py SHARED/data/extract [--write]

Three public sets of pages with their truth lie in the folder, with their scorer. Every page is read by
`reportedly.extract` as `reportedly extract` reads a file, by trafilatura, and by newspaper4k where that is installed, in
the same run. No reader is told an address. Costs are CPU time of this process, user and system, one reader after the
other on every eighth page, the median of three rounds.

Hostile: each page of tests/extract/hostile_pages.py in a process of its own, which says how it must end.

Prints the figures beside their bars; `--write` puts them into docs/explanation/extraction.md, docs/performance.md and
docs/reliability.md. Exits 1 when a hostile page does not end as it must.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import json
import logging
import multiprocessing
import platform
import statistics
import sys
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from figures import ROOT, put

sys.path.insert(0, str(ROOT / "tests" / "extract"))
from hostile_pages import HOSTILE, MOST_MB, MOST_S, READ, Taken, what_it_takes

from reportedly.extract import extract_known
from reportedly.values import Page, SetAside

NOW = datetime.now(UTC)
EVERY = 8  # of the pages, one is timed
ROUNDS = 3
SETS = {
    "aeb": ("aeb-html.tar", "91 news and blog pages"),
    "wcxb": ("wcxb-html.tar.xz", "300 articles"),
    "meta": ("meta-html.tar.xz", "424 mostly German pages"),
}
Fields = dict[str, str]
Read = Callable[[bytes], Fields]


@dataclass(frozen=True)
class Pages:
    """One set: what is true of its pages, and their bytes, by their ids."""

    truth: dict[str, dict[str, Any]]
    html: dict[str, bytes]


# --- the readers -----------------------------------------------------------------------------------------------------


def ours(body: bytes) -> Fields:
    read = extract_known(Page(url="file:///page.html", body=body, fetched=NOW))
    if isinstance(read, SetAside):
        return {"aside": str(read)}
    report, known = read
    return {
        "articleBody": "\n".join(report.paragraphs),
        "title": report.title,
        "author": report.author or "",
        "date": known.published.value.day.isoformat() if known.published.value else "",
    }


def trafilatura_read(body: bytes) -> Fields:
    import trafilatura

    found = trafilatura.bare_extraction(body, include_comments=False, with_metadata=True)
    if found is None:
        return {}
    said = found.as_dict()
    return {
        "articleBody": said.get("text") or "",
        "title": said.get("title") or "",
        "author": said.get("author") or "",
        "date": said.get("date") or "",
    }


def newspaper_read(body: bytes) -> Fields:
    newspaper: Any = importlib.import_module("newspaper")
    article = newspaper.Article("http://page.example/", fetch_images=False)
    try:
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
    except (newspaper.ArticleException, ImportError):  # for some languages it asks for more packages
        return {}
    when = article.publish_date
    return {
        "articleBody": article.text,
        "title": article.title or "",
        "author": "; ".join(article.authors),
        "date": when.date().isoformat() if isinstance(when, datetime) else "",
    }


def readers() -> dict[str, Read]:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found: dict[str, Read] = {"reportedly": ours, f"trafilatura {version('trafilatura')}": trafilatura_read}
    if importlib.util.find_spec("newspaper"):
        found[f"newspaper4k {version('newspaper4k')}"] = newspaper_read
    return found


# --- the sets --------------------------------------------------------------------------------------------------------


def load(data: Path, name: str) -> Pages:
    with gzip.open(data / f"{name}-truth.json.gz", "rt", encoding="utf-8") as file:
        truth = json.load(file)
    html = {}
    with tarfile.open(data / SETS[name][0]) as tar:
        for member in tar:
            key = Path(member.name).name
            key = key if name == "meta" else key.removesuffix(".gz").removesuffix(".html")
            content = tar.extractfile(member) if key in truth else None
            if content:
                body = content.read()
                html[key] = gzip.decompress(body) if member.name.endswith(".gz") else body
    return Pages(truth, html)


def load_scorer(data: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(data / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bodies(score: Any, name: str, pages: Pages, found: dict[str, Fields]) -> tuple[float, float]:
    """F1 of the bodies by the set's own measure, and the share of bodies whose every word is right."""
    exact = 0
    rows, f1 = [], []
    for key, true in pages.truth.items():
        text, said = true["articleBody"], found[key].get("articleBody", "")
        same = score.tokens(text) == score.tokens(said)
        exact += same
        rows.append((*score.page_counts(text, said), float(same)))
        f1.append(score.word_prf(text, said)[2])
    return (score.aeb(rows)["f1"] if name == "aeb" else statistics.mean(f1)), exact / len(pages.truth)


# --- the tables ------------------------------------------------------------------------------------------------------


def quality(score: Any, sets: dict[str, Pages], found: dict[str, dict[str, dict[str, Fields]]]) -> str:
    names = list(found)
    table = [f"| | bar | {' | '.join(names)} |", f"|---|---:|{'---:|' * len(names)}"]

    def row(what: str, bar: str, values: list[str]) -> None:
        table.append(f"| {what} | {bar} | {' | '.join(values)} |")

    for name, bar in (("aeb", "≥ .970"), ("wcxb", "≥ .955")):
        measured = [bodies(score, name, sets[name], found[reader][name]) for reader in names]
        row(f"body F1, {SETS[name][1]}", bar, [points(f1) for f1, _ in measured])
        if name == "aeb":
            row("… every word right", "", [points(exact) for _, exact in measured])
    for name in ("wcxb", "meta"):
        fields = [score.meta(sets[name].truth, found[reader][name]) for reader in names]
        kind = SETS[name][1]
        is_first = name == "wcxb"
        row(f"title exact, {kind}", "≥ .84" if is_first else "", [points(f["title"]["exact"]) for f in fields])
        row("author exact", "≥ .68" if is_first else "", [points(f["author"]["exact"]) for f in fields])
        row("… invented where none is named", "half of trafilatura’s", [of(f["author"]) for f in fields])
        row("date exact", "", [points(f["date"]["exact"]) for f in fields])
        row("… right when given", "≥ .97", [points(f["date"]["exact_when_answered"]) for f in fields])
        row("… dateless pages left unknown", "≥ 90 %", [left_unknown(f["date"]) for f in fields])
    return "\n".join(table) + "\n"


def points(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def of(field: dict[str, int]) -> str:
    return f"{field['answered_though_truth_has_none']} of {field['truth_has_none']}"


def left_unknown(field: dict[str, int]) -> str:
    none = field["truth_has_none"]
    left = none - field["answered_though_truth_has_none"]
    return f"{100 * left / none:.0f} % ({left} of {none})"


def set_aside(found: dict[str, dict[str, Fields]]) -> str:
    reasons = [fields["aside"] for pages in found.values() for fields in pages.values() if "aside" in fields]
    total = sum(map(len, found.values()))
    lines = [f"Of {total} pages, which are articles all, {len(reasons)} were set aside:\n"]
    lines += [f"- {reasons.count(reason)}: {reason}" for reason in sorted(set(reasons))]
    return "\n".join(lines) + "\n"


def cost(reads: dict[str, Read], sets: dict[str, Pages]) -> str:
    import trafilatura

    chosen = [html for pages in sets.values() for html in list(pages.html.values())[::EVERY]]

    def body_alone(body: bytes) -> Fields:
        trafilatura.bare_extraction(body, include_comments=False, with_metadata=False)
        return {}

    timed = {**reads, "trafilatura, body alone": body_alone}
    ms = {name: cpu_ms(read, chosen) for name, read in timed.items()}
    mine = ms["reportedly"]
    table = ["| reader | CPU-ms a page | ours / this |", "|---|---:|---:|"]
    table += [f"| {name} | {value:.1f} | {mine / value:.2f} |" for name, value in ms.items()]
    kb = statistics.mean(map(len, chosen)) / 1024
    return "\n".join(table) + f"\n\n{len(chosen)} real pages of {kb:.0f} KB; Python {platform.python_version()}.\n"


def cpu_ms(read: Read, pages: list[bytes]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for body in pages:
            read(body)
        taken.append((time.process_time() - began) * 1000 / len(pages))
    return statistics.median(taken)


def hostile() -> tuple[str, bool]:
    table = ["| page | how it ends | CPU seconds | memory, MB |", "|---|---|---:|---:|"]
    sound = True
    for kind, (_, wanted) in HOSTILE.items():
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            taken: Taken = pool.submit(what_it_takes, kind).result(timeout=120)
        right = taken.ended == wanted and taken.seconds <= MOST_S and taken.mb <= MOST_MB
        sound &= right
        ended = "its report is read" if taken.ended == READ else f"set aside, {taken.ended}"
        table.append(
            f"| {kind} | {ended}{'' if right else ' **NOT AS IT MUST**'} | {taken.seconds:.2f} | {taken.mb:.0f} |"
        )
    return "\n".join(table) + "\n", sound


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="the folder with the three sets and score.py")
    parser.add_argument("--write", action="store_true", help="put the figures into the documentation")
    arguments = parser.parse_args()
    if not (arguments.data / "score.py").exists():
        print(f"{arguments.data}: no score.py there", file=sys.stderr)
        return 2
    score = load_scorer(arguments.data)
    sets = {name: load(arguments.data, name) for name in SETS}
    reads = readers()
    found = {
        reader: {name: {key: read(html) for key, html in pages.html.items()} for name, pages in sets.items()}
        for reader, read in reads.items()
    }
    figures = quality(score, sets, found)
    aside = set_aside(found["reportedly"])
    print(figures, aside, sep="\n", flush=True)
    costs = cost(reads, sets)
    print(costs, flush=True)
    hostile_figures, sound = hostile()
    print(hostile_figures)
    if arguments.write:
        put(ROOT / "docs" / "explanation" / "extraction.md", "pages", f"{figures}\n{aside}")
        put(ROOT / "docs" / "performance.md", "pages", costs)
        put(ROOT / "docs" / "reliability.md", "hostile pages", hostile_figures)
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
