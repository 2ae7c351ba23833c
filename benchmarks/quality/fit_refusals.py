"""Choose how readily a language model may refuse, by what it thinks and by what the scores say.

    askmesh up                                   # in another terminal
    python -m benchmarks.quality.fit_refusals DATA/squad20_dev
        [--triton 127.0.0.1:7410] [--home FOLDER] [--questions 40] [--output FILE]

The model is given the prompts of its answers, one token long, and it is looked for what must be
added to the logit of the refusal until it refuses: the more, the surer it is of an answer. As many
questions as asked for have an answer in their article, as many only seem to; and the questions to
the small collections are asked. None is reported anywhere. Half of them fit a logistic model of
this number and of the probability that summarization knows before; the other half says how good it
is, and what the bias in use does.
"""

import argparse
import asyncio
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.fit_answerability import (
    Example,
    auc,
    importance,
    logistic,
    of_articles,
    of_collections,
    scored_sources,
)
from benchmarks.quality.squad import Squad
from platformdirs import user_data_path

from askmesh.inference import (
    Bias,
    CrossEncoder,
    GenerationRequest,
    LanguageModel,
    LanguageModelProfile,
    TokenCounter,
    onnx_cross_encoder,
    open_profile,
    open_token_counter,
    triton_language_model,
)
from askmesh.models import ModelStore
from askmesh.summarization.answerability import refusal_bias
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.composition import composed
from askmesh.summarization.deciding import decided
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.settings import Settings
from askmesh.summarization.stating import stated
from askmesh.summarization.values import SummaryRequest
from askmesh.summarization.wiring import assembly_limits
from askmesh.telemetry import silent_telemetry

