"""What a person types into the search box, as a query that is always safe to ask.

    port ships            both words
    "port reopened"       these words next to each other
    -strike               and not this one
    reopen*               words that begin like this
    subject:"Al Rasif"    filed under this subject         outlet:gazette   published by this outlet

Whatever else is typed is taken as words. Nothing a person can type is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self

MOST_WORDS = 32  # of one query; what comes after is not asked for
MOST_CHARACTERS = 1_000
LEAST_BEGINNING = 4  # letters; a shorter beginning is of so many words that looking them up takes long: it is a word

_PART = re.compile(
    r"""(?P<no>-)?
        (?:(?P<field>subject|outlet):)?
        (?:"(?P<quoted>[^"]*)"?(?P<quoted_star>\*)? | (?P<word>[^\s"]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„«»", '"'))


@dataclass(frozen=True)
class Words:
    """One word, or several next to each other. With `begins`, the last of them is only the beginning of a word."""

    text: str
    begins: bool = False

    def expression(self) -> str:
        """As FTS5 reads it: quoted, so that nothing in it is an operator."""
        text = self.text.replace('"', '""')
        return f'"{text}" *' if self.begins else f'"{text}"'


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query as asked. Names of subjects and outlets wait in `subject_names` and `outlet_names` until the caller has
    found out who they are and said so with `filed_under` and `published_by`; a name still there matches as words.
    """

    words: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    subject_names: tuple[str, ...] = ()
    outlet_names: tuple[str, ...] = ()
    subjects: tuple[int, ...] = ()  # all of them
    outlets: tuple[int, ...] = ()  # any of them

    @property
    def asks_nothing(self) -> bool:
        """Whether there is nothing to look for; such a query has no answers."""
        return not (self.words or self.subjects or self.outlets or self.subject_names or self.outlet_names)

    def filed_under(self, *subject_ids: int) -> Self:
        """The same query for reports filed under these subjects, whose names are settled by that."""
        return replace(self, subjects=(*self.subjects, *subject_ids), subject_names=())

    def published_by(self, *outlet_ids: int) -> Self:
        """The same query for reports of any of these outlets, whose names are settled by that."""
        return replace(self, outlets=(*self.outlets, *outlet_ids), outlet_names=())

    @property
    def looked_for(self) -> tuple[Words, ...]:
        """The words that make one report a better answer than another."""
        return (*self.words, *(Words(name) for name in (*self.subject_names, *self.outlet_names)))

    def expression(self) -> str:
        """The whole query as FTS5 reads it, "" for one that asks nothing."""
        if self.asks_nothing:
            return ""
        all_of = [f"{{title body}} : {words.expression()}" for words in self.looked_for]
        all_of += [f'filed : "s{subject}"' for subject in self.subjects]
        if self.outlets:
            all_of.append("(" + " OR ".join(f'filed : "o{outlet}"' for outlet in self.outlets) + ")")
        wanted = " AND ".join(all_of)
        unwanted = " OR ".join(f"{{title body}} : {words.expression()}" for words in self.without)
        return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def read_query(text: str) -> Query:
    """What a person asks by this text. A name after `subject:` or `outlet:` is still to be resolved."""
    words: list[Words] = []
    without: list[Words] = []
    names: dict[str, list[str]] = {"subject": [], "outlet": []}
    for found in _parts(text):
        said = Words(found["quoted"] or found["word"] or "", begins=bool(found["quoted_star"]))
        if found["word"] and said.text.endswith("*"):
            said = Words(said.text.rstrip("*"), begins=True)
        if not _has_word(said.text):
            continue
        if len(said.text.rsplit(maxsplit=1)[-1]) < LEAST_BEGINNING:
            said = Words(said.text)
        field = (found["field"] or "").lower()
        if found["no"]:
            without.append(said)  # "-subject:x" means reports that do not name x
        elif field:
            names[field].append(said.text.strip())
        else:
            words.append(said)
    return Query(
        words=_some(words),
        without=_some(without),
        subject_names=tuple(names["subject"][:MOST_WORDS]),
        outlet_names=tuple(names["outlet"][:MOST_WORDS]),
    )


def _parts(text: str) -> Iterator[re.Match[str]]:
    text = text[:MOST_CHARACTERS].translate(_QUOTATION_MARKS).replace("\0", " ")
    return _PART.finditer(text.encode("utf-8", "replace").decode("utf-8"))  # half characters become "?"


def _some(words: Iterable[Words]) -> tuple[Words, ...]:
    """Each once, and not too many."""
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def _has_word(text: str) -> bool:
    """Whether the index's tokenizer finds a word in it: a letter or a digit."""
    return any(character.isalnum() for character in text)
