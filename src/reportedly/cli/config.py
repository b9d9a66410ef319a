"""Our settings: what an operator may choose, each with a default that works on one small machine.

They come from `reportedly.toml` in the data folder, then from environment variables (`REPORTEDLY_PORT=8080`), the
latter winning. A name we do not know, or a value of the wrong kind, is an error that says so.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_type_hints

from reportedly.errors import UsageError

DEFAULT_DATA = "reportedly-data"
FILE = "reportedly.toml"
LONGEST_H = 24 * 366  # no list of hours reaches further than a year


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting, its kind and its default. The comment behind each is what the documentation prints."""

    data: Path = Path(DEFAULT_DATA)  # the folder that holds everything
    host: str = "127.0.0.1"  # the address the site listens on
    port: int = 8000  # the port the site listens on
    site_name: str = "reportedly"  # shown in page titles and feeds
    base_url: str = (
        ""  # the public address, such as https://wire.example; needed for absolute links in feeds behind a proxy
    )
    contact: str = ""  # an address or e-mail put in the User-Agent, so that outlets can reach the operator
    pace_s: float = 1.0  # least seconds between two requests to one host
    check_every_s: int = 900  # seconds between two checks of a feed that asks for nothing else
    look_again_h: tuple[float, ...] = (1, 24, 168)  # a page is asked for again these hours after it came; none: never
    timeout_s: float = 30.0  # seconds until a fetch is given up
    page_limit_mb: int = 10  # megabytes, after decompression, at which a page or feed is set aside as too large
    read_limit_s: float = 20.0  # seconds of reading at which a page is set aside as too slow
    read_memory_mb: int = 1536  # megabytes one reading process may take
    readers: int = 0  # reading processes; 0 is one a core
    site_threads: int = 4  # threads of the site's one process
    allow: tuple[str, ...] = ()  # networks or host:port the collector may reach although they are not public
    keep_originals: bool = False  # keep each page's bytes after it was read
    allowed_hosts: tuple[str, ...] = ("*",)  # host names the site answers to

    @property
    def reading_processes(self) -> int:
        """How many processes read pages: as set, or one a core."""
        return self.readers or os.cpu_count() or 1

    @property
    def look_again(self) -> tuple[timedelta, ...]:
        """How long after a report was first collected its page is asked for again; () for never."""
        return tuple(timedelta(hours=hours) for hours in self.look_again_h)

    @property
    def user_agent(self) -> str:
        """How the collector introduces itself."""
        return f"reportedly/{version('reportedly')} ({self.contact or 'no contact given'})"

    @property
    def store(self) -> Path:
        """The SQLite file with everything that is not derived."""
        return self.data / "store.sqlite3"

    @property
    def search(self) -> Path:
        """The SQLite file with the search index, which can be rebuilt from the store."""
        return self.data / "search.sqlite3"

    @property
    def secret_key_file(self) -> Path:
        """Where the secret key lies, readable by its owner alone."""
        return self.data / "secret-key"


def load(data: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of this data folder: the argument, else `REPORTEDLY_DATA`, else `./reportedly-data`.

    Raises UsageError naming the setting that cannot be understood.
    """
    folder = Path(data or environ.get("REPORTEDLY_DATA") or DEFAULT_DATA).absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; the data folder must be a folder")
    given: dict[str, Any] = {}
    file = folder / FILE
    if file.exists():
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as why:
            raise UsageError(f"{file} cannot be read: {why}") from why
    kinds = get_type_hints(Settings)
    for name in given:
        if name not in kinds or name == "data":
            raise UsageError(f"{file}: there is no setting called {name!r}")
    for name in kinds:
        if name != "data" and (text := environ.get(f"REPORTEDLY_{name.upper()}")) is not None:
            given[name] = text
    return Settings(data=folder, **{name: _as_kind(name, value, kinds[name]) for name, value in given.items()})


def secret_key(file: Path) -> str:
    """The site's secret key, made on the first run with mode 0600."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        key = secrets.token_urlsafe(48)
        out.write(key + "\n")
        out.flush()
        os.fsync(out.fileno())
    return key


def as_environment(settings: Settings) -> dict[str, str]:
    """The same settings as environment variables, for a child process."""
    out = {}
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        out[f"REPORTEDLY_{field.name.upper()}"] = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return out


def _as_kind(name: str, value: Any, kind: Any) -> Any:
    wrong = UsageError(f"the setting {name} cannot be {value!r}")
    try:
        if kind is bool:
            if isinstance(value, bool):
                return value
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}[
                str(value).lower()
            ]
        if kind == tuple[str, ...]:
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(part.strip() for part in parts if part.strip())
        if kind == tuple[float, ...]:
            parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
            hours = {float(part) for part in parts}
            if any(isinstance(part, bool) for part in parts) or not all(0 < hour <= LONGEST_H for hour in hours):
                raise wrong
            return tuple(sorted(hours))
        if kind in (int, float):
            if isinstance(value, bool):
                raise wrong
            number = kind(value)
            if number < 0:
                raise wrong
            return number
        if not isinstance(value, str):
            raise wrong
        return value
    except (KeyError, ValueError, TypeError, AttributeError) as why:
        raise wrong from why
