"""What the line carries: one frozen value for each stage.

    fetch -> Page -> extract -> Report -> trace -> Reading -> tag -> Tags -> place -> Placement

A stage takes what it needs and returns what it found; it edits nothing it was given. Times are aware and in UTC.
Spans are half-open offsets into the text they were read from, in Python string indices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple

from reportedly.errors import BadSpan, BadValue, NaiveTime

# --- spans -----------------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the span."""
        return text[self.start : self.end]


Spans = tuple[Span, ...]


def spans(pairs: Iterable[Sequence[int]], *, within: int | None = None) -> Spans:
    """Spans from `[[start, end], ...]`, checked to be non-empty and, with `within`, to end inside a text that long.

    Raises BadSpan.
    """
    found = tuple(Span(int(start), int(end)) for start, end in pairs)
    for span in found:
        if not 0 <= span.start < span.end or (within is not None and span.end > within):
            raise BadSpan(f"{span.start}..{span.end} is no span of a text of {within} characters")
    return found


# --- fetched ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """What a feed, sitemap or wire file says of one report, before the report's page is fetched.

    `guid` is the feed's own identity for it, or its address. HTML is as the feed gave it, and not to be trusted.
    `published_is_day` when only the day is known, as in a `Report`.
    """

    guid: str
    url: str
    title: str = ""
    summary_html: str = ""
    content_html: str = ""
    author: str | None = None
    published: datetime | None = None
    published_is_day: bool = False
    updated: datetime | None = None
    categories: tuple[str, ...] = ()
    source_name: str | None = None  # RSS <source>: whom the outlet itself names as where it had the report from

    def __post_init__(self) -> None:
        _aware(self.published, "published")
        _aware(self.updated, "updated")


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed as read: entries in the feed's own order."""

    title: str
    home_url: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]
    ttl: timedelta | None = None  # how long the feed itself asks us to wait


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as taken in, before anything is read out of it.

    `body` is the decoded-from-transport bytes (no gzip), `content_type` the whole header. `entry` is what the feed
    said of it, None for a page that came by itself.
    """

    url: str
    body: bytes
    fetched: datetime
    final_url: str = ""
    content_type: str = "text/html"
    outlet: str = ""  # the outlet's slug
    entry: FeedEntry | None = None

    def __post_init__(self) -> None:
        _aware(self.fetched, "fetched")


# --- extracted -------------------------------------------------------------------------------------------------------


class Notice(StrEnum):
    """What an outlet says of its own earlier words, or, with GONE, does: their page is no longer there."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One published report, with its text, as one version of it stood.

    Every `..._from` says where the field was found ("json-ld", "meta", "microdata", "h1", "time", "feed", "url",
    "rule", "guess", "body"), or "unknown". `published` is None when nobody says; `published_is_day` when only the day is known
    (its time is then midnight UTC and means nothing).
    """

    url: str
    title: str
    paragraphs: tuple[str, ...]
    outlet: str = ""
    guid: str = ""
    author: str | None = None
    published: datetime | None = None
    published_is_day: bool = False
    modified: datetime | None = None
    language: str | None = None
    located: str | None = None  # where the outlet says the report was made
    categories: tuple[str, ...] = ()
    credit: str | None = None  # the agency or outlet the page itself credits ("(Reuters)", RSS <source>)
    notice: Notice | None = None
    title_from: str = "unknown"
    author_from: str = "unknown"
    published_from: str = "unknown"
    text_from: str = "unknown"
    language_from: str = "unknown"

    def __post_init__(self) -> None:
        _aware(self.published, "published")
        _aware(self.modified, "modified")
        for part in (self.title, *self.paragraphs):
            if "\n" in part:
                raise BadValue("a title or paragraph holds a line break; it would move every span behind it")

    @cached_property
    def text(self) -> str:
        """Title, then paragraphs, one a line: the text that spans point into."""
        return "\n".join((self.title, *self.paragraphs))

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 of the text, hex: the same for two reports whose every word is the same."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


# --- outcomes --------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a page we took in ended. Each ends as exactly one."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    NEW_VERSION = "new version"
    SET_ASIDE = "set aside"


class Reason(StrEnum):
    """Why a page was set aside."""

    NO_TEXT = "no text"
    NOT_HTML = "not HTML"
    NOT_A_REPORT = "not a report"
    EMPTY = "empty"
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow to read"
    UNREADABLE = "unreadable"
    BAD_RECORD = "bad record"
    BLOCKED_ADDRESS = "blocked address"
    ROBOTS = "robots.txt forbids"
    HTTP_ERROR = "HTTP error"
    REDIRECTS = "too many redirects"
    NETWORK = "network failure"
    WITHDRAWN = "withdrawn"
    EMBARGOED = "under embargo"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A page that gave no report, and why. `detail` is one clause for a person ("404 Not Found")."""

    url: str
    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)


