"""Read the sample's files into values.

Whatever is wrong with a file is told with its name and line, so that whoever writes reports can mend them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from reportedly.errors import ReportedlyError
from reportedly.values import Notice, SubjectType

SAMPLE = Path(__file__).parent
CARRIED = "[carried]"  # where an agency's text stands in a report that carries it
FEEDS = ("atom-full", "atom-summary", "rss-full", "rss-summary", "rss-day", "json-full", "json-summary")
SHOWS = frozenset(
    [
        "account",
        "chain of two",
        "chain of three",
        "circle",
        "copy",
        "correction",
        "day only",
        "denial",
        "document",
        "headline prefix",
        "hedge",
        "long quote",
        "poll",
        "pronoun",
        "rewrite",
        "role reference",
        "spelling",
        "split quote",
        "unnamed",
        "undated",
        "withdrawal",
    ]
)


class BadSample(ReportedlyError):
    """A file of the sample is not as WORLD.md says; tells which, and the line."""

    def __init__(self, file: Path, line: int, why: str) -> None:
        super().__init__(f"{file}, line {line}: {why}")
        self.file, self.line = file, line


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """An outlet of the sample, and the form it publishes in: see outlets.toml."""

    slug: str
    name: str
    tagline: str
    family: str
    country: str
    language: str
    charset: str
    feed: str
    feed_path: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block of a report's body: `tag` is p, blockquote or li, `source` its words with their light markup."""

    tag: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a report's words."""

    title: str
    blocks: tuple[Block, ...]
    updated: datetime | None = None
    notice: Notice | None = None


@dataclass(frozen=True, kw_only=True)
class SampleReport:
    """A report with its one or two versions. `published` is a day where the outlet tells no time, None where nothing."""

    id: str  # "ostrel/2026-11-04-minister-dam-will-hold"
    outlet: str
    slug: str
    story: str
    published: datetime | date | None
    byline: str
    section: str
    summary: str
    credit: str
    carries: str | None
    shows: frozenset[str]
    versions: tuple[Version, ...]

    @property
    def moment(self) -> datetime:
        """For sorting: a day counts from its midnight, an undated report as the oldest."""
        if isinstance(self.published, datetime):
            return self.published
        return datetime.combine(self.published or date(1970, 1, 1), time(), UTC)


@dataclass(frozen=True, kw_only=True)
class SampleSubject:
    """A subject of the invented world."""

    label: str
    type: SubjectType
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The whole sample; an outlet's reports stand newest first."""

    outlets: tuple[Outlet, ...]
    reports: tuple[SampleReport, ...]
    subjects: tuple[SampleSubject, ...]

    def of(self, outlet: str) -> tuple[SampleReport, ...]:
        """The reports of one outlet, newest first."""
        return tuple(report for report in self.reports if report.outlet == outlet)


def load_sample(folder: Path = SAMPLE) -> Sample:
    """The sample that lies in this folder. Raises BadSample."""
    outlets = tuple(_outlets(folder / "outlets.toml"))
    reports = load_reports(folder / "reports", {outlet.slug for outlet in outlets})
    return Sample(outlets=outlets, reports=reports, subjects=tuple(_subjects(folder / "subjects.toml")))


def load_reports(folder: Path, outlets: set[str]) -> tuple[SampleReport, ...]:
    """Every report under the folder, newest first, with second versions joined and carried text put in its place."""
    firsts = {}
    seconds = []
    for file in sorted(folder.glob("*/*.md")):
        if file.parent.name not in outlets:
            raise BadSample(file, 1, f"no outlet is called {file.parent.name!r} in outlets.toml")
        if file.name.endswith(".v2.md"):
            seconds.append(file)
        else:
            report = _read_report(file)
            firsts[report.id] = (file, report)
    reports = {id: _carry(file, report, firsts) for id, (file, report) in firsts.items()}
    for file in seconds:
        id = f"{file.parent.name}/{file.name.removesuffix('.v2.md')}"
        if id not in reports:
            raise BadSample(file, 1, "a second version without a first")
        reports[id] = replace(reports[id], versions=(*reports[id].versions, _read_second(file)))
    return tuple(sorted(reports.values(), key=lambda report: (report.moment, report.id), reverse=True))


