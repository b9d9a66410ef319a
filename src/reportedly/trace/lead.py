"""The lead of a report: what a listing shows of it, and the chain those words rest on.

Lead paragraphs stay apart. A lead no longer than the limit is whole; a longer one is cut, and the cut excerpt, its
closing "…" and everything behind it is no longer than the limit. Three things a cut never does:

- break a word, a number, a grapheme, or an expression held together by a hyphen or a no-break space, as long as there
  is another place to cut;
- leave a quotation open: the quotation mark follows the "…";
- take away whom the words are laid to. Where the source stands behind the cut ("…, reported SANA"), the lead ends
  before those words if at least half of the limit is left by that; else the chain is written behind the "…", as in
  "the port had reopened and …  — SANA ← the ministry".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from reportedly.values import Attribution, Report, SourceType, Span

LIMIT = 500  # characters of an excerpt, the paragraphs joined by one line break
CLOSING = "\u00a0…"  # ends an excerpt that was cut
KEPT = 0.5  # share of the limit that must be left for a lead to end early rather than name its source behind the "…"
LABEL_LIMIT = 80  # characters of one voice behind the "…"


@dataclass(frozen=True, kw_only=True)
class Lead:
    """What a listing shows of a report.

    `chain` is (label, unnamed) for each voice, the one nearest the reader first; () when the shown words are laid to
    nobody.
    """

    paragraphs: tuple[str, ...]
    chain: tuple[tuple[str, bool], ...] = ()


def lead_of(report: Report, attributions: Sequence[Attribution], *, limit: int = LIMIT) -> Lead:
    """The lead of a report, at most `limit` characters with one line break between paragraphs.

    A report that ends in U+00A0 and "…" was cut by whoever gave it to us: it is shown as it came, with an open
    quotation closed, which may take it a character past the limit.
    """
    body = "\n".join(report.paragraphs).rstrip()
    start = len(report.title) + 1  # where the body begins in report.text, which the attributions point into
    if body.endswith(CLOSING):
        cut = Cut(end=len(body) - len(CLOSING))
    elif len(body) <= limit:
        cut = Cut(end=len(body), whole=True)
    else:
        cut = choose_cut(body, [shifted for one in attributions if (shifted := _Laid.of(one, start))], limit)
    shown = body if cut.whole else body[: cut.end] + CLOSING + _closing_marks(body, cut.end) + cut.credit
    return Lead(
        paragraphs=tuple(line for line in shown.split("\n") if line.strip()),
        chain=chain_over(report.text, attributions, Span(start, start + cut.end)),
    )


def chain_over(text: str, attributions: Sequence[Attribution], shown: Span) -> tuple[tuple[str, bool], ...]:
    """The longest chain whose content begins in the shown words; failing that, one over the headline.

    Of chains as long as each other the first counts; one of nobody named counts as no voice. () when there is none.
    """
    best: tuple[tuple[int, bool], tuple[tuple[str, bool], ...]] = ((-1, False), ())
    for one in attributions:
        begins = min((span.start for span in one.content), default=shown.end)
        if begins >= shown.end:
            continue
        rank = (sum(1 for voice in one.voices if voice.source or voice.speaker), begins >= shown.start)
        if rank > best[0]:
            best = (rank, tuple(_shown_voice(text, voice) for voice in one.voices))
    return best[1]


@dataclass(frozen=True)
class Cut:
    """Where an excerpt ends, and whom it has to name behind its "…"."""

    end: int
    credit: str = ""
    whole: bool = False


def choose_cut(body: str, laid: Sequence[_Laid], limit: int) -> Cut:
    """Where a body longer than the limit is cut."""
    full = fitting_end(body, limit)
    end: int | None = full
    while end is not None and (dropped := [one for one in laid if one.is_dropped_at(end)]):
        before = _sentence_end(body, min(one.begins for one in dropped))
        end = before if before is not None and before >= limit * KEPT else None
    if end is not None:
        return Cut(end=end)
    return _cut_with_credit(body, laid, limit, full)


def _cut_with_credit(body: str, laid: Sequence[_Laid], limit: int, end: int) -> Cut:
    """The longest cut that leaves room for naming the voices it drops."""
    while True:
        dropped = [one for one in laid if one.is_dropped_at(end)]
        if not dropped:
            return Cut(end=end)
        # The words next to the cut are the ones left hanging; the deepest chain over them names every voice.
        credit = " — " + max(dropped, key=lambda one: (one.begins, one.depth)).credit(body)
        fits = fitting_end(body, limit - len(credit))
        if fits >= end:
            return Cut(end=end, credit=credit)
        if fits <= 0:
            return Cut(end=fitting_end(body, limit))  # no room to name anybody: the limit is smaller than a name
        end = fits


# --- attributions, as the cut sees them --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Laid:
    """An attribution with offsets into the body instead of the text: the headline lies at negative offsets."""

    begins: int  # where its content begins
    named: tuple[Span, ...]  # its source, or its cue where it has none
    voices: tuple[Attribution, ...]
    start: int

    @classmethod
    def of(cls, one: Attribution, start: int) -> _Laid | None:
        """None when there is nothing a cut could drop."""
        begins = min((span.start - start for span in one.content if span.end > start), default=None)
        named = tuple(Span(span.start - start, span.end - start) for span in one.source or one.cue)
        return None if begins is None or not named else cls(begins, named, one.voices, start)

    @property
    def depth(self) -> int:
        return len(self.voices)

    def is_dropped_at(self, end: int) -> bool:
        """Whether a cut at `end` shows words of the content and nothing of who says them."""
        return self.begins < end and not any(span.end <= end for span in self.named)

    def credit(self, body: str) -> str:
        """ "SANA ← the ministry", every name short enough for an excerpt."""
        text = " " * self.start + body
        labels = (_shown_voice(text, voice)[0] for voice in self.voices if voice.source or voice.speaker)
        return " ← ".join(_shortened(label) for label in labels) or "not named"


def _shown_voice(text: str, one: Attribution) -> tuple[str, bool]:
    words = " … ".join(span.of(text) for span in one.source).strip()
    unnamed = one.source_type in (SourceType.UNNAMED, SourceType.NONE)
    return (one.speaker or words or "nobody named", unnamed)


def _shortened(label: str) -> str:
    return label if len(label) <= LABEL_LIMIT else label[: _word_end(label, LABEL_LIMIT - 1)] + "…"


# --- where words and sentences end -------------------------------------------------------------------------------------

# Spaces a line may be broken at. U+00A0, U+2007 and U+202F hold together what stands around them; so does a plain
# space between the digits of one number ("1 500").
BREAK = regex.compile(r"(?<!\d(?=\s\d{3}(?!\d)))[^\S\u00a0\u2007\u202f]+")
WORD_BOUNDARY = regex.compile(r"(?w)\b")  # Unicode Standard Annex 29
GRAPHEME = regex.compile(r"\X")
DANGLING = " \t\r\n\u00a0\u2007\u202f([{—–-¿¡"  # nothing an excerpt should end with; opening quotation marks too
SENTENCE_END = regex.compile(
    r"(?<!\b(?:\p{L}|Mr|Mrs|Ms|Dr|St|Gen|Lt|Col|Maj|Capt|Sgt|Gov|Sen|Rep|Prof|Rev|Hon|No|vs|etc)\.)"
    r"(?<=[.!?…][\"”’»)\]]*)\s+(?=[\p{Lu}\p{Lt}\p{Lo}\p{N}\"“„«‘'(\[¿¡])|(?<=[。！？][」』”]*)|\n"
)


NEAR = 80  # characters before the limit in which a space is looked for


def fitting_end(body: str, limit: int) -> int:
    """The last place where the excerpt, closed as it must be, is at most `limit` characters."""
    room = limit - len(CLOSING)
    while room > 0:
        end = _word_end(body, room)
        over = end + len(CLOSING) + len(_closing_marks(body, end)) - limit
        if over <= 0:
            return end
        room = end - over
    return 0


def _word_end(text: str, room: int) -> int:
    """The end of the last whole word within the first `room` characters."""
    spaces = [0]
    for space in BREAK.finditer(text, max(0, room - NEAR), room + 5):
        if space.start() <= room:
            spaces.append(space.start())
    if room >= len(text):
        spaces.append(len(text))
    if spaces[-1]:
        return _undangled(text, spaces[-1])
    # No space anywhere near: a script without spaces, or an address. Any boundary between words will do,
    # and inside one endless word any between two graphemes.
    words = [found.start() for found in WORD_BOUNDARY.finditer(text, room // 2, room + 20)]
    if words := [end for end in words if room // 2 < end <= room]:
        return _undangled(text, words[-1])
    end = 0
    for grapheme in GRAPHEME.finditer(text):
        if grapheme.end() > room:
            break
        end = grapheme.end()
    return end


def _undangled(text: str, end: int) -> int:
    """Step back over blanks, dashes, and brackets and quotations that have only just been opened."""
    while end and (text[end - 1] in DANGLING or _opens_at(text, end - 1)):
        end -= 1
    return end


def _sentence_end(body: str, before: int) -> int | None:
    """The end of the last sentence that is over before this place; None when the first one runs on."""
    ends = [found.start() for found in SENTENCE_END.finditer(body, 0, before + 1) if found.start() < before]
    return ends[-1] if ends and ends[-1] else None


# --- quotations --------------------------------------------------------------------------------------------------------

CLOSES = {
    "“": "”",
    "„": "“",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‘": "’",
    "‚": "‘",
    "「": "」",
    "『": "』",
    '"': '"',
    "”": "”",
}
SINGLE = "‘’'"
LOOK_AHEAD = 2_000  # characters behind a cut in which a single quotation must end to be one


def _closing_marks(body: str, end: int) -> str:
    """The marks that close the quotations still open at `end`, the inner one first."""
    start = body.rfind("\n", 0, end) + 1
    stop = body.find("\n", end, end + LOOK_AHEAD)
    paragraph = body[start : stop if stop >= 0 else end + LOOK_AHEAD]
    return "".join(reversed(list(_open_quotations(paragraph, end - start))))


def _open_quotations(paragraph: str, end: int) -> Iterator[str]:
    """Closing marks that the first `end` characters of a paragraph wait for, the outer one first.

    A quotation that runs over paragraphs opens each of them anew, so one paragraph is enough to tell. A single mark is
    a quotation mark only when it opens at a word and the paragraph closes it: "the '90s" opens nothing.
    """
    waiting: list[str] = []
    for at, mark in enumerate(paragraph[:end]):
        if mark in waiting and not _is_apostrophe(paragraph, at):
            del waiting[waiting.index(mark) if mark == '"' else len(waiting) - 1 - waiting[::-1].index(mark) :]
        elif _opens_at(paragraph, at):
            waiting.append("'" if mark == "'" else CLOSES[mark])
    yield from waiting


def _opens_at(text: str, at: int) -> bool:
    mark = text[at]
    if mark not in CLOSES and mark != "'":
        return False
    if mark in "“„«‹‚「『" and not (mark == "«" and _stands_behind_a_word(text, at)):
        return True
    if _stands_behind_a_word(text, at) or not text[at + 1 : at + 2].strip():
        return False
    if mark in "‘'":
        closer = "’" if mark == "‘" else "'"
        if any(_closes_single(text, later) for later in range(at + 2, len(text)) if text[later] == closer):
            return True
        return mark == "‘" and text.endswith(CLOSING) and text[at + 1].isupper()  # its end was cut away before us
    return True  # " and, in the languages that open with them, ” and »


def _stands_behind_a_word(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    return not (before.isspace() or before in "([{—–-/“„«‹‘'\"「『¿¡")


def _closes_single(text: str, at: int) -> bool:
    """Whether the mark ends a quotation: behind a word or a full stop, and not before a letter."""
    return not text[at - 1].isspace() and not text[at + 1 : at + 2].isalnum()


def _is_apostrophe(text: str, at: int) -> bool:
    return text[at] in SINGLE and not _closes_single(text, at)
