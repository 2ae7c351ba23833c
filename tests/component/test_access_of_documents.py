"""Who sees which documents, and changing who may read them, over ingestion's API."""

import grpc
import pytest
from google.protobuf.message import Message

from askmesh.api.common.v1.access_pb2 import AccessList, Principals
from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.ingestion.v1 import ingestion_pb2 as pb2
from askmesh.documents import MemoryDocumentStore
from askmesh.identity import Caller, Role, acting_as
from askmesh.rpc import calling_as, reason_of
from support.documents import put
from support.ingestion import SECONDS, IngestionClient, Surroundings, ingestion

STAFF = AccessList(allowed=Principals(names=["group:staff"]))
BUT_BOB = AccessList(denied=Principals(names=["user:bob"]))
NOBODY = AccessList(allowed=Principals())
ANN = Caller("default", "ann", frozenset({"staff"}), frozenset({Role.READER}))
BOB = Caller("default", "bob", frozenset(), frozenset({Role.READER}))
INGESTER = Caller("default", "robot", frozenset(), frozenset({Role.INGESTER}))


def document(name: str, text: str = "Some text.") -> pb2.IngestDocumentsRequest:
    plain = pb2.MEDIA_TYPE_PLAIN_TEXT
    return pb2.IngestDocumentsRequest(source=name, content=text.encode(), media_type=plain)


def with_access(name: str, access: AccessList) -> pb2.IngestDocumentsRequest:
    request = document(name)
    request.access.CopyFrom(access)
    return request


async def listed(client: IngestionClient, caller: Caller, **asked: object) -> list[str]:
    with acting_as(caller):
        names: list[str] = []
        request = pb2.ListDocumentsRequest()
        request.MergeFrom(pb2.ListDocumentsRequest(**asked))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        while True:
            page = await client.stub.ListDocuments(request, timeout=SECONDS)
            names += [each.document_id for each in page.documents]
            if not page.next_page_token:
                return names
            request.page_token = page.next_page_token


async def shown(client: IngestionClient, caller: Caller, name: str) -> pb2.DocumentStatus | None:
    with acting_as(caller):
        request = pb2.GetDocumentRequest(document_id=name)
        try:
            return (await client.stub.GetDocument(request, timeout=SECONDS)).document
        except grpc.aio.AioRpcError as error:
            if reason_of(error) == "DOCUMENT_NOT_FOUND":
                return None
            raise


async def change(
    client: IngestionClient, access: AccessList, prefix: str = "", **condition: object
) -> pb2.SetDocumentAccessResponse:
    request = pb2.SetDocumentAccessRequest(
        filter=Filter(**condition),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        document_id_prefix=prefix,
        access=access,
    )
    return await client.stub.SetDocumentAccess(request, timeout=SECONDS)


async def test_a_reader_sees_only_what_it_may_read() -> None:
    async with ingestion() as client:
        await client.ingest(
            document("a"), with_access("b", STAFF), with_access("c", BUT_BOB), document("empty", "")
        )
        assert await listed(client, ANN) == ["a", "b", "c"]
        assert await listed(client, BOB) == ["a"]
        assert await listed(client, BOB, state=pb2.DOCUMENT_STATE_REFUSED) == []
        assert [await shown(client, BOB, name) for name in ("b", "c", "empty")] == [None] * 3
        assert (await shown(client, ANN, "b")) is not None


async def test_a_page_of_a_reader_is_full_whatever_lies_between() -> None:
    async with ingestion() as client:
        await client.ingest(
            *(with_access(f"d{n}", STAFF if n % 3 else BUT_BOB) for n in range(9)),
            *(document(f"e{n}") for n in range(3)),
        )
        assert await listed(client, BOB, page_size=2) == ["e0", "e1", "e2"]
        assert await listed(client, BOB, page_size=2, document_id_prefix="d") == []
        assert len(await listed(client, ANN, page_size=2, document_id_prefix="d")) == 9


async def test_a_reader_is_told_how_much_it_may_read_and_nothing_of_other_tenants() -> None:
    async with ingestion() as client:
        await client.ingest(document("a"), with_access("b", STAFF))
        await client.store.delete_document("other", "x")
        with acting_as(BOB):
            request = pb2.GetCollectionStatusRequest()
            status = await client.stub.GetCollectionStatus(request, timeout=SECONDS)
        assert (status.document_count, status.passage_count) == (1, 1)


async def test_who_may_read_a_document_is_told_to_those_who_manage_it() -> None:
    async with ingestion() as client:
        await client.ingest(with_access("a", STAFF), document("b"))
        told = await shown(client, INGESTER, "a")
        assert told is not None
        assert told.access == STAFF
        told = await shown(client, INGESTER, "b")
        assert told is not None
        assert told.access == AccessList()
        hidden = await shown(client, ANN, "a")
        assert hidden is not None
        assert not hidden.HasField("access")


