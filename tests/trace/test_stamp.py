"""A stored reading tells what read it: new weights have a new stamp."""

from __future__ import annotations

import hashlib

from reportedly.model.reader import SHIPPED
from reportedly.trace import RULE

READ_WITH = {"reader-4": "663fb354 27586dd0"}  # stamp: how the SHA-256 of encoder and linker begin


def test_weights_are_never_changed_under_one_stamp() -> None:
    shipped = [
        hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest()[:8] for name in ("encoder.onnx", "linker.onnx")
    ]
    assert READ_WITH[RULE] == " ".join(shipped)
