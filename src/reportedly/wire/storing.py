"""Store what was read: one batch, one transaction, one writer.

Each page of the batch ends with exactly one outcome. A report we did not have is stored and placed in its story; one
whose words changed gets another version, and keeps its id, its place in listings and its story; one whose words did
not change is only an outcome. What a person decided is never overwritten.

When `store` raises, nothing of the batch is in the store, while the open stories have already seen its reports: resume
them (`resume_stories`) before the batch is stored again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median_low
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from reportedly import values
from reportedly.stories import Arrival, OpenStories
from reportedly.tag import key_of
from reportedly.trace.lead import lead_of
from reportedly.values import (
    CopyKind,
    Notice,
    Outcome,
    Placement,
    Read,
    Reading,
    Reason,
    SetAside,
    SourceType,
    Spans,
    Withdrawal,
)
from reportedly.wire.again import reads_on
from reportedly.wire.filing import write_tags
from reportedly.wire.identity import address_key, identity_of
from reportedly.wire.intake import Claimed, Ending, end_intakes, end_pages
from reportedly.wire.known import KnownReports
from reportedly.wire.models import (
    ID_SHIFT,
    Attribution,
    DecidedBy,
    Intake,
    Outlet,
    Report,
    ReportNotice,
    Story,
    TakenPage,
    Version,
    report_id_at,
)
from reportedly.wire.notices import after_new_words, after_same_words, changed_to
from reportedly.wire.recounting import recount_stories
from reportedly.wire.rows import as_json, create, insert


def store(
    done: Sequence[tuple[Claimed, Read | SetAside]], open_stories: OpenStories, *, now: datetime
) -> list[Outcome]:
    """Store the batch and return each page's outcome, in the order given. A page already ended keeps its outcome.

    A page whose row is gone (its outlet was removed meanwhile) gives nothing and counts as set aside.
    """
    done = [(claimed, found if isinstance(found, SetAside) else _storable(found)) for claimed, found in done]
    with transaction.atomic():
        rows = TakenPage.objects.in_bulk([claimed.id for claimed, _ in done])
        batch = _Batch(
            outlets=Outlet.objects.in_bulk({row.outlet_id for row in rows.values()}),
            open_stories=open_stories,
            ids=_NextIds(),
            imports=_imports({row.intake_id for row in rows.values()}),
            now=now,
        )
        outcomes: list[Outcome] = []
        endings: dict[int, Ending] = {}
        batch.know(
            (found.report if isinstance(found, Read) else _stub(found), rows[claimed.id].outlet_id)
            for claimed, found in done
            if isinstance(found, Read | Withdrawal) and claimed.id in rows
        )
        for claimed, found in done:
            row = rows.get(claimed.id)
            if row is None:
                outcomes.append(Outcome.SET_ASIDE)
                continue
            if row.outcome:
                outcomes.append(Outcome(row.outcome))
                continue
            if claimed.id not in endings:
                endings[claimed.id] = batch.take(row, found, claimed.page.fetched)
            outcomes.append(endings[claimed.id].outcome)
        batch.write()
        end_pages(list(endings.values()), now=now)
        end_intakes({rows[page_id].intake_id for page_id in endings}, now=now)
    return outcomes


def outcome_of(text_hash: str, known_hash: str | None) -> Outcome:
    """How a report ends, given the hash of its text and of the newest version we have, None when we have none."""
    if known_hash is None:
        return Outcome.STORED
    return Outcome.UNCHANGED if text_hash == known_hash else Outcome.NEW_VERSION


def as_of(report: values.Report, fetched: datetime) -> datetime:
    """From when the report's words are: from when its page was fetched, or its record says it last changed."""
    return min(report.modified or fetched, fetched) if report.text_from == "record" else fetched


def listed_at(published: datetime | None, now: datetime) -> datetime:
    """Where a report stands in listings: when it was first published, or now when nobody says or it says "later"."""
    return now if published is None else min(published, now)


# --- one batch -------------------------------------------------------------------------------------------------------


