"""One server on one data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reportedly.errors import StoreBusy
from reportedly.wire.lock import DataLock, is_held

HOLDER = """
import os, sys
from pathlib import Path
from reportedly.wire.lock import DataLock
DataLock(Path(sys.argv[1])).__enter__()
if "fork" in sys.argv and os.fork() == 0:
    sys.stdin.read()  # a child that outlives the holder
    os._exit(0)
print("held", flush=True)
os.read(0, 1)
os._exit(0)
"""


def holder(folder: Path, *how: str) -> subprocess.Popen[bytes]:
    held = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), *how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert held.stdout is not None
    assert held.stdout.readline() == b"held\n"
    return held


def test_a_folder_is_locked_for_as_long_as_it_is_held(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    with DataLock(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(StoreBusy), DataLock(tmp_path / "." / "x" / ".."):
            pass
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    with DataLock(tmp_path):
        pass


def test_a_folder_that_is_not_there_is_free_and_is_made(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "new")
    with DataLock(tmp_path / "new"):
        assert (tmp_path / "new").is_dir()


def test_whoever_comes_second_is_told_who_was_first(tmp_path: Path) -> None:
    held = holder(tmp_path)
    try:
        assert is_held(tmp_path)
        with pytest.raises(StoreBusy, match=rf"another reportedly \(process {held.pid}\) works on {tmp_path}; stop it"):
            DataLock(tmp_path).__enter__()
    finally:
        held.kill()
        held.communicate()


def test_a_killed_holder_holds_nothing_though_its_children_live(tmp_path: Path) -> None:
    held = holder(tmp_path, "fork")
    held.kill()
    os.waitpid(held.pid, 0)
    try:
        assert not is_held(tmp_path)
        with DataLock(tmp_path):
            pass
    finally:
        assert held.stdin is not None
        held.stdin.close()
