"""A reading, shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from reportedly.trace import trace
from reportedly.trace.render import as_html, as_page, as_text


def test_a_chain_is_one_line_with_unnamed_voices_in_brackets() -> None:
    text = "The port had closed, the Post reported, citing two officials. Ana Ruiz said it was cold."
    assert as_text(trace(text)) == 'Post ← [two officials]: "The port had closed"\nAna Ruiz: "it was cold"\n'


def test_a_text_where_nobody_speaks_says_so() -> None:
    assert as_text(trace("It rained.")) == "Nobody is said to say anything here.\n"


def test_no_control_character_reaches_the_terminal() -> None:
    assert "\x1b" not in as_text(trace("Ana Ruiz said the \x1b[31mport was closed."))


def test_what_the_text_holds_is_never_markup() -> None:
    text = "<script>alert(1)</script>\n<b onclick='x'>Ana Ruiz</b> said it was <i>cold & wet</i>."
    shown = as_page(trace(text), title="<title>")
    assert "<script" not in shown
    assert "<b " not in shown
    assert "<i>" not in shown
    assert "&lt;i&gt;cold &amp; wet" in shown


@given(
    st.lists(
        st.sampled_from(
            ["Ana Ruiz said ", "it rained", ", the Post reported", ". ", "“Yes,” ", "<", "&", "\n", "”", "\r"]
        ),
        max_size=30,
    )
)
def test_the_marked_text_is_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    tree = html.fromstring(as_html(trace(text)))
    shown = " ".join("".join(paragraph.itertext()) for paragraph in tree.xpath("./p[following-sibling::hr]"))
    assert shown.split() == text.split()
