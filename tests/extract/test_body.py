"""What belongs to a report's text, and what only stands in its column."""

from __future__ import annotations

import pytest

from extract.pages import ARTICLE, FIRST, SECOND, TEXT, THIRD, a_page, a_raw_page
from reportedly.extract import extract
from reportedly.extract.furniture import ends_report, is_furniture
from reportedly.values import Report

LONGER = tuple(f"{paragraph} That was said on day {day}." for day in range(1, 4) for paragraph in TEXT)
STEPS = ("Bolt the stage to its piles.", "Test it with forty sacks of sand.", "Let the mayor cross first.")


def paragraphs_of(body: str) -> tuple[str, ...]:
    report = extract(a_page(f"<main><article><h1>Ferry to Sool sails again</h1>{body}</article></main>"))
    assert isinstance(report, Report)
    return report.paragraphs


def as_html(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


# --- what was left out -----------------------------------------------------------------------------------------------


def test_a_list_and_a_heading_between_paragraphs_belong_to_the_report() -> None:
    steps = "".join(f"<li><button>+</button><span>{step}</span></li>" for step in STEPS)
    body = (
        f"{as_html(*LONGER[:4])}<h3>What is still to be done</h3><ul class='steps'>{steps}</ul>{as_html(*LONGER[4:])}"
    )
    assert paragraphs_of(body) == (*LONGER[:4], "What is still to be done", *STEPS, *LONGER[4:])


@pytest.mark.parametrize(
    "between",
    [
        "<aside><p>The harbour of Westmere was built by the guild of rope makers in a single winter.</p></aside>",
        "<div class='newsletter-box'><p>Every morning the news from the quay in your letter box, for nothing at all.</p></div>",
        "<figure><figcaption>The landing stage on the morning after the storm, seen from the lighthouse.</figcaption></figure>",
        "<p><a href='/sool'>Sool votes on a bridge, for the third time in as many years and with the same question</a></p>",
        "<p>Read also: <a href='/sool'>Sool votes on a bridge for the third time</a></p>",
        "<p>Sign up for our letter from the harbour.</p>",
        "<p>Advertisement</p>",
    ],
)
def test_what_only_stands_between_paragraphs_does_not(between: str) -> None:
    assert paragraphs_of(as_html(*LONGER[:4]) + between + as_html(*LONGER[4:])) == LONGER


def test_a_heading_over_other_reports_ends_this_one() -> None:
    others = "".join(f"<h4>Report {n} of the day</h4><p>{FIRST} It is report {n}.</p>" for n in range(3))
    assert paragraphs_of(f"{as_html(*LONGER)}<h3>You might also like</h3>{others}") == LONGER


def test_a_report_that_is_a_list_of_links_keeps_them() -> None:
    places = [
        f"The old quay of {name}, with its rope walk and its three wells"
        for name in ("Westmere", "Sool", "Tarn", "Oxley", "Brill", "Harle")
    ]
    linked = "".join(f"<p><a href='/{n}'>{place}</a></p><p>{n} boats.</p>" for n, place in enumerate(places))
    assert set(places) <= set(paragraphs_of(f"<p>{FIRST}</p>{linked}<p>{THIRD}</p>"))


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Related stories", True),
        ("READ THIS NEXT", True),
        ("Mehr zum Thema", True),
        ("12 comments", True),
        ("More from the Courier", True),
        ("Related to this, the council will vote on the bridge.", False),
        ("Read more of the report: the storm had three causes.", False),
        ("More posts related to Sool", False),
        ("Comments by the mayor were not kind", False),
    ],
)
def test_only_the_words_of_the_trade_end_a_report(line: str, is_one: bool) -> None:
    assert ends_report(line) is is_one


@pytest.mark.parametrize(
    ("line", "is_it"),
    [
        ("Click here to get the Courier app", True),
        ("Follow us on the networks", True),
        ("Related: Sool votes on a bridge", True),
        ("Related: two men were held on Friday", False),  # no link: it may be the report's own words
        ("Share prices of the ferry company fell by a third.", False),
        ("Registered voters on Sool number 312.", False),
        ("“Subscribe to nothing,” the mayor said.", False),  # somebody's words
    ],
)
def test_calls_and_pointers_are_known_by_their_words(line: str, is_it: bool) -> None:
    assert is_furniture(line, {"soolvotesonabridge"}) is is_it


# --- markup that ends too early --------------------------------------------------------------------------------------


def test_what_follows_an_early_end_of_the_page_is_read() -> None:
    raw = f"<html><body><header>Courier</header></body></html><div><h1>Ferry sails</h1>{ARTICLE}</div></body></html>"
    report = extract(a_raw_page(raw.encode()))
    assert isinstance(report, Report)
    assert (report.title, report.paragraphs) == ("Ferry sails", TEXT)


def test_a_day_inside_a_button_that_is_never_closed_is_seen() -> None:
    body = f"<button><h1>Ferry to Sool</h1><p>1 May 2024</p><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    report = extract(a_page(body))
    assert isinstance(report, Report)
    assert report.published_from == "body"
