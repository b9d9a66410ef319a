"""Stored rows for tests: everything that does not matter to a test has a value already."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reportedly.tag import key_of
from reportedly.trace.lead import lead_of
from reportedly.values import Attribution as Said
from reportedly.values import OriginRange, SourceType, Span
from reportedly.values import Report as ReportValue
from reportedly.wire.models import (
    Attribution,
    FeedSource,
    Outlet,
    Report,
    ReportTag,
    Story,
    SubjectAlias,
    SubjectRecord,
    Version,
    report_id_at,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def an_outlet(slug: str = "gull-post", name: str = "", **fields: Any) -> Outlet:
    """An outlet, the one of that slug if there is one."""
    name = name or slug.replace("-", " ").title()
    defaults = {"name": name, "home_url": f"https://{slug}.example/", "added": NOON, **fields}
    return Outlet.objects.get_or_create(slug=slug, defaults=defaults)[0]


def a_feed(outlet: Outlet | None = None, url: str = "", **fields: Any) -> FeedSource:
    """A feed of an outlet, due now."""
    outlet = outlet or an_outlet()
    url = url or f"https://{outlet.slug}.example/feed{next(_numbers)}.xml"
    return FeedSource.objects.create(**{"outlet": outlet, "url": url, "next_check": NOON, **fields})


def a_subject(label: str = "Port Elin", *, aliases: Iterable[str] = (), **fields: Any) -> SubjectRecord:
    """A subject that answers to its label and the aliases."""
    slug = key_of(label).replace(" ", "-")
    subject: SubjectRecord = SubjectRecord.objects.create(**{"slug": slug, "label": label, "type": "place", **fields})
    for name in dict.fromkeys((label, *aliases)):
        SubjectAlias.objects.get_or_create(subject=subject, key=key_of(name), defaults={"label": name})
    return subject


def a_story(title: str = "The port reopens", *, origins: OriginRange | None = None, **fields: Any) -> Story:
    """A story without reports; give it to `a_report`."""
    id = fields.pop("id", None) or report_id_at(NOON, next(_numbers))
    stored = {}
    if origins:
        stored = {
            "low": origins.low,
            "high": origins.high,
            "named": origins.named,
            "unnamed": origins.unnamed,
            "reasons": list(origins.reasons),
        }
    defaults = {"id": id, "title": title, "opened": NOON, "latest": NOON, "origins": stored}
    story: Story = Story.objects.create(**{**defaults, **fields})
    return story


def a_report(
    title: str = "Port reopens after nine days of ice",
    paragraphs: Sequence[str] = ("The port of Elin is open again.",),
    *,
    outlet: Outlet | None = None,
    published: datetime | None = NOON,
    listed_at: datetime | None = None,
    said: Sequence[dict[str, Any]] = (),
    about: Sequence[SubjectRecord] = (),
    mentions: Sequence[SubjectRecord] = (),
    story: Story | None = None,
    earlier: Sequence[str] = (),
    **fields: Any,
) -> Report:
    """A report with its newest version, attributions and tags, as storing leaves them.

    `said` names each attribution by words of the report: `{"content": "...", "source": "...", "cue": "...",
    "speaker": "...", "within": 1, "unnamed": True}`. `earlier` are the texts of the versions before.
    """
    outlet = outlet or an_outlet()
    number = next(_numbers)
    listed_at = listed_at or published or NOON
    id = fields.pop("id", None) or report_id_at(listed_at, None) + number
    url = fields.pop("url", f"https://{outlet.slug}.example/reports/{number}")
    value = ReportValue(url=url, title=title, paragraphs=tuple(paragraphs), outlet=outlet.slug)
    found = attributions_of(value.text, said)
    lead = lead_of(value, found)
    report: Report = Report.objects.create(
        **{
            "id": id,
            "outlet": outlet,
            "identity": hashlib.sha256(f"{outlet.slug} {id}".encode()).hexdigest(),
            "url": url,
            "title": title,
            "language": "en",
            "published": published,
            "published_from": "json-ld" if published else "unknown",
            "listed_at": listed_at,
            "taken_in": listed_at + timedelta(minutes=5),
            "version": len(earlier) + 1,
            "text_hash": value.text_hash,
            "lead": {"paragraphs": list(lead.paragraphs), "chain": [list(voice) for voice in lead.chain]},
            "story": story,
            **fields,
        }
    )
    for at, text in enumerate((*earlier, value.text), start=1):
        version = Version.objects.create(
            report=report,
            number=at,
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            taken_in=report.taken_in + timedelta(hours=at - 1),
            found={"title": "json-ld", "published": report.published_from, "text": "body"},
            rule="cues-1",
        )
    Attribution.objects.bulk_create(_row(one, at, version, value.text) for at, one in enumerate(found, start=1))
    for subject, is_about in [*((one, True) for one in about), *((one, False) for one in mentions)]:
        ReportTag.objects.create(
            subject=subject, report=report, listed_at=listed_at, about=is_about, salience=0.8, version=1, rule="tag-1"
        )
        if is_about:
            SubjectRecord.objects.filter(pk=subject.pk).update(reports_count=subject.tags.filter(about=True).count())
    if story:
        _count(story)
    return report


def attributions_of(text: str, said: Sequence[dict[str, Any]]) -> list[Said]:
    """Attributions named by the words of a text; each word group is looked for from the start."""
    found: list[Said] = []
    for at, one in enumerate(said, start=1):
        unnamed = one.get("unnamed", False)
        nobody = not one.get("source") and not one.get("speaker")
        found.append(
            Said(
                id=f"a{at}",
                content=_spans(text, one["content"]),
                cue=_spans(text, one.get("cue")),
                source=_spans(text, one.get("source")),
                within=found[one["within"] - 1] if one.get("within") else None,
                kind=one.get("kind", "indirect"),
                stance=one.get("stance", "asserts"),
                speaker=one.get("speaker") or one.get("source"),
                source_type=SourceType.UNNAMED if unnamed else SourceType.NONE if nobody else SourceType.PERSON,
                rule="cues-1",
            )
        )
    return found


def _spans(text: str, words: str | Sequence[str] | None) -> tuple[Span, ...]:
    pieces = [words] if isinstance(words, str) else words or ()
    return tuple(Span(text.index(piece), text.index(piece) + len(piece)) for piece in pieces)


def _row(one: Said, number: int, version: Version, text: str) -> Attribution:
    def unnamed(voice: Said) -> bool:
        return voice.source_type in (SourceType.UNNAMED, SourceType.NONE)

    def words(voice: Said) -> str:
        return " ".join(span.of(text) for span in voice.source)

    return Attribution(
        version=version,
        report=version.report,
        number=number,
        within=int(one.within.id[1:]) if one.within else None,
        content=[list(span) for span in one.content],
        cue=[list(span) for span in one.cue],
        source=[list(span) for span in one.source],
        kind=str(one.kind),
        stance=str(one.stance),
        speaker=one.speaker or "",
        speaker_key="" if unnamed(one) else key_of(one.speaker or ""),
        source_type=str(one.source_type),
        voices=[[words(voice), voice.speaker, unnamed(voice), str(voice.source_type)] for voice in one.voices],
        rule=one.rule,
    )


def _count(story: Story) -> None:
    reports = list(story.reports.order_by("listed_at"))
    story.reports_count = len(reports)
    story.outlets_count = len({report.outlet_id for report in reports})
    story.opened, story.latest = reports[0].listed_at, reports[-1].listed_at
    story.save()
