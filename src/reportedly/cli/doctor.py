"""`reportedly doctor`: whether all is well with a data folder, one line a check."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import click

from reportedly.cli.config import Settings
from reportedly.cli.django import start
from reportedly.cli.main import DONE, SOME_SET_ASIDE
from reportedly.errors import ReportedlyError

LEAST_FREE_MB = 256
OLDEST_SANE = datetime(2025, 1, 1, tzinfo=UTC)  # before this program was written
LATEST_CHECK = timedelta(hours=1)  # behind its time; a collector that is this late is stuck
MOST_NAMED = 5  # outlets that are named
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was seen."""

    name: str
    ok: bool
    detail: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--data", metavar="DIR", help="The data folder. [default: ./reportedly-data]")
def doctor(as_json: bool, data: str | None) -> int:
    """Check a data folder: its store, its outcomes, its search index, its outlets, the disk and the clock.

    \b
    Examples:
      reportedly doctor
      reportedly doctor --json

    Nothing is changed. It may run while `reportedly serve` does. Exit code 1 when something is not well.
    """
    if data:
        os.environ["REPORTEDLY_DATA"] = data
    settings = start(migrate=False, must_exist=True)
    findings = []
    for finding in examine(settings, datetime.now(UTC)):
        findings.append(finding)
        if not as_json:
            mark = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
            click.echo(f"{mark} {finding.name}: {finding.detail}")
    well = all(finding.ok for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": well, "checks": [asdict(finding) for finding in findings]}, indent=2))
    return DONE if well else SOME_SET_ASIDE


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Every finding, in the order of what rests on what."""
    import django.db

    for name, check in CHECKS.items():
        try:
            ok, detail = check(settings, now)
        except (ReportedlyError, sqlite3.Error, django.db.Error, OSError) as why:
            ok, detail = False, str(why)
        yield Finding(name, ok, detail)


def _store(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.cli.backup import checked_store

    counts = checked_store(settings.store)
    size = settings.store.stat().st_size / 1e6
    return True, f"sound; {counts['wire_report']:,} reports, {counts['wire_story']:,} stories, {size:,.1f} MB"


def _tables(settings: Settings, now: datetime) -> tuple[bool, str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return False, f"{len(missing)} changes not made yet; any command that writes makes them"
    return True, "up to date"


def _outcomes(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.wire.intake import tally
    from reportedly.wire.models import Intake, Report, TakenPage, Version

    total = tally()
    wrong = []
    if not total.adds_up:
        wrong.append("they do not add up")
    if early := Intake.objects.filter(ended__isnull=False, pages__outcome="").distinct().count():
        wrong.append(f"{early:,} intakes ended before their pages did")
    reports, versions = Report.objects.count(), Version.objects.count()
    if total.stored != reports:
        wrong.append(f"{total.stored:,} pages stored but {reports:,} reports")
    if total.new_version != versions - reports:
        s = "" if total.new_version == 1 else "s"
        wrong.append(f"{total.new_version:,} new version{s} taken in but {versions - reports:,} there")
    if pointless := TakenPage.objects.exclude(outcome__in=["", "set aside"]).filter(report=None).count():
        wrong.append(f"{pointless:,} pages read without a report")
    return not wrong, f"{total}{'; ' + '; '.join(wrong) if wrong else '; they add up'}"


def _index(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.engines.indexing import verify
    from reportedly.engines.search import SearchIndex
    from reportedly.wire.models import Report

    if not settings.search.exists() and not Report.objects.filter(indexed=True).exists():
        return True, "not made yet"
    search = SearchIndex(settings.search)
    search.check()
    found = verify(search)
    return found.equal, str(found) + ("" if found.equal else "; make it anew: reportedly index rebuild")


def _disk(settings: Settings, now: datetime) -> tuple[bool, str]:
    free = shutil.disk_usage(settings.data).free / 1e6
    if not os.access(settings.data, os.W_OK):
        return False, f"{settings.data} cannot be written to"
    return (
        free >= LEAST_FREE_MB,
        f"{free:,.0f} MB free{'' if free >= LEAST_FREE_MB else '; make room before it is full'}",
    )


def _clock(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.wire.models import Version

    if now < OLDEST_SANE:
        return False, f"it says {now:%Y-%m-%d %H:%M} UTC, which cannot be"
    newest = Version.objects.order_by("-id").values_list("taken_in", flat=True).first()
    if newest and newest > now + CLOCK_SLACK:
        return False, f"it says {now:%Y-%m-%d %H:%M} UTC, but a report was taken in at {newest:%Y-%m-%d %H:%M}"
    return True, f"{now:%Y-%m-%d %H:%M} UTC"


def _key(settings: Settings, now: datetime) -> tuple[bool, str]:
    mode = stat.S_IMODE(settings.secret_key_file.stat().st_mode)
    if mode & 0o077:
        return False, f"others can read it; chmod 600 {settings.secret_key_file}"
    return True, "readable by its owner alone"


def _server(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.wire.lock import is_held

    return True, "one is working on this folder" if is_held(settings.data) else "none is working on this folder"


def _outlets(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.wire.health import list_outlets
    from reportedly.wire.lock import is_held

    every = list_outlets(now)
    if not every:
        return True, "none yet"
    wrong = [f"{outlet.slug}: {outlet.trouble}" for outlet in every if outlet.trouble]
    late = [outlet for outlet in every if outlet.next_check and outlet.next_check < now - LATEST_CHECK]
    if late and is_held(settings.data):
        wrong.insert(0, f"{len(late):,} should have been asked more than an hour ago")
    if not wrong:
        return True, f"{len(every):,}, none of them failing or silent"
    more = f"; and {len(wrong) - MOST_NAMED:,} more: reportedly outlets" if len(wrong) > MOST_NAMED else ""
    return False, f"{'; '.join(wrong[:MOST_NAMED])}{more}"


def _outlet_rules(settings: Settings, now: datetime) -> tuple[bool, str]:
    from reportedly.cli.outlet_rules import RulesFolder
    from reportedly.wire.lock import is_held

    folder = RulesFolder(settings.data)
    if folder.troubles:
        kept = "; the server at work keeps the last good one it saw" if is_held(settings.data) else ""
        return False, "; ".join(folder.troubles) + kept
    many = len(folder.rules.rules)
    return True, f"{many:,} can be used" if many else "none"


CHECKS: dict[str, Callable[[Settings, datetime], tuple[bool, str]]] = {
    "disk": _disk,
    "clock": _clock,
    "secret key": _key,
    "store": _store,
    "tables": _tables,
    "outcomes": _outcomes,
    "search index": _index,
    "outlets": _outlets,
    "outlet rules": _outlet_rules,
    "server": _server,
}
