"""Page to report: the body, and each field with where it was found.

`extract` is a pure function of the page: no network, no clock, no disk. It may take long or crash its process on a
hostile page, which is why the service runs it in `reportedly.extract.workers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import lxml.html
from lxml.etree import XPath, _Element
from resiliparse.parse.lang import detect_fast

from reportedly.extract import jsonld
from reportedly.extract.body import FULL_TEXT, Body, find_body, from_feed, without_labels
from reportedly.extract.decoding import decode
from reportedly.extract.found import Found
from reportedly.extract.markup import parse
from reportedly.extract.metadata import Metadata, weigh
from reportedly.extract.notices import find_credit, find_notice
from reportedly.extract.paragraphs import plain
from reportedly.extract.rules import NO_RULES, OutletRule, OutletRules
from reportedly.extract.shown import Shown
from reportedly.extract.walls import Instead, what_instead
from reportedly.extract.witnesses import Witnesses, gather
from reportedly.values import Page, Reason, Report, SetAside

__all__ = ["extract"]

LARGEST = 16 << 20  # bytes of a page that are still read
MOST_ELEMENTS = 30_000  # a page with more takes its readers minutes, and is no report
HTML_TYPES = frozenset(
    {
        "",
        "text/html",
        "application/xhtml+xml",
        "application/octet-stream",
        "text/plain",
        "application/xml",
        "text/xml",
        "unknown/unknown",
    }
)
ELEMENTS = XPath("count(//*)")
SURE_OF_LANGUAGE = 800  # resiliparse's distance of a text from a language; below it the guess is nearly always right
FEEDS = (
    (b"<rss", "a feed"),
    (b"<feed", "a feed"),
    (b"<rdf:rdf", "a feed"),
    (b"<urlset", "a sitemap"),
    (b"<sitemapindex", "a sitemap"),
    (b"<svg", "an image"),
)
BINARIES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "sound or an image"),
    (b"PK\x03\x04", "a ZIP file"),
    (b"\x1f\x8b", "compressed"),
    (b"\x28\xb5\x2f\xfd", "compressed"),
    (b"\x7fELF", "a program"),
    (b"{", "JSON"),
    (b"[{", "JSON"),
)


def extract(page: Page, *, rules: OutletRules = NO_RULES) -> Report | SetAside:
    """Read the report out of a page, or say why there is none.

    Its text is that of the page, or of the feed's entry where the page gives none or only part of it. A rule for the
    page's outlet goes before everything else where it finds something.
    """
    found = extract_known(page, rule=rules.for_page(page))
    return found if isinstance(found, SetAside) else found[0]


def extract_known(page: Page, *, rule: OutletRule | None = None) -> tuple[Report, Metadata] | SetAside:
    """As `extract`, with what was known of the report before its times were put in UTC; the rule holds for any page."""
    fed = from_feed(page.entry.content_html) if page.entry and page.entry.content_html else Body()
    aside, text = why_unfit(page), ""
    if not aside:
        text = decode(page.body, page.content_type)
    tree, text = parse(text) if text else (None, "")
    if tree is None:
        if not fed.paragraphs:
            return aside or SetAside(url=page.url, reason=Reason.NOT_HTML, detail="there is no element in it")
        tree, text = lxml.html.Element("html"), ""
    if (elements := int(ELEMENTS(tree))) > MOST_ELEMENTS:
        return SetAside(url=page.url, reason=Reason.TOO_LARGE, detail=f"{elements:,} elements")
    witnesses = gather(tree, page.final_url or page.url)
    if rule:
        tree = rule.without_dropped(tree)
    shown = Shown(tree)
    ruled = Body(rule.paragraphs(tree), "rule") if rule else Body()
    body = ruled if ruled.paragraphs else _body_of(shown, text, witnesses, fed)
    if text and not ruled.paragraphs and (instead := what_instead(shown, witnesses, body, text)):
        if fed.length < FULL_TEXT:
            return SetAside(url=page.url, reason=Reason.NOT_A_REPORT, detail=str(instead))
        if instead != Instead.PAYWALL:
            return extract_known(replace(page, body=b""))  # nothing that such a page says is said of the report
        body = fed
    if not body.paragraphs:
        return SetAside(url=page.url, reason=Reason.NO_TEXT, detail="the page holds no running text")
    known = weigh(witnesses, page.entry, shown, now=page.fetched)
    if rule:
        known = _as_ruled(known, rule, tree, now=page.fetched)
    return _report(page, known, body), known


def _body_of(shown: Shown, text: str, witnesses: Witnesses, fed: Body) -> Body:
    return find_body(shown, text, fed=fed, stated=stated_text(witnesses)) if text else fed


def _as_ruled(known: Metadata, rule: OutletRule, tree: _Element, *, now: datetime) -> Metadata:
    """What is known, with the rule's own findings in place of it where it has any."""
    title, authors = rule.headline(tree), rule.authors(tree)
    day = rule.day(tree, known.language.value, now=now)
    return replace(
        known,
        title=Found(title, "rule") if title else known.title,
        authors=Found(authors, "rule") if authors else known.authors,
        published=Found(day, "rule") if day else known.published,
    )


