"""What the tests ask workers to do. A module of its own, since a worker process imports it by name."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable


class Unpicklable:
    def __reduce__(self) -> str:
        raise ValueError("no way to write this down")


def do(item: object) -> object:
    match item:
        case "sleep":
            time.sleep(60)
        case "spin inside C":
            sum(range(10**15))
        case "eat memory":
            return len(bytearray(8 << 30))
        case "crash":
            ctypes.string_at(0)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "leave":
            os._exit(3)
        case "raise":
            raise LookupError("nothing of the kind")
        case "unpicklable":
            return lambda: None
        case "who":
            return os.getpid()
        case bytes():
            return item + item
    return item


def make_do() -> Callable[[object], object]:
    return do


def make_nothing() -> Callable[[object], object]:
    raise FileNotFoundError("the model is not where it should be")


def make_and_leave() -> Callable[[object], object]:
    os._exit(5)
