"""The sample's pages and feeds, as bytes.

Pure: the same sample, address and state of release give the same bytes. Each outlet has a template of its own in
`templates/outlets`, in its own manner of HTML and its own charset; characters the charset lacks become references.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reportedly.sample.loading import Outlet, Sample, SampleReport, Version

ROBOTS = "User-agent: *\nAllow: /\n"
CHARSET_UNSAID = frozenset({"harbour-gazette", "civil-record"})  # their servers leave it to the page to tell


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What one address answers with. `modified` is None where the outlet's server does not tell."""

    body: bytes
    content_type: str
    modified: datetime | None = None

    @property
    def etag(self) -> str:
        """The same for the same bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def build_site(sample: Sample, base_url: str, *, released: bool) -> dict[str, Resource]:
    """Every resource of the sample by its path; second versions stand in for first ones once `released`."""
    pages = {report.id: _Page.of(sample, report, base_url, released=released) for report in sample.reports}
    site = {
        "/": Resource(
            body=_render("index.html", sample=sample, base_url=base_url), content_type="text/html; charset=utf-8"
        ),
        "/robots.txt": Resource(body=ROBOTS.encode(), content_type="text/plain; charset=utf-8"),
    }
    for outlet in sample.outlets:
        own = [pages[report.id] for report in sample.of(outlet.slug)]
        newest = max((page.changed for page in own if page.changed), default=None)
        site[f"/{outlet.slug}/"] = _html(outlet, None, own, base_url, newest)
        site[f"/{outlet.slug}/{outlet.feed_path}"] = _feed(outlet, own, base_url, newest)
        for page in own:
            others = [other for other in own if other is not page]
            site[page.path] = _html(outlet, page, others, base_url, page.changed)
    return site


def home_url(outlet: Outlet, base_url: str) -> str:
    """The outlet's front page."""
    return f"{base_url}/{outlet.slug}/"


def feed_url(outlet: Outlet, base_url: str) -> str:
    """The outlet's one feed."""
    return f"{base_url}/{outlet.slug}/{outlet.feed_path}"


# --- one page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A report as its outlet's templates see it."""

    path: str
    url: str
    guid: str
    number: int
    title: str
    blocks: tuple[_Block, ...]
    body: Markup
    summary: str
    byline: str
    section: str
    credit: str
    credit_feed: str
    published: datetime | date | None
    updated: datetime | None
    changed: datetime | None

    @classmethod
    def of(cls, sample: Sample, report: SampleReport, base_url: str, *, released: bool) -> _Page:
        version = report.versions[-1 if released else 0]
        outlet = next(outlet for outlet in sample.outlets if outlet.slug == report.outlet)
        path = path_of(outlet, report)
        blocks = tuple(_Block(tag=block.tag, inner=inline(block.source)) for block in version.blocks)
        carried_from = (report.carries or "").partition("/")[0]
        return cls(
            path=path,
            url=base_url + path,
            guid=f"tag:{outlet.slug}.example,2026:{report.slug}",
            number=number_of(report),
            title=version.title,
            blocks=blocks,
            body=_body(blocks),
            summary=_summary(report, version, blocks),
            byline=report.byline,
            section=report.section,
            credit=report.credit,
            credit_feed=next((feed_url(other, base_url) for other in sample.outlets if other.slug == carried_from), ""),
            published=report.published,
            updated=version.updated,
            changed=version.updated or (report.moment if report.published else None),
        )


@dataclass(frozen=True, kw_only=True)
class _Block:
    tag: str
    inner: Markup

    @property
    def words(self) -> str:
        return str(self.inner.striptags())


def path_of(outlet: Outlet, report: SampleReport) -> str:
    """Where the report lies, from the root of the sample's server."""
    when = report.published or date(1970, 1, 1)
    parts = {"year": f"{when:%Y}", "month": f"{when:%m}", "day": f"{when:%d}"}
    return f"/{outlet.slug}/" + outlet.path.format(slug=report.slug, number=number_of(report), **parts)


def number_of(report: SampleReport) -> int:
    """A six-figure number such as a publishing system gives, always the same for a report."""
    return 100_000 + zlib.crc32(report.id.encode()) % 900_000


def inline(source: str) -> Markup:
    """The block's words as HTML: `**strong**` and `*emphasis*` made into elements, the rest as it stands."""
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", source)
    return Markup(re.sub(r"\*(.+?)\*", r"<em>\1</em>", html))


