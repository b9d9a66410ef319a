"""Put figures into a page of the documentation, between the marks that are there for them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]


def put(page: Path, name: str, figures: str) -> None:
    """Replace what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. Raises ValueError without the marks."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise ValueError(f"{page} has no place for {name}")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(before + begin + figures.rstrip("\n") + "\n" + end + after, encoding="utf-8")
