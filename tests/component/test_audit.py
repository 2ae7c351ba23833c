"""Who asked, who read and who changed what, as guarded services record it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from grpc import aio
from prometheus_client import CollectorRegistry

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.auditing import AuditEvent, AuditFolder, AuditTrail
from askmesh.auditing._folder import FolderSink
from askmesh.auditing._trail import WAITING_EVENTS
from askmesh.config import EdgeSettings
from askmesh.gateway.servicer import ROLES as GATEWAY_ROLES
from askmesh.gateway.wiring import gateway_service
from askmesh.identity import Role
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.ingestion.wiring import ingestion_server
from askmesh.rpc import by_credential, reason_of
from askmesh.serving import GuardedDoor, edge_door
from askmesh.serving._audited import REFUSALS_SECONDS, RecordedRefusals
from askmesh.telemetry import ServiceMetrics, silent_telemetry
from support.credentials import READ, Keys, refusal
from support.ingestion import Surroundings, document
from support.upstreams import settings_before, upstreams


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def metadata_of(keys: Keys, role: Role) -> aio.Metadata:
    return aio.Metadata(*by_credential(keys.secrets[role]))


def recorded(folder: Path) -> list[Mapping[str, Any]]:
    left = ("time", "service", "tenant")
    return [
        {name: value for name, value in line.items() if name not in left}
        for line in AuditFolder(folder).lines(lambda _: True)
    ]


async def ask(port: int, keys: Keys) -> str:
    """Ask, read the answer, cancel it when it has ended, knock as others, and return its id."""
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub, metadata = GatewayServiceStub(channel), metadata_of(keys, Role.READER)
        question = gateway_pb2.StreamAnswerRequest(question="What is a mesh?")
        call = stub.StreamAnswer(question, metadata=metadata, timeout=60)
        (answer_id,) = {each.event.answer_id async for each in call if each.HasField("event")}
        cancel = gateway_pb2.CancelAnswerRequest(answer_id=answer_id)
        await stub.CancelAnswer(cancel, metadata=metadata, timeout=60)
        for strange in (metadata_of(keys, Role.OPERATOR), None):
            with pytest.raises(aio.AioRpcError):
                await channel.unary_unary(READ, bytes, bytes)(b"", metadata=strange, timeout=60)
    return answer_id


async def test_the_gateway_records_who_asks_who_reads_what_and_whom_it_refuses(
    keys: Keys, tmp_path: Path
) -> None:
    folder = tmp_path / "audit"
    changes = keys.edge | {"signing_key_file": str(keys.folder / "private.pem")}
    async with upstreams() as behind:
        settings = settings_before(behind.address, audit=str(folder), **changes)
        async with gateway_service(settings) as port:
            answer_id = await ask(port, keys)
    reader = {"user": "a-reader", "answer_id": answer_id}
    refused = {"action": "call.refused", "method": READ.lstrip("/"), "others_since": 0}
    assert recorded(folder) == [
        {"action": "answer.asked", **reader},
        {"action": "documents.shown", **reader, "documents": ["d1"]},
        {"action": "answer.cancelled", **reader},
        {**refused, "user": "a-operator", "reason": "ROLE_MISSING"},
        {**refused, "reason": "CREDENTIAL_MISSING"},
    ]


async def ask_many(port: int, keys: Keys, role: Role, *questions: str) -> set[str]:
    """Ask in one call, and return the ids of the answers."""
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = GatewayServiceStub(channel).AnswerQuestions(
            metadata=metadata_of(keys, role), timeout=60
        )
        for number, text in enumerate(questions):
            question = gateway_pb2.StreamAnswerRequest(question=text, request_id=str(number))
            await call.write(gateway_pb2.AnswerQuestionsRequest(question=question))
        await call.done_writing()
        return {event.answer_id async for each in call for event in each.answer.events}


async def test_each_question_of_a_batch_is_recorded_and_only_readers_may_ask_it(
    keys: Keys, tmp_path: Path
) -> None:
    folder = tmp_path / "audit"
    changes = keys.edge | {"signing_key_file": str(keys.folder / "private.pem")}
    async with upstreams() as behind:
        settings = settings_before(behind.address, audit=str(folder), **changes)
        async with gateway_service(settings) as port:
            answer_ids = await ask_many(port, keys, Role.READER, "What is a mesh?", "And a net?")
            with pytest.raises(aio.AioRpcError) as caught:
                await ask_many(port, keys, Role.OPERATOR, "What is a mesh?")
    assert reason_of(caught.value) == "ROLE_MISSING"
    *asked, refused = recorded(folder)
    assert refused["action"] == "call.refused"
    assert {(each["action"], each["answer_id"], each["user"]) for each in asked} == {
        (action, answer_id, "a-reader")
        for action in ("answer.asked", "documents.shown")
        for answer_id in answer_ids
    }
    assert len(asked) == 4


class Knocking:
    """Somebody at a door, at times that a test decides."""

    def __init__(self, keys: Keys, folder: Path) -> None:
        self.now = 0.0
        self._keys = keys
        self.folder = folder
        sink = FolderSink(AuditFolder(folder), "gateway", 9999, with_texts=False)
        self.trail = AuditTrail(sink, ServiceMetrics(CollectorRegistry()))
        guarded = edge_door(EdgeSettings.model_validate(keys.edge), GATEWAY_ROLES)
        assert isinstance(guarded, GuardedDoor)
        refused = RecordedRefusals(self.trail, lambda: self.now)
        self._door = replace(guarded, on_refused=refused)

    async def knock(self, role: Role | None = None) -> None:
        said = by_credential(self._keys.secrets[role]) if role else ()
        await refusal(self._door, READ, *said)

    async def told(self) -> list[tuple[str | None, int]]:
        """Return whose refusals are recorded, and how many others they stand for."""
        assert await self.trail.flush()
        return [(line.get("user"), line["others_since"]) for line in recorded(self.folder)]


async def test_what_is_refused_to_one_caller_is_recorded_ten_times_a_second_at_most(
    keys: Keys, tmp_path: Path
) -> None:
    knocking = Knocking(keys, tmp_path / "audit")
    for role in (None, Role.OPERATOR, None, Role.OPERATOR, Role.OPERATOR, Role.INGESTER):
        await knocking.knock(role)
    first = [(None, 0), ("a-operator", 0), ("a-ingester", 0)]
    assert await knocking.told() == first
    knocking.now += REFUSALS_SECONDS
    for role in (None, Role.OPERATOR, Role.OPERATOR):
        await knocking.knock(role)
    assert sorted((await knocking.told())[3:], key=str) == [("a-operator", 2), (None, 1)]


async def test_refusals_wait_for_a_full_disk_in_bounded_numbers_and_are_counted(
    keys: Keys, tmp_path: Path
) -> None:
    knocking = Knocking(keys, tmp_path / "audit")
    event = AuditEvent("call.refused", None, {"others_since": 0})
    assert all(knocking.trail.offer(event) for _ in range(WAITING_EVENTS))
    for _ in range(3):
        knocking.now += 1
        await knocking.knock(Role.OPERATOR)
    assert len(await knocking.told()) == WAITING_EVENTS
    await knocking.knock(Role.OPERATOR)
    assert (await knocking.told())[-1] == ("a-operator", 3)


async def test_who_reads_on_behind_the_sources_is_recorded_as_their_reader(
    keys: Keys, tmp_path: Path
) -> None:
    folder = tmp_path / "audit"
    changes = keys.edge | {"signing_key_file": str(keys.folder / "private.pem")}
    async with upstreams() as behind:
        settings = settings_before(behind.address, audit=str(folder), **changes)
        async with (
            gateway_service(settings) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            stub, metadata = GatewayServiceStub(channel), metadata_of(keys, Role.READER)
            question = gateway_pb2.StreamAnswerRequest(question="What is a mesh?")
            call = stub.StreamAnswer(question, metadata=metadata, timeout=60)
            events = [each.event async for each in call if each.HasField("event")]
            last = events[-2]
            resume = gateway_pb2.ResumeAnswerRequest(
                answer_id=last.answer_id, after_sequence=last.sequence
            )
            resumed = stub.ResumeAnswer(resume, metadata=metadata, timeout=60)
            assert [each.event async for each in resumed] == events[-1:]
            stranger = stub.ResumeAnswer(
                resume, metadata=metadata_of(keys, Role.ADMINISTRATOR), timeout=60
            )
            with pytest.raises(aio.AioRpcError, match="NOT_FOUND"):
                await stranger.read()
    reader = {"user": "a-reader", "answer_id": last.answer_id}
    assert recorded(folder) == [
        {"action": "answer.asked", **reader},
        {"action": "documents.shown", **reader, "documents": ["d1"]},
        {"action": "answer.resumed", **reader},
        {"action": "documents.shown", **reader, "documents": ["d1"]},
    ]


async def test_ingestion_records_who_changes_and_who_looks(keys: Keys, tmp_path: Path) -> None:
    folder, around = tmp_path / "audit", Surroundings()
    settings = IngestionSettings.model_validate(
        keys.edge | {"address": "127.0.0.1:0", "audit": str(folder)}
    )
    parts = (around.store, around.cache, around.embedder)
    async with (
        ingestion_server(settings, silent_telemetry(), *parts) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub, metadata = IngestionServiceStub(channel), metadata_of(keys, Role.INGESTER)
        for text in ("One.", "One.", "Two."):
            call = stub.IngestDocuments(
                iter([document("a.txt", text)]), metadata=metadata, timeout=60
            )
            assert [each.document_id async for each in call] == ["a.txt"]
        await stub.ListDocuments(
            ingestion_pb2.ListDocumentsRequest(), metadata=metadata, timeout=60
        )
        delete = ingestion_pb2.DeleteDocumentRequest(document_id="a.txt")
        deleted = await stub.DeleteDocument(delete, metadata=metadata, timeout=60)
        never = ingestion_pb2.DeleteDocumentRequest(document_id="never.txt")
        again = await stub.DeleteDocument(never, metadata=metadata, timeout=60)
        assert again.revision == deleted.revision
    lines = recorded(folder)
    assert {line["user"] for line in lines} == {"a-ingester"}
    assert [(line["action"], line.get("document_id"), line.get("documents")) for line in lines] == [
        ("document.created", "a.txt", None),
        ("document.updated", "a.txt", None),
        ("documents.listed", None, ["a.txt"]),
        ("document.deleted", "a.txt", None),
    ]


async def test_ingestion_records_to_whom_each_document_was_given(
    keys: Keys, tmp_path: Path
) -> None:
    folder, around = tmp_path / "audit", Surroundings()
    settings = IngestionSettings.model_validate(
        keys.edge | {"address": "127.0.0.1:0", "audit": str(folder)}
    )
    first, second, third = (document(name) for name in ("a.txt", "b.txt", "c.txt"))
    first.access.allowed.names.append("user:ann")
    third.access.denied.names.append("group:board")
    parts = (around.store, around.cache, around.embedder)
    async with (
        ingestion_server(settings, silent_telemetry(), *parts) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub, metadata = IngestionServiceStub(channel), metadata_of(keys, Role.INGESTER)
        call = stub.IngestDocuments(iter([first, second, third]), metadata=metadata, timeout=60)
        assert [each.document_id async for each in call] == ["a.txt", "b.txt", "c.txt"]
        first.access.allowed.names[:] = ["user:bob"]
        call = stub.IngestDocuments(iter([first]), metadata=metadata, timeout=60)
        assert [each.document_id async for each in call] == ["a.txt"]
    readers = ("action", "document_id", "allowed", "denied")
    assert [tuple(map(line.get, readers)) for line in recorded(folder)] == [
        ("document.created", "a.txt", ["user:ann"], []),
        ("document.created", "b.txt", None, None),
        ("document.created", "c.txt", ["everyone"], ["group:board"]),
        ("document.updated", "a.txt", ["user:bob"], []),
    ]
