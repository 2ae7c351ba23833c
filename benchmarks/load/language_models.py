"""What the language models of the catalogue cost on this machine: reading, writing, memory, start.

Each is served by a Triton of its own; all of them wait while one works, and they take turns, so
that whatever else the machine does meets all of them.

PYTHONPATH=tests python -m benchmarks.load.language_models --output FILE.json
"""

import argparse
import asyncio
import random
import re
import subprocess
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.claims import Claim, publish

from askmesh.inference import (
    GenerationRequest,
    LanguageModel,
    LanguageModelProfile,
    open_profile,
    prompt_prefix,
    render_prompt,
    triton_language_model,
)
from askmesh.models import LANGUAGE_MODELS, ModelStore
from askmesh.summarization.prompt import text_instructions
from askmesh.telemetry import silent_telemetry
from support.triton import askmesh_home, running_triton

LONG_WORDS = 300
NEW_WORDS = 110
"""About 150 tokens: a question and its evidence."""
WRITTEN_TOKENS = 64
_WORDS = """
the bridge over a river was built by workers who carried stone with care while rain fell on
market day before winter came again to the town and its people moved away for good
"""


@dataclass(slots=True)
class Served:
    """A model in its Triton, and what was measured of it so far."""

    name: str
    model: LanguageModel
    profile: LanguageModelProfile
    start_seconds: float
    process: int
    read: list[float] = field(default_factory=list[float])
    written: list[float] = field(default_factory=list[float])
    first_token: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class Timed:
    """One generation."""

    first_seconds: float
    rest_seconds: float
    prompt_tokens: int
    completion_tokens: int


def main() -> None:
    """Measure, and publish."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", nargs="*", default=list(LANGUAGE_MODELS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    results = asyncio.run(measure(arguments.models, arguments.rounds))
    publish(
        arguments.output,
        benchmark="language_models",
        settings={"rounds": arguments.rounds, "written_tokens": WRITTEN_TOKENS},
        results=results,
        claims=[claim for name, figures in results.items() for claim in _claims(name, figures)],
    )


async def measure(names: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """Return the figures of each model."""
    async with AsyncExitStack() as stack:
        served = [await stack.enter_async_context(_served(name)) for name in names]
        for number in range(rounds):
            for one in served:
                await _take_turn(one, random.Random(number))
        return {one.name: _figures(one) for one in served}


@asynccontextmanager
async def _served(name: str) -> AsyncGenerator[Served]:
    store = ModelStore(askmesh_home())
    profile = open_profile(name, store)
    began = time.perf_counter()
    with running_triton({"TRITON_CPU_MODEL": name}) as triton:
        start = time.perf_counter() - began
        async with triton_language_model(triton.address, "ensemble", silent_telemetry()) as model:
            yield Served(name, model, profile, start, triton.process.pid)


async def _take_turn(served: Served, chance: random.Random) -> None:
    cold = await _timed(served.model, _text(chance, LONG_WORDS), WRITTEN_TOKENS)
    served.read.append(cold.prompt_tokens / cold.first_seconds)
    served.written.append((cold.completion_tokens - 1) / cold.rest_seconds)
    instructions = text_instructions(served.profile)
    await _timed(served.model, prompt_prefix(served.profile, instructions), 1)
    prompt = render_prompt(served.profile, instructions, _text(chance, NEW_WORDS))
    asked = await _timed(served.model, prompt, 8)
    served.first_token.append(asked.first_seconds)


async def _timed(model: LanguageModel, prompt: str, tokens: int) -> Timed:
    request = GenerationRequest(prompt=prompt, max_tokens=tokens)
    began, first, prompt_tokens, completion_tokens = time.perf_counter(), 0.0, 0, 0
    async with aclosing(model.generate(request)) as chunks:
        async for chunk in chunks:
            first = first or time.perf_counter() - began
            prompt_tokens, completion_tokens = chunk.prompt_tokens, chunk.completion_tokens
    rest = time.perf_counter() - began - first
    return Timed(first, rest, prompt_tokens, completion_tokens)


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS.split(), k=words))


def _figures(served: Served) -> dict[str, float]:
    return {
        "download_mb": round(LANGUAGE_MODELS[served.name].size / 1e6),
        "start_seconds": round(served.start_seconds, 1),
        "memory_mb": round(_memory_of_session(served.process) / 1e6),
        "read_tokens_per_second": round(median(served.read), 1),
        "written_tokens_per_second": round(median(served.written), 1),
        "first_token_seconds": round(median(served.first_token), 2),
    }


def _memory_of_session(triton: int) -> int:
    """Proportional memory of Triton and the processes that it has started."""
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    family = [line.split()[0] for line in shown.stdout.splitlines() if str(triton) in line.split()]
    return sum(_memory(Path(f"/proc/{pid}/smaps_rollup")) for pid in family)


def _memory(rollup: Path) -> int:
    text = rollup.read_text(encoding="ascii") if rollup.exists() else ""
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _claims(name: str, figures: dict[str, float]) -> list[Claim]:
    default = name == next(iter(LANGUAGE_MODELS))
    goals = {"start_seconds": "<= 15", "first_token_seconds": "<= 2.5"} if default else {}
    words = {
        "download_mb": "download, MB",
        "start_seconds": "seconds from its start until Triton answers",
        "memory_mb": "memory of Triton with the model, MB",
        "read_tokens_per_second": "prompt tokens read in a second",
        "written_tokens_per_second": "tokens written in a second",
        "first_token_seconds": "seconds to the first token: instructions known, evidence new",
    }
    return [Claim(f"{name}: {words[key]}", value, goals.get(key)) for key, value in figures.items()]


if __name__ == "__main__":
    main()
