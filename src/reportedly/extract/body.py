"""The report's own text, out of everything that stands on its page.

trafilatura finds the body. Where it finds nothing, or clearly too little of what the page holds, resiliparse is asked;
where the feed carries the whole text and the page less, the feed's is taken. What was left out between two paragraphs is
put back, and what is no part of the report is taken away.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import trafilatura
from lxml.etree import _Element
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import Document

from reportedly.extract.furniture import without_furniture
from reportedly.extract.gaps import fill_gaps
from reportedly.extract.markup import parse
from reportedly.extract.paragraphs import CUT, fold, paragraphs_of, tidy, without_repeats
from reportedly.extract.shown import Shown

FEW_CHARACTERS = 200  # a text shorter than this is doubted
RUNNING_TEXT = 800  # characters in one table cell that make it a layout's cell, not a table's
DOUBTED = 4000  # characters below which a second reader is asked; a long text is rarely half of one
SENTENCE = 80  # characters from which a line that ends like a sentence is one
SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
READERS = re.compile(r"comment|disqus|repl(?:y|ies)\b|respond|author-b|footer|newsletter|subscribe|related", re.I)
CLEARLY_MORE = 3  # times longer another reader's text must be to replace a doubted one
FULL_TEXT = 400  # characters from which a feed's content is taken for a whole text, not a teaser
FULLER = 1.3  # times longer the text that JSON-LD states must be; outlets often state only its beginning
MOSTLY = 0.85  # share of a text from which it counts as found
CUT_MARK = "\u22ef"  # stands for U+00A0 U+2026 while trafilatura reads: it would make a plain space of U+00A0
CUTS = re.compile("(?:\u00a0|&nbsp;|&#160;|&#xa0;)(?:…|&hellip;|&#8230;|&#x2026;)", re.I)
NO_SENTENCE = re.compile(r"(?:https?://\S+|\d{4}-\d{2}-\d{2}(?:T[\d:.+Z-]+)?|[-–—|*•·.]+)$")

logging.getLogger("trafilatura").setLevel(
    logging.CRITICAL
)  # it logs each page it finds nothing on; we say so ourselves


@dataclass(frozen=True)
class Body:
    """Paragraphs of a report, and where they were found ("body", "json-ld", "feed")."""

    paragraphs: tuple[str, ...] = ()
    where: str = "unknown"

    @property
    def length(self) -> int:
        """Characters of text."""
        return sum(map(len, self.paragraphs))


def find_body(shown: Shown, text: str, *, fed: Body, stated: str = "") -> Body:
    """The body of a page, or of the feed's entry where that holds more of it.

    `stated` is the text that the page's JSON-LD gives as its own, without paragraphs; "" when it gives none.
    """
    tree = shown.tree
    body = Body(without_link_ends(shown, from_trafilatura(tree, marks_cuts=bool(CUTS.search(text)))), "body")
    if len(stated) >= max(FULL_TEXT, FULLER * body.length) and _share_found(body, fold(stated)) < MOSTLY:
        body = from_stated(tree, stated) or body
    elif len(body.paragraphs) == 1 and stated and fold(body.paragraphs[0]) == fold(stated):
        body = Body(_lines_of_text(stated), "json-ld")  # trafilatura took it from there too, as one paragraph
    if body.where == "body":
        if body.length < DOUBTED:
            body = doubted(shown, text, body)
        whole = fill_gaps(shown, body.paragraphs)
        loose = shown.loose_links([fold(paragraph) for paragraph in whole])
        body = Body(without_furniture(whole, shown.links, loose_links=loose), "body")
    return fed if is_fuller(fed, body) else body


def doubted(shown: Shown, text: str, body: Body) -> Body:
    """A short body, or what resiliparse sees on the page where that is clearly more."""
    seen = from_resiliparse(text)
    if body.length < FEW_CHARACTERS and sum(map(len, seen)) > CLEARLY_MORE * body.length:
        return Body(seen, "body")
    return second_opinion(shown, seen, body)


def second_opinion(shown: Shown, seen: Sequence[str], body: Body) -> Body:
    """What resiliparse saw on the page, when that holds whole sentences half as long again; readers' comments apart."""
    marks, known = set(map(fold, seen)), fold("".join(body.paragraphs))
    lines = [
        (line, words)
        for (element, line), words in zip(shown.lines, shown.folded, strict=True)
        if words in marks and not _is_of_readers(element)
    ]
    new = sum(
        len(line)
        for line, words in lines
        if len(line) >= SENTENCE and SENTENCE_END.search(line) and words not in known and words not in shown.links
    )
    return (
        Body(without_link_ends(shown, without_repeats(line for line, _ in lines)), "body")
        if new > body.length / 2
        else body
    )


