"""Pages made to break whoever reads them, each with how it must end. Shared by the tests and benchmarks/pages.py."""

from __future__ import annotations

import contextlib
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reportedly.extract import extract
from reportedly.values import Page, Report, SetAside

MOST_S = 10.0  # CPU seconds that one may take
MOST_MB = 1024  # of memory that one may take: what `read_memory_mb` allows
PARAGRAPHS = (
    "The ferry between Westmere and the island of Sool will sail again on Friday, the harbour office said, two days "
    "after the storm tore a hole in its landing stage.",
    "“We have tested every plank,” said Marta Quill, who runs the office. “Nobody will cross until the last bolt "
    "is in,” she added, while her crew carried timber along the quay.",
    "A fisherman who asked not to be named told the paper that repairs had been put off for years, and that the "
    "council knew it. The council did not answer questions sent on Wednesday.",
)
ARTICLE = "<h1>Ferry to Sool sails again</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def whole(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


READ = "read"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "100,000 attributes on one element": (
        lambda: whole(f"<article {' '.join(f'a{n}={n}' for n in range(100_000))}>{ARTICLE}</article>"),
        READ,
    ),
    "20 MB in one paragraph": (lambda: whole(f"{ARTICLE}<p>{'x ' * (10 << 20)}</p>"), "too large: 20.0 MB"),
    "15 MB in one paragraph": (lambda: whole(f"{ARTICLE}<p>{'word ' * (3 << 20)}</p>"), READ),
    "40,000 paragraphs": (lambda: whole(ARTICLE + "<p>x</p>" * 40_000), "too large: 40,007 elements"),
    "30,000 nested divs": (lambda: whole(f"{'<div>' * 30_000}{ARTICLE}{'</div>' * 30_000}"), READ),
    "60,000 nested inline elements": (lambda: whole(f"{ARTICLE}{'<b><i>' * 30_000}"), READ),
    "2,000 tables inside each other": (lambda: whole(f"{ARTICLE}{'<table><tr><td>' * 2_000}"), READ),
    "a comment that is never closed": (lambda: whole(f"{ARTICLE}<!-- {'never closed ' * 100_000}"), READ),
    "a comment before everything, never closed": (
        lambda: whole(f"<!-- {ARTICLE * 100}"),
        "no text: the page holds no running text",
    ),
    "a NUL byte before every space": (lambda: whole(ARTICLE).replace(b" ", b" \x00"), READ),
    "no body": (lambda: b"<html><head><title>Ferry</title></head></html>", "no text: the page holds no running text"),
    "no element at all": (lambda: b"<!-- -->", "not HTML: there is no element in it"),
    "a wrong charset declared": (
        lambda: whole(ARTICLE, "<meta charset='utf-16'>"),
        READ,
    ),
    "UTF-16 without its mark": (lambda: whole(ARTICLE).decode().encode("utf-16-le"), READ),
    "one paragraph 5,000 times": (lambda: whole(ARTICLE + f"<p>{PARAGRAPHS[1]}</p>" * 5_000), READ),
    "JSON-LD nested without end": (
        lambda: whole(ARTICLE, f'<script type="application/ld+json">{"[" * 300_000}</script>'),
        READ,
    ),
    "a headline of 100,000 words": (
        lambda: whole(f"<h1>{'sails | ' * 100_000}</h1>{ARTICLE}", f"<title>{'sails - ' * 100_000}</title>"),
        READ,
    ),
    "25,000 links": (
        lambda: whole(ARTICLE + "".join(f"<a href='/{n}'>report {n} of the harbour</a> " for n in range(25_000))),
        READ,
    ),
    "a program with a page's name": (lambda: b"\x7fELF" + bytes(range(256)) * 400, "not HTML: it is a program"),
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """How a page ended, in a word or with its reason, and what that took."""

    ended: str
    seconds: float
    mb: float


def what_it_takes(kind: str) -> Taken:
    """Read one of the pages here and now. Memory is the process's highest, so each is read in a process of its own."""
    page = Page(url="https://courier.example/1", body=HOSTILE[kind][0](), fetched=datetime(2024, 5, 2, tzinfo=UTC))
    _forget_peak()
    before = _peak_mb()
    began = time.process_time()
    found = extract(page)
    seconds = time.process_time() - began
    return Taken(_how(found), seconds, max(0.0, _peak_mb() - before))


def _how(found: Report | SetAside) -> str:
    if isinstance(found, SetAside):
        return str(found)
    return READ if set(PARAGRAPHS) <= set(found.paragraphs) else f"read, but not the report: {found.paragraphs[:1]}"


def _forget_peak() -> None:
    with contextlib.suppress(OSError):  # then the figure also holds what the process needed before
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def _peak_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
