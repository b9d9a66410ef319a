"""What is typed into the search box, and that nothing typed there can break a search."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.engines.query import MOST_WORDS, Query, Words, read_query
from reportedly.engines.search import IndexRow, SearchIndex


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("port ships", Query(words=(Words("port"), Words("ships")))),
        ('"port reopened" now', Query(words=(Words("port reopened"), Words("now")))),
        ("“port reopened”", Query(words=(Words("port reopened"),))),
        ('"never closed', Query(words=(Words("never closed"),))),
        ("port -strike", Query(words=(Words("port"),), without=(Words("strike"),))),
        ('port -"general strike"', Query(words=(Words("port"),), without=(Words("general strike"),))),
        ("reopen* min*", Query(words=(Words("reopen", begins=True), Words("min")))),
        ('"port reop"*', Query(words=(Words("port reop", begins=True),))),
        ('subject:"Al Rasif" port', Query(words=(Words("port"),), subject_names=("Al Rasif",))),
        ("Subject:Rasif OUTLET:gazette", Query(subject_names=("Rasif",), outlet_names=("gazette",))),
        ("subject:", Query(words=(Words("subject:"),))),
        ("author:me", Query(words=(Words("author:me"),))),
        ("NEAR(a b) OR c", Query(words=(Words("NEAR(a"), Words("b)"), Words("OR"), Words("c")))),
        ('— … -- * "" \'', Query()),
        ("port port", Query(words=(Words("port"),))),
        ("", Query()),
    ],
)
def test_typed(typed: str, query: Query) -> None:
    assert read_query(typed) == query


def test_a_query_asks_for_so_many_words_and_no_more() -> None:
    assert len(read_query(" ".join(f"w{n}" for n in range(99))).words) == MOST_WORDS


def test_a_query_without_a_positive_word_asks_nothing() -> None:
    assert read_query("-strike").asks_nothing
    assert read_query("-strike").expression() == ""


def test_names_are_words_until_the_caller_says_who_they_are() -> None:
    query = read_query("subject:Rasif port")
    assert query.expression() == '{title body} : "port" AND {title body} : "Rasif"'
    assert query.filed_under(7).expression() == '{title body} : "port" AND filed : "s7"'
    assert query.published_by(1, 2).subject_names == ("Rasif",)
    assert read_query("outlet:g").published_by(1, 2).expression() == '(filed : "o1" OR filed : "o2")'


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    index = SearchIndex(Path(tmp_path_factory.mktemp("index")) / "search.sqlite3")
    index.add([IndexRow(id=n, title="a b", body="NEAR OR NOT", subjects=(), outlet=1) for n in (1, 2)])
    return index


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="ab\"*()-:{}^+ '\\NEARORNOT", max_size=40))
def test_whatever_is_typed_can_be_asked(index: SearchIndex, typed: str) -> None:
    index.newest(typed)
    index.relevant(typed)
    index.count(typed)
