"""Settings come from the file, then the environment, and say so when they cannot be understood."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from reportedly.cli.config import as_environment, load, secret_key
from reportedly.errors import UsageError


def test_without_a_file_every_setting_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    assert (settings.port, settings.host, settings.allow) == (8000, "127.0.0.1", ())
    assert settings.store == tmp_path / "store.sqlite3"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "reportedly.toml").write_text('port = 9000\nsite_name = "The Wire"\nallow = ["127.0.0.0/8"]\n')
    settings = load(tmp_path, environ={"REPORTEDLY_PORT": "9001", "REPORTEDLY_KEEP_ORIGINALS": "true"})
    assert (settings.port, settings.site_name, settings.allow) == (9001, "The Wire", ("127.0.0.0/8",))
    assert settings.keep_originals is True


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("prot = 80\n", "no setting called 'prot'"),
        ('port = "many"\n', "the setting port cannot be 'many'"),
        ("port = -1\n", "the setting port cannot be -1"),
        ("look_again_h = 24\n", "the setting look_again_h cannot be 24"),
        ("look_again_h = [1, 0]\n", "the setting look_again_h cannot be"),
        ("look_again_h = [-1]\n", "the setting look_again_h cannot be"),
        ("look_again_h = [true]\n", "the setting look_again_h cannot be"),
        ("look_again_h = [nan]\n", "the setting look_again_h cannot be"),
        ("look_again_h = [9999]\n", "the setting look_again_h cannot be"),
        ('look_again_h = ["soon"]\n', "the setting look_again_h cannot be"),
        ('look_again_h = "1 day"\n', "the setting look_again_h cannot be '1 day'"),
        ("port = true\n", "the setting port cannot be True"),
        ("site_name = 3\n", "the setting site_name cannot be 3"),
        ('keep_originals = "perhaps"\n', "the setting keep_originals cannot be 'perhaps'"),
        ("port = \n", "cannot be read"),
        ('data = "/elsewhere"\n', "no setting called 'data'"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, written: str, complaint: str) -> None:
    (tmp_path / "reportedly.toml").write_text(written)
    with pytest.raises(UsageError, match=complaint):
        load(tmp_path, environ={})


@pytest.mark.parametrize(
    ("written", "environ", "hours"),
    [
        ("", {}, (1, 24, 168)),
        ("look_again_h = [24, 1, 24]\n", {}, (1, 24)),
        ("look_again_h = []\n", {}, ()),
        ("", {"REPORTEDLY_LOOK_AGAIN_H": "0.5, 12"}, (0.5, 12)),
        ("", {"REPORTEDLY_LOOK_AGAIN_H": ""}, ()),
        ("look_again_h = [3]\n", {"REPORTEDLY_LOOK_AGAIN_H": "4"}, (4,)),
    ],
)
def test_the_moments_of_second_looks_are_hours_and_none_switches_them_off(
    tmp_path: Path, written: str, environ: dict[str, str], hours: tuple[float, ...]
) -> None:
    (tmp_path / "reportedly.toml").write_text(written)
    settings = load(tmp_path, environ=environ)
    assert settings.look_again == tuple(timedelta(hours=hour) for hour in hours)
    assert load(None, environ=as_environment(settings)) == settings


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wire").write_text("not a folder")
    with pytest.raises(UsageError, match="is a file"):
        load(tmp_path / "wire", environ={})


def test_a_child_process_gets_the_same_settings(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={"REPORTEDLY_ALLOW": "127.0.0.1:81, 10.0.0.0/8", "REPORTEDLY_PACE_S": "0.5"})
    environment = as_environment(settings)
    assert load(None, environ=environment) == settings


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "key")
    assert len(first) >= 50
    assert secret_key(tmp_path / "key") == first
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