@dataclass
class _Batch:
    """What one transaction is going to write. `take` decides, `write` does."""

    outlets: dict[int, Outlet]
    open_stories: OpenStories
    ids: _NextIds
    imports: frozenset[int]  # ids of the intakes that are files, which may hold words of any age
    now: datetime
    known: KnownReports = field(default_factory=KnownReports)
    new: dict[int, Report] = field(default_factory=dict)  # by id, as all that follow
    changed: dict[int, Report] = field(default_factory=dict)
    noted: dict[int, Report] = field(default_factory=dict)  # whose words stay, and little else changes
    notices: list[ReportNotice] = field(default_factory=list)
    versions: list[tuple[Version, Reading]] = field(default_factory=list)
    newest: dict[int, tuple[Report, Reading]] = field(default_factory=dict)
    placements: dict[int, Placement] = field(default_factory=dict)

    def know(self, reports: Iterable[tuple[values.Report, int]]) -> None:
        """Look up which of the reports we have."""
        named = ((report, self.outlets[outlet_id].slug) for report, outlet_id in reports)
        self.known.look_up((identity_of(report, slug), report.url, slug) for report, slug in named)

    def take(self, page: TakenPage, found: Read | SetAside, fetched: datetime) -> Ending:
        """Decide how the page ends, and note what has to be written for it."""
        slug = self.outlets[page.outlet_id].slug
        if isinstance(found, Withdrawal):
            return self._withdrawn(page, found, slug)
        if isinstance(found, SetAside):
            return Ending(page_id=page.pk, outcome=Outcome.SET_ASIDE, why=found)
        report, stood = found.report, as_of(found.report, fetched)
        row = self.known.find(report, slug)
        if row is None:
            row = self._new_report(found, identity_of(report, slug), page.outlet_id, stood)
            self.known.add(row, slug)
            return Ending(page_id=page.pk, outcome=Outcome.STORED, report_id=row.pk)
        outcome = outcome_of(report.text_hash, row.text_hash)
        if outcome is Outcome.NEW_VERSION and page.intake_id in self.imports:
            if self.known.has_words(row, report.text_hash):
                return Ending(page_id=page.pk, outcome=Outcome.UNCHANGED, report_id=row.pk)
            if (newest := self.known.as_of(row)) and stood < newest:
                why = SetAside(
                    url=page.url,
                    reason=Reason.SUPERSEDED,
                    detail=f"we have the words of {newest:%Y-%m-%d %H:%M} UTC; these are of {stood:%Y-%m-%d %H:%M}",
                )
                return Ending(page_id=page.pk, outcome=Outcome.SET_ASIDE, report_id=row.pk, why=why)
        if outcome is Outcome.NEW_VERSION and page.look and not reads_on(self.known.text_of(row), report.text):
            why = SetAside(url=page.url, reason=Reason.NOT_A_REPORT, detail="it tells of something else than before")
            return Ending(page_id=page.pk, outcome=Outcome.SET_ASIDE, report_id=row.pk, why=why)
        if outcome is Outcome.NEW_VERSION:
            self._new_version(row, found, stood)
        else:
            self._same_words(row, report, is_live=page.intake_id not in self.imports)
        return Ending(page_id=page.pk, outcome=outcome, report_id=row.pk)

    def _withdrawn(self, page: TakenPage, found: Withdrawal, slug: str) -> Ending:
        """An outlet withdraws a report without sending its words again."""
        row = self.known.find(_stub(found), slug)
        detail = "we have no such report" if row is None else "noted on the report; its words are kept"
        if row is not None:
            self._note(row, Notice.WITHDRAWN, f"withdrawn in {page.url}")
        why = SetAside(url=found.url, reason=found.reason, detail=detail)
        return Ending(page_id=page.pk, outcome=Outcome.SET_ASIDE, report_id=row.pk if row else None, why=why)

    def _same_words(self, row: Report, report: values.Report, *, is_live: bool) -> None:
        self._note(row, after_same_words(row.notice, report.notice, is_live=is_live), f"said in {report.url}")
        if row.pk in self.known.renamed and row.pk not in self.new and row.pk not in self.changed:
            self.noted[row.pk] = row

    def _note(self, row: Report, notice: str, detail: str) -> None:
        if record := changed_to(row, notice, detail, now=self.now):
            self.notices.append(record)
            if row.pk not in self.new and row.pk not in self.changed:
                self.noted[row.pk] = row

    def _new_report(self, found: Read, identity: str, outlet_id: int, stood: datetime) -> Report:
        report = found.report
        listed = listed_at(report.published, self.now)
        row = Report(
            id=self.ids.next(listed),
            outlet_id=outlet_id,
            identity=identity,
            guid=report.guid[:2000],
            listed_at=listed,
            taken_in=self.now,
            placed_by=DecidedBy.MACHINE,
            version=1,
        )
        self.new[row.pk] = row
        self._fill(row, found, stood)
        names = tuple(dict.fromkeys(name.name for name in found.reading.names))
        placement = self.open_stories.place(
            Arrival(
                report_id=row.pk, outlet=self.outlets[outlet_id].slug, published=listed, text=report.text, names=names
            )
        )
        self.placements[row.pk] = placement
        return row

    def _new_version(self, row: Report, found: Read, stood: datetime) -> None:
        row.version += 1
        if row.pk not in self.new:
            self.changed[row.pk] = row
            self.noted.pop(row.pk, None)
        self._fill(row, found, stood)

    def _fill(self, row: Report, found: Read, stood: datetime) -> None:
        """Let the report's row say what its newest version says. What was said of its first publication stays."""
        report, reading = found.report, found.reading
        if row.published is None and report.published is not None:
            row.published = report.published
            row.published_is_day = report.published_is_day
            row.published_from = report.published_from[:20]
        lead = lead_of(report, reading.attributions)
        row.url = report.url[:2000] if report.url.startswith(("http://", "https://")) else ""
        row.address_key = address_key(row.url, self.outlets[row.outlet_id].slug)
        row.title = report.title[:1000]
        row.author = (report.author or "")[:500]
        row.language = (report.language or "")[:35]
        row.located = (report.located or "")[:200]
        self._note(row, after_new_words(report.notice), f"said in version {row.version}")
        row.credit = (report.credit or "")[:200]
        row.text_hash = report.text_hash
        row.lead = {"paragraphs": list(lead.paragraphs), "chain": [list(voice) for voice in lead.chain]}
        row.indexed = False
        version = Version(
            report=row,
            number=row.version,
            text=report.text,
            text_hash=report.text_hash,
            taken_in=self.now,
            as_of=stood,
            found={
                "title": report.title_from,
                "author": report.author_from,
                "published": report.published_from,
                "text": report.text_from,
                "language": report.language_from,
            },
            names=[[*name.span, name.type.value, name.name] for name in reading.names],
            rule=reading.rule[:60],
        )
        self.versions.append((version, reading))
        self.known.note_version(row, report.text_hash, stood)
        self.newest[row.pk] = (row, reading)

    def write(self) -> None:
        """Write everything taken, and count again what it touched."""
        for row in self.noted.values():
            row.save(update_fields=["notice", "guid", "identity"])
        if not self.newest:
            create(ReportNotice, self.notices)
            return
        self._place()
        create(Report, self.new.values())
        for row in self.changed.values():
            row.save(force_update=True)
        create(ReportNotice, self.notices)
        create(Version, [version for version, _ in self.versions])
        insert(
            Attribution,
            _ATTRIBUTION,
            [row for version, reading in self.versions for row in _attribution_rows(version, reading)],
        )
        write_tags(self.newest.values(), already_stored=self.changed.keys())
        recount_stories({row.story_id for row, _ in self.newest.values() if row.story_id is not None})

    def _place(self) -> None:
        """Give each new report its story: the placement's, or where that was merged into, or one of its own."""
        stories = _standing_stories({placement.story_id for placement in self.placements.values()})
        copied = {placement.copy_of for placement in self.placements.values() if placement.copy_of is not None}
        reports = set(self.new) | set(Report.objects.filter(pk__in=copied).values_list("pk", flat=True))
        opened: list[Story] = []
        for report_id, placement in self.placements.items():
            row = self.new[report_id]
            if placement.story_id not in stories:
                # Opens a story; or continues one that the store does not have, and then begins again by itself.
                opened.append(Story(id=report_id, title=row.title[:500], opened=row.listed_at, latest=row.listed_at))
                stories[placement.story_id] = stories[report_id] = report_id
            row.story_id = stories[placement.story_id]
            row.likeness = placement.likeness
            row.place_rule = placement.rule[:60]
            if placement.copy_of in reports:
                row.copy_of_id = placement.copy_of
                row.copy_kind = (placement.copy_kind or CopyKind.NEAR).value
        create(Story, opened)


