"""The operator's own rules for outlets: TOML files in the folder `rules` of the data folder."""

from __future__ import annotations

from pathlib import Path

from reportedly.errors import UnreadableFile
from reportedly.extract.rules import OutletRule, OutletRules, read_rule, read_rules

FOLDER = "rules"


def load_outlet_rules(data: Path) -> OutletRules:
    """The rules in a data folder, in order of their files' names. Raises BadRule or UnreadableFile for a bad one."""
    folder = data / FOLDER
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return read_rules((str(file), _text(file)) for file in files)


def load_outlet_rule(file: Path) -> OutletRule:
    """The rule in one file. Raises BadRule or UnreadableFile."""
    return read_rule(_text(file), name=str(file))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as why:
        raise UnreadableFile(file, "is not in UTF-8") from why
    except OSError as why:
        raise UnreadableFile(file, why.strerror or "cannot be read") from why
