"""Ask the questions of a file, and have all answers in another one, whatever comes in between."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from rich.console import Console

from askmesh.cli.batch_file import AnswerFile, Written, answer_file
from askmesh.cli.batch_record import answer_line, error_line, fingerprint
from askmesh.cli.batch_view import BatchView, batch_view, counted
from askmesh.cli.connecting import mesh_client
from askmesh.client import BatchAnswer, BatchQuestion, Client, Completed, Filter
from askmesh.errors import AskmeshError, FieldError, InvalidRequestError, PreconditionError
from askmesh.evaluation import FiledQuestion, QuestionLine, question_lines

BatchLine: TypeAlias = QuestionLine[FiledQuestion]


@dataclass(slots=True)
class Unanswered:
    """The questions that are to be asked: those of which nothing, or another one, is written."""

    file: Path
    written: dict[str, Written]
    total: int = 0
    done: int = 0
    refused: list[str] = field(default_factory=list[str])
    obsolete: set[str] = field(default_factory=set[str])

    def look(self) -> None:
        """Look through the whole file. Raise `InvalidRequestError` for an id of two lines.

        Raise `PreconditionError` where an answer is there of another question of the same id.
        """
        for line in self._lines():
            self.total += 1
            known = self.written.get(line.id)
            if known is None:
                continue
            if known.asked == fingerprint(line):
                self.done += 1
                self.refused += [told(self.file, line, known.refusal)] if known.refusal else []
            elif known.refusal:
                self.obsolete.add(line.id)
            else:
                raise PreconditionError(
                    "OUTPUT_OTHER",
                    f"{self.file}:{line.number}: another question with the id {line.id!r} is "
                    "answered already: choose another output",
                )

    def lines(self) -> Iterator[BatchLine]:
        """Yield the lines that are to be asked."""
        for line in self._lines():
            if line.id not in self.written or line.id in self.obsolete:
                yield line

    def _lines(self) -> Iterator[BatchLine]:
        return question_lines(self.file, FiledQuestion)


class Batch:
    """Asks, and writes each answer as soon as it is there."""

    def __init__(self, lines: Iterator[BatchLine], answers: AnswerFile, view: BatchView) -> None:
        self._lines = lines
        self._answers = answers
        self._view = view
        self._open: dict[str, BatchLine] = {}
        self.unanswered: list[tuple[BatchLine, str]] = []

    async def run(self, client: Client) -> None:
        """Ask all questions, and wait for what passes."""
        answers = client.batch(self._questions(), on_wait=self._view.wait)
        async with aclosing(answers):
            async for answer in answers:
                self._take(self._open.pop(answer.id), answer)

    async def _questions(self) -> AsyncGenerator[BatchQuestion]:
        for line in self._lines:
            if line.question is None:
                self._refuse(line, InvalidRequestError("QUESTION_INVALID", line.problem))
            else:
                self._open[line.id] = line
                yield _question(line.id, line.question)

    def _take(self, line: BatchLine, answer: BatchAnswer) -> None:
        match answer.failure:
            case None:
                self._answers.append(answer_line(line, answer))
                self._view.count(_outcome(answer))
            case FieldError():
                self._refuse(line, answer.failure)
            case _:
                self.unanswered.append((line, answer.failure.message))
                self._view.count("without an answer")

    def _refuse(self, line: BatchLine, error: AskmeshError) -> None:
        self._answers.append(error_line(line, error))
        self.unanswered.append((line, error.message))
        self._view.count("refused")


async def run_batch(
    file: Path, output: Path, base_port: int, tenant: str, console: Console
) -> bool:
    """Ask what has no line in the output yet; return whether every question has an answer."""
    with answer_file(output) as answers:
        asked = Unanswered(file, answers.written())
        asked.look()
        answers.take_out(asked.obsolete)
        with batch_view(console, asked.total, asked.done) as view:
            batch = Batch(asked.lines(), answers, view)
            async with mesh_client(base_port, tenant) as client:
                await batch.run(client)
    unanswered = asked.refused + [told(file, *each) for each in batch.unanswered]
    for each in unanswered:
        console.print(each, style="yellow", markup=False, soft_wrap=True)
    became = counted(view.outcomes) or "nothing to do"
    before = f", {asked.done} before" if asked.done else ""
    console.print(f"{became}{before}: {output}", markup=False, soft_wrap=True)
    return not unanswered


def told(file: Path, line: BatchLine, problem: str) -> str:
    """Return what is told of a line without an answer."""
    return f"{file}:{line.number}: {problem}"


def _question(name: str, question: FiledQuestion) -> BatchQuestion:
    return BatchQuestion(
        name,
        question.question,
        conversation=question.conversation,
        filter=Filter(sources=question.sources) if question.sources else None,
        wants_table=question.wants_table,
        seed=question.seed,
    )


def _outcome(answer: BatchAnswer) -> str:
    last = answer.events[-1]
    return last.outcome.value if isinstance(last, Completed) else "unknown"
