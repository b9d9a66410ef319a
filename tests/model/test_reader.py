"""The shipped weights, read through the public door."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from reportedly.model import Labels, Reader
from reportedly.model.reader import SHIPPED

pytestmark = pytest.mark.skipif(not SHIPPED.is_dir(), reason="the reader's weights are not in this checkout")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def said(reader: Reader, text: str) -> list[str]:
    """Each label as `source / cue / content`, with `< n` for the label it lies in."""
    (labels,) = reader.read([text])
    return [
        " / ".join(" … ".join(span.of(text) for span in spans) for spans in (one.source, one.cue, one.content))
        + ("" if one.within is None else f" < {one.within}")
        for one in labels.attributions
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The ministry said the bridge had closed on Monday.",
            ["The ministry / said / the bridge had closed on Monday"],
        ),
        ("“The ferry is late,” she said.", ["she / said / The ferry is late"]),
        ("According to two officials, the dam will hold.", ["two officials / According to / the dam will hold"]),
        ("The council met on Friday and went home early.", []),
    ],
)
def test_plain_sentences_are_labelled_whole(reader: Reader, text: str, expected: list[str]) -> None:
    assert said(reader, text) == expected


def test_a_denial_inside_a_report_lies_in_it(reader: Reader) -> None:
    assert said(reader, "The Post said that the mayor had denied taking money.") == [
        "The Post / said / the mayor had denied taking money",
        "the mayor / denied / taking money < 0",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "…",
        "“”\"''",
        "x" * 20_000,
        "a " * 5_000,
        "“" * 600,
        "zqxj" * 9 + " " + "zqxjwk " * 900,
        "a" + "\n" * 3_000 + "b",
        "a\n" * 900,
        "\u200b\ufeff\n\U0001f6a2",
        "\ud800 said",
    ],
)
def test_no_text_is_too_odd_to_read(reader: Reader, text: str) -> None:
    (labels,) = reader.read([text])
    assert all(0 <= start < end <= len(text) for one in labels.attributions for start, end in (*one.content, *one.cue))


def test_no_texts_give_no_labels(reader: Reader) -> None:
    assert reader.read([]) == []


def test_what_is_read_in_a_text_does_not_hang_on_its_neighbours(reader: Reader) -> None:
    text = (
        "Port reopens\nThe port had reopened, the harbour master said, citing the navy. “We are glad,” Ana Ruiz said."
    )
    others = ["The mayor denied it. " * 30, "Short one.", text.replace("navy", "coast guard")]
    (alone,) = reader.read([text])
    assert reader.read([*others, text])[-1] == alone


def test_names_carry_their_type(reader: Reader) -> None:
    text = "Angela Weber of the United Nations flew to Paris, the agency said."
    (labels,) = reader.read([text])
    assert [(name.span.of(text), str(name.type)) for name in labels.names] == [
        ("Angela Weber", "PER"), ("United Nations", "ORG"), ("Paris", "LOC"),
    ]  # fmt: skip


def test_reading_needs_no_torch_and_no_django() -> None:
    code = "import sys, reportedly.model; sys.exit(bool({'torch', 'django'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_weights_stay_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 30_000_000


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", ["wikinews", "written"])
def test_the_reader_reads_no_worse_than_it_did(reader: Reader, shared: Path, name: str) -> None:
    """Floors a point under what docs/model.md reports; they fall only with a reason written there."""
    evaluate = _module(ROOT / "training" / "evaluate.py")
    score = evaluate.scorer(shared / "attribution" / "score.py")
    gold = score.read(shared / "attribution" / f"reportedly-{name}.dev.jsonl.gz")
    labels: list[Labels] = reader.read([document["text"] for document in gold])
    written = [{"doc_id": d["doc_id"], **found.to_dict()} for d, found in zip(gold, labels, strict=True)]
    found = evaluate.main_figures(score, gold, written)
    floors = json.loads((Path(__file__).parent / "floors.json").read_text())[name]
    assert {key: found[key] for key in floors if found[key] < floors[key]} == {}


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
