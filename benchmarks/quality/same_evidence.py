"""Whether what answers two questions tells that they ask the same: a look after the search.

    python -m benchmarks.quality.same_evidence DATA --home .askmesh --output FILE

Once a question was searched for and ranked, an answer could be given again that was made from the
same evidence. The pairs are of questions of SQuAD 2.0 about one passage, whose sentences are the
evidence: no search could find better. Those with other answers ask something else; those that
somebody judged are the same, or only look so. A threshold of likeness is fitted on one half of the
passages, to let through as many of what asks something else as allowed, and reported on the other,
both ways round: alone, with agreement of words, and with agreement in evidence, which is the same
best sentence by the cross-encoder, or nearly the same score for it, too. Beside them all that is
known of a pair is weighed by a model that has learnt from one half, judged pairs included, which is
more than could be known in use.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.likeness import agree, asked_for
from benchmarks.quality.same_questions import (
    ALLOWED,
    Known,
    hash_of,
    judged,
    paired,
    squad_questions,
    upper_limit,
)
from benchmarks.quality.squad import Squad
from numpy.typing import NDArray

from askmesh.inference import CrossEncoder, Embedder, onnx_cross_encoder, onnx_embedder
from askmesh.models import ModelStore
from askmesh.text import content_words, is_negated, numbers, sentences, stem

RATES = (ALLOWED / 10, ALLOWED, 3 * ALLOWED, 10 * ALLOWED)
FLOOR = 0.87
"""Pairs that are less alike never pass; the evidence of them is not looked at."""
NEAR = 1.0
"""So far apart in logits are scores of one sentence that are nearly the same."""
STEPS = 60
WEIGHT_OF_SAME = 3.0
DECAY = 30.0

Row: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """Two questions about one passage: how alike they are, and how its sentences answer each."""

    texts: tuple[str, str]
    half: int
    likeness: float
    scores: tuple[Row, Row]

    @property
    def has_one_best(self) -> bool:
        """Whether one sentence answers both best."""
        return bool(self.scores[0].argmax() == self.scores[1].argmax())

    @property
    def apart(self) -> float:
        """How far the best scores are from each other."""
        return float(abs(self.scores[0].max() - self.scores[1].max()))

    def known(self) -> Row:
        """Return all that is known of the pair, as numbers."""
        one, other = self.texts
        first, second = ({stem(word) for word in content_words(text)} for text in self.texts)
        return np.array(
            [
                self.likeness,
                -np.log(1.0001 - self.likeness),
                self.has_one_best,
                min(self.apart, 4.0),
                -min(abs(self.scores[0] - self.scores[1]).max(), 6.0),
                min(scores.max() for scores in self.scores),
                sorted(numbers(one)) == sorted(numbers(other)),
                is_negated(one) == is_negated(other),
                asked_for(one) == asked_for(other),
                agree(one, other),
                len(first & second) / max(len(first | second), 1),
                min(len(first ^ second), 6),
            ],
            dtype=np.float64,
        )


Score: TypeAlias = Callable[[Seen], float]
Learn: TypeAlias = Callable[[Sequence[Seen], Sequence[Seen]], Score]
"""Makes a score from the same and other pairs of one half; the higher, the likelier the same."""


def where(*conditions: Callable[[Seen], bool]) -> Learn:
    """Return what scores by likeness where all conditions hold, whatever it is given to learn."""

    def score(pair: Seen) -> float:
        return pair.likeness if all(condition(pair) for condition in conditions) else -np.inf

    return lambda _same, _other: score


def weighed(same: Sequence[Seen], other: Sequence[Seen]) -> Score:
    """Return what weighs all that is known of a pair: logistic regression, by Newton's steps."""
    rows = np.array([pair.known() for pair in (*same, *other)])
    middle, spread = rows.mean(0), rows.std(0) + 1e-6

    def scaled(known: Row) -> Row:
        return np.append((known - middle) / spread, 1.0)

    matrix = np.array([scaled(row) for row in rows])
    is_same = np.arange(len(rows)) < len(same)
    counted = np.where(is_same, WEIGHT_OF_SAME, 1.0)
    decay = np.append(np.full(len(middle), DECAY), 0.0)
    weights = np.zeros(matrix.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (counted * (likely - is_same)) + decay * weights
        bend = (matrix.T * (counted * likely * (1 - likely))) @ matrix + np.diag(decay + 1e-9)
        weights -= np.linalg.solve(bend, slope)
    return lambda pair: float(scaled(pair.known()) @ weights)


def _agrees(pair: Seen) -> bool:
    return agree(*pair.texts)


def _has_one_best(pair: Seen) -> bool:
    return pair.has_one_best


def _is_near(pair: Seen) -> bool:
    return pair.has_one_best and pair.apart < NEAR


EVIDENCE = "likeness, words, one best sentence"
ALL = "all that is known, weighed"
WAYS: dict[str, Learn] = {
    "likeness": where(),
    "likeness, one best sentence": where(_has_one_best),
    "likeness, one best sentence, near scores": where(_is_near),
    "likeness, words": where(_agrees),
    EVIDENCE: where(_agrees, _has_one_best),
    "likeness, words, one best sentence, near scores": where(_agrees, _is_near),
    ALL: weighed,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one kind that are alike, and how many there are in all, of each half."""

    pairs: Sequence[Seen]
    counts: tuple[int, int]

    def of(self, half: int) -> list[Seen]:
        """Return those of a half of the passages."""
        return [pair for pair in self.pairs if pair.half == half]


class Reading:
    """Reads questions and the sentences of their passages with both models."""

    def __init__(self, squad: Squad, embedder: Embedder, encoder: CrossEncoder) -> None:
        self._squad = squad
        self._embedder = embedder
        self._encoder = encoder
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._scores: dict[Known, Row] = {}

    async def group(self, pairs: Iterable[tuple[Known, Known]]) -> Group:
        """Return those of the pairs that are alike, and how many they are of."""
        counts = [0, 0]
        alike: list[Seen] = []
        for one, other in pairs:
            half = hash_of(one.passage) % 2
            counts[half] += 1
            likeness = float(await self._vector(one) @ await self._vector(other))
            if likeness > FLOOR:
                scores = (await self._scored(one), await self._scored(other))
                alike.append(Seen((one.text, other.text), half, likeness, scores))
        return Group(alike, (counts[0], counts[1]))

    async def _vector(self, question: Known) -> NDArray[np.float32]:
        if question.text not in self._vectors:
            self._vectors[question.text] = await self._embedder.embed_query(question.text)
        return self._vectors[question.text]

    async def _scored(self, question: Known) -> Row:
        if question not in self._scores:
            text = self._squad.passages[question.passage].text
            parts = [text[span.start : span.end] for span in sentences(text)]
            scores = await self._encoder.score(question.text, parts)
            self._scores[question] = np.array(scores, dtype=np.float64)
        return self._scores[question]


def kinds_of_pairs(data: Path) -> dict[str, list[tuple[Known, Known]]]:
    """Return pairs about one passage: the same, those that only look so, and other ones."""
    verdicts = {
        frozenset((each.pair.question, each.pair.edited)): each.is_same
        for each in judged(data)
        if each.is_held_out
    }
    kinds: dict[str, list[tuple[Known, Known]]] = {"same": [], "looking so": [], "other": []}
    for one, other in paired(squad_questions(data / "squad20_dev"), lambda each: each.passage):
        is_same = verdicts.pop(frozenset((one.text, other.text)), None)  # some are there twice
        if is_same is not None:
            kinds["same" if is_same else "looking so"].append((one, other))
        elif not one.has_answer_of(other):
            kinds["other"].append((one, other))
    return kinds


async def read(data: Path, home: Path) -> dict[str, Group]:
    """Return the kinds of pairs with what the models say."""
    store, squad = ModelStore(home), Squad(data / "squad20_dev")
    async with onnx_embedder(store) as embedder, onnx_cross_encoder(store) as encoder:
        reading = Reading(squad, embedder, encoder)
        return {kind: await reading.group(pairs) for kind, pairs in kinds_of_pairs(data).items()}


def curve(groups: dict[str, Group], learn: Learn) -> dict[str, dict[str, tuple[int, int]]]:
    """Return how many of each kind pass, of how many, by the share of other ones allowed."""
    passed: dict[str, dict[str, int]] = {str(rate): dict.fromkeys(groups, 0) for rate in RATES}
    for half in (0, 1):
        fitting = groups["other"].of(half)
        score = learn(groups["same"].of(half), fitting)
        ranked = sorted(map(score, fitting), reverse=True)
        for rate in RATES:
            threshold = ranked[round(rate * groups["other"].counts[half])]
            for kind, group in groups.items():
                passed[str(rate)][kind] += sum(
                    score(pair) > threshold for pair in group.of(1 - half)
                )
    return {
        rate: {kind: (count, sum(groups[kind].counts)) for kind, count in kinds.items()}
        for rate, kinds in passed.items()
    }


def measure(data: Path, home: Path, output: Path | None) -> None:
    """Fit, measure, and write the claims."""
    groups = asyncio.run(read(data, home))
    curves = {way: curve(groups, learn) for way, learn in WAYS.items()}
    told = {way: curves[way][str(ALLOWED)] for way in (EVIDENCE, ALL)}
    publish(
        output,
        benchmark="same_evidence",
        settings={"floor": FLOOR, "near": NEAR},
        results=curves,
        claims=[
            *claims_of_sentences(groups),
            *(claim for way, kinds in told.items() for claim in claims_of(way, kinds)),
        ],
    )


def claims_of_sentences(groups: dict[str, Group]) -> list[Claim]:
    """Return how often one sentence answers both questions best."""
    return [
        Claim(
            f"share of pairs, {said}, that one sentence answers best",
            round(sum(map(_has_one_best, groups[kind].pairs)) / len(groups[kind].pairs), 4),
            None,
            f"{len(groups[kind].pairs)} pairs with a likeness of more than {FLOOR}",
        )
        for kind, said in (
            ("same", "judged to be the same"),
            ("other", "much alike, with other answers"),
        )
    ]


def claims_of(way: str, kinds: dict[str, tuple[int, int]]) -> list[Claim]:
    """Return what passes where one in a thousand of the other ones was allowed."""
    same, looking_so, other = (kinds[kind] for kind in ("same", "looking so", "other"))
    return [
        Claim(
            f"share of the same questions as people wrote them that would pass by {way}",
            round(same[0] / same[1], 4),
            ">= 0.3",
            f"{same[0]} of {same[1]} judged pairs",
        ),
        Claim(
            f"other questions as people wrote them, much alike, that would pass by {way}",
            looking_so[0],
            "= 0",
            f"of {looking_so[1]} judged pairs",
        ),
        Claim(
            f"the upper end of the interval of 95 % of other questions that would pass by {way}",
            round(upper_limit(*other), 5),
            "<= 0.001",
            f"{other[0]} of {other[1]}, each by a threshold fitted on other passages",
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, default=Path(".askmesh"))
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    measure(given.data, given.home, given.output)


if __name__ == "__main__":
    main()