# --- one file --------------------------------------------------------------------------------------------------------

_FIRST_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "title": str,
    "story": str,
    "published": date,
    "byline": str,
    "section": str,
    "summary": str,
    "carries": str,
    "carries_paragraphs": int,
    "credit": str,
    "shows": list,
}
_NOTICES = (Notice.CORRECTED, Notice.WITHDRAWN)
_SECOND_KEYS: Mapping[str, type | tuple[type, ...]] = {"title": str, "updated": datetime, "notice": str}


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file taken apart: front matter, then blocks, with what is needed to point at a line."""

    file: Path
    head: str
    keys: Mapping[str, Any]
    blocks: tuple[Block, ...]
    body_line: int

    def wrong(self, key: str, why: str) -> BadSample:
        for number, line in enumerate(self.head.split("\n"), start=2):
            if re.match(rf"{re.escape(key)}\s*=", line):
                return BadSample(self.file, number, why)
        return BadSample(self.file, 1, why)

    def text(self, key: str) -> str:
        return str(self.keys.get(key, ""))


def _read_report(file: Path) -> SampleReport:
    parts = _take_apart(file, _FIRST_KEYS)
    keys = parts.keys
    for key in ("title", "story"):
        if not keys.get(key):
            raise parts.wrong(key, f"{key} is missing or empty")
    shows = frozenset(map(str, keys.get("shows", [])))
    if unknown := shows - SHOWS:
        raise parts.wrong(
            "shows", f"nothing is known of {', '.join(sorted(unknown))}; loading.SHOWS lists what there is"
        )
    if ("undated" in shows) == ("published" in keys):
        raise parts.wrong("published", 'a report has a published time or day, or "undated" among what it shows')
    published = keys.get("published")
    if isinstance(published, datetime) and published.tzinfo is None:
        raise parts.wrong("published", "the time has no zone; end it with Z")
    if (carries := keys.get("carries")) and not keys.get("credit"):
        raise parts.wrong("carries", "a report that carries another needs its credit")
    slug = file.stem
    if published is not None:
        day, slug = file.stem[:10], file.stem[11:]
        if day != published.strftime("%Y-%m-%d"):
            raise parts.wrong("published", f"the file is named for {day}, the report published {published:%Y-%m-%d}")
    if carries and CARRIED not in [block.source for block in parts.blocks]:
        raise BadSample(file, parts.body_line, f"the text says nowhere where the carried report stands: {CARRIED}")
    return SampleReport(
        id=f"{file.parent.name}/{file.stem}",
        outlet=file.parent.name,
        slug=slug,
        story=parts.text("story"),
        published=published,
        byline=parts.text("byline"),
        section=parts.text("section"),
        summary=parts.text("summary"),
        credit=parts.text("credit"),
        carries=carries,
        shows=shows,
        versions=(Version(title=parts.text("title"), blocks=parts.blocks),),
    )


def _read_second(file: Path) -> Version:
    parts = _take_apart(file, _SECOND_KEYS)
    for key in _SECOND_KEYS:
        if key not in parts.keys:
            raise parts.wrong(key, f"{key} is missing; a second version needs it")
    notice = parts.text("notice")
    if notice not in _NOTICES:
        raise parts.wrong("notice", f"{notice!r} is no notice; there are {' and '.join(_NOTICES)}")
    updated: datetime = parts.keys["updated"]
    if updated.tzinfo is None:
        raise parts.wrong("updated", "the time has no zone; end it with Z")
    return Version(title=parts.text("title"), blocks=parts.blocks, updated=updated, notice=Notice(notice))


def _carry(file: Path, report: SampleReport, firsts: Mapping[str, tuple[Path, SampleReport]]) -> SampleReport:
    """The report with the first version of what it carries in its place; an outlet prints what it got at the time."""
    if report.carries is None:
        return report
    parts = _take_apart(file, _FIRST_KEYS)
    if report.carries not in firsts:
        raise parts.wrong("carries", f"there is no report {report.carries}")
    carried = firsts[report.carries][1].versions[0].blocks
    paragraphs = parts.keys.get("carries_paragraphs", len(carried))
    if not 0 < paragraphs <= len(carried):
        raise parts.wrong("carries_paragraphs", f"{report.carries} has {len(carried)} paragraphs")
    blocks: list[Block] = []
    for block in report.versions[0].blocks:
        blocks += carried[:paragraphs] if block.source == CARRIED else (block,)
    return replace(report, versions=(replace(report.versions[0], blocks=tuple(blocks)),))


def _take_apart(file: Path, kinds: Mapping[str, type | tuple[type, ...]]) -> _File:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as why:
        raise BadSample(file, file.read_bytes()[: why.start].count(b"\n") + 1, "is not UTF-8") from why
    if not text.startswith("+++\n"):
        raise BadSample(file, 1, "does not begin with +++")
    head, mark, body = text[4:].partition("\n+++\n")
    if not mark:
        raise BadSample(file, 1, "the front matter is never closed by +++")
    body_line = head.count("\n") + 4
    blocks = tuple(_blocks(body))
    if not blocks:
        raise BadSample(file, body_line, "has no text")
    parts = _File(file=file, head=head, keys=_toml(file, head, before=1), blocks=blocks, body_line=body_line)
    for key, value in parts.keys.items():
        if key not in kinds:
            raise parts.wrong(key, f"{key} is no key of a report; WORLD.md lists them")
        if not isinstance(value, kinds[key]) or isinstance(value, bool):
            raise parts.wrong(key, f"{key} cannot be {value!r}")
    return parts


def _blocks(body: str) -> Iterator[Block]:
    for chunk in re.split(r"\n[ \t]*\n", body):
        lines = [line.strip() for line in chunk.strip().split("\n")]
        if lines[0].startswith("- "):
            yield from (Block(tag="li", source=item) for item in " ".join(lines)[2:].split(" - "))
        elif lines[0].startswith("> "):
            yield Block(tag="blockquote", source=" ".join(line.removeprefix("> ") for line in lines))
        elif lines[0]:
            yield Block(tag="p", source=" ".join(lines))


def _toml(file: Path, text: str, *, before: int = 0) -> dict[str, Any]:
    """The TOML of a file of which `before` lines went before."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        at = re.search(r" \(at line (\d+), column \d+\)$", str(why))
        line = int(at[1]) if at else text.count("\n") + 1
        raise BadSample(file, line + before, re.sub(r" \(at .*\)$", "", str(why))) from why


