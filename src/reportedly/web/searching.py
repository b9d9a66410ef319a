"""Search as readers ask for it: words, and the filters `subject:NAME` and `outlet:NAME`.

A name with blanks stands in quotation marks: `subject:"Port Elin"`. A subject answers to any of its names, an outlet to
its slug or its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reportedly.engines.search import SearchIndex
from reportedly.errors import NoSuchOutlet, NoSuchSubject
from reportedly.web import addresses
from reportedly.web.answers import show
from reportedly.wire import listings
from reportedly.wire.listings import Listed, SubjectLink

PAGE = 10
CLOSEST = 30  # reports shown by closeness
CAP = 1_000  # a count is not counted further
LONGEST = 300  # characters of a search

FILTER = re.compile(r'(?<!\S)(subject|outlet):(?:"([^"]*)"?|(\S+))', re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A search taken apart: its words as typed, and the subjects and outlets it is limited to."""

    words: str
    subjects: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """The reports that answer a search. `count` goes no further than `cap`."""

    query: str
    items: tuple[Listed, ...]
    count: int
    cap: int = CAP
    newer: str | None = None
    older: str | None = None
    subjects: tuple[SubjectLink, ...] = ()


@dataclass(frozen=True)
class Unanswered:
    """A search that cannot be answered, and why, in one sentence; `near` are subjects that may have been meant."""

    why: str
    near: tuple[SubjectLink, ...] = field(default=())


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search the words of every report, newest first or by closeness."""
    query = " ".join(request.GET.get("q", "").split())
    order = "relevant" if request.GET.get("order") == "relevant" else ""
    if len(query) > LONGEST:
        raise BadRequest(f"A search is at most {LONGEST} characters long.")
    found = answer(query, order=order, before=_before(request)) if query else None
    near = found.near if isinstance(found, Unanswered) else ()
    if isinstance(found, Answered) and not found.count:
        near = listings.near_subjects(query)
    answered = isinstance(found, Answered)
    return show(
        request,
        "search.html",
        asked=query,
        order=order,
        path=addresses.SEARCH,
        found=found if answered else None,
        problem=found.why if isinstance(found, Unanswered) else "",
        near=near,
        feeds_of=addresses.search(query) if answered else "",
        feed_title=f"Search: {query}",
    )


def answer(query: str, *, order: str = "", before: int | None = None, size: int = PAGE) -> Answered | Unanswered:
    """What answers a search, one page of it."""
    asked = read_query(query)
    try:
        index_query = in_index_words(asked)
    except NoSuchSubject as why:
        return Unanswered(f"No subject is called “{why.name}”.", listings.near_subjects(why.name))
    except NoSuchOutlet as why:
        return Unanswered(f"No outlet is called “{why.name}”.")
    if not index_query:
        return Unanswered("There is no word to search for: a search needs a word, a subject or an outlet.")
    with open_index() as index:
        if index is None:
            return Unanswered("The search index is not built yet. It is built as reports come in.")
        count = index.count(index_query, cap=CAP)
        if order == "relevant":
            ids, more = index.relevant(index_query, limit=CLOSEST), False
        else:
            ids = index.newest(index_query, before=before, limit=size + 1)
            ids, more = ids[:size], len(ids) > size
    items = listings.reports_in_order(ids)
    return Answered(
        query=query,
        items=items,
        count=count,
        newer=addresses.search(query).partition("?")[2] if before else None,
        older=addresses.search(query, before=ids[-1]).partition("?")[2] if more else None,
    )


def read_query(query: str) -> Asked:
    """A search taken apart."""
    filters: dict[str, list[str]] = {"subject": [], "outlet": []}
    for kind, quoted, bare in FILTER.findall(query):
        if name := (quoted or bare).strip():
            filters[kind.lower()].append(name)
    words = " ".join(FILTER.sub(" ", query).split())
    return Asked(words, tuple(filters["subject"]), tuple(filters["outlet"]))


def _before(request: HttpRequest) -> int | None:
    """The report a page of results lies before. Raises BadRequest for what is no report's id."""
    given = request.GET.get("before", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given[:20]) < 2**63 and len(given) < 20):
        raise BadRequest("That is no place in a list of results.")
    return int(given)


# --- the index -------------------------------------------------------------------------------------------------------


def in_index_words(asked: Asked) -> str:
    """The search as the index understands it, its names made into ids. "" when nothing is asked.

    Raises NoSuchSubject, NoSuchOutlet.
    """
    subjects = [f"subject:{listings.subject_id(name)}" for name in asked.subjects]
    outlets = [f"outlet:{listings.outlet_id(name)}" for name in asked.outlets]
    return " ".join([asked.words, *subjects, *outlets]).strip()


@contextmanager
def open_index() -> Iterator[SearchIndex | None]:
    """The search index, or None while there is none."""
    path = settings.REPORTEDLY.search
    if not path.exists():
        yield None
        return
    index = SearchIndex(path)
    try:
        yield index
    finally:
        index.close()
