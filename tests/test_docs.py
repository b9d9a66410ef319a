"""The documentation says what is, or this fails."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import reportedly

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
KINDS = ("tutorial", "how-to", "reference", "explanation")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_is_what_the_commands_say(reference: ModuleType) -> None:
    assert (DOCS / "reference" / "commands.md").read_text(encoding="utf-8") == reference.commands_page()


def test_the_page_of_settings_is_what_the_settings_say(reference: ModuleType) -> None:
    assert (DOCS / "reference" / "settings.md").read_text(encoding="utf-8") == reference.settings_page()


def test_every_public_name_of_the_library_stands_in_its_reference() -> None:
    page = (DOCS / "reference" / "library.md").read_text(encoding="utf-8")
    missing = [name for name in reportedly.__all__ if f"`{name}" not in page and f"reportedly.{name}" not in page]
    assert missing == []


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    linked = {(DOCS / target).resolve() for target in LINK.findall(index) if "://" not in target}
    pages = {page.resolve() for page in DOCS.rglob("*.md")} - {(DOCS / "index.md").resolve()}
    assert pages - linked == set()


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [t for t in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in t and not t.startswith("/")]
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_every_page_stands_on_one_shelf() -> None:
    loose = {page.name for page in DOCS.glob("*.md")}
    assert loose <= {"index.md", "decisions.md", "model.md", "performance.md", "reliability.md"}
    assert {page.parent.name for page in DOCS.glob("*/*.md")} <= set(KINDS)
