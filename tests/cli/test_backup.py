"""`reportedly backup` and `restore`: what comes back, what is refused, and what is kept."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest

from reportedly.wire.lock import DataLock
from wires import copy_of, records, run, written

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wire with three reports and a setting of its own."""
    folder = tmp_path_factory.mktemp("wire")
    assert run(folder / "data", "import", written(folder / "reports.jsonl", records(3))).returncode == 0
    (folder / "data" / "reportedly.toml").write_text('site_name = "Courier desk"\n', encoding="utf-8")
    return folder / "data"


@pytest.fixture(scope="module")
def packed(wire: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it in one file."""
    file = tmp_path_factory.mktemp("backup") / "wire.tar.gz"
    done = run(wire, "backup", file)
    assert (done.returncode, done.stdout) == (0, f"{file}: 3 reports\n"), done.stderr
    return file


def exported(data: Path) -> str:
    done = run(data, "export", "--out", "-")
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(data: Path, *command: str | Path) -> str:
    done = run(data, *command)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    return done.stderr.removeprefix("reportedly: ").strip()


def test_a_backup_holds_the_store_and_the_settings_and_no_secret(packed: Path) -> None:
    with tarfile.open(packed) as archive:
        assert archive.getnames() == ["manifest.json", "reportedly.toml", "store.sqlite3"]
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert manifest["counts"]["report"] == 3
    assert set(manifest["files"]) == {"reportedly.toml", "store.sqlite3"}
    assert packed.stat().st_mode & 0o077 == 0


def test_what_was_backed_up_comes_back_whole(wire: Path, packed: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "restore", packed, "--data", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{tmp_path / 'new'}: 3 reports, as of 20")
    assert exported(tmp_path / "new") == exported(wire)
    assert (tmp_path / "new" / "reportedly.toml").read_text(encoding="utf-8") == 'site_name = "Courier desk"\n'
    assert (tmp_path / "new" / "secret-key").read_text() != (wire / "secret-key").read_text()
    checked = json.loads(run(tmp_path / "new", "doctor", "--json").stdout)
    assert checked["ok"], checked


def test_a_folder_that_exists_gets_a_dated_backup_in_it(wire: Path, tmp_path: Path) -> None:
    with DataLock(wire):  # a server works on the wire meanwhile
        assert run(wire, "backup", tmp_path).returncode == 0
    (made,) = tmp_path.iterdir()
    assert sorted(file.name for file in made.iterdir()) == ["manifest.json", "reportedly.toml", "store.sqlite3"]
    done = run(tmp_path, "restore", made, "--data", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert exported(tmp_path / "new") == exported(wire)


def test_a_wire_is_replaced_only_when_that_was_asked_for_and_is_kept(wire: Path, packed: Path, tmp_path: Path) -> None:
    data = copy_of(wire, tmp_path / "data")
    run(data, "import", written(tmp_path / "more.jsonl", records(1, start=50)))
    key = (data / "secret-key").read_text()
    assert refused(data, "restore", packed) == f"{data} is not empty; restore into another folder, or give --replace"
    done = run(data, "restore", packed, "--replace")
    assert done.returncode == 0, done.stderr
    assert exported(data) == exported(wire)
    assert (data / "secret-key").read_text() == key
    (kept,) = data.glob("replaced-*")
    assert f"is kept in {kept}" in done.stderr
    with sqlite3.connect(kept / "store.sqlite3") as store:
        assert store.execute("SELECT COUNT(*) FROM wire_report").fetchone() == (4,)


def test_a_wire_that_is_served_is_not_replaced(wire: Path, packed: Path, tmp_path: Path) -> None:
    data = copy_of(wire, tmp_path / "data")
    before = exported(data)
    with DataLock(data):
        assert "another reportedly (process " in refused(data, "restore", packed, "--replace")
    assert exported(data) == before


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ("nothing", "there is no such backup"),
        ("words", "not a folder or an archive that `reportedly backup` wrote whole"),
        ("empty folder", "no backup of ours; it holds no manifest.json"),
        ("no store", "store.sqlite3 is missing"),
        ("changed store", "store.sqlite3 is not what was written then; its checksum differs"),
        ("changed manifest", "its manifest.json cannot be read"),
        ("half an archive", "not a folder or an archive that `reportedly backup` wrote whole"),
        ("later version", "which is newer than this one"),
        ("damaged before", "is damaged"),
    ],
)
def test_a_bad_backup_is_refused_and_nothing_is_touched(packed: Path, tmp_path: Path, spoil: str, why: str) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    if spoil not in ("nothing", "words", "empty folder", "half an archive"):
        with tarfile.open(packed) as archive:
            archive.extractall(backup)
    store, manifest = backup / "store.sqlite3", backup / "manifest.json"
    match spoil:
        case "nothing":
            backup.rmdir()
        case "words":
            backup = tmp_path / "words"
            backup.write_text("words")
        case "no store":
            store.unlink()
        case "changed store":
            with sqlite3.connect(store) as changed:
                changed.execute("UPDATE wire_report SET title = 'x'")
        case "changed manifest":
            manifest.write_text("{}")
        case "half an archive":
            backup = tmp_path / "half.tar.gz"
            backup.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
        case "later version":
            with sqlite3.connect(store) as changed:
                changed.execute(
                    "INSERT INTO django_migrations (app, name, applied) VALUES ('wire', '0999_later', '2030-01-01')"
                )
            _sign_again(manifest, store)
        case "damaged before":
            with store.open("r+b") as file:
                file.seek(40_000)
                file.write(b"\xff" * 60_000)
            _sign_again(manifest, store)
    target = tmp_path / "new"
    assert why in refused(tmp_path, "restore", backup, "--data", target)
    assert not target.exists()


def _sign_again(manifest: Path, store: Path) -> None:
    """Let the manifest vouch for the store as it is now."""
    import hashlib

    said = json.loads(manifest.read_text())
    said["files"]["store.sqlite3"]["sha256"] = hashlib.sha256(store.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(said))


def test_a_backup_overwrites_nothing_and_needs_a_wire(wire: Path, packed: Path, tmp_path: Path) -> None:
    assert "is there already; a backup overwrites nothing" in refused(wire, "backup", packed)
    assert "is no folder" in refused(wire, "backup", tmp_path / "no" / "such.tar.gz")
    assert "there is no wire in" in refused(tmp_path / "none", "backup", tmp_path / "x.tar.gz")
    shutil.copytree(wire, tmp_path / "data", symlinks=True)
    with (tmp_path / "data" / "store.sqlite3").open("r+b") as file:
        file.seek(40_000)
        file.write(b"\xff" * 60_000)
    for left in ("store.sqlite3-wal", "store.sqlite3-shm"):
        (tmp_path / "data" / left).unlink(missing_ok=True)
    assert "damaged" in refused(tmp_path / "data", "backup", tmp_path / "x.tar.gz")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data"]
