"""Work done in processes that can be killed.

`Workers` runs one function over many items in a fixed number of processes. It promises that one item costs itself
alone: an item that takes too long, eats too much memory, crashes or raises comes back as `Stopped`, and its process is
replaced. Results come in the order of the items, and only a few items for each process are ever taken in at once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import queue
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from reportedly.errors import ReportedlyError
from reportedly.values import Reason

In = TypeVar("In")
Out = TypeVar("Out")

AHEAD = 2  # items a worker holds: the one it works on, and the next, so that it never waits for our pickling
WINDOW = 4  # items a worker's worth taken in before the oldest of them has come back
GRACE_S = 2.0  # how long after its own alarm a worker is killed from outside, should the alarm not have reached it
START_LIMIT_S = 120.0  # how long `make` may take
RETIRE_AFTER = 200  # items until a worker's memory is looked at
RETIRE_SHARE = 0.6  # a worker that holds this share of its allowance between items is replaced


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """An item that gave no result. `detail` is one clause for a person."""

    reason: Reason  # TOO_SLOW, TOO_LARGE or UNREADABLE
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)


class WorkersFailed(ReportedlyError):
    """A worker could not be made ready, so no item can be worked on; says why."""


class Workers(Generic[In, Out]):
    """A number of killable processes that all apply the same function.

    `make` is called once in each process and returns the function; it must be picklable, as must items and results.
    `limit_s` is wall-clock time for one item, `memory_mb` the address space of one process. May be used from any
    thread, by several at once.
    """

    def __init__(self, make: Callable[[], Callable[[In], Out]], *, count: int, limit_s: float, memory_mb: int) -> None:
        if count < 1 or limit_s <= 0 or memory_mb < 1:
            raise ValueError("workers need a count, a time and a memory above nothing")
        self._jobs: queue.SimpleQueue[_Job[In, Out] | None] = queue.SimpleQueue()
        self._window = count * WINDOW
        self._closed = threading.Event()
        start = _starter(make, limit_s=limit_s, memory_mb=memory_mb)
        self._seats = [_Seat(start, self._jobs, self._closed, limit_s, memory_mb) for _ in range(count)]

    def run(self, items: Iterable[In]) -> Iterator[tuple[In, Out | Stopped]]:
        """Each item with its result, in the order of the items.

        Raises WorkersFailed when `make` fails, and whatever `items` raises; never for one bad item. Leaving the
        iterator early gives up the items not yet begun.
        """
        if self._closed.is_set():
            raise WorkersFailed("these workers are closed")
        waiting: deque[_Job[In, Out]] = deque()
        try:
            for item in items:
                job = _Job[In, Out](item)
                waiting.append(job)
                self._jobs.put(job)
                if len(waiting) >= self._window:
                    yield waiting[0].item, waiting[0].wait()
                    waiting.popleft()
            while waiting:
                yield waiting[0].item, waiting[0].wait()
                waiting.popleft()
        finally:
            for job in waiting:
                job.given_up = True

    def close(self) -> None:
        """Kill every process and wait until it is gone. A second call does nothing."""
        if self._closed.is_set():
            return
        self._closed.set()
        for _ in self._seats:
            self._jobs.put(None)
        for seat in self._seats:
            seat.stop()
        while not self._jobs.empty():
            if job := self._jobs.get():
                job.fail(WorkersFailed("these workers are closed"))

    def __enter__(self) -> Workers[In, Out]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


# --- our side --------------------------------------------------------------------------------------------------------


class _Job(Generic[In, Out]):
    """An item on its way, and the place where its result is put."""

    def __init__(self, item: In) -> None:
        self.item = item
        self.given_up = False
        self._done = threading.Event()
        self._result: Out | Stopped | None = None
        self._error: ReportedlyError | None = None

    def give(self, result: Out | Stopped) -> None:
        self._result = result
        self._done.set()

    def fail(self, error: ReportedlyError) -> None:
        self._error = error
        self._done.set()

    def wait(self) -> Out | Stopped:
        self._done.wait()
        if self._error:
            raise self._error
        return self._result  # type: ignore[return-value]  # set before the event


@dataclass(frozen=True)
class _Started:
    worker: BaseProcess
    pipe: Connection


class _Seat(Generic[In, Out]):
    """One thread that keeps one worker process busy, and replaces it when it is gone."""

    def __init__(
        self,
        start: Callable[[], _Started],
        jobs: queue.SimpleQueue[_Job[In, Out] | None],
        closed: threading.Event,
        limit_s: float,
        memory_mb: int,
    ) -> None:
        self._start, self._jobs, self._closed = start, jobs, closed
        self._limit_s, self._memory_mb = limit_s, memory_mb
        self._at: _Started | None = None
        self._thread = threading.Thread(target=self._keep_busy, name="reportedly-workers", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if at := self._at:
            _kill(at)
        self._thread.join()

    def _keep_busy(self) -> None:
        sent: deque[_Job[In, Out]] = deque()  # what the worker holds, the one it works on first
        while not self._closed.is_set():
            if len(sent) < AHEAD:
                try:
                    job = self._jobs.get(block=not sent)
                except queue.Empty:
                    pass
                else:
                    if job and not job.given_up:
                        self._send(job, sent)
                    continue
            self._receive(sent)
        for unfinished in sent:
            unfinished.fail(WorkersFailed("these workers are closed"))
        self._let_go()

    def _send(self, job: _Job[In, Out], sent: deque[_Job[In, Out]]) -> None:
        try:
            packed = ForkingPickler.dumps(job.item)
        except Exception as why:  # noqa: BLE001  an item's own __reduce__ may raise anything; it costs that item alone
            job.give(Stopped(reason=Reason.UNREADABLE, detail=f"cannot be handed to a worker: {why}"))
            return
        try:
            self._hand_over(packed, to_idle=not sent)
        except WorkersFailed as why:
            job.fail(why)
        else:
            sent.append(job)

    def _hand_over(self, packed: memoryview, *, to_idle: bool) -> None:
        if self._at is None:
            self._at = self._start()
        try:
            self._at.pipe.send_bytes(packed)
        except OSError:
            # The worker is gone. One that died idle takes nobody with it; otherwise _receive sees it and sends again.
            if to_idle:
                self._let_go()
                self._at = self._start()
                self._at.pipe.send_bytes(packed)

    def _receive(self, sent: deque[_Job[In, Out]]) -> None:
        """Take the result of the item in front; when the worker is gone instead, lay that to the item."""
        if not sent or self._at is None:
            return
        pipe = self._at.pipe
        try:
            if not pipe.poll(self._limit_s + GRACE_S):
                _kill(self._at)
                self._lay_to_front(sent, Stopped(reason=Reason.TOO_SLOW, detail=f"took over {self._limit_s:g} s"))
                return
            result, retires = ForkingPickler.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            self._lay_to_front(sent, None)
            return
        sent.popleft().give(result)
        if retires:
            self._let_go()
            self._send_again(sent)

    def _lay_to_front(self, sent: deque[_Job[In, Out]], why: Stopped | None) -> None:
        code = self._let_go()
        if not self._closed.is_set():
            sent.popleft().give(why or _why_gone(code, limit_s=self._limit_s, memory_mb=self._memory_mb))
            self._send_again(sent)

    def _send_again(self, sent: deque[_Job[In, Out]]) -> None:
        again = list(sent)
        sent.clear()
        for job in again:
            self._send(job, sent)

    def _let_go(self) -> int | None:
        if self._at is None:
            return None
        at, self._at = self._at, None
        at.pipe.close()
        at.worker.join(GRACE_S)
        _kill(at)
        code = at.worker.exitcode
        at.worker.close()
        return code


def _why_gone(code: int | None, *, limit_s: float, memory_mb: int) -> Stopped:
    """What a worker's exit code says of the item it worked on."""
    if code == -signal.SIGALRM:
        return Stopped(reason=Reason.TOO_SLOW, detail=f"took over {limit_s:g} s")
    if code in (_OUT_OF_MEMORY, -signal.SIGKILL):
        return Stopped(reason=Reason.TOO_LARGE, detail=f"needed more than {memory_mb} MB of memory")
    if code is not None and code < 0:
        return Stopped(reason=Reason.UNREADABLE, detail=f"crashed its reader ({signal.Signals(-code).name})")
    return Stopped(reason=Reason.UNREADABLE, detail=f"ended its reader (exit code {code})")


