"""The verbs that change what reports can be filed under.

A subject's id is for ever; whatever it was once called still finds it. Merging takes nothing apart: the merged subject
keeps its row and its names and points at the one that stands for it, whose vocabulary they join. Its tags move, each
marked with where it came from, so that `unmerge` puts them back. A machine's tags can always be derived again
(`retag`); a person's are never touched by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from django.db import connection, models, transaction

from reportedly.errors import NoSuchSubject, UsageError
from reportedly.tag import Vocabulary, key_of, tag
from reportedly.tag.seeds import OWN_WEIGHT, Seed, seeds, slug_of
from reportedly.values import Alias, Name, NameType, Span, Subject, SubjectType, Tag
from reportedly.wire.models import DecidedBy, OldSlug, Report, ReportTag, SubjectAlias, SubjectRecord, Version

BATCH = 500  # versions read again in one transaction
_ROWS = 2_000
_MERGED, _ALSO = "merged", "also"  # marks in a moved tag's rule; see merge
_QID = re.compile(r"Q[1-9]\d*", re.IGNORECASE)

Progress = Callable[[int, int], None]  # done, of how many


# --- reading ---------------------------------------------------------------------------------------------------------


def load_subjects() -> tuple[Subject, ...]:
    """Every subject that stands for itself, with the names of those merged into it, for a Vocabulary. By id."""
    rows = SubjectRecord.objects.order_by("pk").values_list(
        "pk", "label", "type", "country", "weight", "merged_into", "active"
    )
    records = {row[0]: row for row in rows}
    merged = {pk: row[5] for pk, row in records.items()}
    stands = {pk: _standing(pk, merged) for pk in records}
    aliases: dict[int, dict[str, Alias]] = {}
    names = SubjectAlias.objects.order_by("pk").values_list("subject_id", "label", "language", "hidden")
    for subject_id, label, language, hidden in names.iterator(chunk_size=_ROWS):
        into = stands[subject_id]
        if label != records[into][1]:
            theirs = aliases.setdefault(into, {})
            if label not in theirs:
                theirs[label] = Alias(label=label, language=language or None, hidden=hidden)
    return tuple(
        Subject(
            id=pk,
            label=label,
            type=SubjectType(type_),
            aliases=tuple(aliases.get(pk, {}).values()),
            country=country or None,
            weight=weight,
        )
        for pk, label, type_, country, weight, merged_into, active in records.values()
        if merged_into is None and active
    )


def find_subject(name: str) -> SubjectRecord:
    """The subject with this slug, old slug, Wikidata id, label or alias; of several with one name, the most used.

    A merged subject's names find the one that stands for it. Raises NoSuchSubject.
    """
    found = _find(name)
    seen = {found.pk}
    while found.merged_into is not None and found.merged_into.pk not in seen:
        found = found.merged_into
        seen.add(found.pk)
    return found


def find_same(label: str, type: SubjectType | str, country: str | None = None) -> SubjectRecord | None:
    """The subject of this very label, type and country, None when there is none."""
    for record in _named(label).filter(type=_type_of(type).value, country=(country or "").upper()):
        if key_of(record.label) == key_of(label):
            return record
    return None


def near_labels(name: str, *, limit: int = 3) -> tuple[str, ...]:
    """Labels of subjects with a name spelled much like this one, the likest first."""
    key = key_of(name)
    if not key:
        return ()
    rows = SubjectAlias.objects.filter(key__startswith=key[0], subject__active=True)
    labels = dict(rows.values_list("key", "subject__label"))
    near = get_close_matches(key, labels, n=limit * 3, cutoff=0.7)
    return tuple(dict.fromkeys(labels[found] for found in near))[:limit]


# --- changing --------------------------------------------------------------------------------------------------------


def seed(*, cities_over: int = 100_000, progress: Progress | None = None) -> int:
    """Take in the vocabulary a wire begins with, and return how many subjects are new. Those we have stay as they are."""
    wanted = list(seeds(cities_over=cities_over))
    with transaction.atomic():
        slugs = _slugs_taken()
        known = {
            (name, value)
            for matches in SubjectRecord.objects.values_list("exact_match", flat=True)
            for name, value in matches.items()
        }
        fresh = [seed for seed in wanted if seed.slug not in slugs and not known.intersection(seed.exact_match.items())]
        for start in range(0, len(fresh), _ROWS):
            some = fresh[start : start + _ROWS]
            records = SubjectRecord.objects.bulk_create(_record_of(seed) for seed in some)
            _insert_aliases(
                row
                for record, seed in zip(records, some, strict=True)
                for row in _alias_rows(record, seed.label, seed.aliases)
            )
            if progress:
                progress(start + len(some), len(fresh))
    return len(fresh)


@transaction.atomic
def add_subject(
    label: str,
    *,
    type: SubjectType | str,
    aliases: Iterable[str | Alias] = (),
    country: str | None = None,
    weight: float = OWN_WEIGHT,
    exact_match: dict[str, str] | None = None,
) -> SubjectRecord:
    """A new subject, under a slug made of its label. Raises UsageError when one of its kind has that label already."""
    label = _clean(label)
    kind = _type_of(type)
    if not key_of(label):
        raise UsageError(f"{label!r} has no letter or digit; a subject needs a label")
    matches = {name: str(value) for name, value in (exact_match or {}).items() if value}
    if "wikidata" in matches and not _QID.fullmatch(matches["wikidata"]):
        raise UsageError(f"{matches['wikidata']!r} is no Wikidata id, which looks like Q44329")
    if (same := find_same(label, kind, country)) is not None:
        raise UsageError(f"there is a subject called {same.label!r} already ({same.slug})")
    record = SubjectRecord.objects.create(
        slug=_free_slug(label),
        label=label,
        type=kind.value,
        country=(country or "").upper()[:2],
        weight=min(1.0, max(0.0, weight)),
        exact_match=matches,
        qid=matches.get("wikidata", "").upper(),
    )
    SubjectAlias.objects.bulk_create(_alias_rows(record, label, [_alias(alias) for alias in aliases]))
    return record


@transaction.atomic
def add_alias(name: str, *aliases: str | Alias) -> int:
    """Give a subject more names; returns how many it did not have. Raises NoSuchSubject, UsageError."""
    record = find_subject(name)
    rows = list(_alias_rows(record, record.label, [_alias(alias) for alias in aliases]))
    known = dict(record.aliases.values_list("key", "label"))
    added = 0
    for row in rows:
        if row.key not in known:
            row.save()
            added += 1
        elif known[row.key].isupper() and not row.label.isupper():
            record.aliases.filter(key=row.key).update(label=row.label)  # "Nato" also finds "NATO"
            added += 1
    return added


@transaction.atomic
def rename(name: str, label: str) -> SubjectRecord:
    """Change a subject's label and slug. The old ones go on finding it. Raises NoSuchSubject, UsageError."""
    record = find_subject(name)
    label = _clean(label)
    if not key_of(label):
        raise UsageError(f"{label!r} has no letter or digit; a subject needs a label")
    add_alias(record.slug, record.label, label)
    if slug_of(label) != record.slug:
        record.old_slugs.filter(slug=slug_of(label)).delete()  # it is called so again
        new = _free_slug(label)
        OldSlug.objects.create(slug=record.slug, subject=record)
        record.slug = new
    record.label = label
    record.save(update_fields=["slug", "label"])
    return record


