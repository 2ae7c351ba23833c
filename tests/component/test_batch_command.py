"""`askmesh batch` answers a file, and what comes in between costs no answer and doubles none."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from benchmarks.load.gateway_processes import gateway
from rich.console import Console

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
    SummaryCompleted,
)
from askmesh.cli.batching import run_batch
from askmesh.client import BatchQuestion, Reconnecting, askmesh_client
from askmesh.errors import InvalidRequestError, PreconditionError
from askmesh.gateway.wiring import gateway_service
from support.commands import askmesh
from support.mesh import free_base_port
from support.ports import free_address
from support.scripted_mesh import (
    ScriptedGateway,
    ScriptedIngestion,
    answer,
    gateway_at,
    ingestion_at,
)
from support.upstreams import Upstreams, settings_before, upstreams

LOOK_SECONDS = 0.01


@asynccontextmanager
async def mesh(gateway: ScriptedGateway) -> AsyncGenerator[int]:
    """Run services that follow a script, and yield the port of the first."""
    base_port = free_base_port()
    async with (
        gateway_at(f"127.0.0.1:{base_port}", gateway),
        ingestion_at(f"127.0.0.1:{base_port + 1}", ScriptedIngestion()),
    ):
        yield base_port


@asynccontextmanager
async def real_gateway(**changes: object) -> AsyncGenerator[tuple[int, Upstreams]]:
    """Run a gateway before services that follow a script."""
    base_port = free_base_port()
    async with upstreams() as behind:
        settings = settings_before(behind.address, **changes)
        at_port = settings.model_copy(update={"address": f"127.0.0.1:{base_port}"})
        async with gateway_service(at_port):
            yield base_port, behind


def file_of(folder: Path, *lines: object) -> Path:
    """Write a file of questions: texts as they are, the rest as JSON."""
    file = folder / "questions.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return file


def lines_of(output: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


async def batch(port: int, file: Path) -> tuple[bool, str]:
    """Run a batch in this process; return whether all is answered, and what was printed."""
    printed = StringIO()
    output = file.parent / "answers.jsonl"
    whole = await run_batch(file, output, port, "", Console(file=printed, width=300))
    return whole, printed.getvalue()


async def until(is_so: Callable[[], bool]) -> None:
    """Look again and again, until something is so."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - it becomes so in another process
            await asyncio.sleep(LOOK_SECONDS)


SUPPORTED = (
    StreamSummaryResponse(text_delta=answer_pb2.TextDelta(text="A net.")),
    StreamSummaryResponse(
        citation=answer_pb2.Citation(source_number=1, passage_id="p1", end_offset=6, quote="a net")
    ),
    StreamSummaryResponse(
        table_delta=answer_pb2.TableDelta(
            columns=["what"], rows=[answer_pb2.TableRow(cells=["net"], source_numbers=[1])]
        )
    ),
    StreamSummaryResponse(
        completed=SummaryCompleted(
            outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED,
            usage=answer_pb2.Usage(prompt_token_count=3, completion_token_count=2),
        )
    ),
)
QUESTIONS = [{"id": name, "question": f"Question {name}?"} for name in "abc"]


async def test_each_question_gets_a_line_with_its_answer_and_what_it_rests_on(
    tmp_path: Path,
) -> None:
    file, output = file_of(tmp_path, {"question": "What is a mesh?"}), tmp_path / "out" / "a.jsonl"
    async with real_gateway() as (port, behind):
        behind.summary = SUPPORTED
        arguments = ("batch", "--base-port", str(port), "--output", str(output), str(file))
        result = await asyncio.to_thread(askmesh, *arguments)
    assert result.returncode == 0, result.stderr
    assert "1 answered" in result.stderr
    (line,) = lines_of(output)
    (citation,) = line["citations"]
    assert (line["id"], line["question"], line["text"]) == ("1", "What is a mesh?", "A net.")
    assert (citation["document_id"], citation["title"]) == ("d1", "Meshes")
    assert (line["outcome"], line["abstention"], line["degradations"]) == ("answered", None, [])
    assert line["usage"]["completion_tokens"] == 2
    assert line["seconds"] > 0
    assert line["table"]["rows"][0]["cells"] == ["net"]


