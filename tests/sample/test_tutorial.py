"""The tutorial can be followed: what it says is typed and seen is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from reportedly.cli.main import cli
from reportedly.sample.loading import load_sample

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial" / "first-wire.md").read_text(encoding="utf-8")
RUNS = re.findall(r"```console\n\$ (.+?)\n(.+?)```", TUTORIAL, re.S)


@pytest.mark.parametrize(("line", "shown"), RUNS)
def test_a_command_shows_what_the_page_says(line: str, shown: str) -> None:
    echo, text, pipe, program, *arguments = shlex.split(line)
    assert (echo, pipe, program) == ("echo", "|", ".venv/bin/reportedly")
    told = CliRunner().invoke(cli, arguments, input=text + "\n")
    assert (told.exit_code, told.output) == (0, shown)


def test_the_page_has_commands_to_follow() -> None:
    assert len(RUNS) == 2
    assert "```sh\nmake demo\n```" in TUTORIAL


def test_every_headline_it_names_is_in_the_sample() -> None:
    titles = {report.versions[0].title for report in load_sample().reports}
    named = [" ".join(bold.split()) for bold in re.findall(r"\*\*(.+?)\*\*", TUTORIAL, re.S)]
    furniture = {"The whole story", "How we know", "Where it comes from", "Subjects", "Yazid Qorran"}
    assert set(named) - furniture <= titles
    assert len(set(named) & titles) == 3
