"""Characters to a tree, however the markup is broken.

The parsers we stand on are quadratic in the attributes of one element and in the depth of nesting, and the first of
them drops whatever stands deeper than 255 elements. Both are cut down to what pages need before anyone parses.
"""

from __future__ import annotations

import re

import lxml.html
from lxml.etree import LxmlError, ParserError, _Element

DEEPEST = 200  # containers inside each other; deeper ones are taken away, not what they hold
MOST_ATTRIBUTES = 500  # of one element; one that has more loses all
EARLY_END = re.compile(r"</(?:body|html)\s*>", re.I)  # readers go on behind them; our parser would drop what follows
LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]*)\s[^<>]{5000,}>")
VALUE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")
ATTRIBUTE = re.compile(r"\s[^\s=<>\"']+(?=[\s=/>])")
CONTAINERS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<end>/?)(?:div|span|section|article|main|aside|header|footer|nav|center|font|b|i|u|em|strong|small|big|a|blockquote|"
    r"ul|ol|dl|li|table|tbody|tr|td|fieldset|figure|form|label|button|details|object|g)\b[^<>]*>",
    re.I | re.S,
)


def parse(text: str) -> tuple[_Element | None, str]:
    """The page as a tree, and the markup it was made of; None for the tree when there is no element in it."""
    text = EARLY_END.sub("", text)
    if LONG_TAG.search(text):
        text = LONG_TAG.sub(_with_few_attributes, text)
    tree, too_deep = _parse(text)
    if too_deep:
        text = _flattened(text)
        tree, _ = _parse(text)
    return tree, text


def _parse(text: str) -> tuple[_Element | None, bool]:
    parser = lxml.html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    tree: _Element | None
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (ParserError, LxmlError):
        tree = None
    return tree, any("depth" in fault.message for fault in parser.error_log)


def _with_few_attributes(tag: re.Match[str]) -> str:
    bare = VALUE.sub("", tag.group())
    return tag.group() if len(ATTRIBUTE.findall(bare)) <= MOST_ATTRIBUTES else f"<{tag[1]}>"


def _flattened(text: str) -> str:
    kept, at, depth = [], 0, 0
    for tag in CONTAINERS.finditer(text):
        if tag["end"] is None or tag.group().endswith("/>"):
            continue
        within = depth
        depth = max(0, depth - 1) if tag["end"] else depth + 1
        if max(within, depth) > DEEPEST:
            kept.append(text[at : tag.start()])
            at = tag.end()
    return " ".join((*kept, text[at:]))