async def test_the_same_command_again_asks_only_what_is_missing(tmp_path: Path) -> None:
    scripted = ScriptedGateway(answer(2))
    async with mesh(scripted) as port:
        await batch(port, file_of(tmp_path, *QUESTIONS[:2]))
        scripted.questions.clear()
        whole, printed = await batch(port, file_of(tmp_path, *QUESTIONS))
        assert [each.question for each in scripted.questions] == ["Question c?"]
        _, nothing = await batch(port, file_of(tmp_path, *QUESTIONS))
    assert whole
    assert "1 answered, 2 before" in printed
    assert "nothing to do, 3 before" in nothing
    assert sorted(line["id"] for line in lines_of(tmp_path / "answers.jsonl")) == ["a", "b", "c"]


@pytest.mark.parametrize("torn", ['{"id": "b", "questi', '{"id": "b"}', "x" * 200_000])
async def test_a_line_that_was_broken_off_is_written_anew(tmp_path: Path, torn: str) -> None:
    file, output = file_of(tmp_path, *QUESTIONS), tmp_path / "answers.jsonl"
    async with mesh(ScriptedGateway(answer(2))) as port:
        await batch(port, file_of(tmp_path, QUESTIONS[0]))
        with output.open("a", encoding="utf-8") as lines:
            lines.write(torn)
        whole, _ = await batch(port, file_of(tmp_path, *QUESTIONS))
    assert file.exists()
    assert whole
    assert [line["id"] for line in lines_of(output)] == ["a", "b", "c"]


async def test_lines_that_are_no_questions_are_told_with_their_number_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    bad = (
        "no json",
        {"question": 7},
        {"id": "long", "question": "x" * 4001},
        b"\xff".decode("latin1"),
    )
    async with real_gateway() as (port, _):
        whole, printed = await batch(port, file_of(tmp_path, *bad, *QUESTIONS))
        output = tmp_path / "answers.jsonl"
        told = {line["id"]: line for line in lines_of(output) if "error" in line}
        assert not whole
        assert "4 refused" in printed
        assert len(lines_of(output)) == 7
        assert {name: line["line"] for name, line in told.items()} == {
            "1": 1,
            "2": 2,
            "long": 3,
            "4": 4,
        }
        reasons = Counter(line["error"]["reason"] for line in told.values())
        assert reasons == {"QUESTION_INVALID": 3, "QUESTION_TOO_LONG": 1}
        assert told["long"]["error"]["field"] == "question"

        again, printed_again = await batch(port, file_of(tmp_path, *bad, *QUESTIONS))
        assert not again
        for told_once in (printed, printed_again):
            assert "questions.jsonl:2: question: Input should be a valid string" in told_once
            assert "questions.jsonl:3: question must have at most 4000 characters" in told_once
        good = ({"question": "One?"}, {"question": "Two?"}, {"id": "long", "question": "Short?"})
        mended, _ = await batch(port, file_of(tmp_path, *good, {"question": "Four?"}, *QUESTIONS))
    assert mended
    assert Counter(line["id"] for line in lines_of(output)) == Counter(
        ["1", "2", "long", "4", "a", "b", "c"]
    )


async def test_two_lines_of_one_id_are_refused_before_anything_is_asked(tmp_path: Path) -> None:
    scripted = ScriptedGateway(answer(2))
    file = file_of(tmp_path, *QUESTIONS, {"id": "b", "question": "Another?"})
    async with mesh(scripted) as port:
        with pytest.raises(InvalidRequestError) as caught:
            await batch(port, file)
    assert caught.value.message == f"{file}:4: line 2 has the same id, 'b'"
    assert scripted.questions == []


async def test_answers_of_other_questions_are_left_as_they_are(tmp_path: Path) -> None:
    async with mesh(ScriptedGateway(answer(2))) as port:
        await batch(port, file_of(tmp_path, *QUESTIONS))
        before = lines_of(tmp_path / "answers.jsonl")
        changed = file_of(tmp_path, *QUESTIONS[:2], {"id": "c", "question": "Another?"})
        with pytest.raises(PreconditionError) as caught:
            await batch(port, changed)
    assert f"{changed}:3: " in caught.value.message
    assert lines_of(tmp_path / "answers.jsonl") == before


@pytest.mark.parametrize(
    "change",
    [
        {"conversation": [{"question": "What is a net?", "answer": "A mesh."}]},
        {"sources": ["nets.md"]},
        {"wants_table": True},
        {"seed": 7},
    ],
)
async def test_an_answer_is_that_of_a_question_with_all_that_belongs_to_it(
    tmp_path: Path, change: dict[str, object]
) -> None:
    scripted = ScriptedGateway(answer(2))
    async with mesh(scripted) as port:
        await batch(port, file_of(tmp_path, *QUESTIONS))
        with pytest.raises(PreconditionError) as caught:
            await batch(port, file_of(tmp_path, {**QUESTIONS[0], **change}, *QUESTIONS[1:]))
    assert caught.value.reason == "OUTPUT_OTHER"
    assert len(scripted.questions) == 3