_preloaded = ["reportedly.extract.workers"]


def _starter(make: Callable[[], Callable[[In], Out]], *, limit_s: float, memory_mb: int) -> Callable[[], _Started]:
    context = multiprocessing.get_context("forkserver")
    # What `make` needs is imported once, in the server that workers are forked from: a new one is there at once.
    module = getattr(make.func if isinstance(make, partial) else make, "__module__", "__main__")
    if module != "__main__" and module not in _preloaded:
        _preloaded.append(module)  # several pools share the one server; it loads what each of them needs
    context.set_forkserver_preload(_preloaded)
    return partial(_start, context, make, limit_s, memory_mb)


_starting = threading.Lock()


def _start(
    context: ForkServerContext, make: Callable[[], Callable[[In], Out]], limit_s: float, memory_mb: int
) -> _Started:
    """A worker process that has said it is ready. Raises WorkersFailed when it cannot be."""
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(theirs, make, limit_s, memory_mb), daemon=True)
    try:
        with _starting:
            worker.start()
    except Exception as why:
        ours.close()
        raise WorkersFailed(f"a worker process could not be started: {why}") from why
    finally:
        theirs.close()
    started = _Started(worker, ours)
    try:
        failed = ForkingPickler.loads(ours.recv_bytes()) if ours.poll(START_LIMIT_S) else "it took too long"
    except (EOFError, OSError):
        worker.join(GRACE_S)
        failed = f"it ended at once (exit code {worker.exitcode})"
    if failed:
        _kill(started)
        ours.close()
        worker.close()
        raise WorkersFailed(f"a worker process could not be made ready: {failed}")
    return started


