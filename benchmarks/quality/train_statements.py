"""Learn the adapter of reranking's cross-encoder: which statement answers.

    python -m pip install torch transformers
    python -m benchmarks.quality.labelled_statements --data DATA --output pairs.jsonl
    python -m benchmarks.quality.train_statements pairs.jsonl --output short-statements.npz
        [--rank 16] [--rate 4e-4] [--rounds 1] [--home FOLDER]

Of each question take part: what answers, alone or with others, what only looks as if, the two
others that score best with the adapter there is, sometimes a further one, and a snippet of each
sort. The loss is that of the probabilities which reranking makes of the scores, so that scores keep
their scale; and half that of the choice of what answers among the question's units.
"""

# PyTorch is not always installed: nothing else needs it.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import torch
from benchmarks.quality.labelled_statements import TOLD, Asked, Statement, is_held_out, load
from benchmarks.quality.learning import arguments_of, inputs_of, learn, opened, write
from tokenizers import Encoding
from torch import Tensor, nn

from askmesh.reranking.calibration import PlattScaling

PASSAGES = PlattScaling(slope=0.3804, intercept=-1.4446)
UNITS = PlattScaling(slope=0.2897, intercept=-1.3485)
"""How scores become probabilities without an adapter."""
BATCH = 32
MAX_TOKENS = 192
SEED = 1
MOST_TOLD = 3
BESIDE = 0.5
"""The weight of the choice among a question's statements."""
FURTHER = 0.6
"""How often a statement that is no likely one takes part, and a snippet that answers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a statement in tokens, and whether it answers."""

    tokens: Encoding
    is_unit: bool
    answers: bool


Group: TypeAlias = Sequence[Example]
"""What takes part of one question."""


def chosen(asked: Asked, rng: random.Random) -> Iterator[Statement]:
    """Yield the statements of a question that take part."""
    units = [each for each in asked.statements if each.kind == "unit"]
    answering = [each for each in units if each.label in TOLD]
    rng.shuffle(answering)
    beside = _likeliest(units)
    yield from answering[:MOST_TOLD]
    yield from [each for each in units if each.label == "near"][:2]
    yield from beside[:2]
    if beside[2:] and rng.random() < FURTHER:
        yield rng.choice(beside[2:])
    snippets = [each for each in asked.statements if each.kind == "snippet"]
    if rng.random() < FURTHER:
        yield from [each for each in snippets if each.label in TOLD][:1]
    yield from _likeliest(snippets)[:1]


def _likeliest(statements: Iterable[Statement]) -> list[Statement]:
    beside = [each for each in statements if each.label == "beside"]
    return sorted(beside, key=lambda each: -each.score)


def batches(groups: Sequence[Group], rng: random.Random) -> Iterator[list[Group]]:
    """Yield all groups in batches of about equal length, in random order."""
    order = list(groups)
    rng.shuffle(order)
    near = [order[at : at + 16 * BATCH] for at in range(0, len(order), 16 * BATCH)]
    every = [batch for part in near for batch in _filled(sorted(part, key=_length))]
    rng.shuffle(every)
    yield from every


def _length(group: Group) -> int:
    return max(len(each.tokens.ids) for each in group)


def _filled(groups: Iterable[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    for group in groups:
        batch.append(group)
        if sum(map(len, batch)) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def loss_of(network: nn.Module, batch: Sequence[Group]) -> Tensor:
    """Return the mean log loss of which statements answer, each by itself and beside the others."""
    examples = [each for group in batch for each in group]
    logits = _logits(network, examples)
    answers = torch.tensor([float(each.answers) for each in examples])
    alone = nn.functional.binary_cross_entropy_with_logits(logits, answers)
    orders = list(_orders(batch, logits))
    return alone + BESIDE * torch.stack(orders).mean() if orders else alone


def _logits(network: nn.Module, examples: Sequence[Example]) -> Tensor:
    inputs = inputs_of([each.tokens for each in examples])
    scales = [UNITS if each.is_unit else PASSAGES for each in examples]
    slopes = torch.tensor([scale.slope for scale in scales])
    intercepts = torch.tensor([scale.intercept for scale in scales])
    return slopes * network(**inputs).logits[:, 0] + intercepts


def _orders(batch: Sequence[Group], logits: Tensor) -> Iterator[Tensor]:
    """Yield for each unit that answers the log loss of its choice among those that do not."""
    for group, own in zip(batch, torch.split(logits, [*map(len, batch)]), strict=True):
        units = [place for place, each in enumerate(group) if each.is_unit]
        others = own[[place for place in units if not group[place].answers]]
        for told in (own[place] for place in units if group[place].answers and len(others)):
            yield torch.logsumexp(torch.cat([told[None], others]), 0) - told


def main() -> None:
    """Learn and write."""
    parser = arguments_of(__doc__, rate=4e-4, rounds=1)
    parser.add_argument("pairs", type=Path)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    network, tokenizer = opened(arguments.home, rank=arguments.rank, max_tokens=MAX_TOKENS)
    groups = [
        [
            Example(
                tokenizer.encode(asked.question, statement.text),
                statement.kind == "unit",
                statement.label in TOLD,
            )
            for statement in chosen(asked, rng)
        ]
        for asked in load(arguments.pairs)
        if not is_held_out(asked.source)
    ]
    groups = [group for group in groups if group]
    print(f"{len(groups)} questions, {sum(map(len, groups))} pairs")
    shuffling = random.Random(SEED)
    every = [[batch] for _ in range(arguments.rounds) for batch in batches(groups, shuffling)]
    learn(network, every, loss_of, arguments.rate)
    write(network, arguments.output)


if __name__ == "__main__":
    main()
