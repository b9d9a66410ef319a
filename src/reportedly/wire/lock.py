"""One server on one data folder.

The lock is a POSIX record lock on a file in the folder: it ends with the process that took it, however that process
ends, and the reading processes it forked do not inherit it.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from reportedly.errors import StoreBusy

FILE = "lock"

_held_here: dict[Path, int] = {}  # a process does not see its own record locks, so it keeps count itself


class DataLock:
    """Held from entering to leaving. Entering raises StoreBusy when another holds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def __enter__(self) -> Self:
        if self.folder in _held_here:
            raise StoreBusy(_busy(self.folder, os.getpid()))
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as why:
            holder = _written_in(handle)
            os.close(handle)
            raise StoreBusy(_busy(self.folder, holder)) from why
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        _held_here[self.folder] = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(_held_here.pop(self.folder))


def is_held(folder: Path) -> bool:
    """Whether someone, this process included, holds the lock of the folder at this moment."""
    folder = folder.resolve()
    if folder in _held_here:
        return True
    if not (folder / FILE).exists():
        return False
    handle = os.open(folder / FILE, os.O_RDWR)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)  # gives the lock back, too
    return False


def _busy(folder: Path, holder: int | None) -> str:
    who = f" (process {holder})" if holder else ""
    return f"another reportedly{who} works on {folder}; stop it, or name another folder with --data"


def _written_in(handle: int) -> int | None:
    text = os.pread(handle, 20, 0).strip()
    return int(text) if text.isdigit() else None