def _kill(at: _Started) -> None:
    try:
        if at.worker.is_alive():
            at.worker.kill()
        at.worker.join()
    except ValueError:
        pass  # closed by its own thread in the meantime: it is gone


# --- the worker's side -----------------------------------------------------------------------------------------------

_OUT_OF_MEMORY = 77


def _work(pipe: Connection, make: Callable[[], Callable[[In], Out]], limit_s: float, memory_mb: int) -> None:
    """The life of a worker: make the function, then answer items until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's to answer; it closes the pipe
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, wherever it is, even inside a C function
    _bound(memory_mb)
    try:
        function = make()
    except Exception as why:  # noqa: BLE001  whatever it is, our parent shall say it
        pipe.send_bytes(ForkingPickler.dumps(f"{type(why).__name__}: {why}"))
        return
    pipe.send_bytes(ForkingPickler.dumps(""))
    gc.freeze()
    incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take_in, args=(pipe, incoming), daemon=True).start()
    done = 0
    while True:
        packed = incoming.get()
        signal.setitimer(signal.ITIMER_REAL, limit_s)
        answer = _answer(function, packed)
        signal.setitimer(signal.ITIMER_REAL, 0)
        done += 1
        retires = done % RETIRE_AFTER == 0 and _memory_held() > RETIRE_SHARE * (memory_mb << 20)
        try:
            pipe.send_bytes(ForkingPickler.dumps((answer, retires)))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except OSError:
            return  # nobody listens any more
        except Exception as why:  # noqa: BLE001  a result that cannot be pickled must cost its item alone
            unsent = Stopped(reason=Reason.UNREADABLE, detail=f"its result cannot be handed back: {why}")
            pipe.send_bytes(ForkingPickler.dumps((unsent, False)))


def _bound(memory_mb: int) -> None:
    """Cap the memory of this process; a crash leaves no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = memory_mb << 20 if allowed == resource.RLIM_INFINITY else min(memory_mb << 20, allowed)
    resource.setrlimit(resource.RLIMIT_AS, (most, allowed))


def _answer(function: Callable[[Any], Out], packed: bytes) -> Out | Stopped:
    try:
        return function(ForkingPickler.loads(packed))
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)  # what is left of the process cannot be trusted
    except Exception as why:  # noqa: BLE001  the promise of this module: a bad item costs itself alone
        return Stopped(reason=Reason.UNREADABLE, detail=f"{type(why).__name__}: {why}"[:300])


def _take_in(pipe: Connection, incoming: queue.SimpleQueue[bytes]) -> None:
    """Empty the pipe as it fills, so that neither side ever waits for the other to read.

    When it closes, we are given up or our parent is dead: what we work on is for nobody.
    """
    try:
        while True:
            incoming.put(pipe.recv_bytes())
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except (EOFError, OSError):
        os._exit(0)


def _memory_held() -> int:
    """Bytes of memory this process holds now."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
