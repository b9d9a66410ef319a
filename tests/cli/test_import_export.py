"""`reportedly import` and `export` on real folders: what is said, what comes back, and what a kill leaves."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wires import REPORTEDLY, copy_of, environ, records, run, written

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wire with six reports, one of their versions twice, and two lines that are no reports."""
    folder = tmp_path_factory.mktemp("wire")
    changed = {**records(1)[0], "title": "Harbour master counts again"}
    file = written(folder / "reports.jsonl", [*records(6), changed, "no record", {"title": "Nothing in it"}])
    done = run(folder / "data", "import", file)
    assert done.returncode == 1, done.stderr
    assert done.stdout == "reports.jsonl: 9 taken in · 6 stored · 0 unchanged · 1 new version · 2 set aside\n"
    assert "    reports.jsonl, line 8: bad record (not JSON: " in done.stderr
    assert "    reports.jsonl, line 9: no text (no text, paragraphs or html in the record)\n" in done.stderr
    return folder / "data"


def test_importing_again_changes_nothing(wire: Path, tmp_path: Path) -> None:
    data = copy_of(wire, tmp_path / "data")
    done = run(data, "import", written(tmp_path / "same.jsonl", records(6)[1:]))
    assert (done.returncode, done.stdout) == (
        0,
        "same.jsonl: 5 taken in · 0 stored · 5 unchanged · 0 new versions · 0 set aside\n",
    )


def test_what_is_exported_can_be_imported_as_the_same_reports(wire: Path, tmp_path: Path) -> None:
    data = copy_of(wire, tmp_path / "data")
    done = run(data, "export", "--out", tmp_path / "out.jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"{tmp_path / 'out.jsonl'}: 6 reports\n")
    exported = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["guid"] for one in exported] == ["0", "1", "2", "3", "4", "5"]  # oldest first
    one = exported[1]
    assert one["text"].startswith("Harbour master counts 1 ships off Vellmar\nThere are 1 ships")
    said = [(one["text"][slice(*a["content"][0])], a["speaker"]) for a in one["attributions"]]
    assert ("There are 1 ships off Vellmar", "Ilse Brandt") in said
    assert all(chain["voices"] for chain in one["chains"])
    assert "Norway" in [subject["subject"] for subject in one["subjects"]]
    again = run(data, "import", tmp_path / "out.jsonl")
    assert again.stdout == "out.jsonl: 6 taken in · 0 stored · 6 unchanged · 0 new versions · 0 set aside\n"


def test_an_export_can_be_narrowed(wire: Path) -> None:
    def guids(*options: str) -> list[str]:
        done = run(wire, "export", "--out", "-", *options)
        assert done.returncode == 0, done.stderr
        return [json.loads(line)["guid"] for line in done.stdout.splitlines()]

    assert guids("--since", "2026-03-04") == ["3", "4", "5"]
    assert guids("--since", "2026-03-04T03:00:01+00:00") == ["4", "5"]
    about_norway = guids("--subject", "Norway")
    assert set(about_norway) <= {"0", "1", "2", "3", "4", "5"}
    assert guids("--subject", "Norway", "--since", "2030-01-01") == []


