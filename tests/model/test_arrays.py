"""What the linker sees of a text: the words near an anchor, its paragraph, the one before, and an open quotation."""

from __future__ import annotations

from reportedly.model.arrays import AFTER, BEFORE, CLOSE, Seen, around
from reportedly.model.windows import Window
from reportedly.model.words import CLOSES, INSIDE, OPENS, OUTSIDE


def seen(*lengths: int, opens: int | None = None, closes: int | None = None) -> tuple[Window, Seen]:
    """A window of paragraphs with so many words each, and a quotation between two of them."""
    paragraph = [number for number, length in enumerate(lengths) for _ in range(length)]
    quoted = [OUTSIDE] * len(paragraph)
    if opens is not None:
        end = len(paragraph) if closes is None else closes
        quoted[opens:end] = [INSIDE] * (end - opens)
        quoted[opens] = OPENS
        if closes is not None:
            quoted[closes] = CLOSES
    window = Window(first=0, last=len(paragraph), start=0, stop=len(paragraph))
    return window, Seen([(1,)] * len(paragraph), paragraph, [0] * len(paragraph), quoted)


def test_its_paragraph_and_the_one_before() -> None:
    window, words = seen(30, 30, 40, 30)
    assert around(75, window, words) == (30, 100)


def test_the_next_paragraph_where_a_quotation_goes_on() -> None:
    assert around(75, *seen(30, 30, 40, 30, opens=80)) == (30, 130)
    assert around(75, *seen(30, 30, 40, 30, opens=100, closes=110)) == (30, 130)
    assert around(75, *seen(30, 30, 40, 30, opens=80, closes=90)) == (30, 100)


def test_words_close_by_however_short_the_paragraphs() -> None:
    window, words = seen(*[4] * 40)
    assert around(80, window, words) == (80 - CLOSE, 80 + CLOSE)


def test_no_more_than_before_and_after() -> None:
    window, words = seen(400)
    assert around(200, window, words) == (200 - BEFORE, 200 + AFTER + 1)


def test_a_window_in_the_midst_of_a_text() -> None:
    _, words = seen(30, 30, 40, 30)
    assert around(1075, Window(first=1000, last=1130, start=1000, stop=1130), words) == (1030, 1100)
    assert around(1002, Window(first=1000, last=1130, start=1000, stop=1130), words) == (1000, 1030)
