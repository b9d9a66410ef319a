"""`reportedly stories`: lines in, lines out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from reportedly.cli.main import main

ICE = "The harbour of Port Elin reopened on Friday after nine days of ice, the harbour master Ana Ruiz said in Skarn."


def a_line(id: object, *, title: str = "Ice", text: str = ICE, published: object = "2026-11-20T12:00:00Z") -> str:
    return json.dumps({"id": id, "outlet": "gull-post", "published": published, "title": title, "text": text})


def answers(path: Path) -> list[dict[str, Any]]:
    body = path.read_bytes()
    return [json.loads(line) for line in (gzip.decompress(body) if path.suffix == ".gz" else body).splitlines()]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_every_report_is_answered_in_its_place(tmp_path: Path, suffix: str) -> None:
    source, out = tmp_path / f"in.jsonl{suffix}", tmp_path / f"out.jsonl{suffix}"
    lines = "\n".join(
        [a_line("a"), a_line(7), a_line("c", title="Vote", text="Members voted 61 to 44.", published=None)]
    )
    source.write_bytes(gzip.compress(lines.encode()) if suffix else lines.encode())
    assert main(["stories", "--jsonl", str(source), "--out", str(out)]) == 0
    assert answers(out) == [
        {"id": "a", "story_id": "a", "origin_id": "a"},
        {"id": 7, "story_id": "a", "origin_id": "a"},
        {"id": "c", "story_id": "c", "origin_id": "c"},
    ]


def test_bad_lines_are_named_and_the_others_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    bad = ["{", "[]", '{"title": "no id"}', a_line("a", published="Friday"), a_line("b", text=5)]  # type: ignore[arg-type]
    source.write_bytes("\n".join([*bad, "", a_line("c"), a_line("c")]).encode() + b'\n{"id": "\xff"}\n')
    assert main(["stories", "--jsonl", str(source), "--out", "-"]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["c"]
    assert err.splitlines() == [
        f"{source}:1: not JSON",
        f"{source}:2: not a JSON object",
        f'{source}:3: no "id"',
        f"{source}:4: \"published\" is no ISO 8601 time: 'Friday'",
        f'{source}:5: "text" is no text',
        f"{source}:8: the id 'c' stands on an earlier line",
        f"{source}:9: not UTF-8",
        "7 lines set aside",
    ]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(gzip.compress(a_line("a").encode())[:20]), "cannot be unpacked"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Any, why: str
) -> None:
    source = tmp_path / "in.jsonl"
    make(source)
    assert main(["stories", "--jsonl", str(source), "--out", str(tmp_path / "out")]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"reportedly: {source}: ")
    assert why in sentence
