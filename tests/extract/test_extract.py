"""From a page to its report, or to the reason why there is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.hostile_pages import HOSTILE, MOST_MB, MOST_S, what_it_takes
from extract.pages import ARTICLE, FIRST, NOW, SECOND, TEXT, THIRD, a_page, a_raw_page, an_entry
from reportedly.extract import extract
from reportedly.values import Notice, Page, Reason, Report, SetAside


def report_of(page: Page) -> Report:
    found = extract(page)
    assert isinstance(found, Report), found
    return found


def why_aside(page: Page) -> SetAside:
    found = extract(page)
    assert isinstance(found, SetAside), found
    return found


def test_a_whole_page_becomes_a_whole_report() -> None:
    head = """
      <title>Ferry to Sool sails again | Westmere Courier</title>
      <link rel="canonical" href="/news/ferry-sails-again">
      <meta property="og:site_name" content="Westmere Courier">
      <meta property="article:section" content="Harbour">
      <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
        {"@type": "WebSite", "name": "Westmere Courier"},
        {"@type": "Person", "@id": "#ada", "name": "Ada Thorne"},
        {"@type": "NewsArticle", "headline": "Ferry to Sool sails again", "author": [{"@id": "#ada"}],
         "datePublished": "2024-05-01T09:30:00+02:00", "dateModified": "2024-05-01T11:00:00+02:00"}]}</script>"""
    page = a_page(head=head, html='<html lang="en-gb">', entry=an_entry(categories=("Ferries",)))
    assert report_of(page) == Report(
        url="https://www.westmere-courier.example/news/ferry-sails-again",
        title="Ferry to Sool sails again",
        paragraphs=TEXT,
        outlet="westmere-courier",
        guid="urn:courier:17",
        author="Ada Thorne",
        published=datetime(2024, 5, 1, 7, 30, tzinfo=UTC),
        modified=datetime(2024, 5, 1, 9, 0, tzinfo=UTC),
        language="en-GB",
        categories=("Harbour", "Ferries"),
        title_from="h1",
        author_from="json-ld",
        published_from="json-ld",
        text_from="body",
        language_from="html",
    )


def test_what_nobody_says_is_unknown() -> None:
    report = report_of(a_page(f"<article>{ARTICLE}</article>"))
    assert (report.title, report.title_from) == ("", "unknown")
    assert (report.author, report.author_from) == (None, "unknown")
    assert (report.published, report.published_is_day, report.published_from) == (None, False, "unknown")
    assert (report.language, report.language_from) == ("en", "guess")
    assert report.credit is None
    assert report.notice is None


def test_extraction_depends_on_nothing_but_the_page() -> None:
    assert extract(a_page()) == extract(a_page())


# --- text ------------------------------------------------------------------------------------------------------------


def test_the_title_is_not_said_again_in_the_text() -> None:
    body = f"<article><h1>Ferry to Sool sails again</h1><h2>Ferry to Sool sails again</h2>{ARTICLE}</article>"
    assert report_of(a_page(body)).text == "\n".join(("Ferry to Sool sails again", *TEXT))


def test_every_block_ends_its_paragraph_and_line_ends_within_one_do_not() -> None:
    first = FIRST.replace(" again", "\n  again")
    body = f"<article><h1>Ferry sails</h1><div>{first}</div><div>{SECOND}<br><br>{THIRD}</div></article>"
    assert report_of(a_page(body)).paragraphs == TEXT


def test_quotation_marks_and_entities_pass_unharmed() -> None:
    said = "&ldquo;Fish &amp; chips at 5&nbsp;&lt;&nbsp;10 crowns,&rdquo; he said; ‘no’, she said, «jamais», „nie“ &mdash; 3&frac12;."
    paragraph = report_of(a_page(f"<article><h1>Ferry sails</h1>{ARTICLE}<p>{said}</p></article>")).paragraphs[-1]
    assert paragraph == "“Fish & chips at 5 < 10 crowns,” he said; ‘no’, she said, «jamais», „nie“ — 3½."


def test_a_text_that_its_outlet_cut_stays_marked_as_cut() -> None:
    body = f"<article><h1>Ferry sails</h1><p>{FIRST}</p><p>{SECOND}</p><p>The council had promised to answer in&nbsp;&hellip;</p></article>"
    assert report_of(a_page(body)).paragraphs[-1] == "The council had promised to answer in\u00a0…"


def test_a_repeated_paragraph_stands_once() -> None:
    body = f"<article><h1>Ferry sails</h1><p>{FIRST}</p>" + f"<p>{SECOND}</p>" * 500 + f"<p>{THIRD}</p></article>"
    assert report_of(a_page(body)).paragraphs == TEXT


def test_menus_and_footers_are_not_the_report() -> None:
    menu = "<nav><ul><li><a href='/a'>Harbour</a></li><li><a href='/b'>Weather</a></li></ul></nav>"
    footer = "<footer><p>© 2024 Westmere Courier. All rights reserved.</p></footer>"
    body = f"{menu}<article><h1>Ferry sails</h1>{ARTICLE}</article>{footer}"
    assert report_of(a_page(body)).paragraphs == TEXT


def test_a_report_set_in_a_layout_table_keeps_its_paragraphs() -> None:
    more = "".join(f"<p>{p.replace('Sool', f'Sool {n}')} It is line {n}.</p>" for n in range(3) for p in TEXT)
    body = f"<table><tr><td><h1>Ferry sails</h1></td></tr><tr><td><div>{more}</div></td></tr></table>"
    assert len(report_of(a_page(body)).paragraphs) == 9


# --- the feed as a witness -------------------------------------------------------------------------------------------


def test_the_feeds_text_is_taken_where_the_page_gives_none() -> None:
    entry = an_entry(title="Ferry sails", content_html=ARTICLE, author="Ada Thorne", published=NOW)
    for page in (a_raw_page(b"", entry=entry), a_raw_page(b"%PDF-1.7 ...", entry=entry), a_page("", entry=entry)):
        report = report_of(page)
        assert (report.title, report.paragraphs, report.text_from) == ("Ferry sails", TEXT, "feed")
        assert (report.published, report.published_from) == (NOW, "feed")
        assert (report.author, report.author_from) == ("Ada Thorne", "feed")


def test_the_feeds_text_is_taken_where_the_page_holds_only_its_beginning() -> None:
    entry = an_entry(content_html=ARTICLE + ARTICLE.replace("ferry", "barge"))
    report = report_of(a_page(f"<article><h1>Ferry sails</h1><p>{FIRST}</p></article>", entry=entry))
    assert (len(report.paragraphs), report.text_from) == (4, "feed")


def test_a_teaser_in_the_feed_does_not_replace_the_page() -> None:
    report = report_of(a_page(entry=an_entry(content_html=f"<p>{FIRST}</p>")))
    assert (report.paragraphs, report.text_from) == (TEXT, "body")


def test_a_feeds_text_with_two_bodies_and_half_a_pair_is_read_whole() -> None:
    broken = f"<html><head><title>x</title></head><body><p>{FIRST}</p><body><p>{SECOND}</p></body>\ud800<p>{THIRD}</p></html>"
    report = report_of(a_raw_page(b"", entry=an_entry(content_html=broken)))
    assert (report.paragraphs, report.text_from) == ((FIRST, SECOND, "?", THIRD), "feed")
    for nothing in ("<!--", '<!\' <a href="x">', "<body><body>"):
        assert isinstance(extract(a_raw_page(b"", entry=an_entry(content_html=nothing))), SetAside)


@pytest.mark.parametrize("address", ["http://[x", "//[", "http://\u2100.example/"])
def test_json_ld_that_names_what_is_no_address_is_still_believed(address: str) -> None:
    said = f'{{"@type": "NewsArticle", "url": "{address}", "@id": "{address}", "headline": "Ferry sails", "author": "Ada Thorne"}}'
    report = report_of(a_page(head=f'<script type="application/ld+json">{said}</script>'))
    assert (report.author, report.author_from) == ("Ada Thorne", "json-ld")


def test_a_text_that_only_json_ld_holds_is_found() -> None:
    stated = "\\n".join((*TEXT, *(p.replace("ferry", "barge") for p in TEXT)))
    head = f'<script type="application/ld+json">{{"@type": "Article", "headline": "Ferry", "articleBody": "{stated}"}}</script>'
    report = report_of(a_page("<h1>Ferry</h1><div id='app'></div>", head=head))
    assert report.text_from == "json-ld"
    assert report.paragraphs[:3] == TEXT


# --- set aside -------------------------------------------------------------------------------------------------------

LINKS = "".join(f"<li><a href='/{n}'>Report number {n} from the harbour of Westmere</a></li>" for n in range(40))


@pytest.mark.parametrize(
    ("page", "reason", "detail"),
    [
        (a_raw_page(b""), Reason.EMPTY, "the page has no content"),
        (a_raw_page(b" \n\x00\t "), Reason.EMPTY, "the page has no content"),
        (a_raw_page(b"%PDF-1.7\n..."), Reason.NOT_HTML, "it is a PDF"),
        (a_raw_page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), Reason.NOT_HTML, "it is an image"),
        (a_raw_page(b"\x1f\x8b\x08" + bytes(range(256))), Reason.NOT_HTML, "it is compressed"),
        (a_raw_page(b"{}", content_type="application/json"), Reason.NOT_HTML, "it is JSON"),
        (a_raw_page(b"<a>", content_type="video/mp4"), Reason.NOT_HTML, "video/mp4"),
        (a_raw_page(b"<?xml version='1.0'?><rss><channel/></rss>"), Reason.NOT_HTML, "it is a feed"),
        (a_raw_page(b"only words, no markup"), Reason.NOT_HTML, "it has no markup"),
        (a_raw_page(b"<!-- -->"), Reason.NOT_HTML, "there is no element in it"),
        (a_page(""), Reason.NO_TEXT, "the page holds no running text"),
        (
            a_raw_page(b"<html><head><title>A title</title></head></html>"),
            Reason.NO_TEXT,
            "the page holds no running text",
        ),
        (a_page(f"<h1>Harbour</h1><main><ul>{LINKS}</ul></main>"), Reason.NOT_A_REPORT, "it is a list of links"),
        (a_page("<p>x</p>" * 40_000), Reason.TOO_LARGE, "40,003 elements"),
        (a_raw_page(b"<p>" + b"x" * (17 << 20)), Reason.TOO_LARGE, "17.0 MB"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) and len(value) < 40 else "",
)
def test_a_page_without_a_report_is_set_aside_with_the_reason(page: Page, reason: Reason, detail: str) -> None:
    assert why_aside(page) == SetAside(url=page.url, reason=reason, detail=detail)


# --- hostile pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_ends_as_it_must_within_the_cap(kind: str) -> None:
    taken = what_it_takes(kind)
    assert taken.ended == HOSTILE[kind][1]
    assert taken.seconds <= MOST_S
    assert taken.mb <= MOST_MB


def test_nul_bytes_are_dropped() -> None:
    body = a_page().body.replace(b" ", b" \x00")
    assert report_of(a_raw_page(body)).paragraphs == TEXT


def test_a_page_without_a_body_element_is_read() -> None:
    raw = f"<title>Ferry sails</title>{ARTICLE}".encode()
    assert report_of(a_raw_page(raw)).paragraphs == TEXT


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.binary(max_size=400), content_type=st.sampled_from(["", "text/html", "text/html; charset=utf-16", "x/y"])
)
def test_any_bytes_end_as_a_report_or_a_reason(body: bytes, content_type: str) -> None:
    assert isinstance(extract(a_raw_page(body, content_type=content_type)), Report | SetAside)


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='author'>", "<h1>", "</h1>", "<table><td>", "<br>", "<!--", "-->", "<script type='application/ld+json'>",
     '{"@type":"Article","datePublished":', '"2024-13-45T99:99:99Z"', "[", "]", "{", "}", '"', ",", "</script>", "<time datetime='2024-02-30'>",
     "<meta name='author' content='", "'>", "By Ada Thorne", "31.02.2024", "99/99/9999", "&#0;", "&#xD800;", "\u00a0…", "\x00", FIRST, "ю", "<a href='http://[x'>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_markup_ends_as_a_report_or_a_reason(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    assert isinstance(extract(a_raw_page(b"<html>" + body)), Report | SetAside)


# --- notices and credit on a page ------------------------------------------------------------------------------------


def test_a_correction_and_a_dateline_are_seen() -> None:
    dated = FIRST.replace("The ferry", "WESTMERE, May 1 (Tidewire) - The ferry")
    note = "<p>Correction: An earlier version of this report gave the wrong day.</p>"
    report = report_of(a_page(f"<article><h1>Ferry sails</h1><p>{dated}</p><p>{SECOND}</p>{note}</article>"))
    assert (report.credit, report.notice) == ("Tidewire", Notice.CORRECTED)