def test_subjects_and_outlets_are_exported_too(wire: Path, tmp_path: Path) -> None:
    done = run(wire, "export", "--format", "subjects", "--out", "-")
    norway = next(one for line in done.stdout.splitlines() if (one := json.loads(line))["label"] == "Norway")
    assert (norway["type"], norway["country"]) == ("place", "NO")
    assert run(wire, "export", "--format", "opml", "--out", tmp_path / "o.opml").returncode == 0
    assert "<opml" in (tmp_path / "o.opml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["import", "none.jsonl"], "none.jsonl: there is no such file"),
        (["import", "."], ".: a folder without HTML files; name the files themselves"),
        (["import", "empty"], "empty: the file is empty"),
        (["import", "good.jsonl", "--outlet", " "], "--outlet is empty; name who published the reports"),
        (["import", "good.jsonl", "--format", "feed"], "good.jsonl: not a feed"),
        (["import", "good.jsonl", "empty"], "empty: the file is empty"),
        (["import", "latin.jsonl"], "latin.jsonl: not UTF-8 (near byte 10); convert it first, for example with iconv"),
        (["export", "--out", "-", "--since", "soon"], "--since 'soon' is no date; write it like 2026-03-01"),
        (["export", "--out", "-", "--subject", "Nobody Anywhere"], "no subject is called 'Nobody Anywhere'"),
        (["export", "--out", ".", "--format", "opml"], ". is a folder; name a file"),
        (["export", "--out", "no/such/x"], "no/such is no folder"),
        (["export", "--out", "x", "--format", "opml", "--since", "2026-03-01"], "--subject and --since choose reports"),
    ],
)
def test_wrong_use_is_one_sentence_and_two(
    wire: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    (tmp_path / "latin.jsonl").write_bytes('{"text": "é"}\n'.encode("latin-1"))
    written(tmp_path / "good.jsonl", records(1, start=70))
    done = run(wire, *command)
    assert done.returncode == 2
    assert done.stderr.startswith(f"reportedly: {sentence}")
    assert (done.stderr.count("\n"), done.stdout) == (1, "")


def test_a_file_that_cannot_be_imported_makes_no_wire(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name in ("none.jsonl", "empty"):
        assert run(tmp_path / "wire", "import", str(tmp_path / name)).returncode == 2
        assert not (tmp_path / "wire" / "store.sqlite3").exists()


def test_a_wire_that_is_not_there_cannot_be_exported(tmp_path: Path) -> None:
    done = run(tmp_path / "none", "export", "--out", "-")
    assert done.returncode == 2
    assert "there is no wire in" in done.stderr


def test_a_reader_that_stops_listening_is_no_error(wire: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m reportedly export --format subjects --out - | head -c 10', REPORTEDLY[0]],
        env=environ(wire),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (len(done.stdout), done.stderr) == (10, "")


def test_an_import_killed_while_it_reads_is_finished_by_the_next_one(wire: Path, tmp_path: Path) -> None:
    data = copy_of(wire, tmp_path / "data")
    file = written(tmp_path / "many.jsonl", records(90, start=100))
    killed = subprocess.Popen(
        [*REPORTEDLY, "import", str(file)], env=environ(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for_outcomes(data, 20)
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    done = run(data, "import", file)
    assert (done.returncode, done.stdout) == (
        0,
        "many.jsonl: 90 taken in · 90 stored · 0 unchanged · 0 new versions · 0 set aside\n",
    )
    checked = json.loads(run(data, "doctor", "--json").stdout)
    assert [check["name"] for check in checked["checks"] if not check["ok"]] == []


def _wait_for_outcomes(data: Path, many: int) -> None:
    """Return when so many pages of the newest intake have their outcome."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with sqlite3.connect(f"file:{data}/store.sqlite3?mode=ro", uri=True, timeout=30) as store:
            (ended,) = store.execute(
                "SELECT COUNT(*) FROM wire_takenpage WHERE outcome != '' AND intake_id = "
                "(SELECT MAX(id) FROM wire_intake WHERE id > 1)"
            ).fetchone()
        if ended >= many:
            return
        time.sleep(0.02)
    raise AssertionError("the import read nothing")


FULL_DISK = """
import sys
from django.db.backends.signals import connection_created

def no_more_room(connection, **_):
    with connection.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + 40}")  # SQLite says "full" exactly as a disk makes it

connection_created.connect(no_more_room)
from reportedly.cli.main import main
sys.exit(main(["import", sys.argv[1]]))
"""


def test_a_full_disk_is_one_sentence_and_loses_nothing(wire: Path, tmp_path: Path) -> None:
    data = copy_of(wire, tmp_path / "data")
    file = written(tmp_path / "many.jsonl", records(90, start=300))
    full = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(file)],
        env=environ(data),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (full.returncode, full.stdout, full.stderr) == (
        2,
        "",
        "reportedly: the disk is full; make room and run the same command again. What was stored is safe.\n",
    )
    done = run(data, "import", file)
    assert (done.returncode, done.stdout) == (
        0,
        "many.jsonl: 90 taken in · 90 stored · 0 unchanged · 0 new versions · 0 set aside\n",
    )
