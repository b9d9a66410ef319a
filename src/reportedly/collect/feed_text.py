"""From a feed's bytes to a tree that can be walked: decoded, mended, parsed without trust.

Real feeds lie about their encoding, carry control characters, bare ampersands and HTML's entities, and break off.
All of that is mended here, in time that grows with the length alone. A DOCTYPE is cut away before the parser sees it,
so no entity expands and nothing outside is loaded.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Mapping
from contextlib import suppress

from lxml import etree
from resiliparse.parse.encoding import detect_encoding

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which begins like it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_BOM = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What a text in no named encoding may be taken for by the look of its bytes. Others are too easily mistaken for each other.
_GUESSED = ("shift_jis", "euc_jp", "big5", "gb18030", "cp1251", "koi8-r")
_GUESSED_FROM = 50_000  # bytes
_OTHER_STARTS = tuple(mark for mark, name in (*_BOMS, *_WITHOUT_BOM) if name != "utf-8")
# Codecs a page or feed may name. Python knows others (punycode, unicode_escape, utf-7) that are slow or a way in.
_TRUSTED_CODEC = re.compile(
    r"utf-(8|16|32)(-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|gb\w*|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+"
    r"|johab|hz|tis-620|ptcp154|kz1048|hp-roman8"
)
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# C1 controls in a text are Windows-1252 that somebody called Latin-1; 0x85 alone is also a line end.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_C1_HELD = re.compile("[\x80-\x9f]")
_C1_AS_IS = re.compile(b"\xc2[\x80-\x9f]")
_C1_AS_NUMBER = re.compile(rb"&#(?:0*1[2-5][0-9]|[xX]0*[89][0-9a-fA-F]);")
_BLANK = b" \t\r\n\f\v\xef\xbb\xbf"
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_DOCTYPE_END = re.compile(r"\]\s*>")
_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z][\w.-]{0,30})\s+(?:"([^"<&%]{0,64})"|'([^'<&%]{0,64})')\s*>""")
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9.-]{0,31};)")
# Every entity but those of XML itself and of plainly legal characters.
_ENTITY_USED = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9][0-9]|16[0-9]|[2-9][0-9][0-9]|[1-9][0-9]{3}));)"
    r"(?:#([0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9.-]{0,31}));"
)


def start_of(body: bytes) -> int | None:
    """Where a text in UTF-8 begins, behind white space and its byte order mark; None when there is nothing else."""
    for at in range(0, len(body), 1 << 10):
        if rest := body[at : at + (1 << 10)].lstrip(_BLANK):
            return min(at + (1 << 10), len(body)) - len(rest)
    return None


def claims_utf8(body: bytes, content_type: str = "") -> bool:
    """Whether this would be read as UTF-8 if it turned out to be that: no other encoding is named, or one often is wrongly."""
    if body.startswith(_OTHER_STARTS):
        return False
    said = _CHARSET.search(content_type)
    declared = _DECLARED.match(body[:400])
    name = said[1] if said else declared[1].decode("ascii") if declared else "utf-8"
    return trusted_codec(name) in ("utf-8", "cp1252")


def may_hold_c1(body: bytes) -> bool:
    """Whether UTF-8 may hold C1 controls, as they are or as numbers."""
    at = body.find(b"\xc2")
    for _ in range(1000):  # step by step is soonest where there are few, as in most languages
        if at < 0:
            return _C1_AS_NUMBER.search(body) is not None
        if body[at + 1 : at + 2] < b"\xa0":
            return True
        at = body.find(b"\xc2", at + 2)
    return _C1_AS_IS.search(body, at) is not None or _C1_AS_NUMBER.search(body) is not None


