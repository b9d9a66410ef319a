"""Train the reader.

    python training/train.py --work WORK --base MODEL_DIR --name NAME [--seed 1] [--epochs 14] ...

WORK/examples.pickle comes from prepare.py; MODEL_DIR holds MiniLM's model.safetensors and tokenizer.json. Writes
WORK/NAME.pt: the weights, the options and the seconds of processor time they took.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from augment import augmented, paragraphs
from examples import Anchor, Example
from network import Network, Shape, mean_of, role_path_loss
from reportedly.model.arrays import Seen, around, encoder_arrays, linker_arrays
from reportedly.model.pieces import Pieces
from reportedly.model.windows import Window, windows
from reportedly.model.words import case_of, quoted

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MASK = 103  # MiniLM's [MASK] piece
SHARE = {"names": 1.0, "anchors": 4.0, "roles": 1.0, "holds": 0.3, "stances": 0.15, "types": 0.15}


@dataclass(frozen=True, slots=True)
class Item:
    """One window of an example: what is seen, and the labels that fall in it."""

    example: Example
    window: Window
    seen: Seen
    anchors: tuple[Anchor, ...] | None


def main() -> None:
    """Train from the first step to the last, and write the weights."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--base", type=Path, required=True)
    options.add_argument("--name", required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--epochs", type=int, default=14)
    options.add_argument("--pieces", type=int, default=2200, help="pieces in one step, about")
    options.add_argument("--rate", type=float, default=2e-4)
    options.add_argument("--head-rate", type=float, default=8e-4)
    options.add_argument("--layers", type=int, default=3)
    options.add_argument("--linker-layers", type=int, default=2)
    options.add_argument("--linker-hidden", type=int, default=192)
    options.add_argument("--dropout", type=float, default=0.1)
    options.add_argument("--hidden", type=float, default=0.04, help="share of pieces that are hidden")
    options.add_argument("--learn-pieces", action="store_true", help="let the piece embeddings change too")
    options.add_argument("--roles", choices=("each", "path"), default="each", help="cross-entropy a word, or a CRF")
    options.add_argument("--after", help="begin from the weights of this run (or the mean of several, with commas)")
    options.add_argument("--mean", type=float, default=0.998, help="how slowly the kept mean of the weights follows")
    options.add_argument("--rounded", action="store_true", help="learn with the rounding of 8-bit weights")
    options.add_argument("--chains-twice", action="store_true", help="read texts that hold chains twice an epoch")
    options.add_argument("--parents", type=float, default=0.4, help="weight of finding who carries an anchor")
    options.add_argument(
        "--ours", default="all", help="which texts marked here are read: all, none, or names like iris,larch"
    )
    options.add_argument("--plain", action="store_true", help="change nothing in the texts")
    options.add_argument("--threads", type=int, default=1)
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    train(chosen)


def train(chosen: argparse.Namespace) -> None:
    """Write WORK/NAME.pt, the same for the same options on the same machine."""
    if hashlib.sha256((chosen.base / "model.safetensors").read_bytes()).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{chosen.base / 'model.safetensors'} is not the base this was made for")
    random.seed(chosen.seed)
    torch.manual_seed(chosen.seed)
    rng = random.Random(chosen.seed)
    with open(chosen.work / "examples.pickle", "rb") as file:
        corpus = pickle.load(file)
    pieces = Pieces(chosen.base / "tokenizer.json")
    shape = Shape(
        layers=chosen.layers,
        linker_layers=chosen.linker_layers,
        linker_hidden=chosen.linker_hidden,
        dropout=chosen.dropout,
    )
    network = Network(shape)
    network.load_base(load_file(chosen.base / "model.safetensors"))
    spent = 0.0
    if chosen.after:
        before = [torch.load(chosen.work / f"{name}.pt", weights_only=True) for name in chosen.after.split(",")]
        network.load_state_dict(mean_of([run["weights"] for run in before]))
        spent = max(run["seconds"] for run in before)
    for layer in (*network.encoder.layers, *network.linker.layers):
        layer.rounded = chosen.rounded
    network.encoder.pieces.weight.requires_grad = chosen.learn_pieces
    optimizer = torch.optim.AdamW(weight_groups(network, chosen))
    per_epoch = sum(1 for _ in batches(corpus, 0, pieces, chosen, random.Random(0)))
    steps = per_epoch * chosen.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, steps))
    network.train()
    kept = {name: value.detach().clone() for name, value in network.state_dict().items()}
    began = time.process_time()
    step = 0
    sums: dict[str, float] = {}
    for epoch in range(chosen.epochs):
        for batch in batches(corpus, epoch, pieces, chosen, rng):
            losses = losses_of(network, batch, pieces, chosen, rng)
            loss = sum((chosen.parents if name == "parents" else SHARE[name]) * value for name, value in losses.items())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            if step < steps - 1:
                schedule.step()
            step += 1
            follow(kept, network.state_dict(), min(chosen.mean, step / (step + 9)))
            for name, value in losses.items():
                sums[name] = 0.97 * sums.get(name, value.item()) + 0.03 * value.item()
            if step % 25 == 0:
                shown = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
                sys.stderr.write(f"{time.process_time() - began:6.0f} s  step {step}/{steps}  {shown}\n")
        save(kept, network.shape, chosen, spent + time.process_time() - began)


