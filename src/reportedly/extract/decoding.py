"""Bytes to characters, as readers of the page would have seen them.

In order of trust: a byte order mark; UTF-8 when the bytes are valid as such, whatever is declared (other encodings
hardly ever look like it by chance); the charset of the HTTP header; the page's own declaration; detection;
windows-1252. Control characters and NUL bytes, which no text needs, are dropped.
"""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.+-]{2,40})""", re.I)
IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w:.+-]{2,40})""", re.I)
DECLARED_WITHIN = 4096  # bytes in which a page's own declaration is looked for; the standard says 1024
FAULTY_SHARE = 0.02  # of the bytes above ASCII: with fewer faults than this, text is still what it is declared to be
DROPPED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
C1_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
TWICE_ENCODED = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
LONE_SURROGATES = re.compile("[\ud800-\udfff]")
ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page's bytes; bytes that mean nothing in its encoding come out as U+FFFD."""
    text = _decode(body, content_type)
    if not ODD.search(text):  # nearly always; one look is cheaper than three
        return text
    if C1_CONTROLS.search(text):  # no text has them, but UTF-8 that was once taken for Latin-1 and written again does
        text = TWICE_ENCODED.sub(_once, text)
    return LONE_SURROGATES.sub("\ufffd", DROPPED.sub("", text))


def _once(found: re.Match[str]) -> str:
    try:
        return found.group().encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _without_mark(body):
        return body.decode(wide, "replace")
    declared = _declared(body, content_type)
    if b"\x1b" in body and "iso2022_jp" in declared:  # ASCII bytes with shifts: valid UTF-8, and nonsense as such
        return body.decode("iso2022_jp", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for encoding in declared:
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") <= FAULTY_SHARE * _above_ascii(body):
            return text
    found = _codec(detect_encoding(body) or "")
    if found and found != "utf-8":
        text = body.decode(found, "replace")
        if text.count("\ufffd") <= FAULTY_SHARE * _above_ascii(body):
            return text
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= FAULTY_SHARE * 5 * _above_ascii(body):
        return text
    return body.decode("cp1252", "replace")


def _without_mark(body: bytes) -> str:
    """UTF-16 that lost its mark: markup with every second byte NUL."""
    start = body[:200]
    if len(start) >= 20 and start.count(0) * 5 >= len(start) * 2:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if max(even, odd) >= 4 * min(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the encodings that the header and the page declare, the header's first."""
    names = IN_HEADER.findall(content_type)
    names += [name.decode("ascii") for name in DECLARED.findall(body[:DECLARED_WITHIN])]
    return [codec for name in dict.fromkeys(names) if (codec := _codec(name))]


def _codec(name: str) -> str:
    """Python's name of the encoding that the web means by a label, or "" when there is none."""
    label = name.strip().lower()
    if label.startswith("iso-2022-jp"):
        return "iso2022_jp"
    meant = map_encoding_to_html5(label, fallback_utf8=False) or label
    try:
        codec = codecs.lookup(meant)
    except LookupError:
        return ""
    return codec.name if codec._is_text_encoding else ""


def _above_ascii(body: bytes) -> int:
    return len(body) - len(body.translate(None, bytes(range(0x80, 0x100))))
