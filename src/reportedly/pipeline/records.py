"""Reports that come as records: text with fields, no page around it.

A record is a JSON object. It travels through the line as a Page whose body is that object, so that a line of a file
that is no record at all is still a page taken in, and is set aside with a reason like any other.

    guid, or id, doc_id, page_id    the outlet's own identity for it
    url
    title
    text, articleBody or body       title, then paragraphs, one a line; the title may be left out here
    paragraphs                      instead of text: a list
    html                            instead of text: a page, or the part of one that holds the text
    published, or date              ISO 8601, RFC 822, or seconds since 1970; a day alone is a day; no zone is UTC
    modified, author, language, located, categories, credit, notice
    embargoed                       no report of it is made before this time

An item of ninjs, which is a JSON object too, is read as what it is (`formats_ninjs`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any

from reportedly.errors import BadValue
from reportedly.pipeline.formats_ninjs import is_ninjs, record_of_ninjs
from reportedly.values import FeedEntry, Notice, Page, Reason, Report, SetAside, Withdrawal

RECORD_TYPE = "application/x-reportedly+json"
GAP_TYPE = "application/x-reportedly-gap"

_IDS = ("guid", "id", "doc_id", "page_id")
_TEXTS = ("text", "articleBody", "body")
_TITLE_LIMIT = 200  # characters of a first line that can serve as the title of a text without one
_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_EDGES = " \t"  # not U+00A0: a record cut elsewhere ends in U+00A0 and "…", and says so


def page_of_record(record: Mapping[str, Any], *, outlet: str, fetched: datetime, named: str = "") -> Page:
    """The record as a page of this outlet. `named` is what a person is told it is called, where it has no address.

    A record with HTML instead of text becomes a page of HTML, which is read like any other.
    """
    try:
        url = _said(record, "url")
        if _said(record, "html") and not any(record.get(name) for name in (*_TEXTS, "paragraphs")):
            return _page_of_html(record, url, outlet, fetched, named)
    except _BadField:
        url = ""  # said again, as a reason, when the record is read
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return page_of_line(body, outlet=outlet, fetched=fetched, named=url or named)


def page_of_line(line: bytes, *, outlet: str, fetched: datetime, named: str) -> Page:
    """A line that should be a record, as a page. Whether it is one comes out when it is read."""
    return Page(url=named, body=line, fetched=fetched, content_type=RECORD_TYPE, outlet=outlet)


def page_of_gap(why: str, *, outlet: str, fetched: datetime, named: str) -> Page:
    """What of a file cannot be read, as a page: it is taken in, and set aside with the reason, like any other."""
    return Page(url=named, body=why.encode(), fetched=fetched, content_type=GAP_TYPE, outlet=outlet)


def why_a_gap(page: Page) -> SetAside:
    """The reason that a page of `GAP_TYPE` holds."""
    return SetAside(url=page.url, reason=Reason.UNREADABLE, detail=page.body.decode())


def report_of_record(page: Page) -> Report | SetAside:
    """The report that a page of `RECORD_TYPE` holds, or why it holds none."""
    try:
        record = json.loads(page.body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as why:
        return _bad(page, f"not JSON: {why}")
    if not isinstance(record, dict):
        return _bad(page, "not a JSON object")
    return report_of(record_of_ninjs(record) if is_ninjs(record) else record, page)


def report_of(record: Mapping[str, Any], page: Page) -> Report | SetAside:
    """The report that the record is, taken in as this page, or why it is none."""
    try:
        title, paragraphs = _title_and_paragraphs(record)
        embargoed, _ = _time(record, "embargoed")
        if embargoed and embargoed > page.fetched:
            return SetAside(url=page.url, reason=Reason.EMBARGOED, detail=f"until {embargoed:%Y-%m-%d %H:%M} UTC")
        notice = _notice(record)
        if not paragraphs:
            _said(record, "html")  # HTML that is text was read as a page; anything else under that name is refused
            if notice is Notice.WITHDRAWN:
                return Withdrawal(url=_said(record, "url") or page.url, guid=guid_of(record))
            return SetAside(url=page.url, reason=Reason.NO_TEXT, detail="no text, paragraphs or html in the record")
        published, is_day = _time(record, "published", "date")
        return Report(
            url=_said(record, "url"),
            guid=guid_of(record),
            outlet=page.outlet,
            title=title,
            paragraphs=paragraphs,
            author=_said(record, "author", "byline") or None,
            published=published,
            published_is_day=is_day,
            modified=_time(record, "modified", "updated")[0],
            language=_said(record, "language") or None,
            located=_said(record, "located") or None,
            categories=_words(record, "categories"),
            credit=_said(record, "credit") or None,
            notice=notice,
            title_from="record" if _said(record, "title") else "body",
            author_from="record" if _said(record, "author", "byline") else "unknown",
            published_from="record" if published else "unknown",
            text_from="record",
            language_from="record" if _said(record, "language") else "unknown",
        )
    except _BadField as why:
        return _bad(page, str(why))


def guid_of(record: Mapping[str, Any]) -> str:
    """The outlet's own identity for the record, "" when it gives none. A guid that is given counts even when empty.

    Raises BadValue when it is no text.
    """
    if "guid" in record:
        return _said(record, "guid")
    return _said(record, *_IDS)


# --- fields ----------------------------------------------------------------------------------------------------------


class _BadField(BadValue):
    """A field of the wrong kind, as one clause for a person."""


def _bad(page: Page, why: str) -> SetAside:
    return SetAside(url=page.url, reason=Reason.BAD_RECORD, detail=why)


def _title_and_paragraphs(record: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    title = " ".join(_lines(_said(record, "title")))
    given = record.get("paragraphs")
    if given:
        if not isinstance(given, list) or not all(isinstance(part, str) for part in given):
            raise _BadField("paragraphs is not a list of texts")
        lines = [line for part in given for line in _lines(part)]
    else:
        lines = _lines(_said(record, *_TEXTS))
        if title and lines and lines[0] == title:
            lines = lines[1:]
    if title or not lines:
        return title, tuple(lines)
    first = lines[0]
    if len(first) <= _TITLE_LIMIT:
        return first, tuple(lines[1:]) or (first,)
    return first[: first.rfind(" ", 0, _TITLE_LIMIT) if " " in first[:_TITLE_LIMIT] else _TITLE_LIMIT] + " …", tuple(
        lines
    )


def _lines(text: str) -> list[str]:
    return [line for part in _LINE_BREAKS.split(text) if (line := part.strip(_EDGES))]


def _said(record: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that says something, as text. Numbers count as text: many an id is one."""
    for name in names:
        value = record.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _BadField(f"{name} is not a text")
        return str(value).strip(_EDGES) if name not in _TEXTS else str(value)
    return ""


