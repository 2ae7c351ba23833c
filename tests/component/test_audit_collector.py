"""Events of an audit, as a collector of logs gets them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from grpc import aio
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.auditing import AuditEvent, AuditSettings, AuditTrail, audit_trail
from askmesh.auditing._sinks import CollectorSink
from askmesh.config import EdgeSettings
from askmesh.errors import StartupError, UnavailableError
from askmesh.gateway.wiring import gateway_service
from askmesh.identity import Caller, Role
from askmesh.rpc import by_credential
from askmesh.telemetry import LogCollector, ServiceMetrics, log_collector
from support.certificates import Authority
from support.credentials import Keys
from support.otlp_logs import LogsReceiver, logs_receiver
from support.upstreams import settings_before, upstreams

ANN = Caller("blue", "ann", frozenset(), frozenset({Role.READER}))
NOON = datetime(2026, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)
NOBODYS_PORT = "127.0.0.1:1"


def event(**details: str) -> AuditEvent:
    return AuditEvent("answer.asked", ANN, details, {"question": "Why?"}, NOON)


def settings(endpoint: str, *, with_texts: bool = False) -> AuditSettings:
    return AuditSettings("gateway", "otlp:", 365, with_texts, endpoint)


def metrics() -> ServiceMetrics:
    return ServiceMetrics(CollectorRegistry())


async def received(event: AuditEvent, *, with_texts: bool = False) -> LogsReceiver:
    """Record an event, and return the receiver when all is written."""
    async with logs_receiver() as receiver:
        ready = settings(receiver.address, with_texts=with_texts)
        async with audit_trail(ready, metrics()) as trail:
            assert trail
            trail.record(event)
    return receiver


async def test_a_record_has_the_name_of_the_action_and_all_that_is_said_of_it() -> None:
    shown = AuditEvent(
        "documents.shown", ANN, {"documents": ["a.txt", "b.txt"], "changed": 2}, {}, NOON
    )
    assert (await received(shown)).records == [
        {
            "service": "gateway",
            "name": "documents.shown",
            "nanoseconds": 1_767_268_800_250_000_000,
            "tenant": "blue",
            "user": "ann",
            "documents": ["a.txt", "b.txt"],
            "changed": 2,
        }
    ]


@pytest.mark.parametrize("with_texts", [False, True])
async def test_texts_are_sent_only_where_somebody_wants_them(*, with_texts: bool) -> None:
    (record,) = (await received(event(), with_texts=with_texts)).records
    assert record.get("question") == ("Why?" if with_texts else None)


async def test_names_may_hold_what_is_no_character() -> None:
    (record,) = (await received(event(document_id="half\ud800.txt"))).records
    assert record["document_id"] == "half\\ud800.txt"


async def test_a_gateway_records_with_the_collector_that_its_traces_go_to(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    changes = keys.edge | {"signing_key_file": str(keys.folder / "private.pem")}
    async with upstreams() as behind, logs_receiver() as receiver:
        ready = settings_before(
            behind.address, audit="otlp:", otlp_endpoint=receiver.address, **changes
        )
        async with (
            gateway_service(ready) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            question = gateway_pb2.StreamAnswerRequest(question="What is a mesh?")
            metadata = aio.Metadata(*by_credential(keys.secrets[Role.READER]))
            call = GatewayServiceStub(channel).StreamAnswer(question, metadata=metadata, timeout=60)
            assert [each async for each in call]
    assert [(each["name"], each["user"]) for each in receiver.records] == [
        ("answer.asked", "a-reader"),
        ("documents.shown", "a-reader"),
    ]


async def test_the_collector_gets_the_headers_that_its_traces_come_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer one")
    receiver = await received(event())
    assert {each["authorization"] for each in receiver.headers} == {"Bearer one"}


def collecting(collector: LogCollector) -> AuditTrail:
    return AuditTrail(CollectorSink(collector, with_texts=False), metrics())


async def test_nothing_may_happen_while_the_collector_is_away_and_nothing_is_lost() -> None:
    async with logs_receiver() as first:
        address = first.address
    with log_collector("gateway", address, None) as collector:
        trail = collecting(collector)
        for number in ("1", "2"):
            trail.record(event(answer_id=number))
        assert not await trail.flush()
        with pytest.raises(UnavailableError, match="cannot be recorded"):
            trail.require()
        async with logs_receiver(address) as second, asyncio.timeout(60):
            while not await trail.flush():
                pass
        trail.require()
    assert [each["answer_id"] for each in second.records] == ["1", "2"]


async def test_records_that_the_collector_rejects_are_not_taken_for_kept() -> None:
    async with logs_receiver() as receiver:
        with log_collector("gateway", receiver.address, None) as collector:
            trail = collecting(collector)
            trail.record(event())
            receiver.rejects = True
            assert not await trail.flush()
            receiver.rejects = False
            assert await trail.flush()
    assert len(receiver.records) == 1


async def test_many_records_come_in_exports_that_a_collector_takes() -> None:
    async with logs_receiver() as receiver:
        with log_collector("gateway", receiver.address, None) as collector:
            trail = collecting(collector)
            for number in range(30):
                trail.record(event(document_id=f"{number:02}" + "x" * 100_000))
            trail.record(event(document_id="30" + "x" * 2_000_000))
            assert await trail.flush()
    assert [each["document_id"][:2] for each in receiver.records] == [
        f"{number:02}" for number in range(31)
    ]
    assert receiver.exports == [9, 9, 9, 3, 1]


async def test_records_go_by_tls_to_who_is_believed_and_to_nobody_else(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path), Authority(tmp_path, "other")
    async with logs_receiver(tls=authority.files("collector")) as receiver:
        with log_collector("gateway", receiver.address, authority.files("gateway")) as collector:
            trail = collecting(collector)
            trail.record(event())
            assert await trail.flush()
        stranger = authority.files("gateway", believes=other)
        with log_collector("gateway", receiver.address, stranger) as collector:
            trail = collecting(collector)
            trail.record(event())
            assert not await trail.flush()
    assert len(receiver.records) == 1


async def test_a_collector_that_is_not_there_ends_the_start() -> None:
    with pytest.raises(StartupError, match=f"otlp:{NOBODYS_PORT}.*UNAVAILABLE"):
        async with audit_trail(settings(NOBODYS_PORT), metrics()):
            pass


def test_a_collector_has_an_address() -> None:
    with pytest.raises(ValidationError, match="needs an OTLP_ENDPOINT"):
        EdgeSettings(audit="otlp:")
