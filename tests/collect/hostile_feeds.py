"""Feeds that are broken or meant to break their reader, and what they must be read as.

The tests hold each to its limits; `benchmarks/feeds.py` prints what each takes. Each is read in a process of its own, with
feedparser in the same process where the second tier is asked. Memory is that process's peak above what it held before the
feed was made, the feed counted.

    python tests/collect/hostile_feeds.py NAME
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from reportedly.collect.feed_second import read_with_feedparser
from reportedly.collect.feeds import read_feed
from reportedly.values import Feed, SetAside

MOST_S = 2.0
MOST_MB = 100


@dataclass(frozen=True)
class HostileFeed:
    """`titles` are those of the entries to be found, the first ones where there are thousands; None when it is to be set
    aside, with `why_not` in the reason.
    """

    name: str
    make: Callable[[], bytes]
    titles: list[str] | None
    why_not: str = ""

    def is_right(self, read: Feed | SetAside) -> bool:
        """Whether this is what it must be read as."""
        if self.titles is None or isinstance(read, SetAside):
            return self.titles is None and isinstance(read, SetAside) and read.detail == self.why_not
        found = [entry.title for entry in read.entries]
        return found == self.titles or (len(found) > 100 and found[: len(self.titles)] == self.titles)


def an_rss(title: str, *, start: str = "") -> str:
    return f"{start}<rss><channel><title>C</title><item><title>{title}</title></item></channel></rss>"


def laughs() -> bytes:
    told = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    return an_rss("&lol9;", start=f'<!DOCTYPE lolz [<!ENTITY lol "lol">{told}]>').encode()


def one_long_entity() -> bytes:
    return an_rss("&a;" * 100_000, start=f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>').encode()


OUTSIDE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname"><!ENTITY % more SYSTEM "http://127.0.0.1:1/x.dtd"> %more;]>'
RSS = b"<rss><channel><title>C</title><item><title>A</title>"
END = b"</item></channel></rss>"

HOSTILE = (
    HostileFeed("billion laughs", laughs, ["&lol9;"]),
    HostileFeed("one long entity, 100,000 times", one_long_entity, ["&a;" * 1666 + "&a"]),
    HostileFeed("external entities (XXE)", lambda: an_rss("a&secret;b", start=OUTSIDE).encode(), ["a&secret;b"]),
    HostileFeed("200,000 elements deep", lambda: RSS + b"</item>" + b"<x>" * 200_000, ["A"]),
    HostileFeed("200,000 entries deep", lambda: b"<rss>" + b"<item><title>A</title>" * 200_000, ["A", "A"]),
    HostileFeed(
        "22 MB of CDATA",
        lambda: RSS + b"<description><![CDATA[" + b"x" * 22_000_000 + b"]]></description>" + END,
        ["A"],
    ),
    HostileFeed("22 MB of CDATA without an end", lambda: RSS + b"<description><![CDATA[" + b"x" * 22_000_000, ["A"]),
    HostileFeed("3 million elements", lambda: RSS + b"<x/>" * 3_000_000 + END, ["A"]),
    HostileFeed("1.2 million titles", lambda: RSS + b"<title/>" * 1_200_000 + END, ["A"]),
    HostileFeed("100,000 entries", lambda: b"<rss><channel>" + b"<item><title>A</title></item>" * 100_000, ["A", "A"]),
    HostileFeed(
        "100,000 attributes",
        lambda: b"<rss " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + RSS[4:] + END,
        ["A"],
    ),
    HostileFeed("3 MB of &", lambda: an_rss("&" * 3_000_000).encode(), ["&" * 5000]),
    HostileFeed("truncated in a tag", lambda: RSS + b"</item><item><title>B</ti", ["A", "B"]),
    HostileFeed("stray &", lambda: an_rss("Fish & Ships &c").encode(), ["Fish & Ships &c"]),
    HostileFeed("entities of HTML", lambda: an_rss("Caf&eacute;&nbsp;&mdash; quay").encode(), ["Café — quay"]),
    HostileFeed(
        "Latin-1 that says UTF-8",
        lambda: an_rss("Bjørnø", start='<?xml version="1.0" encoding="utf-8"?>').encode("latin-1"),
        ["Bjørnø"],
    ),
    HostileFeed(
        "UTF-16", lambda: an_rss("Порт", start='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"), ["Порт"]
    ),
    HostileFeed("control characters", lambda: an_rss("a\x00b\x0bc\x1b[31m").encode(), ["abc[31m"]),
    HostileFeed("undeclared prefix", lambda: an_rss("A</title><dc:creator>B</dc:creator><title>").encode(), ["A"]),
    HostileFeed("tags that do not match", lambda: RSS + b"<b><i>x</b></i></item><item><title>B" + END, ["A", "B"]),
    HostileFeed(
        "HTML in place of a feed",
        lambda: b"<!DOCTYPE html><html><body>" + b"<p>Hello</p>" * 1000,
        None,
        "this is an HTML page, not a feed",
    ),
    HostileFeed("an empty body", lambda: b" \r\n", None, "the feed is empty"),
    HostileFeed("JSON 100,000 deep", lambda: b'{"a": ' + b"[" * 100_000, None, "the JSON of this feed cannot be read"),
)


# --- what each takes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """What one hostile feed cost: CPU seconds, and megabytes at the peak."""

    bytes: int
    seconds: float
    mb: float
    right: bool
    read_as: str


def what_it_takes(feed: HostileFeed) -> Taken:
    """The feed read in a process of its own."""
    said = subprocess.run([sys.executable, __file__, feed.name], capture_output=True, check=True, text=True).stdout
    return Taken(**json.loads(said))


def take(feed: HostileFeed) -> Taken:
    """The feed read in this process, which should have done nothing else."""
    import feedparser  # noqa: F401  its loading is not the feed's fault

    before = memory_mb("VmRSS")
    body = feed.make()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
    began = time.process_time()
    read = read_feed(body, second=read_with_feedparser)
    seconds = time.process_time() - began
    entries = (
        f"{len(read.entries):,} {'entry' if len(read.entries) == 1 else 'entries'}" if isinstance(read, Feed) else ""
    )
    return Taken(
        bytes=len(body),
        seconds=seconds,
        mb=memory_mb("VmHWM") - before,
        right=feed.is_right(read),
        read_as=read.detail if isinstance(read, SetAside) else entries,
    )


def memory_mb(name: str) -> float:
    """A line of this process's own status, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024


if __name__ == "__main__":
    print(json.dumps(asdict(take(next(feed for feed in HOSTILE if feed.name == sys.argv[1])))))
