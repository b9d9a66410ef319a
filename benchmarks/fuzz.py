"""Throw damaged feeds and pages at their readers, and count what breaks.

    python benchmarks/fuzz.py --feeds 20000 --more-feeds 980000 --pages 20000 --more-pages 45000 [--write]

Needs atheris (`pip install -e '.[bench]'`). The seeds are the sample wire's own feeds and pages and a few broken ones; from
them libFuzzer makes inputs, keeps those that reach new lines of ours, and goes on from there. What it kept is then mutated
further without a look at what that reaches, which is faster: several times for a feed, a little for a page. Feeds and pages
are kept apart, each with seeds and words of its own. For each input:

- a feed is read without an exception, and of every fourth that both parsers of tier one read, they read the same;
- a page is read without an exception, every fourth as one of which a feed gave a text as well, and its title and paragraphs
  are stripped, and no paragraph empty;
- neither takes `SLOWEST_S` seconds or `MOST_MB` of memory.

A page costs about five milliseconds, whatever its size, a feed a third of one: most of it is trafilatura's, and no choice of
seeds or changes makes that less. A kind is left out with 0.

Prints inputs, CPU seconds and what broke; an input that breaks something is kept in the folder named by `--keep`, and the
exit code is 1. With `--write` the figures go into docs/reliability.md, where those of a kind that was left out stay.
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
MOST_MUTATIONS = {"feeds": 4, "pages": 8}  # of one input, unguided; a page has more to go wrong, and costs more to try
KINDS = ("feeds", "feeds, unguided", "pages", "pages, unguided")
FEED_WORDS = """
<rss <channel> <item> </item> <entry> </entry> <feed <rdf:RDF <title> </title> <link> <guid> <pubDate> <description>
<content:encoded> <dc:creator> <media:group> <author><name> <category> <source> <ttl> <![CDATA[ ]]> <!-- --> <!DOCTYPE
<!ENTITY &amp; &lt; &nbsp; &#146; &#x0; &# <?xml encoding= xml:base= xmlns= xmlns:media= type=html type=xhtml href= rel=
isPermaLink= <html <head> <body> <meta <time <article <p> </p> <div> </div> <script application/ld+json <table>
\\x00 \\xef\\xbb\\xbf \\xff\\xfe \\xc2\\x85 \\xed\\xa0\\x80
"""
PAGE_WORDS = """
<!DOCTYPE <html <html/> <head> </head> <body> </body> <base <title> </title> <meta <link charset= content= name=author
property=og:title property=og:site_name property=article:published_time rel=canonical itemprop= itemscope itemtype=
http-equiv= lang= dir=rtl <time datetime= 2026-11-02T08:30:00Z 2026-02-30 99999-01-01 1.11.2026 <article <main> <section
<aside> <header> <footer> <nav> <h1> </h1> <p> </p> <br> <div> </div> <span <a <b> <em> <q> <ul> <li> <dl> <pre> <table> <tr>
<td> <figure> <figcaption> <blockquote> <form> <input <iframe> <noscript> <template> <svg> <math> <script </script>
application/ld+json {@graph:[ NewsArticle LiveBlogPosting articleBody headline datePublished author isAccessibleForFree
class=paywall class=byline hidden display:none <style> <!-- --> <![CDATA[ ]]> <?xml &amp; &nbsp; &#146; &#x0; &#x10FFFF; &#
Withdrawn: Correction: cookies captcha subscribe By (Reuters) \\x00 \\x0c \\xef\\xbb\\xbf \\xff\\xfe \\xc2\\x85 \\xed\\xa0\\x80
\\xe2\\x80\\xa8 \\xe2\\x80\\x8f \\xe2\\x80\\x9c \\xc2\\xad
"""
WORDS = {"feeds": FEED_WORDS, "pages": PAGE_WORDS}


@dataclass(frozen=True)
class Run:
    """What came of one kind's inputs. `seconds` are of CPU."""

    kind: str  # one of KINDS
    inputs: int
    seconds: float
    broke: str  # "" when nothing did


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--feeds", type=int, default=20_000, help="how many feeds")
    parser.add_argument("--more-feeds", type=int, default=50_000, help="how many feeds made from those, unguided")
    parser.add_argument("--pages", type=int, default=1_000, help="how many pages")
    parser.add_argument("--more-pages", type=int, default=4_000, help="how many pages made from those, unguided")
    parser.add_argument("--minutes", type=float, default=60, help="the longest that each of the four may take")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="folder for inputs that break something")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    parser.add_argument("--target", choices=("feeds", "pages"), help=argparse.SUPPRESS)
    parser.add_argument("--from", type=Path, dest="source", help=argparse.SUPPRESS)
    parser.add_argument("--inputs", type=int, default=0, help=argparse.SUPPRESS)
    arguments, rest = parser.parse_known_args()
    if arguments.source:
        until = time.monotonic() + arguments.minutes * 60
        return mutate(
            arguments.target, arguments.source, arguments.inputs, until=until, seed=arguments.seed, keep=arguments.keep
        )
    if arguments.target:
        fuzz(arguments.target, rest)
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.keep.mkdir(parents=True, exist_ok=True)
    bounds = {"minutes": arguments.minutes, "seed": arguments.seed, "keep": arguments.keep}
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        seeds = sow(Path(folder))
        for target, guided, unguided in (
            ("feeds", arguments.feeds, arguments.more_feeds),
            ("pages", arguments.pages, arguments.more_pages),
        ):
            if guided:
                runs.append(run(target, guided, seeds / target, **bounds))
            if unguided:
                runs.append(run_unguided(target, unguided, seeds / target, **bounds))
    rows = [row(one, taken=f"{dt.datetime.now(dt.UTC):%Y-%m-%d}") for one in runs]
    print(table(rows))
    if arguments.write:
        page = ROOT / "docs" / "reliability.md"
        put(page, "fuzzing", table([*rows_of(page.read_text(encoding="utf-8")), *rows]))
    return 1 if any(one.broke for one in runs) else 0


def row(one: Run, *, taken: str) -> str:
    """A line of the table."""
    python = platform.python_version()
    return f"| {one.kind} | {one.inputs:,} | {one.seconds:,.0f} | {one.broke or 'none'} | {taken}, Python {python} |"


def rows_of(page: str) -> list[str]:
    """The lines of the table that stands in a page."""
    return [line for line in page.splitlines() if line.startswith("| ") and _cells(line)[0] in KINDS]


def table(rows: list[str]) -> str:
    """The table, as Markdown; of two rows for one kind the last."""
    by_kind = {_cells(line)[0]: line for line in rows}
    kept = [by_kind[kind] for kind in KINDS if kind in by_kind]
    total = sum(int(_cells(line)[1].replace(",", "")) for line in kept)
    head = ["| what | inputs | CPU seconds | crashes and hangs | taken |", "|---|---:|---:|---|---|"]
    return "\n".join(["One core.", "", *head, *kept, f"| **together** | **{total:,}** | | | |"])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def run(target: str, inputs: int, seeds: Path, *, minutes: float, seed: int, keep: Path) -> Run:
    """One target in a process of its own, since libFuzzer ends the process it runs in."""
    words = seeds.with_suffix(".dict")
    words.write_text("".join(f'"{word}"\n' for word in WORDS[target].split()), encoding="ascii")
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
    began = cpu_seconds()
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
    return Run(target, int(done[1]) if done else 0, cpu_seconds() - began, broke)


def run_unguided(target: str, inputs: int, kept: Path, *, minutes: float, seed: int, keep: Path) -> Run:
    """Inputs made from those that libFuzzer kept, in a process of their own."""
    command = [
        *(sys.executable, __file__, "--target", target, "--from", str(kept), f"--inputs={inputs}"),
        *(f"--minutes={minutes}", f"--seed={seed}", "--keep", str(keep)),
    ]
    began = cpu_seconds()
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    done = ended.stdout.split()
    broke = "" if not ended.returncode else f"exit code {ended.returncode}; see {keep}/{target}-last"
    return Run(f"{target}, unguided", int(done[-1]) if done else 0, cpu_seconds() - began, broke)


def cpu_seconds() -> float:
    """CPU time of the processes that this one started and that ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


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


BROKEN_PAGES = (
    BROKEN[-1],
    b"<html lang='en'><head><title>Quay closed | Quay News</title><meta name='author' content='Ana Ruiz'><meta property="
    b"'article:published_time' content='2026-11-02T08:30:00+01:00'></head><body><div class='byline'>By Ana Ruiz</div><p>A<br>"
    b"<br>B</p><table><tr><td>The quay was closed on Monday, a clerk said.</table></body>",
    b'<html><script type=\'application/ld+json\'>{"@context":"https://schema.org","@graph":[{"@type":["NewsArticle"],'
    b'"headline":"Quay closed","datePublished":"2026-11-02","author":[{"name":"Ana Ruiz"}],"articleBody":'
    b'"The quay was closed.\\nA clerk said so."}]}</script><p>Subscribe to read on.</p>',
    b"<article itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop='headline'>Quay <i>closed</i></h1><time itemprop="
    b"'datePublished' datetime='2026-11-02'>2 November</time><p itemprop='articleBody'>\xe2\x80\x9cClosed,\xe2\x80\x9d she said.",
    b"<body><div id='cookie-consent'><p>We use cookies. Accept all?</p></div><div hidden><p>Behind.</p></div><ul><li>One<li>Two",
    b"<meta charset='utf-16'><meta http-equiv=content-type content='text/html; charset=x-none'><p>caf\xe9 \x00 \xc2\x85</p><!-- <p>",
    "<html><p>Порт закрыт, сказал служащий. <b>2 ноября 2026 г.</b></p></html>".encode("utf-16"),
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
    for target, broken in (("feeds", BROKEN), ("pages", BROKEN_PAGES)):
        for number, seed in enumerate(broken):
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
        import reportedly.collect.feeds
        import reportedly.extract  # noqa: F401
    atheris.Setup([sys.argv[0], *rest], READERS[target])
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


def a_page(body: bytes) -> None:
    """Read one page, as whatever it is. Raises when that breaks a promise."""
    from reportedly.extract import extract
    from reportedly.values import FeedEntry, Page, Report

    entry = None
    if body[-1:] and body[-1] % 4 == 0:
        told = body[len(body) // 2 :].decode("utf-8", "replace")
        entry = FeedEntry(guid="g", url="https://quay.example/1", title=told[:80], content_html=told)
    fetched_at = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    found = extract(Page(url="https://quay.example/1", body=body, fetched=fetched_at, entry=entry))
    if isinstance(found, Report):
        assert found.paragraphs
        assert all(part and part == part.strip() for part in found.paragraphs), found.paragraphs
        assert found.title == found.title.strip(), found.title


READERS = {"feeds": a_feed, "pages": a_page}


def mutate(target: str, kept: Path, inputs: int, *, until: float, seed: int, keep: Path) -> int:
    """Read what was made by chance from the inputs in a folder. The one being read lies in `keep`, whatever ends this."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MB << 20, MOST_MB << 20))
    chance = random.Random(seed)
    sown = [path.read_bytes() for path in sorted(kept.iterdir())]
    words = [ast.literal_eval(f'b"{word}"') for word in WORDS[target].split()]
    last = keep / f"{target}-last"
    last.write_bytes(bytes(LONGEST[target]))
    with last.open("r+b") as file:
        held = mmap.mmap(file.fileno(), 0)  # is there even when this process is gone
    number = 0
    while number < inputs and time.monotonic() < until:
        number += 1
        body = bytearray(chance.choice(sown))
        for _ in range(chance.randint(1, MOST_MUTATIONS[target])):
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
                    body[at:end] = chance.choice(sown)[at:end]
        made = bytes(body[: LONGEST[target]])
        held[:] = made.ljust(len(held), b"\n")
        signal.setitimer(signal.ITIMER_PROF, SLOWEST_S)  # of CPU time; ends this process
        try:
            READERS[target](made)
        except BaseException:
            print(number)
            raise
    signal.setitimer(signal.ITIMER_PROF, 0)
    print(number)
    return 0


if __name__ == "__main__":
    sys.exit(main())
