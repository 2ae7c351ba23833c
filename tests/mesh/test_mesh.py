"""Questions that travel the whole mesh."""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import aclosing
from operator import sub
from pathlib import Path
from typing import cast
from urllib.request import urlopen

import pytest
from helm.monitoring.triton_dashboard import TRITON

from askmesh.client import Client, Completed, Event, Outcome, TextDelta, askmesh_client
from askmesh.errors import OverloadedError
from support.commands import askmesh
from support.mesh import RunningMesh
from support.otlp import CollectedSpan
from support.otlp_thread import CollectorThread

pytestmark = pytest.mark.timeout(300)  # a busy machine answers a hundred questions slowly

SERVICES = {"gateway", "query_understanding", "retrieval", "reranking", "summarization"}
# An answer that is never let go of costs 8 kB; the heap itself breathes by up to 6 MB.
ALLOWED_GROWTH_BYTES = 11_000_000

# What a machine that is busy with other things may cost an answer. Nothing is missing for it.
FOR_WANT_OF_TIME = {"reranking_truncated", "language_model_unavailable"}


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
    assert _missing(answer) <= FOR_WANT_OF_TIME


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
    for service in SERVICES | {"ingestion", "triton"}:
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
    with urlopen(farm.metrics(service), timeout=60) as reply:
        assert b"askmesh_rpc_requests_total" in reply.read()


def test_triton_exports_what_its_dashboard_asks_for(farm: RunningMesh) -> None:
    ask_json(farm, "When are the dogs on the lead?")
    with urlopen(farm.triton_metrics, timeout=60) as reply:
        page = reply.read().decode()
    asked = {query.expression for panel in TRITON.panels() for query in panel.queries}
    names = set(re.findall(r"nv_\w+", " ".join(asked)))
    assert names
    assert names <= set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))


async def test_cancelling_an_answer_frees_triton_before_it_is_written(farm: RunningMesh) -> None:
    question = "Explain in detail how Hollin Farm keeps goats and makes cheese."
    async with askmesh_client(farm.gateway, farm.ingestion) as client:
        events = client.ask(question, wants_table=True)
        answer_id = (await anext(events)).answer_id
        while not await asyncio.to_thread(farm.generations_in_flight):
            pass
        before = await asyncio.to_thread(_cancellations, farm)
        assert await client.cancel(answer_id)
        while await asyncio.to_thread(farm.generations_in_flight):
            pass
        while min(map(sub, await asyncio.to_thread(_cancellations, farm), before)) < 1:
            pass
        last = [event async for event in events][-1]
    assert completed([last]).outcome is Outcome.CANCELLED


async def test_a_hundred_questions_at_once_are_answered_or_refused_with_a_reason(
    farm: RunningMesh,
) -> None:
    allowed = {"TOO_MANY_ANSWERS", Outcome.ANSWERED, Outcome.ABSTAINED}
    questions = [f"How many litres does goat number {n} give?" for n in range(100)]
    async with askmesh_client(farm.gateway, farm.ingestion) as client:
        for _ in range(2):
            assert set(await outcomes(client, questions)) <= allowed


async def test_no_process_grows_with_the_number_of_answers(farm: RunningMesh) -> None:
    warm_up = [f"Who won the football world cup in {year}?" for year in range(1930, 2030)]
    async with askmesh_client(farm.gateway, farm.ingestion) as client:
        for _ in range(2):
            await outcomes(client, warm_up)
        before = farm.resident_bytes()
        answer_count = 0
        while answer_count < 2_000:
            answer_count += (await outcomes(client, ["Thank you!"] * 30)).count(Outcome.SMALL_TALK)
    growth = {name: after - before[name] for name, after in farm.resident_bytes().items()}
    assert max(growth.values()) < ALLOWED_GROWTH_BYTES, growth


def _missing(answer: dict[str, object]) -> set[str]:
    degradations = cast("list[dict[str, str]]", answer["degradations"])
    return {each["reason"] for each in degradations}


def _cancellations(mesh: RunningMesh) -> list[int]:
    """Return how many answers gateway and summarization have given up."""
    counts: list[int] = []
    for service in (0, 5):
        with urlopen(mesh.metrics(service), timeout=60) as page:
            found = re.search(rb"^askmesh_cancellations_total (\d+)", page.read(), re.MULTILINE)
        counts.append(int(found[1]) if found else 0)
    return counts


async def outcomes(client: Client, questions: Sequence[str]) -> list[str]:
    """Ask all questions at once; return what became of them, or why they were refused."""

    async def outcome(question: str) -> str:
        try:
            return completed(await read_answer(client, question)).outcome
        except OverloadedError as error:
            return error.reason if error.retry_after_seconds else "no advice"

    async with asyncio.TaskGroup() as asking:
        tasks = [asking.create_task(outcome(question)) for question in questions]
    return [task.result() for task in tasks]
