"""Whose names stand on a report: people and bodies, cleaned of what bylines carry besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reportedly.extract.paragraphs import fold, tidy

MOST_AUTHORS = 12
BY = re.compile(
    r"^\W*(?:(?:view\s+all\s+posts|alle\s+(?:beiträge|artikel)|zeige\s+alle\s+beiträge|post\s+author|author|words|story|written|"
    r"posted|published|reported|reporting|edited|submitted|updated|article|text|beitrag|geschrieben|veröffentlicht|review|interview)"
    r"\s*(?:and\s+\w+\s+|und\s+\w+\s*)?(?:\bby\b|\bvon\b|\bpar\b|\bpor\b|\bdi\b|:)|"
    r"by|von|vom|par|por|di|door|av|af|от|автор|autor(?:in)?|auteur|autore)\s*:?\s+",
    re.I,
)
JOINED = re.compile(r"\s*[;|•·\n»]\s*|\s+(?:and|und|et|y|e|og|och|en|&|with|mit)\s+|\s*&\s*|\s*/\s*", re.I)
COMMA = re.compile(r"\s*,\s*")
ADDRESS = re.compile(r"\S*(?:@|https?:|www\.)\S*|\S+\.(?:com|org|net|html?|php)\b(?:/\S*)?", re.I)
BRACKETED = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]?")
AFTER_NAME = re.compile(
    r"\s+[-–—]\s+.*$"
    r"|\s+(?:is|was|ist|has|writes|reports|for|für|of the|from|in|at|am|on|contributed|about|über|im)\s+.*$"
    r"|\s+(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\.?\s+\d.*$"
    r"|(?:^|\s+)\d.*$|\d{1,2}[./]\d.*$|\s*(?:→|»|>|›).*$",
    re.I,
)
_ROLES = """
    admin administrator administrador author authors autor autoren autorin autore byline contributor contributors editor
    editors editorial staff redaktion redazione redaccion redacción redactie redakcja redakce rédaction newsroom newsdesk
    news desk webdesk team reporter reporters correspondent correspondents journalist writer columnist guest user
    wordpress root webmaster unknown anonymous anónimo anonyme none null undefined n/a na test default press release
    producer senior chief deputy managing assistant associate freelance special political diplomatic foreign economics
    business sports science technology health education environment investigations executive online digital web video
    photo contributing opinion national international local world bureau head intern fellow co-founder founder ceo no
    agencies agenturen agency services service redakteur redakteurin chefredakteur chefredakteurin unbenannt by follow
    """
ROLES = frozenset(_ROLES.split())
STARTS_ROLE = ROLES - {
    "team",
    "press",
    "world",
    "local",
    "science",
    "news",
    "head",
    "chief",
    "guest",
    "no",
    "by",
    "na",
    "test",
}
ALWAYS_ROLE = frozenset(
    fold(role)
    for role in (
        "guest author", "guest post", "editorial board", "site admin", "super user", "view all posts", "read more",
        "more from this author", "about the author", "the author", "share", "twitter", "facebook", "die redaktion",
        "la redazione", "la rédaction", "view more posts", "archiv anzeigen", "alle artikel", "all posts", "the editors",
    )
)  # fmt: skip
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "dr", "mba", "esq", "rn", "rd", "jd", "mph", "mw"})
COMPANY = re.compile(r"\b(?:gmbh|ag|e\.\s?v|kg|inc|llc|ltd|corp|s\.?a\.?|b\.v|plc|co)\.?$", re.I)
LOGIN = re.compile(r"^(?=[^A-Z]*$)(?=.*[\d._-])[\w.-]+$")
LONE_LOGIN = re.compile(r"^[a-zß-öø-ÿ]{3,}$")  # one word without a capital: what a system knows its writer by
DESKS = re.compile(
    r"\b(?:redaktion|redaktionsteam|redacción|redaccion|redazione|rédaction|redactie|redakcja|redakce|newsroom|newsdesk|editorial team)\b"
    r"|\b(?:youtube|instagram|linkedin|facebook|twitter|whatsapp|pinterest|tiktok|telegram)\b",
    re.I,
)
OUTLET_WORDS = re.compile(
    r"\b(?:news|times|daily|post|press|media|online|magazine|magazin|tv|radio|journal|herald|tribune|gazette|zeitung|blog|wire|report|"
    r"reports|studio|studios|group|team|the|la|el|le|der|die|das|il)\b",
    re.I,
)
_PARTICLES = "van der den de la le du da dos das di del della von zu zum zur af av bin ibn al el ben y e ten ter o"
PARTICLES = frozenset(_PARTICLES.split())
NOT_NAMES = re.compile(
    r"\b(?:comments?|kommentare?|share|subscribe|min|read|views?|posts?|articles?|beiträge|artikel|newsletter|updated|published|"
    r"january|february|march|april|june|july|august|september|october|november|december|mon|tue|wed|thu|fri|sat|sun|photo|getty|"
    r"image|images|foto|copyright|more|about|click|here|login|sign|home|menu|search|written|"
    r"register|registrieren|library|video|now|contact|contactar|cookies?|follow|stand|veröffentlicht|publikation|mehr|shop)\b",
    re.I,
)


def clean_authors(said: Iterable[str], *, outlet_names: Sequence[str] = ()) -> tuple[str, ...]:
    """The names in the statements, in their order, each once; without the outlet's own, roles and addresses."""
    outlets = {fold(name) for name in outlet_names} - {""}
    found: dict[str, str] = {}
    for statement in said:
        if fold(statement) in outlets or statement.startswith(("#", "/")):
            continue
        for at, name in enumerate(_names(statement)):
            key = fold(name)
            if key in outlets:
                if at == 0 and "," in statement:
                    break  # "The Outlet, Its Town": what follows is where it sits
                continue
            if not _is_role(name) and _may_be_name(name):
                found.setdefault(key, name)
    return tuple(found.values())[:MOST_AUTHORS]


