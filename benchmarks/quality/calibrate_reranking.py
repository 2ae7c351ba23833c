"""Measure how a cross-encoder's scores become probabilities, for passages and for units.

    python benchmarks/quality/calibrate_reranking.py DATA/squad20_dev
        [--home FOLDER] [--questions 300] [--output FILE]

Positive: a question with its own passage, or with the sentence that holds the answer. Negative: the
question with the passage of the same article that has the most words in common with it, and with
one of another article; every other unit of its own passage, and the first unit to score of the
other article's; a question without an answer with the passage that it seems to be about. Only
questions of articles that are not reported, and that the model's adapter was not learnt from, are
used: half of them fit the constants, the other half say how good they are.
"""

import argparse
import asyncio
import json
import math
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.question_sets import is_learnt_from, is_reported
from numpy.typing import NDArray
from platformdirs import user_data_path

from askmesh.inference import CrossEncoder, onnx_cross_encoder
from askmesh.models import MINILM_CROSS_ENCODER, ModelStore
from askmesh.reranking.ports import Candidate
from askmesh.reranking.snippets import snippets
from askmesh.reranking.unit_pairs import unit_pairs
from askmesh.text import stems

SEED = 20
ITERATIONS = 50
UNANSWERABLE_SHARE = 0.25
"""Questions without an answer, in proportion to those with one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of an article."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, with its answers if there are any, and its passage."""

    text: str
    answers: tuple[str, ...]
    passage_id: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One text to score for a question. `kind` says why it is positive or negative."""

    question: int
    kind: str
    positive: bool
    text: str


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs of one sort with their logits."""

    pairs: list[Pair]
    logits: NDArray[np.float64]

    @property
    def labels(self) -> NDArray[np.float64]:
        """1.0 where a pair is positive."""
        return np.array([float(pair.positive) for pair in self.pairs])

    def of(self, kinds: Iterable[str]) -> NDArray[np.float64]:
        """Logits of the pairs of these kinds."""
        wanted = set(kinds)
        return self.logits[[pair.kind in wanted for pair in self.pairs]]

    def half(self, remainder: int) -> "Scored":
        """The pairs of every other question."""
        keep = [place for place, pair in enumerate(self.pairs) if pair.question % 2 == remainder]
        return Scored([self.pairs[place] for place in keep], self.logits[keep])


def main() -> None:
    """Score the pairs, fit and report."""
    arguments = _arguments()
    results = asyncio.run(_results(arguments))
    publish(
        arguments.output,
        benchmark="calibrate_reranking",
        settings={
            "data": arguments.data.name,
            "model": MINILM_CROSS_ENCODER.identity,
            "questions": arguments.questions,
            "unanswerable_share": UNANSWERABLE_SHARE,
            "seed": SEED,
        },
        results=results,
        claims=_claims(results),
    )


def _claims(results: Mapping[str, Any]) -> list[Claim]:
    return [
        Claim(
            f"log loss of calibrated scores of {kind}, on the other half of the questions",
            measures["held_out_log_loss"],
            f"< {measures['held_out_log_loss_uncalibrated']}",
            baseline="scores that are not calibrated",
        )
        for kind, measures in results.items()
    ]


async def _results(arguments: argparse.Namespace) -> dict[str, Any]:
    passages, questions = read_articles(arguments.data)
    unseen = [each for each in questions if not is_learnt_from(passages[each.passage_id].title)]
    sample = sampled(unseen, passages, arguments.questions, unanswerable=UNANSWERABLE_SHARE)
    sorts = {
        "passages": list(passage_pairs(sample, passages)),
        "units": list(unit_pairs_of(sample, passages)),
    }
    results: dict[str, Any] = {}
    async with onnx_cross_encoder(ModelStore(arguments.home)) as encoder:
        for name, pairs in sorts.items():
            started = time.perf_counter()
            scored = await _scored(encoder, sample, pairs)
            seconds = time.perf_counter() - started
            results[name] = _measures(scored) | {"pairs_per_second": round(len(pairs) / seconds, 1)}
    return results


def sampled(
    questions: Sequence[Question],
    passages: Mapping[str, Passage],
    count: int,
    *,
    unanswerable: float,
) -> list[Question]:
    """Return `count` questions with an answer, and others in proportion; none is reported."""
    rng = random.Random(SEED)
    tuning = [
        question for question in questions if not is_reported(passages[question.passage_id].title)
    ]
    answerable = [question for question in tuning if question.answers]
    others = [question for question in tuning if not question.answers]
    chosen = rng.sample(answerable, count) + rng.sample(others, int(count * unanswerable))
    rng.shuffle(chosen)
    return chosen


def passage_pairs(sample: Sequence[Question], passages: dict[str, Passage]) -> Iterable[Pair]:
    """Yield the snippets by which the service scores passages."""
    for number, question in enumerate(sample):
        gold = passages[question.passage_id]
        if not question.answers:
            (text,) = snippets(question.text, [_candidate(gold)])
            yield Pair(number, "unanswerable", positive=False, text=text)
            continue
        others = [_near(question, passages), _far(number, question, passages)]
        texts = snippets(question.text, list(map(_candidate, [gold, *others])))
        for kind, text in zip(("own", "near", "far"), texts, strict=True):
            yield Pair(number, kind, positive=kind == "own", text=text)


