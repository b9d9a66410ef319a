"""`reportedly backup` and `reportedly restore`.

A backup is a folder, or one .tar.gz of the same files:

    store.sqlite3      everything that is not derived from something else, as it stood at one moment
    reportedly.toml    the settings, where there are any
    manifest.json      what should be in it: sizes, SHA-256, counts, and the version that wrote it

The search index is left out, since it is made again from the store; so is the secret key, on which nothing stored
depends: a backup can be handed on without it, and a restored wire makes a new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import click

from reportedly.cli import config
from reportedly.cli.django import start
from reportedly.cli.progress import watched
from reportedly.errors import StoreDamaged, UsageError

MANIFEST = "manifest.json"
STORE = "store.sqlite3"
KEPT = (STORE, config.FILE)
COUNTED = ("wire_report", "wire_version", "wire_story", "wire_outlet", "wire_subject", "wire_takenpage")
_BLOCK = 1 << 20


@click.command()
@click.argument("to", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option("--data", metavar="DIR", help="The data folder. [default: ./reportedly-data]")
def backup(to: Path, data: str | None) -> None:
    """Write the whole wire to a folder, or to one file that ends in .tar.gz. The wire may be running.

    \b
    Examples:
      reportedly backup /srv/backups          a new folder in it, named by date and time
      reportedly backup /srv/before-update    that folder itself, where there is none yet
      reportedly backup wire.tar.gz           one file

    What was written is checked before it appears under its name.
    """
    if data:
        os.environ["REPORTEDLY_DATA"] = data
    settings = config.load()
    if not settings.store.exists():
        raise UsageError(f"there is no wire in {settings.data}; name its folder with --data")
    now = datetime.now(UTC)
    target = _target(to, now)
    with (
        watched() as progress,
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".reportedly-backup-") as unfinished,
    ):
        folder = Path(unfinished) / "backup"
        folder.mkdir(mode=0o700)
        progress.add_task("Copying the store", total=None)
        _copy_store(settings.store, folder / STORE)
        if (settings.data / config.FILE).exists():
            shutil.copyfile(settings.data / config.FILE, folder / config.FILE)
        progress.add_task("Checking the copy", total=None)
        counts = checked_store(folder / STORE, named=settings.store)
        (folder / MANIFEST).write_text(json.dumps(_manifest(folder, counts, now), indent=2) + "\n", encoding="utf-8")
        if _is_archive(target):
            packed = Path(unfinished) / "packed"
            progress.add_task("Packing", total=None)
            with tarfile.open(packed, "w:gz", compresslevel=5) as archive:
                for file in sorted(folder.iterdir()):
                    archive.add(file, file.name)
            packed.chmod(0o600)
            packed.rename(target)
        else:
            folder.rename(target)
    click.echo(f"{target}: {counts['wire_report']:,} reports")


def _target(to: Path, now: datetime) -> Path:
    to = to.absolute()
    if to.is_dir():
        to = to / f"reportedly-{now:%Y%m%d-%H%M%S}"
    if to.exists():
        raise UsageError(f"{to} is there already; a backup overwrites nothing")
    if not to.parent.is_dir():
        raise UsageError(f"{to.parent} is no folder")
    return to


def _is_archive(path: Path) -> bool:
    return path.name.endswith((".tar.gz", ".tgz"))


def _copy_store(source: Path, target: Path) -> None:
    """Copy the store as it stands at one moment, in one read transaction: nobody waits for us, and we for nobody."""
    with (
        _damage_told(source),
        contextlib.closing(sqlite3.connect(source, timeout=30)) as of,
        contextlib.closing(sqlite3.connect(target)) as to,
    ):
        of.backup(to, pages=-1)
        to.execute("PRAGMA journal_mode = DELETE")
    target.chmod(0o600)


def checked_store(store: Path, *, named: Path | None = None) -> dict[str, int]:
    """How many rows the tables of a store hold. Raises StoreDamaged unless it is sound through and through."""
    named = named or store
    with (
        _damage_told(named),
        contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection,
    ):
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StoreDamaged(f"{named} is damaged: {' '.join(found.split())}")
        if lost := connection.execute("PRAGMA foreign_key_check").fetchone():
            raise StoreDamaged(f"{named} is damaged: a row of {lost[0]} points at nothing")
        return {table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in COUNTED}


@contextlib.contextmanager
def _damage_told(store: Path) -> Iterator[None]:
    """Turns SQLite's word for a broken file into StoreDamaged; a full disk or a busy store stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as why:
        passing = isinstance(why, sqlite3.OperationalError)
        if passing and not any(sign in str(why) for sign in ("malformed", "not a database", "no such table")):
            raise
        raise StoreDamaged(f"{store} is damaged, or no store of ours: {why}") from why


