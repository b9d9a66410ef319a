"""`reportedly extract`: files to lines, with an exit code that says how it went."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from extract.pages import ARTICLE, TEXT, a_page
from reportedly.cli.main import main

DATED = '<html lang="en"><script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry","datePublished":"2024-05-01T23:30:00-05:00","author":{"name":"Ada Thorne"}}</script>'
PAGE = f"{DATED}<h1>Ferry</h1>{ARTICLE}".encode()
LINE = {
    "title": "Ferry",
    "author": "Ada Thorne",
    "date": "2024-05-01",  # the outlet's own day, though it was the 2nd in UTC
    "date_from": "json-ld",
    "articleBody": "\n".join(TEXT),
    "language": "en",
}


def lines(text: str) -> list[object]:
    return [json.loads(line) for line in text.splitlines()]


def test_files_and_folders_become_lines_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "saved"
    (folder / "deep").mkdir(parents=True)
    (folder / "b.html").write_bytes(PAGE)
    (folder / "deep" / "c.html.gz").write_bytes(gzip.compress(PAGE))
    (folder / "notes.txt").write_text("not a page")
    first = tmp_path / "a.html"
    first.write_bytes(PAGE)
    out = tmp_path / "out.jsonl"
    assert main(["extract", str(first), str(folder), "--jsonl", str(out)]) == 0
    assert lines(out.read_text("utf-8")) == [{"page_id": name, **LINE} for name in ("a", "b", "c")]
    assert capsys.readouterr() == ("", "")


def test_a_dash_is_stdout_and_what_is_set_aside_is_named_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b.html").write_bytes(b"")
    (tmp_path / "c.html.gz").write_bytes(gzip.compress(PAGE)[:40])
    assert main(["extract", str(tmp_path), "--jsonl", "-", "--readers", "1"]) == 1
    said = capsys.readouterr()
    assert lines(said.out) == [{"page_id": "a", **LINE}]
    assert f"{tmp_path / 'b.html'}: empty: the page has no content" in said.err
    assert f"{tmp_path / 'c.html.gz'}: unreadable: its gzip is damaged" in said.err
    assert "2 of 3 files set aside." in said.err


def test_a_path_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["extract", str(tmp_path / "no.html"), "--jsonl", str(out)]) == 2
    assert capsys.readouterr().err == f"reportedly: {tmp_path / 'no.html'}: there is no such file\n"
    assert not out.exists()


def test_a_folder_without_pages_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(tmp_path), "--jsonl", "-"]) == 2
    assert capsys.readouterr().err == f"reportedly: no HTML files in {tmp_path}\n"


def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    assert main(["extract", str(tmp_path / "a.html"), "--jsonl", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"reportedly: {tmp_path}: Is a directory\n"


def test_a_file_of_any_name_is_read_when_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "saved page"
    file.write_bytes(a_page().body)
    assert main(["extract", str(file), "--jsonl", "-"]) == 0
    (line,) = lines(capsys.readouterr().out)
    assert isinstance(line, dict)
    assert (line["page_id"], line["title"], line["date"]) == ("saved page", "Ferry to Sool sails again", None)