def without_c1(text: str) -> str:
    """The text with what its C1 controls were meant to be: UTF-8 encoded twice, else Windows-1252."""
    if not _C1_HELD.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text.translate(_C1)


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a feed: by its BOM, else the HTTP charset, its XML declaration, UTF-8, its looks, Windows-1252."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WITHOUT_BOM:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    named = []
    if found := _CHARSET.search(content_type):
        named.append(found[1])
    if declared := _DECLARED.match(body[:400]):
        named.append(declared[1].decode("ascii"))
    for name in (*named, "utf-8"):
        codec = trusted_codec(name)
        if codec is None or codec.startswith(("utf-16", "utf-32")):
            continue
        try:
            # Hardly a text in Windows-1252 is also valid UTF-8, so what reads as UTF-8 is UTF-8, whatever it is called.
            return body.decode("utf-8" if codec == "cp1252" else codec)
        except UnicodeDecodeError:
            if codec == "cp1252":
                break
    text = body.decode("utf-8", "replace")
    multibyte = len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")
    if multibyte > 10 * text.count("\ufffd"):
        return text
    if not named and (guessed := detect_encoding(body[:_GUESSED_FROM])) in _GUESSED:
        with suppress(UnicodeDecodeError):
            return body.decode(str(guessed))
    return body.decode("cp1252", "replace")


def trusted_codec(name: str) -> str | None:
    """Python's name of an encoding that text may come in, in the wider form its users mean; None for any other."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return _WIDER.get(found, found) if _TRUSTED_CODEC.fullmatch(found) else None


def read_tree(text: str) -> tuple[etree._Element | None, bool]:
    """The root element of a feed's text, however broken, or None; and whether it is torn.

    Torn is a text whose tags do not match: what stood behind the tear may hang in the wrong element.
    """
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(mend(text).encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return None, True
    torn = any(error.type == etree.ErrorTypes.ERR_TAG_NAME_MISMATCH for error in parser.error_log)
    return (root if isinstance(root, etree._Element) else None), torn


def mend(text: str) -> str:
    """The text as XML could have been: no declaration or DOCTYPE, no forbidden characters, every & an entity of XML."""
    text = _NOT_XML.sub("", text)
    text = text[max(text.find("<"), 0) :]
    if text.startswith("<?xml"):
        text = text[text.find("?>") + 2 :] if "?>" in text[:500] else text[text.find(">") + 1 :]
    text, entities = _without_doctype(text)
    if "&" not in text and text.rfind("<![CDATA[") <= text.rfind("]]>"):
        return text
    out = []
    at = 0
    while True:
        # In a CDATA section an ampersand is a letter like any other.
        opening = text.find("<![CDATA[", at)
        closing = text.find("]]>", opening) if opening >= 0 else -1
        if closing < 0:  # no section, or one that never ends: read on as if it had not begun
            out.append(_mend_ampersands(text[at:].replace("<![CDATA[", ""), entities))
            return "".join(out)
        out.append(_mend_ampersands(text[at:opening], entities))
        out.append(text[opening : closing + 3])
        at = closing + 3


def without_controls(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _without_doctype(text: str) -> tuple[str, Mapping[str, str]]:
    """The text without its DOCTYPE, and the entities that one declared as plain short words."""
    found = _DOCTYPE.search(text, 0, 20_000)
    if not found:
        return text, {}
    plain_end = text.find(">", found.end())
    subset = text.find("[", found.end())
    if 0 <= subset < plain_end:
        closing = _DOCTYPE_END.search(text, subset)
        end = closing.end() if closing else len(text)
        entities = {
            entity[1]: entity[2] or entity[3] or "" for entity in _ENTITY.finditer(text, subset, min(end, 100_000))
        }
    else:
        end, entities = (plain_end + 1 if plain_end >= 0 else len(text)), {}
    return text[: found.start()] + text[end:], entities


def _mend_ampersands(text: str, entities: Mapping[str, str]) -> str:
    if "&" not in text:
        return text

    def as_xml(found: re.Match[str]) -> str:
        number, name = found[1], found[2]
        if name:
            if name in entities:
                return entities[name].replace("&", "&amp;").replace("<", "&lt;")
            character = html.entities.html5.get(f"{name};")
            return f"&amp;{name};" if character is None else _escape(character)
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        legal = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000
        return f"&#{code};" if legal else ""

    return _ENTITY_USED.sub(as_xml, _BARE.sub("&amp;", text))


def _escape(character: str) -> str:
    return character.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
