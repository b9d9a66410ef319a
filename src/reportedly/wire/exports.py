"""The wire's reports, outlets and subjects as records other programs can read, and we can take in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from reportedly.collect.opml import write_opml
from reportedly.wire.models import Report, ReportTag, SubjectAlias, SubjectRecord, Version
from reportedly.wire.outlets import as_listed
from reportedly.wire.read_back import ReadBack, read_back
from reportedly.wire.subjects import find_subject

_BATCH = 200


def reports(*, subject: str | None = None, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Every report that was asked for, oldest first, in its newest version, with who says what in it.

    `text` is title, then paragraphs, one a line; all spans point into it. Raises NoSuchSubject.
    """
    chosen = Report.objects.order_by("id")
    if subject is not None:
        chosen = chosen.filter(tags__subject=find_subject(subject), tags__about=True)
    if since is not None:
        chosen = chosen.filter(listed_at__gte=since)
    last = -1
    while ids := list(chosen.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        yield from _records(ids)
        last = ids[-1]


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
