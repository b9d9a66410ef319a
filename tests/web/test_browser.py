"""The pages in a real browser, with scripts off: what a reader sees and can follow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from builders import NOON, a_report, a_story, a_subject, an_outlet
from reportedly.pipeline.line import make_line
from reportedly.values import OriginRange
from reportedly.wire import intake
from reportedly.wire.imports import look_at, take_in_file
from reportedly.wire.models import Report
from reportedly.wire.storing import resume_stories, store
from reportedly.wire.subjects import add_subject, load_subjects

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (on Debian: apt-get install chromium)"),
    pytest.mark.django_db(transaction=True),
]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests here. Its driver runs an event loop in this thread, beside which Django would refuse the
    store, and no other module's asynchronous tests could run; the store is used by nothing asynchronous here."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed (it comes with the dev extra)"
    )
    with pytest.MonkeyPatch.context() as environment, sync_api.sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page with scripts off whose addresses are the live server's; it fails on anything the policy forbids."""
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url, viewport=DESK)
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
    yield page
    context.close()
    connection.close()
    assert complaints == []


def overflows(page: Any) -> bool:
    """Whether the page is wider than the screen, measured by what is in it (scripts are off)."""
    width = page.viewport_size["width"]
    return any(
        box is not None and box["x"] + box["width"] > width + 1
        for box in (
            one.bounding_box() for one in page.locator("main, main h1, main p, main article, header, footer").all()
        )
    )


@pytest.fixture
def a_wire() -> dict[str, Any]:
    """A story of a traced report and its copy, with a subject."""
    origins = OriginRange(low=1, high=2, named=1, unnamed=1, reasons=("Two reports rest on Ana Ruiz.",))
    story, elin = a_story("The port reopens", origins=origins), a_subject()
    report = a_report(
        "Port reopens after nine days of ice",
        [
            "The port of Elin is open again, North Wire reported, citing two pilots.",
            "“We will take the grain ships first,” Ana Ruiz said, “and the ferries by evening.”",
            "It had been shut for nine days.",
        ],
        outlet=an_outlet("north-wire", "North Wire"),
        about=[elin],
        story=story,
        said=[
            {"content": "The port of Elin is open again", "source": "North Wire", "cue": "reported"},
            {"content": "The port of Elin is open again", "source": "two pilots", "cue": "citing", "unnamed": True, "within": 1},
            {"content": ["We will take the grain ships first", "and the ferries by evening"], "source": "Ana Ruiz", "cue": "said", "kind": "direct"},
        ],
    )  # fmt: skip
    for n in range(12):
        a_report(f"Later {n}", about=[elin], published=NOON + timedelta(hours=n + 1))
    a_report("Copy", copy_of=report, story=story, about=[elin], published=NOON - timedelta(days=1))
    return {"report": report.id, "story": story.id}


def test_a_reader_walks_from_the_front_to_a_statement_and_its_voice(page: Any, a_wire: dict[str, Any]) -> None:
    page.goto("/")
    page.get_by_role("link", name="Port Elin").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Contents tagged with Port Elin"
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Port reopens after nine days of ice").click()
    assert page.locator("h1").inner_text() == "Port reopens after nine days of ice"
    page.get_by_role("link", name="Statement 2, in the text").click()
    assert page.url.endswith("#s2")
    page.locator(".note").nth(1).get_by_role("link", name="Ana Ruiz").click()
    assert page.locator("h1").inner_text() == "Ana Ruiz"
    assert page.locator("blockquote").inner_text() == "We will take the grain ships first … and the ferries by evening"


def test_a_statement_that_is_led_to_stands_out_with_its_source_and_nothing_else_does(
    page: Any, a_wire: dict[str, Any]
) -> None:
    def shades() -> dict[str, str]:
        marks = page.locator(".text mark, .text .who").all()
        return {mark.inner_text(): mark.evaluate("it => getComputedStyle(it).backgroundColor") for mark in marks}

    page.goto(f"/reports/{a_wire['report']}/")
    before = shades()
    page.goto(f"/reports/{a_wire['report']}/#s2")
    after = shades()
    assert {words for words in after if after[words] != before[words]} == {
        "We will take the grain ships first",
        "and the ferries by evening",
        "Ana Ruiz",
    }


