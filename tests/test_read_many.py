"""Many are read as one is, in their order, by processes that end when they are let go."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import reportedly
from reportedly.extract.workers import WINDOW
from reportedly.values import Page, Report, Subject, SubjectType

SENTENCE = "The port had reopened, SANA reported, citing the ministry."
HTML = (
    "<!doctype html><html><head><title>Port reopens</title></head><body><article><h1>Port reopens after nine days</h1>"
    f"<p>{SENTENCE} It had been closed for nine days by ice that no ship could pass, and food ran short on the island.</p>"
    "</article></body></html>"
)
BOARD = Subject(id=7, label="Elin Harbour Board", type=SubjectType.BODY, weight=0.6)
EVERY_KIND: list[str | bytes | Page | Report] = [
    "",
    SENTENCE,
    "half a pair \ud800, Ana Ruiz said.",
    HTML,
    HTML.encode(),
    Page(url="https://courier.example/port", body=HTML.encode(), fetched=datetime(2025, 5, 1, tzinfo=UTC)),
    Report(url="", title="Elin Harbour Board closes", paragraphs=("The Elin Harbour Board is closed, a clerk said.",)),
]
REFUSED: list[tuple[Any, str]] = [
    ("<p></p>", r"item 2: this page holds no report that can be read \(.+\)"),
    (b"", r"item 2: this page holds no report that can be read \(.+\)"),
    (5, "item 2: int cannot be read; give a text, HTML, a Page or a Report"),
    (None, "item 2: NoneType cannot be read; give a text, HTML, a Page or a Report"),
]


def ours() -> set[int | None]:
    return {child.pid for child in multiprocessing.active_children()}


@pytest.mark.parametrize("processes", [1, 2])
def test_each_reads_as_by_itself_and_in_its_place(processes: int) -> None:
    alone = [reportedly.read(item, subjects=[BOARD]) for item in EVERY_KIND]
    assert list(reportedly.read_many(EVERY_KIND, subjects=[BOARD], processes=processes)) == alone
    assert [tag.label for tag in alone[-1].subjects] == ["Elin Harbour Board"]


def test_every_core_given_to_us_reads_when_no_number_is_said() -> None:
    texts = [f"Ana Ruiz said {number} ships had come." for number in range(20)]
    assert [reading.text for reading in reportedly.read_many(iter(texts), subjects=())] == texts


@pytest.mark.parametrize("processes", [1, 2])
def test_nothing_in_nothing_out(processes: int) -> None:
    assert list(reportedly.read_many([], subjects=(), processes=processes)) == []


def test_what_read_refuses_is_raised_at_its_place_by_its_number_and_the_next_follows() -> None:
    for processes in (1, 2):
        items = [SENTENCE, "", *(item for item, _ in REFUSED), SENTENCE]
        with reportedly.read_many(items, subjects=(), processes=processes) as readings:
            assert [next(readings).text, next(readings).text] == [SENTENCE, ""]
            for number, (_, says) in enumerate(REFUSED, 3):
                with pytest.raises(reportedly.NotRead, match=says.replace("item 2", f"item {number}")) as raised:
                    next(readings)
                assert raised.value.number == number
            assert [reading.text for reading in readings] == [SENTENCE]


def test_what_cannot_be_handed_to_a_process_costs_itself_alone() -> None:
    items: list[Any] = [SENTENCE, lambda: None, SENTENCE]
    with reportedly.read_many(items, subjects=(), processes=2) as readings:
        assert next(readings).text == SENTENCE
        with pytest.raises(reportedly.NotRead, match="item 2: unreadable: cannot be handed to a worker"):
            next(readings)
        assert [reading.text for reading in readings] == [SENTENCE]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_the_iterable_comes_after_the_readings_before_it(processes: int) -> None:
    def items() -> Iterator[str]:
        yield SENTENCE
        yield ""
        raise OSError("the archive ends here")

    with reportedly.read_many(items(), subjects=(), processes=processes) as readings:
        assert [next(readings).text, next(readings).text] == [SENTENCE, ""]
        with pytest.raises(OSError, match="the archive ends here"):
            next(readings)
        assert list(readings) == []


def test_an_endless_stream_is_taken_in_a_few_at_a_time_and_nothing_before_it_is_asked_for() -> None:
    taken: list[int] = []

    def items() -> Iterator[str]:
        while True:
            taken.append(len(taken))
            yield SENTENCE

    before = ours()
    readings = reportedly.read_many(items(), subjects=(), processes=2)
    assert (taken, ours()) == ([], before)
    for _ in range(3):
        next(readings)
    assert len(taken) <= 2 + 2 * WINDOW
    assert len(ours() - before) == 2
    readings.close()
    readings.close()
    assert ours() <= before
    assert list(readings) == []


def test_leaving_a_loop_early_ends_the_processes() -> None:
    before = ours()
    for reading in reportedly.read_many([SENTENCE] * 50, subjects=(), processes=2):
        assert reading.text == SENTENCE
        break
    assert ours() <= before


def test_one_process_is_this_one() -> None:
    before = ours()
    readings = reportedly.read_many([SENTENCE] * 3, subjects=(), processes=1)
    assert next(readings).text == SENTENCE
    assert ours() == before


@pytest.mark.parametrize(
    ("items", "processes", "says"),
    [
        (SENTENCE, 1, "read_many takes a list or other iterable of items; `read` takes one"),
        (HTML.encode(), None, "read_many takes a list or other iterable of items; `read` takes one"),
        ([SENTENCE], 0, "0 processes cannot read; give 1 or more"),
    ],
)
def test_wrong_use_is_said_at_once(items: Any, processes: int | None, says: str) -> None:
    with pytest.raises(reportedly.UsageError, match=says):
        reportedly.read_many(items, subjects=(), processes=processes)


USE = "for reading in reportedly.read_many(['Who said so?'] * 3, subjects=(), processes=2): print(reading.text)"


def run(script: Path, code: str) -> subprocess.CompletedProcess[str]:
    script.write_text(code, encoding="utf-8")
    return subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)


def test_a_script_reads_under_its_guard_and_one_without_is_told(tmp_path: Path) -> None:
    guarded = run(tmp_path / "guarded.py", f"import reportedly\nif __name__ == '__main__':\n    {USE}\n")
    assert (guarded.returncode, guarded.stdout, guarded.stderr) == (0, "Who said so?\n" * 3, "")
    bare = run(tmp_path / "bare.py", f"import reportedly\n{USE}\n")
    assert (bare.returncode, bare.stdout) == (1, "")
    assert 'under `if __name__ == "__main__":`' in bare.stderr


def test_a_program_that_ends_amid_the_readings_ends(tmp_path: Path) -> None:
    code = (
        "import reportedly\nif __name__ == '__main__':\n"
        "    readings = reportedly.read_many(['Who said so?'] * 99, subjects=(), processes=2)\n"
        "    print(next(readings).text)\n"
    )
    ended = run(tmp_path / "ends.py", code)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Who said so?\n", "")
