"""Tell how well reranking's cross-encoder knows which statement answers, with and without adapter.

    python -m benchmarks.quality.evaluate_statements [--home FOLDER] [--output FILE]

Of the organisations that nothing was learnt from: for how many questions the best unit answers, how
the best unit's score tells questions that the documents answer from others, and how many questions
would be refused wrongly where seven in ten of the others are refused. Their documents and questions
were written by the same hands as those that were learnt from, in other organisations.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from benchmarks.claims import Claim, publish
from benchmarks.quality.labelled_statements import (
    ORGANISATIONS,
    TOLD,
    Asked,
    is_held_out,
    of_organisation,
    scored,
)
from numpy.typing import NDArray
from platformdirs import user_data_path

from askmesh.inference import SHORT_STATEMENTS, Adapter, onnx_cross_encoder
from askmesh.models import MINILM_CROSS_ENCODER, ModelStore

REFUSED = 0.7


def main() -> None:
    """Score with both, compare, publish."""
    arguments = _arguments()
    held_out = [
        asked
        for file in sorted(ORGANISATIONS.glob("*.json"))
        if is_held_out(file.stem)
        for asked in of_organisation(file)
    ]
    results = {
        "with": asyncio.run(_measured(held_out, arguments.home, SHORT_STATEMENTS)),
        "without": asyncio.run(_measured(held_out, arguments.home, None)),
    }
    publish(
        arguments.output,
        benchmark="evaluate_statements",
        settings={
            "model": MINILM_CROSS_ENCODER.identity,
            "adapter": SHORT_STATEMENTS.revision,
            "organisations": len({asked.source for asked in held_out}),
            "questions": len(held_out),
        },
        results=results,
        claims=_claims(results),
    )


async def _measured(
    held_out: Sequence[Asked], home: Path, adapter: Adapter | None
) -> dict[str, float]:
    async with onnx_cross_encoder(ModelStore(home), adapter=adapter) as encoder:
        return measures([await scored(asked, encoder) for asked in held_out])


def measures(held_out: Sequence[Asked]) -> dict[str, float]:
    """Return what the scores of the units are worth."""
    best = [
        max((each for each in asked.statements if each.kind == "unit"), key=lambda each: each.score)
        for asked in held_out
    ]
    answered = [any(each.label in TOLD for each in asked.statements) for asked in held_out]
    scores = np.array([each.score for each in best])
    answerable, others = scores[answered], scores[np.logical_not(answered)]
    bar = np.quantile(others, REFUSED)
    return {
        "best_answers": round(sum(each.label in TOLD for each in best) / len(answerable), 4),
        "auc": round(_auc(answerable, others), 4),
        "wrongly_refused": round(float((answerable < bar).mean()), 4),
    }


def _auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    above = (positive[:, None] > negative[None, :]).mean()
    level = (positive[:, None] == negative[None, :]).mean()
    return float(above + level / 2)


def _claims(results: dict[str, dict[str, float]]) -> list[Claim]:
    with_it, without = results["with"], results["without"]
    return [
        Claim(
            "questions of organisations not learnt from whose best-scored statement answers",
            with_it["best_answers"],
            f"> {without['best_answers']}",
            baseline="the published cross-encoder without an adapter",
        ),
        Claim(
            "area under the curve of the best score, questions that are answered or not",
            with_it["auc"],
            f"> {without['auc']}",
            baseline="the published cross-encoder without an adapter",
        ),
        Claim(
            "answerable questions below the score under which seven in ten of the others are",
            with_it["wrongly_refused"],
            f"< {without['wrongly_refused']}",
            baseline="the published cross-encoder without an adapter",
        ),
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
