"""Tables of the wire.

Reports keep every version of their text; whatever was derived points at the version it was derived from. A machine
writes only what a machine wrote (`decided_by`); what a person decided stays.

Every report has an id that grows with time (see `report_id_at`), so "newest first" is "largest id first" wherever a
report was first published when we say it was. `listed_at` orders reports: first publication, or, where that is not
known, the moment we took the report in. It is never shown as a date.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models

from reportedly.values import CopyKind, Notice, Outcome, Reason, SubjectType

ID_SHIFT = 20  # a million reports may share a second


def report_id_at(listed_at: datetime, taken: int | None) -> int:
    """The id of the next report listed at this second, `taken` being the largest id already given in it, if any."""
    return taken + 1 if taken is not None else max(0, int(listed_at.timestamp())) << ID_SHIFT


class DecidedBy(models.TextChoices):
    """Who decided something: what a person decided, no machine overwrites."""

    MACHINE = "machine"
    PERSON = "person"


class Outlet(models.Model):
    """Who publishes. `family` is the owner or wire that several outlets share, where it is known.

    `usual_gap_s` and `longest_gap_s` are the median and the longest time between two of its recent reports, as of the
    last check that brought something new; null while too few are known.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    home_url = models.URLField(max_length=2000, blank=True)
    family = models.CharField(max_length=200, blank=True, db_index=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=35, blank=True)
    paused = models.BooleanField(default=False)
    added = models.DateTimeField()
    usual_gap_s = models.PositiveIntegerField(null=True)
    longest_gap_s = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class FeedSource(models.Model):
    """A feed of an outlet, with all we need to ask for it politely again.

    What the feed said when it last came whole is kept for the answers that say only that nothing changed: its `ttl_s`,
    its server's max-age (`fresh_s`), and the rhythm its entries tell (`gap_s`, `reach_s`, `newest`), all null where
    nothing is said.
    """

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="feeds")
    url = models.URLField(max_length=2000, unique=True)
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    ttl_s = models.PositiveIntegerField(null=True)
    fresh_s = models.PositiveIntegerField(null=True)
    gap_s = models.PositiveIntegerField(null=True)
    reach_s = models.PositiveIntegerField(null=True)
    newest = models.DateTimeField(null=True)
    next_check = models.DateTimeField(db_index=True)
    last_success = models.DateTimeField(null=True)
    last_failure = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    gone = models.BooleanField(default=False)  # 410: never ask again

    def __str__(self) -> str:
        return self.url


