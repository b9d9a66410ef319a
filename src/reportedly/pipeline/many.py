"""Many items read at once, by processes that each hold one reader.

Readings come in the order of the items, and only a few items for each process are ever taken in. An item without
a reading raises at its place; whoever asks for the next one goes on behind it. Closing ends every process.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from types import TracebackType

from reportedly.errors import NotRead, ReportedlyError, UsageError
from reportedly.extract.workers import Stopped, Workers, WorkersFailed
from reportedly.pipeline.reading import Readable, Subjects, read_one, vocabulary_of
from reportedly.tag import Vocabulary
from reportedly.trace import trace
from reportedly.values import Page, Reading, Report

LIMIT_S = 300.0  # for one item: far beyond any report, so that it only ever ends what would not end
MEMORY_MB = 4096  # address space of one process; the reader and the subjects of a new wire take a quarter

WhyNot = str  # why an item gave no reading, one clause for a person
Make = Callable[[], Callable[[Readable], Reading | WhyNot]]
GUARD = 'a script that reads in several processes does so under `if __name__ == "__main__":`, and stands in a file'


class Readings(Iterator[Reading]):
    """The readings of many items, one after another; for one thread.

    An item that cannot be read raises NotRead when its turn comes, and the next `next()` gives the one behind it.
    """

    def __init__(self, answers: Iterator[Reading | WhyNot], close: Callable[[], None]) -> None:
        self._answers = enumerate(answers, 1)
        self._close = close

    def __next__(self) -> Reading:
        number, answer = next(self._answers)
        if isinstance(answer, WhyNot):
            raise NotRead(number, answer)
        return answer

    def close(self) -> None:
        """End the processes; no more readings come. A second call does nothing."""
        self._close()

    def __enter__(self) -> Readings:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_many(items: Iterable[Readable], *, subjects: Subjects, processes: int | None) -> Readings:
    """The readings of the items; nothing is taken in and no process begun before the first is asked for.

    With one process, that is this one. Raises UsageError.
    """
    if isinstance(items, str | bytes | Page | Report):
        raise UsageError("read_many takes a list or other iterable of items; `read` takes one")
    if processes is not None and processes < 1:
        raise UsageError(f"{processes} processes cannot read; give 1 or more")
    # A vocabulary is built again from its subjects in each process; None stays None, so that each loads its own.
    make = partial(make_read, None if subjects is None else vocabulary_of(subjects))
    count = processes or _cores()
    answers = _read_here(items, make) if count == 1 else _read_in_processes(items, make, count)
    return Readings(answers, answers.close)


def make_read(vocabulary: Vocabulary | None) -> Callable[[Readable], Reading | WhyNot]:
    """The reading of one item, ready for any process: loads the reader and the vocabulary there, once."""
    trace("")
    return partial(_read_or_say_why, vocabulary_of(vocabulary))


def _read_here(items: Iterable[Readable], make: Make) -> Generator[Reading | WhyNot, None, None]:
    read = make()
    for item in items:
        yield read(item)


def _read_in_processes(items: Iterable[Readable], make: Make, count: int) -> Generator[Reading | WhyNot, None, None]:
    broken: list[Exception] = []
    with Workers(make, count=count, limit_s=LIMIT_S, memory_mb=MEMORY_MB) as workers:
        atexit.register(workers.close)  # for whoever ends the program amid the readings
        try:
            for _, answer in workers.run(_until_broken(items, broken)):
                yield str(answer) if isinstance(answer, Stopped) else answer
        except WorkersFailed as why:
            why.add_note(GUARD)
            raise
        finally:
            atexit.unregister(workers.close)
    if broken:
        raise broken[0]


def _until_broken(items: Iterable[Readable], broken: list[Exception]) -> Iterator[Readable]:
    """The items; what their iterable raises is put by, so that those taken in before it are still read."""
    try:
        yield from items
    except Exception as why:  # noqa: BLE001  raised again at its place, whatever it is
        broken.append(why)


def _read_or_say_why(vocabulary: Vocabulary, item: Readable) -> Reading | WhyNot:
    try:
        return read_one(item, vocabulary)
    except ReportedlyError as why:
        return str(why)


def _cores() -> int:
    """The cores this process may use; 1 inside a process that may have no children."""
    if multiprocessing.current_process().daemon:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
