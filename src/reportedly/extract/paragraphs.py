"""Markup to paragraphs: one line of text each, in the order of the page.

A block element always ends a paragraph. Inside one, runs of white space become a single space, and quotation marks and
entities stay as they are. U+00A0 becomes a space too, except before an ellipsis, where it tells "cut here" from
"trailed off". Works on HTML and on the TEI-like trees that trafilatura returns.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from lxml.etree import _Element

_INLINE = """
    a abbr acronym b bdi bdo big cite code data del dfn em font g hi i ins kbd mark nobr o q ref rp rt ruby s samp
    small span strike strong sub sup time tt u var wbr"""
_SILENT = """
    audio base button canvas datalist embed graphic iframe input link map math meta nav noembed noframes noscript
    object option param picture script select source style svg template textarea title track video"""
INLINE = frozenset(_INLINE.split())
SILENT = frozenset(_SILENT.split())
NEVER_CLOSED = frozenset({"button", "object", "picture", "video"})  # now and then; then what follows stands in them
BREAKS = frozenset({"br", "lb"})
CELLS = frozenset({"td", "th", "cell"})
ENDS_SENTENCE = re.compile(r"[.!?:;…。！？؟][\"'”’»)\]]*$")
MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
SEAM = "\x1f"  # white space, to all who strip or split
CUT = "\u00a0…"


def paragraphs_of(root: _Element) -> tuple[str, ...]:
    """The paragraphs of an element, without empty ones."""
    return tuple(line for _, line in lines_of(root))


def lines_of(root: _Element) -> Iterator[tuple[_Element, str]]:
    """The paragraphs of an element, each with the element in which it begins."""
    return ((element, line) for element, line, _ in lines_both(root))


def lines_both(root: _Element) -> Iterator[tuple[_Element, str, str]]:
    """The paragraphs of an element, each with the element in which it begins, and once more with its inline parts apart.

    Style sheets set bylines as columns without writing a space between them.
    """
    line: list[str] = []
    owner = root

    def ended() -> Iterator[tuple[_Element, str, str]]:
        if line:
            joined = "".join(line)
            if SEAM not in joined:
                if text := tidy(joined).strip("|").strip():
                    yield owner, text, text
            elif text := tidy(joined.replace(SEAM, "")).strip("|").strip():
                yield owner, text, tidy(joined.replace(SEAM, " ")).strip("|").strip()
            line.clear()

    # No recursion: a page may nest deeper than Python's stack.
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        block = bool(tag) and tag not in INLINE and tag not in BREAKS and tag not in CELLS
        if leaving:
            if block:
                yield from ended()
            elif line:
                line.append(SEAM)
            if element is not root and element.tail:
                if not any(part.strip() for part in line):
                    above = element.getparent()
                    owner = root if above is None else above
                line.append(element.tail)
            continue
        stack.append((element, True))
        if not tag or (tag in SILENT and not (tag in NEVER_CLOSED and element.find(".//p") is not None)):
            continue
        if tag in BREAKS:
            # A single line break may stand inside a sentence (a poem, an address); two, or one after a full stop, not.
            before = "".join(line).rstrip(f" \t\n\r{SEAM}")
            if not before or ENDS_SENTENCE.search(before) or before.endswith("\v"):
                yield from ended()
            else:
                line.append("\v")
        elif tag in CELLS:
            if any(part.strip() for part in line):
                line.append(" | ")
        elif block:
            yield from ended()
        if element.text:
            if not any(part.strip() for part in line):
                owner = element
            line.append(element.text)
        stack.extend((child, False) for child in reversed(element))
    yield from ended()


def tidy(text: str) -> str:
    """One line with single spaces."""
    text = text.replace("\u00ad", "").replace("\u200b", "")
    if CUT in text:
        return CUT.join(" ".join(part.split()) for part in text.split(CUT))
    return " ".join(text.split())


def plain(text: str, *, keep_lines: bool = False) -> str:
    """The text without markup and with its entities read: a field's value is often escaped once more than its page."""
    if "&" in text or "<" in text:
        text = html.unescape(text)
        text = MARKUP.sub("\n" if keep_lines else "", text)
    return text if keep_lines else tidy(text)


def fold(text: str) -> str:
    """Letters and digits alone, for comparing two texts that may differ in case, marks and spaces."""
    return re.sub(r"[\W_]+", "", text).casefold()


def without_repeats(paragraphs: Iterable[str], *, longer_than: int = 40) -> tuple[str, ...]:
    """The paragraphs, each long one once: a page that repeats itself repeats its layout, not its news."""
    seen: set[str] = set()
    kept = []
    for paragraph in paragraphs:
        if len(paragraph) > longer_than:
            if paragraph in seen:
                continue
            seen.add(paragraph)
        kept.append(paragraph)
    return tuple(kept)
