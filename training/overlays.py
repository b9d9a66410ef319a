"""Attributions marked on texts that we may learn from and not pass on: places and labels, and no word of the text.

    python training/overlays.py --data DIR FILE ...        add what is marked in the files to overlays.jsonl

The texts are public: sentences of Voice of America's reports (the Groningen Meaning Bank's), joined to reports again,
and Wikinews reports (GUM's). DIR/tagging holds them. The files are in the form that marked.py reads, without names;
`=== gmb-8-15 | Voice of America` has sentences 8 to 15, a line each, `=== GUM_news_ID-1 | Wikinews` a text with line
breaks in place of some of its blanks. A text whose words are not those of DIR is refused.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from marked import Mismarked, blocks, document_of

OVERLAYS = Path(__file__).with_name("overlays.jsonl")
SENTENCES = "tagging/gmb.train.jsonl.gz"
REPORTS = ("tagging/gum-salience.train.jsonl.gz", "tagging/gum-salience.dev.jsonl.gz")
_GMB_MARKS = re.compile(r'\s*"{3,4}\s*')  # it writes every double quotation mark as three or four, with blanks
_LOST_BLANK = re.compile(r" (['’]s?)(?=\s|$)")


def main() -> None:
    """Write overlays.jsonl anew, with the texts of the files in place of or beside those it holds."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("files", type=Path, nargs="+")
    chosen = options.parse_args()
    held = {overlay["id"]: overlay for overlay in overlays()}
    for path in chosen.files:
        for block in blocks(path.read_text(encoding="utf-8")):
            document = document_of(block)
            held[document["doc_id"]] = overlay_of(document, chosen.data)
    ordered = sorted(held.values(), key=lambda overlay: [int(n) for n in re.findall(r"\d+", overlay["id"])])
    OVERLAYS.write_text("".join(json.dumps(overlay, separators=(",", ":")) + "\n" for overlay in ordered))
    marked = sum(len(overlay["attributions"]) for overlay in ordered)
    sys.stdout.write(f"{len(ordered)} texts, {marked} attributions\n")


def overlays() -> list[dict[str, Any]]:
    """What was marked, without the texts."""
    return [json.loads(line) for line in OVERLAYS.read_text().splitlines()] if OVERLAYS.exists() else []


def documents(data: Path) -> list[dict[str, Any]]:
    """The marked texts as the attribution corpora write theirs, without names; Mismarked where DIR's text is another."""
    found = []
    for overlay in overlays():
        text = list(text_of(overlay["id"], data))
        for at in overlay["breaks"]:
            text[at] = "\n"
        whole = "".join(text)
        if _sum_of(whole) != overlay["sha256"]:
            raise Mismarked(f"{overlay['id']}: the text in {data} is not the one that was marked")
        found.append({"doc_id": overlay["id"], "lang": "en", "text": whole, "attributions": overlay["attributions"]})
    return found


def overlay_of(document: dict[str, Any], data: Path) -> dict[str, Any]:
    """The marks of a document without its text. Raises Mismarked when its words are not those of the public text."""
    name, text = document["doc_id"], document["text"]
    public = text_of(name, data)
    if re.sub(r"\s", " ", text) != re.sub(r"\s", " ", public):
        raise Mismarked(f"{name}: its words are not those of the public text")
    breaks = [at for at, (ours, theirs) in enumerate(zip(text, public, strict=True)) if ours == "\n" != theirs]
    return {"id": name, "breaks": breaks, "sha256": _sum_of(text), "attributions": document["attributions"]}


def text_of(name: str, data: Path) -> str:
    """The public text that a name stands for. Raises Mismarked when there is none of that name."""
    if found := re.fullmatch(r"gmb-(\d+)-(\d+)", name):
        first, last = map(int, found.groups())
        sentences = _texts(data / SENTENCES)
        wanted = [f"gmb-{number}.0" for number in range(first, last + 1)]
        if sentences.keys() >= set(wanted):
            return "\n".join(_with_plain_marks(sentences[each]) for each in wanted).strip()
    elif found := re.fullmatch(r"(GUM_news_\w+)-1", name):
        for path in REPORTS:
            if found[1] in _texts(data / path):
                return _texts(data / path)[found[1]].strip()
    raise Mismarked(f"{name}: no public text of that name")


@cache
def _texts(path: Path) -> dict[str, str]:
    return {record["id"]: record["text"] for record in records(path)}


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a corpus, one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _with_plain_marks(sentence: str) -> str:
    """A sentence with quotation marks as they are printed, each second one a closing one."""
    first, *parts = _GMB_MARKS.split(sentence)
    out = first
    for number, part in enumerate(parts):
        if number % 2 == 0:
            out = (f"{out} " if out else "") + f'"{part}'
        else:
            out = f'{out}"' + (" " if part and part[0] not in ".,;:?!)" else "") + part
    return _LOST_BLANK.sub(r"\1", out)


def _sum_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


if __name__ == "__main__":
    main()
