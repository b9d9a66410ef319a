"""Real wires in folders of their own, worked on by the real command in processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPORTEDLY = (sys.executable, "-m", "reportedly")


def environ(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a command that works on this folder, and on nothing that this process was told."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("REPORTEDLY_", "DJANGO_"))}
    return {**plain, "REPORTEDLY_DATA": str(data), "REPORTEDLY_READERS": "1", **settings}


def run(
    data: Path, *command: str | Path, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*REPORTEDLY, *map(str, command)],
        env=environ(data, **(settings or {})),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def records(many: int, *, start: int = 0) -> list[dict[str, Any]]:
    """Records of as many different reports."""
    return [
        {
            "id": number,
            "url": f"https://courier.example/{number}",
            "outlet": "Vellmar Courier",
            "title": f"Harbour master counts {number} ships off Vellmar",
            "text": f"There are {number} ships off Vellmar, harbour master Ilse Brandt said.\n"
            f"Two officials told the Courier that berth {number} was closed. Norway will send a pilot, they said.",
            "published": f"2026-03-{1 + number % 28:02d}T{number % 24:02d}:00:00Z",
        }
        for number in range(start, start + many)
    ]


def written(file: Path, reports: list[Any]) -> Path:
    """The records as a JSONL file; what is a text already is a line as it is."""
    file.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in reports), encoding="utf-8")
    return file


def copy_of(data: Path, to: Path) -> Path:
    """A wire of one's own to break."""
    shutil.copytree(data, to, symlinks=True)
    return to