@transaction.atomic
def merge(name: str, into: str) -> SubjectRecord:
    """Let one subject stand for another as well, and return it. Names, slug and reports of `name` now find `into`.

    A moved tag's rule says where it came from: "merged:ID:…" for one that moved, "also:ID:…" for a person's that met
    another person's there. Raises NoSuchSubject, UsageError.
    """
    gone, stays = find_subject(name), find_subject(into)
    if gone.pk == stays.pk:
        raise UsageError(f"{name!r} and {into!r} are one subject already: {stays.label} ({stays.slug})")
    theirs = {tag.report_id: tag for tag in ReportTag.objects.filter(subject=stays)}
    for moving in ReportTag.objects.filter(subject=gone):
        met = theirs.get(moving.report_id)
        if met is None:
            moving.subject = stays
            moving.rule = f"{_MERGED}:{gone.pk}:{moving.rule}"[:60]
            moving.save(update_fields=["subject", "rule"])
            continue
        if moving.decided_by == DecidedBy.PERSON and met.decided_by == DecidedBy.PERSON:
            met.rule = f"{_ALSO}:{gone.pk}:{int(moving.about)}:{met.rule}"[:60]
            met.save(update_fields=["rule"])
        elif moving.decided_by == DecidedBy.PERSON:
            met.delete()
            moving.subject = stays
            moving.rule = f"{_MERGED}:{gone.pk}:{moving.rule}"[:60]
            moving.save(update_fields=["subject", "rule"])
            continue
        elif met.decided_by == DecidedBy.MACHINE and moving.salience > met.salience:
            met.about, met.salience = met.about or moving.about, moving.salience
            met.save(update_fields=["about", "salience"])
        moving.delete()
    gone.merged_into = stays
    gone.save(update_fields=["merged_into"])
    Report.objects.filter(tags__subject=stays).update(indexed=False)
    _recount({gone.pk, stays.pk})
    return stays


