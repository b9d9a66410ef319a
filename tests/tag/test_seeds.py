"""The vocabulary a wire begins with."""

from __future__ import annotations

import pytest

from reportedly.tag import Vocabulary, key_of, tag
from reportedly.tag.seeds import Seed, seeds, slug_of
from reportedly.values import Subject, SubjectType


@pytest.fixture(scope="module")
def seeded() -> dict[str, Seed]:
    return {seed.slug: seed for seed in seeds(cities_over=300_000)}


@pytest.fixture(scope="module")
def vocabulary(seeded: dict[str, Seed]) -> Vocabulary:
    return Vocabulary(
        Subject(id=id, label=one.label, type=one.type, aliases=one.aliases, country=one.country, weight=one.weight)
        for id, one in enumerate(seeded.values(), 1)
    )


def test_every_slug_is_given_once() -> None:
    slugs = [seed.slug for seed in seeds(cities_over=1_000_000)]
    assert len(slugs) == len(set(slugs))
    assert all(slug and slug == slug_of(slug) for slug in slugs)


def test_countries_come_with_their_names_in_many_languages(seeded: dict[str, Seed]) -> None:
    keys = {key_of(alias.label) for alias in seeded["syria"].aliases}
    assert {key_of(name) for name in ("Syrie", "Syrien", "Сирия", "叙利亚", "Syrian", "Syrians")} <= keys
    assert seeded["syria"].credit == "Unicode CLDR, Unicode-3.0"
    assert seeded["syria"].country == "SY"


def test_a_city_is_not_found_by_codes_or_by_another_places_name(seeded: dict[str, Seed]) -> None:
    damascus = seeded["damascus"]
    names = {alias.label for alias in damascus.aliases}
    assert not names & {"DAM", "Sam", "Cham", "d mshq", "dimisqu"}
    assert "Дамаск" in names
    assert all(not any(char.isdigit() for char in name) for name in names)
    assert damascus.credit == "GeoNames, CC BY 4.0"


def test_the_list_of_our_own_names_many_bodies_and_people(seeded: dict[str, Seed]) -> None:
    own = [seed for seed in seeded.values() if seed.credit == "reportedly, Apache-2.0"]
    assert sum(seed.type is SubjectType.BODY for seed in own) >= 60
    assert sum(seed.type is SubjectType.PERSON for seed in own) >= 60
    assert seeded["assad"].exact_match == {"wikidata": "Q44329"}


def test_no_wikidata_id_is_given_to_two_subjects(seeded: dict[str, Seed]) -> None:
    ids = [seed.exact_match["wikidata"] for seed in seeded.values() if "wikidata" in seed.exact_match]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Bashar al-Assad received the envoy in Damascus.", {"Assad", "Damascus"}),
        ("Assad regime sends a letter to the UN Security Council.", {"Assad", "UN Security Council"}),
        ("Envoys of the EU met in Kiev.", {"European Union", "Kyiv"}),
        ("The Kremlin and the White House were silent.", {"Kremlin", "White House"}),
        ("Reading books about bath time, he said it was nice in the orange light.", set()),
        ("A driver from North Carolina won.", {"North Carolina"}),
        ("Vardøya's mayor told us who said what.", set()),
    ],
)
def test_the_seeded_vocabulary_finds_whom_news_names(vocabulary: Vocabulary, text: str, labels: set[str]) -> None:
    assert {found.label for found in tag(text, (), vocabulary)} == labels


def test_a_label_without_latin_letters_still_has_a_slug() -> None:
    assert slug_of("Башар Асад") == "башар-асад"
    assert slug_of("…") == ""