class Intake(models.Model):
    """One lot of pages taken in: an import of a file, one check of a feed, or a second look. Its outcomes add up.

    `digest` names what was taken in, so that the same import goes on where it stopped.
    """

    kind = models.CharField(max_length=20)  # "import", "feed", "look"
    source = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64, db_index=True)
    began = models.DateTimeField()
    all_taken_in = models.BooleanField(default=False)  # every page of the source has its row
    ended = models.DateTimeField(null=True)  # every page has its outcome

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class TakenPage(models.Model):
    """A page taken in, which is also the work of reading it: a row that is leased, done, and keeps its outcome.

    `key` is the page's identity within its intake. `payload` is a `Page` as compressed JSON, dropped once the page has
    its outcome. `order` is the place in line: pages are read in this order. `look` counts the second looks at its
    address, this one included; null for a page that a feed or file named.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="pages")
    key = models.CharField(max_length=64)
    url = models.CharField(max_length=2000)
    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="pages")
    order = models.PositiveBigIntegerField()
    needs_fetch = models.BooleanField(
        default=False
    )  # the payload is only what the feed said; the page is still out there
    payload = models.BinaryField(null=True)
    taken_in = models.DateTimeField()
    look = models.PositiveSmallIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=20, blank=True, choices=[(o.value, o.value) for o in Outcome])
    reason = models.CharField(max_length=40, blank=True, choices=[(r.value, r.value) for r in Reason])
    detail = models.CharField(max_length=500, blank=True)
    report = models.ForeignKey("Report", null=True, on_delete=models.SET_NULL, related_name="pages")
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "key"], name="page_once_in_its_intake"),
            models.CheckConstraint(
                condition=models.Q(outcome="", ended__isnull=True)
                | (~models.Q(outcome="") & models.Q(ended__isnull=False)),
                name="page_ended_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="set aside") ^ models.Q(reason=""), name="set_aside_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["needs_fetch", "order"], condition=models.Q(outcome=""), name="page_line"),
            models.Index(fields=["intake"], condition=models.Q(outcome=""), name="page_waiting"),
            models.Index(fields=["outlet", "-taken_in", "outcome", "look"], name="page_by_outlet"),
            models.Index(fields=["outlet", "key"], name="page_by_key"),
        ]


class SecondLook(models.Model):
    """An address that is going to be asked again, by itself, and what to ask it with. Gone after its last look.

    `page` is the page that came from it last, with its validators and the hash of its body; they hold once that page
    gave a report. `said` is that page as a payload without its body: what its feed said of it, and where it was found.
    """

    key = models.CharField(max_length=64, unique=True)  # hash of outlet and canonical address
    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="second_looks")
    page = models.ForeignKey(TakenPage, on_delete=models.CASCADE, related_name="+")
    host = models.CharField(max_length=255)
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    body_hash = models.CharField(max_length=64)
    said = models.BinaryField()
    collected = models.DateTimeField()  # when its report was first collected
    asked = models.DateTimeField()  # when it last came, or was last looked at
    moment = models.DateTimeField()  # the next of the moments at which it is looked at
    due = models.DateTimeField(db_index=True)  # that, or later where it had to be put off
    looks = models.PositiveSmallIntegerField(default=0)  # that found it: the same, changed or gone
    failures = models.PositiveSmallIntegerField(default=0)  # in a row, at this look

    class Meta:
        indexes = [models.Index(fields=["host", "due"], name="look_by_host")]


class Story(models.Model):
    """Reports about one happening. Its id is the id of the report that opened it, and stays."""

    id = models.BigAutoField(primary_key=True)  # an alias of SQLite's rowid; always given, never counted up
    title = models.CharField(max_length=500)
    opened = models.DateTimeField()
    latest = models.DateTimeField()  # listed_at of its newest report
    reports_count = models.PositiveIntegerField(default=0)
    outlets_count = models.PositiveIntegerField(default=0)
    origins = models.JSONField(default=dict)  # an OriginRange as {low, high, named, unnamed, reasons}
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["-latest", "-id"], name="story_newest")]

    def __str__(self) -> str:
        return self.title


class Report(models.Model):
    """A published report, whatever its versions. The fields are those of its newest version.

    `lead` is what a listing shows, made when the report was stored:
    `{"paragraphs": [...], "chain": [[label, unnamed], ...]}`, the chain outermost voice first, [] when none.
    """

    id = models.BigAutoField(primary_key=True)  # an alias of SQLite's rowid; always given, never counted up
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="reports")
    identity = models.CharField(max_length=64, unique=True)  # hash of outlet and guid, or canonical address
    address_key = models.CharField(max_length=64, blank=True, db_index=True)  # hash of outlet and canonical address
    url = models.CharField(max_length=2000, blank=True)
    guid = models.CharField(max_length=2000, blank=True)
    title = models.CharField(max_length=1000)
    author = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    located = models.CharField(max_length=200, blank=True)  # where the outlet says it was made
    published = models.DateTimeField(null=True)  # first publication; null is unknown
    published_is_day = models.BooleanField(default=False)
    published_from = models.CharField(max_length=20, default="unknown")
    listed_at = models.DateTimeField()
    taken_in = models.DateTimeField()
    notice = models.CharField(max_length=20, blank=True, choices=[(n.value, n.value) for n in Notice])
    credit = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    text_hash = models.CharField(max_length=64, db_index=True)
    lead = models.JSONField(default=dict)
    story = models.ForeignKey(Story, null=True, on_delete=models.SET_NULL, related_name="reports")
    copy_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="copies")
    copy_kind = models.CharField(max_length=10, blank=True, choices=[(k.value, k.value) for k in CopyKind])
    likeness = models.FloatField(default=1.0)
    placed_by = models.CharField(max_length=10, choices=DecidedBy.choices, default=DecidedBy.MACHINE)
    place_rule = models.CharField(max_length=60, blank=True)
    indexed = models.BooleanField(default=False)  # whether the search index holds this version with these subjects

    class Meta:
        indexes = [
            models.Index(fields=["-listed_at", "-id"], name="report_newest"),
            models.Index(fields=["outlet", "-listed_at", "-id"], name="report_by_outlet"),
            models.Index(fields=["story", "listed_at", "id"], name="report_by_story"),
            models.Index(fields=["id"], condition=models.Q(indexed=False), name="report_to_index"),
        ]

    def __str__(self) -> str:
        return self.title


class ReportNotice(models.Model):
    """What became of a report at its outlet, and when we learned it: corrected, withdrawn, gone; "" when it is back.

    `Report.notice` is what stands now; this is how it came about, and stays.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notices")
    notice = models.CharField(max_length=20, blank=True, choices=[(n.value, n.value) for n in Notice])
    noted = models.DateTimeField()
    detail = models.CharField(max_length=300, blank=True)  # where it is said, as one clause

    class Meta:
        indexes = [models.Index(fields=["report", "id"], name="notice_of_report")]


