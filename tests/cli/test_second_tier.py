"""The second tier runs where it can be killed, and never costs more than its own reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reportedly.cli import config, second_tier
from reportedly.cli.second_tier import SecondTier
from reportedly.collect.feeds import read_feed
from reportedly.values import Feed

TORN = b"<rss><channel><item><title>Ferry <b>late</title><link>https://quay.example/1</link></item></channel></rss>"


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SecondTier]:
    with SecondTier(config.Settings(data=tmp_path)) as tier:
        yield tier


def test_a_torn_feed_is_read_by_feedparser_in_a_process_of_its_own(second: SecondTier) -> None:
    read = read_feed(TORN, second=second)
    assert isinstance(read, Feed)
    assert [(entry.title, entry.url) for entry in read.entries] == [("Ferry late", "https://quay.example/1")]
    assert second(b"no feed", "", "") is None


def test_a_reading_that_takes_too_long_is_given_up(second: SecondTier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_tier, "LIMIT_S", 0.001)
    long = TORN.replace(b"</channel>", b"<item><title>A</item>" * 10_000)
    assert second(long, "", "") is None


def test_nothing_is_read_after_the_end(second: SecondTier) -> None:
    with second:
        pass
    assert second(TORN, "", "") is None
