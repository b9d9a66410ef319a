"""Kill a running import, or the server that reads for it, at random moments, and see that nothing is lost or doubled.

    python benchmarks/kill_nine.py --kills 20 --reports 2000 [--server] [--seed 1]

Prints a line a kill: when it fell, how far the import was, and whether everything so far adds up. At the end the import
is finished and checked: every page has exactly one outcome, no report is there twice, the search index equals the
store. Exit code 1 when anything does not hold. Nothing but this machine is touched.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

PEOPLE = ["Ilse Brandt", "Omar Tavik", "Ruta Selenis", "Piet Vanderlo", "Ana Quirós", "Yusuf Adabi", "Mira Kolov"]
PLACES = ["Vellmar", "Tarn", "Port Olsen", "Kessary", "the Lower Quay", "Mount Idris", "Saltmarsh"]
THINGS = ["the harbour", "the bridge", "the grain store", "the reservoir", "the night ferry", "the old railway"]
DEEDS = ["would reopen", "had been closed", "was being repaired", "had been sold", "would be inspected", "had failed"]

CHECK = """
import json, sys
from reportedly.cli.django import start
settings = start(migrate=False)
from django.db.models import Count
from reportedly.engines.indexing import verify
from reportedly.engines.search import SearchIndex
from reportedly.wire.intake import tally
from reportedly.wire.models import Report, Story, TakenPage, Version
total = tally()
twice = Report.objects.values("url").annotate(many=Count("id")).filter(many__gt=1).count()
print(json.dumps({
    "tally": str(total), "ended": total.ended, "waiting": total.waiting, "set_aside": total.set_aside,
    "adds_up": total.adds_up, "stored": total.stored, "unchanged": total.unchanged, "reports": Report.objects.count(),
    "versions": Version.objects.count(), "twice": twice,
    "no_story": Report.objects.filter(story=None).count(),
    "lost_stories": Story.objects.filter(reports=None).count(),
    "index": str(verify(SearchIndex(settings.search))) if "--index" in sys.argv else "",
    "index_equal": verify(SearchIndex(settings.search)).equal if "--index" in sys.argv else True,
}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--server", action="store_true", help="kill `serve` while an `import` waits for it")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    print(
        f"seed {asked.seed}, {asked.reports:,} reports, {asked.kills} kills of the {'server' if asked.server else 'import'}"
    )
    kills, rounds, bad = 0, 0, 0
    while kills < asked.kills:
        rounds += 1
        with tempfile.TemporaryDirectory(prefix="kill-nine-") as folder:
            file = Path(folder) / "reports.jsonl"
            write_reports(file, asked.reports, chance)
            wire = Wire(Path(folder) / "wire", file, server=asked.server)
            kills, found = one_round(wire, kills, asked.kills, chance)
            bad += found
            bad += finished(wire, asked.reports, rounds)
    print("all holds" if not bad else f"{bad} checks failed")
    return 1 if bad else 0


def one_round(wire: Wire, kills: int, most: int, chance: random.Random) -> tuple[int, int]:
    """Kill until enough were killed or the import is done; how many kills that makes, and how many checks failed."""
    bad = 0
    while kills < most:
        wire.begin()
        if chance.random() < 0.8:
            wire.wait_until_it_reads()  # else it may fall while it still starts
        after = chance.uniform(0.1, 5.0)
        if wire.ends_within(after):
            wire.end()
            break
        wire.kill()
        kills += 1
        said = wire.check()
        wrong = complaints(said)
        bad += len(wrong)
        print(f"kill {kills:2d} after {after:3.1f} s: {said['tally']} · {'; '.join(wrong) or 'adds up'}", flush=True)
    return kills, bad


def finished(wire: Wire, reports: int, number: int) -> int:
    """Let the import run to its end, and check everything; how many checks failed."""
    began = time.monotonic()
    code = wire.run_to_the_end()
    said = wire.check(index=True)
    wrong = complaints(said)
    if code != 0:
        wrong.append(f"the import ended with exit code {code}")
    # An import that was over before its server fell is a second import here, in which every page is unchanged.
    again = reports if said["ended"] == 2 * reports else 0
    if (said["ended"], said["stored"], said["unchanged"], said["waiting"]) != (reports + again, reports, again, 0):
        wrong.append(f"not every page of {reports} has one outcome")
    if said["reports"] != reports:
        wrong.append(f"{said['reports']} reports, not {reports}")
    print(
        f"round {number} finished in {time.monotonic() - began:.0f} s: {said['tally']} · {said['index']} · "
        f"{'; '.join(wrong) or 'holds'}",
        flush=True,
    )
    return len(wrong)


def complaints(said: dict[str, object]) -> list[str]:
    """What does not hold at this moment, in words."""
    wrong = []
    if not said["adds_up"]:
        wrong.append("outcomes do not add up")
    if said["stored"] != said["reports"] or said["versions"] != said["reports"]:
        wrong.append(f"{said['stored']} stored, {said['reports']} reports, {said['versions']} versions")
    if said["twice"]:
        wrong.append(f"{said['twice']} reports are there twice")
    if said["set_aside"]:
        wrong.append(f"{said['set_aside']} set aside")
    if said["no_story"] or said["lost_stories"]:
        wrong.append(f"{said['no_story']} reports without a story, {said['lost_stories']} stories without a report")
    if not said["index_equal"]:
        wrong.append("the index differs from the store")
    return wrong


class Wire:
    """A data folder, the import into it, and with `server` the server that reads for it."""

    def __init__(self, data: Path, file: Path, *, server: bool) -> None:
        self._data, self._file, self._with_server = data, file, server
        self._environ = {**os.environ, "REPORTEDLY_DATA": str(data), "REPORTEDLY_PORT": str(free_port())}
        self._running: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        if self._with_server:
            self._running.append(self._start("serve"))
            if len(self._running) < 2:
                self._running.append(self._start("import", str(self._file)))
        else:
            self._running.append(self._start("import", str(self._file)))

    def ends_within(self, seconds: float) -> bool:
        """Wait so long, or until the import is done."""
        try:
            self._running[-1].wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return self._running[-1].returncode in (0, 1)

    def wait_until_it_reads(self) -> None:
        """Return when one more page has its outcome, or the import is done."""
        before = self._ended()
        while self._ended() <= before and self._running[-1].poll() is None:
            time.sleep(0.05)

    def _ended(self) -> int:
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self._data}/store.sqlite3?mode=ro", uri=True)) as store:
                counted: int = store.execute("SELECT COUNT(*) FROM wire_takenpage WHERE outcome != ''").fetchone()[0]
                return counted
        except sqlite3.OperationalError:  # no store yet, or no tables in it
            return 0

    def kill(self) -> None:
        """kill -9 whoever reads; its own children are left to notice by themselves."""
        for process in self._running:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self._running.clear()

    def end(self) -> None:
        for process in self._running:
            process.terminate()
            process.wait()
        self._running.clear()

    def run_to_the_end(self) -> int:
        return self._start("import", str(self._file)).wait()

    def check(self, *, index: bool = False) -> dict[str, object]:
        command = [sys.executable, "-c", CHECK, *(["--index"] if index else [])]
        if not (self._data / "store.sqlite3").exists():
            command[2] = CHECK.replace("migrate=False", "migrate=True")
        answer = subprocess.run(command, env=self._environ, check=False, capture_output=True, text=True)
        if answer.returncode and "no such table" in answer.stderr:  # killed while the tables were being made
            command[2] = CHECK.replace("migrate=False", "migrate=True")
            answer = subprocess.run(command, env=self._environ, check=False, capture_output=True, text=True)
        if answer.returncode:
            raise SystemExit(f"the check itself failed:\n{answer.stderr}")
        found: dict[str, object] = json.loads(answer.stdout)
        return found

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "reportedly", *command],
            env=self._environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def write_reports(file: Path, many: int, chance: random.Random) -> None:
    """So many different reports of invented happenings, in the order of their dates."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    with file.open("w", encoding="utf-8") as out:
        for number in range(many):
            place, thing, deed = chance.choice(PLACES), chance.choice(THINGS), chance.choice(DEEDS)
            paragraphs = [
                f"{thing.capitalize()} in {chance.choice(PLACES)} {chance.choice(DEEDS)}, {chance.choice(PEOPLE)} said"
                f" on day {number}, citing {chance.choice(['two officials', 'a port worker', 'the ministry'])}."
                for _ in range(chance.randint(3, 9))
            ]
            record = {
                "id": number,
                "url": f"https://outlet-{number % 7}.example/{number}",
                "outlet": f"Outlet {number % 7}",
                "title": f"{thing.capitalize()} in {place} {deed} ({number})",
                "text": "\n".join(paragraphs),
                "published": (began + timedelta(minutes=11 * number)).isoformat(),
            }
            out.write(json.dumps(record) + "\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
