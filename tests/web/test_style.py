"""The stylesheet: words can be read on whatever they stand on, in light and in dark."""

from __future__ import annotations

from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src" / "reportedly" / "web" / "static" / "web"


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The contrast of two colours as WCAG 2 measures it."""

    def light(colour: tuple[float, ...]) -> float:
        parts = [
            part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_words_can_be_read_on_every_ground_it_stands_on(scheme: str) -> None:
    css = (CSS / "site.css").read_text("utf-8")
    part = css.split(":root {")[1 if scheme == "light" else 2].split("}")[0]
    light = css.split(":root {")[1].split("}")[0]
    named = {}
    for line in (light + part).replace("\n", ";").split(";"):
        name, _, value = line.strip().partition(": ")
        if name.startswith("--") and value.startswith("#") and len(value) == 7:
            named[name[2:]] = tuple(int(value[at : at + 2], 16) for at in (1, 3, 5))
    for words, grounds in {
        "ink": ("paper", "card", "said", "said-in", "target", "gone", "new"),
        "soft": ("paper", "card"),
        "wire": ("paper", "said", "said-in", "target"),
        "link": ("paper", "card"),
        "good": ("paper",),
        "bad": ("paper",),
    }.items():
        for ground in grounds:
            assert contrast(named[words], named[ground]) >= 4.5, (words, ground)


def test_nothing_is_loaded_from_anywhere_else() -> None:
    for file in CSS.glob("*.css"):
        css = file.read_text("utf-8")
        assert "url(" not in css
        assert "@import" not in css