def save(weights: dict[str, Tensor], shape: Shape, chosen: argparse.Namespace, seconds: float) -> None:
    """Write WORK/NAME.pt as it now stands."""
    options = {name: str(value) for name, value in vars(chosen).items() if name not in ("work", "base")}
    trained = {"weights": weights, "shape": asdict(shape), "options": options, "seconds": seconds}
    torch.save(trained, chosen.work / f"{chosen.name}.pt")


def follow(kept: dict[str, Tensor], now: dict[str, Tensor], share: float) -> None:
    """Move the kept mean of the weights towards what they are now; `share` is how much of it stays."""
    with torch.no_grad():
        for name, mean in kept.items():
            mean.lerp_(now[name], 1 - share)


def weight_groups(network: Network, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Pretrained weights learn slowly, new ones fast."""
    encoder = network.encoder
    old = [encoder.positions, encoder.norm, encoder.layers]
    slow = [p for module in old for p in module.parameters()]
    taken = {id(p) for p in slow} | {id(encoder.pieces.weight), id(network.linker.switches)}
    fast = [p for p in network.parameters() if id(p) not in taken]
    groups = [
        {"params": slow, "lr": chosen.rate, "weight_decay": 0.01},
        {"params": fast, "lr": chosen.head_rate, "weight_decay": 0.01},
        {"params": [network.linker.switches], "lr": 25 * chosen.head_rate, "weight_decay": 0.0},
    ]
    if chosen.learn_pieces:
        groups.append({"params": [encoder.pieces.weight], "lr": chosen.rate / 2, "weight_decay": 0.0})
    return groups


def rate_at(step: int, steps: int) -> float:
    """Share of the full learning rate: up over the first 6 % of steps, then down in a line."""
    warm = max(1, steps * 6 // 100)
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / (steps - warm))


def batches(
    corpus: dict[str, Any], epoch: int, pieces: Pieces, chosen: argparse.Namespace, rng: random.Random
) -> Iterator[list[Item]]:
    """One epoch's windows in groups of like length, in random order. Texts with names only come every third epoch."""
    attributed = [*corpus["given"], *(example for example in corpus["ours"] if is_wanted(example, chosen.ours))]
    relayed = [example for example in attributed if chosen.chains_twice and has_chain(example)]
    examples = attributed + relayed + (corpus["named"] if epoch % 3 == 0 else [])
    items = []
    for example in examples:
        changed = example if chosen.plain else augmented(example, corpus, rng)
        items += items_of(changed, pieces, owned=rng.randint(110, 300), beside=rng.randint(12, 40))
    items.sort(key=lambda item: item.seen.length * rng.uniform(0.85, 1.15))
    groups: list[list[Item]] = [[]]
    size = 0
    for item in items:
        if groups[-1] and size + item.seen.length > chosen.pieces:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += item.seen.length
    rng.shuffle(groups)
    yield from groups


def is_wanted(example: Example, ours: str) -> bool:
    """Whether one of our own texts is read, by what --ours says."""
    return ours == "all" or example.id.rpartition("-")[0] in ours.split(",")


def has_chain(example: Example) -> bool:
    """Whether a voice of the text lies in another."""
    return any(anchor.outer_type >= 0 or anchor.parent != anchor.word for anchor in example.anchors or ())


def items_of(example: Example, pieces: Pieces, *, owned: int, beside: int) -> list[Item]:
    """The windows of one example."""
    ids = pieces.of(example.form)
    case = [case_of(form) for form in example.form]
    places: list[int] = []
    for first, last in paragraphs(example):
        places += quoted(example.form[first:last], [*example.touching[first:last], False])
    found = []
    for window in windows(example.paragraph, owned=owned, beside=beside):
        part = slice(window.first, window.last)
        seen = Seen(ids[part], example.paragraph[part], case[part], places[part])
        anchors = None
        if example.anchors is not None:
            anchors = tuple(anchor for anchor in example.anchors if window.start <= anchor.word < window.stop)
        found.append(Item(example, window, seen, anchors))
    return found


def losses_of(
    network: Network, batch: list[Item], pieces: Pieces, chosen: argparse.Namespace, rng: random.Random
) -> dict[str, Tensor]:
    """Each part of the loss on one batch."""
    arrays = {
        name: torch.from_numpy(array)
        for name, array in encoder_arrays([i.seen for i in batch], start=pieces.start, stop=pieces.stop).items()
    }
    hidden = torch.rand(arrays["pieces"].shape) < chosen.hidden
    arrays["pieces"] = arrays["pieces"].masked_fill(hidden & (arrays["case"] < 5), MASK)
    names, anchors = targets(batch, arrays["heads"].shape)
    with torch.autocast("cpu", torch.bfloat16):
        name_scores, anchor_scores, vectors = network.encoder(**arrays)
    name_scores, anchor_scores = name_scores.float(), anchor_scores.float()
    losses = (
        {"names": F.cross_entropy(name_scores.flatten(0, 1), names.flatten(), ignore_index=-100)}
        if (names >= 0).any()
        else {}
    )
    if not (anchors >= 0).any():
        return losses
    losses["anchors"] = F.cross_entropy(anchor_scores.flatten(0, 1), anchors.flatten(), ignore_index=-100)
    asked = [(row, anchor) for row, item in enumerate(batch) for anchor in item.anchors or ()]
    wrong = doubtful(anchor_scores.detach(), anchors, count=1 + len(asked) // 3)
    return losses | linker_losses(network, batch, asked, wrong, vectors, chosen)


def targets(batch: list[Item], shape: torch.Size) -> tuple[Tensor, Tensor]:
    """Gold name tags and anchors of (windows, words); -100 where nothing is to be learnt."""
    names = np.full(shape, -100)
    anchors = np.full(shape, -100)
    for row, item in enumerate(batch):
        window = item.window
        if item.example.names is not None:
            names[row, : window.last - window.first] = item.example.names[window.first : window.last]
        if item.anchors is not None:
            anchors[row, window.start - window.first : window.stop - window.first] = 0
            for anchor in item.anchors:
                anchors[row, anchor.word - window.first] = 1 if anchor.has_cue else 2
    return torch.from_numpy(names), torch.from_numpy(anchors)


def doubtful(scores: Tensor, gold: Tensor, *, count: int) -> list[tuple[int, int]]:
    """Windows and words the encoder takes for anchors, and wrongly: the likeliest first."""
    likely = (1 - scores.softmax(2)[:, :, 0]).masked_fill(gold != 0, 0)
    best = likely.flatten().topk(min(count, likely.numel()))
    return [
        (int(at) // likely.shape[1], int(at) % likely.shape[1])
        for at, value in zip(best.indices, best.values, strict=True)
        if value > 0.02
    ]


def linker_losses(
    network: Network,
    batch: list[Item],
    asked: list[tuple[int, Anchor]],
    wrong: list[tuple[int, int]],
    vectors: Tensor,
    chosen: argparse.Namespace,
) -> dict[str, Tensor]:
    """The linker's parts of the loss: on every gold anchor, and on words wrongly taken for one."""
    rows = [row for row, _ in asked] + [row for row, _ in wrong]
    if not rows:
        return {}
    places = [anchor.word for _, anchor in asked] + [word + batch[row].window.first for row, word in wrong]
    spans = [(word, *around(word, batch[row].window, batch[row].seen)) for row, word in zip(rows, places, strict=True)]
    arrays = {
        name: torch.from_numpy(array)
        for name, array in linker_arrays(spans, [batch[row].example.paragraph for row in rows]).items()
    }
    length = arrays["seen"].shape[1]
    firsts = torch.tensor([first - batch[row].window.first for row, (_, first, _) in zip(rows, spans, strict=True)])
    words = (firsts[:, None] + torch.arange(length)).clamp(max=vectors.shape[1] - 1)
    with torch.autocast("cpu", torch.bfloat16):
        outputs = network.linker(vectors[torch.tensor(rows)[:, None], words], **arrays)
    roles, parents, holds, stances, sources, outers = (output.float() for output in outputs)
    positive = len(asked)
    losses = {"holds": F.binary_cross_entropy_with_logits(holds, (torch.arange(len(rows)) < positive).float())}
    if not positive:
        return losses
    gold_roles = torch.zeros((positive, length), dtype=torch.long)
    gold_parents = torch.zeros(positive, dtype=torch.long)
    candidates = torch.zeros((positive, length), dtype=torch.bool)
    for at, (row, anchor) in enumerate(asked):
        _, first, last = spans[at]
        for word, role in anchor.roles.items():
            if first <= word < last:
                gold_roles[at, word - first] = role
        parent = anchor.parent if first <= anchor.parent < last else anchor.word
        gold_parents[at] = parent - first
        for other in batch[row].example.anchors or ():
            if first <= other.word < last:
                candidates[at, other.word - first] = True
    for at in range(positive, len(rows)):  # a wrong anchor may be offered as a parent too
        for gold_at in range(positive):
            word = places[at] - spans[gold_at][1]
            if rows[gold_at] == rows[at] and 0 <= word < spans[gold_at][2] - spans[gold_at][1]:
                candidates[gold_at, word] = True
    seen = arrays["seen"][:positive]
    if chosen.roles == "path":
        losses["roles"] = role_path_loss(roles[:positive], network.linker.switches, gold_roles, seen).mean() / 8
    else:
        each = F.cross_entropy(roles[:positive].transpose(1, 2), gold_roles, reduction="none")
        losses["roles"] = (each * seen).sum(1).mean() / 8
    losses["parents"] = F.cross_entropy(parents[:positive].masked_fill(~candidates, -1e4), gold_parents)
    losses["stances"] = F.cross_entropy(stances[:positive], torch.tensor([anchor.stance for _, anchor in asked]))
    kinds = torch.tensor([anchor.source_type for _, anchor in asked])
    relays = torch.tensor([anchor.outer_type for _, anchor in asked])
    losses["types"] = F.cross_entropy(sources[:positive], kinds)
    if (relays >= 0).any():
        losses["types"] = losses["types"] + 0.2 * F.cross_entropy(outers[:positive], relays, ignore_index=-1)
    return losses


if __name__ == "__main__":
    main()