async def test_a_refused_question_is_asked_again_when_something_else_than_its_words_is_mended(
    tmp_path: Path,
) -> None:
    turn = {"question": "What is a net?", "answer": "A mesh."}
    async with real_gateway() as (port, _):
        refused, _ = await batch(
            port, file_of(tmp_path, {**QUESTIONS[0], "conversation": [turn] * 51})
        )
        mended, _ = await batch(port, file_of(tmp_path, {**QUESTIONS[0], "conversation": [turn]}))
    assert (refused, mended) == (False, True)
    (line,) = lines_of(tmp_path / "answers.jsonl")
    assert line["outcome"] == "answered"


async def test_a_line_that_is_wrong_in_another_way_is_told_anew(tmp_path: Path) -> None:
    async with mesh(ScriptedGateway(answer(2))) as port:
        await batch(port, file_of(tmp_path, {"question": 7}))
        await batch(port, file_of(tmp_path, {"question": "Why?", "seed": -1}))
    (line,) = lines_of(tmp_path / "answers.jsonl")
    assert line["error"]["message"].startswith("seed: ")


async def test_two_batches_do_not_write_into_one_file(tmp_path: Path) -> None:
    file = file_of(tmp_path, *QUESTIONS)
    async with real_gateway() as (port, behind), asyncio.TaskGroup() as tasks:
        behind.hold = True
        first = tasks.create_task(batch(port, file))
        await behind.until_called("StreamSummary")
        with pytest.raises(PreconditionError) as caught:
            await batch(port, file)
        behind.finish.set()
        whole, _ = await first
    assert caught.value.reason == "OUTPUT_BUSY"
    assert whole


def test_answers_are_not_written_over_the_questions(tmp_path: Path) -> None:
    file = file_of(tmp_path, *QUESTIONS)
    result = askmesh("batch", "--output", str(file), str(file))
    assert result.returncode == 2
    assert len(lines_of(file)) == 3


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
async def test_a_command_that_is_killed_leaves_answers_that_the_next_one_completes(
    tmp_path: Path, how: signal.Signals
) -> None:
    asked = [{"id": f"q{number}", "question": f"Question {number}?"} for number in range(40)]
    file, output = file_of(tmp_path, *asked), tmp_path / "answers.jsonl"
    async with real_gateway(answer_cache_seconds=0) as (port, behind):
        behind.hold, behind.free = True, 10
        command = ("batch", "--base-port", str(port), "--output", str(output), str(file))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "askmesh.cli", *command),
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": "200"},
        )
        await until(lambda: output.exists() and b"\n" in output.read_bytes())
        await until(lambda: behind.calls["StreamSummary"] > behind.free)
        process.send_signal(how)
        await process.wait()
        written = {line["question"] for line in lines_of(output)}
        behind.finish.set()
        result = await asyncio.to_thread(askmesh, *command)
        made = [
            each.question
            for each in behind.requests["StreamSummary"]
            if isinstance(each, StreamSummaryRequest)
        ]
    assert result.returncode == 0, result.stderr
    assert Counter(line["id"] for line in lines_of(output)) == Counter(e["id"] for e in asked)
    assert {question for question in made if made.count(question) == 1} >= written


async def test_a_gateway_that_is_killed_costs_no_answer_and_doubles_none() -> None:
    address = free_address()
    asked = [BatchQuestion(str(number), f"Question {number}?") for number in range(60)]
    waits: list[str] = []
    found: list[str] = []
    async with upstreams() as behind:
        process = gateway(address, behind=behind.address, writers=behind.address, cache="memory:")
        await process.start(address)
        hasty = Reconnecting(base_seconds=0.05, cap_seconds=0.2)
        try:
            async with askmesh_client(address, "127.0.0.1:1", reconnecting=hasty) as client:
                answers = client.batch(asked, on_wait=lambda error: waits.append(error.reason))
                async for each in answers:
                    assert each.failure is None
                    assert [event.sequence for event in each.events] == [1, 2, 3, 4, 5]
                    found.append(each.id)
                    if len(found) == 20:
                        await process.kill()
                        await process.start(address)
        finally:
            await process.kill()
    assert Counter(found) == Counter(question.id for question in asked)
    assert "GATEWAY_UNAVAILABLE" in waits
