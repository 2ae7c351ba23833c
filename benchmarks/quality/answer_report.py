"""What is published of an evaluation of answers."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from benchmarks.quality.answer_measures import Judgement
from benchmarks.quality.squad import Question

from askmesh.summarization.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, judged. Tokens and seconds are the language model's.

    `released` and `refused` count the model's sentences that passed the checks and that did not.
    """

    judgement: Judgement
    has_reference: bool
    prompt_tokens: int
    completion_tokens: int
    model_seconds: float
    released: int
    refused: int


@dataclass(frozen=True, slots=True)
class Row:
    """One question with the answer as the model wrote it, and as it was released."""

    question: Question
    unchecked: Answer
    checked: Answer
    unchecked_text: str
    checked_text: str


def summary(answers: Sequence[Answer]) -> dict[str, float]:
    """Return the measures of these answers; those of references only where there are any."""
    judged = [answer.judgement for answer in answers]
    sentence_count = sum(judgement.sentence_count for judgement in judged)
    inventions = sum(judgement.inventions for judgement in judged)
    written = sum(answer.released + answer.refused for answer in answers)
    measures = {
        "abstention_rate": fmean(judgement.abstained for judgement in judged),
        "sentences_per_answer": sentence_count / len(judged),
        "sentences_with_invented_numbers_or_names": inventions / max(1, sentence_count),
        "answers_with_invented_numbers_or_names": fmean(j.inventions > 0 for j in judged),
        "model_sentences_released": sum(a.released for a in answers) / max(1, written),
        "prompt_tokens_mean": fmean(answer.prompt_tokens for answer in answers),
        "completion_tokens_mean": fmean(answer.completion_tokens for answer in answers),
        "model_seconds_mean": fmean(answer.model_seconds for answer in answers),
        "model_seconds_median": median(answer.model_seconds for answer in answers),
    }
    if any(answer.has_reference for answer in answers):
        given = [judgement.recall for judgement in judged if not judgement.abstained]
        measures["reference_words_contained"] = fmean(j.recall for j in judged)
        measures["reference_words_contained_if_answered"] = fmean(given or [0.0])
        measures["reference_contained"] = fmean(j.contains_reference for j in judged)
    return {name: round(value, 4) for name, value in measures.items()}


def report(
    rows: Sequence[Row], settings: Settings, sample: Mapping[str, object]
) -> dict[str, object]:
    """Return everything that is published of a run on `sample`, which says what it was."""
    chosen = {
        name: value
        for name, value in settings.model_dump(mode="json").items()
        if name.endswith(("floor", "bar", "quotes", "tokens")) or name == "profile"
    }
    return {
        "benchmark": "evaluate_answers",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "load_after": round(os.getloadavg()[0], 1),
        "commit": _commit(),
        "sample": dict(sample),
        "settings": chosen,
        "note": (
            "The model wrote once per question; both answers are made of that. Its seconds were "
            "taken on a machine that was shared with other work. A quote counts as a sentence."
        ),
        "results": {
            kind: _both([row for row in rows if bool(row.question.answers) is answerable])
            for kind, answerable in (("answerable", True), ("unanswerable", False))
        },
    }


def _both(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    return {
        "unchecked": summary([row.unchecked for row in rows]),
        "checked": summary([row.checked for row in rows]),
    }


def _commit() -> str:
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