# --- outlets and subjects --------------------------------------------------------------------------------------------


def _outlets(file: Path) -> Iterator[Outlet]:
    for line, entry in _entries(file, "outlet"):
        try:
            outlet = Outlet(**entry)
        except TypeError as why:
            raise BadSample(file, line, f"an outlet has a key too many or too few: {why}") from why
        if outlet.feed not in FEEDS:
            raise BadSample(file, line, f"{outlet.feed!r} is no form of feed; there are {', '.join(FEEDS)}")
        yield outlet


def _subjects(file: Path) -> Iterator[SampleSubject]:
    for line, entry in _entries(file, "subject"):
        if set(entry) != {"label", "type", "aliases"}:
            raise BadSample(file, line, "a subject has a label, a type and aliases")
        if entry["type"] not in list(SubjectType):
            raise BadSample(file, line, f"{entry['type']!r} is no type; there are {', '.join(SubjectType)}")
        yield SampleSubject(
            label=entry["label"], type=SubjectType(entry["type"]), aliases=tuple(map(str, entry["aliases"]))
        )


def _entries(file: Path, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each `[[table]]` of the file, with the line it begins on."""
    text = file.read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if line.strip() == f"[[{table}]]"]
    return zip(lines, _toml(file, text).get(table, []), strict=True)
