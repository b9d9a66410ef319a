"""The option --data, which commands on one wire take wherever it is put: before a group's command or behind it."""

from __future__ import annotations

import os

import click


def data_option() -> click.Option:
    """The option that names the data folder for the rest of this run."""
    return click.Option(
        ["--data"],
        metavar="DIR",
        expose_value=False,
        callback=_use,
        help="The data folder. [default: ./reportedly-data]",
    )


def _use(_ctx: click.Context, _option: click.Parameter, folder: str | None) -> None:
    if folder:
        os.environ["REPORTEDLY_DATA"] = folder


class WireGroup(click.Group):
    """Commands on one wire; the group and each of them takes --data."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.params.append(data_option())

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.params.append(data_option())
        super().add_command(cmd, name)
