"""Each field from the witness that is to be believed, and where it was found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extract.pages import ARTICLE, NOW, SECOND, THIRD, a_page, an_entry
from reportedly.extract import extract, extract_known
from reportedly.extract.authors import clean_authors
from reportedly.extract.dates import read_when
from reportedly.extract.jsonld import things_in
from reportedly.values import Page, Report


def read(head: str = "", body: str = "", html: str = "<html>", **page: object) -> Report:
    whole = f"<article>{body or '<h1>Ferry to Sool sails again</h1>'}{ARTICLE}</article>"
    made: Page = a_page(whole, head=head, html=html, **page)  # type: ignore[arg-type]
    found = extract(made)
    assert isinstance(found, Report)
    return found


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


# --- title -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title", "where"),
    [
        ("<title>Ferry to Sool sails again - Westmere Courier</title>", "<h1>Ferry to Sool sails again</h1>", "Ferry to Sool sails again", "h1"),
        ("<title>Ferry to Sool sails again - Westmere Courier</title>", "<p></p>", "Ferry to Sool sails again", "title"),
        ('<meta property="og:title" content="Ferry sails &amp;amp; stays">', "<h1>News</h1>", "Ferry sails & stays", "meta"),
        (ld('{"@type":"NewsArticle","headline":"Ferry to Sool sails again"}'), "<h1>Courier</h1>", "Ferry to Sool sails again", "json-ld"),
        ("", '<div itemscope itemtype="https://schema.org/NewsArticle"><p itemprop="headline">Ferry to Sool sails</p></div>', "Ferry to Sool sails", "microdata"),
        # A line over the headline belongs to the layout, where the witnesses know the headline alone.
        ('<meta property="og:title" content="Ferry to Sool sails again">', "<h1><span>Harbour</span> Ferry to Sool sails again</h1>", "Ferry to Sool sails again", "meta"),
        # What stands behind a bar is cut only when it is the outlet's name.
        ("<title>Ferry | Sool | Westmere Courier</title>", "<p></p>", "Ferry | Sool", "title"),
        # The page's own h1 outweighs the longer title made for search engines.
        ("<title>Ferry to Sool: times, prices and repairs | Westmere Courier</title>", "<h1>Ferry to Sool</h1>", "Ferry to Sool", "h1"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_that_the_witnesses_agree_on(head: str, body: str, title: str, where: str) -> None:
    report = read(head + '<meta property="og:site_name" content="Westmere Courier">', body)
    assert (report.title, report.title_from) == (title, where)


def test_the_feeds_title_is_better_than_none() -> None:
    report = read(body="<p></p>", entry=an_entry(title="Ferry &amp; barge sail"))
    assert (report.title, report.title_from) == ("Ferry & barge sail", "feed")


# --- when ------------------------------------------------------------------------------------------------------------

DAY = datetime(2024, 5, 1, tzinfo=UTC)
NINE = datetime(2024, 5, 1, 7, 30, tzinfo=UTC)


AT_NINE = '<meta property="article:published_time" content="2024-05-01T07:30:00Z">'


@pytest.mark.parametrize(
    ("head", "body", "published", "is_day", "where"),
    [
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-01T09:30:00+02:00"}'), "", NINE, False, "json-ld"),
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-01"}'), "", DAY, True, "json-ld"),
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-01T09:30:00"}'), "", DAY, True, "json-ld"),  # no zone, no hour
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-01T00:00:00Z"}'), "", DAY, True, "json-ld"),
        (AT_NINE, "<h1>Ferry</h1><p>1 May 2024</p>", NINE, False, "meta"),
        ('<meta name="date" content="Wed, 01 May 2024 09:30:00 +0200">', "<h1>Ferry</h1><p>Wednesday, May 1</p>", NINE, False, "meta"),
        ("", '<h1>Ferry</h1><div itemscope itemtype="https://schema.org/Article"><meta itemprop="datePublished" content="20240501"></div>', DAY, True, "meta"),
        ("", '<h1>Ferry</h1><time class="published" datetime="2024-05-01T07:30:00Z">yesterday</time>', NINE, False, "time"),
        ("", "<h1>Ferry to Sool</h1><p>By Ada Thorne, 1 May 2024</p>", DAY, True, "body"),
        ("", "<h1>Ferry to Sool</h1><p>Posted on May 1st, 2024</p>", DAY, True, "body"),
        ("", "<h1>Ferry to Sool</h1><p>01.05.2024, 9.30 Uhr</p>", DAY, True, "body"),
        # JSON-LD of any article and a meta element agree.
        (ld('{"@type":"BlogPosting","datePublished":"2024-05-01"}') + AT_NINE, "", DAY, True, "json-ld"),
        # What the page prints decides between two that do not.
        (ld('{"@type":"NewsArticle","datePublished":"2024-04-01"}') + AT_NINE, "<h1>Ferry</h1><p>01.05.24</p>", NINE, False, "meta"),
        (ld('{"@type":"NewsArticle","datePublished":"2024-04-01"}'), "<h1>Ferry</h1><p>May 1, 2024</p>", DAY, True, "body"),
        # The day of a page that is more than a report counts once it is seen.
        (ld('{"@type":"WebPage","datePublished":"2024-05-01"}'), "<h1>Ferry</h1><p>May 1, 2024</p>", DAY, True, "json-ld"),
        # Behind a long lead, and above the headline.
        ("", f"<h1>Ferry to Sool</h1><p>{SECOND} {THIRD}</p><p>May 1, 2024</p>", DAY, True, "body"),
        ("", "<p>May 1, 2024</p><h1>Ferry to Sool</h1>", DAY, True, "body"),
        # All `<time>` elements name one day, and nothing else speaks.
        ("", f"<h1>Ferry</h1>{ARTICLE}{ARTICLE}<time datetime='2024-05-01'>Wednesday</time>", DAY, True, "time"),
        ("", f"<h1>Ferry</h1>{ARTICLE}<p>Published on 1 May 2024 in Westmere</p>", DAY, True, "body"),
    ],
)  # fmt: skip
def test_the_day_is_the_first_that_two_witnesses_have(
    head: str, body: str, published: datetime, is_day: bool, where: str
) -> None:
    report = read(head, body)
    assert (report.published, report.published_is_day, report.published_from) == (published, is_day, where)


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("de", "Veröffentlicht am 1. Mai 2024"),
        ("fr", "Publié le 1er mai 2024 à 9h30"),
        ("es", "1 de mayo de 2024"),
        ("ru", "1 мая 2024"),
        ("pl", "1 maja 2024"),
        ("zh", "2024年5月1日"),
        ("en-GB", "1/5/2024"),
        ("en-US", "5/1/2024"),
    ],
)
def test_a_printed_day_is_read_in_the_pages_language(language: str, printed: str) -> None:
    report = read(body=f"<h1>Ferry 17</h1><p>{printed}</p>", html=f'<html lang="{language}">')
    assert (report.published, report.published_from) == (DAY, "body")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ""),
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-09"}'), ""),  # after the page was fetched
        (ld('{"@type":"NewsArticle","datePublished":"1970-01-01T00:00:00Z"}'), ""),
        (ld('{"@type":"NewsArticle","datePublished":"2024-02-31"}'), ""),
        (ld('{"@type":"NewsArticle","datePublished":"soon"}'), ""),
        ("", "<h1>Ferry</h1><p>Last updated on 1 May 2024</p>"),
        ("", "<h1>Ferry</h1><p>04/05/2023</p>"),  # April or May
        ("", "<h1>Ferry</h1><p>© 2023 Westmere Courier</p>"),
        ("", "<h1>Ferry</h1><time datetime='2024-04-01'>a</time><time datetime='2024-04-02'>b</time>"),  # which?
        ("", "<h1>Ferry</h1><img src='/pictures/2021/03/04/ferry.jpg'>"),
        # One stamp that nobody else has: systems set it on pages that report nothing, too.
        (AT_NINE, ""),
        (ld('{"@type":"Article","datePublished":"2024-05-01"}'), ""),
        (ld('{"@type":"WebPage","datePublished":"2024-05-01"}') + AT_NINE, ""),
        # Two that differ, and the page prints neither.
        (ld('{"@type":"NewsArticle","datePublished":"2024-04-01"}') + AT_NINE, ""),
        # The printed day is the page's own day of a change, though it does not say so.
        (
            ld('{"@type":"NewsArticle","datePublished":"2019-04-01","dateModified":"2024-05-01"}'),
            "<h1>Ferry</h1><p>May 1, 2024</p>",
        ),
        ("", "<h1>Ferry</h1><p>We are open today, May 1, 2024</p>"),
        ("", "<h1>Ferry</h1><p>Saturdays only: 28.01. - 05.02. 10% off!</p>"),
        ("", "<h1>Ferries</h1><p>1 April 2024</p><p>2 April 2024</p><p>3 April 2024</p>"),  # a programme
        ("", "<h1>Ferry</h1><figure><figcaption>The landing stage, 12.03.2023</figcaption></figure>"),
        ("", f"<h1>Ferry</h1>{ARTICLE}<div class='comment'><time datetime='2024-04-01'>a month ago</time></div>"),
        (
            '<meta property="article:modified_time" content="2024-05-01T07:30:00Z">',
            "<h1>Ferry</h1><time datetime='2024-05-01'>1 May</time>",
        ),
        (
            "",
            "<h1>Ferry</h1><div itemscope itemtype='https://schema.org/Review'><meta itemprop='datePublished' content='2024-04-01'></div>",
        ),
    ],
)
def test_a_date_that_nobody_can_be_sure_of_is_unknown(head: str, body: str) -> None:
    report = read(head, body)
    assert (report.published, report.published_is_day, report.published_from) == (None, False, "unknown")


def test_a_moment_in_utc_falls_on_the_day_that_the_outlets_calendar_shows() -> None:
    head = '<meta property="article:published_time" content="2024-05-01T03:37:00Z">'
    page = a_page(f"<article><h1>Ferry sails</h1><p>30 April 2024, 11:37 pm</p>{ARTICLE}</article>", head=head)
    report, known = extract_known(page)  # type: ignore[misc]
    assert (report.published, report.published_is_day) == (datetime(2024, 5, 1, 3, 37, tzinfo=UTC), False)
    assert known.published.value.day.isoformat() == "2024-04-30"


def test_a_page_that_a_feed_announces_is_believed_about_its_day() -> None:
    entry = an_entry(published=NINE - timedelta(days=5))
    report = read('<meta property="article:published_time" content="2024-05-01T07:30:00Z">', entry=entry)
    assert (report.published, report.published_from) == (NINE, "meta")


def test_an_address_that_carries_a_day_dates_its_report() -> None:
    report = read(url="https://www.westmere-courier.example/2024/05/01/ferry")
    assert (report.published, report.published_is_day, report.published_from) == (DAY, True, "url")


def test_the_feed_dates_a_report_before_the_weaker_witnesses_do() -> None:
    body = '<h1>Ferry</h1><time class="published" datetime="2024-04-01">April</time>'
    report = read(body=body, entry=an_entry(published=NINE))
    assert (report.published, report.published_is_day, report.published_from) == (NINE, False, "feed")


def test_a_day_takes_its_hour_from_the_feed_and_another_day_does_not() -> None:
    day = ld('{"@type":"NewsArticle","datePublished":"2024-05-01"}')
    assert read(day, entry=an_entry(published=NINE)).published == NINE
    later = an_entry(published=NINE - timedelta(days=5))
    assert read(day, entry=later).published == DAY


def test_a_change_is_known_only_after_the_publication() -> None:
    head = ld('{"@type":"NewsArticle","datePublished":"2024-05-01T07:30:00Z","dateModified":"%s"}')
    assert read(head % "2024-05-01T08:00:00Z").modified == datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
    assert read(head % "2024-05-01T07:30:00Z").modified is None


@pytest.mark.parametrize("said", ["", "x", "2024", "99999999999999999999", "2024-13-01", "0000-00-00", "1" * 10_000, "9999-12-31T23:59:59-14:00"])  # fmt: skip
def test_no_statement_can_break_the_reading_of_dates(said: str) -> None:
    assert read_when(said, now=NOW) is None


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (["By Ada Thorne"], ("Ada Thorne",)),
        (["Von Ada Thorne und Jonas Brook"], ("Ada Thorne", "Jonas Brook")),
        (["Ada Thorne, Jonas Brook and Mirela Stan"], ("Ada Thorne", "Jonas Brook", "Mirela Stan")),
        (["Thorne, Ada"], ("Ada Thorne",)),
        (["Ada Thorne, PhD"], ("Ada Thorne, PhD",)),
        (["Ada Thorne Senior Science Reporter"], ("Ada Thorne",)),
        (["Ada Thorne (Westmere)"], ("Ada Thorne",)),
        (["Ada Thorne | ada@courier.example"], ("Ada Thorne",)),
        (["Written by Ada Thorne"], ("Ada Thorne",)),
        (["Ada Thorne 12 May 2024"], ("Ada Thorne",)),
        (["Ada Thorne", "ada thorne", "ADA THORNE"], ("Ada Thorne",)),
        (["https://social.example/ada"], ()),
        (["Westmere Courier"], ()),
        (["Westmere Courier, Westmere, Harbourland"], ()),
        (["admin"], ()),
        (["News Desk"], ()),
        (["Staff Writer"], ()),
        (["Tidewater Media GmbH"], ()),
        (["brandon-17"], ()),
        (["fquill"], ()),
        (["Courier Redaktion"], ()),
        (["Youtube Instagram Facebook"], ()),
        (["Adélaïde d'Orn"], ("Adélaïde d'Orn",)),
        (["林美玲"], ("林美玲",)),
        ([""], ()),
        (["," * 1000], ()),
    ],
)
def test_bylines_give_names_and_nothing_else(said: list[str], names: tuple[str, ...]) -> None:
    assert clean_authors(said, outlet_names=("Westmere Courier",)) == names


@pytest.mark.parametrize(
    ("head", "body", "author", "where"),
    [
        (ld('{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ada Thorne"},{"name":"Jonas Brook"}]}'), "", "Ada Thorne; Jonas Brook", "json-ld"),
        ('<meta name="author" content="By Ada Thorne">', "", "Ada Thorne", "meta"),
        ("", '<h1>Ferry</h1><div itemscope itemtype="https://schema.org/Article"><p itemprop="author" itemscope><b itemprop="name">Ada Thorne</b></p></div>', "Ada Thorne", "microdata"),
        ("", "<h1>Ferry to Sool</h1><p>By Ada Thorne | 1 May 2024</p>", "Ada Thorne", "body"),
        ("", "<h1>Ferry to Sool</h1><p class='byline'><span>Ada Thorne</span><span>Correspondent</span></p>", "Ada Thorne", "body"),
        ("", "<h1>Ferry to Sool</h1><p><a href='/authors/ada'>Ada Thorne</a></p>", "Ada Thorne", "body"),
        ("", "<h1>Ferry to Sool</h1><p>Photo by Ada Thorne</p>", None, "unknown"),
        ("", "<h1>Ferry to Sool</h1><p>Powered by Great Press</p>", None, "unknown"),
        ('<meta name="author" content="Westmere Courier"><meta property="og:site_name" content="Westmere Courier">', "", None, "unknown"),
        # What a reader says below the report is not its author.
        ("", '<h1>Ferry</h1><div itemscope itemtype="https://schema.org/Comment"><b itemprop="author">Rob Reader</b></div>', None, "unknown"),
    ],
)  # fmt: skip
def test_the_author_is_whom_the_first_witness_names(head: str, body: str, author: str | None, where: str) -> None:
    report = read(head, body)
    assert (report.author, report.author_from) == (author, where)


# --- JSON-LD as it is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"Ferry"}',
        '[{"@type":"NewsArticle","headline":"Ferry"}]',
        '{"@graph":[{"@type":"NewsArticle","headline":"Ferry"}]}',
        '{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","headline":"Ferry"}}',
        '{"@type":["NewsArticle","Thing"],"headline":"Ferry",}',
        '{"@type":"https://schema.org/NewsArticle","headline":"Ferry"};',
        '<!-- {"@type":"NewsArticle","headline":"Ferry"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Ferry"}\n//]]>',
        '/* ours */ {"@type":"NewsArticle", // the kind\n "headline":"Ferry"}',
        '{"@type":"NewsArticle","headline":"Ferry","description":"two\nlines\tand \x02"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;Ferry&quot;}",
        '{"@type":"NewsArticle","headline":"Ferry"}{"@type":"Thing"}',
        '{"@type":"NewsArticle","headline":"Ferry","author": broken',
    ],
)
def test_json_ld_is_read_as_forgivingly_as_it_is_written(script: str) -> None:
    assert "Ferry" in [thing.get("headline") for thing in things_in([script])]


@pytest.mark.parametrize("script", ["", "{", "[" * 100_000, '{"a":' * 100_000, "null", '"text"', "/*" * 10_000])
def test_json_ld_that_says_nothing_gives_nothing(script: str) -> None:
    assert things_in([script]) == ()


def test_of_several_articles_the_one_named_like_the_page_is_the_report() -> None:
    other = '{"@type":"NewsArticle","headline":"Something else","datePublished":"2020-01-01"}'
    this = '{"@type":"NewsArticle","headline":"Ferry to Sool sails again","datePublished":"2024-05-01"}'
    assert read(ld(f"[{other},{this}]")).published == DAY
    assert read(ld(f"[{other},{other.replace('else', 'more')}]")).published is None


# --- address and language --------------------------------------------------------------------------------------------

HERE = "https://www.westmere-courier.example/news/ferry-sails-again"


@pytest.mark.parametrize(
    ("head", "url", "address"),
    [
        ("", HERE, HERE),
        (f'<link rel="canonical" href="{HERE}#top">', HERE + "?utm_source=x", HERE),
        ('<link rel="canonical" href="/news/ferry">', HERE, "https://www.westmere-courier.example/news/ferry"),
        ('<link rel="canonical" href="https://www.westmere-courier.example/">', HERE, HERE),  # a bare home page
        ('<link rel="canonical" href="https://elsewhere.example/news/ferry">', HERE, HERE),
        ('<link rel="canonical" href="http://[broken">', HERE, HERE),
        ('<link rel="canonical" href="javascript:void(0)">', HERE, HERE),
        ('<link rel="canonical" href="https://courier.example/story.php">', "https://courier.example/story.php?id=7", "https://courier.example/story.php?id=7"),
        ('<meta property="og:url" content="https://courier.example/ferry">', "https://m.courier.example/ferry", "https://courier.example/ferry"),
    ],
)  # fmt: skip
def test_the_address_is_the_outlets_own_when_it_can_be_believed(head: str, url: str, address: str) -> None:
    assert read(head, url=url).url == address


@pytest.mark.parametrize(
    ("html", "head", "language", "where"),
    [
        ('<html lang="de">', "", "de", "html"),
        ('<html lang="PT_br">', "", "pt-BR", "html"),
        ("<html>", '<meta property="og:locale" content="en_US">', "en-US", "meta"),
        ("<html>", ld('{"@type":"Article","inLanguage":"fr"}'), "fr", "json-ld"),
        ('<html lang="??">', "", "en", "guess"),
    ],
)
def test_the_language_is_what_the_page_declares(html: str, head: str, language: str, where: str) -> None:
    report = read(head, html=html)
    assert (report.language, report.language_from) == (language, where)
