"""Rules for single outlets: each reads its stored page, an older page goes by an older rule, and a bad file is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.pages import TEXT, a_page
from reportedly.cli.main import main
from reportedly.errors import UsageError
from reportedly.extract import extract
from reportedly.extract.rules import NO_RULES, OutletRules, read_rule, together
from reportedly.values import Page, Reason, Report, SetAside

OUTLETS = Path(__file__).parent / "outlets"
RULES = together(read_rule(file.read_text("utf-8"), name=file.name) for file in sorted(OUTLETS.glob("*.toml")))
COURIER = """
outlet = "Westmere Courier"
hosts = ["westmere-courier.example"]
since = 2024-01-01
"""


def stored(name: str, *, fetched: datetime, host: str = "www.harbour-gazette.example") -> Page:
    return Page(url=f"https://{host}/report", body=(OUTLETS / f"{name}.html").read_bytes(), fetched=fetched)


def fields(report: Report | SetAside) -> tuple[object, ...]:
    assert isinstance(report, Report)
    day = report.published.date().isoformat() if report.published else None
    return report.title, report.author, day, report.paragraphs


IN_2021 = datetime(2021, 2, 5, tzinfo=UTC)
IN_2024 = datetime(2024, 7, 1, tzinfo=UTC)
LIGHTHOUSE = (
    "Lighthouse of Oxley to be painted red again",
    "Ada Thorne",
    "2021-02-04",
    (
        "The lighthouse of Oxley, white for forty years, will be painted red again in May.",
        '"Ships complained," said the keeper, Ilse Farrow.',
        "The paint was given by a fishing crew that wants to stay unnamed.",
    ),
)
QUAY = (
    "Two boats for the price of one quay",
    "Jonas Brook; Ada Thorne",
    "2024-06-17",
    (
        "The quay of Oxley has been let twice, its owners admitted.",
        '"It is a long quay," said one of them.',
        "Both crews have been told to share the bollards.",
    ),
)


# --- each rule and its page ------------------------------------------------------------------------------------------


def test_a_page_is_read_by_the_rule_of_its_outlet_and_its_day() -> None:
    assert fields(extract(stored("harbour-gazette-2019", fetched=IN_2021), rules=RULES)) == LIGHTHOUSE
    assert fields(extract(stored("harbour-gazette-2023", fetched=IN_2024), rules=RULES)) == QUAY


def test_a_field_that_a_rule_found_says_so() -> None:
    report = extract(stored("harbour-gazette-2023", fetched=IN_2024), rules=RULES)
    assert isinstance(report, Report)
    assert (report.text_from, report.title_from, report.author_from, report.published_from) == ("rule",) * 4


def test_every_rule_has_a_stored_page() -> None:
    assert {file.stem for file in OUTLETS.glob("*.toml")} == {file.stem for file in OUTLETS.glob("*.html")}


def test_a_rule_holds_for_its_hosts_and_theirs_alone() -> None:
    for host, holds in (
        ("harbour-gazette.example", True),
        ("amp.harbour-gazette.example", True),
        ("not-harbour-gazette.example", False),
        ("harbour-gazette.example.elsewhere.example", False),
    ):
        page = stored("harbour-gazette-2023", fetched=IN_2024, host=host)
        assert (RULES.for_page(page) is not None) is holds, host


def test_no_rule_holds_before_its_day_or_for_an_address_that_is_none() -> None:
    assert RULES.for_page(stored("harbour-gazette-2019", fetched=datetime(2018, 12, 31, tzinfo=UTC))) is None
    assert RULES.for_page(replace(stored("harbour-gazette-2019", fetched=IN_2021), url="http://[broken")) is None
    assert NO_RULES.for_page(stored("harbour-gazette-2019", fetched=IN_2021)) is None


def test_a_rule_that_finds_nothing_leaves_the_page_to_the_general_reading() -> None:
    rule = read_rule(
        COURIER + 'body = ".gone"\ntitle = ".gone"\nauthor = ".gone"\ndate = ".gone"\n', name="courier.toml"
    )
    assert extract(a_page(), rules=OutletRules((rule,))) == extract(a_page())


def test_a_rule_can_only_drop() -> None:
    note = "<p class='note'>The harbour office sells the planks of the old stage, by the yard and while they last.</p>"
    page = a_page(f"<article><h1>Ferry</h1>{''.join(f'<p>{p}</p>' for p in TEXT)}{note}</article>")
    rule = read_rule(COURIER + 'drop = ".note"\n', name="courier.toml")
    with_it, without = extract(page), extract(page, rules=OutletRules((rule,)))
    assert isinstance(with_it, Report)
    assert isinstance(without, Report)
    assert (len(with_it.paragraphs), without.paragraphs, without.text_from) == (4, TEXT, "body")


def test_a_rule_reads_on_behind_a_wall() -> None:
    wall = a_page("<h1>Page not found</h1><div class='text'><p>The ferry sails.</p></div>")
    rule = read_rule(COURIER + 'body = ".text"\n', name="courier.toml")
    assert extract(wall) == SetAside(
        url=wall.url, reason=Reason.NOT_A_REPORT, detail="it says that the report is not there"
    )
    assert isinstance(extract(wall, rules=OutletRules((rule,))), Report)


# --- bad files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("outlet = ", "is no TOML"),
        ("", "has no outlet"),
        ('outlet = "Courier"', "has no day in since"),
        ('outlet = "Courier"\nsince = "yesterday"', "has no day in since"),
        ('outlet = "Courier"\nsince = 2024-01-01T00:00:00', "has no day in since"),
        ('outlet = "Courier"\nsince = 2024-01-01', "has no hosts"),
        ('outlet = "Courier"\nsince = 2024-01-01\nhosts = ["https://courier.example/"]', "is no host name"),
        ('outlet = "Courier"\nsince = 2024-01-01\nhosts = "courier"\nbody = "p"', "is no host name"),
        (COURIER, "selects nothing"),
        (COURIER + 'body = "p:::"', "is no CSS selector"),
        (COURIER + 'body = "p::before"', "is no CSS selector"),
        (COURIER + 'body = "ns|p"', "is no CSS selector we can follow (Undefined namespace prefix)"),
        (COURIER + f'body = "{":not(" * 3_000}"', "is no CSS selector we can follow"),
        (COURIER + f"body = {'[' * 9_000}", "nests too deep"),
        (COURIER + "body = [3]", "neither a text nor a list of texts"),
        (COURIER + 'body = ""', "neither a text nor a list of texts"),
        (COURIER + 'text = "p"', "'text' is nothing a rule can say"),
        ("#" * 30_000, "more than 20,000 characters"),
    ],
)
def test_a_bad_rule_is_refused_in_one_sentence_that_names_it(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_rule(text, name="courier.toml")
    assert str(refused.value).startswith("courier.toml: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_two_rules_for_one_host_and_day_are_refused() -> None:
    with pytest.raises(
        UsageError, match=r"b\.toml: westmere-courier\.example has a rule since 2024-01-01 already, in a\.toml"
    ):
        together(
            read_rule(COURIER + f'body = "{element}"', name=name)
            for name, element in (("a.toml", "p"), ("b.toml", "div"))
        )


# --- trying one -----------------------------------------------------------------------------------


def test_a_rule_is_tried_on_saved_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, rule = OUTLETS / "harbour-gazette-2023.html", OUTLETS / "harbour-gazette-2023.toml"
    assert main(["extract", str(page), "--rule", str(rule), "--jsonl", "-", "--readers", "1"]) == 0
    assert '"title": "Two boats for the price of one quay"' in capsys.readouterr().out
    (tmp_path / "bad.toml").write_text("outlet", "utf-8")
    assert main(["extract", str(page), "--rule", str(tmp_path / "bad.toml"), "--jsonl", "-"]) == 2
    assert capsys.readouterr().err.startswith(f"reportedly: {tmp_path / 'bad.toml'}: is no TOML")
