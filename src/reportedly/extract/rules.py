"""Rules for single outlets: where on this outlet's pages the text, the author and the day stand.

A rule is a small TOML file, dated with the day from which the outlet's pages have been built that way, so that an older
page in an archive is read by an older rule. It is asked before anything else; where it finds nothing, because the
outlet was rebuilt, the page is read as if there were no rule.

    outlet = "Westmere Courier"
    hosts = ["westmere-courier.example"]
    since = 2024-03-01
    body = "article .story > p, article .story h2"
    drop = [".fact-box", "aside"]
    title = "h1.headline"
    author = ".signature b"
    date = "time.first-printed"

Everything but `outlet`, `hosts`, `since` and one of the selectors may be left out. Selectors are CSS.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from lxml.etree import Element, XPath, XPathError, _Element

from reportedly.errors import UsageError
from reportedly.extract.authors import clean_authors
from reportedly.extract.dateline import days_in
from reportedly.extract.dates import When, plausible, read_when
from reportedly.extract.paragraphs import lines_of, tidy, without_repeats
from reportedly.values import Page

SELECTORS = ("body", "drop", "title", "author", "date")
KEYS = frozenset({"outlet", "hosts", "since", *SELECTORS})
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
LARGEST = 20_000  # characters of a rule


class BadRule(UsageError):
    """A rule that cannot be used; says which and why, in one sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, kw_only=True)
class OutletRule:
    """Where the parts of a report stand on one outlet's pages since a day, as CSS selectors; () for what it leaves open."""

    name: str
    outlet: str
    hosts: tuple[str, ...]
    since: date
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()

    def is_for(self, page: Page) -> bool:
        """Whether the page is of the outlet, and was fetched since the rule holds."""
        try:
            host = urlsplit(page.final_url or page.url).hostname or ""
        except ValueError:
            return False
        return page.fetched.date() >= self.since and any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def without_dropped(self, tree: _Element) -> _Element:
        """The page without what the rule drops; the page itself when it drops nothing."""
        if not any(True for _ in _selected(tree, self.drop)):
            return tree
        tree = deepcopy(tree)
        for element in list(_selected(tree, self.drop)):
            above = element.getparent()
            if above is not None:
                element.drop_tree()
        return tree

    def paragraphs(self, tree: _Element) -> tuple[str, ...]:
        """The text of the selected elements, in the order of the page; one inside another counts once."""
        chosen = list(dict.fromkeys(_selected(tree, self.body)))
        among = set(chosen)
        outermost = {element for element in chosen if among.isdisjoint(element.iterancestors())}
        return without_repeats(line for element in tree.iter() if element in outermost for _, line in lines_of(element))

    def headline(self, tree: _Element) -> str:
        """The first selected title, or ""."""
        return next((said for element in _selected(tree, self.title) if (said := _said(element))), "")

    def authors(self, tree: _Element) -> tuple[str, ...]:
        """The names in the selected elements."""
        return clean_authors(_said(element) for element in _selected(tree, self.author))

    def day(self, tree: _Element, language: str | None, *, now: datetime) -> When | None:
        """The first day in the selected elements, machine-readable before printed."""
        for element in _selected(tree, self.date):
            printed = tidy("".join(map(str, element.itertext())))
            stated = (element.get("datetime") or element.get("content") or printed).strip()
            if when := read_when(stated, now=now):
                return when
            for when, _ in days_in(printed[:200], language or "en"):
                if plausible(when, now=now):
                    return when
        return None


@dataclass(frozen=True)
class OutletRules:
    """The rules at hand; of several for one page, the one that was dated last holds."""

    rules: tuple[OutletRule, ...] = ()

    def for_page(self, page: Page) -> OutletRule | None:
        """The rule that holds for a page, if there is one."""
        return max((rule for rule in self.rules if rule.is_for(page)), key=lambda rule: rule.since, default=None)


NO_RULES = OutletRules()


def together(rules: Iterable[OutletRule]) -> OutletRules:
    """The rules as one. Raises BadRule for the first that is for a host and a day of an earlier one."""
    rules = tuple(rules)
    taken: dict[tuple[str, date], str] = {}
    for rule in rules:
        for host in rule.hosts:
            if (other := taken.setdefault((host, rule.since), rule.name)) != rule.name:
                raise BadRule(rule.name, f"{host} has a rule since {rule.since} already, in {other}")
    return OutletRules(rules)


def read_rule(text: str, *, name: str) -> OutletRule:
    """The rule in one file. Raises BadRule, in one sentence that names the file and what is wrong with it."""
    if len(text) > LARGEST:
        raise BadRule(name, f"a rule of more than {LARGEST:,} characters is none")
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise BadRule(name, f"is no TOML ({why})") from why
    except RecursionError as why:
        raise BadRule(name, "is no rule: it nests too deep") from why
    if unknown := sorted(said.keys() - KEYS):
        raise BadRule(name, f"{unknown[0]!r} is nothing a rule can say; it says {', '.join(sorted(KEYS))}")
    outlet, since = said.get("outlet"), said.get("since")
    if not isinstance(outlet, str) or not outlet.strip():
        raise BadRule(name, "has no outlet, whose rule it is")
    if isinstance(since, datetime) or not isinstance(since, date):
        raise BadRule(name, "has no day in since, such as 2024-03-01, from which it holds")
    hosts = _texts(said, "hosts", name)
    if not hosts:
        raise BadRule(name, 'has no hosts, such as ["courier.example"]')
    for host in hosts:
        if not HOST.fullmatch(host):
            raise BadRule(name, f"{host!r} is no host name in lower letters, such as courier.example")
    selectors = {key: _texts(said, key, name) for key in SELECTORS}
    if not any(selectors.values()):
        raise BadRule(name, "selects nothing; give body, drop, title, author or date")
    for key, chosen in selectors.items():
        for selector in chosen:
            _check(selector, key, name)
    return OutletRule(name=name, outlet=outlet.strip(), hosts=hosts, since=since, **selectors)


def _texts(said: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = said.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise BadRule(name, f"{key} is neither a text nor a list of texts")
    return tuple(text.strip() for text in texts)


def _check(selector: str, key: str, name: str) -> None:
    try:
        _path(selector)(_NOTHING)  # some are only found out when they are followed, as that of a prefix nobody declared
    except (SelectorError, XPathError, RecursionError) as why:
        raise BadRule(name, f"{key} has {selector[:200]!r}, which is no CSS selector we can follow ({why})") from why


_PATHS: dict[str, XPath] = {}
_NOTHING = Element("html")


def _path(selector: str) -> XPath:
    if selector not in _PATHS:
        _PATHS[selector] = XPath(HTMLTranslator().css_to_xpath(selector))
    return _PATHS[selector]


def _selected(tree: _Element, selectors: Iterable[str]) -> Iterable[_Element]:
    for selector in selectors:
        yield from _path(selector)(tree)


def _said(element: _Element) -> str:
    return tidy(element.get("content") or "".join(map(str, element.itertext())))[:1000]
