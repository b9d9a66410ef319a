"""Where a report says it has its text from, and what it says of its own earlier words."""

from __future__ import annotations

import pytest

from reportedly.extract.notices import find_credit, find_notice
from reportedly.values import Notice

MIDDLE = ("The port had been closed since Monday.", "Nobody was hurt.", "Repairs will take a week.", "Trade goes on.")


@pytest.mark.parametrize(
    ("paragraph", "credit"),
    [
        ("WESTMERE (Tidewire) - The ferry sails again.", "Tidewire"),
        ("WESTMERE, May 1 (Tidewire) -- The ferry sails again.", "Tidewire"),
        ("Westmere/Sool (twa/hpa) – Die Fähre fährt wieder.", "twa/hpa"),
        ("(Tidewire) — The ferry sails again.", "Tidewire"),
        ("WESTMERE, May 1. /TIDEWIRE/. The ferry sails again.", "TIDEWIRE"),
        ("WESTMERE, 1 May - Tidewire. The ferry sails again.", "Tidewire"),
        ("WESTMERE (Courier) - The ferry sails again.", None),  # the outlet itself
        ("The ferry (built in 1962) - the oldest of its kind - sails again.", None),
        ("The minister (left) – seen here on Monday – said no.", None),
        ("Later that week the harbour master (Marta Quill) - she is 50 - said so.", None),
        ("The ferry sails again.", None),
        ("", None),
    ],
)
def test_an_agencys_dateline_is_a_credit_and_a_bracket_is_not(paragraph: str, credit: str | None) -> None:
    assert find_credit((paragraph, *MIDDLE), own_names=("Courier",)) == credit


@pytest.mark.parametrize(
    ("last", "credit"),
    [
        ("Source: Tidewire", "Tidewire"),
        ("Quelle: Tidewire/hpa", "Tidewire/hpa"),
        ("(Source: Tidewire)", "Tidewire"),
        ("With reporting by the Tidewire", "Tidewire"),
        ("The ferry sails again. (TWA)", "TWA"),
        ("The ferry sails again. - TWA", "TWA"),
        (
            "The source: a small spring in the hills above the town, from which the whole valley has drunk for centuries.",
            None,
        ),
        ("Source: Getty", None),
        ("Sources close to him said no.", None),
    ],
)
def test_a_source_line_at_the_end_is_a_credit(last: str, credit: str | None) -> None:
    assert find_credit((*MIDDLE, last), own_names=("Courier",)) == credit


def test_the_dateline_outweighs_the_feed_and_the_feed_the_byline() -> None:
    dated = ("WESTMERE (Tidewire) - The ferry sails again.", *MIDDLE)
    said = {"own_names": ("Courier",), "authors": ("HPA",), "source_name": "Sool Gazette", "agency": None}
    assert find_credit(dated, **said) == "Tidewire"  # type: ignore[arg-type]
    assert find_credit(MIDDLE, **said) == "Sool Gazette"  # type: ignore[arg-type]
    assert find_credit(MIDDLE, **{**said, "source_name": None}) == "HPA"  # type: ignore[arg-type]
    assert find_credit(MIDDLE, **{**said, "source_name": "Courier", "authors": ()}) is None  # type: ignore[arg-type]
    assert find_credit((), own_names=()) is None


@pytest.mark.parametrize(
    ("title", "paragraph", "notice"),
    [
        ("CORRECTED: Ferry sails on Friday", "", Notice.CORRECTED),
        ("CORRECTED-Ferry sails on Friday", "", Notice.CORRECTED),
        ("Ferry sails", "Correction: The ferry sails on Friday, not Thursday.", Notice.CORRECTED),
        ("Ferry sails", "Correction (May 2): The ferry sails on Friday.", Notice.CORRECTED),
        ("Ferry sails", "(Corrects day in first paragraph)", Notice.CORRECTED),
        ("Ferry sails", "This article has been corrected.", Notice.CORRECTED),
        ("Ferry sails", "This story was later corrected to give the right day.", Notice.CORRECTED),
        ("Ferry sails", "An earlier version of this report gave the wrong day.", Notice.CORRECTED),
        ("Ferry sails", "Editor’s note: A previous version of this story misnamed the ship.", Notice.CORRECTED),
        ("Fähre fährt", "In einer früheren Version des Artikels hieß es Donnerstag.", Notice.CORRECTED),
        ("WITHDRAWN: Ferry sails on Friday", "", Notice.WITHDRAWN),
        ("Kill notice", "", Notice.WITHDRAWN),
        ("RETRACTION - Ferry sails", "", Notice.WITHDRAWN),
        ("Ferry sails", "This report has been withdrawn.", Notice.WITHDRAWN),
        ("Ferry sails", "Please disregard the story “Ferry sails”.", Notice.WITHDRAWN),
        ("CORRECTED: Ferry", "The article was removed because its source was false.", Notice.WITHDRAWN),
        # A report about such things is none of them.
        ("Market correction: what savers should know now", "", None),
        ("Troops withdrawn from the border", "The troops have been withdrawn, the ministry said.", None),
        ("Paper retracts story on ferry", "The paper said its rival had corrected the figure.", None),
        ("Killed in the storm", "The article of the treaty was amended last year by both houses.", None),
        ("Ferry sails", "He said the record should be corrected.", None),
        ("", "", None),
    ],
)
def test_a_notice_is_a_plain_marker_and_nothing_less(title: str, paragraph: str, notice: Notice | None) -> None:
    assert find_notice(title, (*MIDDLE, paragraph)) == notice


def test_a_marker_in_the_middle_of_a_long_report_is_somebody_elses() -> None:
    assert find_notice("Ferry sails", (*MIDDLE, "Correction: it is Friday.", *MIDDLE, *MIDDLE)) is None
