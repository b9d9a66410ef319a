"""The operator's own rules for outlets: TOML files in the folder `rules` of the data folder.

What stands in the folder is in force, without a restart: the files' times are looked at now and then, and a file is read
only when they changed. A file that cannot be used costs itself alone: the last good rule it held stays in force, and what
is wrong with it is told once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from reportedly.errors import UnreadableFile, UsageError
from reportedly.extract.rules import LARGEST, NO_RULES, BadRule, OutletRule, OutletRules, read_rule, together

FOLDER = "rules"

Stamp = tuple[int, ...]  # what of a file changes with it: its times, size and inode
Said = OutletRule | str  # what a file says: a rule, or why it says none, in one sentence that names it


class RulesFolder:
    """The rules in a data folder, as they are in force. Nothing in the folder makes it raise.

    `rules` are in order of their files' names; `troubles` names each file that is not in force as it stands, and why.
    """

    def __init__(self, data: Path) -> None:
        self.rules = NO_RULES
        self.troubles: tuple[str, ...] = ()
        self._folder = data / FOLDER
        self._stamps: Mapping[str, Stamp] = {}
        self._said: dict[str, Said] = {}
        self._in_force: Mapping[str, OutletRule] = {}
        self._of_files: tuple[str, ...] = ()
        self.look()

    def look(self) -> tuple[str, ...]:
        """Have in force what stands in the folder now. Returns the troubles that were none at the last look."""
        try:
            stamps = _stamps(self._folder)
        except OSError as why:
            return self._note((f"{self._folder}: {(why.strerror or 'cannot be read').lower()}", *self._of_files))
        if stamps != self._stamps:
            self._said = {
                file: self._said[file] if stamp == self._stamps.get(file) else _read(Path(file))
                for file, stamp in stamps.items()
            }
            self._stamps = stamps
            self._in_force, self._of_files = choose(self._said, self._in_force)
            self.rules = OutletRules(tuple(self._in_force.values()))
        return self._note(self._of_files)

    def _note(self, troubles: tuple[str, ...]) -> tuple[str, ...]:
        new = tuple(trouble for trouble in troubles if trouble not in self.troubles)
        self.troubles = troubles
        return new


def choose(
    said: Mapping[str, Said], in_force: Mapping[str, OutletRule]
) -> tuple[dict[str, OutletRule], tuple[str, ...]]:
    """The rules in force from now on, by file, and what is wrong with the files that are not in force as they stand.

    `said` is what the files say now, `in_force` the rules until now. A rule in force goes before one that says something
    else of the same host since the same day; the file of the other keeps its last good rule, if it had one.
    """
    chosen: dict[str, OutletRule] = {}
    troubles: dict[str, str] = {}
    for file in sorted(said, key=lambda file: (said[file] != in_force.get(file), file)):
        for rule in (said[file], in_force.get(file)):
            if isinstance(rule, str):
                troubles[file] = rule
            elif rule is not None:
                try:
                    together((*chosen.values(), rule))
                except BadRule as why:
                    troubles.setdefault(file, str(why))
                else:
                    chosen[file] = rule
                    break
    kept = " (its last good rule stays in force)"
    said_of = (f"{troubles[file]}{kept if file in chosen else ''}" for file in sorted(troubles))
    return {file: chosen[file] for file in sorted(chosen)}, tuple(said_of)


def load_outlet_rule(file: Path) -> OutletRule:
    """The rule in one file. Raises BadRule or UnreadableFile."""
    return read_rule(_text(file), name=str(file))


def _stamps(folder: Path) -> dict[str, Stamp]:
    """The rules' files with their stamps, none where there is no folder. Raises OSError when it cannot be looked at."""
    try:
        with os.scandir(folder) as entries:
            files = [entry for entry in entries if entry.name.endswith(".toml")]
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return {file.path: _stamp(file) for file in sorted(files, key=lambda file: file.name)}


def _stamp(file: os.DirEntry[str]) -> Stamp:
    try:
        found = file.stat()
    except OSError:  # a link to nowhere, or gone in this moment; reading it says which
        return ()
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def _read(file: Path) -> Said:
    try:
        return load_outlet_rule(file)
    except UsageError as why:
        return str(why)


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as text:
            return text.read(LARGEST + 1)
    except UnicodeDecodeError as why:
        raise UnreadableFile(file, "is not in UTF-8") from why
    except OSError as why:
        raise UnreadableFile(file, (why.strerror or "cannot be read").lower()) from why