def unit_pairs_of(sample: Sequence[Question], passages: dict[str, Passage]) -> Iterable[Pair]:
    """Yield the units of evidence as the service scores them."""
    for number, question in enumerate(sample):
        own = passages[question.passage_id]
        for pair in unit_pairs(question.text, [_candidate(own)]):
            said = own.text[pair.span.start : pair.span.end]
            holds = any(answer in said for answer in question.answers)
            kind = "holds" if holds else "beside" if question.answers else "unanswerable"
            yield Pair(number, kind, positive=holds, text=pair.text)
        if question.answers:
            far = _far(number, question, passages)
            best = unit_pairs(question.text, [_candidate(far)])[0]
            yield Pair(number, "far", positive=False, text=best.text)


def _candidate(passage: Passage) -> Candidate:
    prefix = f"{passage.title}\n"
    return Candidate(passage.title, prefix + passage.text, len(prefix))


def _near(question: Question, passages: dict[str, Passage]) -> Passage:
    article = passages[question.passage_id].title
    others = [
        passage
        for passage_id, passage in passages.items()
        if passage.title == article and passage_id != question.passage_id
    ]
    return max(others, key=lambda passage: _common(question.text, passage.text))


def _far(number: int, question: Question, passages: dict[str, Passage]) -> Passage:
    article = passages[question.passage_id].title
    others = [passage for passage in passages.values() if passage.title != article]
    return random.Random(f"{SEED} {number}").choice(others)


def _common(question: str, text: str) -> int:
    return len(stems(question) & stems(text))


async def _scored(
    encoder: CrossEncoder, sample: Sequence[Question], pairs: Sequence[Pair]
) -> Scored:
    logits: list[float] = []
    for pair in pairs:
        [logit] = await encoder.score(sample[pair.question].text, [pair.text])
        logits.append(math.nan if logit is None else logit)
    return Scored(list(pairs), np.array(logits))


def _measures(scored: Scored) -> dict[str, Any]:
    fitted, held_out = scored.half(0), scored.half(1)
    slope, intercept = _platt(fitted.logits, fitted.labels)
    positive = scored.logits[scored.labels > 0]
    kinds = sorted({pair.kind for pair in scored.pairs})
    return {
        "pairs": len(scored.pairs),
        "positive_share": round(float(scored.labels.mean()), 4),
        "slope": round(slope, 4),
        "intercept": round(intercept, 4),
        "held_out_log_loss": round(_log_loss(held_out, slope, intercept), 4),
        "held_out_log_loss_uncalibrated": round(_log_loss(held_out, 1.0, 0.0), 4),
        "auc": round(_auc(positive, scored.logits[scored.labels == 0]), 4),
        "auc_by_kind": {
            kind: round(_auc(positive, scored.of([kind])), 4)
            for kind in kinds
            if kind not in {"own", "holds"}
        },
        "logit_quantiles": {kind: _quantiles(scored.of([kind])) for kind in kinds},
        "probability_at_quantiles": {
            kind: {
                share: round(float(_probability(np.array(logit), slope, intercept)), 4)
                for share, logit in _quantiles(scored.of([kind])).items()
            }
            for kind in kinds
        },
    }


def _platt(logits: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[float, float]:
    """Fit slope and intercept by Newton's method, with Platt's smoothed targets."""
    positives, negatives = float(labels.sum()), float((1 - labels).sum())
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    targets = low + (high - low) * labels
    features = np.stack([logits, np.ones_like(logits)], axis=1)
    weights = np.zeros(2)
    for _ in range(ITERATIONS):
        predicted = _probability(logits, weights[0], weights[1])
        gradient = features.T @ (predicted - targets)
        curvature = (features * (predicted * (1 - predicted))[:, None]).T @ features
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
    return float(weights[0]), float(weights[1])


def _probability(
    logits: NDArray[np.float64], slope: float, intercept: float
) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(slope * logits + intercept, -60, 60))))


def _log_loss(scored: Scored, slope: float, intercept: float) -> float:
    predicted = np.clip(_probability(scored.logits, slope, intercept), 1e-12, 1 - 1e-12)
    losses = np.where(scored.labels > 0, -np.log(predicted), -np.log(1 - predicted))
    return float(losses.mean())


def _auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    above = (positive[:, None] > negative[None, :]).mean()
    level = (positive[:, None] == negative[None, :]).mean()
    return float(above + level / 2)


def _quantiles(logits: NDArray[np.float64]) -> dict[str, float]:
    shares = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
    return {str(share): round(float(np.quantile(logits, share)), 3) for share in shares}


def read_articles(folder: Path) -> tuple[dict[str, Passage], list[Question]]:
    """Return the passages of a collection by name, and the questions to them."""
    passages = {
        row["_id"]: Passage(row["title"], row["text"]) for row in _rows(folder / "corpus.jsonl")
    }
    questions = [
        Question(
            row["text"],
            tuple(row["metadata"]["answers"]),
            row["metadata"]["gold_passage"],
        )
        for row in _rows(folder / "queries.jsonl")
    ]
    return passages, questions


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