def _imports(intake_ids: set[int]) -> frozenset[int]:
    return frozenset(Intake.objects.filter(pk__in=intake_ids, kind="import").values_list("pk", flat=True))


def _stub(found: Withdrawal) -> values.Report:
    """What is known of the report that is withdrawn."""
    return values.Report(url=found.url, guid=found.guid, title="", paragraphs=())


class _NextIds:
    """Gives the next report id of a second, looking up once a second which were given before."""

    def __init__(self) -> None:
        self._taken: dict[int, int | None] = {}

    def next(self, listed: datetime) -> int:
        first = report_id_at(listed, None)
        if first not in self._taken:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT MAX(id) FROM wire_report WHERE id >= %s AND id < %s", [first, first + (1 << ID_SHIFT)]
                )
                self._taken[first] = cursor.fetchone()[0]
        given = report_id_at(listed, self._taken[first])
        self._taken[first] = given
        return given


def _standing_stories(story_ids: set[int]) -> dict[int, int]:
    """For each of the stories we have, the story that stands for it now: itself, or the one it was merged into."""
    stands: dict[int, int] = {}
    merged = dict(Story.objects.filter(pk__in=story_ids).values_list("pk", "merged_into"))
    for story_id, into in merged.items():
        seen = {story_id}
        while into is not None and into not in seen:
            seen.add(into)
            story_id_now, into = into, Story.objects.values_list("merged_into", flat=True).get(pk=into)
            stands[story_id] = story_id_now
        stands.setdefault(story_id, story_id)
    return stands


