"""Learn to read whether evidence tells a claim: an adapter for the cross-encoder of reranking.

    python -m pip install torch transformers
    python -m benchmarks.quality.train_claims --output told-claims.npz
        [--rank 16] [--rate 3e-4] [--rounds 2] [--after FILE] [--share 1] [--home FOLDER]

It goes on from the adapter that knows which statement answers, or from that of `--after`. What is
read with a claim is what an answer in the making has, at times what the claim's author had in mind;
a claim that is told is at times read with what is near alone, and then is not.
"""

# PyTorch is not always installed: nothing else needs it.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from benchmarks.quality.judged_claims import (
    JudgedClaim,
    of_organisations,
    of_passages,
    of_quotes,
    of_sentences,
)
from benchmarks.quality.learning import arguments_of, inputs_of, learn, opened, write
from benchmarks.quality.torch_cross_encoder import resume
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn

from askmesh.inference import SHORT_STATEMENTS

BATCH, PART = 32, 8
SLOPE = 0.3
"""How scores become log odds."""
MAX_TOKENS = 224
SEED = 1
QUOTED, MISLEADING = 0.4, 0.25
"""How often a claim is read with what its author had in mind, and with what is near alone."""
SUPPORT_BAR = 0.7
QUOTES, SENTENCES = 0.15, 0.3
"""How many questions' statements are claims as they stand, and how many sentences of passages."""


@dataclass(frozen=True, slots=True)
class Example:
    """A claim and evidence in tokens, and whether it is told there."""

    tokens: Encoding
    is_told: bool


def learnt_from(share: float, rng: random.Random) -> Iterator[JudgedClaim]:
    """Yield what is learnt from: of what is not in pairs only a share."""
    every = chain(
        of_organisations(SUPPORT_BAR, held_out=False),
        of_passages(SUPPORT_BAR, held_out=False),
        of_quotes(SUPPORT_BAR, QUOTES),
        of_sentences(SUPPORT_BAR, SENTENCES),
    )
    for claim in every:
        if claim.is_of_pair or rng.random() < share:
            yield claim


def readings(claim: JudgedClaim, rng: random.Random) -> Iterator[tuple[str, bool]]:
    """Yield evidence that is read with a claim, and whether it tells it."""
    meant = claim.quoted if claim.quoted and rng.random() < QUOTED else claim.evidence
    yield meant, claim.is_told
    if claim.is_told and claim.misleading and rng.random() < MISLEADING:
        yield claim.misleading, False


def examples(
    claims: Sequence[JudgedClaim], tokenizer: Tokenizer, rng: random.Random
) -> Iterator[Example]:
    """Yield what is learnt from in one round."""
    for claim in claims:
        said = f"{claim.question} {claim.claim}"
        for evidence, is_told in readings(claim, rng):
            yield Example(tokenizer.encode(said, evidence), is_told)


def batches(every: Sequence[Example], rng: random.Random) -> Iterator[list[list[Example]]]:
    """Yield all in batches of about equal length, in random order, each in parts."""
    order = list(every)
    rng.shuffle(order)
    near = [order[at : at + 16 * BATCH] for at in range(0, len(order), 16 * BATCH)]
    alike = [sorted(part, key=lambda each: len(each.tokens.ids)) for part in near]
    found = [part[at : at + BATCH] for part in alike for at in range(0, len(part), BATCH)]
    rng.shuffle(found)
    for batch in found:
        yield [batch[at : at + PART] for at in range(0, len(batch), PART)]


def loss_of(network: nn.Module, part: Sequence[Example]) -> Tensor:
    """Return the mean log loss of what is told."""
    logits = network(**inputs_of([each.tokens for each in part])).logits[:, 0]
    told = torch.tensor([float(each.is_told) for each in part])
    return nn.functional.binary_cross_entropy_with_logits(SLOPE * logits, told)


def main() -> None:
    """Learn and write."""
    parser = arguments_of(__doc__, rate=3e-4, rounds=2)
    parser.add_argument("--after", type=Path, default=SHORT_STATEMENTS.path)
    parser.add_argument("--share", type=float, default=1.0)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    claims = [*learnt_from(arguments.share, rng)]
    print(f"{len(claims)} claims", flush=True)
    network, tokenizer = opened(arguments.home, rank=arguments.rank, max_tokens=MAX_TOKENS)
    resume(network, arguments.after)
    every = [
        batch
        for _ in range(arguments.rounds)
        for batch in batches([*examples(claims, tokenizer, rng)], rng)
    ]
    learn(network, every, loss_of, arguments.rate)
    write(network, arguments.output)


if __name__ == "__main__":
    main()
