"""The report's own text, out of everything that stands on its page.

trafilatura finds the body. Where it finds nothing, or clearly too little of what the page holds, resiliparse is asked;
where the feed carries the whole text and the page less, the feed's is taken.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import lxml.html
import trafilatura
from lxml.etree import LxmlError, ParserError, _Element
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import Document

from reportedly.extract.paragraphs import CUT, fold, paragraphs_of, tidy, without_repeats

FEW_CHARACTERS = 200  # a text shorter than this is doubted
CLEARLY_MORE = 3  # times longer another reader's text must be to replace a doubted one
FULL_TEXT = 400  # characters from which a feed's content is taken for a whole text, not a teaser
CUT_MARK = "\u22ef"  # stands for U+00A0 U+2026 while trafilatura reads: it would make a plain space of U+00A0
WORDS = re.compile(r"\w+")

logging.getLogger("trafilatura").setLevel(
    logging.CRITICAL
)  # it logs each page it finds nothing on; we say so ourselves


@dataclass(frozen=True)
class Body:
    """Paragraphs of a report, and who found them ("body", "feed")."""

    paragraphs: tuple[str, ...] = ()
    where: str = "unknown"

    @property
    def length(self) -> int:
        """Characters of text."""
        return sum(map(len, self.paragraphs))


def parse(text: str) -> _Element | None:
    """The page as a tree; None when there is no element in it."""
    parser = lxml.html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        tree: _Element = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (ParserError, LxmlError):
        return None
    return tree


def find_body(tree: _Element, text: str, fed: Body) -> Body:
    """The body of a page, or of the feed's entry where that holds more of it."""
    body = Body(from_trafilatura(tree), "body")
    if body.length < FEW_CHARACTERS:
        other = Body(from_resiliparse(text), "body")
        if other.length > CLEARLY_MORE * body.length:
            body = other
    return fed if is_fuller(fed, body) else body


def from_trafilatura(tree: _Element) -> tuple[str, ...]:
    """The paragraphs trafilatura finds; none when it gives up."""
    tree = copy(tree)
    marked = _mark_cuts(tree)
    found = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False)
    if not isinstance(found, Document) or found.body is None:
        return ()
    paragraphs = paragraphs_of(found.body)
    if marked:
        paragraphs = tuple(paragraph.replace(CUT_MARK, CUT) for paragraph in paragraphs)
    return without_repeats(paragraphs)


def from_resiliparse(text: str) -> tuple[str, ...]:
    """The main content as resiliparse sees it, one paragraph a line."""
    plain = extract_plain_text(text, main_content=True, preserve_formatting=True, list_bullets=False, alt_texts=False)
    return without_repeats(line for part in plain.splitlines() if (line := tidy(part)))


def from_feed(feed_html: str) -> Body:
    """The text of a feed's entry."""
    try:
        root = lxml.html.fragment_fromstring(feed_html, create_parent="div")
    except (ParserError, LxmlError, ValueError):
        return Body()
    return Body(without_repeats(paragraphs_of(root)), "feed")


def is_fuller(fed: Body, body: Body) -> bool:
    """Whether the feed holds the whole text of which the page gave nothing, or only a part."""
    if not body.paragraphs:
        return bool(fed.paragraphs)
    if fed.length < FULL_TEXT or fed.length <= body.length:
        return False
    whole = fold("".join(fed.paragraphs))
    known = [len(paragraph) for paragraph in body.paragraphs if fold(paragraph) in whole]
    return sum(known) >= 0.9 * body.length


def without_title(paragraphs: Sequence[str], title: str) -> tuple[str, ...]:
    """The paragraphs without those in front that only say the title again."""
    name = fold(title)
    start = 0
    while name and start < min(2, len(paragraphs) - 1) and fold(paragraphs[start]) == name:
        start += 1
    return tuple(paragraphs[start:])


def link_share(tree: _Element, paragraphs: Sequence[str]) -> float:
    """How much of a text, by paragraphs, is nothing but links."""
    links = {fold("".join(map(str, link.itertext()))) for link in tree.iter("a")} - {""}
    return sum(fold(paragraph) in links for paragraph in paragraphs) / len(paragraphs) if paragraphs else 0.0


def _mark_cuts(tree: _Element) -> bool:
    marked = False
    for element in tree.iter():
        if element.text and CUT in element.text and isinstance(element.tag, str):
            element.text, marked = element.text.replace(CUT, CUT_MARK), True
        if element.tail and CUT in element.tail:
            element.tail, marked = element.tail.replace(CUT, CUT_MARK), True
    return marked
