"""Walls, errors and lists are told from reports, and no report is taken for one."""

from __future__ import annotations

import pytest

from extract import walls
from extract.pages import ARTICLE, TEXT, a_page, a_raw_page, an_entry
from reportedly.extract import extract
from reportedly.extract.walls import Instead
from reportedly.values import Reason, Report, SetAside

KINDS = [
    (Instead.ROBOT_WALL, walls.ROBOT_WALLS),
    (Instead.COOKIE_WALL, walls.COOKIE_WALLS),
    (Instead.PAYWALL, walls.PAYWALLS),
    (Instead.LOGIN, walls.LOGINS),
    (Instead.MISSING, walls.MISSING),
    (Instead.ERROR, walls.ERRORS),
    (Instead.LIST, walls.LISTS),
    (Instead.SCRIPTS, walls.SCRIPTS),
]


@pytest.mark.parametrize(
    ("instead", "html"),
    [
        pytest.param(instead, html, id=f"{instead.name}: {name}")
        for instead, pages in KINDS
        for name, html in pages.items()
    ],
)
def test_a_page_that_is_no_report_is_set_aside_for_what_it_is(instead: Instead, html: str) -> None:
    page = a_raw_page(html.encode())
    assert extract(page) == SetAside(url=page.url, reason=Reason.NOT_A_REPORT, detail=str(instead))


@pytest.mark.parametrize("html", walls.REPORTS.values(), ids=walls.REPORTS)
def test_a_report_is_read_whatever_stands_around_it(html: str) -> None:
    assert isinstance(extract(a_raw_page(html.encode())), Report)


def test_every_kind_has_an_example() -> None:
    assert {instead for instead, pages in KINDS if pages} == set(Instead)


@pytest.mark.parametrize("html", [*walls.PAYWALLS.values(), *walls.ROBOT_WALLS.values(), *walls.SCRIPTS.values()])
def test_the_feeds_whole_text_passes_every_wall(html: str) -> None:
    whole = ARTICLE + ARTICLE.replace("ferry", "barge")
    report = extract(a_raw_page(html.encode(), entry=an_entry(title="Ferry sails", content_html=whole)))
    assert isinstance(report, Report)
    assert (report.paragraphs[:3], report.text_from) == (TEXT, "feed")


def test_a_report_that_is_shown_whole_is_read_though_it_has_a_price() -> None:
    priced = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry","isAccessibleForFree":false}</script>'
    longer = "".join(f"<p>{paragraph} That was on day {day}.</p>" for day in (1, 2) for paragraph in TEXT)
    assert isinstance(extract(a_page(f"<article><h1>Ferry</h1>{longer}</article>", head=priced)), Report)
