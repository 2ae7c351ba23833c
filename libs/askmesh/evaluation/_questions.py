"""Questions of files, in JSON Lines, and those whose right answers are known."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from askmesh.client import Turn
from askmesh.errors import InvalidRequestError


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class FiledQuestion(BaseModel):
    """A question of a file. Only `question` is required.

    `id` names its answer; without it, its line does. `sources` are the ends of the sources that the
    answer may use.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(coerce_numbers_to_str=True)] = ""
    question: str
    conversation: tuple[Turn, ...] = ()
    sources: tuple[str, ...] = ()
    wants_table: bool | None = None
    seed: Annotated[int, Field(ge=0, lt=2**64)] | None = None


Q = TypeVar("Q", bound=FiledQuestion)


class KnownQuestion(FiledQuestion):
    """A question, and what its answer should be. Only `question` is required.

    All of `want` must be found in the text or the table and none of `bad`, whatever the case of
    letters; `unasked` patterns are true, but nobody asked, nor does anybody want more than
    `most_words`. `answer` and `references` are answers
    to compare words with; they decide where there is no `want`. `abstain` says that the documents
    do not have the answer. `gold_sources` are the ends of the sources that have it, `documents`
    what to ingest before, relative to the file.
    """

    case: str = ""
    want: tuple[Pattern, ...] = ()
    bad: tuple[Pattern, ...] = ()
    unasked: tuple[Pattern, ...] = ()
    most_words: int | None = None
    abstain: bool = False
    answer: str = ""
    references: tuple[str, ...] = ()
    gold_sources: tuple[str, ...] = ()
    documents: str = ""
    tenant: str = ""

    @property
    def all_references(self) -> tuple[str, ...]:
        """Every answer that words may be compared with."""
        return (*self.references, *([self.answer] if self.answer else []))


@dataclass(frozen=True, slots=True)
class QuestionLine(Generic[Q]):
    """A line of a file, counted from 1, by its id: a question, or a problem with a field of it."""

    number: int
    id: str
    question: Q | None
    problem: str = ""
    field: str = ""


def question_lines(path: Path, kind: type[Q]) -> Iterator[QuestionLine[Q]]:
    """Yield the lines of a file, but empty ones. Raise `InvalidRequestError` for an id of two."""
    numbers: dict[str, int] = {}
    with path.open("rb") as lines:
        for number, text in enumerate(lines, start=1):
            if not (text := text.removeprefix(BOM_UTF8).strip()):
                continue
            line = _line(number, text, kind)
            if numbers.setdefault(line.id, number) != number:
                problem = f"{path}:{number}: line {numbers[line.id]} has the same id, {line.id!r}"
                raise InvalidRequestError("QUESTIONS_INVALID", problem, field="id")
            yield line


def read_questions(path: Path) -> list[KnownQuestion]:
    """Return the questions of a file; those without an id are numbered by their line.

    Raise `InvalidRequestError` with the line that is wrong.
    """
    return [_required(path, line) for line in question_lines(path, KnownQuestion)]


def _required(path: Path, line: QuestionLine[Q]) -> Q:
    if line.question is None:
        problem = f"{path}:{line.number}: {line.problem}"
        raise InvalidRequestError("QUESTIONS_INVALID", problem, field=line.field)
    return line.question


def _line(number: int, text: bytes, kind: type[Q]) -> QuestionLine[Q]:
    try:
        question = kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        problem = f"{place}: {first['msg']}" if place else first["msg"]
        return QuestionLine(number, str(number), None, problem, place)
    named = question if question.id else question.model_copy(update={"id": str(number)})
    return QuestionLine(number, named.id, named)