def is_personal_name(name: str) -> bool:
    """Whether a printed name looks like a person's: one to five words, each with a capital but for particles."""
    words = name.replace(",", "").split()
    if not 1 <= len(words) <= 5 or NOT_NAMES.search(name) or any(letter in name for letter in "?!:@#→…"):
        return False
    if not all(word.lower().strip(".") in PARTICLES or _has_capital(word) for word in words):
        return False
    return len(words) > 1 or (len(name) >= 3 and name.isalnum())


def is_outlet_like(name: str) -> bool:
    """Whether a name reads like an outlet's: "Daily …", "The …", "… News"."""
    return bool(OUTLET_WORDS.search(name))


def _names(statement: str) -> list[str]:
    statement = BRACKETED.sub("", ADDRESS.sub("", tidy(statement)))
    names: list[str] = []
    for part in JOINED.split(_without_by(statement)):
        pieces = [piece for piece in COMMA.split(part) if piece]
        if len(pieces) == 2 and " " not in pieces[0] and " " not in pieces[1] and not _is_role(pieces[1]):
            pieces = [f"{pieces[1]} {pieces[0]}"]  # Surname, Name
        for piece in pieces:
            if names and piece.rstrip(".").replace(".", "").lower() in SUFFIXES:
                names[-1] = f"{names[-1]}, {piece}"
            elif name := _without_role(AFTER_NAME.sub("", _without_by(piece)).strip(" .,:;-–—*\"'")):
                names.append(name)
    return names


def _without_by(text: str) -> str:
    for _ in range(3):
        shorter = BY.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


def _without_role(name: str) -> str:
    """ "Ada Byron Senior Science Reporter" without what she is; "News Desk" stays, to be refused as a whole."""
    words = name.split()
    for at in range(2, len(words)):
        if words[at].lower() in STARTS_ROLE:
            return " ".join(words[:at])
    return name


def _is_role(name: str) -> bool:
    words = [word.strip(".,").lower() for word in name.split()]
    return fold(name) in ALWAYS_ROLE or (
        bool(words) and all(word in ROLES or word in {"of", "the", "and", "die", "la"} for word in words)
    )


def _may_be_name(name: str) -> bool:
    """Whether a piece of a byline can be a name: a few words, with letters, no company's, no desk's and no login."""
    return (
        2 <= len(name) <= 60
        and len(name.split()) <= 6
        and any(letter.isalpha() for letter in name)
        and not COMPANY.search(name)
        and not LOGIN.match(name)
        and not LONE_LOGIN.match(name)
        and not DESKS.search(name)
    )


def _has_capital(word: str) -> bool:
    """Whether a word begins like a name's, also "d'Arc" and "O'Hara"; scripts without case always do."""
    letters = [letter for letter in word[:3] if letter.isalpha()]
    return any(letter.isupper() or letter.lower() == letter.upper() for letter in letters)
