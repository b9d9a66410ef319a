"""Answers of the public site: pages made from one value, and not made again for who has them already.

An answer's ETag is made from its bytes, so it changes when anything a reader sees does, and never otherwise.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

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
    if status != 200:
        response["Cache-Control"] = "no-store"
        return response
    return unless_known(request, response)


def plain(request: HttpRequest, body: bytes, content_type: str, *, changed: datetime | None = None) -> HttpResponse:
    """A feed or file as it is, or 304 for a reader who has it."""
    response = HttpResponse(body, content_type=content_type)
    if changed:
        response["Last-Modified"] = http_date(int(changed.timestamp()))
    return unless_known(request, response)


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its ETag, or 304 for a reader who has it."""
    etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    response["ETag"] = etag
    response["Cache-Control"] = CACHE
    changed = parse_http_date_safe(response["Last-Modified"]) if response.has_header("Last-Modified") else None
    known = get_conditional_response(request, etag=etag, last_modified=changed, response=response)
    return known if isinstance(known, HttpResponse) else response


def moved(path: str, request: HttpRequest) -> HttpResponse:
    """A permanent redirect to the one address of a page, keeping the query. Asked again each time: merging subjects
    can be undone, and browsers would remember it for ever."""
    response = HttpResponsePermanentRedirect(addresses.turned(path, request.META.get("QUERY_STRING", "")))
    response["Cache-Control"] = CACHE
    return response


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
