"""From a page to a report with its reading, by pure stages.

    Page -> extract -> Report -> trace -> Reading -> tag -> Read

A page that gives no report comes back as `SetAside`, which says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from reportedly.extract import extract
from reportedly.extract.rules import NO_RULES, OutletRules
from reportedly.pipeline.formats_newsml import NEWSML_TYPE, report_of_newsml
from reportedly.pipeline.records import GAP_TYPE, RECORD_TYPE, report_of_record, why_a_gap
from reportedly.tag import Vocabulary, tag
from reportedly.trace import trace
from reportedly.values import Page, Read, Report, SetAside, Subject


class Line:
    """The line over one vocabulary and the rules for single outlets: stateless, so that any process may hold its own."""

    def __init__(self, vocabulary: Vocabulary, rules: OutletRules = NO_RULES) -> None:
        self.vocabulary = vocabulary
        self.rules = rules

    def read_page(self, page: Page) -> Read | SetAside:
        """The page's report and what was read in it, or why there is none."""
        read_as = _READ_AS.get(page.content_type)
        report = read_as(page) if read_as else extract(page, rules=self.rules)
        return report if isinstance(report, SetAside) else self.read_report(report)

    def read_report(self, report: Report) -> Read:
        """The report with its names, attributions, chains and subjects."""
        reading = trace(report.text, outlet=report.outlet)
        return Read(
            report=report,
            reading=replace(reading, subjects=tag(report.text, reading.names, self.vocabulary)),
        )


# How a page is read that is not one of HTML.
_READ_AS: Mapping[str, Callable[[Page], Report | SetAside]] = {
    RECORD_TYPE: report_of_record,
    NEWSML_TYPE: report_of_newsml,
    GAP_TYPE: why_a_gap,
}


def make_line(subjects: tuple[Subject, ...], rules: OutletRules = NO_RULES) -> Callable[[Page], Read | SetAside]:
    """The reading of one page, ready for a worker process: builds the line there and loads the reader, once."""
    trace("")
    return Line(Vocabulary(subjects), rules).read_page
