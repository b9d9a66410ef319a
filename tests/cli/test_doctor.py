"""`reportedly doctor` and `reportedly index`: a wire that is well, and each way in which it is not."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from reportedly.cli import doctor
from wires import copy_of, records, run, written

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wire")
    assert run(folder / "data", "import", written(folder / "reports.jsonl", records(3))).returncode == 0
    return folder / "data"


@pytest.fixture
def wire(healthy: Path, tmp_path: Path) -> Path:
    return copy_of(healthy, tmp_path / "data")


def examined(data: Path) -> tuple[int, dict[str, str]]:
    """The exit code, and what is not well."""
    done = run(data, "doctor", "--json")
    found = json.loads(done.stdout)
    assert found["ok"] is (done.returncode == 0)
    return done.returncode, {check["name"]: check["detail"] for check in found["checks"] if not check["ok"]}


def change(data: Path, sql: str) -> None:
    with sqlite3.connect(data / "store.sqlite3") as store:
        store.execute(sql)


def test_a_wire_that_is_well_has_a_mark_on_every_line(wire: Path) -> None:
    done = run(wire, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"✓ {name}" for name in doctor.CHECKS]
    assert "✓ outcomes: 3 taken in · 3 stored · 0 unchanged · 0 new versions · 0 set aside; they add up" in lines
    assert "✓ search index: the index equals the store: 3 of 3 reports indexed" in lines


@pytest.mark.parametrize(
    ("sql", "check", "detail"),
    [
        ("DELETE FROM wire_takenpage WHERE id = 1", "outcomes", "2 pages stored but 3 reports"),
        ("UPDATE wire_version SET text = 'Other'", "search index", "0 missing, 0 too many, 3 differing"),
        ("UPDATE wire_version SET taken_in = '2999-01-01 00:00:00'", "clock", "a report was taken in at 2999-01-01"),
        ("UPDATE wire_report SET outlet_id = 999", "store", "a row of wire_report points at nothing"),
    ],
)
def test_what_is_not_well_is_named(wire: Path, sql: str, check: str, detail: str) -> None:
    change(wire, sql)
    code, wrong = examined(wire)
    assert code == 1
    assert detail in wrong[check]


def test_a_secret_that_others_can_read_is_named(wire: Path) -> None:
    (wire / "secret-key").chmod(0o644)
    assert list(examined(wire)[1]) == ["secret key"]


def test_a_damaged_store_is_named_and_the_other_checks_go_on(wire: Path) -> None:
    with (wire / "store.sqlite3").open("r+b") as file:
        file.seek(40_000)
        file.write(b"\xff" * 60_000)
    code, wrong = examined(wire)
    assert code == 1
    assert "damaged" in wrong["store"] or "malformed" in wrong["store"]
    assert "disk" not in wrong


def test_a_wire_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = run(tmp_path / "none", "doctor")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()


class Usage(NamedTuple):
    free: int


SILENT = (
    "INSERT INTO wire_feedsource (outlet_id, url, etag, last_modified, body_hash, failure, failures_in_a_row, gone,"
    " next_check, last_success) SELECT id, 'https://courier.example/feed', '', '', '', '', 0, 0, '2026-11-22 12:00:00',"
    " '2026-11-22 11:50:00' FROM wire_outlet; UPDATE wire_outlet SET longest_gap_s = 86400"
)
BROKEN = SILENT + (
    "; UPDATE wire_feedsource SET failures_in_a_row = 3, failure = 'HTTP error: 403 Forbidden, Cloudflare''s challenge'"
)


@pytest.mark.parametrize(
    ("sql", "detail"),
    [
        (SILENT, "vellmar-courier: silent for 264 days; its longest pause before was 1 day"),
        (BROKEN, "vellmar-courier: failed 3 times in a row: HTTP error: 403 Forbidden, Cloudflare's challenge"),
    ],
)
def test_a_broken_or_silent_outlet_is_named_before_somebody_misses_it(wire: Path, sql: str, detail: str) -> None:
    for statement in sql.split("; "):
        change(wire, statement)
    code, wrong = examined(wire)
    assert (code, wrong) == (1, {"outlets": detail})
    listed = run(wire, "outlets")
    assert listed.returncode == 0
    assert listed.stdout.rstrip("\n").split("\t")[13] == detail.partition(": ")[2]
    assert listed.stderr == f"1 outlet to look at:\n  {detail}\n"


def test_a_disk_that_fills_up_is_named_before_it_is_full(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reportedly.cli import config

    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: Usage(free=100 << 20))
    ok, detail = doctor._disk(config.load(wire), datetime.now(UTC))
    assert (ok, detail) == (False, "105 MB free; make room before it is full")


def test_a_clock_that_cannot_be_right_is_named(wire: Path) -> None:
    from reportedly.cli import config

    ok, detail = doctor._clock(config.load(wire), datetime(1970, 1, 1, tzinfo=UTC))
    assert (ok, detail) == (False, "it says 1970-01-01 00:00 UTC, which cannot be")


# --- index -----------------------------------------------------------------------------------------------------------


def test_the_index_can_be_looked_at_compared_and_made_anew(wire: Path) -> None:
    assert run(wire, "index", "status").stdout.startswith("3 of 3 reports indexed, 0 waiting · ")
    assert run(wire, "index", "verify").stdout == "the index equals the store: 3 of 3 reports indexed\n"
    change(wire, "UPDATE wire_version SET text = 'Other'")
    differs = run(wire, "index", "verify")
    assert (differs.returncode, differs.stdout) == (
        1,
        "the index differs from the store: 0 missing, 0 too many, 3 differing, of 3 reports\n",
    )
    assert run(wire, "index", "rebuild").stdout == "3 reports indexed\n"
    assert run(wire, "index", "verify").returncode == 0


def test_a_damaged_index_says_how_to_mend_it(wire: Path) -> None:
    (wire / "search.sqlite3").resolve().write_bytes(b"rotten " * 999)
    done = run(wire, "index", "verify")
    assert done.returncode == 2
    assert "is damaged (file is not a database); make it again with `reportedly index rebuild`" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "index rebuild" in examined(wire)[1]["search index"]
    assert run(wire, "index", "rebuild").returncode == 0
    assert run(wire, "index", "verify").returncode == 0
