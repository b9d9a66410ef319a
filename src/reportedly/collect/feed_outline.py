"""A feed's outline: what it says of itself, and of each entry, still in the feed's own words.

Two parsers draw the same outline. Expat reads what is plainly written, many times faster than a tree is built; it refuses
everything else, at the first character that is not well-formed XML and at a DOCTYPE that defines or names anything. What it refused is
mended (`feed_text.mend`), read by lxml with recovery, and walked. Only the elements in `_READ` are kept, so what an
outline costs is bounded by what we read, and not by what a feed holds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from urllib.parse import urljoin
from xml.parsers import expat

from lxml import etree

from reportedly.collect import feed_text

Said = tuple[str, Mapping[str, str]]  # the text of an element, stripped, and its attributes

MOST_ENTRIES = 5_000
MOST_OF_A_KIND = 500  # elements of one name in one entry
DEEPEST = 200  # elements inside elements; no feed needs ten
MOST_TAGS = 300_000  # what stands behind them is not read: a tree costs a hundred times its text

XML_BASE = "http://www.w3.org/XML/1998/namespace}base}xml"
XML_LANG = "http://www.w3.org/XML/1998/namespace}lang}xml"
RDF_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#}about}rdf"

# The namespaces we read, under the prefix everybody gives them; a prefix nobody declared is taken at its word.
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://purl.org/net/rss1.1#": "",
}
_KNOWN = frozenset((*_PREFIXES.values(), "atom"))

_ENTRY, _ABOUT = "entry", "about"  # what holds entries, or is one
_HOLDERS = {
    **dict.fromkeys(("item", "entry"), _ENTRY),
    **dict.fromkeys(("channel", "items"), _ABOUT),
}
_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "item", "entry"})
_HTML = frozenset(
    {"title", "description", "summary", "dc:description", "itunes:summary", "media:description", "abstract"}
    | {"content:encoded", "content", "xhtml:body", "body", "xhtml:div", "fullitem"}
)
_TEXTS = frozenset(
    _HTML
    | {"dc:title", "media:title", "link", "guid", "id", "source", "language", "dc:language", "ttl", "name"}
    | {"pubdate", "published", "issued", "dcterms:issued", "date", "dc:date", "dcterms:date"}
    | {"updated", "modified", "dcterms:modified", "category", "dc:subject"}
    | {"author", "dc:creator", "dc:author", "creator", "itunes:author", "managingeditor"}
)
# Elements that hold others we read; those are kept under the name on the right.
_INSIDE = {
    ("author", "name"): "author",
    ("source", "title"): "source",
    **{
        (group, name): name
        for group in ("media:group", "media:content")
        for name in ("media:title", "media:description", "media:group", "media:content")
    },
}
_OPENED = frozenset(holder for holder, _ in _INSIDE)
_HOLLOW = ">"  # behind the name of an element that holds others, whose own words are nothing
_HELD = frozenset((_ENTRY, _ABOUT))
_LOST_PREFIX = re.compile(
    r"</(?:br|hr|img|wbr|input|source|embed)>|(</?)(?:xhtml|html|ns\d+):|\sxmlns(?::\w+)?=\"[^\"<>]*\""
)
_NTH_TAG = re.compile("<")
_LATER_ROOT = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)


class Part:
    """What the feed, or one entry, says: elements by their name, with the prefix everybody gives it."""

    __slots__ = ("attributes", "base", "said")

    def __init__(self, attributes: Mapping[str, str], base: str) -> None:
        self.said: dict[str, list[Said]] = {}
        self.attributes = attributes
        self.base = base  # where relative addresses start; "" when the feed does not say


class Outline:
    """`about` tells of the feed, the innermost holder first; `entries` are in the feed's own order."""

    def __init__(self) -> None:
        self.about: list[Part] = []
        self.entries: list[Part] = []


class _NotPlain(Exception):
    """The feed needs mending before it can be read."""


class _Enough(Exception):
    """The feed goes on, but no more of it is read."""


