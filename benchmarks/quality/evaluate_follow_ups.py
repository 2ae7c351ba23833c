"""How often a follow-up question becomes a whole question, with a language model and without.

Each line of `follow_ups.jsonl` says which words the whole question must have and which not. The
questions were written after the instructions of the model, and nothing was chosen by them.

    python -m benchmarks.quality.evaluate_follow_ups --output benchmarks/results/follow-ups.json
"""

import argparse
import asyncio
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.claims import Claim, publish
from platformdirs import user_data_path

from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.inference import open_profile, triton_language_model
from askmesh.models import ModelStore
from askmesh.query_understanding.language import StatisticalLanguageDetector
from askmesh.query_understanding.rewriting import ModelRewriter
from askmesh.query_understanding.understander import Understander
from askmesh.telemetry import silent_telemetry

QUESTIONS = Path(__file__).parent / "follow_ups.jsonl"


async def measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Return each question as it was completed, whether it is right, and the seconds it took."""
    detector, signals = StatisticalLanguageDetector(), silent_telemetry()
    profile = open_profile(arguments.profile, ModelStore(arguments.home))
    address = arguments.triton
    async with triton_language_model(address, "ensemble", signals, profile=profile) as model:
        rewriter = ModelRewriter(model, budget_seconds=arguments.seconds)
        understander = Understander(
            detector, rewriter, signals, today=lambda: datetime.now(UTC).date()
        )
        lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
        return [await _completed(understander, json.loads(line)) for line in lines]


async def _completed(understander: Understander, item: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    plan = await understander.understand(
        item["question"], [Turn(**turn) for turn in item["conversation"]]
    )
    whole = plan.standalone_question
    return {
        "question": item["question"],
        "completed": whole,
        "right": _is_right(item, whole),
        "model_assisted": plan.model_assisted,
        "seconds": round(time.perf_counter() - started, 3),
    }


def _is_right(item: dict[str, Any], whole: str) -> bool:
    found = [bool(re.search(pattern, whole, re.IGNORECASE)) for pattern in item["want"]]
    wrong = [bool(re.search(pattern, whole, re.IGNORECASE)) for pattern in item["bad"]]
    return all(found) and not any(wrong)


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--triton", default="127.0.0.1:7410")
    parser.add_argument("--profile", default="qwen2.5-coder-1.5b-instruct")
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    results = asyncio.run(measure(arguments))
    right = sum(result["right"] for result in results) / len(results)
    assisted = [result["seconds"] for result in results if result["model_assisted"]]
    publish(
        arguments.output,
        benchmark="evaluate_follow_ups",
        settings={"profile": arguments.profile, "questions": len(results)},
        results=results,
        claims=[
            Claim("follow-up questions completed rightly, share", round(right, 3), ">= 0.8"),
            Claim(
                "seconds to complete a follow-up question, median",
                round(median(assisted), 2) if assisted else 0.0,
            ),
        ],
    )


if __name__ == "__main__":
    main()
