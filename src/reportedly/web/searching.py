"""Search as readers ask for it: words, and the filters `subject:NAME` and `outlet:NAME`.

What may be typed is told by `reportedly.engines.query`. A subject answers to any of its names, an outlet to its slug
or its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reportedly.engines.query import Query, read_query
from reportedly.engines.search import SearchIndex
from reportedly.errors import NoSuchOutlet, NoSuchSubject, StoreDamaged
from reportedly.web import addresses
from reportedly.web.answers import show
from reportedly.wire import listings
from reportedly.wire.listings import Listed, SubjectLink

PAGE = 10
CLOSEST = 30  # reports shown by closeness
CAP = 1_000  # a count is not counted further
LONGEST = 300  # characters of a search


@dataclass(frozen=True)
class Answered:
    """The reports that answer a search. `count` goes no further than `cap`."""

    query: str
    items: tuple[Listed, ...]
    count: int
    cap: int
    newer: str | None = None
    older: str | None = None


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
    if asked.asks_nothing:
        return Unanswered("There is nothing to look for: a search needs a word, a subject or an outlet.")
    try:
        asked = resolved(asked)
    except NoSuchSubject as why:
        return Unanswered(f"No subject is called “{why.name}”.", listings.near_subjects(why.name))
    except NoSuchOutlet as why:
        return Unanswered(f"No outlet is called “{why.name}”.")
    try:
        index = open_index(settings.REPORTEDLY.search)
        if index is None:
            return Unanswered("The search index is not built yet. It is built as reports come in.")
        count = index.count(asked, cap=CAP)
        if order == "relevant":
            ids, more = index.relevant(asked, limit=CLOSEST), False
        else:
            ids = index.newest(asked, before=before, limit=size + 1)
            ids, more = ids[:size], len(ids) > size
    except StoreDamaged:
        return Unanswered("The search index cannot be read and has to be built anew. Everything else works as always.")
    return Answered(
        query=query,
        items=listings.reports_in_order(ids),
        count=count,
        cap=CAP,
        newer=addresses.search(query).partition("?")[2] if before else None,
        older=addresses.search(query, before=ids[-1]).partition("?")[2] if more else None,
    )


def resolved(asked: Query) -> Query:
    """The same search with the ids of the subjects and outlets it names. Raises NoSuchSubject, NoSuchOutlet."""
    if asked.subject_names:
        asked = asked.filed_under(*map(listings.subject_id, asked.subject_names))
    if asked.outlet_names:
        asked = asked.published_by(*map(listings.outlet_id, asked.outlet_names))
    return asked


def open_index(path: Path) -> SearchIndex | None:
    """The search index, open in this process until it ends; None while there is none. Raises StoreDamaged."""
    return _opened(path) if path.exists() else None


@cache
def _opened(path: Path) -> SearchIndex:
    return SearchIndex(path)


def _before(request: HttpRequest) -> int | None:
    """The report a page of results lies before. Raises BadRequest for what is no report's id."""
    given = request.GET.get("before", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given[:20]) < 2**63 and len(given) < 20):
        raise BadRequest("That is no place in a list of results.")
    return int(given)
