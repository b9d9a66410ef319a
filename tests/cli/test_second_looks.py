"""Second looks of the running wire: over a kill, and in a store that was made before there were any."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from wires import REPORTEDLY, environ, records, run, written

WITHIN_S = 90
TEXT = "<p>The ferry left the northern quay at dawn with forty passengers, harbour master Ilse Brandt said.</p>" * 3


class Courier:
    """An outlet of one report on this machine, which hangs on whoever asks for it a second time until it is edited."""

    def __init__(self) -> None:
        self.title = "Ferry leaves quay"
        self.asked_again = threading.Event()
        self.edited = threading.Event()
        courier = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/feed":
                    link = f"<guid>r1</guid><title>Ferry</title><link>{courier.base}/r1.html</link>"
                    self.send(f"<rss version='2.0'><channel><title>C</title><item>{link}</item></channel></rss>")
                elif self.path == "/r1.html":
                    if self.headers["If-None-Match"]:
                        courier.asked_again.set()
                        courier.edited.wait(WITHIN_S)
                    self.send(f"<html><body><article><h1>{courier.title}</h1>{TEXT}</article></body></html>")
                else:
                    self.send_error(404)

            def send(self, text: str) -> None:
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                    self.send_header("ETag", f'"{courier.title}"')
                    self.end_headers()
                    self.wfile.write(text.encode())
                except OSError:
                    pass  # whoever asked was killed

            def log_message(self, format: str, *given: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def edit(self, title: str) -> None:
        self.title = title
        self.edited.set()


@pytest.fixture
def courier() -> Iterator[Courier]:
    there = Courier()
    serving = threading.Thread(target=there.server.serve_forever, daemon=True)
    serving.start()
    yield there
    there.edited.set()
    there.server.shutdown()
    there.server.server_close()


def versions(data: Path) -> list[str]:
    """The titles of every version in the store, oldest first."""
    with closing(sqlite3.connect(f"{(data / 'store.sqlite3').as_uri()}?mode=ro", uri=True, timeout=30)) as store:
        return [text.partition("\n")[0] for (text,) in store.execute("SELECT text FROM wire_version ORDER BY number")]


def wait_for(what: str, until: list[str], data: Path, server: subprocess.Popen[str]) -> None:
    """Return once the store has these versions."""
    latest = time.monotonic() + WITHIN_S
    while versions(data) != until:
        assert server.poll() is None, server.communicate()[1]
        assert time.monotonic() < latest, f"{what} within {WITHIN_S} s"
        time.sleep(0.2)


@pytest.mark.slow
def test_a_look_that_a_kill_cut_off_is_made_by_the_next_server(tmp_path: Path, courier: Courier) -> None:
    data = tmp_path / "wire"
    settings = {
        "REPORTEDLY_ALLOW": courier.base.removeprefix("http://"),
        "REPORTEDLY_PACE_S": "0",
        "REPORTEDLY_LOOK_AGAIN_H": "0.001",
        "REPORTEDLY_PORT": "0",
    }
    added = run(data, "outlets", "add", f"{courier.base}/feed", "--name", "Courier", settings=settings)
    assert added.returncode == 0, added.stderr

    def serve() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*REPORTEDLY, "serve"],
            env=environ(data, **settings),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    first = serve()
    wait_for("the report", ["Ferry leaves quay"], data, first)
    assert courier.asked_again.wait(WITHIN_S)
    first.kill()
    first.communicate(timeout=WITHIN_S)
    courier.edit("Ferry leaves late")
    second = serve()
    wait_for("the edit", ["Ferry leaves quay", "Ferry leaves late"], data, second)
    second.send_signal(signal.SIGTERM)
    _, said = second.communicate(timeout=WITHIN_S)
    assert second.returncode == 0, said
    doctor = run(data, "doctor", settings=settings)
    [outcomes] = [line for line in doctor.stdout.splitlines() if "outcomes" in line]
    assert outcomes == "✓ outcomes: 2 taken in · 1 stored · 0 unchanged · 1 new version · 0 set aside; they add up"


def test_a_store_made_before_goes_on_working(tmp_path: Path) -> None:
    data = tmp_path / "wire"
    assert run(data, "import", written(tmp_path / "r.jsonl", records(3))).returncode == 0
    back = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "wire", "0001"],
        env=environ(data, DJANGO_SETTINGS_MODULE="reportedly.cli.settings"),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert back.returncode == 0, back.stderr
    with closing(sqlite3.connect(data / "store.sqlite3")) as store:
        tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master")}
        columns = {row[1] for row in store.execute("PRAGMA table_info(wire_takenpage)")}
    assert "wire_secondlook" not in tables
    assert "look" not in columns
    assert "tables: 1 changes not made yet" in run(data, "doctor").stdout

    again = run(data, "import", written(tmp_path / "more.jsonl", records(5)))
    assert again.returncode == 0, again.stderr
    doctor = run(data, "doctor")
    assert "tables: up to date" in doctor.stdout
    assert "8 taken in · 5 stored · 3 unchanged" in doctor.stdout
