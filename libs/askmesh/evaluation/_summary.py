"""What many answers are worth together."""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median

from pydantic import BaseModel, ConfigDict

from askmesh.client import Client
from askmesh.evaluation._judging import Verdict, measures, verdict
from askmesh.evaluation._questions import KnownQuestion
from askmesh.evaluation._taking import Taken, take

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


class RunFile:
    """The answers of a run, one JSON object a line. A run that was interrupted goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, questions: Iterable[KnownQuestion]) -> dict[str, Row]:
        """Return the newest answer to each of these very questions, by id."""
        wanted = {question.id: question for question in questions}
        return {
            row.question.id: row
            for row in self.all_rows()
            if row.question == wanted.get(row.question.id)
        }

    def all_rows(self) -> list[Row]:
        """Return the newest answer to every question of the file."""
        return list({row.question.id: row for row in self._lines()}.values())

    def append(self, row: Row) -> None:
        """Add an answer, with its measures for readers."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = row.model_dump(mode="json") | {"verdict": row.verdict, "measures": row.measures}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _lines(self) -> Iterator[Row]:
        if self._path.exists():
            with self._path.open(encoding="utf-8") as lines:
                yield from map(Row.model_validate_json, lines)


async def run(
    client: Client, questions: Iterable[KnownQuestion], file: RunFile
) -> AsyncGenerator[Row]:
    """Ask the questions one after the other and yield each with its answer, once it is kept."""
    for question in questions:
        row = Row(question=question, taken=await take(client, question))
        file.append(row)
        yield row
