"""Items of ninjs, the IPTC's news in JSON, as records of ours: version 2, and version 1 where it says the same.

What an item does not say stays out of the record; what it says in the wrong form is left for the record's reader to
refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reportedly.extract.body import from_feed

_SIGNS = frozenset({"pubstatus", "versioncreated", "headlines", "bodies", "profile"})
_OURS = frozenset({"text", "articleBody", "body", "paragraphs", "html"})
_WITHDRAWN = frozenset({"canceled", "cancelled", "withheld"})
_BY = re.compile(r"(?:by|von|par|por|av|af|di|door)\s+(?=\S)", re.IGNORECASE)


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Whether the object is an item of ninjs and no record of ours."""
    if _OURS & record.keys() or not isinstance(record.get("uri") or record.get("guid"), str):
        return False
    standard = record.get("standard")
    if isinstance(standard, dict) and str(standard.get("name", "")).lower() == "ninjs":
        return True
    return bool(_SIGNS & record.keys()) or any(name.startswith("body_") for name in record)


def provider_of_ninjs(item: Mapping[str, Any]) -> str:
    """Who gives the item out, "" where it does not say."""
    rights = item.get("rightsinfo")
    holder = rights.get("copyrightholder") if isinstance(rights, dict) else None
    return _text(item.get("copyrightholder")) or _name(holder) or _text(item.get("source"))


def record_of_ninjs(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as a record; without text where it has none, as a withdrawn one often has not."""
    first = item.get("firstcreated") or item.get("contentcreated")
    changed = item.get("versioncreated")
    is_first_version = str(item.get("version") or "1") == "1"
    found = {
        "guid": item.get("uri") or item.get("guid"),
        "url": _page_address(item),
        "title": _headline(item),
        "paragraphs": _paragraphs(item),
        "published": first or (changed if is_first_version else None),
        "modified": changed,
        "author": without_by(_text(item.get("by")) or _text(item.get("byline"))),
        "language": item.get("language"),
        "located": _name(item.get("located")),
        "categories": _subjects(item),
        "notice": "withdrawn" if _text(item.get("pubstatus")).lower() in _WITHDRAWN else None,
        "embargoed": item.get("embargoed"),
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def without_by(line: str) -> str:
    """A byline without the word for "by" before the name."""
    return _BY.sub("", line.strip(), count=1) if _BY.match(line.strip()) else line.strip()


def paragraphs_of_html(html: str) -> list[str]:
    """The paragraphs of a piece of HTML that is all text."""
    return list(from_feed(html).paragraphs)


def _headline(item: Mapping[str, Any]) -> str:
    said = [one for one in _dicts(item.get("headlines")) if _text(one.get("value"))]
    main = next((one for one in said if one.get("role") in ("main", None)), said[0] if said else {})
    return _text(main.get("value")) or _text(item.get("headline"))


def _paragraphs(item: Mapping[str, Any]) -> list[str]:
    """The text of its body. HTML goes before plain text, which does not always say where a paragraph ends."""
    bodies = [(_text(one.get("contenttype")), _text(one.get("value"))) for one in _dicts(item.get("bodies"))]
    bodies += [
        ("text/plain" if "text" in name else "text/html", _text(value))
        for name, value in item.items()
        if name.startswith("body_")
    ]
    bodies = [(kind, text) for kind, text in bodies if text.strip()]
    for kind, text in sorted(bodies, key=lambda body: not _is_markup(*body)):
        found = paragraphs_of_html(text) if _is_markup(kind, text) else text.splitlines()
        if any(line.strip() for line in found):
            return found
    return []


def _is_markup(kind: str, text: str) -> bool:
    return ("html" in kind or "xml" in kind) if kind else re.search(r"</\w+>", text) is not None


def _page_address(item: Mapping[str, Any]) -> str:
    """The item as a page of the web, where it names one; its uri may be an address too, but of no page."""
    renditions = item.get("renditions")
    every = renditions.values() if isinstance(renditions, dict) else renditions
    for one in _dicts(every):
        if "html" in (_text(one.get("contenttype")) or _text(one.get("mimetype"))):
            return _text(one.get("href"))
    return ""


def _subjects(item: Mapping[str, Any]) -> list[str]:
    every = [*_dicts(item.get("subjects")), *_dicts(item.get("subject"))]
    return list(dict.fromkeys(name for one in every if (name := _name(one))))


def _dicts(values: Any) -> list[dict[str, Any]]:
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | dict):
        return []
    return [value for value in values if isinstance(value, dict)]


def _name(value: Any) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
