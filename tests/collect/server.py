"""A small server of misbehaviours on 127.0.0.1, and the client that talks to it."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache

import brotli
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from reportedly.collect.client import FetchRules

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
LAST_CHANGE = "Mon, 02 Nov 2026 08:00:00 GMT"


class Misbehaving:
    """What each path does, and every request that came, as (path, headers)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0
        self.robots: Callable[[], web.Response] = lambda: web.Response(status=404)
        self.pages: dict[str, Callable[[web.Request], web.StreamResponse]] = {}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """The paths asked for, robots.txt apart."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.headers)))
        if request.path == "/robots.txt":
            return self.robots()
        if request.path in self.pages:
            return self.pages[request.path](request)
        name, _, rest = request.path.strip("/").partition("/")
        misbehave = getattr(self, f"_{name.replace('-', '_')}", None)
        if misbehave is None:
            return web.Response(status=404)
        result: web.StreamResponse = await misbehave(request, rest)
        return result

    async def _page(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(text="<p>The ferry sailed.</p>", content_type="text/html", charset="utf-8")

    async def _feed(self, request: web.Request, rest: str) -> web.StreamResponse:
        same = request.headers.get("If-None-Match") == '"v1"'
        headers = {"ETag": '"v1"', "Last-Modified": LAST_CHANGE, "Cache-Control": "public, max-age=600"}
        return web.Response(status=304 if same else 200, headers=headers, body=None if same else b"<rss/>")

    async def _status(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(status=int(rest), headers=dict(request.query), text="no")

    async def _hops(self, request: web.Request, rest: str) -> web.StreamResponse:
        """/hops/3?status=301 redirects three times, then shows a page."""
        left, status = int(rest), int(request.query.get("status", "302"))
        target = f"/hops/{left - 1}?status={status}" if left > 1 else "/page"
        return web.Response(status=status, headers={"Location": target})

    async def _circle(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/circle/b" if rest == "a" else "/circle/a"})

    async def _to(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": request.query["target"]})

    async def _nowhere(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(status=302)

    async def _bomb(self, request: web.Request, rest: str) -> web.StreamResponse:
        """/bomb/gzip: 300 MB of zeros, compressed."""
        return web.Response(body=a_bomb(rest), headers={"Content-Encoding": rest}, content_type="text/html")

    async def _packed(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(
            body=PACKED[rest], headers={"Content-Encoding": rest.split("-")[0]}, content_type="text/html"
        )

    async def _large(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(body=b"x" * int(rest), content_type="text/html")

    async def _drip(self, request: web.Request, rest: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.02)

    async def _endless(self, request: web.Request, rest: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async def _short(self, request: web.Request, rest: str) -> web.StreamResponse:
        """Says it is 1,000 bytes long, sends four and hangs up."""
        response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"four")
        assert request.transport is not None
        request.transport.close()
        return response

    async def _hangup(self, request: web.Request, rest: str) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def _garbage(self, request: web.Request, rest: str) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        request.transport.close()
        return web.Response()

    async def _reset(self, request: web.Request, rest: str) -> web.StreamResponse:
        """Resets the connection instead of closing it; /reset/late only in the middle of the body."""
        if rest == "late":
            response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b"four")
        assert request.transport is not None
        there = request.transport.get_extra_info("socket")
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
        return web.Response()

    async def _raw(self, request: web.Request, rest: str) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(RAW[rest])
        request.transport.close()
        return web.Response()

    async def _mute(self, request: web.Request, rest: str) -> web.StreamResponse:
        """Takes the question and never says a word."""
        await asyncio.sleep(3600)
        return web.Response()

    async def _drip_headers(self, request: web.Request, rest: str) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\n")
        while not request.transport.is_closing():
            request.transport.write(b"X-More: x\r\n")
            await asyncio.sleep(0.02)
        return web.Response()

    async def _refuse_slowly(self, request: web.Request, rest: str) -> web.StreamResponse:
        """403, with a page that never ends: dripping, or flooding."""
        response = web.StreamResponse(status=403, headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" if rest == "drip" else b"x" * 65536)
            await asyncio.sleep(0.02 if rest == "drip" else 0)

    async def _further(self, request: web.Request, rest: str) -> web.StreamResponse:
        """Redirects to an address that was never asked for before, for ever."""
        return web.Response(status=301, headers={"Location": f"/further/{int(rest or 0) + 1}"})

    async def _picture(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(body=b"\x89PNG", content_type="image/png")

    async def _empty(self, request: web.Request, rest: str) -> web.StreamResponse:
        return web.Response(body=b"", content_type="text/html")


RAW = {
    "longer": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nfour and more than it said",
    "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nfour",
    "minus": b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nfour",
    "chunks": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfour\r\n",
    "chunks-cut": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nfour",
    "status": b"HTTP/1.1 two hundred OK\r\n\r\n",
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X-More: x\r\n" * 200_000 + b"\r\n",
    "header": b"HTTP/1.1 200 OK\r\nX-More: " + b"x" * (1 << 20) + b"\r\n\r\n",
    "nul": b"HTTP/1.1 200 OK\r\nX-\0: x\r\nContent-Length: 0\r\n\r\n",
}


@cache
def a_bomb(coding: str) -> bytes:
    """300 MB of zeros, compressed."""
    megabyte = bytes(1 << 20)
    if coding == "br":
        brotli_out = brotli.Compressor(quality=5)
        return b"".join(brotli_out.process(megabyte) for _ in range(300)) + brotli_out.finish()
    out = zlib.compressobj(6, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    return b"".join(out.compress(megabyte) for _ in range(300)) + out.flush()


FERRY = b"<p>The ferry sailed.</p>" * 40
_raw = zlib.compressobj(wbits=-15)
PACKED = {
    "gzip": gzip.compress(FERRY),
    "gzip-twice": gzip.compress(FERRY[:100]) + gzip.compress(FERRY[100:]) + bytes(9),
    "gzip-not": FERRY,
    "gzip-cut": gzip.compress(FERRY)[:-20],
    "gzip-damaged": gzip.compress(FERRY)[:-8] + b"\0" * 8,
    "deflate": zlib.compress(FERRY),
    "deflate-raw": _raw.compress(FERRY) + _raw.flush(),
    "br": brotli.compress(FERRY),
    "br-cut": brotli.compress(FERRY)[:-8],
    "zstd": b"(\xb5/\xfd",
    "identity": FERRY,
}


class LoopbackNames(AbstractResolver):
    """A DNS in which every name is this machine: as many hosts as a test needs, on one port."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def misbehaving(there: Misbehaving | None = None) -> AsyncIterator[Misbehaving]:
    """The server, on a port of its own, for as long as the block lasts."""
    there = there or Misbehaving()
    app = web.Application()
    app.router.add_route("GET", "/{path:.*}", there.answer)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    there.port = runner.addresses[0][1]
    try:
        yield there
    finally:
        await runner.cleanup()


def some_rules(**chosen: object) -> FetchRules:
    """Rules of a client that may reach this machine and does not dawdle."""
    given: dict[str, object] = {
        "user_agent": "reportedly/1.0 (+desk@wire.example)",
        "pace_s": 0,
        "allow": ("127.0.0.0/8",),
    }
    return FetchRules(**{**given, **chosen})  # type: ignore[arg-type]
