"""From a cross-encoder's raw scores to probabilities."""

import math
from dataclasses import dataclass

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class PlattScaling:
    """A logistic curve through measured scores."""

    slope: float
    intercept: float

    def probability(self, logit: float) -> float:
        """Return the probability, from 0 to 1, that a text with this raw score answers."""
        exponent = self.slope * logit + self.intercept
        if exponent >= 0:
            return 1.0 / (1.0 + math.exp(-exponent))
        return math.exp(exponent) / (1.0 + math.exp(exponent))


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds, finite at 0 and 1."""
    kept = min(max(probability, _LEAST), 1.0 - _LEAST)
    return math.log(kept / (1.0 - kept))


# Measured for the packaged MiniLM cross-encoder by benchmarks/quality/calibrate_reranking.py;
# the numbers behind them are in benchmarks/results/reranking-calibration.json.
PASSAGES = PlattScaling(slope=0.3804, intercept=-1.4446)
UNITS = PlattScaling(slope=0.2897, intercept=-1.3485)
# 99 of 100 passages that answer are above 0.013, 99 of 100 about something else below 0.005.
FLOOR = 0.01
"""Below this probability a passage is no evidence."""
SENTENCE_FLOOR = 0.05
"""From this probability of one of its sentences on it is, whatever the passage scores: a row or a
line says little beside the words of others."""
