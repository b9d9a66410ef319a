"""The network: one encoder over a window of words, then a linker that reads the window again for every anchor.

The encoder is MiniLM cut to its first layers, with letter case and quotation marks added to what it sees. It says for
each word whether it is part of a name and whether it is an anchor. The linker takes the words around one anchor and
says which of them are that anchor's cue, source, outer source and content, and which anchor carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reportedly.model.arrays import FAR, NEAR
from reportedly.model.labels import ANCHORS, NAME_TAGS, ROLES, SOURCE_TYPES, STANCES
from reportedly.model.words import CASES, PLACES

HIDDEN, HEADS, INNER = 384, 12, 1536
DISTANCES = 2 * (NEAR + FAR) + 1
PARAGRAPHS = 5  # two or more before, one before, same, one after, two or more after


@dataclass(frozen=True)
class Shape:
    """How large a network is."""

    layers: int = 3
    linker_layers: int = 2
    linker_hidden: int = 192
    linker_heads: int = 6
    vocabulary: int = 30522
    dropout: float = 0.1


class Layer(nn.Module):
    """One transformer layer, normalised after each half as BERT's is."""

    def __init__(self, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(hidden, 3 * hidden)
        self.mix = nn.Linear(hidden, hidden)
        self.widen = nn.Linear(hidden, inner)
        self.narrow = nn.Linear(inner, hidden)
        self.norm_mixed = nn.LayerNorm(hidden, eps=1e-12)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.hidden = hidden
        self.heads = heads
        self.exported = False
        self.rounded = False  # whether it reads with the rounding of its 8-bit form

    def forward(self, x: Tensor, seen: Tensor, at: Tensor | None = None) -> Tensor:
        """`x` is (windows, words, hidden); `seen` is (windows, words), true where there is a word.

        With `at`, (windows, places), only what comes of those places is worked out: (windows, places, hidden).
        """
        if at is None:
            query, key, value = self._product(self.query_key_value, x).chunk(3, 2)
        else:
            key, value = self._product(self.query_key_value, x, slice(self.hidden, None)).chunk(2, 2)
            x = torch.gather(x, 1, at[:, :, None].expand(-1, -1, self.hidden))
            query = self._product(self.query_key_value, x, slice(self.hidden))
        mixed = (
            Attention.apply(query, key, value, seen, self.heads)
            if self.exported
            else attend(query, key, value, seen, self.heads)
        )
        x = self.norm_mixed(x + self.dropout(self._product(self.mix, mixed)))
        wide = F.gelu(self._product(self.widen, x))
        return self.norm(x + self.dropout(self._product(self.narrow, wide)))

    def _product(self, linear: nn.Linear, x: Tensor, rows: slice = slice(None)) -> Tensor:
        weight = with_rounded_weights(linear.weight) if self.rounded else linear.weight
        return F.linear(with_rounded_inputs(x) if self.rounded else x, weight[rows], linear.bias[rows])


def with_rounded_weights(weights: Tensor) -> Tensor:
    """Weights as quantise.py writes them: 7 bits and a scale a channel. Gradients pass as if nothing was rounded."""
    scale = weights.detach().abs().amax(1, keepdim=True).clamp(min=1e-8) / 64
    return weights + ((weights / scale).round() * scale - weights).detach()


def with_rounded_inputs(x: Tensor) -> Tensor:
    """Inputs as ONNX Runtime's DynamicQuantizeLinear makes them: 8 bits, one scale for all of them."""
    whole = x.detach().float()
    low, high = whole.min().clamp(max=0), whole.max().clamp(min=0)
    scale = ((high - low) / 255).clamp(min=1e-8)
    zero = (-low / scale).round()
    rounded = ((whole / scale).round() + zero).clamp(0, 255).sub(zero) * scale
    return x + (rounded.to(x.dtype) - x).detach()


def attend(query: Tensor, key: Tensor, value: Tensor, seen: Tensor, heads: int) -> Tensor:
    """Attention of every head, (windows, words, hidden) like `query`; what it looks at may be of another length."""
    rows, length, hidden = query.shape
    query, key, value = (x.view(rows, -1, heads, hidden // heads).transpose(1, 2) for x in (query, key, value))
    scores = (query * (hidden // heads) ** -0.5) @ key.transpose(2, 3)
    mixed = scores.masked_fill(~seen[:, None, None, :], -1e4).softmax(3).to(value.dtype) @ value
    return mixed.transpose(1, 2).reshape(rows, length, hidden)


class Attention(torch.autograd.Function):
    """`attend` over words that are all seen, written to ONNX as the one operator that ONNX Runtime has for it."""

    @staticmethod
    def forward(context: Any, query: Tensor, key: Tensor, value: Tensor, seen: Tensor, heads: int) -> Tensor:
        return attend(query, key, value, seen, heads)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, seen: Any, heads: int) -> Any:
        found = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        return found.setType(query.type())


class Encoder(nn.Module):
    """Pieces to words: name tags, anchors, and a vector of each word for the linker."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.pieces = nn.Embedding(shape.vocabulary, HIDDEN)
        self.positions = nn.Embedding(512, HIDDEN)
        self.case = nn.Embedding(CASES + 1, HIDDEN)
        self.quoted = nn.Embedding(PLACES + 1, HIDDEN)
        nn.init.normal_(self.case.weight, std=0.01)
        nn.init.normal_(self.quoted.weight, std=0.01)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(HIDDEN, HEADS, INNER, shape.dropout) for _ in range(shape.layers))
        self.names = nn.Linear(HIDDEN, len(NAME_TAGS))
        self.anchors = nn.Sequential(
            nn.Linear(HIDDEN, 128), nn.GELU(), nn.Dropout(shape.dropout), nn.Linear(128, len(ANCHORS))
        )
        self.vectors = nn.Linear(HIDDEN, 2 * shape.linker_hidden)

    def forward(
        self, pieces: Tensor, case: Tensor, quoted: Tensor, seen: Tensor, heads: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`pieces`, `case`, `quoted`, `seen` are (windows, pieces); `heads` (windows, words): each word's first piece.

        Gives name scores, anchor scores and word vectors, (windows, words, ...).
        """
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.pieces(pieces) + self.positions(places) + self.case(case) + self.quoted(quoted)
        x = self.dropout(self.norm(x))
        *layers, last = self.layers
        for layer in layers:
            x = layer(x, seen)
        x = last(x, seen, heads)
        return self.names(x), self.anchors(x), self.vectors(x)


class Linker(nn.Module):
    """The words around one anchor: the role of each, whether the anchor holds, and who carries it."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        hidden = shape.linker_hidden
        self.hidden = hidden
        self.distance = nn.Embedding(DISTANCES, hidden)
        self.paragraphs = nn.Embedding(PARAGRAPHS, hidden)
        nn.init.normal_(self.distance.weight, std=0.05)
        nn.init.normal_(self.paragraphs.weight, std=0.02)
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(
            Layer(hidden, shape.linker_heads, 4 * hidden, shape.dropout) for _ in range(shape.linker_layers)
        )
        self.roles = nn.Linear(hidden, len(ROLES))
        self.parents = nn.Linear(hidden, 1)
        self.holds = nn.Linear(hidden, 1)
        self.stances = nn.Linear(hidden, len(STANCES))
        self.source_types = nn.Linear(hidden, len(SOURCE_TYPES))
        self.outer_types = nn.Linear(hidden, len(SOURCE_TYPES))
        self.switches = nn.Parameter(torch.zeros(len(ROLES), len(ROLES)))  # score of going from one role to the next

    def forward(
        self, vectors: Tensor, distance: Tensor, paragraphs: Tensor, seen: Tensor, anchor: Tensor
    ) -> tuple[Tensor, ...]:
        """`vectors` is (anchors, words, 2 * hidden); the rest (anchors, words), `anchor` (anchors,) its place there.

        Gives role scores, parent scores, and per anchor: holds, stance, source type, outer source type.
        """
        at_anchor = anchor[:, None, None].expand(-1, 1, self.hidden)
        own, others = vectors.split(self.hidden, dim=2)
        x = others + torch.gather(own, 1, at_anchor) + self.distance(distance) + self.paragraphs(paragraphs)
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, seen)
        at = torch.gather(x, 1, at_anchor)[:, 0]
        return (
            self.roles(x), self.parents(x)[:, :, 0],
            self.holds(at)[:, 0], self.stances(at), self.source_types(at), self.outer_types(at),
        )  # fmt: skip


class Network(nn.Module):
    """Encoder and linker together."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.linker = Linker(shape)

    def load_base(self, weights: dict[str, Tensor]) -> None:
        """Begin from MiniLM's embeddings and as many of its layers as there are here."""
        encoder = self.encoder
        with torch.no_grad():
            encoder.pieces.weight.copy_(weights["embeddings.word_embeddings.weight"])
            kind = weights["embeddings.token_type_embeddings.weight"][0]
            encoder.positions.weight.copy_(weights["embeddings.position_embeddings.weight"] + kind)
            _copy(encoder.norm, weights, "embeddings.LayerNorm")
            for number, layer in enumerate(encoder.layers):
                name = f"encoder.layer.{number}"
                for half in ("weight", "bias"):
                    parts = [weights[f"{name}.attention.self.{part}.{half}"] for part in ("query", "key", "value")]
                    getattr(layer.query_key_value, half).copy_(torch.cat(parts))
                _copy(layer.mix, weights, f"{name}.attention.output.dense")
                _copy(layer.norm_mixed, weights, f"{name}.attention.output.LayerNorm")
                _copy(layer.widen, weights, f"{name}.intermediate.dense")
                _copy(layer.narrow, weights, f"{name}.output.dense")
                _copy(layer.norm, weights, f"{name}.output.LayerNorm")


def mean_of(several: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several runs' weights."""
    return {name: sum(weights[name] for weights in several) / len(several) for name in several[0]}


def role_path_loss(scores: Tensor, switches: Tensor, gold: Tensor, seen: Tensor) -> Tensor:
    """Minus the log likelihood of each row's gold path of roles, as a linear-chain CRF has it: (anchors,).

    `scores` is (anchors, words, roles), `gold` and `seen` (anchors, words); each row's unseen words are at its end.
    """
    kept = seen.float()
    path = (scores.gather(2, gold[:, :, None])[:, :, 0] * kept).sum(1)
    path = path + (switches[gold[:, :-1], gold[:, 1:]] * kept[:, 1:]).sum(1)
    total = scores[:, 0]
    for at in range(1, scores.shape[1]):
        going = torch.logsumexp(total[:, :, None] + switches, 1) + scores[:, at]
        total = torch.where(seen[:, at, None], going, total)
    return torch.logsumexp(total, 1) - path


def _copy(module: nn.Module, weights: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(weights[f"{name}.weight"])
    module.bias.copy_(weights[f"{name}.bias"])
