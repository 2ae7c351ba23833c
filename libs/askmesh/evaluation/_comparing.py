"""Whether one run is better than another, by a paired bootstrap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
_SEED = 1
_TAILS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure over the questions that both runs have it of, and second less first.

    `low` and `high` bound the difference with a confidence of 95 %.
    """

    measure: str
    questions: int
    first: float
    second: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """How much greater the second is."""
        return self.second - self.first

    @property
    def is_sure(self) -> bool:
        """Whether chance alone hardly makes such a difference."""
        return self.low > 0 or self.high < 0


def compare(
    first: Mapping[str, Mapping[str, float]], second: Mapping[str, Mapping[str, float]]
) -> list[Difference]:
    """Return the difference of every measure. The arguments hold measures by question."""
    both = sorted(first.keys() & second.keys())
    names = dict.fromkeys(name for key in both for name in first[key] if name in second[key])
    return [
        _difference(
            name,
            [first[key][name] for key in both if name in first[key] and name in second[key]],
            [second[key][name] for key in both if name in first[key] and name in second[key]],
        )
        for name in names
    ]


def _difference(measure: str, first: Sequence[float], second: Sequence[float]) -> Difference:
    pairs = np.subtract(second, first)
    drawn = np.random.default_rng(_SEED).integers(len(pairs), size=(RESAMPLES, len(pairs)))
    low, high = np.percentile(pairs[drawn].mean(axis=1), _TAILS)
    means = float(np.mean(first)), float(np.mean(second))
    return Difference(measure, len(pairs), *means, float(low), float(high))
