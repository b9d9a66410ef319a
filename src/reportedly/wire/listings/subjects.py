"""Subjects as readers find them: the index, a subject's page, and what is close to a name nobody has."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from reportedly.errors import NoSuchSubject
from reportedly.tag import key_of
from reportedly.wire.listings.items import FIRST, PAGE_SIZE, Listing, Turn, turn_to
from reportedly.wire.listings.prepared import NUMBERS, WORDS, Prepared
from reportedly.wire.models import ReportTag, SubjectAlias, SubjectRecord
from reportedly.wire.subjects import find_subject

INDEX_LIMIT = 1_000  # subjects on the index page, the most used ones
ALIASES_SHOWN = 12
SIZES = 6  # steps of size in the index
NEAR = 8  # near matches offered for a name nobody has


@dataclass(frozen=True, slots=True)
class SubjectLink:
    """A subject as something to go to. `size` runs from 1 to SIZES, by use."""

    slug: str
    label: str
    reports: int
    size: int = 1


@dataclass(frozen=True, slots=True)
class SubjectsIndex:
    """Subjects by their first letter. `more` says how many less used ones are left out."""

    letters: tuple[tuple[str, tuple[SubjectLink, ...]], ...]
    more: int


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """What is filed under a subject, newest first."""

    id: int
    slug: str
    label: str
    type: str
    reports: int
    qid: str
    credit: str
    aliases: tuple[str, ...]
    broader: SubjectLink | None
    listing: Listing


def read_subjects_index(*, limit: int = INDEX_LIMIT) -> SubjectsIndex:
    """The most used subjects, grouped by letter. Two queries."""
    used = SubjectRecord.objects.filter(active=True, merged_into=None, reports_count__gt=0)
    links = busiest_subjects(limit)
    more = used.count() - limit if len(links) == limit else 0
    letters: dict[str, list[SubjectLink]] = {}
    for link in sorted(links, key=lambda link: (letter_of(link.label), key_of(link.label), link.label)):
        letters.setdefault(letter_of(link.label), []).append(link)
    return SubjectsIndex(tuple((letter, tuple(found)) for letter, found in letters.items()), max(0, more))


def busiest_subjects(limit: int) -> list[SubjectLink]:
    """The subjects most reports are about, most used first. One query."""
    used = SubjectRecord.objects.filter(active=True, merged_into=None, reports_count__gt=0)
    rows = list(used.order_by("-reports_count", "label").values_list("slug", "label", "reports_count")[:limit])
    most = rows[0][2] if rows else 1
    return [SubjectLink(slug, label, count, size_of(count, most)) for slug, label, count in rows]


def size_of(count: int, most: int) -> int:
    """1 to SIZES, on a scale of logarithms: ten times the reports is the same step everywhere."""
    if most <= 1:
        return 1
    return 1 + round((SIZES - 1) * math.log(max(count, 1)) / math.log(most))


def letter_of(label: str) -> str:
    """The letter a label stands under: without accents, "0–9" for digits, "#" for anything else."""
    first = next((one for one in unicodedata.normalize("NFKD", label) if one.isalnum()), "#")
    return "0–9" if first.isdigit() else first.upper()[:1]


def read_subject_page(name: str, turn: Turn = FIRST, *, size: int = PAGE_SIZE) -> SubjectPage | str:
    """A page of the subject with this slug, or the slug it is found at when `name` is another of its names.

    An alias, the label, an old slug, a Wikidata id and the slug of a merged subject are such names. Three queries on
    the first page and on others. Raises NoSuchSubject.
    """
    found = next(iter(_SUBJECT.ask(name)), None) if name.isprintable() else None
    if found is None or found[7] is not None:
        return canonical_slug(name)
    if not found[8]:
        raise NoSuchSubject(name)
    id, slug, label, type, count, qid, credit = found[:7]
    aliases = dict.fromkeys(alias for (alias,) in _ALIASES.ask(id)) if turn == FIRST else {}
    return SubjectPage(
        id=id,
        slug=slug,
        label=label,
        type=type,
        reports=count,
        qid=qid,
        credit=credit,
        aliases=tuple(alias for alias in aliases if alias != label)[:ALIASES_SHOWN],
        broader=SubjectLink(found[9], found[10], found[11]) if found[9] else None,
        listing=turn_to(_filed_under, id, turn, report="report", size=size),
    )


def _filed_under(subject: int) -> QuerySet[ReportTag]:
    return ReportTag.objects.filter(subject_id=subject, about=True)


_SUBJECT = Prepared(
    lambda slug: SubjectRecord.objects.filter(slug=slug).values_list(
        "id", "slug", "label", "type", "reports_count", "qid", "credit", "merged_into", "active",
        "broader__slug", "broader__label", "broader__reports_count",
    ),
    WORDS,
)  # fmt: skip
_ALIASES = Prepared(
    lambda subject: (
        SubjectAlias.objects.filter(subject_id=subject, hidden=False)
        .order_by("id")
        .values_list("label")[: ALIASES_SHOWN * 2]
    ),
    NUMBERS[0],
)


def canonical_slug(name: str) -> str:
    """The slug of the subject that answers to a name, followed through merges. Raises NoSuchSubject."""
    if not name.isprintable() or len(name) > 200:
        raise NoSuchSubject(name)
    record = find_subject(name)
    for _ in range(10):  # a chain of merges; none is this long unless the table is damaged
        if record.merged_into is None:
            break
        record = record.merged_into
    if not record.active or record.merged_into is not None or record.slug == name:
        raise NoSuchSubject(name)
    return record.slug


def near_subjects(name: str, *, limit: int = NEAR) -> tuple[SubjectLink, ...]:
    """Subjects with a name like this one, likest first. One query, over names that begin alike."""
    key = key_of(name[:200])
    if not key:
        return ()
    names = SubjectAlias.objects.filter(key__gte=key[:2], key__lt=key[:2] + "\U0010ffff", subject__active=True)
    rows = names.filter(subject__merged_into=None).values_list(
        "key", "subject__slug", "subject__label", "subject__reports_count"
    )[:2_000]
    by_key: dict[str, list[SubjectLink]] = {}
    for alias, slug, label, count in rows:
        by_key.setdefault(alias, []).append(SubjectLink(slug, label, count))
    likest = difflib.get_close_matches(key, by_key, n=limit * 2, cutoff=0.6)
    found = {link.slug: link for alias in (*likest, *_beginning_with(key, by_key)) for link in by_key[alias]}
    return tuple(found.values())[:limit]


def _beginning_with(key: str, keys: dict[str, list[SubjectLink]]) -> Sequence[str]:
    return sorted(one for one in keys if one.startswith(key))


def subject_id(name: str) -> int:
    """The id of the subject that answers to a name. Raises NoSuchSubject."""
    found = SubjectRecord.objects.filter(slug=name, merged_into=None, active=True).values_list("id", flat=True).first()
    if found is not None:
        return int(found)
    return int(SubjectRecord.objects.values_list("id", flat=True).get(slug=canonical_slug(name)))
