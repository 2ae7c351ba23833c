"""`askmesh eval` asks a mesh, keeps what it got, and goes on where it was."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import TypedDict, Unpack

from click.testing import CliRunner, Result
from rich.console import Console

from askmesh.cli.commands import main
from askmesh.cli.evaluating import Evaluation, evaluate
from askmesh.errors import OverloadedError
from support.commands import askmesh
from support.mesh import free_base_port
from support.scripted_mesh import (
    ScriptedGateway,
    ScriptedIngestion,
    answer,
    gateway_at,
    ingestion_at,
)

QUESTIONS = [
    {"id": "a", "case": "1", "question": "First?", "want": ["word0", "word1"]},
    {"id": "b", "case": "1", "question": "Second?", "want": ["word9"]},
    {"id": "c", "case": "2", "question": "Third?", "abstain": True},
]


class Options(TypedDict, total=False):
    tenant_per_case: bool
    ingested: Path
    left_out: frozenset[str]
    limit: int


@asynccontextmanager
async def mesh(
    gateway: ScriptedGateway, ingestion: ScriptedIngestion | None = None
) -> AsyncGenerator[int]:
    base_port = free_base_port()
    async with (
        gateway_at(f"127.0.0.1:{base_port}", gateway),
        ingestion_at(f"127.0.0.1:{base_port + 1}", ingestion or ScriptedIngestion()),
    ):
        yield base_port


def written(folder: Path) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, QUESTIONS)))
    return file


async def evaluated(port: int, folder: Path, **options: Unpack[Options]) -> tuple[bool, str]:
    printed = StringIO()
    asked = Evaluation(file=written(folder), output=folder / "out", base_port=port, **options)
    return await evaluate(asked, Console(file=printed, width=200)), printed.getvalue()


def invoked(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, arguments)])


async def test_answers_are_judged_printed_and_written(tmp_path: Path) -> None:
    output = tmp_path / "out"
    async with mesh(ScriptedGateway(answer(2))) as port:
        options = ("--base-port", str(port), "--output", str(output))
        command = ("eval", "answers", str(written(tmp_path)), *options)
        result = await asyncio.to_thread(askmesh, *command)
    assert result.returncode == 0, result.stderr
    lines = (output / "answers.jsonl").read_text().splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["right", "wrong", "invented"]
    told = json.loads((output / "summary.json").read_text())
    assert told["cases"] == {"1": {"right": 1, "wrong": 1}, "2": {"invented": 1}}
    assert told["averages"]["words"] == 2
    assert "First?" in result.stdout


async def test_what_was_answered_is_not_asked_again_but_what_failed_is(tmp_path: Path) -> None:
    full = OverloadedError("TOO_MANY_ANSWERS", "No room", retry_after_seconds=60)
    gateway = ScriptedGateway([], failure=full)
    async with mesh(gateway) as port:
        everything_answered, printed = await evaluated(port, tmp_path)
        assert not everything_answered
        assert "TOO_MANY_ANSWERS" in printed
        gateway.events, gateway.failure = answer(2), None
        await evaluated(port, tmp_path, limit=1)
        gateway.questions.clear()
        everything_answered, _ = await evaluated(port, tmp_path)
    assert everything_answered
    assert [question.question for question in gateway.questions] == ["Second?", "Third?"]


async def test_with_a_tenant_per_case_each_gets_its_own_documents(tmp_path: Path) -> None:
    for name in ("1-first", "2-second", "3-other"):
        (tmp_path / "documents" / name).mkdir(parents=True)
        (tmp_path / "documents" / name / "page.md").write_text(f"About {name}.")
        (tmp_path / "documents" / name / "README.md").write_text("What is right.")
    gateway, ingestion = ScriptedGateway(answer(2)), ScriptedIngestion()
    async with mesh(gateway, ingestion) as port:
        await evaluated(
            port,
            tmp_path,
            tenant_per_case=True,
            ingested=tmp_path / "documents",
            left_out=frozenset({"README.md"}),
        )
    assert set(gateway.tenants) == {"case-1", "case-2"}
    places = [Path(request.source).parent.name for request in ingestion.received]
    assert places == ["1-first", "2-second"]


def test_the_tenants_that_a_file_needs_are_printed(tmp_path: Path) -> None:
    assert invoked("tenants", written(tmp_path)).stdout.strip() == "default,case-1,case-2"


def test_a_second_run_that_is_surely_worse_is_told_by_the_exit_code(tmp_path: Path) -> None:
    good, bad = kept_run(tmp_path / "good", "yes"), kept_run(tmp_path / "bad", "no")
    worse = invoked("compare", good, bad)
    assert (worse.exit_code, invoked("compare", bad, good).exit_code) == (1, 0)
    assert "-1.000" in worse.stdout


def kept_run(folder: Path, text: str) -> Path:
    folder.mkdir()
    taken = {"outcome": "answered", "text": text}
    questions = [{"id": str(number), "question": "?", "want": ["yes"]} for number in range(12)]
    lines = [json.dumps({"question": question, "taken": taken}) for question in questions]
    (folder / "answers.jsonl").write_text("\n".join(lines))
    return folder


def test_fresh_forgets_what_was_answered_and_a_wrong_line_is_one_sentence(tmp_path: Path) -> None:
    folder = kept_run(tmp_path / "out", "yes")
    (tmp_path / "q.jsonl").write_text('{"want": []}')
    result = invoked("answers", tmp_path / "q.jsonl", "--output", folder, "--fresh")
    assert result.exit_code == 1
    assert "q.jsonl:1: question: Field required" in "".join(result.stderr.split("\n"))
    assert list(folder.iterdir()) == []
