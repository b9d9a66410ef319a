"""The public pages. Each view asks the wire one question and shows the answer."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from reportedly.errors import NoSuchOutlet, NoSuchSubject
from reportedly.web import addresses, answers
from reportedly.web.answers import moved, show, to_first_page, turn_of
from reportedly.wire import listings

LARGEST_ID = 2**63 - 1


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What is new."""
    page = listings.read_front_page()
    return show(request, "front.html", page=page, feeds_of=addresses.FRONT, feed_title="Latest reports")


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """All subjects, sized by use; `?name=` goes to the subject of that name."""
    if name := request.GET.get("name", "").strip():
        return HttpResponseRedirect(addresses.subject(name[:200]))
    return show(request, "subjects.html", page=listings.read_subjects_index())


@require_safe
def subject(request: HttpRequest, name: str) -> HttpResponse:
    """Contents tagged with a subject."""
    turn = turn_of(request)
    try:
        page = listings.read_subject_page(name, turn)
    except NoSuchSubject:
        near = listings.near_subjects(name) if name.isprintable() else ()
        return show(request, "no_subject.html", status=404, name=name[:200], near=near)
    if isinstance(page, str):
        return moved(addresses.subject(page), request)
    path = addresses.subject(page.slug)
    return to_first_page(request, page.listing, turn) or show(
        request, "subject.html", page=page, path=path, feeds_of=path, feed_title=f"Contents tagged with {page.label}"
    )


@require_safe
def report(request: HttpRequest, id: int) -> HttpResponse:
    """One report, with who says what marked in its text."""
    page = listings.read_report_page(id, version=version_of(request)) if id <= LARGEST_ID else None
    if page is None:
        raise Http404("There is no such report, or no such version of it.")
    return show(request, "report.html", page=page, path=addresses.report(id))


def version_of(request: HttpRequest) -> int | None:
    """The version asked for, None for the newest. Raises BadRequest for what is no number of a version."""
    given = request.GET.get("version", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 9 and int(given) > 0):
        raise BadRequest("A version is a number from 1.")
    return int(given)


@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """The newest stories."""
    turn = turn_of(request)
    return show(request, "stories.html", page=listings.read_stories_page(turn), path=addresses.STORIES)


@require_safe
def story(request: HttpRequest, id: int) -> HttpResponse:
    """One story: its reports, copies, origins and accounts."""
    page = listings.read_story_page(id) if id <= LARGEST_ID else None
    if page is None:
        raise Http404("There is no such story.")
    if isinstance(page, int):
        return moved(addresses.story(page), request)
    path = addresses.story(id)
    return show(request, "story.html", page=page, path=path, feeds_of=path, feed_title=page.story.title)


@require_safe
def outlets(request: HttpRequest) -> HttpResponse:
    """Every outlet of the wire."""
    return show(request, "outlets.html", page=listings.read_outlets(datetime.now(UTC)))


@require_safe
def outlet(request: HttpRequest, slug: str) -> HttpResponse:
    """One outlet: its reports, feeds and health."""
    turn = turn_of(request)
    try:
        page = listings.read_outlet_page(slug, turn, now=datetime.now(UTC))
    except NoSuchOutlet as why:
        raise Http404("There is no such outlet.") from why
    path = addresses.outlet(page.slug)
    return to_first_page(request, page.listing, turn) or show(
        request, "outlet.html", page=page, path=path, feeds_of=path, feed_title=f"Reports of {page.name}"
    )


@require_safe
def voice(request: HttpRequest, name: str) -> HttpResponse:
    """Everything one named voice said."""
    page = listings.read_voice_page(name, turn_of(request)) if name.isprintable() else None
    if page is None:
        raise Http404("Nobody of that name is quoted in any report.")
    if page.slug != name:
        return moved(addresses.voice(page.slug), request)
    return show(request, "voice.html", page=page, path=addresses.voice(page.slug))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the marks mean."""
    return show(request, "about.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What we ask of crawlers: searches are not worth their time or ours."""
    return answers.plain(request, b"User-agent: *\nDisallow: /search/\n", "text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for browsers that ask for it where it always was."""
    return HttpResponsePermanentRedirect(static("web/icon.svg"))


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether the site answers and its store can be read: "ok"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    response = HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


# --- what goes wrong ---------------------------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address that makes no sense."""
    # Only our own words are repeated: another's may carry what the asker sent.
    said = str(exception) if isinstance(exception, BadRequest) else ""
    return _problem(request, 400, "That address makes no sense", said)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address where nothing is."""
    said = str(exception) if exception and exception.args and isinstance(exception.args[0], str) else ""
    return _problem(request, 404, "Nothing is found here", said)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours. It asks the store nothing: the store may be what is wrong."""
    return _problem(request, 500, "Something went wrong on our side", "It is not your doing. Please try again soon.")


def _problem(request: HttpRequest, status: int, heading: str, said: str) -> HttpResponse:
    if request.path.startswith("/static/"):
        return HttpResponse(f"{heading}\n", status=status, content_type="text/plain; charset=utf-8")
    return show(request, "problem.html", status=status, heading=heading, said=said)
