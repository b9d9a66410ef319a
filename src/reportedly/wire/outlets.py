"""Outlets: adding, finding, pausing and removing them.

Adding is idempotent: the same outlet, known by its slug, a feed or its home page, is filled in and not made twice.
Removing keeps what the outlet published: its reports stay, its feeds go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from reportedly.collect.guard import Guard
from reportedly.collect.opml import OpmlOutlet
from reportedly.errors import BlockedAddress, NoSuchOutlet, UsageError
from reportedly.wire.models import FeedSource, Outlet, Report, TakenPage

_SLUG_LENGTH = 80
_ANYWHERE = Guard(("0.0.0.0/0", "::/0"))  # checks an address's form; whether it may be reached is asked when it is


@transaction.atomic
def add_outlet(
    name: str | None,
    *,
    home_url: str = "",
    feed_urls: Sequence[str] = (),
    slug: str = "",
    family: str = "",
    country: str = "",
    language: str = "",
    now: datetime | None = None,
) -> Outlet:
    """The outlet with these feeds, made or filled in. Its feeds are due at once.

    Without a name, the host of its address is its name. What is given replaces what stood there; what is left out stays.
    Raises UsageError for what is no web address, no country, or a feed that is already another outlet's.
    """
    now = now or datetime.now(UTC)
    home_url = _web_address(home_url) if home_url else ""
    feeds = [_web_address(url) for url in feed_urls]
    if country and not re.fullmatch(r"[A-Za-z]{2}", country):
        raise UsageError(f"{country!r} is no country code; give two letters, such as NO")
    if slug and slugify(slug) != slug:
        raise UsageError(f"{slug!r} is no slug; give lower-case letters, digits and hyphens")
    if not (name or home_url or feeds):
        raise UsageError("an outlet needs a name, a home page or a feed")
    name = (name or "").strip()[:200]
    outlet = _known_outlet(slug, home_url, feeds, name)
    if outlet is None:
        name = name or _host(home_url or feeds[0])
        outlet = Outlet(slug=slug or _free_slug(name, home_url or (feeds[0] if feeds else "")), added=now)
    given = {"name": name, "home_url": home_url, "family": family.strip()[:200], "country": country.upper()}
    for field, value in {**given, "language": language.strip()[:35]}.items():
        if value:
            setattr(outlet, field, value)
    outlet.save()
    for url in feeds:
        feed, _ = FeedSource.objects.get_or_create(url=url, defaults={"outlet": outlet, "next_check": now})
        if feed.outlet_id != outlet.id:
            raise UsageError(f"{url} is already a feed of {feed.outlet.name}")
    return outlet


def find_outlet(name: str) -> Outlet:
    """The outlet of this slug, name, home page or feed. Raises NoSuchOutlet."""
    name = name.strip()
    if not name.strip("/"):
        raise NoSuchOutlet(name)
    addresses = {name, name.rstrip("/"), f"{name.rstrip('/')}/"}
    for known_as in (
        Q(slug=name.lower()),
        Q(name__iexact=name),
        Q(home_url__in=addresses),
        Q(pk__in=FeedSource.objects.filter(url__in=addresses).values("outlet_id")),
    ):
        if found := Outlet.objects.filter(known_as).order_by("id").first():
            return found
    raise NoSuchOutlet(name)


def pause_outlet(name: str) -> Outlet:
    """Ask this outlet for nothing until it is resumed. Raises NoSuchOutlet."""
    outlet = find_outlet(name)
    outlet.paused = True
    outlet.save(update_fields=["paused"])
    return outlet


@transaction.atomic
def resume_outlet(name: str, *, now: datetime | None = None) -> Outlet:
    """Ask this outlet again, from now on; feeds that were given up as gone, too. Raises NoSuchOutlet."""
    outlet = find_outlet(name)
    outlet.paused = False
    outlet.save(update_fields=["paused"])
    outlet.feeds.update(next_check=now or datetime.now(UTC), gone=False, failures_in_a_row=0)
    return outlet


@transaction.atomic
def remove_outlet(name: str) -> bool:
    """Stop collecting from the outlet: its feeds go. Raises NoSuchOutlet.

    True when the outlet went with them; one that ever gave us a page stays, paused, with all its reports.
    """
    outlet = find_outlet(name)
    outlet.feeds.all().delete()
    if TakenPage.objects.filter(outlet=outlet).exists() or Report.objects.filter(outlet=outlet).exists():
        outlet.paused = True
        outlet.save(update_fields=["paused"])
        return False
    outlet.delete()
    return True


# --- as a list that travels ------------------------------------------------------------------------------------------


def add_listed(listed: Iterable[OpmlOutlet], *, now: datetime | None = None) -> tuple[list[Outlet], list[str]]:
    """The outlets of an OPML list, added; and a sentence for each line that was set aside.

    Feeds under one name and home page become one outlet.
    """
    added: dict[int, Outlet] = {}
    set_aside = []
    for line in listed:
        try:
            outlet = add_outlet(
                line.name,
                home_url=_web_address_or_none(line.home_url),
                feed_urls=[line.feed_url],
                slug=line.slug,
                family=line.family,
                country=line.country,
                language=line.language,
                now=now,
            )
        except UsageError as why:
            set_aside.append(f"{line.name}: {why}")
            continue
        if line.paused and not outlet.paused:
            outlet.paused = True
            outlet.save(update_fields=["paused"])
        added[outlet.pk] = outlet
    return list(added.values()), set_aside


def as_listed() -> list[OpmlOutlet]:
    """Every feed of every outlet, as an OPML list holds it."""
    return [
        OpmlOutlet(
            name=outlet.name,
            feed_url=feed.url,
            home_url=outlet.home_url,
            slug=outlet.slug,
            family=outlet.family,
            country=outlet.country,
            language=outlet.language,
            paused=outlet.paused,
        )
        for outlet in Outlet.objects.order_by(Lower("name"), "pk").prefetch_related("feeds")
        for feed in sorted(outlet.feeds.all(), key=lambda feed: feed.pk)
    ]


# --- who is who ------------------------------------------------------------------------------------------------------


def _known_outlet(slug: str, home_url: str, feeds: Sequence[str], name: str) -> Outlet | None:
    if slug:
        return Outlet.objects.filter(slug=slug).first()
    if found := Outlet.objects.filter(feeds__url__in=feeds).order_by("id").first():
        return found
    if home_url:
        return Outlet.objects.filter(home_url=home_url).order_by("id").first()
    return Outlet.objects.filter(name__iexact=name).order_by("id").first() if name else None


def _free_slug(name: str, url: str) -> str:
    """A slug from the name, or from the host where the name has no Latin letter, that no outlet has yet."""
    wanted = _slugified(name) or _slugified(_host(url)) or "outlet"
    taken = set(Outlet.objects.filter(slug__startswith=wanted[: _SLUG_LENGTH - 8]).values_list("slug", flat=True))
    slug, number = wanted, 2
    while slug in taken:
        slug = f"{wanted[: _SLUG_LENGTH - 8].strip('-')}-{number}"
        number += 1
    return slug


def _slugified(text: str) -> str:
    return slugify(text.replace(".", "-"))[:_SLUG_LENGTH].strip("-")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _web_address_or_none(url: str) -> str:
    """A home page that is no web address costs an outlet its home page, not its place."""
    try:
        return _web_address(url) if url else ""
    except UsageError:
        return ""


def _web_address(url: str) -> str:
    try:
        return str(_ANYWHERE.checked(url))
    except BlockedAddress as why:
        raise UsageError(f"{url[:200]}: {why}") from why