# --- attributions ----------------------------------------------------------------------------------------------------


_ATTRIBUTION = (
    *("version_id", "report_id", "number", "within", "content", "cue", "source", "kind", "stance"),
    *("speaker", "speaker_key", "source_type", "voices", "rule"),
)


def _attribution_rows(version: Version, reading: Reading) -> Iterator[tuple[Any, ...]]:
    """Rows of the columns above. Written past the ORM, which would take three times as long for the many there are."""
    numbers = {one.id: number for number, one in enumerate(reading.attributions, start=1)}
    for one in reading.attributions:
        speaker = (one.speaker or "")[:500]
        voices = [
            [
                _words(voice.source, reading.text) or voice.speaker or "",
                voice.speaker,
                _is_unnamed(voice.source_type),
                voice.source_type,
            ]
            for voice in one.voices
        ]
        yield (
            version.pk,
            version.report_id,
            numbers[one.id],
            numbers.get(one.within.id) if one.within else None,
            as_json(one.content),
            as_json(one.cue),
            as_json(one.source),
            one.kind.value,
            one.stance.value,
            speaker,
            "" if _is_unnamed(one.source_type) or not speaker else key_of(speaker)[:500],
            one.source_type.value,
            as_json(voices),
            one.rule[:60],
        )


def _is_unnamed(source_type: SourceType) -> bool:
    return source_type in (SourceType.UNNAMED, SourceType.NONE)


def _words(spans: Spans, text: str) -> str:
    return " ".join(span.of(text) for span in spans)


# --- what the store cannot hold --------------------------------------------------------------------------------------

# Half characters, and NUL, at which SQLite's own functions would end a text. Each becomes one U+FFFD, so that every
# span still fits.
_UNSTORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")


def _storable(found: Read) -> Read:
    if _is_storable(found.reading.text) and _is_storable(found.report.text) and _is_storable(found.report.guid):
        return found
    cleaned = _cleaned(found)
    assert isinstance(cleaned, Read)
    return cleaned


def _is_storable(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _cleaned(value: Any) -> Any:
    """The value with every text in it storable."""
    if isinstance(value, str) and type(value) is str:
        return value.translate(_UNSTORABLE)
    if type(value) is tuple:
        return tuple(_cleaned(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value, **{f.name: _cleaned(getattr(value, f.name)) for f in dataclasses.fields(value)}
        )
    return value


# --- after a restart -------------------------------------------------------------------------------------------------


def resume_stories(*, now: datetime) -> OpenStories:
    """The open stories as they stood when the last report was stored.

    Their clock is the listing time of the reports stored last, not ours: whoever imports an archive of last year is
    still in last year after a restart.
    """
    open_stories = OpenStories()
    newest = Version.objects.order_by("-id").values_list("report__listed_at", flat=True)[:_CLOCK]
    clock = median_low([*newest] or [now])
    rows = (
        Version.objects.filter(
            number=F("report__version"),
            report__story__isnull=False,
            report__listed_at__gte=clock - open_stories.window,
            report__listed_at__lte=clock + open_stories.window,
        )
        .order_by("report__listed_at", "report_id")
        .values_list(
            "report_id",
            "report__outlet__slug",
            "report__listed_at",
            "text",
            "names",
            "report__story_id",
            "report__likeness",
            "report__copy_of_id",
            "report__copy_kind",
            "report__place_rule",
        )
    )
    for report_id, outlet, listed, text, names, story_id, likeness, copy_of, copy_kind, rule in rows.iterator():
        open_stories.resume(
            Arrival(
                report_id=report_id,
                outlet=outlet,
                published=listed,
                text=text,
                names=tuple(dict.fromkeys(name[3] for name in names)),
            ),
            Placement(
                report_id=report_id,
                story_id=story_id,
                likeness=likeness,
                copy_of=copy_of,
                copy_kind=CopyKind(copy_kind) if copy_kind else None,
                rule=rule,
            ),
        )
    return open_stories


_CLOCK = 9  # reports stored last, whose median listing time is what time it is for the stories
