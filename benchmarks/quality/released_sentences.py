"""What of the sentences that a language model wrote, and the check released, a reader finds false.

    python -m benchmarks.quality.released_sentences released WORK > FILE
    python -m benchmarks.quality.released_sentences report --verdicts FILE --output FILE

WORK is what `written_sentences` kept. `released` prints each sentence that the check releases, with
its evidence, one JSON object a line. A reader copies the lines to a file of verdicts, without the
evidence, and adds `batch`, `verdict` ("true" or "false"), and `why` if it is false. Kinds of false
ones may then be mended in the check, and the next batch is read: a verdict is that of the first
reading, `released_now` says whether the check still releases the sentence.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.claims import Claim, publish
from benchmarks.quality.written_sentences import PROFILE, rows, source_of

from askmesh.inference import load_profile
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.support import Grounds


def released(work: Path) -> Iterator[dict[str, object]]:
    """Yield what the check releases of the sentences that were kept, each once."""
    bar = load_profile(PROFILE).support_bar
    for row in rows(work):
        grounds = Grounds(row["question"], list(_shown(row)), support_bar=bar)
        for sentence in dict.fromkeys(row["written"]):
            found = grounds.check(sentence)
            if found.fault is None:
                yield {
                    "id": row["id"],
                    "question": row["question"],
                    "sentence": sentence,
                    "support": round(found.support, 2),
                    "evidence": [unit.text for unit in found.units],
                }


def _shown(row: Mapping[str, Any]) -> Iterator[Any]:
    sources = tuple(source_of(source) for source in row["sources"])
    wanted = {tuple(place) for place in row["shown"]}
    for unit in rank_units(row["question"], sources):
        if (unit.source_number, unit.unit.start, unit.unit.end) in wanted:
            yield unit


def report(verdicts: Path, output: Path | None) -> None:
    """Publish the share of false sentences."""
    judged = rows(verdicts)
    false = [row for row in judged if row["verdict"] == "false"]
    left = [row for row in judged if row["released_now"]]
    publish(
        output,
        benchmark="released_sentences",
        settings={
            "questions": len({row["id"] for row in judged}),
            "batches": sorted({row["batch"] for row in judged}),
        },
        results=judged,
        claims=[
            Claim("released sentences read by hand", len(judged), ">= 200"),
            Claim(
                "released sentences that a reader finds false, share",
                round(len(false) / max(1, len(judged)), 4),
                "<= 0.01",
                "at the first reading, before the check was mended by what was found",
            ),
            Claim(
                "sentences found false that the check still releases, share of what it releases",
                round(sum(row in false for row in left) / max(1, len(left)), 4),
            ),
        ],
    )


def main() -> None:
    """Read the arguments, and print or report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("released", "report"))
    parser.add_argument("work", type=Path, nargs="?")
    parser.add_argument("--verdicts", type=Path)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "report":
        report(arguments.verdicts, arguments.output)
        return
    for line in released(arguments.work):
        print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
