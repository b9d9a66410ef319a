"""Every form of feed, and every way a feed is broken."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collect.hostile_feeds import HOSTILE, MOST_MB, MOST_S, HostileFeed, what_it_takes
from reportedly.collect import feed_outline, feeds
from reportedly.collect.feed_second import read_with_feedparser
from reportedly.collect.feeds import plain_text, read_feed
from reportedly.values import Feed, FeedEntry, Reason, SetAside

URL = "https://courier.example/feed.xml"
EIGHT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)

RSS_2 = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>The Harbour Courier &amp; Times</title>
    <link>https://courier.example/</link>
    <atom:link rel="self" href="https://courier.example/feed.xml"/>
    <language>en-gb</language>
    <ttl>30</ttl>
    <image><title>Logo</title><url>https://courier.example/logo.png</url></image>
    <item>
      <title><![CDATA[Ferry "late" &amp; <b>full</b>]]></title>
      <link>/2026/ferry?a=1&amp;b=2</link>
      <guid isPermaLink="false">courier-1</guid>
      <dc:creator>Ada Berg</dc:creator>
      <dc:creator>Jon Lie</dc:creator>
      <pubDate>Mon, 02 Nov 2026 09:30:00 +0100</pubDate>
      <category>Harbour</category><category>Ferries</category><category>Harbour</category>
      <description>&lt;p&gt;Forty waited.&lt;/p&gt;</description>
      <content:encoded><![CDATA[<p>Forty waited on the quay.</p>]]></content:encoded>
      <source url="https://agency.example/rss">Fjord Agency</source>
      <media:title>Not the title</media:title>
    </item>
    <item>
      <guid>https://courier.example/2026/crane</guid>
      <title>Crane</title>
      <author>desk@courier.example (Mia Holm)</author>
    </item>
  </channel>
</rss>"""


def test_rss_2() -> None:
    assert read_feed(RSS_2, url=URL) == Feed(
        title="The Harbour Courier & Times",
        home_url="https://courier.example/",
        language="en-gb",
        ttl=timedelta(minutes=30),
        entries=(
            FeedEntry(
                guid="courier-1",
                url="https://courier.example/2026/ferry?a=1&b=2",
                title='Ferry "late" & full',
                summary_html="<p>Forty waited.</p>",
                content_html="<p>Forty waited on the quay.</p>",
                author="Ada Berg; Jon Lie",
                published=EIGHT,
                categories=("Harbour", "Ferries"),
                source_name="Fjord Agency",
            ),
            FeedEntry(
                guid="https://courier.example/2026/crane",
                url="https://courier.example/2026/crane",
                title="Crane",
                author="Mia Holm",
            ),
        ),
    )


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nn" xml:base="https://kyst.example/news/">
  <title type="html">Kyst &amp;amp; Fjord</title>
  <link rel="self" href="feed.atom"/><link href="/"/>
  <entry>
    <id>tag:kyst.example,2026:1</id>
    <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>quiet</em> day</div></title>
    <link rel="enclosure" href="https://kyst.example/a.mp3" type="audio/mpeg"/>
    <link rel="alternate" type="application/pdf" href="1.pdf"/>
    <link rel="alternate" type="text/html" href="1.html"/>
    <published>2026-11-02T08:30:00Z</published>
    <updated>2026-11-02T10:30:00.25+02:00</updated>
    <author><name>Ada Berg</name><email>ada@kyst.example</email></author>
    <author><name>Jon Lie</name></author>
    <category term="sea" label="The Sea"/>
    <summary type="text">2 &lt; 3 ships</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Nothing &amp; nobody.</p><br/></div></content>
    <source><id>x</id><title>Fjord Agency</title></source>
  </entry>
