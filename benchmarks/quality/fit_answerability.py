"""Fit the probability that sources answer a question, and say how far it can be relied on.

    python benchmarks/quality/fit_answerability.py DATA/squad20_dev
        [--home FOLDER] [--questions 100] [--output FILE]

Of each sort as many questions as asked for, all of articles that are not reported: answered ones
with their passage and three others; ones without an answer, with the passage that seems to have
one; answered ones without their passage; and answered ones in which a number or a name was
exchanged for one that no document has. And the questions to the small collections beside this file:
answered ones, ones without an answer, and answered ones without the statement that answers; where
there are scores, also the questions to organisations that the adapter of reranking is not learnt
from. All kinds count as much as each other. Scores are those of reranking. Half of
the questions fit the weights, the other half say how good they are: reliability by tenths of the
probability, and how many wrong answers remain at each share of questions that are answered.
"""

import argparse
import asyncio
import json
import random
import re
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.labelled_statements import ORGANISATIONS, is_held_out, questions_to, told_by
from benchmarks.quality.small_collections import small_collections
from benchmarks.quality.squad import Passage, Question, Squad
from numpy.typing import NDArray
from platformdirs import user_data_path

from askmesh.inference import CrossEncoder, onnx_cross_encoder
from askmesh.models import MINILM_CROSS_ENCODER, ModelStore
from askmesh.reranking.budget import BudgetLimits
from askmesh.reranking.calibration import FLOOR, PASSAGES, SENTENCE_FLOOR, UNITS
from askmesh.reranking.ports import Candidate
from askmesh.reranking.ranker import Ranker, Scale
from askmesh.summarization.answerability import Signals, signals_of
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.sections import with_identifiers
from askmesh.summarization.values import Source, SourceSentence
from askmesh.text import names

