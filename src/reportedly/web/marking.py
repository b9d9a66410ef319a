"""A report's words with who says them marked in place.

Every attribution shows three things: the words that are laid to somebody (`<mark class="said">`), who it is
(`<span class="who">`) and the words that do the laying (`<span class="cue">`). Marks may lie in each other and may cross; one that
is crossed is closed and opened again. Every mark carries the class `c<n>` of each chain it belongs to, the first piece
of a chain's words the id `s<n>`, and behind the last piece stands a number that leads to the chain's note, `n<n>`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

from reportedly.values import Span
from reportedly.wire.listings import Statement

DEEPEST = 3  # shades of words within words


@dataclass(frozen=True)
class Note:
    """A chain as it is shown beside the paragraph where its words begin."""

    number: int
    statement: Statement


@dataclass(frozen=True)
class Paragraph:
    """A paragraph ready to be shown, and the chains whose words begin in it."""

    html: Markup
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Mark:
    span: Span
    role: str  # "said", "who", "cue"
    depth: int
    chains: frozenset[int] = field(default=frozenset())
    id: str = ""
    title: str = ""
    refs: tuple[int, ...] = ()  # chains whose words end with this mark

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Outer marks first, and of two over the same words the one that is said first."""
        return (self.span.start, -self.span.end, ("said", "who", "cue").index(self.role), self.depth)


def mark(text: str, paragraphs: Iterable[Span], statements: Sequence[Statement]) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, in order, with their attributions marked, and the chains that begin in each."""
    notes = number_chains(statements)
    paragraphs = list(paragraphs)
    starts = [paragraph.start for paragraph in paragraphs]
    marks_in: list[list[_Mark]] = [[] for _ in paragraphs]
    notes_in: list[list[Note]] = [[] for _ in paragraphs]
    for one in _marks(text, statements, notes):
        for at in range(max(0, bisect_right(starts, one.span.start) - 1), bisect_left(starts, one.span.end)):
            marks_in[at].append(one)
    for note in notes:
        begins = note.statement.content[0].start
        at = bisect_right(starts, begins) - 1
        if at >= 0 and begins < paragraphs[at].end:
            notes_in[at].append(note)
    return tuple(
        Paragraph(html=_marked(text, paragraph, marks), notes=tuple(begun))
        for paragraph, marks, begun in zip(paragraphs, marks_in, notes_in, strict=True)
    )


def number_chains(statements: Sequence[Statement]) -> tuple[Note, ...]:
    """Every chain with its number, from 1, in the order of the words they carry."""
    innermost = [one for one in statements if one.is_innermost and one.content]
    innermost.sort(key=lambda one: (one.content[0].start, one.content[0].end, one.number))
    return tuple(Note(number, one) for number, one in enumerate(innermost, start=1))


def _marks(text: str, statements: Sequence[Statement], notes: Sequence[Note]) -> list[_Mark]:
    by_number = {one.number: one for one in statements}
    chains: dict[int, set[int]] = {one.number: set() for one in statements}
    depths: dict[int, int] = {}
    for note in notes:
        for one in _path(note.statement, by_number):
            chains[one.number].add(note.number)
    for one in statements:
        depths[one.number] = min(len(_path(one, by_number)), DEEPEST)
    ends_with = {note.statement.number: note.number for note in notes}
    marks = []
    for one in statements:
        mine, number = frozenset(chains[one.number]), ends_with.get(one.number)
        what = f"statement {number}" if number else "the statement around it"
        for at, span in enumerate(one.content):
            first, last = at == 0, at == len(one.content) - 1
            marks.append(
                _Mark(
                    span,
                    "said",
                    depths[one.number],
                    mine,
                    id=f"s{number}" if number and first else "",
                    title="Said by " + " ← ".join(voice.label for voice in one.voices),
                    refs=(number,) if number and last else (),
                )
            )
        marks += [_Mark(span, "who", depths[one.number], mine, title=f"Source of {what}") for span in one.source]
        marks += [
            _Mark(span, "cue", depths[one.number], mine, title=f"Words that lay {what} to its source")
            for span in one.cue
        ]
    return sorted(_joined(marks, len(text)), key=lambda mark: mark.order)


def _joined(marks: Iterable[_Mark], length: int) -> Iterable[_Mark]:
    """Marks of one role over the same words made one: a cue or source shared by two voices is marked once."""
    found: dict[tuple[Span, str], _Mark] = {}
    for mark in marks:
        if not 0 <= mark.span.start < mark.span.end <= length:
            continue  # a span that does not fit its text shows nothing rather than the wrong words
        same = found.get((mark.span, mark.role))
        if same is None or (mark.id and same.id):
            found[(mark.span, mark.role) if same is None else (mark.span, f"{mark.role} {mark.id}")] = mark
            continue
        found[(mark.span, mark.role)] = _Mark(
            mark.span,
            mark.role,
            max(same.depth, mark.depth),
            same.chains | mark.chains,
            id=same.id or mark.id,
            title=same.title if same.depth >= mark.depth else mark.title,
            refs=same.refs + mark.refs,
        )
    return found.values()


def _path(statement: Statement, by_number: dict[int, Statement]) -> list[Statement]:
    """The statement and those it lies in, innermost first."""
    path = [statement]
    while (within := path[-1].within) is not None and within in by_number and by_number[within] not in path:
        path.append(by_number[within])
    return path


def _marked(text: str, paragraph: Span, marks: Sequence[_Mark]) -> Markup:
    here = [mark for mark in marks if mark.span.start < paragraph.end and mark.span.end > paragraph.start]
    edges = {paragraph.start, paragraph.end}
    for mark in here:
        edges.update(edge for edge in mark.span if paragraph.start < edge < paragraph.end)
    out: list[Markup] = []
    open_marks: list[_Mark] = []
    cut = sorted(edges)
    for start, end in pairwise(cut):
        covering = [mark for mark in here if mark.span.start <= start and mark.span.end >= end]
        same = 0
        while same < min(len(open_marks), len(covering)) and open_marks[same] is covering[same]:
            same += 1
        out += [_close(mark, start) for mark in reversed(open_marks[same:])]
        out += [_open(mark, start, paragraph) for mark in covering[same:]]
        out.append(escape(text[start:end]))
        open_marks = covering
    out += [_close(mark, paragraph.end) for mark in reversed(open_marks)]
    return Markup("").join(out)


def _open(mark: _Mark, at: int, paragraph: Span) -> Markup:
    tag = "mark" if mark.role == "said" else "span"
    classes = " ".join((mark.role, f"d{mark.depth}", *(f"c{number}" for number in sorted(mark.chains))))
    # The id stands where the mark begins: a mark opened again behind a crossing or in a later paragraph has none.
    id = Markup(' id="{}"').format(mark.id) if mark.id and at == mark.span.start else Markup("")
    return Markup('<{}{} class="{}" title="{}">').format(Markup(tag), id, classes, mark.title)


def _close(mark: _Mark, at: int) -> Markup:
    tag = Markup("</mark>" if mark.role == "said" else "</span>")
    if at != mark.span.end:
        return tag
    refs = (
        Markup('<sup class="ref"><a href="#n{0}" aria-label="who says statement {0}">{0}</a></sup>').format(n)
        for n in mark.refs
    )
    return tag + Markup("").join(refs)