def _words(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = record.get(name) or []
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise _BadField(f"{name} is not a list of texts")
    return tuple(value)


def _notice(record: Mapping[str, Any]) -> Notice | None:
    said = _said(record, "notice")
    if not said:
        return None
    try:
        return Notice(said)
    except ValueError as why:
        raise _BadField(f"notice is {said!r}; it can be {' or '.join(Notice)}") from why


def _time(record: Mapping[str, Any], *names: str) -> tuple[datetime | None, bool]:
    """A time and whether only its day is known. (None, False) when the record does not say."""
    name = next((name for name in names if record.get(name) not in (None, "")), None)
    if name is None:
        return None, False
    value = record[name]
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            # Seconds, or milliseconds where seconds would lie beyond the year 5000.
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC), False
        if isinstance(value, str):
            return (None, False) if re.fullmatch(r"[0T:. Z-]+", value) else _time_of(value.strip())
    except (ValueError, OverflowError, OSError):
        pass
    raise _BadField(f"{name} is {str(value)[:60]!r}, which is no date we can read")


def _time_of(text: str) -> tuple[datetime, bool]:
    try:
        if ":" not in text and "T" not in text:
            return datetime.combine(date.fromisoformat(text), time(), UTC), True
        found = datetime.fromisoformat(text)
    except ValueError:
        found = parsedate_to_datetime(text)
    return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)), False


def _page_of_html(record: Mapping[str, Any], url: str, outlet: str, fetched: datetime, named: str) -> Page:
    html = _said(record, "html")
    published, is_day = _time(record, "published", "date")
    if "<html" not in html[:2_000].lower() and "<body" not in html[:2_000].lower():
        html = f"<html><body><article>{html}</article></body></html>"
    return Page(
        url=url or named,
        body=html.encode("utf-8", "replace"),
        fetched=fetched,
        content_type="text/html; charset=utf-8",
        outlet=outlet,
        entry=FeedEntry(
            guid=guid_of(record) or url,
            url=url,
            title=_said(record, "title"),
            author=_said(record, "author", "byline") or None,
            published=published,
            published_is_day=is_day,
            updated=_time(record, "modified", "updated")[0],
            categories=_words(record, "categories"),
            source_name=_said(record, "credit") or None,
        ),
    )
