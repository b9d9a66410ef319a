"""Undo a transport coding as the bytes come, and stop at a cap: a bomb costs us the cap, not its size."""

from __future__ import annotations

import zlib

import brotli

CODINGS = "gzip, deflate, br"  # what we ask for, as Accept-Encoding says it
_STEP = 1 << 16


class TooLarge(Exception):
    """The decoded bytes outgrew the cap."""


class BadCoding(Exception):
    """The bytes are not in the coding they claim, or one we do not read."""


class Body:
    """The decoded bytes of one answer. `coding` is its Content-Encoding, `limit` the most bytes, coded or decoded."""

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding.strip().lower()
        if self._coding not in ("", "identity", "gzip", "x-gzip", "deflate", "br"):
            raise BadCoding(f"content coding {self._coding[:40]}")
        self._limit = limit
        self._came = 0
        self._head = b""  # until it is long enough to tell what it is
        self._stream: _Stream | None = None
        self._decoded = bytearray()

    @property
    def size(self) -> int:
        """How many bytes there are already, decoded."""
        return len(self._decoded)

    def add(self, chunk: bytes) -> None:
        """Take the next bytes from the wire. Raises TooLarge, BadCoding."""
        self._came += len(chunk)
        if self._came > self._limit:
            raise TooLarge
        if self._stream is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk, self._head = self._head, b""
            self._stream = _stream(self._coding, chunk)
        self._stream.feed(chunk, self._decoded, self._limit)

    def whole(self) -> bytes:
        """All of it, now that the wire has ended. Raises BadCoding when the coded bytes broke off."""
        if self._stream is not None and not self._stream.ended:
            raise BadCoding("its compressed bytes break off")
        return self.so_far()

    def so_far(self) -> bytes:
        """What came before the end, or before the cap."""
        return bytes(self._decoded[: self._limit]) + self._head


class _Stream:
    """Bytes that are what they are."""

    ended = True

    def feed(self, chunk: bytes, out: bytearray, limit: int) -> None:
        out += chunk
        if len(out) > limit:
            raise TooLarge


class _Zlib(_Stream):
    """gzip (of several members, too) and deflate (with and without its header)."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._member = zlib.decompressobj(window)
        self.ended = False

    def feed(self, chunk: bytes, out: bytearray, limit: int) -> None:
        try:
            while chunk:
                if self.ended:
                    if self._window < 16 or not chunk.lstrip(b"\0"):
                        return  # padding behind the end
                    self._member, self.ended = zlib.decompressobj(self._window), False
                room = min(limit - len(out) + 1, _STEP)
                out += self._member.decompress(chunk, room)
                if len(out) > limit:
                    raise TooLarge
                self.ended = self._member.eof
                chunk = self._member.unused_data if self.ended else self._member.unconsumed_tail
        except zlib.error as why:
            raise BadCoding("its compressed bytes are damaged") from why


class _Brotli(_Stream):
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self.ended = False

    def feed(self, chunk: bytes, out: bytearray, limit: int) -> None:
        try:
            while True:
                out += self._decompressor.process(chunk, output_buffer_limit=_STEP)
                if len(out) > limit:
                    raise TooLarge
                if self._decompressor.is_finished() or self._decompressor.can_accept_more_data():
                    break
                chunk = b""
        except brotli.error as why:
            raise BadCoding("its compressed bytes are damaged") from why
        self.ended = self._decompressor.is_finished()


def _stream(coding: str, head: bytes) -> _Stream:
    if coding in ("gzip", "x-gzip") and head.startswith(b"\x1f\x8b"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if coding == "deflate":
        has_header = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
        return _Zlib(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
    if coding == "br":
        return _Brotli()
    return _Stream()  # also what is called gzip and is not: some servers say it of everything
