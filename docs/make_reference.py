"""Write the reference pages that are made from the code itself: commands and settings.

    python docs/make_reference.py [FOLDER]

A test fails when the pages are not what this writes, so they cannot lie.
"""

from __future__ import annotations

import dataclasses
import inspect
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import click

from reportedly.cli.config import Settings
from reportedly.cli.main import cli

REFERENCE = Path(__file__).parent / "reference"

COMMANDS_HEAD = """# Commands

<!-- Made by docs/make_reference.py from the commands themselves; change those, then run it. -->

`reportedly COMMAND --help` prints the same. Exit codes: 0 done, 1 some items were set aside (it says which), 2 wrong
use. Machine output goes to stdout, talk and progress to stderr.
"""

SETTINGS_HEAD = """# Settings

<!-- Made by docs/make_reference.py from reportedly.cli.config; change that, then run it. -->

A setting stands in `reportedly.toml` in the data folder, or in the environment as `REPORTEDLY_` and its name in
capitals, which wins; a command's own option wins over both. Lists are separated by commas in the environment. The data
folder itself comes from `--data` or `REPORTEDLY_DATA`.

| setting | default | what it does |
|---|---|---|
"""


def commands_page() -> str:
    """Every command's help, groups' subcommands included."""
    return COMMANDS_HEAD + "".join(_sections(cli, "reportedly", None))


def settings_page() -> str:
    """Every setting with its default and the comment that stands behind it in the code."""
    comments = _comments_by_field()
    rows = []
    for field in dataclasses.fields(Settings):
        if field.name == "data":
            continue
        kind = get_type_hints(Settings)[field.name]
        default = field.default
        shown = ", ".join(map(str, default)) if isinstance(default, tuple) else default  # type: ignore[arg-type]
        shown = str(shown).lower() if kind is bool else shown
        rows.append(f"| `{field.name}` | {f'`{shown}`' if shown != '' else 'none'} | {comments[field.name]} |\n")
    return SETTINGS_HEAD + "".join(rows)


def _sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100, max_content_width=100)
    context.help_option_names = ["-h", "--help"]
    path = context.command_path
    yield f"\n## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            if (found := command.get_command(context, sub)) is not None:
                yield from _sections(found, sub, context)


def _comments_by_field() -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for token in tokenize.generate_tokens(io.StringIO(inspect.getsource(Settings)).readline):
        if token.type == tokenize.NAME and token.start[1] == 4:
            name = token.string
        elif token.type == tokenize.COMMENT:
            found[name] = token.string.lstrip("# ")
    return found


def main(folder: Path = REFERENCE) -> None:
    """Write both pages into the folder."""
    (folder / "commands.md").write_text(commands_page(), encoding="utf-8")
    (folder / "settings.md").write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
