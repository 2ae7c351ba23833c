"""What many answers are worth together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median

from pydantic import BaseModel, ConfigDict

from askmesh.evaluation._judging import Verdict, measures, verdict
from askmesh.evaluation._questions import KnownQuestion
from askmesh.evaluation._taking import Taken

MEDIANS = ("words", "sources_seconds", "first_text_seconds", "whole_seconds")
_DIGITS = 4


class Row(BaseModel):
    """A question with its answer."""

    model_config = ConfigDict(frozen=True)

    question: KnownQuestion
    taken: Taken

    @property
    def verdict(self) -> Verdict:
        """What became of the question."""
        return verdict(self.question, self.taken)

    @property
    def measures(self) -> dict[str, float]:
        """What can be measured of the answer, by name."""
        return measures(self.question, self.taken)


def averages(rows: Iterable[Row]) -> dict[str, float]:
    """Return the mean of every measure over the answers that have it, and some medians."""
    found: dict[str, list[float]] = {}
    for row in rows:
        for name, value in row.measures.items():
            found.setdefault(name, []).append(value)
    means = {name: fmean(values) for name, values in found.items()}
    medians = {f"{name}_median": median(found[name]) for name in MEDIANS if name in found}
    return {name: round(value, _DIGITS) for name, value in (means | medians).items()}


def by_case(rows: Iterable[Row]) -> dict[str, Counter[Verdict]]:
    """Return how many questions of each case became what."""
    counts: dict[str, Counter[Verdict]] = {}
    for row in rows:
        counts.setdefault(row.question.case, Counter())[row.verdict] += 1
    return counts


def risk_coverage(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Return what share of the answers would be wrong if only the surest were given.

    One point for each tenth of the answered questions; coverage is of all questions.
    """
    answered = [row for row in rows if row.taken.answered and "confidence" in row.measures]
    answered.sort(key=lambda row: -row.measures["confidence"])
    wrong = [row.verdict in {Verdict.WRONG, Verdict.INVENTED} for row in answered]
    steps = sorted({round(len(wrong) * tenth / 10) for tenth in range(1, 11)} - {0})
    return [
        {
            "coverage": round(count / len(rows), _DIGITS),
            "risk": round(fmean(wrong[:count]), _DIGITS),
            "confidence": round(answered[count - 1].measures["confidence"], _DIGITS),
        }
        for count in steps
    ]


def summary(rows: Sequence[Row]) -> Mapping[str, object]:
    """Return everything that is told of a run, in types that JSON has."""
    degradations = Counter(reason for row in rows for reason in row.taken.degradations)
    abstentions = Counter(row.taken.abstention for row in rows if row.taken.abstention)
    failures = Counter(row.taken.failure for row in rows if row.taken.failure)
    return {
        "questions": len(rows),
        "averages": averages(rows),
        "cases": {case: dict(counts) for case, counts in sorted(by_case(rows).items())},
        "risk_coverage": risk_coverage(rows),
        "degradations": dict(degradations),
        "abstentions": dict(abstentions),
        "failures": dict(failures),
    }
