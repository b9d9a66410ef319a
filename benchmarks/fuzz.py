"""Throw damaged feeds and pages at their readers, and count what breaks.

    python benchmarks/fuzz.py --feeds 20000 --more-feeds 980000 --pages 3000 [--write]

Needs atheris (`pip install -e '.[bench]'`). The seeds are the sample wire's own feeds and pages and a few broken ones; from
them libFuzzer makes inputs, keeps those that reach new lines of ours, and goes on from there. What it kept is then mutated
further without a look at what that reaches, which is several times as fast. For each input:

- a feed is read without an exception, and of every fourth that both parsers of tier one read, they read the same;
- a page is read without an exception;
- neither takes `SLOWEST_S` seconds or `MOST_MB` of memory.

Prints inputs, seconds and what broke; an input that breaks something is kept in the folder named by `--keep`, and the exit
code is 1. With `--write` the figures go into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import mmap
import platform
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from figures import ROOT, put

SLOWEST_S = 10
MOST_MB = 2048
LONGEST = {"feeds": 1024, "pages": 4096}  # bytes of one input
WORDS = """
<rss <channel> <item> </item> <entry> </entry> <feed <rdf:RDF <title> </title> <link> <guid> <pubDate> <description>
<content:encoded> <dc:creator> <media:group> <author><name> <category> <source> <ttl> <![CDATA[ ]]> <!-- --> <!DOCTYPE
<!ENTITY &amp; &lt; &nbsp; &#146; &#x0; &# <?xml encoding= xml:base= xmlns= xmlns:media= type=html type=xhtml href= rel=
isPermaLink= <html <head> <body> <meta <time <article <p> </p> <div> </div> <script application/ld+json <table>
\\x00 \\xef\\xbb\\xbf \\xff\\xfe \\xc2\\x85 \\xed\\xa0\\x80
"""


@dataclass(frozen=True)
class Run:
    """What came of one target's inputs."""

    target: str
    inputs: int
    seconds: float
    broke: str  # "" when nothing did


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--feeds", type=int, default=20_000, help="how many feeds")
    parser.add_argument("--pages", type=int, default=1_000, help="how many pages")
    parser.add_argument("--more-feeds", type=int, default=50_000, help="how many feeds made from those, unguided")
    parser.add_argument("--minutes", type=float, default=60, help="the longest that each of the three may take")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="folder for inputs that break something")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    parser.add_argument("--target", choices=("feeds", "pages"), help=argparse.SUPPRESS)
    parser.add_argument("--from", type=Path, dest="source", help=argparse.SUPPRESS)
    arguments, rest = parser.parse_known_args()
    if arguments.source:
        until = time.monotonic() + arguments.minutes * 60
        return mutate(arguments.source, arguments.more_feeds, until=until, seed=arguments.seed, keep=arguments.keep)
    if arguments.target:
        fuzz(arguments.target, rest)
    with tempfile.TemporaryDirectory() as folder:
        seeds = sow(Path(folder))
        runs = [
            run(target, inputs, seeds / target, arguments.minutes, seed=arguments.seed, keep=arguments.keep)
            for target, inputs in (("feeds", arguments.feeds), ("pages", arguments.pages))
            if inputs
        ]
        if arguments.more_feeds:
            more = run_unguided(
                arguments.more_feeds, seeds / "feeds", arguments.minutes, seed=arguments.seed, keep=arguments.keep
            )
            runs.insert(1, more)
    said = report(runs)
    print(said)
    if arguments.write:
        put(ROOT / "docs" / "reliability.md", "fuzzing", said)
    return 1 if any(one.broke for one in runs) else 0


def report(runs: list[Run]) -> str:
    """The table, as Markdown."""
    lines = ["| what | inputs | seconds | crashes and hangs |", "|---|---:|---:|---|"]
    lines += [f"| {one.target} | {one.inputs:,} | {one.seconds:,.0f} | {one.broke or 'none'} |" for one in runs]
    total = sum(one.inputs for one in runs)
    lines.append(f"| **together** | **{total:,}** | {sum(one.seconds for one in runs):,.0f} | |")
    taken = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    return f"Taken on {taken} with Python {platform.python_version()}, one core.\n\n" + "\n".join(lines)