async def test_a_changed_list_reads_and_embeds_nothing() -> None:
    async with ingestion() as client:
        (made,) = await client.ingest(document("a"))
        embedded = len(client.embedder.texts)
        changed = await change(client, NOBODY, document_ids=["a", "missing"])
        assert (changed.document_count, changed.changed_document_count) == (1, 1)
        assert changed.revision > made.revision
        assert await shown(client, ANN, "a") is None
        again = await change(client, NOBODY, document_ids=["a"])
        assert (again.document_count, again.changed_document_count, again.revision) == (1, 0, 0)
        assert len(client.embedder.texts) == embedded


@pytest.mark.parametrize(
    ("prefix", "condition", "names"),
    [
        ("x/", {}, ["x/1", "x/2"]),
        ("x/", {"sources": ["2"]}, ["x/2"]),
        ("", {"sources": ["x/"]}, ["x/1", "x/2"]),
        ("", {"attributes": {"kind": "memo"}}, ["y"]),
        ("", {"document_ids": ["x/1", "y"]}, ["x/1", "y"]),
    ],
)
async def test_lists_are_changed_by_name_by_folder_and_by_condition(
    prefix: str, condition: dict[str, object], names: list[str]
) -> None:
    memo = document("y")
    memo.attributes["kind"] = "memo"
    async with ingestion() as client:
        await client.ingest(document("x/1"), document("x/2"), memo, document("xyz"))
        changed = await change(client, STAFF, prefix, **condition)
        assert changed.changed_document_count == len(names)
        assert set(await listed(client, ANN)) - set(await listed(client, BOB)) == set(names)


async def test_the_same_words_with_another_list_are_an_update_that_embeds_nothing() -> None:
    async with ingestion() as client:
        await client.ingest(document("a"))
        embedded = len(client.embedder.texts)
        (result,) = await client.ingest(with_access("a", STAFF))
        assert result.outcome == pb2.INGEST_OUTCOME_UPDATED
        (result,) = await client.ingest(with_access("a", STAFF))
        assert result.outcome == pb2.INGEST_OUTCOME_UNCHANGED
        assert len(client.embedder.texts) == embedded
        assert await listed(client, BOB) == []


async def test_a_new_version_that_says_nothing_keeps_its_readers() -> None:
    async with ingestion() as client:
        await client.ingest(with_access("a", STAFF))
        await client.ingest(document("a", "Other words."))
        assert (await listed(client, ANN), await listed(client, BOB)) == (["a"], [])


@pytest.mark.parametrize(
    "name", ["ann", "user:", "user: ann", "role:x", "user:a\n", "group:" + "x" * 300]
)
async def test_a_document_for_what_is_no_principal_is_refused_and_others_are_not(
    name: str,
) -> None:
    async with ingestion() as client:
        wrong = with_access("a", AccessList(allowed=Principals(names=[name])))
        refused, stored = await client.ingest(wrong, document("b"))
        assert refused.refusal_reason == "ACCESS_INVALID"
        assert stored.outcome == pb2.INGEST_OUTCOME_CREATED


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pb2.SetDocumentAccessRequest(access=STAFF), "SELECTION_EMPTY"),
        (pb2.SetDocumentAccessRequest(document_id_prefix="a"), "ACCESS_MISSING"),
        (
            pb2.SetDocumentAccessRequest(
                document_id_prefix="a", access=AccessList(denied=Principals(names=["bob"]))
            ),
            "ACCESS_INVALID",
        ),
        (
            pb2.SetDocumentAccessRequest(
                document_id_prefix="a",
                access=AccessList(allowed=Principals(names=[f"user:{n}" for n in range(1001)])),
            ),
            "ACCESS_INVALID",
        ),
        (
            pb2.SetDocumentAccessRequest(document_id_prefix="a" * 501, access=STAFF),
            "FIELD_TOO_LONG",
        ),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(request_: Message, reason: str) -> None:
    assert isinstance(request_, pb2.SetDocumentAccessRequest)
    async with ingestion() as client:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.stub.SetDocumentAccess(request_, timeout=SECONDS)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert reason_of(caught.value) == reason


async def test_many_documents_are_changed_in_one_call() -> None:
    store = MemoryDocumentStore()
    async with ingestion(Surroundings(store=store)) as client:
        for number in range(1100):
            await put(store, f"d/{number:04}", tenant="default")
        changed = await change(client, STAFF, "d/")
        assert changed.changed_document_count == 1100
        assert await listed(client, BOB) == []


async def test_deleting_what_is_not_there_tells_nothing_of_other_tenants() -> None:
    async with ingestion() as client:
        with calling_as("other"):
            await client.ingest(document("a"), document("b"))
        asked = pb2.DeleteDocumentRequest(document_id="a")
        assert (await client.stub.DeleteDocument(asked, timeout=SECONDS)).revision == 0
        (own,) = await client.ingest(document("own"))
        assert (await client.stub.DeleteDocument(asked, timeout=SECONDS)).revision == own.revision
