"""What a listing shows of a report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.trace.lead import CLOSING, LIMIT, Lead, fitting_end, lead_of
from reportedly.values import Attribution, Report, SourceType, Span, Spans

WORDS = "The harbour of Port Elin lay under ice for nine days and no ship could enter or leave it. "


def a_report(*paragraphs: str, title: str = "Port reopens") -> Report:
    return Report(url="https://gull.example/1", title=title, paragraphs=paragraphs)


def found(text: str, *words: str) -> Spans:
    return tuple(Span(text.index(one), text.index(one) + len(one)) for one in words)


def laid(
    report: Report, content: str, *, source: str = "", cue: str = "", speaker: str = "", id: str = "a1",
    within: Attribution | None = None, type: SourceType = SourceType.ORGANISATION,
) -> Attribution:  # fmt: skip
    text = report.text
    return Attribution(
        id=id,
        content=found(text, content),
        cue=found(text, cue) if cue else (),
        source=found(text, source) if source else (),
        speaker=speaker or None,
        within=within,
        source_type=type,
    )


def excerpt(lead: Lead) -> str:
    return "\n".join(lead.paragraphs)


def test_a_lead_that_fits_is_whole_and_its_paragraphs_stay_apart() -> None:
    report = a_report("The port reopened.", "Ice had closed it.")
    assert lead_of(report, ()) == Lead(paragraphs=("The port reopened.", "Ice had closed it."))


def test_a_report_without_paragraphs_has_an_empty_lead() -> None:
    assert lead_of(a_report(), ()) == Lead(paragraphs=())


@pytest.mark.parametrize(("length", "whole"), [(499, True), (500, True), (501, False)])
def test_the_limit_counts_every_character_and_the_line_breaks(length: int, whole: bool) -> None:
    first = "a" * 9 + " " + "b" * 90
    report = a_report(first, "c " * ((length - 101) // 2) + "d" * ((length - 101) % 2))
    body = "\n".join(report.paragraphs).rstrip()
    lead = lead_of(report, ())
    assert (excerpt(lead) == body) is whole or len(body) < length
    assert len(excerpt(lead)) <= LIMIT
    assert excerpt(lead).endswith(CLOSING) is not whole or len(body) < length


def test_a_long_lead_is_cut_between_words_and_closed() -> None:
    lead = lead_of(a_report("One two three four five."), (), limit=16)
    assert lead.paragraphs == ("One two three" + CLOSING,)


@pytest.mark.parametrize(
    ("body", "limit", "shown", "why"),
    [
        ("It cost 1,500 crowns a day", 12, "It cost", "a number with a comma is one word"),
        ("It cost 1 500 crowns a day", 13, "It cost", "so is one grouped by a space"),
        ("It cost 20\u00a0000 crowns", 13, "It cost", "or by a no-break space"),
        ("The skipper’s boat sank here", 12, "The", "an apostrophe is inside its word"),
        ("They met al-Harun at the pier", 14, "They met", "a hyphen holds a name together"),
        ("He left the pier (and the boat)", 20, "He left the pier", "a bracket just opened is not shown"),
        ("He left the pier – and the boat", 21, "He left the pier", "nor is a dash with nothing behind it"),
        ("He left “the pier” to them", 12, "He left", "nor a quotation mark without a word"),
        ("He said, in short, no to them", 22, "He said, in short,", "punctuation stays with its word"),
        ("a" * 40, 12, "a" * 10, "one endless word is cut between letters"),
        ("n\u0303" * 30, 11, "n\u0303" * 4, "but never inside a grapheme"),
        ("👩‍🚀" * 20, 9, "👩‍🚀👩‍🚀", "however many characters that takes"),
        ("港口重新开放了，冰封九天之后", 9, "港口重新开放了", "a script without spaces is cut between words"),
    ],
)
def test_a_cut_breaks_nothing_that_belongs_together(body: str, limit: int, shown: str, why: str) -> None:
    assert excerpt(lead_of(a_report(body), (), limit=limit)) == shown + CLOSING, why


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("“We will reopen the port on Monday”, she said", "“We will reopen the" + CLOSING + "”"),
        ('"We will reopen the port on Monday", she said', '"We will reopen the' + CLOSING + '"'),
        ("«Nous allons rouvrir le port lundi», a-t-elle dit", "«Nous allons rouvrir" + CLOSING + "»"),
        ("„Wir werden den Hafen wieder öffnen“, sagte sie", "„Wir werden den Hafen" + CLOSING + "“"),
        ("»Wir werden den Hafen wieder öffnen«, sagte sie", "»Wir werden den Hafen" + CLOSING + "«"),
        ("‘We will reopen the port on Monday’, she said", "‘We will reopen the" + CLOSING + "’"),
        ("“She told us ‘the port is open now’ at noon”", "“She told us ‘the" + CLOSING + "’”"),
        ("「港 は 月曜日 に また 開く と 聞いて います」と 彼女", "「港 は 月曜日 に また 開く と" + CLOSING + "」"),
        ("“Yes”, she said, and the port was open again", "“Yes”, she said, and" + CLOSING),
        ("In the ’90s the port was open to all the ships", "In the ’90s the port" + CLOSING),
        ("The boat’s 5\" pipe and the crews' wages were not", "The boat’s 5\" pipe and" + CLOSING),
    ],
)  # fmt: skip
def test_a_cut_closes_the_quotation_it_interrupts(body: str, shown: str) -> None:
    lead = lead_of(a_report(body), (), limit=24)
    assert lead.paragraphs == (shown,)
    assert len(excerpt(lead)) <= 24


def test_a_quotation_left_open_by_an_earlier_paragraph_is_not_closed_twice() -> None:
    report = a_report("“We will reopen.", "“Ships may come in at once and stay for the winter,” she said.")
    assert excerpt(lead_of(report, (), limit=48)) == "“We will reopen.\n“Ships may come in at once" + CLOSING + "”"


def test_an_excerpt_that_was_cut_before_us_is_kept_and_its_quotation_closed() -> None:
    open_one = "She said: “We have seen the letters and the" + CLOSING
    assert lead_of(a_report("First.", open_one), ()).paragraphs == ("First.", open_one + "”")
    closed = "She had “seen the letters” and the" + CLOSING
    assert lead_of(a_report("First.", closed), ()).paragraphs == ("First.", closed)


def test_a_cut_that_would_drop_the_source_ends_before_the_words_laid_to_it() -> None:
    calm = WORDS * 4
    claim = (
        "The last of the ice had been blown up by the army in the night before the first ship came in" + " again" * 20
    )
    report = a_report(calm + claim + ", reported the Elin Gazette.")
    lead = lead_of(report, (laid(report, claim, source="the Elin Gazette", cue="reported"),))
    assert excerpt(lead) == calm.rstrip() + CLOSING
    assert lead.chain == ()


def test_where_ending_early_leaves_too_little_the_source_is_named_behind_the_cut() -> None:
    claim = (WORDS[:-2] + ", and ") * 6
    report = a_report(claim + "so it went on, reported the Elin Gazette, citing two pilots.")
    gazette = laid(report, claim + "so it went on", source="the Elin Gazette", cue="reported", speaker="Elin Gazette")
    pilots = laid(
        report, claim + "so it went on", source="two pilots", cue="citing", speaker="two pilots", id="a2",
        within=gazette, type=SourceType.UNNAMED,
    )  # fmt: skip
    lead = lead_of(report, (gazette, pilots))
    assert excerpt(lead).endswith(CLOSING + " — Elin Gazette ← two pilots")
    assert 440 < len(excerpt(lead)) <= LIMIT
    assert lead.chain == (("Elin Gazette", False), ("two pilots", True))


def test_a_cut_between_two_voices_of_a_chain_keeps_the_inner_one() -> None:
    claim = (WORDS[:-2] + ", and ") * 5
    report = a_report(claim + "so on, reported the Gazette, citing two pilots of the northern line " + "and more " * 9)
    gazette = laid(report, claim + "so on", source="the Gazette", speaker="the Gazette")
    pilots = laid(report, claim + "so on", source="two pilots of the northern line", id="a2", within=gazette)
    shown = excerpt(lead_of(report, (gazette, pilots)))
    assert "two pilots of the northern line" in shown
    assert len(shown) <= LIMIT


def test_a_source_in_the_headline_is_not_dropped_by_a_cut() -> None:
    report = a_report(WORDS * 8, title="Gazette: port reopens")
    lead = lead_of(report, (laid(report, WORDS.strip() + " " + WORDS.strip(), source="Gazette", cue=":"),))
    assert "—" not in excerpt(lead)
    assert len(excerpt(lead)) > 450


def test_a_limit_too_small_for_a_name_still_holds() -> None:
    report = a_report(WORDS * 3 + "said the Northern Shipping and Pilotage Gazette.")
    one = laid(report, WORDS * 2, source="the Northern Shipping and Pilotage Gazette")
    assert len(excerpt(lead_of(report, (one,), limit=30))) <= 30


def test_the_chain_is_the_longest_one_over_the_shown_words_and_the_first_of_equals() -> None:
    report = a_report("A one. B two. C three.", title="T: zero")
    headline = laid(report, "zero", source="T", speaker="T", id="a1")
    first = laid(report, "one", source="A", speaker="Ana", id="a2")
    second = laid(report, "two", source="B", id="a3")
    inner = laid(report, "two", source="C", id="a4", within=second, type=SourceType.UNNAMED)
    assert lead_of(report, (headline,)).chain == (("T", False),)
    assert lead_of(report, (headline, first, second)).chain == (("Ana", False),)
    assert lead_of(report, (headline, first, second, inner)).chain == (("B", False), ("C", True))


def test_a_chain_beyond_the_cut_is_not_shown() -> None:
    report = a_report(WORDS * 8 + "The end came, Ana said.")
    assert lead_of(report, (laid(report, "The end came", source="Ana"),)).chain == ()


def test_somebody_unnamed_is_told_from_nobody() -> None:
    report = a_report("It was reported that the port is open. Officials said it was.")
    nobody = laid(report, "the port is open", cue="reported", type=SourceType.NONE)
    officials = laid(report, "it was", source="Officials", type=SourceType.UNNAMED, id="a2")
    assert lead_of(report, (nobody,)).chain == (("nobody named", True),)
    assert lead_of(report, (nobody, officials)).chain == (("Officials", True),)


@given(st.text(alphabet="ab1,.’'\"“”‘«»„ \u00a0-–n\u0303👩‍🚀港", max_size=400), st.integers(4, 120))
def test_no_excerpt_is_longer_than_its_limit(body: str, limit: int) -> None:
    shown = excerpt(lead_of(a_report(body), (), limit=limit))
    if not body.rstrip().endswith(CLOSING):
        assert len(shown) <= max(limit, 2)


def test_a_hostile_wall_of_quotation_marks_is_cut_in_no_time() -> None:
    assert fitting_end("'a " * 300_000, LIMIT) > 0
    assert len(excerpt(lead_of(a_report("“" * 100_000), ()))) <= LIMIT


@pytest.mark.shared
def test_the_seed_listing_comes_through_with_only_its_open_quotations_closed(shared: Path) -> None:
    items = json.loads((shared / "seed" / "listing.json").read_text("utf-8"))["items"]
    mended = {}
    for item in items:
        lead = lead_of(Report(url="", title=item["title"], paragraphs=tuple(item["paragraphs"])), ())
        if list(lead.paragraphs) != item["paragraphs"]:
            assert list(lead.paragraphs[:-1]) == item["paragraphs"][:-1]
            mended[item["id"]] = lead.paragraphs[-1].removeprefix(item["paragraphs"][-1])
    assert mended == {"seed-03": '"', "seed-08": "”"}
