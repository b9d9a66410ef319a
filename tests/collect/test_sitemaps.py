"""Sitemaps: what they list, what a news sitemap says of a page, and what hostile ones cannot do."""

from __future__ import annotations

import gzip
import io
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.collect.sitemaps import (
    ListedMap,
    Sitemap,
    is_index,
    is_recent,
    is_sitemap,
    newest_first,
    read_sitemap,
    worth_asking,
)
from reportedly.values import FeedEntry, Reason, SetAside

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?><!-- made by hand --><urlset {SPACES}>
<url><loc> https://courier.example/a?b=1&amp;c=2 </loc><lastmod>2026-11-02T11:00:00+01:00</lastmod>
 <news:news><news:publication><news:name>Vellmar Courier</news:name><news:language>en</news:language></news:publication>
  <news:publication_date>2026-11-02T09:30:00Z</news:publication_date><news:title>Ferries &amp; ice</news:title>
  <news:keywords>harbour, ice, harbour</news:keywords></news:news>
 <image:image><image:loc>https://courier.example/a.jpg</image:loc><image:title>Ice</image:title></image:image>
 <video:video><video:title>Ice</video:title><video:publication_date>2020-01-01</video:publication_date></video:video></url>
<url><loc>https://courier.example/b</loc><news:news><news:publication_date>2026-11-01</news:publication_date></news:news></url>
<url><loc>/c</loc></url><url><loc>ftp://courier.example/d</loc></url><url/><url><loc>https://courier.example/b</loc></url>
</urlset>"""


def read(text: str | bytes, url: str = "https://courier.example/sitemap.xml") -> Sitemap | SetAside:
    return read_sitemap(io.BytesIO(text.encode() if isinstance(text, str) else text), url=url)


def pages(text: str | bytes) -> list[str]:
    found = read(text)
    assert isinstance(found, Sitemap), found
    return [page.url for page in found.pages]


def an_entry(url: str, *, published: datetime | None = None, updated: datetime | None = None) -> FeedEntry:
    return FeedEntry(guid=url, url=url, published=published, updated=updated)


# --- what stands in them ---------------------------------------------------------------------------------------------


def test_a_news_sitemap_says_title_and_date_of_each_page_and_nothing_of_pictures() -> None:
    assert read(NEWS) == Sitemap(
        pages=(
            FeedEntry(
                guid="https://courier.example/a?b=1&c=2",
                url="https://courier.example/a?b=1&c=2",
                title="Ferries & ice",
                published=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
                updated=datetime(2026, 11, 2, 10, tzinfo=UTC),
                categories=("harbour", "ice"),
            ),
            FeedEntry(
                guid="https://courier.example/b",
                url="https://courier.example/b",
                published=datetime(2026, 11, 1, tzinfo=UTC),
                published_is_day=True,
            ),
            an_entry("https://courier.example/c"),
        ),
        name="Vellmar Courier",
        language="en",
    )


def test_an_index_lists_sitemaps_with_when_they_changed() -> None:
    index = (
        f"<sitemapindex {SPACES}><sitemap><loc>https://courier.example/1.xml.gz</loc><lastmod>2026-11-02</lastmod></sitemap>"
        "<sitemap><loc>/2.xml</loc></sitemap><sitemap><lastmod>2026-11-02</lastmod></sitemap></sitemapindex>"
    )
    assert read(index) == Sitemap(
        maps=(
            ListedMap(url="https://courier.example/1.xml.gz", changed=datetime(2026, 11, 2, tzinfo=UTC)),
            ListedMap(url="https://courier.example/2.xml"),
        )
    )
    assert is_index(index.encode())
    assert is_index(gzip.compress(index.encode()))
    assert not is_index(NEWS.encode())


@pytest.mark.parametrize(
    ("start", "is_one"),
    [
        (NEWS.encode(), True),
        (b"\xef\xbb\xbf" + NEWS.encode(), True),
        (gzip.compress(NEWS.encode(), mtime=0), True),
        (NEWS.encode("utf-16"), True),
        (b"<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'>", True),
        (b"<rss><channel><title>&lt;urlset></title>", False),
        (b"<!DOCTYPE html><html><body><urlset>", False),
        (b"words about <urlset >", False),
        (gzip.compress(b"<rss/>", mtime=0), False),
        (b"\x1f\x8b torn", False),
        (b"", False),
    ],
)
def test_a_sitemap_is_known_by_how_it_begins(start: bytes, is_one: bool) -> None:
    assert is_sitemap(start) == is_one


def test_a_packed_sitemap_is_unpacked_whatever_it_is_called() -> None:
    assert read(gzip.compress(NEWS.encode()), url="https://courier.example/plain.xml") == read(
        NEWS, url="https://courier.example/plain.xml"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_its_encoding_is_the_one_it_declares_or_shows(encoding: str) -> None:
    text = "<urlset><url><loc>https://courier.example/ø</loc></url></urlset>"
    if encoding == "latin-1":
        text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'
    assert pages(text.encode(encoding)) == ["https://courier.example/ø"]


def test_prefixes_that_nobody_declared_are_read_by_their_names() -> None:
    text = "<urlset><url><loc>https://courier.example/a</loc><news:news><news:title>Ice</news:title></news:news></url></urlset>"
    found = read(text)
    assert isinstance(found, Sitemap)
    assert [page.title for page in found.pages] == ["Ice"]


def test_one_time_of_change_for_every_page_is_that_of_the_sitemap_and_says_nothing() -> None:
    def listed(many: int, *, odd: str = "") -> str:
        urls = [f"<url><loc>https://c.example/{n}</loc><lastmod>2026-11-02</lastmod></url>" for n in range(many)]
        return f"<urlset>{''.join(urls)}{odd}</urlset>"

    def times(text: str) -> set[datetime | None]:
        found = read(text)
        assert isinstance(found, Sitemap)
        return {page.updated for page in found.pages}

    assert times(listed(10)) == {None}
    assert times(listed(9)) == {datetime(2026, 11, 2, tzinfo=UTC)}
    assert len(times(listed(10, odd="<url><loc>https://c.example/x</loc><lastmod>2026-11-01</lastmod></url>"))) == 2


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://c.example/?a=1&b=2", "https://c.example/?a=1&b=2"),
        ("https://c.example/?a=1&amp;b=2", "https://c.example/?a=1&b=2"),
        ("https://c.example/?a=1&amp;amp;b=2", "https://c.example/?a=1&b=2"),
        ("<![CDATA[https://c.example/?a=1&b=2]]>", "https://c.example/?a=1&b=2"),
        ("https://c.example/?copy=1&copy=2", "https://c.example/?copy=1&copy=2"),
        ("https://c.example/caf&#xe9;", "https://c.example/café"),
    ],
)
def test_an_ampersand_costs_no_address_its_end(written: str, url: str) -> None:
    assert pages(f"<urlset><url><loc>{written}</loc></url></urlset>") == [url]


@pytest.mark.parametrize("filling", range(0, 40, 3))
def test_an_ampersand_is_mended_wherever_the_reading_stops(filling: int, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f"<urlset><!--{'x' * filling}--><url><loc>https://c.example/?a=1&b=2&#38;c</loc></url></urlset>".encode()

    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(7, size) if size and size > 0 else 7)

    found = read_sitemap(Dripping(body), url="")
    assert isinstance(found, Sitemap)
    assert [page.url for page in found.pages] == ["https://c.example/?a=1&b=2&c"]


# --- what is worth asking --------------------------------------------------------------------------------------------


def test_of_many_sitemaps_those_of_news_and_those_that_changed_last_are_asked() -> None:
    old, mid, new = (ListedMap(url=f"https://c.example/{n}.xml", changed=NOON - n * DAY) for n in (9, 5, 1))
    undated, news = ListedMap(url="https://c.example/u.xml"), ListedMap(url="https://c.example/news-sitemap.xml")
    maps = [old, undated, mid, news, new]
    assert worth_asking(maps, most=9, since=None) == [news, new, mid, old, undated]
    assert worth_asking(maps, most=2, since=None) == [news, new]
    assert worth_asking(maps, most=9, since=NOON - 6 * DAY) == [news, new, mid, undated]
    assert worth_asking([], most=9, since=None) == []


def test_the_newest_pages_come_first_and_undated_ones_last() -> None:
    one = an_entry("1", published=NOON - DAY, updated=NOON)
    two, three, four = an_entry("2", updated=NOON - DAY / 2), an_entry("3"), an_entry("4")
    assert newest_first([three, one, two, four]) == [two, one, three, four]


@pytest.mark.parametrize(
    ("entry", "taken"),
    [
        (an_entry("1", published=NOON - 29 * DAY), True),
        (an_entry("2", published=NOON - 31 * DAY), False),
        (an_entry("3", published=NOON - 31 * DAY, updated=NOON - DAY), True),
        (an_entry("4", updated=NOON - 31 * DAY), False),
        (an_entry("5"), True),
    ],
)
def test_a_live_wire_takes_what_is_not_said_to_be_old(entry: FeedEntry, taken: bool) -> None:
    assert is_recent(entry, now=NOON, within=30 * DAY) == taken


# --- hostile and broken ones -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "   ", "words", "<html><url><loc>https://c.example/</loc></url></html>", "<rss/>"]
)
def test_what_is_no_sitemap_says_so(text: str) -> None:
    assert read(text, url="u") == SetAside(url="u", reason=Reason.UNREADABLE, detail="this is no sitemap")


def test_half_an_address_is_no_address() -> None:
    found = read("<urlset><url><loc>https://c.example/12</loc></url><url><loc>https://c.example/34")
    assert isinstance(found, Sitemap)
    assert ([page.url for page in found.pages], found.cut) == (["https://c.example/12"], True)


def test_what_stood_before_a_sitemap_broke_off_is_kept_and_the_rest_admitted() -> None:
    found = read(gzip.compress(NEWS.encode() * 50)[:700])
    assert isinstance(found, Sitemap)
    assert (found.pages[0].title, found.cut) == ("Ferries & ice", True)


def test_no_entity_expands_and_nothing_outside_is_loaded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<urlset><url><loc>https://c.example/a&l11;</loc></url><url><loc>https://c.example/b&x;</loc></url>"
        "<url><loc>https://c.example/c</loc></url></urlset>"
    )
    began = time.monotonic()
    assert pages(text) == ["https://c.example/a&l11;", "https://c.example/b&x;", "https://c.example/c"]
    assert time.monotonic() - began < 2


def test_a_sitemap_is_read_to_its_limits_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportedly.collect.sitemaps.MOST_LISTED", 5)
    text = f"<urlset>{''.join(f'<url><loc>https://c.example/{n}</loc></url>' for n in range(9))}</urlset>"
    found = read(text)
    assert isinstance(found, Sitemap)
    assert (len(found.pages), found.cut) == (5, True)
    monkeypatch.setattr("reportedly.collect.sitemaps.LARGEST", 200)
    small = read(gzip.compress(text.encode()))
    assert isinstance(small, Sitemap)
    assert (0 < len(small.pages) < 5, small.cut) == (True, True)


def test_a_bomb_costs_its_limit_and_not_its_size() -> None:
    bomb = gzip.compress(b"<urlset><url>" + b" " * (60 << 20), compresslevel=1)
    began = time.monotonic()
    found = read(bomb)
    assert isinstance(found, Sitemap)
    assert (found.pages, found.cut) == ((), True)
    assert time.monotonic() - began < 5


def test_deep_nesting_ends() -> None:
    found = read("<urlset>" + "<url>" * 200_000)
    assert isinstance(found, Sitemap)
    assert found.pages == ()


@settings(deadline=None)  # a shared machine may pause anywhere
@given(st.binary(max_size=300) | st.text(alphabet="<>/&;url ocsmtnew:x'\"!-[]", max_size=300).map(str.encode))
def test_no_bytes_raise(body: bytes) -> None:
    for start in (b"", b"<urlset><url><loc>https://c.example/", b"\x1f\x8b\x08"):
        is_sitemap(start + body)
        assert isinstance(read(start + body), Sitemap | SetAside)
