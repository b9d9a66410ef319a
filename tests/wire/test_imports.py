"""Files taken in: what they are, what is in them, and what is wrong with them."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reportedly.errors import UnreadableFile
from reportedly.pipeline.formats import Format, parted, read_listing, sniff
from reportedly.pipeline.formats_newsml import NEWSML_TYPE
from reportedly.pipeline.line import Line
from reportedly.pipeline.records import GAP_TYPE, RECORD_TYPE, report_of_record
from reportedly.stories import OpenStories
from reportedly.tag import Vocabulary
from reportedly.values import Report
from reportedly.wire.imports import _PAGES, NO_OUTLET, add_outlets, look_at, take_in_file
from reportedly.wire.intake import claim, tally
from reportedly.wire.models import Intake, Outlet, TakenPage
from reportedly.wire.payload import page_of
from reportedly.wire.storing import store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Vellmar Courier</title><link>https://courier.example/</link><description>d</description>
<item><title>Second</title><link>https://courier.example/2</link><guid>g2</guid><description>Short.</description></item>
<item><title>First</title><link>https://courier.example/1</link><guid>g1</guid>
<content:encoded><![CDATA[<p>{}</p>]]></content:encoded></item></channel></rss>""".format("Ships wait outside. " * 60)
SITEMAP = """<?xml version="1.0"?><urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://courier.example/2</loc><news:news><news:publication><news:name>Vellmar Courier</news:name></news:publication>
<news:publication_date>2026-02-02</news:publication_date><news:title>Second</news:title></news:news></url>
<url><loc>https://courier.example/1</loc><lastmod>2026-02-01</lastmod></url></urlset>"""
NEWSML = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{}</itemSet></newsMessage>"""
NEWS_ITEM = """<newsItem guid="urn:{0}" version="1"><itemMeta><provider><name>Coast Wire</name></provider></itemMeta>
<contentMeta><headline>Item {0}</headline></contentMeta><contentSet><inlineData>Words {0}.</inlineData></contentSet></newsItem>"""
PAGE = '<html><head><link rel="canonical" href="https://www.herald.example/a?b=1&amp;c=2"></head><body><p>Words.</body></html>'


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines(*records: Any) -> str:
    return "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records) + "\n"


# --- what a file is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "format"),
    [
        (b'{"heading": "x", "items": []}', Format.LISTING),
        (b'{\n  "heading": "x",\n  "items": [\n', Format.LISTING),
        (b'{"id": 1}\n{"id": 2}\n', Format.JSONL),
        (b'{"id": "' + b"x" * 70_000, Format.JSONL),
        (b"\xef\xbb\xbf[\n", Format.JSON),
        (b'{\n  "id": 1\n}', Format.JSON),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', Format.FEED),
        (b'{\n "version": "https://jsonfeed.org/version/1.1",\n "items": [', Format.FEED),
        (FEED.encode(), Format.FEED),
        (FEED.encode("utf-16"), Format.FEED),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", Format.FEED),
        (b"<?xml version='1.0'?>\n<opml version='2.0'>", Format.OPML),
        (b"<!DOCTYPE html><html><body>about <rss>", Format.HTML),
        (b"  <p>words", Format.HTML),
        (b"WARC/1.1\r\n", Format.WARC),
        (SITEMAP.encode(), Format.SITEMAP),
        (b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", Format.SITEMAP),
        (NEWSML.encode(), Format.NEWSML),
        (NEWS_ITEM.encode("utf-16"), Format.NEWSML),
        (b"plain words", None),
        (b"", None),
        (b"\x00\x01\x02", None),
    ],
)
def test_a_file_is_known_by_how_it_begins(start: bytes, format: Format | None) -> None:
    assert sniff(start) == format


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.jsonl", b"", "the file is empty"),
        ("blank.jsonl", b" \n\n", "the file is empty"),
        ("words.txt", b"plain words", "cannot tell what kind of file this is; say --format"),
        ("latin.jsonl", '{"text": "Çavuş"}'.encode("latin-1", "replace") + b"\xe7", "not UTF-8 (near byte"),
        ("wide.json", '[{"text": "a"}]'.encode("utf-16"), "not UTF-8 (near byte 0)"),
        ("broken.jsonl.gz", gzip.compress(b'{"id": 1}' * 9000, mtime=0)[:60], "the gzip in it is broken"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_one_clause(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(UnreadableFile) as raised:
        look_at(path)
    assert str(raised.value).startswith(f"{path}: {why}")
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="there is no such file"):
        look_at(tmp_path / "none.jsonl")
    with pytest.raises(UnreadableFile, match="a folder without HTML files"):
        look_at(tmp_path)
    with pytest.raises(UnreadableFile, match="a folder, where a jsonl file is needed"):
        look_at(tmp_path, format=Format.JSONL)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("format", "content", "why"),
    [
        (Format.JSON, b"[1,", "not JSON"),
        (Format.LISTING, b"{}", "not a listing"),
        (Format.LISTING, b'{"items": {}}', "its items are no list"),
        (Format.FEED, b"<html>a page</html>", "not a feed"),
        (Format.WARC, b"no archive" * 50, "not a web archive"),
        (Format.SITEMAP, b"<rss/>", "not a sitemap"),
        (Format.SITEMAP, b"<urlset/>", "an empty sitemap"),
        (
            Format.SITEMAP,
            b"<sitemapindex><sitemap><loc>https://c.example/1.xml</loc></sitemap></sitemapindex>",
            "an index of 1 sitemaps; import those it lists, or collect from it with `reportedly outlets add URL`",
        ),
        (Format.NEWSML, b"<newsMessage/>", "not NewsML-G2"),
    ],
)
def test_a_file_that_is_not_what_it_was_called_is_refused(
    tmp_path: Path, format: Format, content: bytes, why: str
) -> None:
    path = written(tmp_path, "file", content)
    with pytest.raises(UnreadableFile) as raised:
        take_in_file(look_at(path, format=format), now=NOON)
    assert why in str(raised.value)
    assert TakenPage.objects.count() == 0


# --- listings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "parts"),
    [
        (
            "Grain left Port-Olsen.According to the agency, more will.",
            ["Grain left Port-Olsen.", "According to the agency, more will."],
        ),
        ("It reopened.Ships wait.Trains run.", ["It reopened.", "Ships wait.", "Trains run."]),
        ("It reopened.Ships wait. Trains run", ["It reopened.", "Ships wait. Trains run"]),
        ("It reopened.", ["It reopened."]),
        ("", [""]),
        ("See courier.Com today", ["See courier.Com today"]),
        ("at www.Courier today", ["at www.Courier today"]),
        ("Mrs.Brandt and Gen.Tavik spoke", ["Mrs.Brandt and Gen.Tavik spoke"]),
        ("the U.N.Council met", ["the U.N.Council met"]),
        ("in 2024.The next", ["in 2024.The next"]),
        ("read files.Docs/new now", ["read files.Docs/new now"]),
        ("about node.js.Then we", ["about node.js.Then we"]),
        ("It ended … \u00a0…", ["It ended … \u00a0…"]),
        ("Es war vorüber.Ähnlich ging es", ["Es war vorüber.", "Ähnlich ging es"]),
    ],
)
def test_glued_paragraphs_are_parted_and_nothing_else_is(paragraph: str, parts: list[str]) -> None:
    assert parted(paragraph) == parts
    assert "".join(parts) == paragraph


def test_a_listing_is_read_from_its_end() -> None:
    body = json.dumps(
        {"heading": "H", "items": [{"id": "new", "paragraphs": ["It reopened.Ships wait now."]}, {"id": "old"}, "odd"]}
    )
    assert read_listing(body.encode()) == [
        {"text": "odd"},
        {"id": "old"},
        {"id": "new", "paragraphs": ["It reopened.", "Ships wait now."]},
    ]


@pytest.mark.shared
@pytest.mark.django_db
def test_the_real_listing_gives_ten_undated_reports_oldest_first(shared: Path) -> None:
    intake = take_in_file(look_at(shared / "seed" / "listing.json"), now=NOON)
    pages = [page_of(bytes(payload)) for payload in intake.pages.order_by("order").values_list("payload", flat=True)]
    reports = [report_of_record(page) for page in pages]
    assert all(isinstance(report, Report) and report.published is None for report in reports)
    assert [report.guid for report in reports if isinstance(report, Report)] == [
        f"listing.json#seed-{n:02d}" for n in range(10, 0, -1)
    ]
    last = reports[0]
    assert isinstance(last, Report)
    assert last.paragraphs[-1].endswith("\u00a0…")


# --- taking in -------------------------------------------------------------------------------------------------------


def pages_of(intake: Intake) -> list[tuple[str, str, str, bool]]:
    """(address or name, outlet, content type or start of the body, needs fetch) in the order of the line."""
    found = []
    for row in intake.pages.select_related("outlet").order_by("order"):
        page = page_of(bytes(row.payload or b""))
        kind = {RECORD_TYPE: "record", NEWSML_TYPE: "newsml", GAP_TYPE: "gap"}.get(page.content_type, page.content_type)
        found.append((row.url, row.outlet.name, kind, row.needs_fetch))
    return found


@pytest.mark.django_db
def test_every_line_is_taken_in_also_one_that_is_no_record(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "r.jsonl",
        "\ufeff"
        + lines(
            {"id": 1, "url": "https://courier.example/1", "outlet": "Courier", "text": "One."},
            "",
            "no record",
            [1],
            {"id": 2, "title": "T", "html": "<p>Words"},
        ),
    )
    assert pages_of(take_in_file(look_at(file), now=NOON)) == [
        ("https://courier.example/1", "Courier", "record", False),
        ("r.jsonl, line 3", NO_OUTLET, "record", False),
        ("r.jsonl, line 4", NO_OUTLET, "record", False),
        ("r.jsonl, line 5", NO_OUTLET, "text/html; charset=utf-8", False),
    ]


@pytest.mark.django_db
def test_ids_of_two_files_without_outlets_do_not_meet(tmp_path: Path) -> None:
    guids = []
    for name in ("a.jsonl", "b.jsonl"):
        take_in_file(look_at(written(tmp_path, name, lines({"id": 1, "text": f"Words of {name}."}))), now=NOON)
    for one in claim("w", count=9, now=NOON, lease=NOON - NOON):
        report = report_of_record(one.page)
        assert isinstance(report, Report)
        guids.append(report.guid)
    assert guids == ["a.jsonl#1", "b.jsonl#1"]


@pytest.mark.django_db
def test_the_outlet_of_a_record_goes_before_the_one_that_was_named(tmp_path: Path) -> None:
    Outlet.objects.create(slug="courier", name="The Vellmar Courier", added=NOON)
    file = written(tmp_path, "r.jsonl", lines({"id": 1, "outlet": "courier", "text": "A"}, {"id": 2, "text": "B"}))
    intake = take_in_file(look_at(file), outlet="Herald", now=NOON)
    assert [outlet for _, outlet, _, _ in pages_of(intake)] == ["The Vellmar Courier", "Herald"]


@pytest.mark.django_db
def test_a_json_file_holds_one_record_or_many(tmp_path: Path) -> None:
    many = written(tmp_path, "many.json", json.dumps([{"text": "A"}, {"text": "B"}, 3]))
    one = written(tmp_path, "one.json", json.dumps({"text": "A"}, indent=2))
    assert tally(take_in_file(look_at(many), now=NOON)).taken_in == 3
    assert tally(take_in_file(look_at(one), now=NOON)).taken_in == 1


@pytest.mark.django_db
def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    file = written(tmp_path, "r.jsonl.gz", gzip.compress(lines({"text": "A"}, {"text": "B"}).encode()))
    assert tally(take_in_file(look_at(file), now=NOON)).taken_in == 2


@pytest.mark.django_db
def test_a_feed_gives_full_texts_and_announces_the_rest(tmp_path: Path) -> None:
    intake = take_in_file(look_at(written(tmp_path, "feed.xml", FEED)), now=NOON)
    assert pages_of(intake) == [
        ("https://courier.example/1", "Vellmar Courier", "text/html", False),
        ("https://courier.example/2", "Vellmar Courier", "text/html", True),
    ]


@pytest.mark.django_db
def test_html_pages_belong_to_the_host_they_name_or_to_whom_a_person_says(tmp_path: Path) -> None:
    written(tmp_path, "pages/a.html", PAGE)
    written(tmp_path, "pages/deep/b.HTM", "<p>Words")
    written(tmp_path, "pages/notes.txt", "not a page")
    source = look_at(tmp_path / "pages")
    assert pages_of(take_in_file(source, now=NOON)) == [
        ("https://www.herald.example/a?b=1&c=2", "herald.example", "text/html", False),
        ("file:///deep/b.HTM", NO_OUTLET, "text/html", False),
    ]
    assert {outlet for _, outlet, _, _ in pages_of(take_in_file(source, outlet="Herald", now=NOON))} == {"Herald"}


def a_warc(*pages: tuple[str, str, int, bytes]) -> bytes:
    out = io.BytesIO()
    for number, (url, kind, status, body) in enumerate(pages):
        http = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        out.write(
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:{number}>\r\nWARC-Date: 2026-02-01T00:00:00Z\r\n"
            f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n".encode()
            + http
            + b"\r\n\r\n"
        )
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive_gives_its_pages_and_nothing_else(tmp_path: Path, packed: bool) -> None:
    archive = a_warc(
        ("https://herald.example/1", "text/html; charset=utf-8", 200, b"<p>One"),
        ("https://herald.example/logo", "image/png", 200, b"\x89PNG"),
        ("https://herald.example/gone", "text/html", 404, b"<p>Gone"),
        ("https://courier.example/2", "text/html", 200, b"<p>Two"),
    )
    file = written(tmp_path, "crawl.warc", gzip.compress(archive) if packed else archive)
    intake = take_in_file(look_at(file), now=NOON)
    assert pages_of(intake) == [
        ("https://herald.example/1", "herald.example", "text/html; charset=utf-8", False),
        ("https://courier.example/2", "courier.example", "text/html", False),
    ]
    assert {page_of(bytes(p.payload or b"")).fetched for p in intake.pages.all()} == {datetime(2026, 2, 1, tzinfo=UTC)}


@pytest.mark.django_db
def test_what_is_damaged_in_an_archive_is_said_and_costs_no_more_than_itself(tmp_path: Path) -> None:
    pages = [
        gzip.compress(
            a_warc((f"https://herald.example/{n}", "text/html", 200, b"<p>A")).replace(
                b"urn:x:0", f"urn:x:{n}".encode()
            ),
            mtime=0,
        )
        for n in range(4)
    ]
    pages[1] = pages[1][:50] + bytes(20) + pages[1][70:]
    file = written(tmp_path, "crawl.warc.gz", b"".join(pages))
    assert pages_of(take_in_file(look_at(file), now=NOON)) == [
        ("https://herald.example/0", "herald.example", "text/html", False),
        (f"crawl.warc.gz, bytes {len(pages[0])} to {len(pages[0] + pages[1])}", NO_OUTLET, "gap", False),
        ("https://herald.example/2", "herald.example", "text/html", False),
        ("https://herald.example/3", "herald.example", "text/html", False),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["crawl.warc.gz", "CRAWL.WARC", "crawl"])
@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_whose_first_record_is_damaged_is_known_and_what_was_skipped_is_said(
    tmp_path: Path, name: str, packed: bool
) -> None:
    pages = [a_warc((f"https://herald.example/{n}", "text/html", 200, b"<p>A")) for n in range(2)]
    pages = [gzip.compress(page, mtime=0) if packed else page for page in pages]
    for damaged in (bytes(20) + pages[0][20:], pages[0][30:], pages[0][:12] + bytes(9) + pages[0][21:]):
        source = look_at(written(tmp_path, name, damaged + pages[1]))
        assert source.format is Format.WARC
        assert pages_of(take_in_file(source, now=NOON)) == [
            (f"{name}, bytes 0 to {len(damaged)}", NO_OUTLET, "gap", False),
            ("https://herald.example/1", "herald.example", "text/html", False),
        ]


@pytest.mark.django_db
def test_an_archive_by_its_name_alone_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for content in (b"no archive", b"{}", gzip.compress(b"no archive"), b"\x1f\x8b\x08" + bytes(90)):
        source = look_at(written(tmp_path, "crawl.warc.gz", content))
        with pytest.raises(UnreadableFile, match=r"crawl\.warc\.gz: (there is no record in it|not a web archive)"):
            take_in_file(source, now=NOON)


@pytest.mark.django_db
def test_an_archive_belongs_to_the_outlet_whose_home_page_is_there(tmp_path: Path) -> None:
    Outlet.objects.create(slug="herald", name="The Herald", home_url="https://www.herald.example/", added=NOON)
    file = written(tmp_path, "crawl.warc", a_warc(("https://herald.example/1", "text/html", 200, b"<p>One")))
    assert [outlet for _, outlet, _, _ in pages_of(take_in_file(look_at(file), now=NOON))] == ["The Herald"]


@pytest.mark.django_db
@pytest.mark.parametrize("packed", [False, True])
def test_the_pages_of_a_sitemap_wait_to_be_fetched_oldest_first(tmp_path: Path, packed: bool) -> None:
    file = written(tmp_path, "map.xml", gzip.compress(SITEMAP.encode()) if packed else SITEMAP)
    intake = take_in_file(look_at(file), now=NOON)
    assert pages_of(intake) == [
        ("https://courier.example/1", "Vellmar Courier", "text/html", True),
        ("https://courier.example/2", "Vellmar Courier", "text/html", True),
    ]
    entry = page_of(bytes(intake.pages.order_by("-order")[0].payload or b"")).entry
    assert entry
    assert (entry.title, entry.published, entry.published_is_day) == ("Second", datetime(2026, 2, 2, tzinfo=UTC), True)


@pytest.mark.django_db
def test_items_of_newsml_belong_to_who_gives_them_out_or_to_whom_a_person_says(tmp_path: Path) -> None:
    whole = NEWSML.format(NEWS_ITEM.format(1) + NEWS_ITEM.format(2))
    file = written(tmp_path, "wire.xml", whole[: whole.index("</itemSet>")])
    assert pages_of(take_in_file(look_at(file), now=NOON)) == [
        ("wire.xml, item 1", "Coast Wire", "newsml", False),
        ("wire.xml, item 2", "Coast Wire", "newsml", False),
        ("wire.xml, behind item 2", NO_OUTLET, "gap", False),
    ]
    assert {outlet for _, outlet, _, _ in pages_of(take_in_file(look_at(file), outlet="Herald", now=NOON))} == {
        "Herald"
    }


@pytest.mark.django_db
def test_items_of_ninjs_stand_beside_records_and_keep_their_own_ids(tmp_path: Path) -> None:
    item = {"uri": "urn:x:1", "pubstatus": "usable", "copyrightholder": "Coast Wire", "body_text": "Words."}
    file = written(tmp_path, "r.jsonl", lines(item, {"id": 7, "text": "Words"}, item | {"copyrightholder": None}))
    intake = take_in_file(look_at(file), now=NOON)
    assert [outlet for _, outlet, _, _ in pages_of(intake)] == ["Coast Wire", NO_OUTLET, NO_OUTLET]
    reports = [report_of_record(page_of(bytes(row.payload or b""))) for row in intake.pages.order_by("order")]
    assert [one.guid for one in reports if isinstance(one, Report)] == ["urn:x:1", "r.jsonl#7", "urn:x:1"]


@pytest.mark.django_db
def test_a_list_of_outlets_adds_them_and_says_whom_it_could_not(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "outlets.opml",
        '<opml version="2.0"><body><outline text="Courier" xmlUrl="https://courier.example/feed"/>'
        '<outline text="Bad" xmlUrl="ftp://courier.example/feed"/></body></opml>',
    )
    for _ in range(2):
        found = add_outlets(look_at(file), now=NOON)
        assert found.added == ("Courier",)
        assert len(found.refused) == 1
    assert list(Outlet.objects.values_list("name", flat=True)) == ["Courier"]


# --- once and again --------------------------------------------------------------------------------------------------

PAPER = "<html><head><title>Page {0}</title></head><body><article>{1}</article></body></html>"
SENTENCES = "<p>Ships wait outside the harbour of Vellmar, the harbour master said in the morning of day {0}.</p>" * 4


def a_file(folder: Path, format: Format) -> Path:
    """A file of this format with six reports in it."""
    papers = [PAPER.format(n, SENTENCES.format(n)) for n in range(6)]
    content: str | bytes
    match format:
        case Format.JSONL:
            content = lines(*({"id": n, "text": f"Words {n}."} for n in range(6)))
        case Format.JSON:
            content = json.dumps(
                [{"uri": f"urn:{n}", "pubstatus": "usable", "body_text": f"Words {n}."} for n in range(6)]
            )
        case Format.LISTING:
            items = [{"id": n, "paragraphs": [f"Words {n}."]} for n in range(6)]
            content = json.dumps({"heading": "Harbour", "items": items})
        case Format.FEED:
            entry = (
                "<item><guid>g{0}</guid><title>T{0}</title><content:encoded><![CDATA[{1}]]></content:encoded></item>"
            )
            listed = "".join(entry.format(n, SENTENCES.format(n) * 3) for n in range(6))
            content = FEED[: FEED.index("<item>")] + listed + "</channel></rss>"
        case Format.NEWSML:
            content = NEWSML.format("".join(NEWS_ITEM.format(n) for n in range(6)))
        case Format.SITEMAP:
            urls = "".join(f"<url><loc>https://courier.example/{n}</loc></url>" for n in range(6))
            content = f"<urlset>{urls}</urlset>"
        case Format.WARC:
            content = a_warc(
                *((f"https://c.example/{n}", "text/html", 200, one.encode()) for n, one in enumerate(papers))
            )
        case Format.HTML:
            for n, one in enumerate(papers):
                written(folder, f"pages/{n}.html", one)
            return folder / "pages"
        case Format.OPML:
            raise AssertionError("a list of outlets holds no reports")
    return written(folder, f"file.{format}", content)


def read_all(now: datetime) -> list[str]:
    """Read whatever waits, and give the outcomes in the order of the line."""
    line, stories = Line(Vocabulary(())), OpenStories()
    outcomes = []
    while waiting := claim("w", count=3, now=now, lease=timedelta(hours=1)):
        done = [(one, line.read_page(one.page)) for one in waiting]
        outcomes += [str(outcome) for outcome in store(done, stories, now=now)]
    return outcomes


@pytest.mark.django_db
@pytest.mark.parametrize("format", [format for format in Format if format is not Format.OPML])
def test_an_import_of_any_format_that_was_cut_off_goes_on_and_one_that_is_repeated_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: Format
) -> None:
    class Killed(BaseException):
        pass

    source = look_at(a_file(tmp_path, format))
    assert source.format is format
    with monkeypatch.context() as cut_off:
        cut_off.setattr("reportedly.wire.intake._BATCH", 2)
        cut_off.setattr("reportedly.wire.imports._counted", _dying_after(5, Killed))
        with pytest.raises(Killed):
            take_in_file(source, now=NOON)
    assert tally().taken_in == 4
    intake = take_in_file(source, now=NOON)
    assert (Intake.objects.count(), tally(intake).taken_in, intake.all_taken_in) == (1, 6, True)
    if format is Format.SITEMAP:
        assert take_in_file(source, now=NOON) == intake  # its pages are still to be fetched
        assert tally().taken_in == 6
        return
    assert read_all(NOON) == ["stored"] * 6
    again = take_in_file(source, now=NOON + timedelta(days=1))
    assert again != intake
    assert read_all(NOON + timedelta(days=1)) == ["unchanged"] * 6


def test_every_format_has_its_reader() -> None:
    assert {format for format in Format if format is not Format.OPML} == set(_PAGES)


@pytest.mark.django_db
def test_an_import_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportedly.wire.intake._BATCH", 10)
    file = written(tmp_path, "r.jsonl", lines(*({"id": n, "text": f"Words {n}."} for n in range(40))))

    class Killed(BaseException):
        pass

    def dies(many: int) -> None:
        raise Killed

    monkeypatch.setattr("reportedly.wire.imports._counted", _dying_after(25, Killed))
    with pytest.raises(Killed):
        take_in_file(look_at(file), now=NOON)
    assert tally().taken_in == 20
    monkeypatch.undo()
    intake = take_in_file(look_at(file), now=NOON)
    assert (Intake.objects.count(), tally(intake).taken_in, intake.all_taken_in) == (1, 40, True)
    orders = list(intake.pages.order_by("order").values_list("url", flat=True))
    assert orders == [f"r.jsonl, line {n}" for n in range(1, 41)]


def _dying_after(many: int, death: type[BaseException]) -> Any:
    def counted(pages: Any, taken: Any) -> Any:
        for number, page in enumerate(pages):
            if number == many:
                raise death
            yield page

    return counted


@pytest.mark.django_db
def test_the_same_bytes_under_another_name_are_the_same_import(tmp_path: Path) -> None:
    content = lines({"id": 1, "outlet": "Courier", "text": "A"})
    first = take_in_file(look_at(written(tmp_path, "a.jsonl", content)), now=NOON)
    assert take_in_file(look_at(written(tmp_path, "b.jsonl", content)), now=NOON) == first
    assert take_in_file(look_at(written(tmp_path, "b.jsonl", content)), outlet="Other", now=NOON) != first
