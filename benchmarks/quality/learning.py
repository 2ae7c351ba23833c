"""What scripts that learn an adapter of the packaged cross-encoder have in common."""

# PyTorch is not always installed: nothing else needs it.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from benchmarks.quality.torch_cross_encoder import cross_encoder, learnt
from platformdirs import user_data_path
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn

from askmesh.models import MINILM_CROSS_ENCODER, ModelStore

WARM_UP = 40
PartT = TypeVar("PartT")


def arguments_of(doc: str | None, *, rate: float, rounds: int) -> argparse.ArgumentParser:
    """Return a parser of what all of them take."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    return parser


def opened(home: Path, *, rank: int, max_tokens: int) -> tuple[nn.Module, Tokenizer]:
    """Return the network, of which an adapter of this rank learns, and its tokenizer."""
    folder = ModelStore(home).resolve(MINILM_CROSS_ENCODER)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return cross_encoder(folder / "model.onnx", rank), tokenizer


def write(network: nn.Module, output: Path) -> None:
    """Write what was learnt, as an adapter."""
    arrays: dict[str, Any] = dict(learnt(network))
    with output.open("wb") as file:
        np.savez_compressed(file, **arrays)


def learn(
    network: nn.Module,
    every: Sequence[Sequence[PartT]],
    loss: Callable[[nn.Module, PartT], Tensor],
    rate: float,
) -> None:
    """Learn from all batches in their order; the rate falls to nothing.

    What is in parts takes less memory: one is read after the other.
    """
    parameters = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
    losses: list[float] = []
    started = time.monotonic()
    network.train()
    for step, batch in enumerate(every):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / len(every))
        optimizer.zero_grad()
        lost = 0.0
        for part in batch:
            share = loss(network, part) / len(batch)
            share.backward()
            lost += share.item()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(lost)
        if step % 25 == 0:
            mean = sum(losses[-50:]) / len(losses[-50:])
            seconds = time.monotonic() - started
            print(f"step {step} of {len(every)}: loss {mean:.4f}, {seconds:.0f} s", flush=True)


def inputs_of(pairs: Sequence[Encoding]) -> dict[str, Tensor]:
    """Return pairs as a network takes them, each as long as the longest."""
    longest = max(len(each.ids) for each in pairs)
    return {
        "input_ids": _padded([each.ids for each in pairs], longest),
        "attention_mask": _padded([each.attention_mask for each in pairs], longest),
        "token_type_ids": _padded([each.type_ids for each in pairs], longest),
    }


def _padded(rows: Sequence[Sequence[int]], length: int) -> Tensor:
    return torch.tensor([[*row, *[0] * (length - len(row))] for row in rows])