def run(target: str, inputs: int, seeds: Path, minutes: float, *, seed: int, keep: Path) -> Run:
    """One target in a process of its own, since libFuzzer ends the process it runs in."""
    keep.mkdir(exist_ok=True)
    words = seeds.with_suffix(".dict")
    words.write_text("".join(f'"{word}"\n' for word in WORDS.split()), encoding="ascii")
    command = [
        *(sys.executable, __file__, "--target", target),
        *(
            f"-runs={inputs}",
            f"-max_total_time={minutes * 60:.0f}",
            f"-seed={seed}",
            f"-max_len={LONGEST[target]}",
            f"-dict={words}",
        ),
        *(
            f"-timeout={SLOWEST_S}",
            f"-rss_limit_mb={MOST_MB}",
            f"-artifact_prefix={keep}/{target}-",
            "-print_final_stats=1",
        ),
        str(seeds),
    ]
    began = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace") as fuzzing:
        assert fuzzing.stderr is not None
        last: list[str] = []
        for line in fuzzing.stderr:
            last = [*last[-60:], line.rstrip()]
            if re.match(r"#\d+\s+pulse", line):
                print(f"{target}: {line.rstrip()}", file=sys.stderr, flush=True)
    done = re.search(r"stat::number_of_executed_units: (\d+)", "\n".join(last))
    broke = ""
    if fuzzing.returncode:
        broke = next((line for line in reversed(last) if "ERROR" in line or "Error" in line), "it ended by itself")
        print("\n".join(last), file=sys.stderr)
    return Run(target, int(done[1]) if done else 0, time.monotonic() - began, broke)


def run_unguided(inputs: int, kept: Path, minutes: float, *, seed: int, keep: Path) -> Run:
    """Feeds made from those that libFuzzer kept, in a process of their own."""
    command = [
        sys.executable,
        __file__,
        "--from",
        str(kept),
        f"--more-feeds={inputs}",
        f"--seed={seed}",
        "--keep",
        str(keep),
    ]
    began = time.monotonic()
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    done = ended.stdout.split()
    broke = "" if not ended.returncode else f"exit code {ended.returncode}; see {keep}/last"
    return Run("feeds, unguided", int(done[-1]) if done else 0, time.monotonic() - began, broke)


# --- seeds -----------------------------------------------------------------------------------------------------------

BROKEN = (
    b"",
    b"<rss><channel><item><title>A &amp; B</title><link>/1</link><guid>g</guid></item></channel></rss>",
    b"<rss><channel><item><title>Quay <b>late<link>/1</link></item><item><title>B</ti",
    b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item><title>&a; &nbsp; & &#146;</title></item></channel></rss>",
    b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/x/'><entry><link href='1'/><title type='xhtml'><div>"
    b"A <em>b</em></div></title><content type='xhtml'><p>c</p></content><updated>2026-11-02T08:30:00Z</updated></entry></feed>",
    b"<rdf:RDF><item rdf:about='x'><dc:date>2026-11-02</dc:date><media:group><media:title>m</media:title></media:group></item>",
    b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"content_html":"<p>a</p>","tags":["x"]}]}',
    "<?xml version='1.0' encoding='utf-16'?><rss><item><title>Порт</title></item></rss>".encode("utf-16"),
    b"<rss><item><title>caf\xe9 \x00 \xc2\x85</title><pubDate>Mon, 2 Nov 2026 8:30 PST</pubDate></item></rss>",
    b"<html><head><meta property='og:title' content='A'><script type='application/ld+json'>{\"@type\":\"NewsArticle\"}"
    b"</script></head><body><article><h1>A</h1><p>The ferry was late, the harbour office said.</p></article></body></html>",
)


