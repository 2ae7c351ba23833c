"""Measure what the answers of a running mesh are worth, and publish it as claims.

    askmesh up --tenants "$(python -m benchmarks.quality.answers tenants --data DATA)"
    python -m benchmarks.quality.answers times|handbook|cases|squad|nomiracl --data DATA
        [--limit COUNT] [--tuning] [--base-port PORT] [--work FOLDER] [--output FILE]

Each set has a tenant of its own, `cases` one for each case. Documents are ingested first. The
answers are kept under --work, so that an interrupted run goes on; take another folder for another
mesh. Whether a language model wrote is seen from the answers and stands in the claims' names.
`times` comes first, so that no answer is in a cache.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.claims import Claim, publish
from benchmarks.quality.question_sets import (
    HANDBOOK,
    SEED,
    SETS,
    WARM_UP_CASE,
    Draw,
    QuestionSet,
    cases,
)
from rich.console import Console

from askmesh.cli.evaluating import ANSWERS, Evaluation, evaluate
from askmesh.evaluation import KnownQuestion, Row, RunFile, averages, summary

EVERYTHING = 1_000_000
GOALS: Mapping[str, Mapping[str, str]] = {
    "handbook": {
        "right, without additions": ">= 0.88",
        "wrong or invented": "<= 0.04",
        "wrongly abstained": "<= 0.08",
    },
    "times": {
        "median seconds to the sources": "<= 0.5",
        "median seconds to the first text": "<= 2.5",
        "median seconds to the end": "<= 5",
    },
    "cases": {"right, without additions": ">= 0.85"},
    "squad": {
        "reference words": ">= 0.90",
        "reference words in what was answered": ">= 0.90",
        "median words": "<= 25",
        "token F1": ">= 0.35",
        "token F1 of what was answered": ">= 0.35",
        "unanswerable questions refused": ">= 0.55",
        "answerable questions refused": "<= 0.08",
    },
    "nomiracl": {
        "answerable questions answered": ">= 0.85",
        "unanswerable questions refused": ">= 0.65",
    },
}
BASELINES = {"nomiracl": "GPT-4: .95 answered, .57 refused"}


def figures(rows: Sequence[Row]) -> Mapping[str, float]:
    """Return everything that a claim may be about, by its name in words."""
    means = averages(rows)
    given = averages([row for row in rows if row.taken.answered])
    found = {
        "right, without additions": means.get("right"),
        "wrong or invented": means.get("wrong", 0) + means.get("invented", 0),
        "wrongly abstained": means.get("wrongly_abstained"),
        "median seconds to the sources": means.get("sources_seconds_median"),
        "median seconds to the first text": means.get("first_text_seconds_median"),
        "median seconds to the end": means.get("whole_seconds_median"),
        "reference words": means.get("reference_words"),
        "reference words in what was answered": given.get("reference_words"),
        "median words": means.get("words_median"),
        "token F1": means.get("token_f1"),
        "token F1 of what was answered": given.get("token_f1"),
        "unanswerable questions refused": means.get("abstained_rightly"),
        "answerable questions answered": means.get("answered"),
        "answerable questions refused": 1 - means["answered"] if "answered" in means else None,
    }
    return {name: round(value, 4) for name, value in found.items() if value is not None}


def claims(name: str, rows: Sequence[Row]) -> list[Claim]:
    """Return the claims of a set, named by who wrote."""
    found = figures(rows)
    return [
        Claim(f"{name}, {writer(rows)}: {figure}", found[figure], goal, BASELINES.get(name, ""))
        for figure, goal in GOALS[name].items()
        if figure in found
    ]


def writer(rows: Sequence[Row]) -> str:
    """Say which language model wrote."""
    models = sorted({row.taken.model for row in rows if row.taken.model})
    return f"with {' and '.join(models)}" if models else "without a language model"


def mesh_evaluation(name: str, chosen: QuestionSet, options: argparse.Namespace) -> Evaluation:
    """Write the questions to a file and return how they are asked."""
    folder: Path = options.work / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "questions.jsonl"
    lines = [question.model_dump_json(exclude_defaults=True) for question in chosen.questions]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Evaluation(
        file=file,
        output=folder,
        base_port=options.base_port,
        tenant=chosen.tenant,
        tenant_per_case=chosen.tenant_per_case,
        ingested=chosen.documents,
        left_out=chosen.left_out,
    )


async def measure(name: str, options: argparse.Namespace) -> None:
    """Ask the questions of a set and publish the figures."""
    chosen = SETS[name](Draw(options.data, options.work, options.limit, tuning=options.tuning))
    asked = mesh_evaluation(name, chosen, options)
    await evaluate(asked, Console(stderr=True))
    rows = [
        row
        for row in RunFile(asked.output / ANSWERS).rows(asked.questions()).values()
        if row.question.case != WARM_UP_CASE
    ]
    publish(
        options.output,
        benchmark="answers",
        settings={
            "set": name,
            "questions": len(rows),
            "answerable": sum(not row.question.abstain for row in rows),
            "seed": SEED,
            "split": "tuning" if options.tuning else "reported",
            "writer": writer(rows),
            "language_model_tokens": fmean(row.taken.completion_tokens for row in rows),
        },
        results=dict(summary(rows)),
        claims=claims(name, rows),
    )


def tenants(data: Path) -> str:
    """Return the tenants of all sets, as `askmesh up --tenants` takes them."""
    each: Sequence[KnownQuestion] = cases(Draw(data, data, EVERYTHING)).questions
    names = dict.fromkeys(f"case-{question.case}" for question in each)
    return ",".join(["default", "handbook", "squad", "nomiracl", *names])


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["tenants", *SETS])
    parser.add_argument("--data", type=Path, default=HANDBOOK, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=Path(".askmesh/evaluation"))
    parser.add_argument("--base-port", type=int, default=7400)
    parser.add_argument("--limit", type=int, default=EVERYTHING, help="the first questions only")
    parser.add_argument(
        "--tuning", action="store_true", help="squad, nomiracl: questions to choose settings by"
    )
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.name == "tenants":
        print(tenants(options.data))
    else:
        asyncio.run(measure(options.name, options))


if __name__ == "__main__":
    main()
