"""What the check of sentences lets through of what is told, and of what is not, by kind.

    python -m benchmarks.quality.check_claims [--reader FILE --home FOLDER] [--output FILE]

To made-up organisations belong answers as a small model writes them, with the statements that it
was given; to made-up passages sentences of answers. About half of them the evidence bears out; the
others have its words all the same (the neighbouring row, a condition left out, a negation turned
round, something added, ...). Of pairs one is told and one is not, in the same manner: whoever has
no evidence cannot tell which.

Figures are of the twelfth part of which nothing is learnt. With `--reader`, also of an adapter that
`train_claims` has made.
"""

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.claims import Claim, publish
from benchmarks.quality.judged_claims import JudgedClaim, of_organisations, of_passages
from platformdirs import user_data_path

from askmesh.inference import Adapter, load_profile, onnx_cross_encoder
from askmesh.models import ModelStore

MODEL = "qwen2.5-coder-1.5b-instruct"


async def read(claims: Sequence[JudgedClaim], reader: Path, home: Path) -> list[float | None]:
    """Return the scores of claims with their evidence, by an adapter."""
    adapter = Adapter(reader, reader.stem)
    async with onnx_cross_encoder(ModelStore(home), adapter=adapter) as encoder:
        return [
            (await encoder.score(f"{each.question} {each.claim}", [each.evidence]))[0]
            for each in claims
        ]


def shares(claims: Sequence[JudgedClaim]) -> dict[str, Any]:
    """Return what the rules let through."""
    told = [each for each in claims if each.is_told]
    others = [each for each in claims if not each.is_told]
    return {
        "told": len(told),
        "not_told": len(others),
        "let_through_of_told": _share(told),
        "let_through_of_not_told": _share(others),
        "area": area([*map(_support, told)], [*map(_support, others)]),
        "kinds": {
            ("told: " if is_told else "not told: ") + kind: {
                "claims": len(found),
                "let_through": _share(found),
            }
            for (is_told, kind), found in sorted(_by_kind(claims).items())
        },
    }


def area_of(claims: Sequence[JudgedClaim], scores: Sequence[float | None]) -> float:
    """Return the area under the curve of scores."""
    scored = [*zip(claims, scores, strict=True)]
    return area(
        [score for claim, score in scored if claim.is_told and score is not None],
        [score for claim, score in scored if not claim.is_told and score is not None],
    )


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    """Return the area under the curve of a score."""
    wins = sum((g > b) + (g == b) / 2 for g in good for b in bad)
    return round(wins / (len(good) * len(bad)), 3)


def _support(claim: JudgedClaim) -> float:
    return claim.finding.support / (1 if claim.finding.fault is None else 2)


def _by_kind(
    claims: Iterable[JudgedClaim],
) -> Mapping[tuple[bool, str], list[JudgedClaim]]:
    found: defaultdict[tuple[bool, str], list[JudgedClaim]] = defaultdict(list)
    for each in claims:
        found[each.is_told, each.kind].append(each)
    return found


def _share(claims: Sequence[JudgedClaim]) -> float:
    return round(sum(each.finding.fault is None for each in claims) / len(claims), 3)


def main() -> None:
    """Check, count, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reader", type=Path)
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    bar = load_profile(MODEL).support_bar
    held_out = [*of_organisations(bar, held_out=True)]
    sorts = {
        "answers": [each for each in held_out if not each.is_of_pair],
        "pairs": [each for each in held_out if each.is_of_pair],
        "passages": [*of_passages(bar, held_out=True)],
    }
    results = {name: shares(claims) for name, claims in sorts.items()}
    for name, claims in sorts.items() if arguments.reader else ():
        scores = asyncio.run(read(claims, arguments.reader, arguments.home))
        results[name]["area_of_reader"] = area_of(claims, scores)
    publish(
        arguments.output,
        benchmark="check_claims",
        settings={"model": MODEL, "support_bar": bar, "reader": str(arguments.reader or "")},
        results=results,
        claims=[claim for name, found in results.items() for claim in _claims(name, found)],
    )


SORTS = {
    "answers": "answers of a small model",
    "pairs": "answers of either sort in the same manner",
    "passages": "sentences about passages",
}


def _claims(name: str, found: Mapping[str, Any]) -> list[Claim]:
    return [
        Claim(f"{SORTS[name]} that are told, let through", found["let_through_of_told"], ">= 0.7"),
        Claim(
            f"{SORTS[name]} that are not told, let through",
            found["let_through_of_not_told"],
            "<= 0.07",
        ),
        Claim(f"{SORTS[name]}: area under the curve of the check", found["area"]),
        *(
            [Claim(f"{SORTS[name]}: area of one that learnt to read", found["area_of_reader"])]
            if "area_of_reader" in found
            else []
        ),
    ]


if __name__ == "__main__":
    main()
