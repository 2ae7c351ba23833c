"""How long the check of one sentence takes, and how that grows with the evidence.

python -m benchmarks.micro.bench_support_check --output benchmarks/results/support-check-speed.json
"""

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.claims import Claim, publish

from askmesh.summarization.support import Grounds

UNITS, MANY_UNITS = 30, 300
WORDS_PER_UNIT = 20
ROUNDS = 300
_SYLLABLES = ["ka", "lo", "mi", "ren", "tus", "vel", "dor", "pan", "sig", "hem", "bar", "nox"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit of made-up words, with a name and a number."""

    source_number: int
    text: str
    breadcrumb: str = "Handbook > Travel"
    is_setting: bool = False


def pieces(count: int, rng: random.Random) -> list[Piece]:
    """Return units of different words."""
    return [Piece(number // 5, sentence(rng)) for number in range(count)]


def sentence(rng: random.Random) -> str:
    """Return a sentence with a name, a number and a denial now and then."""
    words = ["".join(rng.choices(_SYLLABLES, k=3)) for _ in range(WORDS_PER_UNIT)]
    words[3] = words[3].capitalize()
    words[7] = str(rng.randrange(1000))
    words[11] = rng.choice(["not", "must", words[11]])
    return f"{' '.join(words).capitalize()}."


def milliseconds(units: int) -> float:
    """Return the median time of one check; claims are units with some words of others."""
    rng = random.Random(units)
    evidence = pieces(units, rng)
    grounds = Grounds("How does it travel?", evidence, support_bar=0.7)
    times: list[float] = []
    for _ in range(ROUNDS):
        first, second = (rng.choice(evidence).text.split() for _ in range(2))
        claim = " ".join([*first[:12], *second[12:]])
        started = time.perf_counter()
        grounds.check(claim)
        times.append((time.perf_counter() - started) * 1000)
    return round(median(times[ROUNDS // 10 :]), 3)


def main() -> None:
    """Measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    few, many = milliseconds(UNITS), milliseconds(MANY_UNITS)
    publish(
        arguments.output,
        benchmark="bench_support_check",
        settings={"units": UNITS, "many_units": MANY_UNITS, "words_per_unit": WORDS_PER_UNIT},
        results={"check_ms": few, "check_against_many_ms": many},
        claims=[
            Claim(f"One sentence against {UNITS} units, ms", few, "<= 5"),
            Claim("Ten times the units, times the time", round(many / few, 2), "<= 12"),
        ],
    )


if __name__ == "__main__":
    main()