def plain_outline(body: bytes) -> Outline | None:
    """The outline of a feed in clean UTF-8 that is plainly written; None when it has to be mended first."""
    drawing = _Drawing(c1=feed_text.may_hold_c1(body))
    parser = expat.ParserCreate("utf-8", "}")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.buffer_size = 1 << 18

    def root(tag: str, attributes: dict[str, str]) -> None:
        drawing.root(tag, attributes)
        parser.StartElementHandler = drawing.start

    parser.StartElementHandler = root
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.words.append
    parser.StartDoctypeDeclHandler = _refuse_to_define
    with suppress(_Enough):
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, _NotPlain, ValueError):
            return None
    return drawing.outline


def mended_outline(text: str) -> tuple[Outline | None, bool]:
    """The outline of a feed's text, however broken, None when its root is no feed's; and whether it is torn."""
    text = _first_tags(text)
    outline, torn = _from_tree(text)
    if outline is None and (root := _LATER_ROOT.search(text, 1, 20_000)):
        return _from_tree(text[root.start() :])  # a warning in front, or what a proxy put there
    return outline, torn


# --- drawing it ------------------------------------------------------------------------------------------------------


class _Drawing:
    """Draws the outline, told of the root's start, then of each element's start, words and end."""

    __slots__ = ("_around", "_attributes", "_c1", "_here", "_left", "_names", "_open", "outline", "words")

    def __init__(self, *, c1: bool) -> None:
        self.outline = Outline()
        self.words: list[str] = []
        self._c1 = c1
        self._left = MOST_TAGS
        self._names = _Names()
        self._here = Part({}, "")
        self._around: list[Part] = []  # what goes on when this entry or channel ends
        self._open: list[str] = []  # the elements open in here, by what they are to us: "" when we do not read them
        self._attributes: Mapping[str, str] = {}  # of the last of them

    def root(self, tag: str, attributes: Mapping[str, str]) -> str:
        """Take note of the root."""
        local = _local(tag)
        if local not in _ROOTS:
            raise _NotPlain
        return self._hold(_HOLDERS.get(local, _ABOUT), attributes)

    def start(self, tag: str, attributes: Mapping[str, str]) -> str:
        """Take note of an element that begins. Returns what it is to us."""
        name = self._names[tag]
        self._left -= 1
        if not self._left:
            raise _Enough
        if self._open:
            name = self._inside(name)
        elif name in _HELD:
            return self._hold(name, attributes)
        self._open.append(name)
        self._attributes = attributes
        self.words.clear()
        return name

    def end(self, tag: str) -> None:
        """Take note of an element that ends."""
        if not self._open:
            self._here = self._around.pop()
            return
        name = self._open.pop()
        if name in _TEXTS:
            text = "".join(self.words).strip()
            if self._c1:
                text = feed_text.without_c1(text)
            said = self._here.said
            if name not in said:
                said[name] = [(text, self._attributes)]
            elif len(said[name]) < MOST_OF_A_KIND:
                said[name].append((text, self._attributes))

    def _inside(self, name: str) -> str:
        """What an element is to us that stands inside one that is no entry or channel."""
        outer = self._open[-1].removesuffix(_HOLLOW)
        if len(self._open) > DEEPEST or (outer and outer not in _OPENED):
            raise _NotPlain
        if outer:
            self._open[-1] = outer + _HOLLOW
        return _INSIDE.get((outer, name), "")

    def _hold(self, name: str, attributes: Mapping[str, str]) -> str:
        """Go on inside an entry or channel, to come back when it ends."""
        if attributes:
            attributes = {key if "}" in key else key.lower(): value for key, value in attributes.items()}
        base = attributes.get(XML_BASE) or attributes.get("base", "")
        part = Part(attributes, joined(self._here.base, base) if base else self._here.base)
        if name == _ABOUT:
            self.outline.about.insert(0, part)  # a channel tells more than the root around it
        elif len(self.outline.entries) < MOST_ENTRIES:
            self.outline.entries.append(part)
        else:
            raise _Enough
        self._around.append(self._here)
        self._here = part
        if len(self._around) > DEEPEST:
            raise _NotPlain
        return name