def why_unfit(page: Page) -> SetAside | None:
    """Why a page cannot be read at all: it is empty, too large, or something other than HTML."""
    start = page.body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n\x0c\x00")[:512].lower()
    if not page.body.strip(b"\x00 \t\r\n\x0c"):
        return SetAside(url=page.url, reason=Reason.EMPTY, detail="the page has no content")
    if len(page.body) > LARGEST:
        return SetAside(url=page.url, reason=Reason.TOO_LARGE, detail=f"{len(page.body) / (1 << 20):.1f} MB")
    for magic, kind in BINARIES:
        if page.body.startswith(magic) and b"<html" not in start:
            return SetAside(url=page.url, reason=Reason.NOT_HTML, detail=f"it is {kind}")
    for sign, kind in FEEDS:
        if sign in start and b"<html" not in start:
            return SetAside(url=page.url, reason=Reason.NOT_HTML, detail=f"it is {kind}")
    declared = page.content_type.partition(";")[0].strip().lower()
    if declared not in HTML_TYPES and not (start.startswith(b"<!doctype html") or b"<html" in start):
        return SetAside(url=page.url, reason=Reason.NOT_HTML, detail=declared[:80])
    if b"<" not in page.body:
        return SetAside(url=page.url, reason=Reason.NOT_HTML, detail="it has no markup")
    return None


def stated_text(witnesses: Witnesses) -> str:
    """The text that the page's JSON-LD gives as the report's own, without markup; "" when it gives none."""
    thing = witnesses.report_thing
    said = jsonld.text(thing.get("articleBody")) if thing else ""
    return plain(said, keep_lines=True)


def _report(page: Page, known: Metadata, body: Body) -> Report:
    entry = page.entry
    paragraphs = without_labels(body.paragraphs, known.title.value)
    language = known.language if known.language.value else guess_language(paragraphs)
    authors = known.authors.value
    return Report(
        url=known.url,
        title=known.title.value,
        paragraphs=paragraphs,
        outlet=page.outlet,
        guid=entry.guid if entry else "",
        author="; ".join(authors) or None,
        published=known.published.value.at.astimezone(UTC) if known.published.value else None,
        published_is_day=known.published.value.is_day if known.published.value else False,
        modified=known.modified.at.astimezone(UTC) if known.modified else None,
        language=language.value,
        categories=known.categories,
        credit=find_credit(
            paragraphs,
            own_names=known.site_names,
            authors=authors,
            agency=known.agency,
            source_name=entry.source_name if entry else None,
        ),
        notice=find_notice(known.title.value, paragraphs),
        title_from=known.title.where,
        author_from=known.authors.where,
        published_from=known.published.where,
        text_from=body.where,
        language_from=language.where,
    )


def guess_language(paragraphs: Sequence[str]) -> Found[str | None]:
    """The language the words look like, when there are enough of them to tell."""
    sample = " ".join(paragraphs)[:2000]
    if len(sample) < 100:
        return Found(None)
    language, distance = detect_fast(sample)
    return Found(language, "guess") if distance < SURE_OF_LANGUAGE else Found(None)
