"""A run: every question asked once, kept in a file as soon as it is answered."""

import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from pathlib import Path

from askmesh.client import Client
from askmesh.evaluation._questions import KnownQuestion
from askmesh.evaluation._summary import Row
from askmesh.evaluation._taking import take


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
