"""What the check of sentences lets through of answers that are right, and of wrong ones.

    python -m benchmarks.quality.check_claims [--output FILE]

To each of 96 made-up organisations belong thirty answers as a small model writes them, with the
statements that it was given: thirteen that these bear out, and seventeen that they do not, in the
words of the evidence (the neighbouring row, a condition left out, a negation turned round, ...).
Each is checked against these statements and those with most of the question's words.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.claims import Claim, publish
from benchmarks.quality.labelled_statements import ORGANISATIONS, likeness, passages_in

from askmesh.inference import load_profile
from askmesh.summarization.evidence import EvidenceUnit, rank_units
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import Source

CLAIMS = Path(__file__).parent / "claims"
MODEL = "qwen2.5-coder-1.5b-instruct"
OTHERS = 6
_SAME = 0.85


def checked(file: Path, support_bar: float) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Yield the answers to an organisation's documents, and whether each is let through."""
    content = json.loads((ORGANISATIONS / file.name).read_text(encoding="utf-8"))
    sources = [
        Source(passage_id=each.passage_id, title=each.title, text=each.text)
        for each in passages_in(content["documents"])
    ]
    for row in json.loads(file.read_text(encoding="utf-8")):
        units = _shown(row, rank_units(row["question"], sources))
        finding = Grounds(row["question"], units, support_bar=support_bar).check(row["claim"])
        yield row, finding.fault is None


def _shown(row: Mapping[str, Any], ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    given = [each for each in ranked if likeness(each.own, row["evidence"]) >= _SAME]
    return [*given, *[each for each in ranked[:OTHERS] if each not in given]]


def main() -> None:
    """Check, count, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    bar = load_profile(MODEL).support_bar
    through: dict[bool, dict[str, list[bool]]] = {True: defaultdict(list), False: defaultdict(list)}
    for file in sorted(CLAIMS.glob("*.json")):
        for row, passes in checked(file, bar):
            through[row["right"]][row["kind"]].append(passes)
    shares = {
        right: _share([x for each in kinds.values() for x in each])
        for right, kinds in through.items()
    }
    publish(
        arguments.output,
        benchmark="check_claims",
        settings={"model": MODEL, "support_bar": bar},
        results={
            "right" if right else "wrong": {
                kind: {"answers": len(each), "let_through": _share(each)}
                for kind, each in sorted(kinds.items())
            }
            for right, kinds in through.items()
        },
        claims=[
            Claim(
                "right answers of a small model that the check lets through", shares[True], ">= 0.7"
            ),
            Claim(
                "wrong ones in the words of the evidence that it lets through",
                shares[False],
                "<= 0.07",
            ),
        ],
    )


def _share(passed: Sequence[bool]) -> float:
    return round(sum(passed) / len(passed), 4)


if __name__ == "__main__":
    main()
