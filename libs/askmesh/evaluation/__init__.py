"""Measure answers: questions whose answers are known, asked of a mesh through its client."""

from askmesh.evaluation._comparing import Difference, compare
from askmesh.evaluation._judging import (
    Verdict,
    confidence,
    measures,
    reference_words,
    token_f1,
    verdict,
)
from askmesh.evaluation._questions import (
    FiledQuestion,
    KnownQuestion,
    QuestionLine,
    question_lines,
    read_questions,
)
from askmesh.evaluation._summary import Row, RunFile, averages, by_case, risk_coverage, run, summary
from askmesh.evaluation._taking import Cited, Ranked, Taken, take

__all__ = [
    "Cited",
    "Difference",
    "FiledQuestion",
    "KnownQuestion",
    "QuestionLine",
    "Ranked",
    "Row",
    "RunFile",
    "Taken",
    "Verdict",
    "averages",
    "by_case",
    "compare",
    "confidence",
    "measures",
    "question_lines",
    "read_questions",
    "reference_words",
    "risk_coverage",
    "run",
    "summary",
    "take",
    "token_f1",
    "verdict",
]
