"""Which subjects a text names: where a name stands as a name, and whom it means."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.tag import Vocabulary, key_of, tag
from reportedly.tag.keys import fold
from reportedly.values import Alias, Name, NameType, Span, Subject, SubjectType, Tag


def a_subject(
    id: int,
    label: str,
    *aliases: str | Alias,
    type: SubjectType = SubjectType.PLACE,
    country: str = "",
    weight: float = 0.95,
) -> Subject:
    return Subject(
        id=id,
        label=label,
        type=type,
        aliases=tuple(alias if isinstance(alias, Alias) else Alias(label=alias) for alias in aliases),
        country=country or None,
        weight=weight,
    )


def an_adjective(label: str) -> Alias:
    return Alias(label=label, language="en", hidden=True)


PERSON, BODY = SubjectType.PERSON, SubjectType.BODY
KNOWN = Vocabulary(
    [
        a_subject(1, "Assad", "Bashar al-Assad", "Bashar Assad", "Башар Асад", type=PERSON, country="SY", weight=0.6),
        a_subject(2, "Syria", an_adjective("Syrian"), "叙利亚", "سوريا", country="SY"),
        a_subject(3, "United States", "US", "U.S.", "USA", country="US"),
        a_subject(4, "Turkey", an_adjective("Turkish"), country="TR"),
        a_subject(5, "Guinea", country="GN"),
        a_subject(6, "Sudan", country="SD"),
        a_subject(7, "South Sudan", country="SS"),
        a_subject(8, "Mali", country="ML"),
        a_subject(9, "World Health Organization", "WHO", type=BODY),
        a_subject(10, "Nice", country="FR", weight=0.5),
        a_subject(11, "France", an_adjective("French"), country="FR"),
        a_subject(12, "NATO", "Nato", type=BODY),
        a_subject(13, "Boris Johnson", type=PERSON, country="GB", weight=0.6),
        a_subject(14, "Warren", country="US", weight=0.25),
        a_subject(15, "Ohio", country="US", weight=0.9),
        a_subject(16, "Xi Jinping", "Xi", type=PERSON, weight=0.6),
        a_subject(17, "Houston", country="US", weight=0.7),
        a_subject(18, "Deir ez-Zor", "Dayr az-Zawr", country="SY", weight=0.6),
        a_subject(19, "Hafez al-Assad", type=PERSON, country="SY", weight=0.6),
    ]
)


def named(text: str, names: tuple[Name, ...] = ()) -> dict[str, list[str]]:
    """Each subject's words in the text, by label."""
    return {found.label: [span.of(text) for span in found.mentions] for found in tag(text, names, KNOWN)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The report came from Assad's office.", {"Assad": ["Assad"]}),
        ("The report came from Assad’s office.", {"Assad": ["Assad"]}),
        ("A US-led force left.", {"United States": ["US"]}),
        ("They told us so.", {}),
        ("It stayed in the U.S. for a year.", {"United States": ["U.S."]}),
        ("We ate turkey and rice.", {}),
        ("Ministers flew to Turkey.", {"Turkey": ["Turkey"]}),
        ("A nice day in the mali trade.", {}),
        ("Rains fell over Mali.", {"Mali": ["Mali"]}),
        ("Nobody knows who did it.", {}),
        ("The WHO sent doctors.", {"World Health Organization": ["WHO"]}),
        ("Ships left Guinea-Bissau.", {}),
        ("Talks between Sudan and South Sudan.", {"Sudan": ["Sudan"], "South Sudan": ["South Sudan"]}),
        ("The Sudan-Mali road.", {"Sudan": ["Sudan"], "Mali": ["Mali"]}),
        ("A pro-Assad crowd and an Assad-backed one.", {"Assad": ["Assad", "Assad"]}),
        ("Both Nato and NATO.", {"NATO": ["Nato", "NATO"]}),
        ("Fighting near Deir ez‑Zor and DEIR EZ-ZOR.", {"Deir ez-Zor": ["Deir ez‑Zor", "DEIR EZ-ZOR"]}),
        ("A bus to Xi'an left, as Xi's guests did.", {"Xi Jinping": ["Xi"]}),
        ("Башар Асад прибыл.", {"Assad": ["Башар Асад"]}),
        ("据叙利亚总统说", {"Syria": ["叙利亚"]}),
        ("قال سوريا اليوم", {"Syria": ["سوريا"]}),
        ("Assadist slogans and Malian songs.", {}),
        ("South\nSudan", {"Sudan": ["Sudan"]}),
        ("Iran/Mali; (Mali) “Mali”", {"Mali": ["Mali", "Mali", "Mali"]}),
        ("Ba\u0301shar Assad", {"Assad": ["Ba\u0301shar Assad"]}),
        ("", {}),
        ("\n\n", {}),
        ("…—’'-", {}),
    ],
)  # fmt: skip
def test_a_name_counts_where_it_stands_as_a_name(text: str, found: dict[str, list[str]]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Another's full name takes his surname away, before and after.
        ("Gen. Maher al-Assad spoke. Later Assad left.", {}),
        ("Reporters met Assad Qasim, a baker. Then Assad went home.", {}),
        # The subject's own full name gives it back.
        ("Bashar al-Assad spoke. Later Assad left.", {"Assad": ["Bashar al-Assad", "Assad"]}),
        ("In came Maher al-Assad. In came Bashar Assad. Then Assad left.", {"Assad": ["Bashar Assad", "Assad"]}),
        # Two known bearers: the surname is that of the one named last.
        ("Hafez al-Assad ruled. Assad built dams.", {"Hafez al-Assad": ["Hafez al-Assad", "Assad"]}),
        # Titles, countries and openers are no first names.
        ("Syrian President Assad spoke.", {"Assad": ["Assad"], "Syria": ["Syrian"]}),
        ("But Assad spoke on Friday.", {"Assad": ["Assad"]}),
        # A surname that is nobody's alias still counts beside its full name, and only there.
        ("Boris Johnson spoke. Johnson then left.", {"Boris Johnson": ["Boris Johnson", "Johnson"]}),
        ("Johnson then left.", {}),
    ],
)
def test_a_surname_counts_for_whom_the_report_means(text: str, found: dict[str, list[str]]) -> None:
    assert named(text) == found


