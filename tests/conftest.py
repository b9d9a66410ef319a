"""What every test may lean on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("REPORTEDLY_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of measuring data that is not part of the project; the test skips where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no measuring data at {SHARED} (set REPORTEDLY_SHARED to where it lies)")
    return SHARED / "data"
