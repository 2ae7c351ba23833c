"""Questions whose right answers are known, in JSON Lines."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from askmesh.client import Turn
from askmesh.errors import InvalidRequestError


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class KnownQuestion(BaseModel):
    """A question, and what its answer should be. Only `question` is required.

    All of `want` must be found in the text or the table and none of `bad`, whatever the case of
    letters; `unasked` patterns are true, but nobody asked, nor does anybody want more than
    `most_words`. `answer` and `references` are answers
    to compare words with; they decide where there is no `want`. `abstain` says that the documents
    do not have the answer. `gold_sources` are the ends of the sources that have it, `sources` those
    that the answer may use, `documents` what to ingest before, relative to the file.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    case: str = ""
    question: str
    conversation: tuple[Turn, ...] = ()
    want: tuple[Pattern, ...] = ()
    bad: tuple[Pattern, ...] = ()
    unasked: tuple[Pattern, ...] = ()
    most_words: int | None = None
    abstain: bool = False
    answer: str = ""
    references: tuple[str, ...] = ()
    gold_sources: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    documents: str = ""
    tenant: str = ""

    @property
    def all_references(self) -> tuple[str, ...]:
        """Every answer that words may be compared with."""
        return (*self.references, *([self.answer] if self.answer else []))


def read_questions(path: Path) -> list[KnownQuestion]:
    """Return the questions of a file; those without an id are numbered by their line.

    Raise `InvalidRequestError` with the line that is wrong.
    """
    questions = [
        _question(path, number, line)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip()
    ]
    if len({question.id for question in questions}) < len(questions):
        raise InvalidRequestError("QUESTIONS_INVALID", f"{path}: two questions have the same id")
    return questions


def _question(path: Path, number: int, line: str) -> KnownQuestion:
    try:
        question = KnownQuestion.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        problem = f"{path}:{number}: {place}: {first['msg']}"
        raise InvalidRequestError("QUESTIONS_INVALID", problem, field=place) from error
    return question if question.id else question.model_copy(update={"id": str(number)})