def _is_of_readers(element: _Element) -> bool:
    return any(
        READERS.search(" ".join(filter(None, (up.get("class"), up.get("id")))))
        for up in (element, *element.iterancestors())
        if up.tag not in ("body", "html")
    )


def from_stated(tree: _Element, stated: str) -> Body | None:
    """The lines of the page that make up the text its JSON-LD states; that text alone when the page does not show it."""
    whole = fold(stated)
    lines = without_repeats(
        line for line in paragraphs_of(tree) if len(line) > 1 and fold(line) and fold(line) in whole
    )
    body = Body(lines, "json-ld")
    if _share_found(body, whole) >= MOSTLY:
        return body
    return Body(_lines_of_text(stated), "json-ld") if body.length < len(whole) / 2 else None


def _lines_of_text(text: str) -> tuple[str, ...]:
    return without_repeats(line for part in text.splitlines() if (line := tidy(part)))


def _share_found(body: Body, whole: str) -> float:
    """How much of a folded text the paragraphs of a body make up."""
    return sum(len(line) for paragraph in body.paragraphs if (line := fold(paragraph)) in whole) / len(whole)


def without_link_ends(shown: Shown, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs without those at either end that are nothing but a link to somewhere else."""
    links = shown.links
    start, end = 0, len(paragraphs)
    while start < end and fold(paragraphs[start]) in links:
        start += 1
    while end > start and fold(paragraphs[end - 1]) in links:
        end -= 1
    return paragraphs[start:end] if start < end else paragraphs


def from_trafilatura(tree: _Element, *, marks_cuts: bool = True) -> tuple[str, ...]:
    """The paragraphs trafilatura finds; none when it gives up."""
    tree = copy(tree)
    marked = marks_cuts and _mark_cuts(tree)
    _open_layout_tables(tree)
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
    return _lines_of_text(plain)


def from_feed(feed_html: str) -> Body:
    """The text of a feed's entry, however its markup is broken."""
    tree, _ = parse(feed_html.encode("utf-8", "replace").decode("utf-8"))  # JSON can hold half a pair
    if tree is None:
        return Body()
    return Body(without_repeats(paragraphs_of(tree)), "feed")


def is_fuller(fed: Body, body: Body) -> bool:
    """Whether the feed holds the whole text of which the page gave nothing, or only a part."""
    if not body.paragraphs:
        return bool(fed.paragraphs)
    if fed.length < FULL_TEXT or fed.length <= body.length:
        return False
    whole = fold("".join(fed.paragraphs))
    known = [len(paragraph) for paragraph in body.paragraphs if fold(paragraph) in whole]
    return sum(known) >= 0.9 * body.length


def without_labels(paragraphs: Sequence[str], title: str) -> tuple[str, ...]:
    """The paragraphs without those that only say the title again, or are a bare address or moment in time."""
    name = fold(title)
    kept = tuple(line for line in paragraphs if (not name or fold(line) != name) and not NO_SENTENCE.match(line))
    return kept or tuple(paragraphs)


def link_share(shown: Shown, paragraphs: Sequence[str]) -> float:
    """How much of a text, by characters, is paragraphs that are nothing but links, or links in one long line."""
    links = shown.links
    lines = [fold(paragraph) for paragraph in paragraphs]
    if len(lines) > 2:
        linked = sum(len(line) for line in lines if line in links)
    else:  # a reader of last resort ran everything together
        whole = "".join(lines)
        linked = sum(len(link) for link in links if len(link) > 15 and link in whole)
    return linked / max(1, sum(map(len, lines)))


def _open_layout_tables(tree: _Element) -> None:
    """Make plain blocks of tables that hold running text: trafilatura flattens each cell to one line."""
    for cell in list(tree.iter("td")):
        if any(cell.find(f".//{tag}") is not None for tag in ("p", "div", "br")) and _length(cell) >= RUNNING_TEXT:
            for up in (cell, *cell.iterancestors("tr", "tbody", "table", "td")):
                up.tag = "div"


def _length(element: _Element) -> int:
    return sum(len(line) for line in paragraphs_of(element))


def _mark_cuts(tree: _Element) -> bool:
    marked = False
    for element in tree.iter():
        if element.text and CUT in element.text and isinstance(element.tag, str):
            element.text, marked = element.text.replace(CUT, CUT_MARK), True
        if element.tail and CUT in element.tail:
            element.tail, marked = element.tail.replace(CUT, CUT_MARK), True
    return marked
