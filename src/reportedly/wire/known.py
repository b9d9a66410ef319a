"""Which of the reports that come we have already, what words of them, and from when.

A report is known by its identity, else by its address (`identity`). Whatever is looked up is remembered for the batch,
and what the batch adds is known to the rest of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reportedly import values
from reportedly.wire.identity import address_key, has_own_guid, identity_of
from reportedly.wire.models import Report, Version
from reportedly.wire.rows import chunks


class KnownReports:
    """The reports of one batch as they will stand after it."""

    def __init__(self) -> None:
        self._by_identity: dict[str, Report] = {}
        self._by_address: dict[str, Report] = {}
        self._words: dict[int, set[str]] = {}
        self._as_of: dict[int, datetime | None] = {}
        self.renamed: set[int] = set()  # ids of reports that took a guid over

    def look_up(self, reports: Iterable[tuple[str, str, str]]) -> None:
        """Look for these reports in the store: (identity, address, outlet's slug) of each."""
        reports = list(reports)
        for some in chunks(sorted({identity for identity, _, _ in reports})):
            for row in Report.objects.filter(identity__in=some):
                self._by_identity[row.identity] = row
        keys = {key for _, url, slug in reports if (key := address_key(url, slug))}
        for some in chunks(sorted(keys)):
            for row in Report.objects.filter(address_key__in=some).order_by("id"):
                self._by_address[row.address_key] = self._by_identity.setdefault(row.identity, row)

    def find(self, report: values.Report, slug: str) -> Report | None:
        """The report we have that this is, by its guid, else by its address.

        One that has no guid yet takes the guid over; the caller saves the row.
        """
        identity = identity_of(report, slug)
        if row := self._by_identity.get(identity):
            return row
        row = self._by_address.get(address_key(report.url, slug))
        own = has_own_guid(report.guid, report.url)
        if row is None or (own and has_own_guid(row.guid, row.url)):
            return None
        if own:
            row.guid, row.identity = report.guid[:2000], identity
            self._by_identity[identity] = row
            self.renamed.add(row.pk)
        return row

    def add(self, row: Report, slug: str) -> None:
        """A report that was not there is known from now on, under the address it has now."""
        self._by_identity[row.identity] = row
        if row.address_key:
            self._by_address[row.address_key] = row

    def has_words(self, row: Report, text_hash: str) -> bool:
        """Whether any version of the report had just these words."""
        if row.pk not in self._words:
            self._words[row.pk] = set(Version.objects.filter(report=row.pk).values_list("text_hash", flat=True))
        return text_hash in self._words[row.pk]

    def as_of(self, row: Report) -> datetime | None:
        """From when the newest words of the report are."""
        if row.pk not in self._as_of:
            newest = Version.objects.filter(report=row.pk, number=row.version)
            self._as_of[row.pk] = newest.values_list("as_of", flat=True).first()
        return self._as_of[row.pk]

    def text_of(self, row: Report) -> str:
        """The newest words of the report that are in the store."""
        return Version.objects.filter(report=row.pk).order_by("-number").values_list("text", flat=True).first() or ""

    def note_version(self, row: Report, text_hash: str, as_of: datetime) -> None:
        """The report has these words now, too."""
        if row.version == 1:
            self._words[row.pk] = set()
        if row.pk in self._words:
            self._words[row.pk].add(text_hash)
        self._as_of[row.pk] = as_of


def known_report(*, guid: str, url: str, slug: str) -> Report | None:
    """The report we have of this guid, else at this address, of the outlet of this slug."""
    known = KnownReports()
    stub = values.Report(url=url, guid=guid, title="", paragraphs=())
    known.look_up([(identity_of(stub, slug), url, slug)])
    return known.find(stub, slug)
