"""How far likeness would go in finding questions that ask the same, where agreement guards it.

    python -m benchmarks.quality.likeness DATA --home .askmesh --output FILE

Two questions would be taken for the same if the embeddings are alike and both agree: in numbers,
negation, time, question word and the order of the words that they share, and differ in more than
one word. The threshold is fitted on one half of what asks something else, edits by rule and pairs
of questions about one passage of SQuAD 2.0 with other answers, so that as many pass as allowed. It
is reported on the other half, and on the pairs that people wrote and somebody judged, which none of
it was made from but the part for fitting.
"""

import argparse
import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.claims import Claim, publish
from benchmarks.quality.other_words import OTHER
from benchmarks.quality.same_questions import (
    ALLOWED,
    SEED,
    Pair,
    edited,
    hash_of,
    judged,
    paired,
    similarities,
    squad_questions,
    typed_questions,
    upper_limit,
)

from askmesh.text import content_words, is_negated, numbers, stem

_ASKING = ("who", "when", "where", "why", "how", "what", "which")
_PAST = frozenset(["was", "were", "did", "had"])


def agree(one: str, other: str) -> bool:
    """Return whether two questions differ in wording alone, as far as their words tell."""
    first, second = ([stem(word) for word in content_words(text)] for text in (one, other))
    only_first, only_second = set(first) - set(second), set(second) - set(first)
    shared = set(first) & set(second)
    return (
        sorted(numbers(one)) == sorted(numbers(other))
        and is_negated(one) == is_negated(other)
        and asked_for(one) == asked_for(other)
        and [word for word in first if word in shared]
        == [word for word in second if word in shared]
        and bool(only_first and only_second)
        and len(only_first | only_second) > 2
    )


def asked_for(text: str) -> tuple[str, bool]:
    """Return the question word of a text and whether it is asked about the past."""
    words = text.lower().rstrip("?!. ").split()
    return next((word for word in words if word in _ASKING), ""), bool(_PAST & set(words))


@dataclass(frozen=True, slots=True)
class Likened:
    """Pairs with their likeness, -1 where they do not agree."""

    pairs: Sequence[Pair]
    values: Sequence[float]

    def passing(self, threshold: float) -> list[bool]:
        """Return of each pair whether it has one gist, or is more alike than that."""
        return [
            pair.hits or value > threshold
            for pair, value in zip(self.pairs, self.values, strict=True)
        ]


async def likened(home: Path, pairs: Sequence[Pair]) -> Likened:
    """Return the pairs with their likeness; nothing is embedded where they do not agree."""
    agreeing = [pair for pair in pairs if agree(pair.question, pair.edited)]
    found = dict(zip(agreeing, await similarities(home, agreeing), strict=True))
    return Likened(pairs, [found.get(pair, -1.0) for pair in pairs])


def others(data: Path, count: int) -> list[Pair]:
    """Return pairs of questions that ask something else."""
    chance = random.Random(SEED)
    squad = squad_questions(data / "squad20_dev")
    drawn = chance.sample(typed_questions(data / "query_strings"), count)
    drawn += chance.sample([each.text for each in squad], count)
    beside = [
        Pair("one passage", one.text, other.text)
        for one, other in paired(squad, lambda each: each.passage)
        if not one.has_answer_of(other)
    ]
    return edited(drawn, OTHER) + beside


def measure(data: Path, home: Path, count: int, output: Path | None) -> None:
    """Fit, measure, and write the claims."""
    known = [asyncio.run(likened(home, group)) for group in groups(data, count)]
    ranked = sorted(known[0].values, reverse=True)
    curve = {
        str(allowed): _passed(known, ranked[round(allowed * len(ranked))])
        for allowed in (ALLOWED / 10, ALLOWED, ALLOWED * 10)
    }
    publish(
        output,
        benchmark="likeness",
        settings={"questions": 2 * count, "seed": SEED},
        results=curve,
        claims=claims_of(curve[str(ALLOWED)]),
    )


def groups(data: Path, count: int) -> list[list[Pair]]:
    """Return the pairs by what they are for, see `_passed`."""
    other, people = others(data, count), judged(data)
    fitted = [pair for pair in other if hash_of(pair.question) % 2 == 0]
    rest = [pair for pair in other if hash_of(pair.question) % 2]
    kinds = [
        [each.pair for each in people if (each.is_held_out, each.is_same) == kind]
        for kind in ((True, True), (True, False), (False, True), (False, False))
    ]
    return [fitted, rest, *kinds]


def claims_of(told: Mapping[str, tuple[int, int]]) -> list[Claim]:
    """Return what would pass at the threshold that was fitted, of each group."""
    return [
        Claim(
            "the upper end of the interval of 95 % of other questions that would pass",
            round(upper_limit(*told["other"]), 5),
            "<= 0.001",
            f"{told['other'][0]} of {told['other'][1]} that the threshold was not fitted on",
        ),
        Claim(
            "share of the same questions as people wrote them that would pass",
            round(told["held, same"][0] / told["held, same"][1], 4),
            ">= 0.3",
            f"{told['held, same'][0]} of {told['held, same'][1]} judged pairs",
        ),
        Claim(
            "other questions as people wrote them, much alike, that would pass",
            told["held, other"][0],
            "= 0",
            f"of {told['held, other'][1]} judged pairs",
        ),
    ]


def _passed(known: Sequence[Likened], threshold: float) -> dict[str, tuple[int, int]]:
    names = ("fitted", "other", "held, same", "held, other", "fitting, same", "fitting, other")
    return {
        name: (sum(each.passing(threshold)), len(each.pairs))
        for name, each in zip(names, known, strict=True)
    }


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, default=Path(".askmesh"))
    parser.add_argument("--questions", type=int, default=1500)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    measure(given.data, given.home, given.questions, given.output)


if __name__ == "__main__":
    main()
