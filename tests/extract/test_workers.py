"""One bad item costs itself alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.working import Unpicklable, make_and_leave, make_do, make_nothing
from reportedly.extract.workers import Stopped, Workers, WorkersFailed
from reportedly.values import Reason


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers[object, object]]:
    with Workers(make_do, count=2, limit_s=1.5, memory_mb=600) as made:
        yield made


@pytest.mark.parametrize(
    ("bad", "stopped"),
    [
        ("sleep", Stopped(reason=Reason.TOO_SLOW, detail="took over 1.5 s")),
        ("spin inside C", Stopped(reason=Reason.TOO_SLOW, detail="took over 1.5 s")),
        ("eat memory", Stopped(reason=Reason.TOO_LARGE, detail="needed more than 600 MB of memory")),
        ("killed", Stopped(reason=Reason.TOO_LARGE, detail="needed more than 600 MB of memory")),
        ("crash", Stopped(reason=Reason.UNREADABLE, detail="crashed its reader (SIGSEGV)")),
        ("leave", Stopped(reason=Reason.UNREADABLE, detail="ended its reader (exit code 3)")),
        ("raise", Stopped(reason=Reason.UNREADABLE, detail="LookupError: nothing of the kind")),
    ],
)
def test_a_bad_item_is_stopped_and_its_neighbours_are_not(
    workers: Workers[object, object], bad: str, stopped: Stopped
) -> None:
    assert list(workers.run([1, 2, bad, 3, 4, 5])) == [(1, 1), (2, 2), (bad, stopped), (3, 3), (4, 4), (5, 5)]


def test_every_item_may_be_bad(workers: Workers[object, object]) -> None:
    results = [result for _, result in workers.run(["crash", "leave", "raise", "sleep"])]
    assert [result.reason for result in results if isinstance(result, Stopped)] == [
        Reason.UNREADABLE,
        Reason.UNREADABLE,
        Reason.UNREADABLE,
        Reason.TOO_SLOW,
    ]


def test_what_cannot_be_handed_over_or_back_is_stopped(workers: Workers[object, object]) -> None:
    there, back, after = (result for _, result in workers.run([Unpicklable(), "unpicklable", "fine"]))
    assert there == Stopped(reason=Reason.UNREADABLE, detail="cannot be handed to a worker: no way to write this down")
    assert isinstance(back, Stopped)
    assert back.detail.startswith("its result cannot be handed back")
    assert after == "fine"


def test_nothing_in_nothing_out(workers: Workers[object, object]) -> None:
    assert list(workers.run([])) == []


def test_a_thousand_items_come_back_in_order(workers: Workers[object, object]) -> None:
    assert list(workers.run(range(1000))) == [(n, n) for n in range(1000)]


def test_large_items_and_results_do_not_wait_for_each_other(workers: Workers[object, object]) -> None:
    big = b"x" * (4 << 20)
    assert [len(result) for _, result in workers.run([big] * 8) if isinstance(result, bytes)] == [8 << 20] * 8


def test_only_a_few_items_are_taken_in_at_once(workers: Workers[object, object]) -> None:
    taken: list[int] = []

    def items() -> Iterator[object]:
        for n in range(1000):
            taken.append(n)
            yield n

    results = workers.run(items())
    assert next(results) == (0, 0)
    assert len(taken) <= 8


def test_leaving_early_leaves_the_workers_usable(workers: Workers[object, object]) -> None:
    for item, _ in workers.run(["a", "sleep", "b", "c"]):
        assert item == "a"
        break
    assert list(workers.run(["d"])) == [("d", "d")]


def test_workers_can_be_used_from_several_threads(workers: Workers[object, object]) -> None:
    found: dict[int, list[object]] = {}

    def use(k: int) -> None:
        found[k] = [result for _, result in workers.run(range(k, k + 50))]

    threads = [threading.Thread(target=use, args=(k,)) for k in (0, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: list(range(50)), 1000: list(range(1000, 1050))}


def test_an_error_of_the_items_reaches_the_caller(workers: Workers[object, object]) -> None:
    def items() -> Iterator[object]:
        yield 1
        raise OSError("the archive ends here")

    with pytest.raises(OSError, match="the archive ends here"):
        list(workers.run(items()))


@pytest.mark.parametrize(
    ("make", "says"),
    [(make_nothing, "FileNotFoundError: the model is not where it should be"), (make_and_leave, "exit code 5")],
)
def test_workers_that_cannot_be_made_say_why(make: object, says: str) -> None:
    with (
        Workers(make, count=2, limit_s=5, memory_mb=600) as made,  # type: ignore[arg-type]
        pytest.raises(WorkersFailed, match=says),
    ):
        list(made.run([1, 2, 3]))


def test_closing_ends_every_process() -> None:
    made = Workers(make_do, count=1, limit_s=60, memory_mb=600)
    ((_, pid),) = made.run(["who"])
    made.close()
    made.close()
    assert isinstance(pid, int)
    assert not is_alive(pid)
    with pytest.raises(WorkersFailed, match="closed"):
        list(made.run([1]))


def test_closing_does_not_wait_for_an_item() -> None:
    made = Workers(make_do, count=1, limit_s=60, memory_mb=600)
    results = made.run(iter(["who", *["sleep"] * 5]))
    _, pid = next(results)
    made.close()
    assert isinstance(pid, int)
    assert not is_alive(pid)
    with pytest.raises(WorkersFailed, match="closed"):
        next(results)


def test_a_worker_killed_while_idle_costs_nothing() -> None:
    with Workers(make_do, count=1, limit_s=5, memory_mb=600) as made:
        ((_, first),) = made.run(["who"])
        assert isinstance(first, int)
        os.kill(first, signal.SIGKILL)
        while is_alive(first):
            os.sched_yield()
        ((_, second),) = made.run(["who"])
    assert isinstance(second, int)
    assert second != first


@pytest.mark.parametrize("wrong", [{"count": 0}, {"limit_s": 0.0}, {"memory_mb": 0}])
def test_workers_without_room_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above nothing"):
        Workers(make_do, **{"count": 1, "limit_s": 1.0, "memory_mb": 600, **wrong})  # type: ignore[arg-type]


def is_alive(pid: int) -> bool:
    """Whether any thread of the process still runs, and so holds its end of the pipe."""
    try:
        states = [stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(state not in "ZX" for state in states)


ORPHANING = """
import os, signal
from extract.working import make_do
from reportedly.extract.workers import Workers
results = Workers(make_do, count=1, limit_s=600, memory_mb=600).run(iter(["who", "sleep", "sleep", "sleep"]))
print(next(results)[1], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_when_their_parent_is_killed() -> None:
    tests = str(Path(__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", ORPHANING],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": tests},
        timeout=30,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL
    pid, give_up = int(ran.stdout), time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < give_up:
        os.sched_yield()
    assert not is_alive(pid)