def test_a_name_read_in_full_elsewhere_decides_a_surname() -> None:
    text = "Then Assad left."
    stranger = Name(span=Span(5, 10), type=NameType.PERSON, name="Rifaat Assad")
    assert named(text, (stranger,)) == {}
    assert named(text, (Name(span=Span(5, 10), type=NameType.PERSON, name="Bashar al-Assad"),)) == {"Assad": ["Assad"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Turkey is dear this year.", {}),
        ("Turkey is far. Envoys left Turkey.", {"Turkey": ["Turkey", "Turkey"]}),
        ("Turkey is far. A Turkish envoy left.", {"Turkey": ["Turkey", "Turkish"]}),
        ("Nice to see the French again.", {"France": ["French"]}),
        ("A storm hit Nice, France.", {"Nice": ["Nice"], "France": ["France"]}),
    ],
)
def test_an_ordinary_word_at_the_start_of_a_sentence_needs_the_name_elsewhere(
    text: str, found: dict[str, list[str]]
) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A fire in Warren, Ohio, spread.", {"Warren": ["Warren"], "Ohio": ["Ohio"]}),
        ("A fire in Warren spread through the US town.", {"Warren": ["Warren"], "United States": ["US"]}),
        ("The US envoy Warren left.", {"United States": ["US"]}),
        ("A fire in Warren spread.", {}),
        ("The singer Whitney Houston sang in the US. Houston sang twice.", {"United States": ["US"]}),
        ("In Nice, Ohio, it rained.", {"Ohio": ["Ohio"]}),
    ],
)
def test_a_town_that_bears_a_persons_name_must_be_shown_to_be_a_place(text: str, found: dict[str, list[str]]) -> None:
    assert named(text) == found


