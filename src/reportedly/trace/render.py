"""Show a reading: the text with its voices coloured, and its chains, as HTML or as lines for a terminal.

Everything that comes from the text is escaped; the HTML stands by itself, without a script or a link to anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from reportedly.values import Attribution, Chain, Reading, Span, Voice

COLOURS = ("#0b6e4f", "#8f2d56", "#1d4e89", "#9a5b00", "#5b3b8c", "#7a3b2e", "#00707f", "#5a6b00")
NOBODY = "nobody named"
WIDEST = 160  # characters of a content in one line of a terminal


def as_text(reading: Reading) -> str:
    """One line a chain: `Channel 10 ← its sources in the UK ← their agents: "…"`. Unnamed voices stand in [ ].

    A text without attributions gives one line that says so.
    """
    if not reading.chains:
        return "Nobody is said to say anything here.\n"
    return "".join(f"{_voices(chain.voices)}: {_quoted(chain, reading.text)}\n" for chain in reading.chains)


def as_html(reading: Reading) -> str:
    """The text with every attribution marked in its voice's colour, and the chains in a list; one `<div>`."""
    colours = _colours(reading.attributions)
    paragraphs = "".join(f"<p>{line}</p>" for line in "".join(_marked(reading, colours)).split("\n") if line.strip())
    chains = "".join(
        "<li>"
        + " ← ".join(_voice_html(voice, colours) for voice in chain.voices)
        + f": {escape(_quoted(chain, reading.text))}</li>"
        for chain in reading.chains
    )
    listed = f"<ol>{chains}</ol>" if chains else f"<p><em>{escape(as_text(reading).strip())}</em></p>"
    return f'<div class="reportedly-reading" style="max-width:46em;line-height:1.6">{paragraphs}<hr>{listed}</div>'


def as_page(reading: Reading, *, title: str) -> str:
    """`as_html` as a whole page."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f'<body style="font-family:serif;margin:2em auto;max-width:46em">{as_html(reading)}</body></html>\n'
    )


def _voices(voices: Sequence[Voice]) -> str:
    return " ← ".join(f"[{_label(voice)}]" if voice.unnamed else _label(voice) for voice in voices)


def _label(voice: Voice) -> str:
    return " ".join(_printable(voice.speaker or voice.text or NOBODY).split())


def _quoted(chain: Chain, text: str) -> str:
    """The content on one line, cut at WIDEST; control characters never reach a terminal."""
    words = " ".join(_printable(" … ".join(span.of(text) for span in chain.content)).split())
    return f'"{words if len(words) <= WIDEST else words[: WIDEST - 1].rstrip() + "…"}"'


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() or character.isspace() else "\ufffd" for character in text)


def _colours(attributions: Sequence[Attribution]) -> dict[str, str]:
    """A colour for every voice, in the order they speak, so that one voice keeps one colour."""
    out: dict[str, str] = {}
    for attribution in attributions:
        out.setdefault(attribution.speaker or NOBODY, COLOURS[len(out) % len(COLOURS)])
    return out


def _voice_html(voice: Voice, colours: dict[str, str]) -> str:
    colour = colours.get(voice.speaker or NOBODY, COLOURS[0])
    label = escape(_label(voice))
    return f'<strong style="color:{colour}">{f"<em>{label}</em>" if voice.unnamed else label}</strong>'


def _marked(reading: Reading, colours: dict[str, str]) -> Iterator[str]:
    """The text in pieces, each run of characters under the same parts once, line breaks outside every mark."""
    text = reading.text
    edges = {0, len(text)}
    parts: list[tuple[Span, str, str]] = []
    for attribution in reading.attributions:
        colour = colours[attribution.speaker or NOBODY]
        chain = " ← ".join(one.speaker or NOBODY for one in attribution.voices)
        for spans, style in (
            (attribution.content, f"border-bottom:2px solid {colour}"),
            (attribution.cue, f"color:{colour};font-style:italic"),
            (attribution.source, f"color:{colour};font-weight:bold"),
        ):
            for span in spans:
                parts.append((span, style, chain))
                edges |= {span.start, span.end}
    parts.sort(key=lambda part: (part[0].start, -part[0].end))
    cuts = sorted(edges)
    at = 0
    open_: list[tuple[Span, str, str]] = []
    for start, end in pairwise(cuts):
        open_ = [part for part in open_ if part[0].end > start]
        while at < len(parts) and parts[at][0].start <= start:
            open_.append(parts[at])
            at += 1
        for piece in text[start:end].splitlines(keepends=True):
            words = escape(piece.rstrip("\r\n"))
            if open_ and words:
                style, chain = ";".join(dict.fromkeys(part[1] for part in open_[-4:])), open_[-1][2]
                yield f'<span style="{escape(style)}" title="{escape(chain)}">{words}</span>'
            else:
                yield words
            if piece.endswith(("\n", "\r")):
                yield "\n"