class Version(models.Model):
    """One version of a report's text, as it stood at `as_of`: when its page was fetched, or its record last changed.

    Evidence points into `text`.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()  # title, then paragraphs, one a line
    text_hash = models.CharField(max_length=64)
    taken_in = models.DateTimeField()
    as_of = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)  # where each field was found: {"title": "json-ld", ...}
    names = models.JSONField(default=list)  # [[start, end, type, name], ...]
    rule = models.CharField(max_length=60, blank=True)  # the tracer that read it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="version_number_once")]


class Attribution(models.Model):
    """Who says what in one version of a report: `values.Attribution`, as a row.

    `voices` is its chain as shown, outermost first: `[[text, speaker, unnamed, source_type], ...]`. `speaker_key` is the
    normalised name of its own voice, "" for unnamed ones: those are never joined with each other.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="attributions")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="attributions")
    number = models.PositiveIntegerField()  # "a1" is 1
    within = models.PositiveIntegerField(null=True)  # the number of the attribution that carries it
    content = models.JSONField()
    cue = models.JSONField(default=list)
    source = models.JSONField(default=list)
    kind = models.CharField(max_length=10)
    stance = models.CharField(max_length=10)
    speaker = models.CharField(max_length=500, blank=True)
    speaker_key = models.CharField(max_length=500, blank=True)
    source_type = models.CharField(max_length=14)
    voices = models.JSONField(default=list)
    rule = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="attribution_number_once")]
        indexes = [
            models.Index(fields=["speaker_key", "-report"], condition=~models.Q(speaker_key=""), name="said_by"),
            models.Index(fields=["report"], name="attribution_of_report"),
        ]


class SubjectRecord(models.Model):
    """A subject of our vocabulary. Its id is permanent; merged into another, it redirects there."""

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    label = models.CharField(max_length=200)
    type = models.CharField(max_length=10, choices=[(t.value, t.value) for t in SubjectType])
    country = models.CharField(max_length=2, blank=True)
    weight = models.FloatField(default=0.0)
    exact_match = models.JSONField(default=dict)  # {"wikidata": "Q…", "geonames": "…", "iptc": "…"}
    qid = models.CharField(max_length=20, blank=True, db_index=True)
    broader = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="narrower")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    credit = models.CharField(max_length=200, blank=True)  # whose data it came from, with the licence
    active = models.BooleanField(default=True)
    reports_count = models.PositiveIntegerField(default=0)  # reports about it

    class Meta:
        db_table = "wire_subject"
        verbose_name = "subject"
        indexes = [models.Index(fields=["-reports_count", "label"], name="subject_by_use")]

    def __str__(self) -> str:
        return self.label


class SubjectAlias(models.Model):
    """A name of a subject besides its label. One name may belong to several subjects; each has it once."""

    subject = models.ForeignKey(SubjectRecord, on_delete=models.CASCADE, related_name="aliases")
    label = models.CharField(max_length=200)
    key = models.CharField(max_length=200, db_index=True)  # tag.key_of(label)
    language = models.CharField(max_length=35, blank=True)
    hidden = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="alias_once_a_subject")]


class OldSlug(models.Model):
    """A slug a subject once had; it redirects for ever."""

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    subject = models.ForeignKey(SubjectRecord, on_delete=models.CASCADE, related_name="old_slugs")


class ReportTag(models.Model):
    """A report filed under a subject. `about` rows make the subject's page, by the covering index."""

    subject = models.ForeignKey(SubjectRecord, on_delete=models.CASCADE, related_name="tags")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="tags")
    listed_at = models.DateTimeField()  # the report's
    about = models.BooleanField()
    salience = models.FloatField()
    mentions = models.JSONField(default=list)  # spans into the text of `version`
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=60)
    decided_by = models.CharField(max_length=10, choices=DecidedBy.choices, default=DecidedBy.MACHINE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "subject"], name="tag_once_a_report")]
        indexes = [
            models.Index(
                # `about` is in it although every row of it has it: SQLite asks for the column again, and without it
                # would look up each row.
                fields=["subject", "-listed_at", "-report", "about"],
                condition=models.Q(about=True),
                name="tag_newest",
            ),
        ]