def test_a_chain_reads_well_without_its_colours(page: Any, a_wire: dict[str, Any]) -> None:
    page.goto(f"/reports/{a_wire['report']}/")
    note = page.locator("#n1")
    assert " ".join(note.inner_text().split()) == "1 North Wire ← two pilots (unnamed) paraphrased"
    unnamed = note.locator(".unnamed")
    assert unnamed.evaluate("it => getComputedStyle(it).fontStyle") == "italic"
    cue, who = page.locator(".cue").first, page.locator(".who").first
    assert cue.evaluate("it => getComputedStyle(it).textDecorationStyle") == "dotted"
    assert who.evaluate("it => getComputedStyle(it).textDecorationStyle") == "solid"
    assert int(who.evaluate("it => getComputedStyle(it).fontWeight")) >= 600


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_is_wider_than_its_screen(page: Any, a_wire: dict[str, Any], viewport: dict[str, int]) -> None:
    long_word = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle" * 2
    a_report(long_word, [long_word], outlet=an_outlet("long", long_word[:190]), about=[a_subject(long_word[:190])])
    page.set_viewport_size(viewport)
    for address in (
        "/", "/subjects/", "/subjects/port-elin/", f"/reports/{a_wire['report']}/", f"/stories/{a_wire['story']}/",
        "/stories/", "/outlets/", "/outlets/north-wire/", "/outlets/long/", "/voices/ana-ruiz/", "/search/", "/about/",
    ):  # fmt: skip
        page.goto(address)
        assert not overflows(page), address


def test_a_reader_without_a_mouse_reaches_the_content_first(page: Any, a_wire: dict[str, Any]) -> None:
    page.goto("/subjects/port-elin/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


@pytest.mark.shared
def test_the_seed_listing_shows_on_its_subject_page_as_it_was_with_its_faults_mended(page: Any, shared: Path) -> None:
    listing = json.loads((shared / "seed" / "listing.json").read_text("utf-8"))
    name = listing["heading"].removeprefix("Contents tagged with ")
    subject = add_subject(name, type="person", aliases=("Bashar al-Assad",))
    read_in(shared / "seed" / "listing.json")

    page.goto(f"/subjects/{subject.slug}/")
    assert page.locator("h1").inner_text() == listing["heading"]
    shown = [
        {
            "title": item.locator("h2").inner_text(),
            "paragraphs": [one.inner_text() for one in item.locator(".lead p").all()],
            "date": item.locator(".no-date").inner_text(),
        }
        for item in page.locator("article.item").all()
    ]
    expected = [
        {"title": item["title"], "paragraphs": mended(item["id"], item["paragraphs"]), "date": "date not given"}
        for item in listing["items"]
    ]
    assert shown == expected
    assert shown[-1]["paragraphs"][-1].endswith("\u00a0…")
    assert [page.locator("article.item .chainline").count(), page.locator(".turns").count()] == [10, 0]


def mended(id: str, paragraphs: list[str]) -> list[str]:
    """The listing's paragraphs with what it got wrong put right."""
    if id == "seed-03":  # two paragraphs were glued together, and the quotation in the second was left open
        (glued,) = paragraphs
        first, second = glued.split("As-Suwayda.According")
        return [first + "As-Suwayda.", "According" + second + '"']
    if id == "seed-08":  # the quotation was left open
        return [*paragraphs[:-1], paragraphs[-1] + "”"]
    return paragraphs


def read_in(file: Path) -> None:
    """Take the file in and read it by the true line."""
    now = datetime.now(UTC)
    take_in_file(look_at(file), now=now)
    line = make_line(load_subjects())
    open_stories = resume_stories(now=now)
    while claimed := intake.claim("test", count=50, now=now, lease=timedelta(minutes=5)):
        store([(one, line(one.page)) for one in claimed], open_stories, now=now)
    assert Report.objects.count() == 10