SEED = 7
OTHERS = 3
SCORED_PASSAGES = 3
SOURCES = 5
ENOUGH = 1_000.0
"""Seconds in which everything is scored."""
RIDGE = 0.002
BINS = 10
ROUNDS = 50
KINDS = ("articles", "collections", "organisations")
FLOORS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
_STRANGE_NAMES = ("Quillfeather", "Ambrose Tarrow", "Zelmania", "Port Ostrava Bay")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its sources, where they are from, and whether they answer it."""

    kind: str
    sort: str
    question: str
    passages: tuple[Passage, ...]

    @property
    def answered(self) -> bool:
        """Whether the sources answer the question."""
        return self.sort == "answered"

    @property
    def fits(self) -> bool:
        """Whether it fits the weights; the others say how good they are."""
        return zlib.crc32(self.question.encode()) % 2 == 0


Rows = list[tuple[Example, Signals]]


def main() -> None:
    """Collect signals, fit and report."""
    arguments = _arguments()
    scored, unscored = asyncio.run(_rows(arguments))
    results = {
        "signals": list(Signals.__dataclass_fields__),
        "scored": _fit(scored),
        "unscored": _fit(unscored),
    }
    publish(
        arguments.output,
        benchmark="fit_answerability",
        settings={
            "data": arguments.data.name,
            "model": MINILM_CROSS_ENCODER.identity,
            "questions_of_each_sort": arguments.questions,
            "seed": SEED,
        },
        results=results,
        claims=_claims(results),
    )
    print(json.dumps(results, indent=1))


def _claims(results: dict[str, Any]) -> list[Claim]:
    return [
        Claim(
            f"area under the curve of {name} answerability, {kind}, on the other half",
            results[name][kind]["auc"],
            ">= 0.85",
        )
        for name in ("scored", "unscored")
        for kind in KINDS
        if kind in results[name]
    ]


async def _rows(arguments: argparse.Namespace) -> tuple[Rows, Rows]:
    articles = of_articles(Squad(arguments.data), arguments.questions)
    examples = [*articles, *of_collections(), *of_organisations()]
    with_scores: Rows = []
    without: Rows = []
    async with onnx_cross_encoder(ModelStore(arguments.home)) as encoder:
        for example in examples:
            scored = await scored_sources(encoder, example.question, example.passages)
            with_scores.append((example, _signals(example, scored)))
            if example.kind != "organisations":  # half of what answers there has other words
                plain = [replace(source, score=None, sentences=()) for source in scored]
                without.append((example, _signals(example, plain)))
    return with_scores, without


def of_collections() -> Iterator[Example]:
    """Yield the questions to the small collections."""
    kind = "collections"
    for asked in small_collections():
        if asked.answer is None:
            yield Example(kind, "unanswerable", asked.question, asked.found())
        else:
            yield Example(kind, "answered", asked.question, asked.found())
            away = asked.without_answer()
            yield Example(kind, "without its passage", asked.question, away.found())


def of_organisations() -> Iterator[Example]:
    """Yield the questions to organisations that the adapter of reranking is not learnt from."""
    for file in sorted(ORGANISATIONS.glob("*.json")):
        if is_held_out(file.stem):
            for row, passages in questions_to(file):
                sort = "answered" if told_by(row) else "unanswerable"
                yield Example("organisations", sort, row["question"], tuple(passages))


def of_articles(squad: Squad, count: int) -> Iterator[Example]:
    """Yield questions of the articles that are not reported, as many of each sort."""
    tuning = squad.tuning(SEED)
    answered = iter([question for question in tuning if question.answers])
    unanswerable = iter([question for question in tuning if not question.answers])
    for _ in range(count):
        right, other = next(answered), next(unanswerable)
        yield Example("articles", "answered", right.text, _found(squad, right))
        yield Example("articles", "unanswerable", other.text, _found(squad, other))
        away = next(answered)
        yield Example("articles", "without its passage", away.text, _found(squad, away)[1:])
    exchanged = ((question, _exchanged(question.text)) for question in answered)
    changed = [(question, text) for question, text in exchanged if text][:count]
    for question, text in changed:
        yield Example("articles", "exchanged", text, _found(squad, question))


def _found(squad: Squad, question: Question) -> tuple[Passage, ...]:
    return tuple(squad.sources(question, distractors=OTHERS))


def _exchanged(question: str) -> str:
    """Return the question about something that no document has; nothing if it names nothing."""
    if number := re.search(r"\b(?:1[5-9]|20)\d\d\b", question):
        return question.replace(number.group(), str(int(number.group()) + 2317))
    found = names(question)
    strange = random.Random(question).choice(_STRANGE_NAMES)
    return question.replace(found[0], strange) if found else ""


async def scored_sources(
    encoder: CrossEncoder, question: str, passages: Sequence[Passage]
) -> list[Source]:
    """Return passages as reranking gives them to summarization, the best first."""
    named = dict(zip(map(str, range(len(passages))), passages, strict=True))
    candidates = [_candidate(name, passage) for name, passage in named.items()]
    ranking = await _ranker(encoder).rank(question, candidates, sentence_passages=SCORED_PASSAGES)
    return [
        Source(
            passage_id=each.passage_id,
            document_id=named[each.passage_id].title,
            title=named[each.passage_id].title,
            text=named[each.passage_id].text,
            score=each.score,
            sentences=tuple(
                SourceSentence(sentence.start, sentence.end, sentence.score)
                for sentence in each.sentences
            ),
        )
        for each in ranking.passages[:SOURCES]
    ]


def _ranker(encoder: CrossEncoder) -> Ranker:
    unhurried = BudgetLimits(0.0, ENOUGH, ENOUGH, reserve=0.0, passage_share=0.5)
    return Ranker(
        encoder,
        Alone(),
        Scale(PASSAGES, UNITS, FLOOR, SENTENCE_FLOOR),
        unhurried,
        remaining=lambda: None,
        clock=time.monotonic,
        stages=Unmeasured(),
    )


class Alone:
    """No other ranking waits."""

    places = 1
    waiting = 0


class Unmeasured:
    """Stages of which nobody takes the time."""

    def stage(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 - a Protocol's
        """Do nothing before and after."""
        return nullcontext()


def _candidate(name: str, passage: Passage) -> Candidate:
    prefix = f"{passage.title}\n"
    return Candidate(name, prefix + passage.text, len(prefix))


def _signals(example: Example, sources: Sequence[Source]) -> Signals:
    question = take_apart(example.question)
    ranked = rank_units(example.question, sources)
    return signals_of(question, with_identifiers(question, ranked))


def _fit(rows: Rows) -> dict[str, Any]:
    features = np.array([astuple(signals) for _, signals in rows], dtype=np.float64)
    examples = [example for example, _ in rows]
    labels = np.array([float(example.answered) for example in examples])
    fitted = np.array([example.fits for example in examples])
    weighed = importance([example for example in examples if example.fits])
    weights = logistic(features[fitted], labels[fitted], weighed)
    predicted = _probabilities(features[~fitted], weights)
    held_out = [example for example in examples if not example.fits]
    return {
        "weights": [round(float(weight), 3) for weight in weights[:-1]],
        "intercept": round(float(weights[-1]), 3),
        **{
            kind: _quality(
                predicted[[example.kind == kind for example in held_out]],
                [example for example in held_out if example.kind == kind],
            )
            for kind in KINDS
            if kind in {example.kind for example in held_out}
        },
    }


def _quality(predicted: NDArray[np.float64], examples: Sequence[Example]) -> dict[str, Any]:
    labels = np.array([float(example.answered) for example in examples])
    sorts = np.array([example.sort for example in examples])
    return {
        "auc": round(auc(predicted[labels > 0], predicted[labels == 0]), 4),
        "auc_by_sort": {
            sort: round(auc(predicted[labels > 0], predicted[sorts == sort]), 4)
            for sort in sorted(set(sorts) - {"answered"})
        },
        "reliability": _reliability(predicted, labels),
        "risk_coverage": _risk_coverage(predicted, labels),
        "at_floor": {str(floor): _at(floor, predicted, sorts) for floor in FLOORS},
    }


def importance(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Weigh all kinds alike, and in each the answered questions as much as the others."""
    sizes = Counter((example.kind, example.answered) for example in examples)
    each = len(examples) / len(sizes)
    return np.array([each / sizes[example.kind, example.answered] for example in examples])


