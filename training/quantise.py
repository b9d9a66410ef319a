"""Write the trained network as the reader takes it: two ONNX files, the pieces and a card.

    python training/quantise.py --work WORK --base MODEL_DIR --name NAME[,NAME...] --out DIR [--float]

With several names their weights are averaged (runs of one shape). The layers' matrix products become 8-bit integers,
one scale a channel; embeddings are kept as 16-bit, heads as 32-bit numbers. Pieces that no Latin text uses are left
out. --float writes everything as 32-bit numbers, to measure against.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor

from network import Encoder, Linker, Network, Shape, mean_of

ENCODER = (["pieces", "case", "quoted", "heads"], ["names", "anchors", "vectors"])
LINKER = (
    ["vectors", "distance", "paragraphs", "anchor"],
    ["roles", "parents", "holds", "stances", "sources", "outers"],
)
LARGE = 100_000  # numbers in an embedding that is worth 16 bits


def main() -> None:
    """Export, quantise, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--base", type=Path, required=True)
    options.add_argument("--name", required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--float", action="store_true")
    options.add_argument(
        "--switch-cost", type=float, default=1.0, help="score lost at a change of role, where no path was learnt"
    )
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    trained = [torch.load(chosen.work / f"{name}.pt", weights_only=True) for name in chosen.name.split(",")]
    network = Network(Shape(**trained[0]["shape"]))
    network.load_state_dict(mean_of([run["weights"] for run in trained]))
    network.eval()
    for layer in (*network.encoder.layers, *network.linker.layers):
        layer.exported = True
    kept = write_pieces(chosen.base / "tokenizer.json", chosen.out / "pieces.json")
    network.encoder.pieces.weight = torch.nn.Parameter(network.encoder.pieces.weight[kept])
    switches = network.linker.switches.detach()
    if not switches.any():
        switches = -chosen.switch_cost * (1 - torch.eye(len(switches)))
    write(Alike(network.encoder), encoder_inputs(), ENCODER, chosen.out / "encoder.onnx", whole=chosen.float)
    write(Alike(network.linker), linker_inputs(network.linker), LINKER, chosen.out / "linker.onnx", whole=chosen.float)
    note(chosen.out / "linker.onnx", "switches", " ".join(f"{x:.4f}" for x in switches.flatten().tolist()))
    size = sum(path.stat().st_size for path in chosen.out.iterdir())
    sys.stdout.write(f"{chosen.out}: {size / 1e6:.1f} MB, {len(kept)} pieces\n")


def write_pieces(source: Path, target: Path) -> list[int]:
    """Write the tokenizer with only the pieces of Latin text; their old numbers, in their new order."""
    tokenizer = json.loads(source.read_text("utf-8"))
    old = tokenizer["model"]["vocab"]
    kept = [piece for piece, _ in sorted(old.items(), key=lambda item: item[1]) if is_kept(piece)]
    tokenizer["model"]["vocab"] = {piece: number for number, piece in enumerate(kept)}
    tokenizer["added_tokens"] = [
        {**token, "id": tokenizer["model"]["vocab"][token["content"]]} for token in tokenizer["added_tokens"]
    ]
    tokenizer |= {"padding": None, "truncation": None, "post_processor": None}
    target.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8")
    return [old[piece] for piece in kept]


def is_kept(piece: str) -> bool:
    """Whether a piece can occur in text of Latin letters, digits and marks."""
    if piece.startswith("[unused"):
        return False
    return all(not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in piece)


class Alike(torch.nn.Module):
    """Half of the network over rows of one length, none of them padded: every word is seen."""

    def __init__(self, half: Encoder | Linker) -> None:
        super().__init__()
        self.part = half

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """The half's outputs; `seen`, its last input but one, is left out."""
        seen = torch.ones(inputs[0].shape[:2], dtype=torch.bool)
        return self.part(*inputs[:-1], seen, inputs[-1])


def encoder_inputs() -> tuple[Tensor, ...]:
    """Two windows of the encoder's inputs, for tracing."""
    pieces = torch.ones((2, 12), dtype=torch.long)
    return pieces, pieces, pieces, torch.ones((2, 9), dtype=torch.long)


def linker_inputs(linker: Linker) -> tuple[Tensor, ...]:
    """Two anchors of the linker's inputs, for tracing."""
    places = torch.ones((2, 9), dtype=torch.long)
    return torch.randn(2, 9, 2 * linker.hidden), places, places, torch.ones(2, dtype=torch.long)


def write(
    module: torch.nn.Module, inputs: tuple[Tensor, ...], names: tuple[list[str], list[str]], path: Path, *, whole: bool
) -> None:
    """Export a half of the network, and quantise it unless it is to be `whole`."""
    takes, gives = names
    axes = {name: {0: "rows", 1: f"{name} words"} for name in takes}
    if "anchor" in axes:
        axes["anchor"] = {0: "rows"}
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / "whole.onnx"
        torch.onnx.export(
            module,
            inputs,
            str(exported),
            input_names=takes,
            output_names=gives,
            dynamic_axes=axes,
            dynamo=False,
            opset_version=17,
        )
        if whole:
            path.write_bytes(exported.read_bytes())
            return
        heads = [
            node.name
            for node in onnx.load(exported).graph.node
            if node.op_type == "MatMul" and "layers." not in node.name
        ]
        quantize_dynamic(
            exported, path, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
            weight_type=QuantType.QInt8, nodes_to_exclude=heads, extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    halve_embeddings(path)


def halve_embeddings(path: Path) -> None:
    """Keep large embeddings as 16-bit numbers; a row becomes 32-bit when it is looked up."""
    model = onnx.load(path)
    for table in list(model.graph.initializer):
        numbers = numpy_helper.to_array(table)
        if numbers.dtype != np.float32 or numbers.size < LARGE:
            continue
        users = [node for node in model.graph.node if table.name in node.input]
        if any(node.op_type != "Gather" for node in users):
            continue
        model.graph.initializer.remove(table)
        model.graph.initializer.append(numpy_helper.from_array(numbers.astype(np.float16), table.name))
        for node in users:
            wanted = node.output[0]
            node.output[0] = f"{wanted}/half"
            cast = onnx.helper.make_node("Cast", [node.output[0]], [wanted], to=onnx.TensorProto.FLOAT)
            model.graph.node.insert(list(model.graph.node).index(node) + 1, cast)
    onnx.save(model, path)


def note(path: Path, key: str, value: str) -> None:
    """Write a line into an ONNX file's own notes."""
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {key: value})
    onnx.save(model, path)


if __name__ == "__main__":
    main()
