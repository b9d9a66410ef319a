"""`reportedly read`: one clear answer or one clear sentence."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import reportedly
from reportedly.cli.main import main
from reportedly.cli.read import FEW_LINES, BadLine, read_lines
from reportedly.tag import Vocabulary
from reportedly.values import Subject, SubjectType

SENTENCE = "The port had reopened, SANA reported, citing the ministry."
BAD = {
    "missing": None,
    "empty": b"",
    "blank": b" \n \n",
    "latin-1": "Le café a rouvert, a dit Ana.".encode("latin-1"),
    "binary": b"\x00\x01\x02 said",
    "page.html": b"<html><body></body></html>",
}


@pytest.fixture(autouse=True)
def _few_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vocabulary of one, so that no test waits for the seeded one."""
    few = Vocabulary([Subject(id=1, label="Elin Harbour Board", type=SubjectType.BODY, weight=0.6)])
    monkeypatch.setattr(reportedly, "default_subjects", lambda: few)


@pytest.fixture
def report(tmp_path: Path) -> str:
    file = tmp_path / "report.txt"
    file.write_text(f"Port reopens\n{SENTENCE}\n", encoding="utf-8")
    return str(file)


def test_text_form_is_a_line_a_chain(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", report]) == 0
    assert capsys.readouterr().out == 'SANA ← the ministry: "The port had reopened"\n'


def test_json_form_is_the_whole_reading_on_one_line(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--format", "json", report]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line) == reportedly.read(f"Port reopens\n{SENTENCE}").to_dict()


def test_html_form_is_a_page(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--format", "html", report]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")


def test_stdin_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SENTENCE.encode())))
    assert main(["read", "-"]) == 0
    assert capsys.readouterr().out == 'SANA ← the ministry: "The port had reopened"\n'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.txt"
    file.write_text(SENTENCE, encoding=encoding)
    assert main(["read", str(file)]) == 0
    assert capsys.readouterr().out.startswith("SANA ←")


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_naming_the_file_and_exit_code_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, body = tmp_path / name, BAD[name]
    if body is not None:
        file.write_bytes(body)
    assert main(["read", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"reportedly: {file}")
    assert err.count("\n") == 1


def test_a_folder_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"reportedly: {tmp_path}: is a directory; name the files in it\n"


def test_an_address_inside_the_network_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "http://127.0.0.1:9/report"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "127.0.0.1" in err
    assert "not a public address" in err


def test_of_several_inputs_the_good_are_read_and_the_bad_named(
    report: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing")
    assert main(["read", report, missing]) == 1
    out, err = capsys.readouterr()
    assert "SANA ← the ministry" in out
    assert err == f"reportedly: {missing}: there is no such file\n"
    assert main(["read", missing, str(tmp_path)]) == 2


def test_nothing_to_read_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read"]) == 2
    assert "nothing to read" in capsys.readouterr().err
    assert main(["read", "--jsonl", "-", "report.txt"]) == 2


def test_bulk_gives_every_line_back_with_its_reading(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"doc_id": "x", "text": SENTENCE, "outlet": "gull"},
        {"doc_id": 2, "title": "Elin Harbour Board", "text": "It rained."},
    ]
    source.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    assert main(["read", "--jsonl", str(source), "--out", str(target)]) == 0
    first, second = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    assert first == {**rows[0], **reportedly.read(SENTENCE).to_dict()}
    assert (second["doc_id"], second["text"]) == (2, "Elin Harbour Board\nIt rained.")
    assert [tag["subject"] for tag in second["subjects"]] == ["Elin Harbour Board"]


def test_bulk_does_not_mark_what_is_laid_to_the_outlet_itself(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    row = {"doc_id": 1, "text": 'Ana Ruiz told the Gull: "The port is open."'}
    source.write_text(f"{json.dumps(row)}\n{json.dumps({**row, 'outlet': 'The Gull'})}\n", encoding="utf-8")
    assert main(["read", "--jsonl", str(source), "--out", str(target)]) == 0
    told, own = (json.loads(line)["chains"] for line in target.read_text(encoding="utf-8").splitlines())
    assert [chain["speakers"] for chain in told] == [["Gull", "Ana Ruiz"]]
    assert [chain["speakers"] for chain in own] == [["Ana Ruiz"]]


def test_bad_lines_are_set_aside_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    good = json.dumps({"doc_id": "x", "text": "\ud83d half, said Ana Ruiz."}).encode()
    source.write_bytes(
        b"\n".join(
            [
                b"{",
                b"[]",
                b'{"doc_id": 1}',
                b'{"text": "a"}',
                b"\xff",
                b'{"doc_id":1,"text":"a","title":3}',
                b'{"doc_id":1,"text":"a","outlet":3}',
                good,
            ]
        )
    )
    assert main(["read", "--jsonl", str(source)]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["doc_id"] for line in out.splitlines()] == ["x"]
    assert err.splitlines() == [
        f"{source}:1: not JSON",
        f"{source}:2: not a JSON object",
        f'{source}:3: no "text"',
        f'{source}:4: no "doc_id"',
        f"{source}:5: not UTF-8",
        f'{source}:6: "title" is no text',
        f'{source}:7: "outlet" is no text',
        "7 lines set aside",
    ]


def test_where_no_line_could_be_read_the_exit_code_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("{\n\n[]\n", encoding="utf-8")
    assert main(["read", "--jsonl", str(source)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == (
        "",
        [f"{source}:1: not JSON", f"{source}:3: not a JSON object", "2 lines set aside"],
    )


def test_a_text_that_looks_like_html_is_read_as_the_text_it_is(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    texts = [f"<p>{SENTENCE}</p>", "", "\n\n", f"\n{SENTENCE}\r\nBehind.\u2028More.\n"]
    source.write_text("\n".join(json.dumps({"doc_id": n, "text": text}) for n, text in enumerate(texts)), "utf-8")
    assert main(["read", "--jsonl", str(source), "--out", str(target)]) == 0
    assert [json.loads(line)["text"] for line in target.read_text(encoding="utf-8").split("\n")[:-1]] == texts


def test_many_lines_come_back_in_their_order_whatever_stands_between(tmp_path: Path) -> None:
    lines = [
        b"{"
        if n % 7 == 3
        else b""
        if n % 7 == 5
        else json.dumps({"doc_id": n, "text": f"{n} ships, Ana Ruiz said."}).encode()
        for n in range(FEW_LINES * 2)
    ]
    answers = list(read_lines(lines, readers=2))
    said = [answer.number - 1 if isinstance(answer, BadLine) else answer["doc_id"] for answer in answers]
    assert said == [n for n in range(FEW_LINES * 2) if n % 7 != 5]
    assert {n for n, answer in zip(said, answers, strict=True) if isinstance(answer, BadLine)} == {
        n for n in said if n % 7 == 3
    }


def test_an_endless_input_of_nothing_good_is_taken_in_a_few_lines_at_a_time() -> None:
    taken: list[int] = []

    def lines() -> Iterator[bytes]:
        while True:
            taken.append(len(taken))
            yield b"{"

    answers = read_lines(lines(), readers=1)
    assert [next(answers), next(answers)] == [BadLine(1, "not JSON"), BadLine(2, "not JSON")]
    assert len(taken) <= FEW_LINES + 2
    answers.close()


def test_readers_go_with_many_reports_alone(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", report, "--readers", "2"]) == 2
    assert capsys.readouterr().err == "reportedly: --readers goes with --jsonl; one report is read by one process\n"


def test_the_answers_never_overwrite_what_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"doc_id": 1, "text": "a"}\n', encoding="utf-8")
    assert main(["read", "--jsonl", str(source), "--out", str(source)]) == 2
    assert source.read_text(encoding="utf-8") == '{"doc_id": 1, "text": "a"}\n'
    assert "is the file that is read" in capsys.readouterr().err
