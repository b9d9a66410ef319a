"""Whose names stand on a report: people and bodies, cleaned of what bylines carry besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reportedly.extract.paragraphs import fold, tidy

MOST_AUTHORS = 12
BY = re.compile(
    r"^\W*(?:(?:(?:words|story|written|posted|published|reported|reporting|edited|submitted|updated|article|text|author|autore?s?|"
    r"auteur|autorin|review)\s*(?:and\s+\w+\s+)?(?:by|von|par|por|di|:))|by|von|par|por|di|de la|door|av|af|от|автор)\s*:?\s+",
    re.I,
)
JOINED = re.compile(r"\s*[;|•·\n]\s*|\s+(?:and|und|et|y|e|og|och|en|&)\s+|\s*&\s*|\s*/\s*", re.I)
COMMA = re.compile(r"\s*,\s*")
ADDRESS = re.compile(r"\S*(?:@|https?:|www\.)\S*|\S+\.(?:com|org|net|html?|php)(?:/\S*)?", re.I)
BRACKETED = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]?")
AFTER_NAME = re.compile(
    r"\s+[-–—]\s+.*$|\s+(?:is|was|ist|has|writes|reports|for|für|of the|from|in|at)\s+.*$|\s*(?:\d{1,2}[./]\d|\d{4}).*$",
    re.I,
)
_ROLES = """
    admin administrator administrador author authors autor autoren autorin autore byline contributor contributors editor
    editors editorial staff redaktion redazione redaccion redacción redactie redakcja redakce la rédaction rédaction
    newsroom newsdesk news desk webdesk team reporter reporters correspondent correspondents journalist writer columnist
    guest user wordpress root webmaster unknown anonymous none null undefined n/a na test default press release
    producer senior chief deputy managing assistant associate freelance special political diplomatic foreign economics
    business sports science technology health education environment investigations executive online digital web
    video photo contributing opinion national international local world bureau head intern fellow co-founder founder ceo
    """
ROLES = frozenset(_ROLES.split())
ALWAYS_ROLE = frozenset(
    fold(role)
    for role in (
        "staff writer", "guest author", "guest post", "press release", "editorial staff", "editorial team", "the editors",
        "editorial board", "web desk", "news desk", "site admin", "super user", "view all posts", "more from this author",
        "read more", "about the author", "share", "follow", "twitter", "facebook", "die redaktion", "la redazione",
    )
)  # fmt: skip
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "dr", "mba", "esq", "rn", "rd", "jd", "mph"})


def clean_authors(said: Iterable[str], *, outlet_names: Sequence[str] = ()) -> tuple[str, ...]:
    """The names in the statements, in their order, each once; without the outlet's own, roles and addresses."""
    outlets = {fold(name) for name in outlet_names} - {""}
    found: dict[str, str] = {}
    for statement in said:
        for name in _names(statement):
            key = fold(name)
            if key not in outlets and not _is_role(name) and _may_be_name(name):
                found.setdefault(key, name)
    return tuple(found.values())[:MOST_AUTHORS]


def _names(statement: str) -> list[str]:
    statement = BRACKETED.sub("", ADDRESS.sub("", tidy(statement)))
    names: list[str] = []
    for part in JOINED.split(BY.sub("", statement)):
        pieces = [piece for piece in COMMA.split(part) if piece]
        if len(pieces) == 2 and " " not in pieces[0] and " " not in pieces[1] and not _is_role(pieces[1]):
            pieces = [f"{pieces[1]} {pieces[0]}"]  # Surname, Name
        for piece in pieces:
            if names and piece.rstrip(".").replace(".", "").lower() in SUFFIXES:
                names[-1] = f"{names[-1]}, {piece}"
            else:
                names.append(AFTER_NAME.sub("", BY.sub("", piece)).strip(" .,:;-–—*\"'"))
    return names


def _is_role(name: str) -> bool:
    words = [word.strip(".,").lower() for word in name.split()]
    return fold(name) in ALWAYS_ROLE or (
        bool(words) and all(word in ROLES or word in {"of", "the", "and"} for word in words)
    )


def _may_be_name(name: str) -> bool:
    """Whether a piece of a byline can be a name: a few words, with letters, none of them a sentence's."""
    return (
        2 <= len(name) <= 60
        and len(name.split()) <= 6
        and any(letter.isalpha() for letter in name)
        and not name.isdigit()
    )
