"""An outlet takes a report down while we watch."""

from __future__ import annotations

import pytest
from aiohttp import web
from asgiref.sync import sync_to_async

from reportedly.pipeline.line import Line
from reportedly.stories import OpenStories
from reportedly.tag import Vocabulary
from reportedly.wire.intake import claim, tally
from reportedly.wire.models import Report
from reportedly.wire.storing import store
from wire.test_collecting import EVERY, Scene, an_item, scene

pytestmark = pytest.mark.django_db
PAGE = f"<html><body><article><h1>A report</h1>{'<p>The ferry left the northern quay at dawn, she said.</p>' * 9}</article></body></html>"


@sync_to_async(thread_sensitive=True)
def read_what_waits(on: Scene) -> None:
    line = Line(Vocabulary(()))
    waiting = claim("w", count=9, now=on.clock.now, lease=EVERY)
    store([(one, line.read_page(one.page)) for one in waiting], OpenStories(), now=on.clock.now)


def test_a_page_that_is_gone_when_its_feed_changes_is_noted_and_its_words_stay() -> None:
    async def play(on: Scene) -> None:
        on.serve_feed(an_item(on.there, 1))
        on.serve("/r1.html", PAGE)
        await on.add()
        await on.check()
        await read_what_waits(on)
        on.clock.later(hours=1)
        on.there.pages["/r1.html"] = lambda _: web.Response(status=410)
        on.serve_feed(an_item(on.there, 1, title="A report, corrected"))
        await on.check()

    scene(play)
    report = Report.objects.get()
    assert (report.notice, report.version, report.versions.count()) == ("gone", 1, 1)
    [notice] = report.notices.all()
    assert notice.detail.startswith("410 Gone at http://127.0.0.1")
    assert [(page.outcome, page.report_id) for page in report.pages.order_by("id")] == [
        ("stored", report.pk),
        ("set aside", report.pk),
    ]
    assert tally().adds_up
