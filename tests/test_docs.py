"""The documentation says what is, or this fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import reportedly

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
KINDS = ("tutorial", "how-to", "reference", "explanation")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as the code makes them, in a process in which no command has run yet."""
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run([sys.executable, DOCS / "make_reference.py", folder], check=True, timeout=120)
    return folder


@pytest.mark.parametrize("page", ["commands.md", "settings.md"])
def test_a_page_made_from_the_code_says_what_the_code_says(page: str, made: Path) -> None:
    written = (DOCS / "reference" / page).read_text(encoding="utf-8")
    assert written == (made / page).read_text(encoding="utf-8"), "run docs/make_reference.py"


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