def sow(folder: Path) -> Path:
    """A folder `feeds` and one `pages`, each with a file a seed."""
    from reportedly.collect.feeds import read_feed
    from reportedly.sample.server import SampleWire

    for target in ("feeds", "pages"):
        (folder / target).mkdir()
    with SampleWire() as sample:
        for outlet in sample.outlets:
            feed = fetched(outlet.feed_url)
            (folder / "feeds" / outlet.slug).write_bytes(feed[: LONGEST["feeds"]])
            for entry in getattr(read_feed(feed), "entries", ())[:2]:
                page = fetched(entry.url)
                (folder / "pages" / f"{outlet.slug}-{len(page)}").write_bytes(page[: LONGEST["pages"]])
    for number, seed in enumerate(BROKEN):
        for target in ("feeds", "pages"):
            (folder / target / f"broken-{number}").write_bytes(seed)
    return folder


def fetched(url: str) -> bytes:
    """What a loopback server answers."""
    with urllib.request.urlopen(url) as answer:
        return bytes(answer.read())


# --- inside the process that may die ---------------------------------------------------------------------------------


def fuzz(target: str, rest: list[str]) -> None:
    """Hand this process over to libFuzzer. Does not return."""
    try:
        import atheris
    except ImportError:
        sys.exit("this needs atheris: pip install -e '.[bench]'")
    with atheris.instrument_imports(include=[f"reportedly.{'collect' if target == 'feeds' else 'extract'}"]):
        import reportedly.collect.feeds  # noqa: F401
        from reportedly.extract import extract
    from reportedly.values import Page, Report, SetAside

    fetched_at = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)

    def a_page(body: bytes) -> None:
        page = Page(url="https://quay.example/1", body=body, fetched=fetched_at)
        assert isinstance(extract(page), Report | SetAside)

    atheris.Setup([sys.argv[0], *rest], a_feed if target == "feeds" else a_page)
    atheris.Fuzz()


def a_feed(body: bytes) -> None:
    """Read one feed, as whatever it is. Raises when that breaks a promise."""
    from reportedly.collect import feed_outline, feed_text, feeds
    from reportedly.values import Feed, SetAside

    assert isinstance(feeds.read_feed(body, url="https://quay.example/feed"), Feed | SetAside)
    start = feed_text.start_of(body)
    if start is None or body[-1] % 4 or not feed_text.claims_utf8(body):
        return
    if plain := feed_outline.plain_outline(body[start:]):
        mended, torn = feed_outline.mended_outline(feed_text.decode(body))
        assert mended is not None
        assert not torn
        assert feeds.feed_of(plain, "") == feeds.feed_of(mended, "")


def mutate(kept: Path, inputs: int, *, until: float, seed: int, keep: Path) -> int:
    """Read feeds made by chance from those in a folder. The one being read lies in `keep`/last, whatever ends this."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MB << 20, MOST_MB << 20))
    chance = random.Random(seed)
    feeds = [path.read_bytes() for path in sorted(kept.iterdir())]
    words = [ast.literal_eval(f'b"{word}"') for word in WORDS.split()]
    (keep / "last").write_bytes(bytes(LONGEST["feeds"]))
    with (keep / "last").open("r+b") as file:
        held = mmap.mmap(file.fileno(), 0)  # is there even when this process is gone
    number = 0
    while number < inputs and time.monotonic() < until:
        number += 1
        body = bytearray(chance.choice(feeds))
        for _ in range(chance.randint(1, 4)):
            at, end = sorted((chance.randint(0, len(body)), chance.randint(0, len(body))))
            match chance.randrange(5):
                case 0:
                    body[at : at + 1] = chance.randbytes(1)
                case 1:
                    body[at : min(end, at + 64)] = b""
                case 2:
                    body[at:at] = chance.choice(words)
                case 3:
                    body[at:at] = body[at:end]
                case _:
                    body[at:end] = chance.choice(feeds)[at:end]
        last = bytes(body[: LONGEST["feeds"]])
        held[:] = last.ljust(len(held), b"\n")
        signal.setitimer(signal.ITIMER_PROF, SLOWEST_S)  # of CPU time; ends this process
        try:
            a_feed(last)
        except BaseException:
            print(number)
            raise
    signal.setitimer(signal.ITIMER_PROF, 0)
    print(number)
    return 0


if __name__ == "__main__":
    sys.exit(main())
