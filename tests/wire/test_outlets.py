"""Outlets: adding, finding, pausing and removing them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reportedly.collect.opml import OpmlOutlet
from reportedly.errors import NoSuchOutlet, UsageError
from reportedly.wire.health import FeedHealth, OutletHealth, list_outlets
from reportedly.wire.models import FeedSource, Intake, Outlet, TakenPage
from reportedly.wire.outlets import (
    add_listed,
    add_outlet,
    as_listed,
    find_outlet,
    pause_outlet,
    remove_outlet,
    resume_outlet,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FEED = "https://courier.example/feed.xml"


def the_courier(**given: object) -> Outlet:
    return add_outlet(
        "The Harbour Courier", **{"home_url": "https://courier.example/", "feed_urls": [FEED], "now": NOON, **given}
    )  # type: ignore[arg-type]


def a_page_of(outlet: Outlet) -> TakenPage:
    intake = Intake.objects.create(kind="feed", source=FEED, digest="d", began=NOON)
    return TakenPage.objects.create(intake=intake, key="k", url=FEED, outlet=outlet, order=1, taken_in=NOON)


def test_an_outlet_is_added_with_its_feeds_due_at_once() -> None:
    the_courier(family="Harbour Group", country="no", language="en")
    assert list_outlets(NOON) == [
        OutletHealth(
            slug="the-harbour-courier",
            name="The Harbour Courier",
            home_url="https://courier.example/",
            family="Harbour Group",
            country="NO",
            language="en",
            paused=False,
            added=NOON,
            reports=0,
            newest=None,
            usual_gap=None,
            longest_gap=None,
            links=0,
            became=0,
            now=NOON,
            feeds=(
                FeedHealth(
                    url=FEED,
                    last_success=None,
                    last_failure=None,
                    failure="",
                    failures_in_a_row=0,
                    next_check=NOON,
                ),
            ),
        )
    ]


@pytest.mark.parametrize(
    "again",
    [
        {"name": None},
        {"name": "Courier, renamed"},
        {"name": None, "feed_urls": []},
        {"name": "Another name", "slug": "the-harbour-courier", "home_url": "", "feed_urls": []},
        {"name": "the harbour courier", "home_url": "", "feed_urls": ["https://courier.example/sport.xml"]},
    ],
)
def test_adding_an_outlet_again_fills_it_in_and_makes_no_second(again: dict[str, object]) -> None:
    first = the_courier()
    second = add_outlet(**{"home_url": "https://courier.example/", "feed_urls": [FEED], "now": NOON, **again})  # type: ignore[arg-type]
    assert second.pk == first.pk
    assert Outlet.objects.count() == 1
    assert second.name == again["name"] or again["name"] in (None, "the harbour courier")


def test_what_is_left_out_stays_as_it_was() -> None:
    the_courier(family="Harbour Group", country="NO", language="en")
    again = the_courier(family="", language="nn")
    assert (again.family, again.country, again.language) == ("Harbour Group", "NO", "nn")


def test_a_feed_belongs_to_one_outlet() -> None:
    the_courier()
    with pytest.raises(UsageError, match=r"is already a feed of The Harbour Courier"):
        add_outlet("Somebody Else", slug="somebody-else", feed_urls=[FEED], now=NOON)
    assert Outlet.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "home_url", "slug"),
    [
        ("The Harbour Courier", "", "the-harbour-courier"),
        ("Kystbladet Ærlig", "https://kyst.example/", "kystbladet-rlig"),
        ("وكالة الميناء", "https://www.port-agency.example/", "port-agency-example"),
        (None, "https://www.port-agency.example/", "port-agency-example"),
        ("!!!", "", "outlet"),
        ("x" * 300, "", "x" * 80),
    ],
)
def test_a_slug_is_made_of_the_name_or_else_of_the_address(name: str | None, home_url: str, slug: str) -> None:
    assert add_outlet(name, home_url=home_url, now=NOON).slug == slug


def test_two_outlets_of_one_name_have_two_slugs() -> None:
    slugs = [
        add_outlet("Courier", home_url=f"https://{host}.example/", now=NOON).slug for host in ("north", "south", "east")
    ]
    assert slugs == ["courier", "courier-2", "courier-3"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "an outlet needs a name, a home page or a feed"),
        ({"home_url": "courier.example"}, "courier.example: only http and https are fetched, not a bare name"),
        ({"feed_urls": ["file:///etc/passwd"]}, "file:///etc/passwd: only http and https are fetched, not file"),
        ({"name": "X", "country": "Norway"}, "'Norway' is no country code; give two letters, such as NO"),
        ({"name": "X", "slug": "Not A Slug"}, "'Not A Slug' is no slug; give lower-case letters, digits and hyphens"),
    ],
)
def test_what_cannot_be_an_outlet_is_refused_in_words(given: dict[str, object], why: str) -> None:
    with pytest.raises(UsageError) as refused:
        add_outlet(**{"name": None, **given})  # type: ignore[arg-type]
    assert str(refused.value) == why
    assert not Outlet.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["the-harbour-courier", " The harbour courier ", "https://courier.example", "https://courier.example/", FEED],
)
def test_an_outlet_is_found_by_whatever_it_is_known_as(name: str) -> None:
    courier = the_courier()
    assert find_outlet(name) == courier


def test_an_outlet_nobody_knows_is_not_found() -> None:
    the_courier()
    with pytest.raises(NoSuchOutlet, match="no outlet is called 'courier'"):
        find_outlet("courier")


def test_a_paused_outlet_is_asked_again_when_it_is_resumed() -> None:
    outlet = the_courier()
    outlet.feeds.update(next_check=NOON + timedelta(days=7), gone=True, failures_in_a_row=9)
    pause_outlet("the-harbour-courier")
    assert list_outlets(NOON)[0].state == "paused"
    resume_outlet("the-harbour-courier", now=NOON)
    feed = FeedSource.objects.get()
    assert (feed.next_check, feed.gone, feed.failures_in_a_row) == (NOON, False, 0)
    assert list_outlets(NOON)[0].state == "not asked yet"


def test_removing_an_outlet_that_gave_nothing_leaves_nothing() -> None:
    the_courier()
    assert remove_outlet("the-harbour-courier") is True
    assert list_outlets(NOON) == []


def test_removing_an_outlet_keeps_what_it_gave() -> None:
    page = a_page_of(the_courier())
    assert remove_outlet("the-harbour-courier") is False
    assert TakenPage.objects.get() == page
    assert list_outlets(NOON)[0].state == "removed"
    assert not FeedSource.objects.exists()


def test_a_list_of_outlets_comes_back_as_it_went_out() -> None:
    courier = the_courier(feed_urls=[FEED, "https://courier.example/sport.xml"], family="Harbour Group", country="NO")
    add_outlet("Quay", slug="q", feed_urls=["https://quay.example/rss"], language="da", now=NOON)
    pause_outlet("q")
    listed = as_listed()
    Outlet.objects.all().delete()
    added, set_aside = add_listed(listed, now=NOON)
    assert ([outlet.slug for outlet in added], set_aside) == (["q", courier.slug], [])
    assert as_listed() == listed


def test_a_line_that_is_no_outlet_is_set_aside_and_the_others_are_added() -> None:
    added, set_aside = add_listed(
        [
            OpmlOutlet(name="Odd", feed_url="nope"),
            OpmlOutlet(name="Quay", feed_url="https://quay.example/rss", home_url="javascript:alert(1)"),
        ],
        now=NOON,
    )
    assert [(outlet.name, outlet.home_url) for outlet in added] == [("Quay", "")]
    assert set_aside == ["Odd: nope: only http and https are fetched, not a bare name"]
