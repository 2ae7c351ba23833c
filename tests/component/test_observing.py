"""An observer: takes what services send, and shows it on this machine alone."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from askmesh.cli.mesh import require_free
from askmesh.cli.tracing import require_observer, spans_of_answer
from askmesh.client import Completed, askmesh_client
from askmesh.config import ServiceSettings
from askmesh.errors import NotFoundError, PreconditionError, StartupError
from askmesh.observing import MeshObserver, is_whole, observing
from askmesh.telemetry import CollectedRecord, log_collector, telemetry
from support.http_requests import exchanged, fetched
from support.mesh import free_base_port
from support.traced_mesh import NOWHERE, QUESTION, traced_mesh


@dataclass(frozen=True, slots=True)
class Observed:
    """An observer at the ports of a mesh at `base_port`."""

    base_port: int
    observer: MeshObserver

    @property
    def page(self) -> str:
        return f"127.0.0.1:{self.observer.page_port}"

    @property
    def receiver(self) -> str:
        return f"127.0.0.1:{self.base_port + 90}"

    async def told(self, path: str) -> Any:  # noqa: ANN401 - JSON
        status, content = await fetched(self.page, path)
        assert status == 200, content
        return json.loads(content)


@asynccontextmanager
async def observer(**metrics: str) -> AsyncGenerator[Observed]:
    base_port = free_base_port()
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(observing(f"127.0.0.1:{base_port + 91}", metrics))
        await stack.enter_async_context(opened.receiving(f"127.0.0.1:{base_port + 90}"))
        yield Observed(base_port, opened)


async def test_an_answer_of_a_mesh_is_found_whole_by_its_id(tmp_path: Path) -> None:
    async with observer() as observed:
        await require_observer(observed.base_port)
        async with (
            traced_mesh(tmp_path, observed.receiver) as mesh,
            askmesh_client(mesh.address, NOWHERE) as client,
            aclosing(client.ask(QUESTION)) as events,
        ):
            last = [event async for event in events][-1]
            assert isinstance(last, Completed)
            (spans,) = await spans_of_answer(observed.base_port, last.answer_id)
        (summary,) = [
            each
            for each in await observed.told("/api/answers")
            if each["name"].endswith("/StreamAnswer")
        ]
        trace = await observed.told(f"/api/traces/{summary['trace_id']}")
    assert is_whole(spans)
    assert {span.service for span in spans} == {
        *("gateway", "query_understanding", "retrieval", "reranking", "summarization"),
    }
    assert summary["attributes"]["askmesh.answer.outcome"] == "answered"
    assert summary["attributes"]["askmesh.tenant"] == "default"
    assert summary["service"] == "gateway"
    assert trace["whole"]
    assert {each["span_id"] for each in trace["spans"]} >= {span.span_id for span in spans}


async def test_without_an_observer_it_is_said_how_to_start_one() -> None:
    with pytest.raises(NotFoundError, match="start the mesh with `askmesh up --observe`"):
        await require_observer(free_base_port())


async def test_traces_of_a_mesh_elsewhere_are_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKMESH_GATEWAY", "dns:///gateway:7400")
    with pytest.raises(PreconditionError, match="where its collector sends them"):
        await require_observer(free_base_port())


async def test_what_a_service_records_for_an_audit_is_among_the_logs() -> None:
    time = datetime(2026, 1, 31, 12, 30, 15, tzinfo=UTC)
    documents = ["a.md", "b.md"]
    record = CollectedRecord("documents.shown", time, {"user": "ann", "documents": documents})
    async with observer() as observed:
        with log_collector("gateway", observed.receiver, None) as collector:
            await asyncio.to_thread(collector.send, [record])
        (line,) = await observed.told("/api/logs")
    assert line["text"] == "documents.shown user=ann documents=a.md, b.md"
    assert (line["process"], line["level"]) == ("gateway", "AUDIT")
    assert line["time"] == "2026-01-31T12:30:15.000+00:00"


async def test_traces_are_taken_over_http_as_triton_sends_them() -> None:
    span = {"traceId": "ab" * 16, "spanId": "cd" * 8, "name": "compute"}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    async with observer() as observed:
        told = {"Content-Type": "application/json"}
        status, _, _ = await exchanged(
            observed.page, "/v1/traces", method="POST", headers=told, body=body
        )
        trace = await observed.told(f"/api/traces/{'ab' * 16}")
    assert status == 200
    assert [each["name"] for each in trace["spans"]] == ["compute"]


@pytest.mark.parametrize(
    ("target", "headers", "body", "status"),
    [
        ("/v1/traces", {"Content-Type": "text/plain"}, b"{}", 415),
        ("/v1/traces", {"Content-Type": "application/json"}, b"{", 400),
        ("/elsewhere", {"Content-Type": "application/json"}, b"{}", 404),
    ],
)
async def test_what_is_no_trace_is_refused(
    target: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with observer() as observed:
        reply = await exchanged(observed.page, target, method="POST", headers=headers, body=body)
    assert reply[0] == status


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:80", "127.0.0.1.evil:1"])
async def test_pages_of_others_cannot_read_it_by_a_name_of_theirs(host: str) -> None:
    async with observer() as observed:
        status, _ = await fetched(observed.page, "/api/logs", headers={"Host": host})
    assert status == 403


async def test_traces_of_others_are_refused_unread() -> None:
    told = {"Host": "evil.example", "Content-Length": str(2**40)}
    async with observer() as observed:
        status, _, _ = await exchanged(observed.page, "/v1/traces", method="POST", headers=told)
    assert status == 403


async def test_the_page_is_whole_and_allows_nothing_of_others() -> None:
    async with observer() as observed:
        for path, kind in (("/", "html"), ("/page.css", "css"), ("/page.js", "javascript")):
            status, head, content = await exchanged(observed.page, path)
            assert status == 200
            assert f"text/{kind}" in head
            assert "default-src 'none'" in head
            assert content
        assert (await fetched(observed.page, "/nowhere"))[0] == 404
        assert (await exchanged(observed.page, "/", method="PUT"))[0] == 405


async def test_services_tell_their_figures_and_those_that_are_gone_why() -> None:
    async with telemetry("echo", ServiceSettings()) as own:
        own.metrics.calls_of("service", "Method").observe("OK", 0.01)
        async with observer(echo=f"127.0.0.1:{own.metrics_port}", gone=NOWHERE) as observed:
            echo, gone = await observed.told("/api/metrics")
    assert (echo["service"], echo["calls"], echo["problem"]) == ("echo", 1, "")
    assert echo["memory_bytes"] > 1_000_000
    assert gone["problem"]


async def test_lines_of_logs_are_shown() -> None:
    async with observer() as observed:
        observed.observer.kept.add_line("gateway", '{"message": "served", "trace_id": "t"}')
        observed.observer.kept.add_line("gateway", "plain")
        everything = await observed.told("/api/logs")
        of_trace = await observed.told("/api/logs?trace_id=t")
    assert [line["text"] for line in everything] == ["plain", "served"]
    assert [line["text"] for line in of_trace] == ["served"]


async def test_a_port_that_is_taken_is_named() -> None:
    async with observer() as observed:
        with pytest.raises(StartupError, match=str(observed.base_port + 90)):
            require_free([observed.receiver])
        with pytest.raises(OSError, match="listen"):
            await observed.observer.receiving(observed.receiver).__aenter__()
