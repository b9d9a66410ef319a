"""Serve the sample wire from 127.0.0.1, in a thread, until the `with` block ends.

Promises: every link it gives out stays on itself; answers carry ETag and Last-Modified and honour conditional requests;
nothing changes by itself, and only `release_updates` brings in the corrected and withdrawn versions.
"""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType

from aiohttp import web

from reportedly.errors import UsageError
from reportedly.sample.loading import SampleSubject, load_sample
from reportedly.sample.site import Resource, build_site, feed_url, home_url

HOST = "127.0.0.1"
START_WITHIN_S = 30.0
STOP_WITHIN_S = 10.0


@dataclass(frozen=True, kw_only=True)
class SampleOutlet:
    """An outlet as it is served: what one needs to add it to a wire."""

    slug: str
    name: str
    home_url: str
    feed_url: str
    family: str
    country: str
    language: str


class SampleWire:
    """The sample, served while the `with` block lasts. Port 0 is any free one.

    Entering raises UsageError when the port is in use, BadSample when a file of the sample is broken.
    """

    def __init__(self, *, port: int = 0) -> None:
        self._port = port
        self._sample = load_sample()
        self._site: Mapping[str, Resource] = {}
        self._base_url = ""
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def __enter__(self) -> SampleWire:
        bound: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(bound,), name="sample-wire", daemon=True)
        self._thread.start()
        try:
            self._port = bound.result(START_WITHIN_S)
        except OSError as why:
            self._thread.join(STOP_WITHIN_S)
            if why.errno != errno.EADDRINUSE:
                raise
            raise UsageError(f"port {self._port} of {HOST} is in use; name another for the sample wire") from why
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._stop and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOP_WITHIN_S)

    @property
    def base_url(self) -> str:
        """Where it is served, without a slash at the end; "" before the `with` block."""
        return self._base_url

    @property
    def outlets(self) -> tuple[SampleOutlet, ...]:
        """Every outlet, with the addresses it has on this server."""
        return tuple(
            SampleOutlet(
                slug=outlet.slug,
                name=outlet.name,
                home_url=home_url(outlet, self._base_url),
                feed_url=feed_url(outlet, self._base_url),
                family=outlet.family,
                country=outlet.country,
                language=outlet.language,
            )
            for outlet in self._sample.outlets
        )

    @property
    def subjects(self) -> tuple[SampleSubject, ...]:
        """What the sample's reports are about, with the spellings its outlets use."""
        return self._sample.subjects

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is served, pages and feeds."""
        return tuple(self._site)

    def release_updates(self) -> None:
        """From now on the corrected and withdrawn reports stand in their second version, in pages and feeds."""
        self._site = build_site(self._sample, self._base_url, released=True)

    def _run(self, bound: Future[int]) -> None:
        try:
            asyncio.run(self._serve(bound))
        except OSError as why:
            bound.set_exception(why)
        finally:
            bound.cancel()  # whoever waits is let go, whatever happened; no effect once there is a result

    async def _serve(self, bound: Future[int]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port).start()
            port = int(runner.addresses[0][1])
            self._base_url = f"http://{HOST}:{port}"
            self._site = build_site(self._sample, self._base_url, released=False)
            bound.set_result(port)
            await self._stop.wait()
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        resource = self._site.get(request.path)
        if resource is None:
            return web.Response(status=404, text="There is no such page in the sample wire.\n")
        headers = {"ETag": resource.etag}
        if resource.modified:
            headers["Last-Modified"] = format_datetime(resource.modified.astimezone(UTC), usegmt=True)
        if is_unchanged(resource, request.headers):
            return web.Response(status=304, headers=headers)
        return web.Response(body=resource.body, headers=headers | {"Content-Type": resource.content_type})


def is_unchanged(resource: Resource, headers: Mapping[str, str]) -> bool:
    """Whether the asker has it already. An ETag, where given, outweighs a date (RFC 9110, 13.2.2)."""
    if (tags := headers.get("If-None-Match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or resource.etag in known
    if resource.modified is None or (since := headers.get("If-Modified-Since")) is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return _utc(moment) >= resource.modified.replace(microsecond=0)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