@dataclass(frozen=True, kw_only=True)
class Withdrawal(SetAside):
    """A page without text that withdraws an earlier report, known by its guid, else by its address."""

    guid: str = ""
    reason: Reason = Reason.WITHDRAWN


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Outcomes of a number of pages. They add up: `taken_in` is every other count together."""

    taken_in: int = 0
    stored: int = 0
    unchanged: int = 0
    new_version: int = 0
    set_aside: int = 0
    waiting: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """Pages that have their outcome."""
        return self.stored + self.unchanged + self.new_version + self.set_aside

    @property
    def adds_up(self) -> bool:
        """Whether every page is accounted for, and every page set aside has its reason."""
        return self.taken_in == self.ended + self.waiting and self.set_aside == sum(self.reasons.values())

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            taken_in=self.taken_in + other.taken_in,
            stored=self.stored + other.stored,
            unchanged=self.unchanged + other.unchanged,
            new_version=self.new_version + other.new_version,
            set_aside=self.set_aside + other.set_aside,
            waiting=self.waiting + other.waiting,
            reasons={
                reason: self.reasons.get(reason, 0) + other.reasons.get(reason, 0)
                for reason in {**self.reasons, **other.reasons}
            },
        )

    def __str__(self) -> str:
        parts = [
            f"{self.taken_in:,} taken in",
            f"{self.stored:,} stored",
            f"{self.unchanged:,} unchanged",
            f"{self.new_version:,} new version{'' if self.new_version == 1 else 's'}",
            f"{self.set_aside:,} set aside",
        ]
        if self.waiting:
            parts.append(f"{self.waiting:,} waiting")
        return " · ".join(parts)


# --- traced ----------------------------------------------------------------------------------------------------------


class NameType(StrEnum):
    """What a name is the name of."""

    PERSON = "PER"
    ORGANISATION = "ORG"
    PLACE = "LOC"
    OTHER = "MISC"


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name where it stands; `name` is its fullest form in the same report."""

    span: Span
    type: NameType
    name: str


class Kind(StrEnum):
    """Whether the content stands in quotation marks: all of it, none of it, or part."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Stance(StrEnum):
    """What the cue does with the content."""

    ASSERTS = "asserts"
    DENIES = "denies"
    DOUBTS = "doubts"
    ASKS = "asks"
    ORDERS = "orders"
    PROMISES = "promises"
    ACCUSES = "accuses"
    PREDICTS = "predicts"


class SourceType(StrEnum):
    """What kind of voice a source is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    OUTLET = "outlet"
    OFFICE = "office"
    DOCUMENT = "document"
    UNNAMED = "unnamed"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """Something the report lays to a source.

    Spans point into the report's text. A cue or source without spans is absent: a quotation may stand alone, "it was
    said" has no source. `speaker` is the source's fullest name in the report, or for an unnamed source its
    description; None when nobody is named. `rule` is the rule or model version that found it.
    """

    id: str
    content: Spans
    cue: Spans = ()
    source: Spans = ()
    within: Attribution | None = None  # the attribution that carries this one: the voice nearer the reader
    kind: Kind = Kind.INDIRECT
    stance: Stance = Stance.ASSERTS
    speaker: str | None = None
    source_type: SourceType = SourceType.NONE
    rule: str = ""

    @property
    def voices(self) -> tuple[Attribution, ...]:
        """From the voice nearest the reader inward, ending with this one."""
        return (*self.within.voices, self) if self.within else (self,)

    def to_dict(self) -> dict[str, Any]:
        """As other programs read it: `{id, content, cue, source, nested_in, kind, stance, speaker, source_type}`."""
        return {
            "id": self.id,
            "content": [list(span) for span in self.content],
            "cue": [list(span) for span in self.cue],
            "source": [list(span) for span in self.source],
            "nested_in": self.within.id if self.within else None,
            "kind": str(self.kind),
            "stance": str(self.stance),
            "speaker": self.speaker,
            "source_type": str(self.source_type),
        }


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One source in a chain: its words in the report, the fullest name they stand for, and whether it has a name."""

    text: str
    speaker: str | None
    unnamed: bool
    source_type: SourceType = SourceType.NONE
    source: Spans = ()

    @property
    def label(self) -> str:
        """What a reader is shown: the fullest name, or an unnamed voice's own description."""
        return self.speaker or self.text or "nobody named"


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Voices over one content, the voice nearest the reader first; the last is the origin."""

    content: Spans
    voices: tuple[Voice, ...]

    def __post_init__(self) -> None:
        if not self.voices:
            raise BadValue("a chain has no voice")

    @property
    def origin(self) -> Voice:
        """The innermost voice."""
        return self.voices[-1]

    def __str__(self) -> str:
        return " ← ".join(voice.label for voice in self.voices)

    def to_dict(self) -> dict[str, Any]:
        """As other programs read it: `{content, voices, speakers, unnamed}`."""
        return {
            "content": [list(span) for span in self.content],
            "voices": [voice.text for voice in self.voices],
            "speakers": [voice.speaker for voice in self.voices],
            "unnamed": [voice.unnamed for voice in self.voices],
        }


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A report filed under a subject, and why.

    `salience` runs from 0 to 1; `about` says whether it reached the mark at which the report is filed under the
    subject on its page. `mentions` are where the subject is named in the report's text.
    """

    subject_id: int
    label: str
    salience: float
    about: bool
    mentions: Spans
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """As other programs read it."""
        return {
            "subject": self.label,
            "salience": round(self.salience, 3),
            "about": self.about,
            "mentions": [list(span) for span in self.mentions],
        }


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read in one text: names, who says what through whom, and the subjects it is filed under."""

    text: str
    names: tuple[Name, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    chains: tuple[Chain, ...] = ()
    subjects: tuple[Tag, ...] = ()
    rule: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The whole reading, as `reportedly read --format json` prints it."""
        return {
            "text": self.text,
            "names": [
                {"start": n.span.start, "end": n.span.end, "type": str(n.type), "name": n.name} for n in self.names
            ],
            "attributions": [attribution.to_dict() for attribution in self.attributions],
            "chains": [chain.to_dict() for chain in self.chains],
            "subjects": [tag.to_dict() for tag in self.subjects],
            "rule": self.rule,
        }

    def _repr_html_(self) -> str:
        """The text with its voices coloured, and the chains, as a notebook shows them."""
        # The one value that knows how it is shown: values import nothing, so this waits until a notebook asks.
        return str(import_module("reportedly.trace.render").as_html(self))

    def __repr__(self) -> str:
        lines = [f"<Reading: {len(self.text)} characters, {len(self.attributions)} attributions>"]
        for chain in self.chains:
            words = " … ".join(span.of(self.text) for span in chain.content)
            lines.append(f"  {chain}: {words if len(words) <= 80 else words[:79] + '…'}")
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Read:
    """A page that was read through: its report and the reading of it."""

    report: Report
    reading: Reading


