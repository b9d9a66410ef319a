"""How many origins a story may have, and the sentences that say why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.stories import Member, count_origins
from reportedly.values import Chain, OriginRange, SourceType, Span, Voice

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COULD_BE_ONE = "Nothing shows two of them to be independent: all could go back to one origin."


def a_voice(name: str, type: SourceType = SourceType.PERSON) -> Voice:
    unnamed = type is SourceType.UNNAMED
    return Voice(text=name, speaker=None if unnamed else name, unnamed=unnamed, source_type=type)


def a_chain(*voices: Voice, at: int = 40) -> Chain:
    return Chain(content=(Span(at, at + 20),), voices=voices)


def an_outlet(name: str) -> Voice:
    return a_voice(name, SourceType.OUTLET)


def unnamed(words: str) -> Voice:
    return a_voice(words, SourceType.UNNAMED)


def a_member(
    id: int, outlet: str, *chains: Chain, copy_of: int | None = None, family: str = "", credit: str | None = None
) -> Member:
    return Member(
        report_id=id,
        outlet=outlet.lower().replace(" ", "-"),
        outlet_name=outlet,
        family=family,
        listed_at=NOON + timedelta(minutes=id),
        title="",
        copy_of=copy_of,
        credit=credit,
        chains=chains,
    )


def test_no_reports_have_no_origin() -> None:
    assert count_origins([]) == OriginRange(low=0, high=0, named=0, unnamed=0, reasons=("The story has no reports.",))


def test_copies_add_no_origin() -> None:
    found = count_origins(
        [
            a_member(1, "Gull Post", a_chain(a_voice("Ana Ruiz"))),
            a_member(2, "Skarn Courier", copy_of=1),
            a_member(3, "Brakk Mail", copy_of=2),
        ]
    )
    assert found == OriginRange(
        low=1,
        high=1,
        named=1,
        unnamed=0,
        reasons=(
            "Skarn Courier and Brakk Mail carry the text of Gull Post.",
            "Ana Ruiz speaks through Gull Post alone.",
        ),
    )


def test_copies_of_a_report_outside_the_story_are_one() -> None:
    found = count_origins([a_member(1, "Gull Post", copy_of=77), a_member(2, "Skarn Courier", copy_of=77)])
    assert (found.low, found.high) == (1, 1)


def test_unnamed_voices_are_never_merged_and_only_widen_the_range() -> None:
    found = count_origins(
        [
            a_member(1, "Gull Post", a_chain(a_voice("Ana Ruiz"))),
            a_member(2, "Skarn Courier", a_chain(unnamed("two officials"))),
            a_member(3, "Brakk Mail", a_chain(unnamed("two officials"))),
        ]
    )
    assert (found.low, found.high, found.named, found.unnamed) == (1, 3, 1, 2)
    assert found.reasons == (
        "Ana Ruiz speaks through Gull Post alone.",
        "Skarn Courier rests on an unnamed voice, “two officials”: it may be anybody already counted, or somebody else.",
        "Brakk Mail rests on an unnamed voice, “two officials”: it may be anybody already counted, or somebody else.",
        COULD_BE_ONE,
    )


def test_outlets_that_cite_each_other_in_a_circle_are_no_origins_for_each_other() -> None:
    found = count_origins(
        [
            a_member(1, "Gull Post", a_chain(an_outlet("Skarn Courier"))),
            a_member(2, "Skarn Courier", a_chain(an_outlet("The Gull Post"))),
        ]
    )
    assert (found.low, found.high, found.named) == (1, 1, 0)
    assert found.reasons[-1] == (
        "Gull Post and Skarn Courier cite each other: none of them can be the origin for another, "
        "and where it comes from is not recorded."
    )


def test_an_outlet_that_cites_another_report_of_the_story_adds_no_origin() -> None:
    found = count_origins(
        [
            a_member(1, "Gull Post", a_chain(a_voice("Ana Ruiz"))),
            a_member(2, "Skarn Courier", a_chain(an_outlet("Gull Post"))),
        ]
    )
    assert (found.low, found.high) == (1, 1)
    assert "Skarn Courier cites Gull Post." in found.reasons


def test_an_outlet_without_a_report_here_is_a_voice_that_may_rest_on_anybody() -> None:
    found = count_origins(
        [
            a_member(1, "Gull Post", a_chain(an_outlet("Far Agency"))),
            a_member(2, "Skarn Courier", a_chain(an_outlet("Near Agency"))),
        ]
    )
    assert (found.low, found.high, found.named) == (1, 2, 2)


def test_nothing_known_is_called_not_recorded() -> None:
    found = count_origins([a_member(1, "Gull Post"), a_member(2, "Skarn Courier")])
    assert (found.low, found.high) == (1, 2)
    assert found.reasons == (
        "Lineage not recorded: Gull Post and Skarn Courier name nobody in their openings.",
        COULD_BE_ONE,
    )


def test_two_named_persons_through_unrelated_reports_are_two() -> None:
    found = count_origins(
        [
            a_member(1, "Gull Post", a_chain(a_voice("Ana Ruiz"))),
            a_member(2, "Skarn Courier", a_chain(a_voice("Pedro Moll"))),
        ]
    )
    assert (found.low, found.high) == (2, 2)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (a_voice("Ana Ruiz"), a_voice("Ruiz"), "a surname of the same person"),
        (a_voice("Ana Ruiz"), a_voice("Mrs Ruiz"), "with a title"),
        (a_voice("General Qorran"), a_voice("Yazid Ghorran"), "another spelling"),
        (a_voice("Ana Ruiz"), a_voice("Ана Руис"), "another script"),
        (a_voice("Ana Ruiz"), a_voice("the Harbour Office", SourceType.ORGANISATION), "she may speak for it"),
        (a_voice("Ana Ruiz"), a_voice("the harbour master", SourceType.OFFICE), "she may be it"),
        (a_voice("Ana Ruiz"), unnamed("a harbour official"), "she may be the official"),
        (a_voice("Ana Ruiz"), a_voice("a letter", SourceType.DOCUMENT), "she may have written it"),
        (a_voice("Minister"), a_voice("Ana Ruiz"), "one word may stand for anybody"),
    ],
)
def test_voices_that_could_be_one_are_not_called_independent(one: Voice, other: Voice, reason: str) -> None:
    found = count_origins([a_member(1, "Gull Post", a_chain(one)), a_member(2, "Skarn Courier", a_chain(other))])
    assert found.low == 1, reason


def test_a_family_counts_as_one() -> None:
    found = count_origins(
        [a_member(1, "Gull Post", family="Gull Group"), a_member(2, "Gull Radio", family="Gull Group")]
    )
    assert (found.low, found.high) == (1, 1)
    assert "Gull Post and Gull Radio belong to Gull Group and count as one." in found.reasons


def test_reports_laid_to_one_agency_count_with_its_own() -> None:
    found = count_origins(
        [
            a_member(1, "Far Agency", a_chain(unnamed("witnesses"))),
            a_member(2, "Gull Post", credit="Far Agency"),
            a_member(3, "Skarn Courier", credit="FAR AGENCY"),
        ]
    )
    assert (found.low, found.high) == (1, 1)
    assert "Gull Post and Skarn Courier lay their reports to Far Agency." in found.reasons


def test_what_is_said_far_down_counts_only_where_nothing_is_said_before() -> None:
    aside = a_chain(a_voice("Orrin Dahl"), at=3_000)
    opening = a_member(1, "Gull Post", a_chain(a_voice("Ana Ruiz")), aside)
    assert count_origins([opening]).named == 1
    assert count_origins([a_member(1, "Gull Post", aside)]).named == 1


def test_copies_in_a_circle_end() -> None:
    assert count_origins([a_member(1, "Gull Post", copy_of=2), a_member(2, "Skarn Courier", copy_of=1)]).high == 1


def test_many_reasons_are_cut_to_a_readable_number() -> None:
    names = [f"Q{chr(97 + n % 26) * 5}{chr(97 + n // 26) * 5}" for n in range(60)]
    members = [a_member(n, f"Outlet {n}", a_chain(a_voice(name))) for n, name in enumerate(names)]
    found = count_origins(members)
    assert len(found.reasons) == 14
    assert "more such ties and voices" in found.reasons[-2]


VOICES = st.builds(
    a_voice,
    st.sampled_from(["Ana Ruiz", "Ruiz", "Gull Post", "Skarn Courier", "two officials", "", "the port"]),
    st.sampled_from(list(SourceType)),
)
MEMBERS = st.lists(
    st.builds(
        lambda outlet, chains, copy_of, family, credit: (outlet, chains, copy_of, family, credit),
        st.sampled_from(["Gull Post", "Skarn Courier", "Brakk Mail", "Norland Echo"]),
        st.lists(st.lists(VOICES, min_size=1, max_size=3).map(lambda voices: a_chain(*voices)), max_size=3),
        st.none() | st.integers(0, 9),
        st.sampled_from(["", "Gull Group"]),
        st.sampled_from([None, "Gull Post", "Far Agency"]),
    ),
    max_size=9,
).map(
    lambda rows: [
        a_member(id, outlet, *chains, copy_of=copy_of, family=family, credit=credit)
        for id, (outlet, chains, copy_of, family, credit) in enumerate(rows)
    ]
)


@given(MEMBERS)
def test_a_copy_more_never_raises_the_range(members: list[Member]) -> None:
    found = count_origins(members)
    assert found.low >= (1 if members else 0)
    if members:
        copy = a_member(99, "Fresh Outlet", copy_of=members[0].report_id)
        more = count_origins([*members, copy])
        assert (more.low, more.high) <= (found.low, found.high)