def _body(blocks: tuple[_Block, ...]) -> Markup:
    out: list[str] = []
    for block in blocks:
        if block.tag == "li" and (not out or not out[-1].endswith("</ul>")):
            out.append(f"<ul>\n<li>{block.inner}</li>\n</ul>")
        elif block.tag == "li":
            out[-1] = out[-1].removesuffix("</ul>") + f"<li>{block.inner}</li>\n</ul>"
        elif block.tag == "blockquote":
            out.append(f"<blockquote><p>{block.inner}</p></blockquote>")
        else:
            out.append(f"<p>{block.inner}</p>")
    return Markup("\n".join(out))


def _summary(report: SampleReport, version: Version, blocks: tuple[_Block, ...]) -> str:
    if version is report.versions[0] and report.summary:
        return report.summary
    return blocks[0].words


def _html(
    outlet: Outlet, page: _Page | None, others: list[_Page], base_url: str, modified: datetime | None
) -> Resource:
    home, feed = home_url(outlet, base_url), feed_url(outlet, base_url)
    text = _ENVIRONMENT.get_template(f"outlets/{outlet.slug}.html").render(
        outlet=outlet,
        page=page,
        others=others,
        home=home,
        feed=feed,
        feed_type=_FEED_TYPES[outlet.feed.partition("-")[0]],
    )
    said = "" if outlet.slug in CHARSET_UNSAID else f"; charset={outlet.charset}"
    return Resource(
        body=text.encode(outlet.charset, "xmlcharrefreplace"), content_type=f"text/html{said}", modified=modified
    )


# --- feeds -----------------------------------------------------------------------------------------------------------

_FEED_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}


def _feed(outlet: Outlet, pages: list[_Page], base_url: str, newest: datetime | None) -> Resource:
    form, _, extent = outlet.feed.partition("-")
    url = feed_url(outlet, base_url)
    if form == "json":
        text = json.dumps(
            _json_feed(outlet, pages, home_url(outlet, base_url), url, extent), ensure_ascii=False, indent=1
        )
    else:
        template = "rss-day.xml" if outlet.feed == "rss-day" else f"{form}.xml"
        text = _ENVIRONMENT.get_template(template).render(
            outlet=outlet, pages=pages, home=home_url(outlet, base_url), feed=url, full=extent == "full", newest=newest
        )
    return Resource(
        body=text.encode(outlet.charset, "xmlcharrefreplace"), content_type=_FEED_TYPES[form], modified=newest
    )


def _json_feed(outlet: Outlet, pages: list[_Page], home: str, url: str, extent: str) -> Mapping[str, Any]:
    items = []
    for page in pages:
        item: dict[str, Any] = {"id": page.guid, "url": page.url, "title": page.title, "summary": page.summary}
        if page.published:
            item["date_published"] = iso(page.published)
        if page.updated:
            item["date_modified"] = iso(page.updated)
        if page.byline:
            item["authors"] = [{"name": page.byline}]
        item["tags"] = [page.section]
        item |= {"content_html": str(page.body)} if extent == "full" else {"content_text": page.summary}
        items.append(item)
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "home_page_url": home,
        "feed_url": url,
        "language": outlet.language,
        "items": items,
    }


# --- what templates may say ------------------------------------------------------------------------------------------


def iso(when: datetime | date, *, hours: int = 0) -> str:
    """ISO 8601, in the zone that lies so many hours ahead of UTC; a day stays a day."""
    if not isinstance(when, datetime):
        return when.isoformat()
    local = when.astimezone(timezone(timedelta(hours=hours)) if hours else UTC)
    return local.isoformat().replace("+00:00", "Z")


def rfc822(when: datetime | date) -> str:
    """As RSS wants its dates."""
    moment = when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def long_date(when: datetime | date, *, american: bool = False) -> str:
    """ "3 November 2026", or "November 3, 2026"."""
    return f"{when:%B} {when.day}, {when.year}" if american else f"{when.day} {when:%B %Y}"


def clock(when: datetime | date) -> str:
    """ "16:40", or nothing for a day."""
    return f"{when:%H:%M}" if isinstance(when, datetime) else ""


def _render(template: str, **words: Any) -> bytes:
    return _ENVIRONMENT.get_template(template).render(**words).encode()


def _cdata(html: Markup) -> Markup:
    return Markup(f"<![CDATA[{str(html).replace(']]>', ']]]]><![CDATA[>')}]]>")


_ENVIRONMENT = Environment(
    loader=PackageLoader("reportedly.sample"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters |= {
    "iso": iso,
    "rfc822": rfc822,
    "long": long_date,
    "clock": clock,
    "cdata": _cdata,
    "as_text": lambda html: escape(str(html)),  # markup as text, the way most feeds carry it
}