</feed>"""


def test_atom() -> None:
    assert read_feed(ATOM) == Feed(
        title="Kyst & Fjord",
        home_url="https://kyst.example/",
        language="nn",
        entries=(
            FeedEntry(
                guid="tag:kyst.example,2026:1",
                url="https://kyst.example/news/1.html",
                title="A quiet day",
                summary_html="2 &lt; 3 ships",
                content_html="<div><p>Nothing &amp; nobody.</p><br></div>",
                author="Ada Berg; Jon Lie",
                published=EIGHT,
                updated=EIGHT.replace(microsecond=250000),
                categories=("The Sea",),
                source_name="Fjord Agency",
            ),
        ),
    )


RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://quay.example/"><title>Quay</title><link>https://quay.example/</link>
    <dc:language>da</dc:language><items><rdf:Seq><rdf:li rdf:resource="https://quay.example/1"/></rdf:Seq></items></channel>
  <item rdf:about="https://quay.example/1"><title>One</title><link>https://quay.example/1</link>
    <dc:date>2026-11-02T08:30:00+00:00</dc:date><dc:subject>Cranes</dc:subject></item>
</rdf:RDF>"""


def test_rss_1() -> None:
    assert read_feed(RDF) == Feed(
        title="Quay",
        home_url="https://quay.example/",
        language="da",
        entries=(
            FeedEntry(
                guid="https://quay.example/1",
                url="https://quay.example/1",
                title="One",
                updated=EIGHT,
                categories=("Cranes",),
            ),
        ),
    )