def test_an_ambiguous_name_goes_to_the_one_whose_country_is_named() -> None:
    known = Vocabulary(
        [
            a_subject(1, "Elinport", country="NO", weight=0.5),
            a_subject(2, "Elinport", country="CA", weight=0.7),
            a_subject(3, "Norway", country="NO"),
            a_subject(4, "Dorn Elinport", "Elinport", type=PERSON, weight=0.1),
        ]
    )
    assert [found.subject_id for found in tag("Ice closed Elinport.", (), known)] == [2]
    assert {found.subject_id for found in tag("Ice closed Elinport, says Norway.", (), known)} == {1, 3}
    person = (Name(span=Span(5, 13), type=NameType.PERSON, name="Elinport"),)
    assert [found.subject_id for found in tag("Then Elinport spoke.", person, known)] == [4]


def test_what_stands_in_the_title_outweighs_what_is_named_far_down() -> None:
    text = "Mali and its rains\n" + "It rained and rained on the hills. " * 60 + "The rains reached Guinea."
    assert [(found.label, found.about) for found in tag(text, (), KNOWN)] == [("Mali", True), ("Guinea", False)]


def test_a_tag_keeps_where_the_subject_is_named_and_the_rule() -> None:
    text = "Assad speaks\nThe speech was long."
    (found,) = tag(text, (), KNOWN)
    assert found == Tag(
        subject_id=1, label="Assad", salience=found.salience, about=True, mentions=(Span(0, 5),), rule="names-1"
    )
    assert 0.5 < found.salience < 1.0


def test_a_vocabulary_survives_the_way_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(KNOWN))
    text = "Bashar al-Assad left Syria."
    assert there.subjects == KNOWN.subjects
    assert tag(text, (), there) == tag(text, (), KNOWN)


def test_an_empty_vocabulary_finds_nothing() -> None:
    assert tag("Assad left Syria.", (), Vocabulary([])) == ()


def test_a_subject_without_letters_finds_nothing() -> None:
    assert tag("137 men — and more", (), Vocabulary([a_subject(1, "137"), a_subject(2, "—")])) == ()


@pytest.mark.parametrize(
    "spellings",
    [
        ("Deir ez-Zor", "DEIR EZ ZOR", "Deir ez‑Zôr", " deir  ez zor "),
        ("Çavuşoğlu", "Cavusoglu"),
        ("Łódź", "Lodz"),
        ("Straße", "STRASSE"),
        ("Алексей", "АЛЕКСЕЙ"),
        ("محمّد", "محمد"),
        ("ＮＡＴＯ", "nato"),
    ],
)
def test_spellings_people_hold_equal_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({key_of(spelling) for spelling in spellings}) == 1


def test_different_words_keep_different_keys() -> None:
    assert key_of("हिंदी") != key_of("हद")
    assert key_of("…") == ""


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(label: str) -> None:
    assert key_of(key_of(label)) == key_of(label)


@given(st.text(max_size=200))
def test_every_folded_character_knows_where_it_stood(text: str) -> None:
    folded, places = fold(text)
    assert places is None or (len(places) == len(folded) + 1 and places == sorted(places))
    assert places is not None or len(folded) == len(text)


NAMES = st.sampled_from(
    ["Assad", "Bashar al-Assad", "Maher", "US", "us", "Turkey", "Nice", "Warren", "叙利亚", "\u0301", "'s", "’", "-", ".", "\n", " "]
)  # fmt: skip


@given(st.lists(NAMES, max_size=30).map(" ".join) | st.lists(NAMES, max_size=30).map("".join) | st.text())
def test_mentions_lie_in_the_text_and_never_overlap(text: str) -> None:
    spans = sorted(span for found in tag(text, (), KNOWN) for span in found.mentions)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
