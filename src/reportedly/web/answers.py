"""Answers of the public site: pages made from one value, and not made again for who has them already.

An answer's ETag is made from the value a page shows, before the page is rendered: whoever asks for a page that has not
changed costs us the reading of the store and nothing more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from reportedly.web import addresses
from reportedly.wire.listings import FIRST, BadPlace, Listing, Place, Turn

CACHE = "public, no-cache"  # kept by whoever likes, used only after asking us whether it still holds


@dataclass(frozen=True)
class Alternate:
    """A feed of the page, as it is advertised on it."""

    href: str
    type: str
    title: str
    format: str


def show(
    request: HttpRequest, template: str, *, status: int = 200, feeds_of: str = "", feed_title: str = "", **shown: Any
) -> HttpResponse:
    """The page made of these values, or 304 for a reader who has it. `feeds_of` is the path that has feeds beside it."""
    etag = etag_of(template, host_of(request), status, shown)
    if status == 200 and (unchanged := get_conditional_response(request, etag=etag)):
        unchanged["Cache-Control"] = CACHE
        return unchanged
    context = {
        "site_name": settings.REPORTEDLY.site_name,
        "canonical": absolute(request, canonical_path(request)),
        "feeds": feeds(feeds_of, feed_title) if feeds_of else (),
        "addresses": addresses,
        "asked": "",
        "status": status,
        **shown,
    }
    response = render(request, template, context, status=status)
    if status == 200:
        response["ETag"] = etag
        response["Cache-Control"] = CACHE
    return response


def plain(request: HttpRequest, body: bytes, content_type: str, *, changed: datetime | None = None) -> HttpResponse:
    """A feed or file as it is, or 304 for a reader who has it."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    seconds = int(changed.timestamp()) if changed else None
    response = get_conditional_response(request, etag=etag, last_modified=seconds)
    if response is None:
        response = HttpResponse(body, content_type=content_type)
        response["ETag"] = etag
        if seconds is not None:
            response["Last-Modified"] = http_date(seconds)
    response["Cache-Control"] = CACHE
    return response


def moved(path: str, request: HttpRequest) -> HttpResponse:
    """A permanent redirect to the one address of a page, keeping the query."""
    return HttpResponsePermanentRedirect(addresses.turned(path, request.META.get("QUERY_STRING", "")))


def to_first_page(request: HttpRequest, listing: Listing, turn: Turn) -> HttpResponse | None:
    """A redirect to the first page when there is nothing newer than the page turned to, so that it has one address."""
    if turn.after is not None and not listing.newer:
        return HttpResponseRedirect(request.path)
    return None


def turn_of(request: HttpRequest) -> Turn:
    """The page of a listing that was asked for. Raises BadRequest when no listing of ours has such a place."""
    before, after = request.GET.get("before"), request.GET.get("after")
    try:
        if before and not after:
            return Turn(before=Place.read(before))
        if after and not before:
            return Turn(after=Place.read(after))
    except BadPlace as why:
        raise BadRequest(str(why)) from why
    if before and after:
        raise BadRequest("a page lies before a place or after it, not both")
    return FIRST


def feeds(path: str, title: str) -> tuple[Alternate, ...]:
    """The feeds beside a page."""
    return tuple(
        Alternate(addresses.feed(path, format), type, f"{title} ({addresses.FEED_FORMATS[format]})", format)
        for format, type in addresses.FEED_TYPES.items()
    )


def absolute(request: HttpRequest, path: str) -> str:
    """The address of a path as the world sees it: under the setting base_url, else under the host asked for."""
    base = str(settings.REPORTEDLY.base_url).rstrip("/")
    return f"{base}{path}" if base else f"{request.scheme}://{host_of(request)}{path}"


def host_of(request: HttpRequest) -> str:
    """The host asked for; "localhost" when it is none of ours, so that even that can be said on a page."""
    try:
        return request.get_host()
    except DisallowedHost:
        return "localhost"


CANONICAL_PARAMETERS = ("q", "order", "before", "after")


def canonical_path(request: HttpRequest) -> str:
    """The path asked for with the parameters that make it another page, in one order."""
    given = request.GET.copy()
    for name in list(given):
        if name not in CANONICAL_PARAMETERS or not given[name]:
            del given[name]
    return addresses.turned(request.path, given.urlencode())


def etag_of(*values: object) -> str:
    """An ETag that changes when any of the values or the site itself does."""
    known = repr((site_version(), settings.REPORTEDLY.site_name, settings.REPORTEDLY.base_url, *values))
    return f'W/"{hashlib.blake2b(known.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'


@cache
def site_version() -> str:
    """What the templates and static files are now, so that a changed site is not mistaken for the one before."""
    here = Path(__file__).parent
    files = sorted(file for file in here.rglob("*") if file.is_file() and file.suffix != ".pyc")
    marks = "".join(f"{file.relative_to(here)} {file.stat().st_size} {file.stat().st_mtime_ns}\n" for file in files)
    return version("reportedly") + hashlib.blake2b(marks.encode(), digest_size=8).hexdigest()
