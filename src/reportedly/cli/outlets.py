"""`reportedly outlets`: the outlets collected from, how they fare, and adding, pausing and removing them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reportedly.cli import config
from reportedly.cli.django import start
from reportedly.cli.fetching import fetch_rules
from reportedly.cli.folder import WireGroup
from reportedly.cli.second_tier import SecondTier
from reportedly.collect.client import Client, Fetched
from reportedly.collect.discover import COMMON_PATHS, FoundFeed, find_feeds, page_title
from reportedly.collect.feeds import SecondReader, read_feed
from reportedly.collect.opml import read_opml
from reportedly.collect.sitemap_walk import find_sitemap, read_announced
from reportedly.collect.sitemaps import is_sitemap
from reportedly.errors import StoreBusy, UnreadableFile, UsageError
from reportedly.values import Feed, Outcome, Reason, SetAside

if TYPE_CHECKING:  # its tables may only be imported once Django runs
    from reportedly.wire.health import OutletHealth

LARGEST_LIST = 20 << 20  # bytes of an OPML file
MOST_NAMED = 20  # pages set aside that are named one by one


@click.group(cls=WireGroup, invoke_without_command=True)
@click.pass_context
def outlets(ctx: click.Context) -> None:
    """List the outlets, or add, check, pause, resume and remove them.

    \b
    Examples:
      reportedly outlets                                      how every outlet fares
      reportedly outlets add https://outlet.example/          by its home page
      reportedly outlets add https://outlet.example/feed.xml  or its feed
      reportedly outlets add my-outlets.opml                  or a whole list
      reportedly outlets check outlet                         ask its feeds now

    Without a command, lists every outlet: a table on a terminal; in a pipe, one line each with these columns, parted
    by tabs: slug, name, state, reports, last success, last failure, why, next check, home page, feeds, newest report,
    usual pause in seconds, yield (the share of its links of 30 days that became reports), what to look at. What is to
    be looked at is also named on stderr.
    """
    if ctx.invoked_subcommand is None:
        start(must_exist=True)
        _list()


@outlets.command()
@click.argument("source", metavar="URL|FILE.opml")
@click.option("--name", help="What to call the outlet. [default: what it calls itself]")
@click.option(
    "--family", default="", help="The owner or wire it belongs to; reports of one family count as one origin."
)
@click.option("--country", default="", help="Where it is, as two letters, such as NO.")
@click.option("--language", default="", help="Its language, such as en. [default: what its feed says]")
def add(source: str, name: str | None, family: str, country: str, language: str) -> int:
    """Add an outlet by its home page or feed, or a list of them from an OPML file.

    The page is fetched once to find its feeds. Adding an outlet again fills it in; it never stands twice.

    \b
    Examples:
      reportedly outlets add https://outlet.example/
      reportedly outlets add outlet.example --name "The Outlet" --family "Big Wire" --country NO
      reportedly outlets add my-outlets.opml
    """
    if not source.strip():
        raise UsageError("no address is given; name a home page, a feed or an OPML file")
    path = Path(source)
    if "://" not in source and (path.exists() or path.suffix.lower() in (".opml", ".xml")):
        if name or family or country or language:
            raise UsageError("--name, --family, --country and --language go with one outlet, not with a list")
        return _add_list(path)
    with Console(stderr=True).status(f"Looking at {source} …"):
        found = asyncio.run(_find(source if "://" in source else f"https://{source}", config.load()))
    start()
    from reportedly.wire.outlets import add_outlet

    outlet = add_outlet(
        name or found.name,
        home_url=found.home_url,
        feed_urls=[found.feed_url],
        family=family,
        country=country,
        language=language or found.language,
    )
    click.echo(
        f"{outlet.name} ({outlet.slug}) is collected from {found.feed_url}: {_count(found.entries, 'entry')} now."
    )
    if found.others:
        click.echo("It names other feeds, which you can add the same way:", err=True)
        for other in found.others:
            click.echo(f"  {other.url}{f'  ({other.title})' if other.title else ''}", err=True)
    click.echo("`reportedly serve` collects it; `reportedly outlets check` asks it now.", err=True)
    return 0


@outlets.command()
@click.argument("name")
def pause(name: str) -> None:
    """Ask an outlet for nothing until it is resumed. What it gave stays.

    \b
    Example:
      reportedly outlets pause harbour-courier
    """
    start(must_exist=True)
    from reportedly.wire.outlets import pause_outlet

    click.echo(f"{pause_outlet(name).name} is paused.")


@outlets.command()
@click.argument("name")
def resume(name: str) -> None:
    """Collect from a paused outlet again; feeds given up as gone are tried once more.

    \b
    Example:
      reportedly outlets resume harbour-courier
    """
    start(must_exist=True)
    from reportedly.wire.outlets import resume_outlet

    outlet = resume_outlet(name)
    if outlet.feeds.exists():
        click.echo(f"{outlet.name} is collected from again.")
    else:
        click.echo(f"{outlet.name} is no longer paused, but has no feed; add one with `reportedly outlets add URL`.")


@outlets.command()
@click.argument("name")
def remove(name: str) -> None:
    """Stop collecting from an outlet and forget its feeds. Its reports stay.

    \b
    Example:
      reportedly outlets remove harbour-courier
    """
    start(must_exist=True)
    from reportedly.wire.outlets import find_outlet, remove_outlet

    called = find_outlet(name).name
    if remove_outlet(name):
        click.echo(f"{called} is removed; it had given nothing yet.")
    else:
        click.echo(f"{called} is no longer collected from; what it gave stays.")


@outlets.command()
@click.argument("name")
def check(name: str) -> int:
    """Ask an outlet's feeds now, fetch what is new, read it, and print the outcomes.

    \b
    Example:
      reportedly outlets check harbour-courier

    Exit code 1 when a feed failed or a page was set aside.
    """
    settings = start(must_exist=True)
    from reportedly.wire.collecting import Collector, FeedCheck
    from reportedly.wire.outlets import find_outlet

    outlet = find_outlet(name)
    if not outlet.feeds.exists():
        raise UsageError(f"{outlet.name} has no feed; add one with `reportedly outlets add URL`")

    async def ask() -> list[FeedCheck]:
        every = timedelta(seconds=settings.check_every_s)
        with SecondTier(settings) as second:
            async with Client(fetch_rules(settings)) as client:
                collector = Collector(client, check_every=every, look_again=settings.look_again, second=second)
                return await collector.check_once(outlet.slug)

    with Console(stderr=True).status(f"Asking {outlet.name} …"):
        checks = asyncio.run(ask())
    for one in checks:
        if one.why:
            click.echo(f"{one.url}: {one.why}")
        elif one.entries is None:
            click.echo(f"{one.url}: not changed")
        else:
            click.echo(f"{one.url}: {_count(one.entries, 'entry')}, {one.new} new")
    complete = [_read(one.intake, settings) for one in checks if one.intake is not None]
    return 0 if all(complete) and not any(one.why for one in checks) else 1


# --- adding ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """An outlet as its own page and feed describe it."""

    name: str
    home_url: str
    feed_url: str
    language: str
    entries: int
    others: tuple[FoundFeed, ...] = ()


async def _find(url: str, settings: config.Settings) -> Found:
    """The outlet at an address, be that its feed or its home page. Raises UsageError with what went wrong.

    Its feed is read as the collector will read it, by both tiers.
    """
    with SecondTier(settings) as second:
        async with Client(fetch_rules(settings)) as client:
            return await _find_with(client, second, url)


async def _find_with(client: Client, second: SecondReader, url: str) -> Found:
    answer = await _fetch(client, url)
    if isinstance(answer, SetAside):
        hint = "; an address that is not public must be named in the setting allow"
        blocked = answer.reason == Reason.BLOCKED_ADDRESS and "not a public address" in answer.detail
        raise UsageError(f"{url} cannot be fetched ({answer}){hint if blocked else ''}")
    page_url, now = answer.final_url, datetime.now(UTC)
    if is_sitemap(answer.body):
        return await _found_sitemap(client, url, answer, now)
    if isinstance(feed := await _as_feed(answer, second), Feed):
        return _found(feed, url if answer.moved_to is None else answer.moved_to, home_url=feed.home_url or "")
    named = find_feeds(answer.body, page_url)
    tried = named or tuple(FoundFeed(title="", url=urljoin(page_url, path)) for path in COMMON_PATHS)
    for candidate in tried:
        asked = await _fetch(client, candidate.url)
        if not isinstance(asked, SetAside) and isinstance(feed := await _as_feed(asked, second), Feed):
            title = page_title(answer.body)
            others = tuple(other for other in named if other != candidate)
            home = page_url if named else urljoin(page_url, "/")
            return _found(feed, asked.moved_to or candidate.url, home_url=home, title=title, others=others)
    if not named and (found := await find_sitemap(client, page_url, now=now)):
        title = page_title(answer.body)
        return _found(found[1], found[0], home_url=urljoin(page_url, "/"), title=title)
    if named:
        raise UsageError(f"{url} names feeds, but none can be read: {', '.join(feed.url for feed in named[:5])}")
    raise UsageError(f"{url} is no feed or sitemap and names none; give the address of one")


async def _found_sitemap(client: Client, url: str, answer: Fetched, now: datetime) -> Found:
    feed = await read_announced(client, answer, since=None, now=now)
    if isinstance(feed, SetAside):
        raise UsageError(f"{url} is a sitemap, but cannot be read ({feed})")
    return _found(feed, answer.moved_to or url, home_url=urljoin(answer.final_url, "/"))


def _found(feed: Feed, feed_url: str, *, home_url: str, title: str = "", others: tuple[FoundFeed, ...] = ()) -> Found:
    home = home_url if home_url.startswith(("http://", "https://")) else ""
    return Found(
        name=feed.title or title,
        home_url=home,
        feed_url=feed_url,
        language=feed.language or "",
        entries=len(feed.entries),
        others=others,
    )


async def _fetch(client: Client, url: str) -> Fetched | SetAside:
    answer = await client.fetch(url, expect="feed")
    assert isinstance(answer, Fetched | SetAside), "nothing was asked about changes"
    return answer


async def _as_feed(answer: Fetched, second: SecondReader) -> Feed | SetAside:
    return await asyncio.to_thread(
        read_feed, answer.body, content_type=answer.content_type, url=answer.final_url, second=second
    )


def _add_list(path: Path) -> int:
    listed = read_opml(_bytes_of(path))
    start()
    from reportedly.wire.outlets import add_listed

    added, set_aside = add_listed(listed)
    for line in set_aside:
        click.echo(f"set aside: {line}", err=True)
    click.echo(f"{_count(len(added), 'outlet')} with {_count(len(listed) - len(set_aside), 'feed')} from {path}.")
    return 1 if set_aside else 0


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFile(path, "is a folder; give an OPML file")
    try:
        body = path.read_bytes() if path.stat().st_size <= LARGEST_LIST else None
    except OSError as why:
        raise UnreadableFile(path, (why.strerror or "cannot be read").lower()) from why
    if body is None:
        raise UnreadableFile(path, f"is larger than {LARGEST_LIST >> 20} MB; that is no list of outlets")
    if not body.strip():
        raise UnreadableFile(path, "is empty")
    return body


# --- reading what came -----------------------------------------------------------------------------------------------


def _read(intake_id: int, settings: config.Settings) -> bool:
    """Read the pages of an intake and print their outcomes; whether none was set aside."""
    from reportedly.cli.working import finish
    from reportedly.wire.intake import tally
    from reportedly.wire.models import Intake

    intake = Intake.objects.get(pk=intake_id)
    to_fetch = intake.pages.filter(outcome="", needs_fetch=True).count()
    # A server at work reads in our place; what it must fetch again first may take it an hour.
    outcomes = tally(intake) if to_fetch and _is_served(settings) else finish(intake, settings)
    click.echo(f"{outcomes}.")
    unread = intake.pages.filter(outcome=Outcome.SET_ASIDE).order_by("order")
    for url, reason, detail in unread.values_list("url", "reason", "detail")[:MOST_NAMED]:
        click.echo(f"set aside: {url}: {reason}{f': {detail}' if detail else ''}", err=True)
    if outcomes.set_aside > MOST_NAMED:
        click.echo(f"… and {outcomes.set_aside - MOST_NAMED} more", err=True)
    if to_fetch:
        click.echo(
            f"{_count(to_fetch, 'page')} could not be had just now and will be tried again by `serve`.", err=True
        )
    return not outcomes.set_aside


def _is_served(settings: config.Settings) -> bool:
    from reportedly.wire.lock import DataLock

    try:
        with DataLock(settings.data):
            return False
    except StoreBusy:
        return True


# --- listing ---------------------------------------------------------------------------------------------------------


def _list() -> None:
    from reportedly.wire.health import list_outlets

    every = list_outlets(datetime.now(UTC))
    if not every:
        click.echo("There are no outlets yet. Add one: reportedly outlets add https://outlet.example/", err=True)
    elif sys.stdout.isatty():
        Console().print(_table(every))
    else:
        for outlet in every:
            click.echo("\t".join(_columns(outlet)))
    if troubled := [outlet for outlet in every if outlet.trouble]:
        click.echo(f"{_count(len(troubled), 'outlet')} to look at:", err=True)
        for outlet in troubled[:MOST_NAMED]:
            click.echo(f"  {outlet.slug}: {outlet.trouble}", err=True)
        if len(troubled) > MOST_NAMED:
            click.echo(f"  … and {len(troubled) - MOST_NAMED} more", err=True)


def _table(every: Sequence[OutletHealth]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Outlet", "State", "Reports", "Newest", "Yield", "Last success", "Last failure", "Next check"):
        table.add_column(
            heading, justify="right" if heading in ("Reports", "Yield") else "left", overflow="fold", min_width=6
        )
    for outlet in every:
        failed, now = outlet.last_failure, outlet.now
        style = {"ok": "green", "failing": "red", "gone": "red", "silent": "yellow", "low yield": "yellow"}
        table.add_row(
            Text.assemble(outlet.name, "\n", (outlet.slug, "dim")),
            Text(outlet.state, style=style.get(outlet.state, "dim")),
            f"{outlet.reports:,}",
            how_far(outlet.newest, now),
            "–" if outlet.share is None else f"{outlet.share:.0%}",
            how_far(outlet.last_success, now),
            Text(f"{how_far(failed[0], now)}: {failed[1]}" if failed else "never"),
            how_far(outlet.next_check, now),
        )
    return table


def _columns(outlet: OutletHealth) -> list[str]:
    failed = outlet.last_failure
    return [
        outlet.slug,
        " ".join(outlet.name.split()),
        outlet.state,
        str(outlet.reports),
        _iso(outlet.last_success),
        _iso(failed[0] if failed else None),
        " ".join(failed[1].split()) if failed else "",
        _iso(outlet.next_check),
        outlet.home_url,
        " ".join(feed.url for feed in outlet.feeds),
        _iso(outlet.newest),
        "" if outlet.usual_gap is None else str(int(outlet.usual_gap.total_seconds())),
        "" if outlet.share is None else f"{outlet.share:.2f}",
        outlet.trouble,
    ]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def how_far(moment: datetime | None, now: datetime) -> str:
    """How long ago, or how soon, in the largest unit that fits: "3 min ago", "in 2 days", "never"."""
    if moment is None:
        return "never"
    seconds = (moment - now).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("min", 60)):
        if abs(seconds) >= length:
            many = int(abs(seconds) // length)
            spoken = f"{many} {unit}{'s' if many > 1 and unit != 'min' else ''}"
            return f"in {spoken}" if seconds > 0 else f"{spoken} ago"
    return "now" if abs(seconds) < 10 else "in less than a minute" if seconds > 0 else "just now"


def _count(many: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{many:,} {what if many == 1 else plural}"
