"""The command `reportedly`: finds the command asked for, and turns errors into one sentence and an exit code.

Exit codes: 0 done, 1 some items set aside (said which), 2 wrong use. Machine output goes to stdout, talk to stderr.
"""

from __future__ import annotations

import errno
import importlib
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib.metadata import version

import click

from reportedly.errors import ReportedlyError

DONE, SOME_SET_ASIDE, WRONG_USE = 0, 1, 2

# Each command lives in a module of its own and is imported when it is asked for, so that `read` never loads Django.
COMMANDS = {
    "demo": "reportedly.cli.demo:demo",
    "serve": "reportedly.cli.serve:serve",
    "read": "reportedly.cli.read:read",
    "extract": "reportedly.cli.extract:extract",
    "stories": "reportedly.cli.stories:stories",
    "import": "reportedly.cli.importing:import_",
    "export": "reportedly.cli.exporting:export",
    "outlets": "reportedly.cli.outlets:outlets",
    "subjects": "reportedly.cli.subjects:subjects",
    "index": "reportedly.cli.index:index",
    "backup": "reportedly.cli.backup:backup",
    "restore": "reportedly.cli.backup:restore",
    "doctor": "reportedly.cli.doctor:doctor",
}


class Commands(click.Group):
    """The group of our commands, each imported only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data", metavar="DIR", envvar="REPORTEDLY_DATA", help="The data folder. [default: ./reportedly-data]")
@click.version_option(version("reportedly"), prog_name="reportedly")
def cli(data: str | None) -> None:
    """A news wire that shows who says so.

    \b
    Try it:
      reportedly demo                 a sample wire in your browser
      reportedly read report.html     who says what, through whom
      reportedly serve                your own wire
    """
    if data:
        os.environ["REPORTEDLY_DATA"] = data


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        code = cli.main(
            args=list(sys.argv[1:] if arguments is None else arguments), prog_name="reportedly", standalone_mode=False
        )
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return WRONG_USE
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain again while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except _expected() as wrong:
        click.echo(f"reportedly: {_sentence(wrong)}", err=True)
        return WRONG_USE
    return code if isinstance(code, int) else DONE


def _expected() -> tuple[type[Exception], ...]:
    """What a person is told in a sentence; anything else is our mistake, and shows itself."""
    django = sys.modules.get("django.db")  # turns SQLite's errors into its own, where a command loaded it
    return (ReportedlyError, OSError, sqlite3.Error, *((django.Error,) if django else ()))


def _sentence(wrong: Exception) -> str:
    if (isinstance(wrong, OSError) and wrong.errno == errno.ENOSPC) or "disk is full" in str(wrong):
        return "the disk is full; make room and run the same command again. What was stored is safe."
    if "disk I/O error" in str(wrong):
        return "the disk failed a read or a write (disk I/O error); see whether it is full, or failing."
    if "database is locked" in str(wrong):
        return "the store was busy for too long; another program may be holding it. Try again."
    if isinstance(wrong, OSError) and wrong.strerror:
        return f"{wrong.filename}: {wrong.strerror}" if wrong.filename else wrong.strerror
    return str(wrong)
