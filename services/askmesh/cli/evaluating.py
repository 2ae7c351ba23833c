"""Ask the questions of a file, and say what the answers are worth."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console

from askmesh.cli.connecting import mesh_client
from askmesh.cli.evaluation_view import cases_table, compared_table, measures_table, row_line
from askmesh.cli.ingesting import ingest, print_report
from askmesh.client import Client
from askmesh.errors import InvalidRequestError
from askmesh.evaluation import KnownQuestion, Row, RunFile, compare, read_questions, run, summary
from askmesh.folders import Unreadable, count_documents, documents_in

ANSWERS = "answers.jsonl"
SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What to ask, of which mesh, and where to keep the answers.

    Documents of `ingested` are there before the questions are asked. With `tenant_per_case` each
    case has a tenant `case-NAME`, and of `ingested` the folder `NAME` or `NAME-...` only.
    """

    file: Path
    output: Path
    base_port: int
    tenant: str = ""
    tenant_per_case: bool = False
    ingested: Path | None = None
    left_out: frozenset[str] = frozenset()
    limit: int | None = None

    def tenant_of(self, question: KnownQuestion) -> str:
        """Return the tenant that asks the question."""
        return question.tenant or (f"case-{question.case}" if self.tenant_per_case else self.tenant)

    def documents_of(self, question: KnownQuestion) -> Iterable[Path]:
        """Yield the files and folders that the question needs."""
        if question.documents:
            yield self.file.parent / question.documents
        if self.ingested and not self.tenant_per_case:
            yield self.ingested
        if self.ingested and self.tenant_per_case:
            yield from sorted(self.ingested.glob(f"{question.case}-*"))
            yield from sorted(self.ingested.glob(question.case))

    def questions(self) -> list[KnownQuestion]:
        """Return the questions to ask."""
        return list(islice(read_questions(self.file), self.limit))


async def evaluate(evaluation: Evaluation, console: Console) -> bool:
    """Ask, print and write everything; return whether every question got an answer.

    Questions that were answered before are not asked again; those that failed are.
    """
    questions, file = evaluation.questions(), RunFile(evaluation.output / ANSWERS)
    known = {key for key, row in file.rows(questions).items() if not row.taken.failure}
    open_questions: dict[str, list[KnownQuestion]] = {}
    for question in questions:
        if question.id not in known:
            open_questions.setdefault(evaluation.tenant_of(question), []).append(question)
    for tenant, some in open_questions.items():
        async with mesh_client(evaluation.base_port, tenant) as client:
            await _ingest(client, evaluation, some, console)
            async for row in run(client, some, file):
                console.print(row_line(row), soft_wrap=True)
    rows = list(file.rows(questions).values())
    _report(evaluation, rows, console)
    return not any(row.taken.failure for row in rows)


async def _ingest(
    client: Client, evaluation: Evaluation, questions: Sequence[KnownQuestion], console: Console
) -> None:
    paths = list(dict.fromkeys(p for each in questions for p in evaluation.documents_of(each)))
    if not paths:
        return
    unreadable: list[Unreadable] = []
    documents = (
        document
        for document in documents_in(paths, unreadable.append)
        if Path(document.source).name not in evaluation.left_out
    )
    report = await ingest(client, documents, count_documents(paths), console)
    report.unreadable.extend(unreadable)
    print_report(report, console)


def _report(evaluation: Evaluation, rows: Sequence[Row], console: Console) -> None:
    console.print(measures_table(rows))
    if any(row.question.case for row in rows):
        console.print(cases_table(rows))
    text = json.dumps(summary(rows), indent=2, ensure_ascii=False)
    (evaluation.output / SUMMARY).write_text(f"{text}\n", encoding="utf-8")
    console.print(f"Answers and summary are in {evaluation.output}", soft_wrap=True)


def compare_runs(first: Path, second: Path, console: Console) -> bool:
    """Print how two runs differ; return whether the second is surely worse in right answers."""
    differences = compare(_measures(first), _measures(second))
    if not differences:
        raise InvalidRequestError("RUNS_APART", "The two runs have no question in common")
    console.print(compared_table(differences))
    return any(each.measure == "right" and each.high < 0 for each in differences)


def _measures(run_: Path) -> dict[str, dict[str, float]]:
    file = run_ / ANSWERS if run_.is_dir() else run_
    return {row.question.id: row.measures for row in RunFile(file).all_rows()}
