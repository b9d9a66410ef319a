"""Feeds of the public site: RSS 2.0, Atom and JSON Feed 1.1 of the newest reports, of a subject, a story, an outlet or a search.

A report is in every feed with its excerpt and, above it, its chain. It links to its page here, which links to the
outlet's original. A report whose date nobody gives has no date of publication in RSS and JSON Feed; Atom, which wants
a date of change, has the moment we took its newest version in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.views.decorators.http import require_safe
from markupsafe import Markup

from reportedly.errors import NoSuchOutlet, NoSuchSubject
from reportedly.web import addresses
from reportedly.web.answers import absolute, moved, plain
from reportedly.web.searching import Answered, answer
from reportedly.wire import listings
from reportedly.wire.listings import Listed

SIZE = 20
NOTICES = {
    "corrected": "Corrected by the outlet.",
    "withdrawn": "Withdrawn by the outlet.",
    "gone": "No longer there: the outlet has taken its page down.",
}
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot carry


@dataclass(frozen=True)
class Published:
    """What a feed publishes: its title, the path of its page, and its reports with when they last changed."""

    title: str
    path: str
    about: str
    reports: tuple[Listed, ...]
    changed: dict[int, datetime]

    @property
    def latest(self) -> datetime | None:
        """When anything in it last changed; None when there is nothing in it."""
        return max(self.changed.values(), default=None)


@require_safe
def front(request: HttpRequest, format: str) -> HttpResponse:
    """The newest reports of the whole wire."""
    about = "The newest reports of every outlet on this wire."
    return _serve(request, format, "Latest reports", addresses.FRONT, about, listings.latest_reports(SIZE))


@require_safe
def subject(request: HttpRequest, name: str, format: str) -> HttpResponse:
    """The newest reports about a subject."""
    try:
        page = listings.read_subject_page(name, size=SIZE)
    except NoSuchSubject as why:
        raise Http404("There is no such subject.") from why
    if isinstance(page, str):
        return moved(addresses.feed(addresses.subject(page), format), request)
    title = f"Contents tagged with {page.label}"
    about = f"Reports about {page.label}, newest first."
    return _serve(request, format, title, addresses.subject(page.slug), about, page.listing.items)


@require_safe
def story(request: HttpRequest, id: str, format: str) -> HttpResponse:
    """The newest reports of a story."""
    number = int(id) if len(id) < 19 else 0
    page = listings.read_story_page(number)
    if page is None:
        raise Http404("There is no such story.")
    if isinstance(page, int):
        return moved(addresses.feed(addresses.story(page), format), request)
    about = "Reports of one story, newest first."
    reports = listings.story_listing(page).items[:SIZE]
    return _serve(request, format, page.story.title, addresses.story(number), about, reports)


@require_safe
def outlet(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    """The newest reports of an outlet."""
    try:
        page = listings.read_outlet_page(slug, now=datetime.now(UTC), size=SIZE)
    except NoSuchOutlet as why:
        raise Http404("There is no such outlet.") from why
    about = f"What {page.name} reports, newest first."
    return _serve(request, format, f"Reports of {page.name}", addresses.outlet(slug), about, page.listing.items)


@require_safe
def search(request: HttpRequest, format: str) -> HttpResponse:
    """The newest reports that answer a search."""
    found = answer(request.GET.get("q", ""), size=SIZE)
    if not isinstance(found, Answered):
        raise BadRequest("This search has no feed.")
    about = f"Reports that answer the search “{found.query}”, newest first."
    return _serve(request, format, f"Search: {found.query}", addresses.search(found.query), about, found.items)


def _serve(
    request: HttpRequest, format: str, title: str, path: str, about: str, reports: tuple[Listed, ...]
) -> HttpResponse:
    published = Published(
        title=f"{title} · {settings.REPORTEDLY.site_name}",
        path=path,
        about=about,
        reports=reports,
        changed=listings.updated(reports),
    )
    body = WRITERS[format](published, lambda path: absolute(request, path), addresses.feed(path, format))
    content_type = f"{addresses.FEED_TYPES[format]}; charset=utf-8"
    return plain(request, body, content_type, changed=published.latest)


# --- the three formats -------------------------------------------------------------------------------------------------

Absolute = Callable[[str], str]


def write_rss(published: Published, absolute: Absolute, feed_path: str) -> bytes:
    """RSS 2.0."""
    return _write(Rss201rev2Feed, published, absolute, feed_path)


def write_atom(published: Published, absolute: Absolute, feed_path: str) -> bytes:
    """Atom 1.0."""
    return _write(Atom1Feed, published, absolute, feed_path)


def write_json(published: Published, absolute: Absolute, feed_path: str) -> bytes:
    """JSON Feed 1.1. What has no field there stands under `_reportedly`."""
    items = [_json_item(report, published.changed.get(report.id), absolute) for report in published.reports]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": published.title,
        "description": published.about,
        "home_page_url": absolute(published.path),
        "feed_url": absolute(feed_path),
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


WRITERS: dict[str, Callable[[Published, Absolute, str], bytes]] = {
    "rss": write_rss,
    "atom": write_atom,
    "json": write_json,
}


def _write(kind: type[SyndicationFeed], published: Published, absolute: Absolute, feed_path: str) -> bytes:
    feed = kind(
        title=_printable(published.title),
        link=absolute(published.path),
        description=_printable(published.about),
        feed_url=absolute(feed_path),
        language="en",
    )
    for report in published.reports:
        link = absolute(addresses.report(report.id))
        feed.add_item(
            title=_printable(report.title),
            link=link,
            unique_id=link,
            unique_id_is_permalink=True,
            description=_printable(excerpt_html(report)),
            author_name=_printable(report.outlet_name),
            pubdate=report.published,
            updateddate=published.changed.get(report.id, report.listed_at),
        )
    return feed.writeString("utf-8").encode("utf-8", "replace")


def _json_item(report: Listed, changed: datetime | None, absolute: Absolute) -> dict[str, Any]:
    link = absolute(addresses.report(report.id))
    item: dict[str, Any] = {
        "id": link,
        "url": link,
        "title": report.title,
        "content_html": excerpt_html(report),
        "content_text": "\n\n".join(report.paragraphs),
        "authors": [{"name": report.outlet_name, "url": absolute(addresses.outlet(report.outlet_slug))}],
        "_reportedly": {
            "outlet": report.outlet_slug,
            "chain": [{"voice": voice.label, "unnamed": voice.unnamed} for voice in report.chain],
            "story": absolute(addresses.story(report.story)) if report.story else None,
            "notice": report.notice or None,
        },
    }
    if report.published:
        item["date_published"] = report.published.astimezone(UTC).isoformat()
    if changed:
        item["date_modified"] = changed.astimezone(UTC).isoformat()
    return item


def excerpt_html(report: Listed) -> str:
    """The excerpt as HTML of our own making: the chain, then the paragraphs, every word of them escaped."""
    parts = []
    if report.notice:
        parts.append(Markup("<p><strong>{}</strong></p>").format(NOTICES[report.notice]))
    if report.chain:
        voices = " ← ".join(f"{voice.label} (unnamed)" if voice.unnamed else voice.label for voice in report.chain)
        parts.append(Markup("<p>Who says so: {}</p>").format(voices))
    parts += [Markup("<p>{}</p>").format(paragraph) for paragraph in report.paragraphs]
    return str(Markup("\n").join(parts))


def _printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)
