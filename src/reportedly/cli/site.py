"""How gunicorn runs the site (`--config python:reportedly.cli.site`).

The site ends with the process that started it, however that one ended: a killed server leaves no port taken. It holds
the reading end of a pipe whose other end only its parent has, so the pipe closes when the parent is gone.
"""

from __future__ import annotations

import os
import signal
import threading

PARENT_PIPE = "REPORTEDLY_PARENT_PIPE"  # names the variable that holds the pipe's file descriptor


def when_ready(server: object) -> None:
    """Watch the parent. Called by gunicorn once, in its master process."""
    if PARENT_PIPE in os.environ:
        threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    os.read(int(os.environ[PARENT_PIPE]), 1)  # nobody writes: this returns when the other end is gone
    os.kill(os.getpid(), signal.SIGQUIT)
