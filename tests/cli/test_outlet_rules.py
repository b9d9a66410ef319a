"""The rules folder: what stands in it is in force, and a broken file costs itself alone."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from reportedly.cli import outlet_rules
from reportedly.cli.outlet_rules import RulesFolder
from reportedly.extract.rules import NO_RULES
from wires import REPORTEDLY, environ, run

TEXT = "The ferry was late again on Monday, the harbour master said. " * 8


def a_rule(outlet: str = "Courier", *, host: str = "courier.example", title: str = "h2") -> str:
    return f'outlet = "{outlet}"\nhosts = ["{host}"]\nsince = 2024-01-01\ntitle = "{title}"\n'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    return tmp_path


def put(data: Path, **files: str) -> None:
    for name, text in files.items():
        (data / "rules" / f"{name}.toml").write_text(text, "utf-8")


def titles(folder: RulesFolder) -> dict[str, str]:
    """The outlets with a rule in force, and the selector of the title in each."""
    return {rule.outlet: rule.title[0] for rule in folder.rules.rules}


def test_a_rule_that_is_added_changed_or_removed_is_so_at_the_next_look(data: Path) -> None:
    folder = RulesFolder(data)
    assert (folder.rules, folder.troubles) == (NO_RULES, ())
    put(data, a=a_rule())
    assert (folder.look(), titles(folder)) == ((), {"Courier": "h2"})
    put(data, a=a_rule(title="h3"), b=a_rule("Gull", host="gull.example"))
    assert (folder.look(), titles(folder)) == ((), {"Courier": "h3", "Gull": "h2"})
    (data / "rules" / "a.toml").unlink()
    assert (folder.look(), titles(folder)) == ((), {"Gull": "h2"})
    (data / "rules" / "b.toml").rename(data / "rules" / "b.toml.off")
    assert (folder.look(), folder.rules) == ((), NO_RULES)


def test_no_file_is_read_again_as_long_as_its_times_stand(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain = outlet_rules.load_outlet_rule

    def noted(file: Path) -> object:
        read.append(file.name)
        return plain(file)

    monkeypatch.setattr(outlet_rules, "load_outlet_rule", noted)
    put(data, a=a_rule(), b=a_rule("Gull", host="gull.example"), c="broken")
    folder = RulesFolder(data)
    assert read == ["a.toml", "b.toml", "c.toml"]
    for _ in range(3):
        folder.look()
    assert len(read) == 3
    put(data, b=a_rule("Gull", host="gull.example", title="h3"))
    folder.look()
    assert read[3:] == ["b.toml"]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"", "has no outlet, whose rule it is"),
        (b"outlet = ", "is no TOML (Invalid value (at end of document))"),
        (b"outlet = '\xff'", "is not in UTF-8"),
        (b"x = " + b"[" * 9_000, "is no rule: it nests too deep"),
        (b"#" * 2_000_000, "a rule of more than 20,000 characters is none"),
    ],
)
def test_a_file_that_became_broken_leaves_its_last_good_rule_and_is_told_once(
    data: Path, broken: bytes, why: str
) -> None:
    put(data, a=a_rule(), b=a_rule("Gull", host="gull.example"))
    folder = RulesFolder(data)
    (data / "rules" / "a.toml").write_bytes(broken)
    put(data, b=a_rule("Gull", host="gull.example", title="h3"))
    trouble = f"{data}/rules/a.toml: {why} (its last good rule stays in force)"
    assert (folder.look(), titles(folder)) == ((trouble,), {"Courier": "h2", "Gull": "h3"})
    assert (folder.look(), folder.troubles) == ((), (trouble,))
    put(data, a=a_rule(title="h4"))
    assert (folder.look(), folder.troubles, titles(folder)) == ((), (), {"Courier": "h4", "Gull": "h3"})
    (data / "rules" / "a.toml").write_bytes(broken)
    folder.look()
    (data / "rules" / "a.toml").unlink()
    assert (folder.look(), folder.troubles, titles(folder)) == ((), (), {"Gull": "h3"})


def test_a_file_that_was_never_good_has_no_rule_and_stops_nothing(data: Path) -> None:
    put(data, a="broken", b=a_rule())
    (data / "rules" / "c.toml").mkdir()
    (data / "rules" / "d.toml").symlink_to(data / "nowhere")
    folder = RulesFolder(data)
    assert titles(folder) == {"Courier": "h2"}
    assert [trouble.partition("/rules/")[2] for trouble in folder.troubles] == [
        "a.toml: is no TOML (Expected '=' after a key in a key/value pair (at end of document))",
        "c.toml: is a directory",
        "d.toml: no such file or directory",
    ]


def test_of_two_rules_for_one_host_and_day_the_one_in_force_stays(data: Path) -> None:
    put(data, b=a_rule("Gull", host="gull.example"))
    folder = RulesFolder(data)
    put(data, a=a_rule("Other", host="gull.example"))
    [trouble] = folder.look()
    assert trouble == (f"{data}/rules/a.toml: gull.example has a rule since 2024-01-01 already, in {data}/rules/b.toml")
    put(data, c=a_rule())
    assert (folder.look(), titles(folder)) == ((), {"Gull": "h2", "Courier": "h2"})
    (data / "rules" / "b.toml").unlink()
    assert (folder.look(), folder.troubles, titles(folder)) == ((), (), {"Other": "h2", "Courier": "h2"})


def test_two_files_may_swap_their_hosts(data: Path) -> None:
    put(data, a=a_rule("A", host="x.example"), b=a_rule("B", host="y.example"))
    folder = RulesFolder(data)
    put(data, a=a_rule("A", host="y.example"), b=a_rule("B", host="x.example"))
    assert folder.look() == ()
    assert [rule.hosts for rule in folder.rules.rules] == [("y.example",), ("x.example",)]


def test_a_folder_that_cannot_be_looked_at_changes_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(data, a=a_rule())
    folder = RulesFolder(data)

    def refused(_: Path) -> object:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as while_refused:
        while_refused.setattr(outlet_rules.os, "scandir", refused)
        assert folder.look() == (f"{data}/rules: permission denied",)
        assert (folder.look(), titles(folder)) == ((), {"Courier": "h2"})
    assert (folder.look(), folder.troubles) == ((), ())


# --- the wire --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_running_wire_reads_by_a_rule_that_was_added_and_keeps_it_when_it_breaks(data: Path, tmp_path: Path) -> None:
    saved, number = tmp_path / "saved", 0
    saved.mkdir()
    with (tmp_path / "log").open("w+") as log:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        serving = subprocess.Popen([*REPORTEDLY, "serve", "--port", port], env=environ(data), stderr=log)
        try:

            def title_of_the_next_page() -> str:
                nonlocal number
                number += 1
                page, out = saved / f"{number}.html", tmp_path / "out.jsonl"
                page.write_text(
                    f'<html><head><link rel="canonical" href="https://courier.example/{number}"></head><body><article>'
                    f"<h1>Ferry {number}</h1><h2>By the rule</h2><p>{TEXT} {number}</p></article></body></html>"
                )
                assert run(data, "import", page).returncode == 0
                assert run(data, "export", "--format", "jsonl", "--out", out).returncode == 0
                reports = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
                return str(next(one["title"] for one in reports if one["url"].endswith(f"/{number}")))

            def until(title: str) -> None:
                ends = time.monotonic() + 90
                while title_of_the_next_page() != (title or f"Ferry {number}"):
                    assert time.monotonic() < ends

            def said() -> list[str]:
                return [line for line in Path(log.name).read_text("utf-8").splitlines() if "rule" in line]

            ends = time.monotonic() + 120
            while "The wire is at" not in Path(log.name).read_text("utf-8"):
                assert time.monotonic() < ends
                assert serving.poll() is None
            assert title_of_the_next_page() == "Ferry 1"
            put(data, courier=a_rule())
            until("By the rule")
            put(data, courier="broken")
            while not said():
                assert time.monotonic() < ends + 120
            assert title_of_the_next_page() == "By the rule"
            assert title_of_the_next_page() == "By the rule"
            [line] = said()
            assert line.startswith(f"rule not in force: {data}/rules/courier.toml: is no TOML (")
            assert line.endswith(" (its last good rule stays in force)")
            examined = run(data, "doctor")
            assert examined.returncode == 1
            [line] = [line for line in examined.stdout.splitlines() if line.startswith("✗")]
            assert line.startswith(f"✗ outlet rules: {data}/rules/courier.toml: is no TOML (")
            assert line.endswith("; the server at work keeps the last good one it saw")
            (data / "rules" / "courier.toml").unlink()
            until("")
            assert run(data, "doctor").returncode == 0
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(60)
