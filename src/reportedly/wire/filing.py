"""Filing reports under subjects: what a machine filed is filed anew with each version, what a person decided stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from reportedly.values import Reading, Tag
from reportedly.wire.models import DecidedBy, Report, ReportTag, SubjectRecord
from reportedly.wire.rows import as_json, chunks, insert


def write_tags(newest: Iterable[tuple[Report, Reading]], *, already_stored: Iterable[int]) -> None:
    """File each report under what its newest version is about, in place of what a machine filed it under before."""
    newest = list(newest)
    before = ReportTag.objects.filter(report__in=list(already_stored))
    by_person = set(before.filter(decided_by=DecidedBy.PERSON).values_list("report_id", "subject_id"))
    by_machine = before.filter(decided_by=DecidedBy.MACHINE)
    counted: dict[int, int] = {}
    for subject_id in by_machine.filter(about=True).values_list("subject_id", flat=True):
        counted[subject_id] = counted.get(subject_id, 0) - 1
    by_machine.delete()
    stands = _standing_subjects({tag.subject_id for _, reading in newest for tag in reading.subjects})
    rows = []
    for report, reading in newest:
        for subject_id, tag in _tags_by_subject(reading.subjects, stands).items():
            if (report.pk, subject_id) not in by_person:
                rows.append(_tag_row(report, subject_id, tag))
                if tag.about:
                    counted[subject_id] = counted.get(subject_id, 0) + 1
    insert(ReportTag, _TAG, rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE wire_subject SET reports_count = reports_count + %s WHERE id = %s",
            [(more, subject_id) for subject_id, more in counted.items() if more],
        )


_TAG = ("subject_id", "report_id", "listed_at", "about", "salience", "mentions", "version", "rule", "decided_by")


def _tag_row(report: Report, subject_id: int, tag: Tag) -> tuple[Any, ...]:
    return (
        subject_id,
        report.pk,
        connection.ops.adapt_datetimefield_value(report.listed_at),
        tag.about,
        tag.salience,
        as_json(tag.mentions),
        report.version,
        tag.rule[:60],
        DecidedBy.MACHINE.value,
    )


def _tags_by_subject(tags: Sequence[Tag], stands: dict[int, int]) -> dict[int, Tag]:
    """One tag a subject: where two came to mean the same subject, the more salient one."""
    best: dict[int, Tag] = {}
    for tag in tags:
        subject_id = stands.get(tag.subject_id)
        if subject_id is not None and (subject_id not in best or tag.salience > best[subject_id].salience):
            best[subject_id] = tag
    return best


def _standing_subjects(subject_ids: set[int]) -> dict[int, int]:
    """For each subject the reader knew, the one that stands for it now; without those that are gone."""
    stands: dict[int, int] = {}
    for some in chunks(sorted(subject_ids)):
        for subject_id, into in SubjectRecord.objects.filter(pk__in=some).values_list("pk", "merged_into"):
            seen = {subject_id}
            now = subject_id
            while into is not None and into not in seen:
                seen.add(into)
                now, into = into, SubjectRecord.objects.values_list("merged_into", flat=True).get(pk=into)
            stands[subject_id] = now
    return stands