PROFILE = "qwen2.5-coder-1.5b-instruct"
LOWEST, HIGHEST, STEPS = -12.0, 12.0, 7
SORTS = ("answered", "unanswerable")
BASE_RATE = math.log(0.6 / 0.4)
"""People who ask their own documents find an answer for 60 of 100 questions."""
FLOORS = (0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that went to the model.

    `probability` is what was known before; `sureness`, the bias that makes the model refuse.
    """

    example: Example
    probability: float
    sureness: float

    @property
    def features(self) -> tuple[float, float]:
        """What the refusal is decided by."""
        return _logit(self.probability), self.sureness

    @property
    def is_refused(self) -> bool:
        """Whether the model refuses with the bias in use."""
        return refusal_bias(self.probability) > self.sureness


class Asking:
    """Puts questions to a language model as summarization does."""

    def __init__(
        self,
        encoder: CrossEncoder,
        model: LanguageModel,
        profile: LanguageModelProfile,
        counter: TokenCounter,
    ) -> None:
        self._encoder = encoder
        self._model = model
        self._prompts = PromptWriter(profile, counter)
        self._assembly = Assembly(profile, counter, self._prompts, assembly_limits(Settings()))

    async def ask(self, example: Example) -> Asked | None:
        """Return how sure the model is of an answer; None if it is not asked."""
        sources = await scored_sources(self._encoder, example.question, example.passages)
        request = SummaryRequest(question=example.question, sources=tuple(sources))
        evidence = self._assembly.evidence(request)
        if not isinstance(evidence, Evidence) or _is_told(evidence):
            return None
        prompt = self._prompts.text_request(
            example.question,
            evidence.shown,
            wanted=evidence.question.wanted,
            doubt=0.0,
            max_tokens=1,
            seed=0,
        )
        return Asked(example, evidence.probability, await self._sureness(prompt))

    async def _sureness(self, request: GenerationRequest) -> float:
        low, high = LOWEST, HIGHEST
        for _ in range(STEPS):
            middle = (low + high) / 2
            if await self._refuses(request, middle):
                high = middle
            else:
                low = middle
        return (low + high) / 2

    async def _refuses(self, request: GenerationRequest, bias: float) -> bool:
        (refusal,) = request.biases
        biased = replace(request, biases=(Bias(refusal.word, bias),))
        async with aclosing(self._model.generate(biased)) as chunks:
            written = "".join([chunk.text async for chunk in chunks])
        return written.strip() == refusal.word


def main() -> None:
    """Ask, fit and publish."""
    arguments = _arguments()
    asked = asyncio.run(_asked(arguments))
    results = _fit(asked)
    publish(
        arguments.output,
        benchmark="fit_refusals",
        settings={"data": arguments.data.name, "model": PROFILE, "asked": len(asked)},
        results=results,
        claims=_claims(results),
    )


async def _asked(arguments: argparse.Namespace) -> list[Asked]:
    articles = of_articles(Squad(arguments.data), arguments.questions)
    examples = [each for each in chain(articles, of_collections()) if each.sort in SORTS]
    found: list[Asked] = []
    async with _asking(arguments) as asking:
        for example in examples:
            if asked := await asking.ask(example):
                found.append(asked)
                print(f"{example.sort:13} {asked.sureness:6.2f}  {example.question}", flush=True)
    return found


def _is_told(evidence: Evidence) -> bool:
    """Tell whether the answer needs no language model."""
    said = composed(evidence) or decided(evidence) or stated(evidence)
    return not evidence.doubtful and bool(said)


@asynccontextmanager
async def _asking(arguments: argparse.Namespace) -> AsyncGenerator[Asking]:
    store = ModelStore(arguments.home)
    profile = await asyncio.to_thread(open_profile, PROFILE, store)
    async with (
        onnx_cross_encoder(store) as encoder,
        triton_language_model(
            arguments.triton, "ensemble", silent_telemetry(), profile=profile
        ) as model,
    ):
        yield Asking(encoder, model, profile, open_token_counter(profile.tokenizer, store))


def _fit(asked: Sequence[Asked]) -> dict[str, Any]:
    fitting = [each for each in asked if each.example.fits]
    others = [each for each in asked if not each.example.fits]
    weights = logistic(
        np.array([each.features for each in fitting]),
        np.array([float(each.example.answered) for each in fitting]),
        importance([each.example for each in fitting]),
    )
    known, thought, intercept = map(float, weights)
    return {
        "refusal_slope": round(known / thought, 2),
        "refusal_bias_at_floor": {
            str(floor): round((_logit(floor) - intercept - BASE_RATE) / thought, 2)
            for floor in FLOORS
        },
        **{kind: _quality(kind, others, weights.tolist()) for kind in ("articles", "collections")},
    }


def _quality(kind: str, asked: Sequence[Asked], weights: Sequence[float]) -> dict[str, Any]:
    here = [each for each in asked if each.example.kind == kind]
    signals = {
        "scores": [each.features[0] for each in here],
        "model": [each.features[1] for each in here],
        "both": [float(np.dot((*each.features, 1.0), weights)) for each in here],
    }
    answered = np.array([each.example.answered for each in here])
    values = {name: np.array(found) for name, found in signals.items()}
    return {
        "questions": len(here),
        "auc": {
            name: round(auc(found[answered], found[~answered]), 3) for name, found in values.items()
        },
        "refused": {
            sort: round(float(np.mean([e.is_refused for e in here if e.example.sort == sort])), 3)
            for sort in SORTS
        },
    }


def _claims(results: dict[str, Any]) -> list[Claim]:
    made: list[Claim] = []
    for kind in ("articles", "collections"):
        found = results[kind]
        made += [
            Claim(f"area under the curve of scores and refusals, {kind}", found["auc"]["both"]),
            Claim(f"area under the curve of scores alone, {kind}", found["auc"]["scores"]),
            Claim(
                f"questions without an answer that the model refuses, {kind}, share",
                found["refused"]["unanswerable"],
                ">= 0.5",
            ),
            Claim(
                f"questions with an answer that the model refuses, {kind}, share",
                found["refused"]["answered"],
                "<= 0.08",
            ),
        ]
    return made


def _logit(probability: float) -> float:
    clipped = min(max(probability, 0.0025), 0.9975)
    return math.log(clipped / (1 - clipped))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--triton", default="127.0.0.1:7410")
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