@transaction.atomic
def unmerge(name: str) -> SubjectRecord:
    """Let a merged subject stand for itself again, with the tags it brought. Raises NoSuchSubject, UsageError.

    What a machine filed meanwhile under the other, by this one's names, is put right by `retag` of both.
    """
    record = _find_merged(name)
    stays = record.merged_into
    record.merged_into = None
    record.save(update_fields=["merged_into"])
    moved = f"{_MERGED}:{record.pk}:"
    for back in ReportTag.objects.filter(rule__startswith=moved):
        back.subject, back.rule = record, back.rule.removeprefix(moved)
        back.save(update_fields=["subject", "rule"])
    for met in ReportTag.objects.filter(rule__startswith=f"{_ALSO}:{record.pk}:"):
        _, _, about, rule = met.rule.split(":", 3)
        ReportTag.objects.create(
            subject=record,
            report_id=met.report_id,
            listed_at=met.listed_at,
            about=about == "1",
            salience=met.salience,
            mentions=met.mentions,
            version=met.version,
            rule=rule,
            decided_by=DecidedBy.PERSON,
        )
        met.rule = rule
        met.save(update_fields=["rule"])
    touched = {record.pk} | ({stays.pk} if stays else set())
    Report.objects.filter(tags__subject__in=touched).update(indexed=False)
    _recount(touched)
    return record


# --- filing again ----------------------------------------------------------------------------------------------------


def retag(subject: SubjectRecord | None = None, *, progress: Progress | None = None) -> int:
    """File the stored reports again, as the vocabulary is now, and return how many were filed differently.

    With a subject, only reports that hold one of its names or are filed under it. What a person decided stays. Goes
    report by report in small transactions: stopped half-way, it has done half, and may be run again.
    """
    subjects = load_subjects()
    vocabulary = Vocabulary(subjects)
    wanted = Vocabulary([one for one in subjects if subject is not None and one.id == subject.pk])
    newest = Version.objects.filter(number=models.F("report__version")).order_by("pk")
    total = newest.count()
    changed = done = last = 0
    while True:
        versions = list(newest.filter(pk__gt=last).select_related("report")[:BATCH])
        if not versions:
            break
        last = versions[-1].pk
        done += len(versions)
        if subject is not None:
            filed = set(
                ReportTag.objects.filter(
                    subject=subject, report__in=[version.report_id for version in versions]
                ).values_list("report_id", flat=True)
            )
            versions = [one for one in versions if one.report_id in filed or wanted.find(one.text)]
        changed += _file_again(versions, vocabulary)
        if progress:
            progress(done, total)
    return changed


@transaction.atomic
def _file_again(versions: Sequence[Version], vocabulary: Vocabulary) -> int:
    """Replace what a machine filed these reports under by what it finds now; returns how many changed."""
    ids = [version.report_id for version in versions]
    before: dict[int, dict[int, ReportTag]] = {}
    for row in ReportTag.objects.filter(report__in=ids):
        before.setdefault(row.report_id, {})[row.subject_id] = row
    gone: list[int] = []
    fresh: list[ReportTag] = []
    changed: list[int] = []
    touched: set[int] = set()
    for version in versions:
        rows = before.get(version.report_id, {})
        decided = {subject_id for subject_id, row in rows.items() if row.decided_by == DecidedBy.PERSON}
        found = {one.subject_id: one for one in tag(version.text, _names(version.names), vocabulary)}
        found = {subject_id: one for subject_id, one in found.items() if subject_id not in decided}
        machine = {subject_id: row for subject_id, row in rows.items() if subject_id not in decided}
        if _as_filed(found.values()) == {(pk, row.about, row.salience) for pk, row in machine.items()}:
            continue
        changed.append(version.report_id)
        touched.update(machine, found)
        gone += [row.pk for row in machine.values()]
        fresh += [_tag_row(version, one) for one in found.values()]
    for start in range(0, len(gone), _ROWS):
        ReportTag.objects.filter(pk__in=gone[start : start + _ROWS]).delete()
    ReportTag.objects.bulk_create(fresh, batch_size=_ROWS)
    Report.objects.filter(pk__in=changed).update(indexed=False)
    _recount(touched)
    return len(changed)


def _as_filed(tags: Iterable[Tag]) -> set[tuple[int, bool, float]]:
    return {(one.subject_id, one.about, one.salience) for one in tags}


def _names(stored: list[list[Any]]) -> list[Name]:
    return [Name(span=Span(start, end), type=NameType(type_), name=name) for start, end, type_, name in stored]


def _tag_row(version: Version, found: Tag) -> ReportTag:
    return ReportTag(
        subject_id=found.subject_id,
        report_id=version.report_id,
        listed_at=version.report.listed_at,
        about=found.about,
        salience=found.salience,
        mentions=[list(span) for span in found.mentions],
        version=version.number,
        rule=found.rule,
    )