def test_rss_0_9_with_its_doctype() -> None:
    body = b"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.example/rss.dtd">
    <rss version="0.91"><channel><title>Old</title><item><title>Caf&eacute;</title><link>http://old.example/1</link></item>
    </channel></rss>"""
    read = read_feed(body)
    assert isinstance(read, Feed)
    assert [(entry.title, entry.url) for entry in read.entries] == [("Café", "http://old.example/1")]


def test_json_feed() -> None:
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Pier &amp; Sea",
        "home_page_url": "https://pier.example/",
        "language": "en",
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "Seven\u001b[31m",
                "content_text": "2 < 3",
                "summary": "Short",
                "date_published": "2026-11-02T09:30:00+01:00",
                "date_modified": "2026-11-02T08:30:00Z",
                "authors": [{"name": "Ada Berg"}, {"url": "https://x.example"}, "odd"],
                "tags": ["sea", 5, "sea"],
            },
            "odd",
            {"content_html": "<p>No id.</p>", "author": {"name": "Jon Lie"}, "tags": "sea", "authors": None},
        ],
    }
    read = read_feed(json.dumps(said).encode(), url="https://pier.example/feed.json")
    assert isinstance(read, Feed)
    assert (read.title, read.home_url, read.language) == ("Pier & Sea", "https://pier.example/", "en")
    assert read.entries == (
        FeedEntry(
            guid="7",
            url="https://pier.example/7",
            title="Seven[31m",
            summary_html="Short",
            content_html="2 &lt; 3",
            author="Ada Berg",
            published=EIGHT,
            updated=EIGHT,
            categories=("sea",),
        ),
        FeedEntry(guid=read.entries[1].guid, url="", content_html="<p>No id.</p>", author="Jon Lie"),
    )
    assert read.entries[1].guid.startswith("sha256:")


@pytest.mark.parametrize(
    ("written", "entry", "why"),
    [
        ("<author>Mia Holm &lt;mia@quay.example&gt;</author>", {"author": "Mia Holm"}, "a name, then its address"),
        ("<author>mia@quay.example (Mia Holm)</author>", {"author": "Mia Holm"}, "an address, then its name"),
        ("<author>mia@quay.example</author>", {"author": "mia@quay.example"}, "an address alone"),
        ("<author>Mia (at sea)</author>", {"author": "Mia (at sea)"}, "brackets that hold no address"),
        ("<dc:author>Mia</dc:author>", {"author": "Mia"}, "an element that is not in the standard"),
        ("<author><name>Mia</name></author><author>Jon</author>", {"author": "Mia; Jon"}, "two forms at once"),
        ("<author><email>mia@quay.example</email></author>", {"author": None}, "nobody named"),
        ("<description>A</description><summary>B</summary>", {"summary_html": "A", "content_html": "B"}, "both"),
        ("<summary type='text'>2 &lt; 3</summary>", {"summary_html": "2 &lt; 3"}, "text that is no HTML"),
        ("<summary type='text'>&lt;p&gt;a&lt;/p&gt;</summary>", {"summary_html": "<p>a</p>"}, "HTML that is called text"),
        ("<summary mode='base64'>PHA+YTwvcD4=</summary>", {"summary_html": "<p>a</p>"}, "base64"),
        ("<title type='application/octet-stream'>UXVheQ==</title>", {"title": "Quay"}, "a title in base64"),
        ("<summary mode='base64'>=</summary>", {"summary_html": ""}, "base64 that is none"),
        ("<content src='/c.html'>elsewhere</content>", {"content_html": ""}, "a content that is elsewhere"),
        ("<content type='html'><div>&lt;p&gt;a&lt;/p&gt;</div></content>", {"content_html": "<p>a</p>"}, "HTML in a div"),
        ("<title>A<!-- b --> c</title>", {"title": "A c"}, "a comment inside"),
        ("<link>http://[quay</link>", {"url": ""}, "an address that is none"),
        ("<link xml:base='https://b.example/x/' href='1'/>", {"url": "https://b.example/x/1"}, "its own base"),
        ("<updated>2026-11-01T00:00:00Z</updated><updated>2026-11-02T08:30:00Z</updated>", {"updated": EIGHT}, "the last"),
        ("<created>2026-11-02T08:30:00Z</created>", {"published": None, "updated": None}, "created is not published"),
        ("<category term='sea' label='The Sea'/><category>Sea</category>", {"categories": ("The Sea", "Sea")}, "labels"),
        ("<media:group><media:title>Film</media:title></media:group>", {"title": "Film"}, "a title inside a group"),
        ("<image><title>Logo</title></image>", {"title": ""}, "a title of something else"),
        ("<description>\u00e2\u0080\u00a6</description>", {"summary_html": "…"}, "UTF-8 encoded twice"),
        ("<description>\u00e2\u0080\u00a6 Порт</description>", {"summary_html": "â€¦ Порт"}, "only partly twice"),
    ],
)  # fmt: skip
def test_what_an_entry_says_is_found_in_all_its_forms(written: str, entry: dict[str, object], why: str) -> None:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    read = read_feed(
        f"<rss {spaces}><channel><item><guid isPermaLink='false'>1</guid>{written}</item></channel></rss>".encode()
    )
    assert isinstance(read, Feed)
    [found] = read.entries
    assert {name: getattr(found, name) for name in entry} == entry, why


def test_cdf_in_capitals() -> None:
    body = b"""<CHANNEL BASE="https://quay.example/" HREF="/"><TITLE>Quay</TITLE>
    <ITEM HREF="/1" LASTMOD="2026-11-02T09:30:00+01:00"><TITLE>One</TITLE><ABSTRACT>Short</ABSTRACT></ITEM></CHANNEL>"""
    read = read_feed(body)
    assert isinstance(read, Feed)
    link = "https://quay.example/1"
    assert read.entries == (FeedEntry(guid=link, url=link, title="One", summary_html="Short", updated=EIGHT),)


# --- what is broken --------------------------------------------------------------------------------------------------


def an_rss(title: str, *, declared: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss><channel><title>C</title><item><title>{title}</title><link>https://c.example/1</link></item></channel></rss>"


@pytest.mark.parametrize(
    ("body", "content_type", "title", "why"),
    [
        (an_rss("Bjørnø").encode(), "", "Bjørnø", "UTF-8, undeclared"),
        (an_rss("Bjørnø", declared="utf-8").encode("utf-8-sig"), "", "Bjørnø", "a BOM"),
        (an_rss("Bjørnø", declared="iso-8859-1").encode("latin-1"), "", "Bjørnø", "Latin-1, declared"),
        (an_rss("Bjørnø").encode("latin-1"), "", "Bjørnø", "Latin-1, undeclared"),
        (an_rss("Bjørnø", declared="utf-8").encode("latin-1"), "", "Bjørnø", "Latin-1 that says UTF-8"),
        (an_rss("Bjørnø", declared="iso-8859-1").encode(), "", "Bjørnø", "UTF-8 that says Latin-1"),
        (an_rss("Порт", declared="windows-1251").encode("cp1251"), "", "Порт", "declared"),
        (an_rss("Порт").encode("koi8-r"), "text/xml; charset=KOI8-R", "Порт", "said by HTTP"),
        (an_rss("Порт", declared="utf-16").encode("utf-16"), "", "Порт", "UTF-16 with its BOM"),
        (an_rss("Порт").encode("utf-16-le"), "", "Порт", "UTF-16 without"),
        (an_rss("Порт", declared="utf-16").encode(), "", "Порт", "UTF-8 that says UTF-16"),
        (an_rss("港口", declared="gb2312").encode("gb18030"), "", "港口", "GB"),
        (an_rss("“Quay”", declared="iso-8859-1").encode("cp1252"), "", "“Quay”", "Windows-1252 called Latin-1"),
        (an_rss("港が開いた、漁船は出た").encode("shift_jis"), "", "港が開いた、漁船は出た", "Shift JIS, undeclared"),
        (an_rss("Порт открыт после шторма").encode("koi8-r"), "", "Порт открыт после шторма", "KOI8-R, undeclared"),
        (an_rss("Quay", declared="no-such-thing").encode(), "", "Quay", "an encoding nobody knows"),
        (an_rss("Quay", declared="unicode_escape").encode(), "", "Quay", "a codec that is no encoding"),
        (an_rss("Bjørnø og Kråkøy " * 9).encode() + b"<!-- \xff -->", "", ("Bjørnø og Kråkøy " * 9).strip(), "one bad byte"),
    ],
)  # fmt: skip
def test_an_encoding_is_found(body: bytes, content_type: str, title: str, why: str) -> None:
    read = read_feed(body, content_type=content_type)
    assert isinstance(read, Feed)
    assert [entry.title for entry in read.entries] == [title], why


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Fish & Ships", "Fish & Ships"),
        ("Fish &amp; Ships", "Fish & Ships"),
        ("Fish &nbsp;&mdash; ships &hellip;", "Fish — ships …"),
        ("Caf&eacute; &bogus; &#233;&#xE9;&#XE9;", "Café &bogus; ééé"),
        ("Quay &#146;s &#150; &#0;&#x1b;&#xD800;&#99999999;end", "Quay ’s – �end"),
        ("a\x00b\x0bc\x1b[31m\ufffe", "abc[31m"),
        ("R&D &; &# &#x; A&B;", "R&D &; &# &#x; A&B;"),
        ("<![CDATA[Fish & Ships &lt;b&gt;]]>", "Fish & Ships <b>"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("List&lt;T&gt; and a &lt; b", "List<T> and a < b"),
        ("&amp;lt;ferry&amp;gt;", "<ferry>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Safe", "Safe"),
        ("  two\n  lines ", "two lines"),
        ("Unclosed <b>tag", "Unclosed tag"),
    ],
)
def test_a_title_is_mended_into_plain_text(written: str, title: str) -> None:
    read = read_feed(an_rss(written).encode("utf-8", "surrogatepass"), second=read_with_feedparser)
    assert isinstance(read, Feed)
    assert [(entry.title, entry.url) for entry in read.entries] == [(title, "https://c.example/1")]


@pytest.mark.parametrize(
    ("body", "titles", "why"),
    [
        (b"\n\n  <?xml version='1.0'?><rss><channel><item><title>A</title></item></channel></rss>", ["A"], "blank lines first"),
        (b"<?xml version='1.0'?><?xml version='1.0'?><rss><item><title>A</title></item></rss>", ["A"], "declared twice"),
        (b"<b>Warning</b>: odd<rss><channel><item><title>A</title></item></channel></rss>", ["A"], "a warning in front"),
        (b"<rss><channel><item><title>A</title></item><item><title>B</ti", ["A", "B"], "breaks off in a title"),
        (b"<rss><channel><item><title>A</title></item><item><title><![CDATA[B", ["A", "B"], "breaks off in CDATA"),
        (b"<rss><channel><item><title>A</title><item><title>B</title></channel></rss>", ["A", "B"], "no entry is closed"),
        (b"<rss><channel><item><title>A</title><media:x>m</media:x></item></channel></rss>", ["A"], "undeclared prefix"),
        (b"<rss><channel><item><dc:title>A</dc:title></item></channel></rss>", ["A"], "undeclared prefix, needed"),
        (b"<RSS><CHANNEL><ITEM><TITLE>A</TITLE></ITEM></CHANNEL></RSS>", ["A"], "capitals"),
        (b"<rss xmlns='http://backend.userland.com/rss2'><channel><item><title>A</title></item></channel></rss>", ["A"], "namespace"),
        (b"<rss><channel><item><title/></item></channel></rss>", [""], "an empty title"),
        (b"<rss><channel></channel></rss>", [], "no entry"),
        (b"<feed/>", [], "nothing at all"),
    ],
)  # fmt: skip
def test_a_damaged_feed_keeps_what_can_be_read(body: bytes, titles: list[str], why: str) -> None:
    read = read_feed(body)
    assert isinstance(read, Feed), why
    assert [entry.title for entry in read.entries] == titles, why


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        (b"", Reason.EMPTY, "the feed is empty"),
        (b" \r\n\t", Reason.EMPTY, "the feed is empty"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", Reason.UNREADABLE, "this is an HTML page, not a feed"),
        (b"<?xml version='1.0'?><!-- x --><html xmlns='http://www.w3.org/1999/xhtml'/>", Reason.UNREADABLE,
         "this is an HTML page, not a feed"),
        (b"Not found", Reason.UNREADABLE, "this is no feed in any form we know"),
        (b"<opml><body/></opml>", Reason.UNREADABLE, "this is no feed in any form we know"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), Reason.UNREADABLE, "this is no feed in any form we know"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', Reason.UNREADABLE, "the JSON of this feed cannot be read"),
        (b'{"a": ' + b"[" * 100_000, Reason.UNREADABLE, "the JSON of this feed cannot be read"),
        (b'{"items": []}', Reason.UNREADABLE, "this is JSON, but no JSON Feed"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_set_aside_in_words(body: bytes, reason: Reason, detail: str) -> None:
    assert read_feed(body, url=URL) == SetAside(url=URL, reason=reason, detail=detail)


# --- what is hostile -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", HOSTILE, ids=lambda feed: feed.name)
def test_a_hostile_feed_ends_right_and_soon(feed: HostileFeed) -> None:
    body = feed.make()
    began = time.process_time()
    read = read_feed(body, second=read_with_feedparser)
    assert time.process_time() - began < MOST_S
    assert feed.is_right(read)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["22 MB of CDATA", "3 million elements", "100,000 attributes", "3 MB of &"])
def test_a_hostile_feed_takes_little_memory(name: str) -> None:
    taken = what_it_takes(next(feed for feed in HOSTILE if feed.name == name))
    assert taken.right
    assert taken.mb < MOST_MB


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (an_rss("&lt;a " * 500_000).encode(), "3 MB of tags"),
        (an_rss("&lt;script&gt;" * 200_000).encode(), "scripts in one title"),
        (b"<rss><channel>" + b"<item><title>%s</title></item>" % (b"&lt;script&gt;" * 600) * 400, "scripts in many"),
        (b"<rss><channel>" + b"<item><author>%s</author></item>" % (b"@" * 5_000) * 400, "authors who are all @"),
        (b"<rss><channel><item><title>A</title>" + b"<![CDATA[" * 300_000, "CDATA opened again and again"),
        (b"<!DOCTYPE " + b"[<!ENTITY " * 300_000, "a DOCTYPE without an end"),
        (b"<?xml " + b"<?xml " * 300_000, "declarations without an end"),
        (b"<!--" * 500_000, "comments without an end"),
        (b"<rss>" + b"\xc2\xa0" * 2_000_000, "white space that is none"),
        (b" " * 5_000_000 + b"<rss/>", "5 MB of blanks first"),
        (b'{"version":"https://jsonfeed.org/version/1","items":[' + b'{"id":1},' * 100_000 + b'{"id":1}]}', "in JSON"),
        (b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 100_000 + b"}]}", "a long number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_repeats_without_end_costs_no_more_than_its_length(body: bytes, why: str) -> None:
    began = time.process_time()
    read = read_feed(body)
    assert time.process_time() - began < MOST_S, why
    if isinstance(read, Feed):
        assert len(read.entries) <= feed_outline.MOST_ENTRIES


def test_what_stands_behind_the_last_byte_we_read_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"<rss><channel><item><title>A</title></item><item><title>B</title></item></channel></rss>"
    monkeypatch.setattr(feeds, "LONGEST_FEED", body.index(b"B"))
    read = read_feed(body)
    assert isinstance(read, Feed)
    assert [entry.title for entry in read.entries] == ["A", ""]


@pytest.mark.parametrize("mended", [False, True])
def test_of_very_many_elements_the_first_are_read(monkeypatch: pytest.MonkeyPatch, *, mended: bool) -> None:
    monkeypatch.setattr(feed_outline, "MOST_TAGS", 8)
    body = (
        b"<rss><channel>" + b"<item><title>A</title></item>" * 9 + (b"&nbsp;" if mended else b"") + b"</channel></rss>"
    )
    read = read_feed(body)
    assert isinstance(read, Feed)
    assert 1 <= len(read.entries) < 9


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_never_raise(body: bytes) -> None:
    assert isinstance(read_feed(body), Feed | SetAside)


PIECES = st.sampled_from(
    ["<rss>", "</rss>", "<channel>", "<item>", "</item>", "<entry>", "</entry>", "<feed>", "<title>", "</title>", "<link>",
     "<link href='", "<guid>", "<pubDate>", "Mon, 31 Feb 2026 25:61:61 +9999", "2026-02-30T00:00:00Z", "<content type='xhtml'>",
     "<![CDATA[", "]]>", "&", "&#", "&#x0;", "&nbsp;", "&lol;", "<!DOCTYPE x [", "<!ENTITY a 'b'>", "]>", "<!--", "-->", "<?xml ",
     "?>", "xml:base='http://[::1'", "xmlns='urn:x'", "xmlns:a='", "'", '"', ">", "<", "\x00", "\ud800", "é", " ", "{", "[",
     '"items":', "<a:b>", "<rdf:RDF>", "<media:group>", "http://[", "<author>", "<category term='x'/>", "<ttl>99999</ttl>"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=40),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    st.sampled_from(["", URL, "http://["]),
)
def test_pieces_of_feeds_in_any_order_never_raise(pieces: list[str], encoding: str, url: str) -> None:
    body = "".join(pieces).encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass")
    assert isinstance(read_feed(body, content_type=f"text/xml; charset={encoding}", url=url), Feed | SetAside)


WELL_FORMED = st.recursive(
    st.sampled_from(
        ["", " ", "a b", "&amp;", "&lt;b&gt;", "<![CDATA[<i>&</i>]]>", "é", "\x85", "<!-- x -->", "<?p q?>", "&#146;"]
    ),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                *(
                    "item",
                    "entry",
                    "channel",
                    "title",
                    "description",
                    "link",
                    "guid",
                    "author",
                    "name",
                    "source",
                    "category",
                ),
                *(
                    "dc:creator",
                    "dc:date",
                    "media:group",
                    "media:title",
                    "content:encoded",
                    "updated",
                    "unknown",
                    "x:title",
                ),
            ]
        ),
        st.sampled_from(
            ["", ' href="/a"', ' type="text"', ' xml:base="/b/"', ' isPermaLink="false"', " xmlns='urn:x'"]
        ),
        st.lists(inner, max_size=4),
    ).map(lambda it: f"<{it[0]}{it[1]}>{''.join(it[2])}</{it[0]}>"),
    max_leaves=20,
)
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:x="urn:y"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WELL_FORMED, max_size=5))
def test_a_plainly_written_feed_is_read_alike_with_and_without_a_tree(parts: list[str]) -> None:
    text = f"<rss {SPACES}>{''.join(parts)}</rss>"
    plain = feed_outline.plain_outline(text.encode())
    mended, torn = feed_outline.mended_outline(text)
    assert mended is not None
    assert not torn
    if plain is not None:
        assert feeds.feed_of(plain, URL) == feeds.feed_of(mended, URL)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "url", "title", "items", "author", "authors", "name", "tags", "date_published", "summary"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["title", "home_page_url", "language", "author"]), JSON), st.lists(JSON, max_size=4)
)
def test_json_of_any_shape_never_raises(rest: dict[str, Any], items: list[Any]) -> None:
    said = {**rest, "version": "https://jsonfeed.org/version/1.1", "items": items}
    assert isinstance(read_feed(json.dumps(said).encode(), url=URL), Feed)


# --- the second tier -------------------------------------------------------------------------------------------------


def test_what_the_first_tier_finds_nothing_in_goes_to_the_second() -> None:
    asked: list[tuple[int, str, str]] = []

    def second(body: bytes, content_type: str, url: str) -> Feed | None:
        asked.append((len(body), content_type, url))
        return Feed(title="Second", home_url=None, language=None, entries=())

    body = b"<odd><entry><title>A</title></entry></odd>"
    read = read_feed(body, content_type="text/xml", url=URL, second=second)
    assert isinstance(read, Feed)
    assert (read.title, asked) == ("Second", [(len(body), "text/xml", URL)])
    assert read_feed(RSS_2, url=URL, second=second) == read_feed(RSS_2, url=URL)
    assert len(asked) == 1


def test_a_feed_whose_letters_are_lost_goes_to_the_second_which_must_know_more() -> None:
    body = an_rss("Порт", declared="utf-16").encode("utf-16") + b"\x00\xd8"
    asked: list[str] = []

    def second(body: bytes, content_type: str, url: str) -> Feed | None:
        asked.append(url)
        return Feed(title="", home_url=None, language=None, entries=())

    read = read_feed(body, url=URL, second=second)
    assert isinstance(read, Feed)
    assert ([entry.title for entry in read.entries], asked) == (["Порт"], [URL])


def test_the_second_tier_sees_no_large_feed() -> None:
    def second(body: bytes, content_type: str, url: str) -> Feed | None:
        raise AssertionError("asked")

    body = b"<odd><entry>" + b" " * feeds.SECOND_LIMIT_BYTES
    read = read_feed(body, url=URL, second=second)
    assert read == SetAside(url=URL, reason=Reason.UNREADABLE, detail="the feed is too damaged to read")


def test_feedparser_reads_as_the_first_tier_does() -> None:
    first = read_feed(RSS_2, url=URL)
    second = read_with_feedparser(
        RSS_2.replace(b"<media:title>Not the title</media:title>", b""), "application/rss+xml", URL
    )
    assert isinstance(first, Feed)
    assert second is not None

    def seen(feed: Feed) -> list[tuple[object, ...]]:
        return [
            (e.guid, e.url, e.title, e.summary_html, e.content_html, e.published, e.categories) for e in feed.entries
        ]

    assert seen(second) == seen(first)
    assert (second.title, second.home_url, second.language, second.ttl) == (
        first.title,
        first.home_url,
        first.language,
        first.ttl,
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_the_second_tier_never_raises(pieces: list[str]) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    assert isinstance(read_with_feedparser(body, "", ""), Feed | None)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_plain_text_is_one_line(text: str) -> None:
    assert "\n" not in plain_text(text)