# --- placed ----------------------------------------------------------------------------------------------------------


class CopyKind(StrEnum):
    """How much of another's text a copy is."""

    EXACT = "exact"
    NEAR = "near"


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a report goes: the story, and the report whose text it reuses, if any.

    `story_id` equals the report's own id when it opens the story. `likeness` is what decided, 0 to 1 (1.0 for one that
    opens its story).
    """

    report_id: int
    story_id: int
    likeness: float
    copy_of: int | None = None
    copy_kind: CopyKind | None = None
    rule: str = ""

    @property
    def opens(self) -> bool:
        """Whether the report begins a story."""
        return self.story_id == self.report_id


@dataclass(frozen=True, kw_only=True)
class OriginRange:
    """How many independent origins a story may have: never fewer than `low`, never more than `high`, and why.

    `named` and `unnamed` count the distinct innermost voices that the chains state. `reasons` are sentences for a
    reader, each naming the reports or voices it rests on.
    """

    low: int
    high: int
    named: int
    unnamed: int
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise BadValue(f"{self.low} to {self.high} is no range of origins")

    def __str__(self) -> str:
        many = f"{self.low}" if self.low == self.high else f"{self.low}–{self.high}"
        return f"{many} origin{'' if self.high == 1 else 's'} ({self.named} named, {self.unnamed} unnamed)"


# --- subjects --------------------------------------------------------------------------------------------------------


class SubjectType(StrEnum):
    """What a subject is."""

    PERSON = "person"
    BODY = "body"
    PLACE = "place"
    EVENT = "event"
    THEME = "theme"


@dataclass(frozen=True, kw_only=True)
class Alias:
    """Another name of a subject. A hidden alias matches text but is not shown."""

    label: str
    language: str | None = None
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a report can be about, as the matcher needs it. `country` is an ISO 3166 code where the subject lies in one."""

    id: int
    label: str
    type: SubjectType
    aliases: tuple[Alias, ...] = ()
    country: str | None = None
    weight: float = 0.0  # how likely an ambiguous name means this subject, other things equal; 0 to 1


# --- checks ----------------------------------------------------------------------------------------------------------


def _aware(time: datetime | None, name: str) -> None:
    if time is not None and time.tzinfo is None:
        raise NaiveTime(name)
