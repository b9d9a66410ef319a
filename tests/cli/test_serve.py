"""The running wire: it starts, keeps others off its data, and stops when told."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

STARTS_WITHIN_S = 90
STOPS_WITHIN_S = 40


def reportedly(*arguments: str, data: Path) -> subprocess.Popen[str]:
    """The command, started on a data folder of its own."""
    environment = {**os.environ, "REPORTEDLY_DATA": str(data), "REPORTEDLY_READERS": "1", "DJANGO_SETTINGS_MODULE": ""}
    environment.pop("DJANGO_SETTINGS_MODULE")
    return subprocess.Popen(
        [sys.executable, "-m", "reportedly", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[str]) -> bytes:
    """What the address answers, once it does."""
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"it ended: {process.communicate()[1]}")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within {STARTS_WITHIN_S} s")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    data = tmp_path_factory.mktemp("wire")
    process = reportedly("serve", "--port", str(port), data=data)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield process, data
    finally:
        process.kill()
        process.communicate()


def test_an_empty_wire_shows_its_front_page(running: tuple[subprocess.Popen[str], Path], port: int) -> None:
    assert b"<h1" in wait_for(f"http://127.0.0.1:{port}/", running[0])


def test_the_secret_key_is_its_owners_alone(running: tuple[subprocess.Popen[str], Path]) -> None:
    assert stat.S_IMODE((running[1] / "secret-key").stat().st_mode) == 0o600


def test_a_second_server_on_the_same_data_is_refused(running: tuple[subprocess.Popen[str], Path]) -> None:
    second = reportedly("serve", "--port", str(free_port()), data=running[1])
    _, said = second.communicate(timeout=STARTS_WITHIN_S)
    assert second.returncode == 2
    assert str(running[1]) in said
    assert "Traceback" not in said


def test_a_port_in_use_is_named(running: tuple[subprocess.Popen[str], Path], port: int, tmp_path: Path) -> None:
    other = reportedly("serve", "--port", str(port), data=tmp_path / "other")
    _, said = other.communicate(timeout=STARTS_WITHIN_S)
    assert other.returncode == 2
    assert f"port {port}" in said
    assert "--port" in said
    assert "Traceback" not in said


def test_kill_nine_leaves_no_port_taken_and_the_next_server_starts(tmp_path: Path) -> None:
    port = free_port()
    first = reportedly("serve", "--port", str(port), data=tmp_path / "wire")
    wait_for(f"http://127.0.0.1:{port}/healthz", first)
    first.kill()
    first.communicate(timeout=STOPS_WITHIN_S)  # returns when the last process that held its stderr is gone
    second = reportedly("serve", "--port", str(port), data=tmp_path / "wire")
    wait_for(f"http://127.0.0.1:{port}/healthz", second)
    second.send_signal(signal.SIGTERM)
    _, said = second.communicate(timeout=STOPS_WITHIN_S)
    assert second.returncode == 0, said


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    port = free_port()
    process = reportedly("serve", "--port", str(port), data=tmp_path / "wire")
    wait_for(f"http://127.0.0.1:{port}/healthz", process)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=STOPS_WITHIN_S)
    assert process.returncode == 0, said
    assert said.rstrip().endswith("Stopped.")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)


@pytest.mark.slow
def test_the_demo_reads_the_whole_sample_wire(tmp_path: Path) -> None:
    process = reportedly("demo", "--once", "--port", str(free_port()), "--data", str(tmp_path / "demo"), data=tmp_path)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert "All read:" in said
    assert " 0 set aside" in said


def test_the_demo_does_not_write_into_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    process = reportedly("demo", "--data", str(tmp_path), data=tmp_path)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "is there already" in said
