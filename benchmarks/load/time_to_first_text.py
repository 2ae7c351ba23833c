"""Measure how soon a reader sees the first words of an answer.

    askmesh up                                   # in another terminal, with documents ingested
    python -m benchmarks.load.time_to_first_text [--output FILE]

Other questions warm up; then each is asked once, one at a time, so that nothing of it was read
before. The baseline is what a plain retrieval-augmented generation does with the same passages and
the same model: it puts the whole passages into the prompt and shows the model's first token. Its
retrieval is not counted.
"""

import argparse
import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.claims import Claim, publish
from platformdirs import user_data_path

from askmesh.client import Client, RankedSource, SourcesRanked, TextDelta, askmesh_client
from askmesh.inference import (
    GenerationRequest,
    LanguageModel,
    LanguageModelProfile,
    open_profile,
    render_prompt,
    triton_language_model,
)
from askmesh.models import QWEN25_CODER_1_5B_INSTRUCT, ModelStore
from askmesh.telemetry import silent_telemetry

QUESTIONS = (
    "What does the with statement do?",
    "What is a generator?",
    "How are default parameter values evaluated?",
    "What does the global statement do?",
    "When is the else clause of a loop executed?",
    "What is the difference between is and ==?",
    "What does __getattr__ do?",
    "How does assert work?",
    "What is a class body's scope?",
    "What does yield from do?",
)
WARM_UP = ("What is a list display?", "What does the del statement do?")
BASELINE_TOKENS = 1500
CHARS_PER_TOKEN = 3.5


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer: seconds to its first text and to its end, and its sources."""

    first_text: float
    whole: float
    sources: tuple[RankedSource, ...]


def main() -> None:
    """Ask, measure and report."""
    arguments = _arguments()
    mesh, naive = asyncio.run(_measured(arguments))
    publish(
        arguments.output,
        benchmark="time_to_first_text",
        settings={"documents": "the Python language reference and the docs folder"},
        results=_results(mesh, naive),
        claims=_claims(mesh, naive),
    )


async def _measured(arguments: argparse.Namespace) -> tuple[list[Asked], list[float]]:
    mesh: list[Asked] = []
    naive: list[float] = []
    profile = await asyncio.to_thread(open_profile, arguments.profile, ModelStore(arguments.home))
    async with (
        askmesh_client(arguments.gateway, arguments.gateway) as client,
        triton_language_model(arguments.triton, "ensemble", silent_telemetry()) as model,
    ):
        for question in WARM_UP:
            await _ask(client, question)
        for question in QUESTIONS:
            asked = await _ask(client, question)
            mesh.append(asked)
            naive.append(await _first_token(model, profile, question, asked.sources))
    return mesh, naive


async def _ask(client: Client, question: str) -> Asked:
    began = time.perf_counter()
    first_text = 0.0
    sources: tuple[RankedSource, ...] = ()
    async with aclosing(client.ask(question)) as events:
        async for event in events:
            if isinstance(event, SourcesRanked):
                sources = event.sources
            if isinstance(event, TextDelta) and not first_text:
                first_text = time.perf_counter() - began
    return Asked(first_text, time.perf_counter() - began, sources)


async def _first_token(
    model: LanguageModel,
    profile: LanguageModelProfile,
    question: str,
    sources: tuple[RankedSource, ...],
) -> float:
    passages = "\n\n".join(source.passage.text for source in sources)
    prompt = render_prompt(
        profile,
        "Answer from the passages.",
        f"{passages[: int(BASELINE_TOKENS * CHARS_PER_TOKEN)]}\n\n{question}",
    )
    began = time.perf_counter()
    request = GenerationRequest(prompt=prompt, max_tokens=1)
    async with aclosing(model.generate(request)) as chunks:
        async for chunk in chunks:
            if chunk.text:
                break
    return time.perf_counter() - began


def _results(mesh: list[Asked], naive: list[float]) -> dict[str, Any]:
    return {
        "questions": len(mesh),
        "first_text_ms": _spread([asked.first_text for asked in mesh]),
        "whole_answer_ms": _spread([asked.whole for asked in mesh]),
        "baseline_first_token_ms": _spread(naive),
    }


def _claims(mesh: list[Asked], naive: list[float]) -> list[Claim]:
    pairs = [theirs / ours.first_text for theirs, ours in zip(naive, mesh, strict=True)]
    return [
        Claim("median seconds to the first text", _median([a.first_text for a in mesh]), "<= 2.5"),
        Claim("median seconds to the end", _median([a.whole for a in mesh]), "<= 5"),
        Claim(
            "first token of a plain prompt over first text, median of ratios",
            round(median(pairs), 2),
            "> 1",
            baseline="one prompt with the same passages, the same model",
        ),
    ]


def _median(seconds: list[float]) -> float:
    return round(median(seconds), 2)


def _spread(seconds: list[float]) -> dict[str, int]:
    return {
        "min": round(min(seconds) * 1000),
        "median": round(median(seconds) * 1000),
        "max": round(max(seconds) * 1000),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--gateway", default="127.0.0.1:7400")
    parser.add_argument("--triton", default="127.0.0.1:7410")
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--profile", default=QWEN25_CODER_1_5B_INSTRUCT.name)
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