def _recount(subject_ids: set[int]) -> None:
    """Let each subject say how many reports are about it."""
    ids = sorted(subject_ids)
    for start in range(0, len(ids), _ROWS):
        some = ids[start : start + _ROWS]
        counts = dict(
            ReportTag.objects.filter(subject__in=some, about=True)
            .values_list("subject")
            .annotate(models.Count("pk"))
            .values_list("subject", "pk__count")
        )
        records = [SubjectRecord(pk=pk, reports_count=counts.get(pk, 0)) for pk in some]
        SubjectRecord.objects.bulk_update(records, ["reports_count"], batch_size=_ROWS // 4)


# --- finding and naming ----------------------------------------------------------------------------------------------


def _find(name: str) -> SubjectRecord:
    """The subject with this name, as it is, merged or not."""
    records = SubjectRecord.objects.select_related("merged_into")
    name = name.strip()
    if found := records.filter(slug=name).first() or records.filter(old_slugs__slug=name).first():
        return found
    if _QID.fullmatch(name) and (found := records.filter(qid=name.upper()).order_by("merged_into").first()):
        return found
    if found := _named(name).select_related("merged_into").first():
        return found
    raise NoSuchSubject(name)


def _find_merged(name: str) -> SubjectRecord:
    try:
        record = _find(name)
    except NoSuchSubject:
        record = None
    if record is None or record.merged_into_id is None:
        record = _named(name).filter(merged_into__isnull=False).first() or record
    if record is None:
        raise NoSuchSubject(name)
    if record.merged_into_id is None:
        raise UsageError(f"{record.label} ({record.slug}) is not merged into another subject")
    return record


def _named(name: str) -> models.QuerySet[SubjectRecord]:
    """Subjects with this label or alias: those called so first, then those that stand for themselves, by use."""
    key = key_of(name)
    called = models.Case(models.When(label__iexact=name, then=0), default=1)
    merged = models.Case(models.When(merged_into=None, then=0), default=1)
    named = SubjectRecord.objects.filter(aliases__key=key) if key else SubjectRecord.objects.none()
    return named.order_by(called, merged, "-reports_count", "-weight", "pk").distinct()


def _standing(pk: int, merged_into: dict[int, int | None]) -> int:
    seen = {pk}
    while (into := merged_into.get(pk)) is not None and into not in seen:
        seen.add(into)
        pk = into
    return pk


def _record_of(seed: Seed) -> SubjectRecord:
    return SubjectRecord(
        slug=seed.slug,
        label=seed.label,
        type=seed.type.value,
        country=seed.country or "",
        weight=seed.weight,
        exact_match=seed.exact_match,
        qid=seed.exact_match.get("wikidata", ""),
        credit=seed.credit,
    )


def _insert_aliases(rows: Iterable[SubjectAlias]) -> None:
    """Many aliases at once, past the ORM: a vocabulary has some hundred thousand."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO wire_subjectalias (subject_id, label, key, language, hidden) VALUES (%s, %s, %s, %s, %s)",
            [(row.subject_id, row.label, row.key, row.language, row.hidden) for row in rows],
        )


def _alias_rows(record: SubjectRecord, label: str, aliases: Iterable[Alias]) -> Iterator[SubjectAlias]:
    """One row a key: the label's own, and each alias'. Of names with one key the one in fewer capitals stays."""
    chosen: dict[str, Alias] = {key_of(label)[:200]: Alias(label=label)}
    for alias in aliases:
        key = key_of(alias.label)[:200]
        if key and (key not in chosen or (chosen[key].label.isupper() and not alias.label.isupper())):
            chosen[key] = alias
    for key, alias in chosen.items():
        yield SubjectAlias(
            subject=record, label=alias.label[:200], key=key, language=alias.language or "", hidden=alias.hidden
        )


def _alias(given: str | Alias) -> Alias:
    alias = given if isinstance(given, Alias) else Alias(label=given)
    label = _clean(alias.label)
    if not key_of(label):
        raise UsageError(f"{alias.label!r} has no letter or digit; it cannot be an alias")
    return Alias(label=label, language=alias.language, hidden=alias.hidden)


def _clean(label: str) -> str:
    return " ".join(label.split())[:200]


def _type_of(given: SubjectType | str) -> SubjectType:
    try:
        return SubjectType(given)
    except ValueError as why:
        known = ", ".join(kind.value for kind in SubjectType)
        raise UsageError(f"{given!r} is no type of subject; there are {known}") from why


def _free_slug(label: str) -> str:
    base = slug_of(label)
    taken = _slugs_taken(base)
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _slugs_taken(beginning: str = "") -> set[str]:
    return {
        *SubjectRecord.objects.filter(slug__startswith=beginning).values_list("slug", flat=True),
        *OldSlug.objects.filter(slug__startswith=beginning).values_list("slug", flat=True),
    }
