"""What a reader gets for an address."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import resolve
from django.utils import timezone
from lxml import html

from builders import NOON, a_feed, a_report, a_story, a_subject, an_outlet
from reportedly.engines.search import IndexRow, SearchIndex
from reportedly.values import OriginRange
from reportedly.web import addresses, searching
from reportedly.web.jinja import ago, share
from reportedly.web.urls import urlpatterns
from reportedly.wire.models import OldSlug, ReportNotice

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover='x' {{ 7*7 }} &amp; </title>"


@pytest.fixture
def site(client: Client) -> Client:
    return client


def body(site: Client, address: str, status: int = 200) -> str:
    response = site.get(address)
    assert response.status_code == status, response.content[:2000]
    return response.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'<article class="item.*?<h2[^>]*><a [^>]*>(.*?)</a>', page, re.DOTALL)


# --- every page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def addresses_of_pages() -> list[str]:
    """One address of every kind of page, over a small wire."""
    story = a_story(origins=OriginRange(low=1, high=2, named=1, unnamed=1, reasons=("Because.",)))
    elin, outlet = a_subject(aliases=["Elinhavn"], qid="Q1"), an_outlet()
    a_feed(outlet, failures_in_a_row=1, last_failure=NOON, failure="503")
    report = a_report(
        "Port open",
        ["It is open, Ana said."],
        story=story,
        about=[elin],
        earlier=["Port shut\nIt is shut."],
        said=[{"content": "It is open", "cue": "said", "source": "Ana"}],
    )
    a_report("Copy", story=story, copy_of=report)
    return [
        "/", "/subjects/", "/subjects/port-elin/", f"/reports/{report.id}/", f"/reports/{report.id}/?version=1",
        "/stories/", f"/stories/{story.id}/", "/outlets/", "/outlets/gull-post/", "/voices/ana/", "/search/",
        "/search/?q=port", "/about/",
    ]  # fmt: skip


def test_every_page_can_be_had_and_allows_nothing_but_our_own_files(
    site: Client, addresses_of_pages: list[str]
) -> None:
    for address in addresses_of_pages:
        response = site.get(address)
        page = response.content.decode()
        assert response.status_code == 200, address
        assert response["Content-Security-Policy"].startswith("default-src 'self';"), address
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page), address
        assert page.count("<h1") == 1, address
        assert not response.cookies, address


def test_every_page_is_not_sent_again_to_who_has_it(site: Client, addresses_of_pages: list[str]) -> None:
    for address in addresses_of_pages:
        etag = site.get(address)["ETag"]
        again = site.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b""), address


def test_a_page_is_sent_again_when_what_it_shows_has_changed(site: Client) -> None:
    elin = a_subject()
    a_report("One", about=[elin])
    etag = site.get("/subjects/port-elin/")["ETag"]
    a_report("Two", about=[elin])
    assert site.get("/subjects/port-elin/", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/subjects/", "/stories/", "/outlets/", "/search/", "/search/?q=x"])
def test_an_empty_wire_says_so_on_every_page(site: Client, address: str) -> None:
    assert 'class="empty"' in body(site, address)


def test_only_reading_is_allowed(site: Client) -> None:
    assert [site.post(address).status_code for address in ("/", "/subjects/x/", "/search/", "/feed.rss")] == [405] * 4


def test_every_address_we_write_leads_to_a_view() -> None:
    written = [
        addresses.subject("a b/ü"), addresses.report(1), addresses.story(2), addresses.outlet("gull-post"),
        addresses.voice("ana ruiz"), addresses.SEARCH, addresses.SUBJECTS, addresses.STORIES, addresses.OUTLETS,
        addresses.ABOUT, addresses.FRONT, addresses.feed(addresses.story(2), "atom"),
        addresses.feed(addresses.search("x"), "rss").partition("?")[0],
    ]  # fmt: skip
    assert all(resolve(path) for path in written)


# --- subjects ----------------------------------------------------------------------------------------------------------


def test_a_subject_page_has_its_heading_and_its_reports_newest_first(site: Client) -> None:
    elin = a_subject()
    for n in range(3):
        a_report(f"Report {n}", about=[elin], published=NOON + timedelta(hours=n))
    page = body(site, "/subjects/port-elin/")
    assert "<h1>Contents tagged with Port Elin</h1>" in page
    assert titles(page) == ["Report 2", "Report 1", "Report 0"]


def test_dates_are_shown_as_well_as_they_are_known(site: Client) -> None:
    elin = a_subject()
    a_report("Minute", about=[elin], published=NOON)
    a_report("Day", about=[elin], published=NOON.replace(hour=0), published_is_day=True)
    a_report("Unknown", about=[elin], published=None, listed_at=NOON - timedelta(days=1))
    page = body(site, "/subjects/port-elin/")
    assert re.findall(r"<time .*?</time>|date not given", page) == [
        '<time datetime="2026-11-20T12:00:00Z">20 November 2026, 12:00\u00a0UTC</time>',
        '<time datetime="2026-11-20">20 November 2026</time>',
        "date not given",
    ]


def test_a_long_subject_is_turned_by_links_that_robots_and_readers_can_follow(site: Client) -> None:
    elin = a_subject()
    for n in range(23):
        a_report(f"Report {n}", about=[elin])
    address, seen = "/subjects/port-elin/", []
    while address:
        page = body(site, address)
        seen += titles(page)
        (older,) = re.findall(r'<link rel="next" href="([^"]+)"', page) or [""]
        assert [older] * bool(older) == re.findall(r'<a rel="next" href="([^"]+)"', page)
        address = older
    assert sorted(seen, key=lambda title: int(title.split()[1])) == [f"Report {n}" for n in range(23)]
    assert re.findall(r'<link rel="prev" href="([^"]+)"', page)
    assert '<link rel="canonical" href="http://testserver/subjects/port-elin/?before=' in page


def test_turning_up_to_the_newest_leads_to_the_one_address_of_the_first_page(site: Client) -> None:
    report = a_report(about=[a_subject()])
    older = f"{(report.listed_at.timestamp() - 60) * 1_000_000:.0f}-0"
    response = site.get(f"/subjects/port-elin/?after={older}")
    assert (response.status_code, response["Location"]) == (302, "/subjects/port-elin/")


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Elinhavn", "port-elin"), ("old-elin", "port-elin"), ("Q7", "port-elin"), ("Port Elin", "port-elin")],
)
def test_another_name_of_a_subject_redirects_for_good_and_keeps_the_query(site: Client, name: str, slug: str) -> None:
    OldSlug.objects.create(slug="old-elin", subject=a_subject(aliases=["Elinhavn"], qid="Q7"))
    response = site.get(f"/subjects/{name}/?before=1-1")
    assert (response.status_code, response["Location"]) == (301, f"/subjects/{slug}/?before=1-1")
    assert response["Cache-Control"] == "public, no-cache"  # a merge can be undone


def test_the_box_on_the_index_goes_to_a_subject_by_any_name(site: Client) -> None:
    assert site.get("/subjects/?name= Elin havn ")["Location"] == "/subjects/Elin%20havn/"


def test_an_unknown_subject_is_404_and_offers_what_was_meant(site: Client) -> None:
    a_subject("Port Elin")
    page = body(site, "/subjects/port-ellin/", 404)
    assert 'href="/subjects/port-elin/"' in page
    assert 'href="/search/?q=port-ellin"' in page


# --- hostile words -----------------------------------------------------------------------------------------------------


def test_words_of_outlets_are_shown_as_words(site: Client) -> None:
    story = a_story(HOSTILE, origins=OriginRange(low=1, high=1, named=1, unnamed=0, reasons=(HOSTILE,)))
    elin = a_subject(HOSTILE, slug="hostile", aliases=[HOSTILE + "2"])
    outlet = an_outlet("bad", HOSTILE, family=HOSTILE, home_url="https://bad.example/")
    a_feed(outlet, failure=HOSTILE, failures_in_a_row=1, last_failure=NOON)
    report = a_report(
        HOSTILE,
        [HOSTILE + " said Ana."],
        outlet=outlet,
        story=story,
        about=[elin],
        author=HOSTILE,
        credit=HOSTILE,
        language='en" onload="x',
        earlier=[HOSTILE + "\nwas"],
        said=[{"content": HOSTILE[:40], "source": "Ana", "speaker": HOSTILE, "kind": HOSTILE[:9], "stance": "<b>"}],
    )
    a_report("Copy", [HOSTILE], story=story, copy_of=report, outlet=outlet)
    voice = addresses.voice("script alert 1 script img src x onerror alert 2 onmouseover x 7 7 amp title")
    for address in (
        "/", "/subjects/", "/subjects/hostile/", f"/reports/{report.id}/", f"/stories/{story.id}/", "/stories/", "/outlets/",
        "/outlets/bad/", voice, f"/search/?q={HOSTILE}", "/feed.rss",
    ):  # fmt: skip
        page = body(site, address)
        elements = list(html.document_fromstring(page.encode()).iter())
        assert not [one for one in elements if one.tag in ("script", "img")], address
        assert not [one for one in elements if any(name.startswith("on") for name in one.attrib)], address
        assert "<script" not in page, address
        assert "7*7" in page, address  # nor did a template run it


def test_an_original_that_is_no_web_address_is_not_linked(site: Client) -> None:
    an_outlet(home_url="javascript:alert(2)")
    report = a_report(url="javascript:alert(1)")
    assert "javascript:" not in body(site, f"/reports/{report.id}/") + body(site, "/outlets/gull-post/")


def test_the_original_is_linked_without_our_blessing(site: Client) -> None:
    report = a_report(url="https://gull-post.example/1?a=1&b=2")
    assert (
        '<a class="original" href="https://gull-post.example/1?a=1&amp;b=2" rel="nofollow noopener external">'
        in body(site, f"/reports/{report.id}/")
    )


# --- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_shows_each_statement_in_its_text_and_its_chain_beside(site: Client) -> None:
    report = a_report(
        "Port open",
        ["The port is open, SANA reported, citing two pilots."],
        said=[
            {"content": "The port is open", "source": "SANA", "cue": "reported"},
            {"content": "The port is open", "source": "two pilots", "cue": "citing", "unnamed": True, "within": 1},
        ],
    )
    page = body(site, f"/reports/{report.id}/")
    assert (
        '<mark id="s1" class="said d2 c1" title="Said by SANA ← two pilots">The port is open</mark>'
        '<sup class="ref"><a href="#n1" aria-label="who says statement 1">1</a></sup>, '
    ) in page
    assert '<li class="note" id="n1">' in page
    assert 'href="#s1"' in page
    assert '<a class="voice" href="/voices/sana/">SANA</a>' in page
    assert '<em class="voice unnamed">two pilots<span class="vh"> (unnamed)</span></em>' in page


def test_the_outlets_say_how_they_fare_and_which_to_look_at(site: Client) -> None:
    fares = {"usual_gap_s": 1500, "longest_gap_s": 40_000, "family": "Elin Media"}
    a_report(outlet=an_outlet("well", "Well", **fares), published=timezone.now() - timedelta(hours=1, minutes=5))
    a_feed(an_outlet("well"), last_success=timezone.now(), next_check=timezone.now() + timedelta(minutes=9, seconds=30))
    failed = {"last_failure": timezone.now() - timedelta(hours=3), "failure": "HTTP error: 403 Forbidden, a captcha"}
    a_feed(an_outlet("walled", "Walled"), **failed, failures_in_a_row=4)
    page = html.fromstring(body(site, "/outlets/"))
    assert page.xpath('normalize-space(//p[@class="found-line"])') == "2 outlets 1 to look at: Walled"
    rows = [[" ".join(cell.text_content().split()) for cell in row.xpath("*")] for row in page.xpath("//tbody/tr")]
    assert rows == [
        ["Walled failed 4 times in a row: HTTP error: 403 Forbidden, a captcha", "failing", "none", "–", "–", "never",
         rows[0][6]],
        ["Well Elin Media", "good", "1 hour ago", "25 minutes", "–", "now",
         "in 9 minutes"],
    ]  # fmt: skip
    one = html.fromstring(body(site, "/outlets/walled/"))
    assert one.xpath('normalize-space(//aside//p[contains(@class, "banner")])') == (
        "Failed 4 times in a row: HTTP error: 403 Forbidden, a captcha."
    )
    said = dict(zip(one.xpath("//aside//dt/text()"), one.xpath("//aside//dd"), strict=False))
    assert " ".join(said["Last failure"].text_content().split()) == "3 hours ago HTTP error: 403 Forbidden, a captcha"


@pytest.mark.parametrize(
    ("part", "said"),
    [(None, "–"), (0.0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1.0, "100%")],
)
def test_a_share_is_all_or_nothing_only_when_it_is(part: float | None, said: str) -> None:
    assert share(part) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-0.5, "now"), (0, "now"), (0.9, "now"), (1, "in 1 minute"), (-61, "1 hour ago"), (3_000, "in 2 days")],
)
def test_a_time_is_told_by_how_far_it_is(minutes: float, said: str) -> None:
    assert html.fromstring(ago(NOON + timedelta(minutes=minutes), NOON)).text_content() == said


@pytest.mark.parametrize(
    ("notice", "said"), [("withdrawn", "Withdrawn."), ("corrected", "Corrected."), ("gone", "Gone.")]
)
def test_a_notice_of_the_outlet_stands_above_the_report(site: Client, notice: str, said: str) -> None:
    page = body(site, f"/reports/{a_report(notice=notice).id}/")
    assert f'<p class="banner {notice}" lang="en"><strong>{said}</strong>' in page


def test_a_report_says_what_became_of_it_and_which_versions_it_had(site: Client) -> None:
    report = a_report("Port open", notice="gone", earlier=["Port shut\nIt is shut."], located="Vellmar <b>")
    for hours, (notice, detail) in enumerate(
        [("corrected", "said in version 2"), ("", ""), ("gone", "410 Gone at <x>")]
    ):
        ReportNotice.objects.create(report=report, notice=notice, noted=NOON + timedelta(hours=hours), detail=detail)
    page = html.fromstring(body(site, f"/reports/{report.id}/"))
    said = [" ".join(one.text_content().split()) for one in page.xpath("//ol[contains(@class, 'versions')]/li")]
    hashes = report.versions.order_by("-number").values_list("text_hash", flat=True)
    assert [line.partition(" taken")[0] for line in said[:2]] == ["Version 2", "Version 1"]
    assert [line.rpartition(" ")[2] for line in said[:2]] == [f"{one[:12]}…" for one in hashes]
    assert [line.partition(" noted")[0] for line in said[2:]] == [
        "Its page was gone",
        "There again, without a notice",
        "Corrected by the outlet",
    ]
    assert said[2].endswith(": 410 Gone at <x>")
    assert "Vellmar <b>" in " ".join(page.xpath("//header//p[@class='dateline']")[0].text_content().split())
    assert page.xpath("//details[@class='changes']//del")


def test_what_changed_between_versions_is_shown_word_by_word(site: Client) -> None:
    report = a_report("Port open", ["It opened after nine days."], earlier=["Port open\nIt opened after eight days."])
    page = body(site, f"/reports/{report.id}/")
    assert "It opened after <del>eight</del><ins>nine</ins> days." in page
    older = body(site, f"/reports/{report.id}/?version=1")
    assert "This is how the report once stood" in older
    assert f'<link rel="canonical" href="http://testserver/reports/{report.id}/">' in older


def test_an_older_version_bears_its_own_headline(site: Client) -> None:
    report = a_report("Port open", ["It opened."], earlier=["Port may open\nIt may open."])
    assert "<title>Port may open · " in body(site, f"/reports/{report.id}/?version=1")
    assert "<title>Port open · " in body(site, f"/reports/{report.id}/")


@pytest.mark.parametrize("path", ["/", "/stories/"])
def test_a_story_that_opened_with_a_withdrawn_report_says_so(site: Client, path: str) -> None:
    story = a_story()
    a_report("Port open", notice="withdrawn", id=story.id, story=story)
    stories = body(site, path).partition("Just in")[0]
    assert '<strong class="notice withdrawn">withdrawn</strong>' in stories


def test_a_report_of_very_many_paragraphs_is_shown_in_part_and_says_so(site: Client) -> None:
    report = a_report("Long", [f"Paragraph {n}." for n in range(2_003)])
    page = body(site, f"/reports/{report.id}/")
    assert "Paragraph 1999." in page
    assert "Paragraph 2000." not in page
    assert "3 further paragraphs are not shown here" in page


def test_a_report_of_a_headline_alone_says_so(site: Client) -> None:
    assert "Only the headline" in body(site, f"/reports/{a_report('Alone', []).id}/")


# --- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nothing/", 404),
        ("/reports/1/", 404),
        ("/reports/99999999999999999999999/", 404),
        ("/reports/x/", 404),
        ("/stories/1/", 404),
        ("/stories/99999999999999999999999/", 404),
        ("/outlets/nobody/", 404),
        ("/outlets/%00/", 404),
        ("/voices/nobody/", 404),
        ("/voices/%00/", 404),
        ("/subjects/%00/", 404),
        ("/subjects/%ff%fe/", 404),
        ("/subjects/" + "x" * 3000 + "/", 404),
        ("/subjects/x/feed.rss", 404),
        ("/stories/999999999999999999999999/feed.atom", 404),
        ("/outlets/x/feed.json", 404),
        ("/voices/nobody/?before=x", 400),
        ("/stories/?before=x", 400),
        ("/stories/?before=1-1&after=1-1", 400),
        ("/search/?q=" + "x" * 301, 400),
        ("/search/?q=x&before=-1", 400),
        ("/search/?q=x&before=99999999999999999999", 400),
        ("/search/feed.rss", 400),
        ("/feed.xml", 404),
    ],
)
def test_an_address_that_leads_nowhere_gives_a_page_and_never_a_fault(site: Client, address: str, status: int) -> None:
    response = site.get(address)
    assert response.status_code == status
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("parameter", ["version=0", "version=-1", "version=x", "version=9999999999999", "version=١"])
def test_a_version_that_is_no_number_is_400(site: Client, parameter: str) -> None:
    assert site.get(f"/reports/{a_report().id}/?{parameter}").status_code == 400


@override_settings(ALLOWED_HOSTS=["wire.example"])
def test_a_host_that_is_not_ours_gets_a_page_that_says_so(site: Client) -> None:
    assert site.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_fault_of_ours_gives_a_page_that_asks_the_store_nothing(
    site: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("reportedly.wire.listings.read_front_page", broken)
    site.raise_request_exception = False
    with django_assert_num_queries(0):
        page = body(site, "/", 500)
    assert "Something went wrong on our side" in page
    assert "boom" not in page


def test_the_small_files_are_there(site: Client) -> None:
    assert body(site, "/robots.txt") == "User-agent: *\nDisallow: /search/\n"
    assert body(site, "/healthz") == "ok\n"
    assert site.get("/favicon.ico")["Location"] == "/static/web/icon.svg"
    assert site.get("/static/web/site.css").status_code == 200


def test_links_use_the_public_address_where_one_is_set(site: Client, settings: Any) -> None:
    settings.REPORTEDLY = type(settings.REPORTEDLY)(data=settings.REPORTEDLY.data, base_url="https://wire.example/")
    assert '<link rel="canonical" href="https://wire.example/about/">' in body(site, "/about/?utm_source=x")


# --- search ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def index(settings: Any, tmp_path: Path) -> SearchIndex:
    """An empty search index that the site uses."""
    settings.REPORTEDLY = type(settings.REPORTEDLY)(data=tmp_path)
    return SearchIndex(tmp_path / "search.sqlite3")


def indexed(index: SearchIndex, *reports: Any) -> None:
    index.add(
        IndexRow(
            id=report.id,
            title=report.title,
            body=" ".join(report.lead["paragraphs"]),
            subjects=tuple(report.tags.filter(about=True).values_list("subject_id", flat=True)),
            outlet=report.outlet_id,
        )
        for report in reports
    )


def test_before_there_is_an_index_search_says_so(site: Client) -> None:
    assert "not built yet" in body(site, "/search/?q=port")


def test_an_index_that_cannot_be_read_is_said_and_not_a_fault(site: Client, settings: Any, tmp_path: Path) -> None:
    settings.REPORTEDLY = type(settings.REPORTEDLY)(data=tmp_path)
    (tmp_path / "search.sqlite3").write_bytes(b"not an index, but long enough to be read as one" * 100)
    assert "has to be built anew" in body(site, "/search/?q=port")


def test_search_finds_newest_first_and_filters_by_any_name_of_a_subject_or_outlet(
    site: Client, index: SearchIndex
) -> None:
    elin, echo = a_subject(aliases=["Elinhavn"]), an_outlet("echo", "Vesna Echo")
    first = a_report("Port one", about=[elin])
    second = a_report("Port two", outlet=echo, published=NOON + timedelta(hours=1))
    indexed(index, first, second)
    assert titles(body(site, "/search/?q=port")) == ["Port two", "Port one"]
    assert titles(body(site, "/search/?q=port+subject:Elinhavn")) == ["Port one"]
    assert titles(body(site, '/search/?q=port+outlet:"Vesna Echo"')) == ["Port two"]
    assert "<b>2</b> reports for <b>port</b>" in body(site, "/search/?q=port")


def test_search_turns_pages_without_gaps_and_caps_its_count(
    site: Client, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "CAP", 12)
    indexed(index, *[a_report(f"Port {n}") for n in range(15)])
    first = body(site, "/search/?q=port")
    assert "<b>12+</b> reports" in first
    (older,) = re.findall(r'<a rel="next" href="([^"]+)"', first)
    second = body(site, older.replace("&amp;", "&"))
    assert sorted(titles(first) + titles(second)) == sorted(f"Port {n}" for n in range(15))
    assert 'rel="prev" href="/search/?q=port"' in second


def test_search_by_closeness_shows_a_bounded_list(site: Client, index: SearchIndex) -> None:
    indexed(index, a_report("Port"), a_report("Ice", ["A port in a long text. " * 20]))
    page = body(site, "/search/?q=port&order=relevant")
    assert titles(page) == ["Port", "Ice"]
    assert 'rel="next"' not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("subject:Nowhere", "No subject is called “Nowhere”."),
        ("outlet:nobody", "No outlet is called “nobody”."),
        ("zzz", "No report has all of these words."),
        ('"', "There is nothing to look for"),
        ("…", "There is nothing to look for"),
        ("' OR 1=1 --", "No report has all of these words."),
        ("NEAR(a b", "No report has all of these words."),
        ("title:x^2*", "No report has all of these words."),
    ],
)
def test_a_search_that_finds_nothing_says_why(site: Client, index: SearchIndex, query: str, said: str) -> None:
    assert said in body(site, f"/search/?q={query}")


def test_a_search_offers_the_subject_that_may_have_been_meant(site: Client, index: SearchIndex) -> None:
    a_subject("Port Elin")
    assert 'href="/subjects/port-elin/"' in body(site, "/search/?q=Port Ellin")


# --- what is documented ------------------------------------------------------------------------------------------------


def test_every_address_of_the_site_stands_in_the_reference() -> None:
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "addresses.md").read_text("utf-8")
    missing = [str(one.pattern) for one in urlpatterns if as_documented(str(one.pattern)) not in reference]
    assert missing == []


def as_documented(pattern: str) -> str:
    """A pattern of urls.py as the reference writes it."""
    pattern = pattern.removeprefix("^").replace(r"feed\.(?P<format>rss|atom|json)$", "feed.FORMAT")
    names = re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)", lambda found: (found[1] or found[2]).upper(), pattern)
    return f"`/{names}"
