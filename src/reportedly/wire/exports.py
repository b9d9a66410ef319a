"""The wire's reports, outlets, subjects and kept originals as other programs can read them, and we can take in again."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from typing import Any

from django.db.models import F, QuerySet
from warcio.warcwriter import WARCWriter

from reportedly.collect.opml import write_opml
from reportedly.errors import UsageError
from reportedly.values import Page
from reportedly.wire.models import Report, ReportTag, SubjectAlias, SubjectRecord, TakenPage, Version
from reportedly.wire.outlets import as_listed
from reportedly.wire.payload import page_of
from reportedly.wire.read_back import ReadBack, read_back
from reportedly.wire.subjects import find_subject

_BATCH = 200
_PAGES_AT_ONCE = 20  # originals held in memory
_RECORD_IDS = uuid.UUID("6f2d1f0a-5a1e-4d0a-9d8b-2f0f1b7a5c11")  # what the ids of our records are made from


def reports(*, subject: str | None = None, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Every report that was asked for, oldest first, in its newest version, with who says what in it.

    `text` is title, then paragraphs, one a line; all spans point into it. Raises NoSuchSubject.
    """
    chosen = _chosen(subject, since).order_by("id")
    last = -1
    while ids := list(chosen.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        yield from _records(ids)
        last = ids[-1]


def originals(
    *, subject: str | None = None, since: datetime | None = None, packed: bool, now: datetime
) -> Iterator[bytes]:
    """The pages that were kept as they came, as a web archive: one record a part, the description in front of the first.

    They are WARC `resource` records, which say what came and when: the headers of the exchange are not kept. The same
    page has the same record id in every export. Raises NoSuchSubject, and UsageError when no page was kept.
    """
    pages = TakenPage.objects.exclude(outcome="").filter(payload__isnull=False)
    if subject is not None or since is not None:
        pages = pages.filter(report__in=_chosen(subject, since).values("pk"))
    description = _warcinfo(packed, now)
    for row_id, page in _kept(pages):
        yield description + _archived(row_id, page, packed)
        description = b""
    if description:
        raise UsageError("no originals are kept here; keep_originals = true keeps those that are read from then on")


def outlets_as_opml(*, now: datetime) -> bytes:
    """Every outlet that has a feed, once for each."""
    return write_opml(as_listed(), title="Outlets", made=now)


def subjects() -> Iterator[dict[str, Any]]:
    """Every subject that stands for itself, with its names."""
    aliases: dict[int, list[dict[str, Any]]] = {}
    for alias in SubjectAlias.objects.order_by("pk").iterator():
        aliases.setdefault(alias.subject_id, []).append(
            {"label": alias.label, "language": alias.language or None, "hidden": alias.hidden}
        )
    for subject in SubjectRecord.objects.filter(merged_into=None).order_by("pk").iterator():
        yield {
            "id": subject.pk,
            "slug": subject.slug,
            "label": subject.label,
            "type": subject.type,
            "country": subject.country or None,
            "weight": subject.weight,
            "exact_match": subject.exact_match,
            "aliases": aliases.get(subject.pk, []),
            "credit": subject.credit or None,
            "active": subject.active,
        }


def _chosen(subject: str | None, since: datetime | None) -> QuerySet[Report]:
    chosen = Report.objects.all()
    if subject is not None:
        chosen = chosen.filter(tags__subject=find_subject(subject), tags__about=True)
    return chosen if since is None else chosen.filter(listed_at__gte=since)


def _kept(pages: QuerySet[TakenPage]) -> Iterator[tuple[int, Page]]:
    """The pages of the web among these, with the ids of their rows."""
    last = -1
    while rows := list(pages.filter(pk__gt=last).order_by("pk").values_list("pk", "payload")[:_PAGES_AT_ONCE]):
        for row_id, payload in rows:
            page = page_of(bytes(payload or b""))
            if page.body and "html" in page.content_type:
                yield row_id, page
        last = rows[-1][0]


def _warcinfo(packed: bool, now: datetime) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="WARC/1.1")
    about = {
        "software": f"reportedly/{installed_version('reportedly')}",
        "format": "WARC File Format 1.1",
        "description": "Pages as they were taken in, decoded from transport; the headers of the exchanges are not kept.",
    }
    writer.write_record(writer.create_warcinfo_record("", about | {"created": _moment(now)}))
    return out.getvalue()


def _archived(row_id: int, page: Page, packed: bool) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="WARC/1.1")
    address = page.final_url or page.url
    headers = {
        "WARC-Date": _moment(page.fetched),
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(_RECORD_IDS, f'{row_id} {address} {page.fetched.isoformat()}')}>",
    }
    writer.write_record(
        writer.create_warc_record(
            address,
            "resource",
            payload=io.BytesIO(page.body),
            length=len(page.body),
            warc_content_type=page.content_type,
            warc_headers_dict=headers,
        )
    )
    return out.getvalue()


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _records(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    filed: dict[int, list[ReportTag]] = {}
    for tag in ReportTag.objects.filter(report__in=ids).select_related("subject").order_by("-salience", "subject_id"):
        filed.setdefault(tag.report_id, []).append(tag)
    read = {one.report_id: one for one in read_back(ids)}
    versions = Version.objects.filter(report__in=ids, number=F("report__version")).select_related("report__outlet")
    for version in versions.order_by("report_id"):
        yield _record(version, read[version.report_id], filed.get(version.report_id, []))


def _record(version: Version, read: ReadBack, filed: list[ReportTag]) -> dict[str, Any]:
    report = version.report
    return {
        "doc_id": str(report.pk),
        "guid": report.guid,
        "url": report.url,
        "outlet": report.outlet.name,
        "title": version.text.partition("\n")[0],
        "text": version.text,
        "published": _published(report),
        "author": report.author or None,
        "language": report.language or None,
        "located": report.located or None,
        "credit": report.credit or None,
        "notice": report.notice or None,
        "version": report.version,
        "story_id": report.story_id,
        "copy_of": report.copy_of_id,
        "names": [{"start": start, "end": end, "type": kind, "name": name} for start, end, kind, name in version.names],
        "attributions": [attribution.to_dict() for attribution in read.attributions],
        "chains": [chain.to_dict() for chain in read.chains],
        "subjects": [
            {
                "subject": tag.subject.label,
                "salience": round(tag.salience, 3),
                "about": tag.about,
                "mentions": tag.mentions,
            }
            for tag in filed
        ],
        "rule": version.rule,
    }


def _published(report: Report) -> str | None:
    if report.published is None:
        return None
    return report.published.date().isoformat() if report.published_is_day else report.published.isoformat()
