"""The sample is served whole, on loopback, politely, and stops when told."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html
import pytest

from reportedly.errors import UsageError
from reportedly.sample.loading import load_sample
from reportedly.sample.server import SampleWire

NAMESPACES = {  # names of formats, which nobody follows
    "http://www.w3.org",
    "http://purl.org",
    "https://schema.org",
    "http://schema.org",
    "http://ogp.me",
    "https://jsonfeed.org",
}


@pytest.fixture(scope="module")
def wire() -> Iterator[SampleWire]:
    with SampleWire() as served:
        yield served


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()


def ask(url: str, *, method: str = "GET", **headers: str) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def links_of_feed(body: bytes) -> list[str]:
    if body.startswith(b"{"):
        return [item["url"] for item in json.loads(body)["items"]]
    root = lxml.etree.fromstring(body)
    texts = root.xpath("//*[local-name()='item']/*[local-name()='link']/text()")
    return [*map(str, texts), *map(str, root.xpath("//*[local-name()='entry']/*[local-name()='link']/@href"))]


def test_every_page_and_feed_answers_200_with_its_type(wire: SampleWire) -> None:
    types = {}
    for path in wire.paths:
        answer = ask(wire.base_url + path)
        assert answer.status == 200, path
        assert answer.body, path
        types[path] = answer.headers["Content-Type"].partition(";")[0]
    feeds = {urlsplit(outlet.feed_url).path for outlet in wire.outlets}
    assert len(feeds) == 15
    assert {types[path] for path in feeds} == {"application/rss+xml", "application/atom+xml", "application/feed+json"}
    assert {types[path] for path in set(types) - feeds - {"/robots.txt"}} == {"text/html"}
    assert types["/robots.txt"] == "text/plain"


def test_every_home_page_names_its_feed_and_every_report_has_its_entry(wire: SampleWire) -> None:
    entries = 0
    for outlet in wire.outlets:
        home = lxml.html.fromstring(ask(outlet.home_url).body)
        assert home.xpath("//link[@rel='alternate']/@href") == [outlet.feed_url]
        links = links_of_feed(ask(outlet.feed_url).body)
        assert len(set(links)) == len(links)
        for link in links:
            assert link.startswith(outlet.home_url)
            assert ask(link).status == 200
        entries += len(links)
    assert entries == len(load_sample().reports)


def test_no_link_leads_off_this_machine(wire: SampleWire) -> None:
    for path in wire.paths:
        url = wire.base_url + path
        text = ask(url).body.decode("latin-1")
        absolute = set(re.findall(r"https?://[^/\s\"'<>]+", text))
        assert absolute - NAMESPACES <= {wire.base_url}, path
        for link in re.findall(r"""(?i)(?:href|src)=["']?([^"'\s>]+)""", text):
            target = urljoin(url, link)
            assert target.startswith((wire.base_url, "mailto:", *NAMESPACES)), (path, link)


def test_story_keys_and_what_reports_show_reach_no_reader(wire: SampleWire) -> None:
    for path in wire.paths:
        text = ask(wire.base_url + path).body.decode("latin-1")
        assert "chain of two" not in text
        assert "[carried]" not in text
        assert "+++" not in text


def test_pages_are_written_in_their_own_charset(wire: SampleWire) -> None:
    by_slug = {outlet.slug: outlet for outlet in wire.outlets}
    gazette, drovnik = ask(by_slug["harbour-gazette"].home_url), ask(by_slug["drovnik-evening"].feed_url)
    assert gazette.headers["Content-Type"] == "text/html"
    assert "pilots\u2019 strike".encode("windows-1252") in gazette.body
    assert drovnik.body.startswith(b'<?xml version="1.0" encoding="iso-8859-2"?>')
    assert "Kolarić".encode("iso-8859-2") in drovnik.body


def test_asked_again_with_its_etag_or_date_nothing_is_sent_twice(wire: SampleWire) -> None:
    url = wire.outlets[0].feed_url
    first = ask(url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert parsedate_to_datetime(modified).tzinfo is not None
    same = ask(url, If_None_Match=etag)
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", etag)
    assert ask(url, If_None_Match=f'"x", W/{etag}').status == 304
    assert ask(url, If_Modified_Since=modified).status == 304
    assert ask(url, If_None_Match='"x"', If_Modified_Since=modified).status == 200  # an ETag outweighs a date
    assert ask(url, If_Modified_Since="Sun, 01 Nov 2026 00:00:00 GMT").status == 200
    assert ask(url, If_Modified_Since="the day before yesterday").status == 200


def test_an_unknown_page_is_404_and_nothing_can_be_posted(wire: SampleWire) -> None:
    assert ask(wire.base_url + "/ostrel/a/20261104/nothing").status == 404
    assert ask(wire.base_url + "/../../etc/passwd").status == 404
    assert ask(wire.base_url + "/", method="POST").status == 405
    assert ask(wire.base_url + "/", method="HEAD").body == b""


def test_updates_come_only_when_released_and_change_only_what_they_must() -> None:
    with SampleWire() as wire:
        before = {path: ask(wire.base_url + path) for path in wire.paths}
        assert not any(b"WITHDRAWN" in answer.body for answer in before.values())
        wire.release_updates()
        after = {path: ask(wire.base_url + path) for path in wire.paths}
        again = {path: ask(wire.base_url + path) for path in wire.paths}
    assert before.keys() == after.keys()
    changed = {path for path in before if before[path].headers["ETag"] != after[path].headers["ETag"]}
    outlets = {path.split("/")[1] for path in changed}
    assert outlets == {"ostrel", "harbour-gazette"}
    assert {"/ostrel/wire.atom", "/harbour-gazette/gazette.rss"} <= changed
    assert "/ostrel/a/20261110/army-chief-leaves" in changed
    assert b"Ostrel has withdrawn this report" in after["/ostrel/a/20261110/army-chief-leaves"].body
    assert b"It was 17." in after["/harbour-gazette/20261103/ships-waiting.htm"].body
    assert {path: a.headers["ETag"] for path, a in after.items()} == {p: a.headers["ETag"] for p, a in again.items()}


def test_the_same_report_keeps_its_address_and_identity_through_a_correction() -> None:
    with SampleWire() as wire:
        feed = next(outlet.feed_url for outlet in wire.outlets if outlet.slug == "ostrel")
        before = ask(feed).body
        wire.release_updates()
        after = ask(feed).body
    ids = [re.findall(rb"<id>(.*?)</id>", body) for body in (before, after)]
    assert ids[0] == ids[1]
    assert links_of_feed(before) == links_of_feed(after)


def test_a_port_in_use_is_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} of 127.0.0.1 is in use"), SampleWire(port=port):
            pass


def test_it_stops_with_the_block_and_leaves_no_thread() -> None:
    with SampleWire() as wire:
        base_url = wire.base_url
        assert ask(base_url + "/").status == 200
    assert not [thread for thread in threading.enumerate() if thread.name == "sample-wire" and _serves(thread, wire)]
    with pytest.raises(ConnectionRefusedError):
        ask(base_url + "/")


def _serves(thread: threading.Thread, wire: SampleWire) -> bool:
    return thread is wire._thread