def logistic(
    features: NDArray[np.float64], labels: NDArray[np.float64], importance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fit by Newton's method with a small ridge, which leaves useless signals at zero."""
    inputs = np.hstack([features, np.ones((len(features), 1))])
    weights = np.zeros(inputs.shape[1])
    ridge = np.diag([RIDGE * len(inputs)] * features.shape[1] + [1e-6])
    for _ in range(ROUNDS):
        predicted = _probabilities(features, weights)
        gradient = inputs.T @ (importance * (predicted - labels)) + ridge @ weights
        spread = importance * predicted * (1 - predicted)
        weights -= np.linalg.solve((inputs * spread[:, None]).T @ inputs + ridge, gradient)
    return weights


def _probabilities(
    features: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    total = features @ weights[:-1] + weights[-1]
    return np.asarray(1 / (1 + np.exp(-np.clip(total, -60, 60))))


def auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the area under the curve."""
    above = (positive[:, None] > negative[None, :]).mean()
    level = (positive[:, None] == negative[None, :]).mean()
    return float(above + level / 2)


def _reliability(
    predicted: NDArray[np.float64], labels: NDArray[np.float64]
) -> list[dict[str, float]]:
    bins = np.minimum((predicted * BINS).astype(int), BINS - 1)
    return [
        {
            "predicted": round(float(predicted[bins == place].mean()), 3),
            "answered": round(float(labels[bins == place].mean()), 3),
            "questions": int((bins == place).sum()),
        }
        for place in range(BINS)
        if (bins == place).any()
    ]


def _risk_coverage(
    predicted: NDArray[np.float64], labels: NDArray[np.float64]
) -> list[dict[str, float]]:
    order = labels[np.argsort(-predicted)]
    shares = [round(0.1 * step, 1) for step in range(1, 11)]
    return [
        {"coverage": share, "risk": round(1 - float(order[: round(share * len(order))].mean()), 3)}
        for share in shares
    ]


def _at(floor: float, predicted: NDArray[np.float64], sorts: NDArray[np.str_]) -> dict[str, float]:
    """Return the share of each sort that is not answered at this floor."""
    return {
        sort: round(float((predicted[sorts == sort] < floor).mean()), 3)
        for sort in sorted(set(sorts))
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