def _manifest(folder: Path, counts: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        "what": "reportedly backup",
        "made": now.isoformat(timespec="seconds"),
        "version": version("reportedly"),
        "files": {
            file.name: {"bytes": file.stat().st_size, "sha256": _sha256(file)} for file in sorted(folder.iterdir())
        },
        "counts": {table.removeprefix("wire_"): many for table, many in counts.items()},
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# --- restoring -------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("source", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option("--data", metavar="DIR", help="Where the wire shall live. [default: ./reportedly-data]")
@click.option(
    "--replace", is_flag=True, help="Put it in the place of the wire that lives there; that one is set aside."
)
def restore(source: Path, data: str | None, replace: bool) -> None:
    """Bring a wire back from a backup, and make its search index again.

    \b
    Examples:
      reportedly restore wire.tar.gz --data ./wire
      reportedly restore /srv/backups/reportedly-20260301-040000 --replace

    The backup is checked against its manifest before anything is touched. A wire that is replaced is kept in a folder
    beside the new one until you remove it.
    """
    if data:
        os.environ["REPORTEDLY_DATA"] = data
    folder = Path(data or os.environ.get("REPORTEDLY_DATA") or config.DEFAULT_DATA).absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; the data folder must be a folder")

    from reportedly.wire.lock import FILE as LOCK_FILE
    from reportedly.wire.lock import DataLock

    there = sorted(file for file in folder.iterdir() if file.name != LOCK_FILE) if folder.exists() else []
    if there and not replace:
        raise UsageError(f"{folder} is not empty; restore into another folder, or give --replace")
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with DataLock(folder), watched() as progress:
        try:
            with tempfile.TemporaryDirectory(dir=folder, prefix=".restoring-") as unpacked:
                progress.add_task("Checking the backup", total=None)
                manifest = _unpack(source, Path(unpacked))
                counts = checked_store(Path(unpacked) / STORE, named=source)
                _check_version(Path(unpacked) / STORE, manifest)
                kept = _set_aside(folder, [file for file in there if file.name != "secret-key"])
                for name in KEPT:
                    if (Path(unpacked) / name).exists():
                        (Path(unpacked) / name).rename(folder / name)
        except BaseException:
            if new:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        os.environ["REPORTEDLY_DATA"] = str(folder)
        settings = start()

        from reportedly.engines import indexing

        task = progress.add_task("Indexing", total=counts["wire_report"])
        indexing.rebuild(settings.search, progress=lambda done: progress.update(task, completed=done))
    click.echo(f"{folder}: {counts['wire_report']:,} reports, as of {manifest['made']}")
    if kept:
        click.echo(f"  The wire that was there is kept in {kept}; remove it when you are sure.", err=True)


def _unpack(source: Path, into: Path) -> dict[str, Any]:
    """Copy the files of a backup, and return its manifest, to which they answer. Raises UsageError, StoreDamaged."""
    if not source.exists():
        raise UsageError(f"{source}: there is no such backup")
    with contextlib.ExitStack() as stack:
        files = _files_of(source, stack)
        if MANIFEST not in files:
            raise UsageError(f"{source}: no backup of ours; it holds no {MANIFEST}")
        try:
            with files[MANIFEST]() as file:
                manifest: dict[str, Any] = json.loads(file.read())
            sums = {name: str(manifest["files"][name]["sha256"]) for name in KEPT if name in manifest["files"]}
        except (ValueError, KeyError, TypeError) as why:
            raise StoreDamaged(f"{source}: its {MANIFEST} cannot be read ({why})") from why
        for name, expected in sums.items():
            if name not in files:
                raise StoreDamaged(f"{source}: {name} is missing")
            with files[name]() as file, (into / name).open("wb") as copy:
                shutil.copyfileobj(file, copy, _BLOCK)
            if _sha256(into / name) != expected:
                raise StoreDamaged(f"{source}: {name} is not what was written then; its checksum differs")
    if STORE not in sums:
        raise StoreDamaged(f"{source}: {STORE} is missing")
    return manifest


def _files_of(source: Path, stack: contextlib.ExitStack) -> dict[str, Callable[[], IO[bytes]]]:
    """How to open each plain file of a backup, by its name."""
    if source.is_dir():
        return {file.name: partial(io.FileIO, file) for file in source.iterdir() if file.is_file()}
    archive = stack.enter_context(_archive(source))
    return {member.name: partial(_member, archive, member) for member in archive.getmembers() if member.isfile()}


@contextlib.contextmanager
def _archive(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:*") as archive:
            yield archive
    except (tarfile.TarError, EOFError, zlib.error) as why:
        raise UsageError(f"{source}: not a folder or an archive that `reportedly backup` wrote whole") from why


def _member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(member)
    assert opened is not None, "it is a plain file"
    return opened


def _check_version(store: Path, manifest: dict[str, Any]) -> None:
    """Refuse a store from a later version, whose tables we do not know."""
    known = {file.stem for file in (Path(__file__).parents[1] / "wire" / "migrations").glob("0*.py")}
    with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        made_by = {name for (name,) in connection.execute("SELECT name FROM django_migrations WHERE app = 'wire'")}
    if unknown := made_by - known:
        raise UsageError(
            f"this backup was made by reportedly {manifest.get('version')}, which is newer than this one"
            f" ({version('reportedly')}): it knows {min(unknown)}"
        )


def _set_aside(folder: Path, files: list[Path]) -> Path | None:
    if not files:
        return None
    kept = Path(tempfile.mkdtemp(dir=folder, prefix=f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}-"))
    for file in files:
        file.rename(kept / file.name)
    return kept