class _Names(dict[str, str]):
    """What an element is to us, by its name as a parser says it: "space}local}prefix", "space}local", "local"."""

    def __missing__(self, tag: str) -> str:
        space, _, rest = tag.partition("}") if "}" in tag else ("", "", tag)
        local, _, prefix = rest.partition("}")
        if space:
            prefix = _PREFIXES.get(space.lower(), prefix if prefix in _KNOWN else "?")
        else:
            prefix, _, local = local.rpartition(":")
        prefix, local = prefix.lower(), local.lower()
        if prefix == "atom":
            prefix = ""
        if prefix in ("", "rdf") and local in _HOLDERS:
            name = _HOLDERS[local]
        else:
            name = f"{prefix}:{local}" if prefix else local
        found = name if name in _TEXTS or name in _OPENED or name in _HELD else ""
        if len(self) < 1000:
            self[tag] = found
        return found


def _refuse_to_define(name: str, system: str | None, public: str | None, has_subset: int) -> None:
    """A DOCTYPE may stand there, but say nothing: neither entities, nor where some could be had."""
    if system or public or has_subset:
        raise _NotPlain


def _local(tag: str) -> str:
    """The name of an element without space or prefix, in lower case."""
    return (tag.split("}")[1] if "}" in tag else tag).rpartition(":")[2].lower()


def joined(base: str, address: str) -> str:
    """The address, made whole by where it stands; as it is when it cannot be."""
    address = address.strip()
    if not address or not base or address.startswith(("http://", "https://")):
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


# --- from a mended tree ----------------------------------------------------------------------------------------------


def _from_tree(text: str) -> tuple[Outline | None, bool]:
    root, torn = feed_text.read_tree(text)
    drawing = _Drawing(c1=True)
    if root is not None:
        with suppress(_NotPlain, _Enough):  # what stands too deep is not read
            _draw(root, drawing, drawing.root)
    return (drawing.outline if drawing.outline.about or drawing.outline.entries else None), torn


def _first_tags(text: str) -> str:
    last = next(islice(_NTH_TAG.finditer(text), MOST_TAGS, None), None) if text.count("<") > MOST_TAGS else None
    return text[: last.start()] if last else text


def _draw(element: etree._Element, drawing: _Drawing, start: Callable[[str, Mapping[str, str]], str]) -> None:
    attributes = {_said_by_expat(key, None): value for key, value in element.attrib.items()}
    name = start(_said_by_expat(element.tag, element.prefix), attributes)
    children = list(_children(element)) if name in _OPENED or name in _HELD else []
    for child in children:
        _draw(child, drawing, drawing.start)
    if name and not children:
        drawing.words.append(_words(element, name))
    drawing.end("")


def _said_by_expat(tag: str, prefix: str | None) -> str:
    """lxml's name of an element or attribute, as expat would say it."""
    if not tag.startswith("{"):
        return tag
    name = tag[1:]
    if prefix is None and name.startswith(
        ("http://www.w3.org/XML/1998/namespace}", "http://www.w3.org/1999/02/22-rdf-syntax-ns#}")
    ):
        prefix = "xml" if "XML" in name else "rdf"
    return f"{name}}}{prefix}" if prefix else name


def _children(element: etree._Element) -> Iterator[etree._Element]:
    children: Iterator[etree._Element] = element.iterchildren(etree.Element)
    return children


def _words(element: etree._Element, name: str) -> str:
    """The text of an element; of one that holds HTML as elements, that HTML."""
    if not len(element):
        return element.text or ""
    if name == "title":
        for hidden in element.iter("{*}script", "{*}style"):
            hidden.text = ""
    if name not in _HTML or name == "title":
        return "".join(str(part) for part in element.itertext(etree.Element))
    children = list(_children(element))
    if element.get("type") == "html" and len(children) == 1 and not len(children[0]) and children[0].text:
        return str(children[0].text)  # TypePad's: escaped HTML inside a div
    inner = [html.escape(element.text or "", quote=False)]
    for child in element:
        etree.cleanup_namespaces(child)
        inner.append(etree.tostring(child, encoding="unicode", method="html"))
    return _LOST_PREFIX.sub(lambda found: found[1] or "", "".join(inner))
