"""Questions that travel the whole mesh."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from urllib.request import urlopen

import pytest

from askmesh.client import Client, Completed, Event, Outcome, TextDelta, askmesh_client
from askmesh.errors import OverloadedError
from support.mesh import RunningMesh, askmesh
from support.otlp import CollectedSpan
from support.otlp_thread import CollectorThread
from support.processes import resident_bytes_of_children

SERVICES = {"gateway", "query_understanding", "retrieval", "reranking", "summarization"}
CONCURRENT_QUESTIONS = 100


async def read_answer(client: Client, question: str) -> list[Event]:
    async with aclosing(client.ask(question)) as events:
        return [event async for event in events]


def completed(events: list[Event]) -> Completed:
    last = events[-1]
    assert isinstance(last, Completed)
    return last


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def ask_json(mesh: RunningMesh, question: str, *options: str) -> dict[str, object]:
    result = askmesh("ask", "--base-port", str(mesh.base_port), "--json", *options, question)
    assert result.returncode == 0, result.stderr
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_a_question_is_answered_from_the_documents_with_a_citation(farm: RunningMesh) -> None:
    answer = ask_json(farm, "How often are the goats of Hollin Farm milked?")
    assert answer["outcome"] == "answered"
    assert "twice a day" in str(answer["text"])
    assert answer["citations"]
    assert answer["degradations"] == []


def test_the_terminal_shows_answer_sources_with_scores_and_where_the_time_went(
    farm: RunningMesh,
) -> None:
    result = askmesh("ask", "--base-port", str(farm.base_port), "Who makes the ash cheese?")
    assert result.returncode == 0, result.stderr
    assert "Marta Lindqvist" in result.stdout
    assert "dairy.md" in result.stdout
    for stage in ("query_understanding", "retrieval", "reranking", "first_token", "summarization"):
        assert stage in result.stdout


def test_a_question_that_the_documents_do_not_answer_gets_an_abstention(
    farm: RunningMesh,
) -> None:
    answer = ask_json(farm, "Who won the football world cup in 1998?")
    assert answer["outcome"] == "abstained"
    assert answer["citations"] == []


def test_a_table_comes_beside_the_text_when_it_is_asked_for(farm: RunningMesh) -> None:
    answer = ask_json(farm, "List the goat breeds of Hollin Farm and their purpose in a table")
    table = answer["table"]
    assert isinstance(table, dict)
    assert table["rows"]


def test_documents_that_are_ingested_again_cost_nothing(farm: RunningMesh, tmp_path: Path) -> None:
    path = tmp_path / "twice.md"
    path.write_text("# Twice\n\nThe same words as before.\n", encoding="utf-8")
    first = askmesh("ingest", "--base-port", str(farm.base_port), str(path))
    second = askmesh("ingest", "--base-port", str(farm.base_port), str(path))
    assert "1 created" in first.stdout
    assert "1 unchanged" in second.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(
    farm: RunningMesh, tmp_path: Path
) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    (tmp_path / "fine.txt").write_text("The gate is green.\n", encoding="utf-8")
    result = askmesh("ingest", "--base-port", str(farm.base_port), str(tmp_path))
    assert result.returncode == 1
    assert "broken.pdf" in result.stdout
    assert "1 created" in result.stdout


def test_the_status_names_every_service(farm: RunningMesh) -> None:
    result = askmesh("status", "--base-port", str(farm.base_port))
    assert result.returncode == 0, result.stderr
    for service in SERVICES | {"ingestion"}:
        assert service in result.stdout


def test_one_trace_shows_the_gateway_every_service_and_triton(
    farm: RunningMesh, collector: CollectorThread
) -> None:
    ask_json(farm, "When are the dogs on the lead?")

    def one_trace_has_all(spans: Sequence[CollectedSpan]) -> bool:
        by_trace: dict[str, set[str]] = {}
        for span in spans:
            by_trace.setdefault(span.trace_id, set()).add(span.service)
        return any(services >= SERVICES | {"triton"} for services in by_trace.values())

    collector.wait_until(one_trace_has_all)


@pytest.mark.parametrize("service", range(6))
def test_every_service_exports_its_metrics(farm: RunningMesh, service: int) -> None:
    with urlopen(farm.metrics(service), timeout=10) as reply:
        assert b"askmesh_rpc_requests_total" in reply.read()


async def test_cancelling_an_answer_frees_triton_within_300_ms(farm: RunningMesh) -> None:
    async with askmesh_client(farm.gateway, farm.ingestion) as client:
        question = "Explain in detail how Hollin Farm keeps goats and makes cheese."
        answer_id = ""
        async with aclosing(client.ask(question, wants_table=True)) as events:
            async for event in events:
                answer_id = event.answer_id
                if farm.generations_in_flight():
                    break
        began = asyncio.get_running_loop().time()
        assert await client.cancel(answer_id)
        while farm.generations_in_flight():
            assert asyncio.get_running_loop().time() - began < 0.3


async def test_a_hundred_questions_at_once_are_answered_or_refused_with_a_reason(
    farm: RunningMesh,
) -> None:
    async def outcome(client: Client, number: int) -> str:
        try:
            events = await read_answer(client, f"How many litres does goat number {number} give?")
        except OverloadedError as error:
            return error.reason if error.retry_after_seconds else "no advice"
        return completed(events).outcome

    async def round_of_questions() -> set[str]:
        async with askmesh_client(farm.gateway, farm.ingestion) as client:
            async with asyncio.TaskGroup() as questions:
                tasks = [
                    questions.create_task(outcome(client, number))
                    for number in range(CONCURRENT_QUESTIONS)
                ]
            return {task.result() for task in tasks}

    allowed = {"TOO_MANY_ANSWERS", Outcome.ANSWERED, Outcome.ABSTAINED}
    assert await round_of_questions() <= allowed
    after_one = resident_bytes_of_children(farm.process.pid)
    for _ in range(2):
        assert await round_of_questions() <= allowed
    assert resident_bytes_of_children(farm.process.pid) < after_one * 1.15
