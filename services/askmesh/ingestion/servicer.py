"""The API of ingestion: validate, convert, delegate."""

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from datetime import UTC, datetime
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.ingestion.v1 import ingestion_pb2 as pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceServicer
from askmesh.errors import InvalidRequestError, NotFoundError
from askmesh.identity import current_caller
from askmesh.ingestion.access_changes import Selection
from askmesh.ingestion.identity import MAX_DOCUMENT_ID_CHARS
from askmesh.ingestion.ingestor import Ingestor
from askmesh.ingestion.journal import DocumentJournal
from askmesh.ingestion.preparing import Submission
from askmesh.ingestion.visibility import viewer_of
from askmesh.passages import AccessList, access_from_wire, filter_from_wire, require_access
from askmesh.rpc import current_tenant
from askmesh.uploads import MediaType, SourceDocument

_Context = grpc.aio.ServicerContext[Any, Any]

_MEDIA_TYPES = {pb2.MediaType.Value(f"MEDIA_TYPE_{each.name}"): each for each in MediaType}


class IngestionServicer(IngestionServiceServicer):
    """Serve ingestion's API from an ingestor."""

    def __init__(self, ingestor: Ingestor, journal: DocumentJournal) -> None:
        self._ingestor = ingestor
        self._journal = journal

    # A coroutine that writes, not a generator: its tasks end with the call, however it ends.
    async def IngestDocuments(  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        self, request_iterator: AsyncIterable[pb2.IngestDocumentsRequest], context: _Context
    ) -> None:
        given = deque[AccessList | None]()

        async def record_and_send(result: pb2.IngestDocumentsResponse) -> None:
            if result.outcome != pb2.INGEST_OUTCOME_IN_PROGRESS:  # of the others, one a document
                self._journal.ingested(result, given.popleft())
            await context.write(result)

        self._journal.require()
        submissions = _submissions(request_iterator, given)
        await self._ingestor.ingest(current_tenant(), submissions, record_and_send)

    async def DeleteDocument(
        self, request: pb2.DeleteDocumentRequest, context: _Context
    ) -> pb2.DeleteDocumentResponse:
        document_id = _valid_document_id(request.document_id)
        self._journal.require()
        deletion = await self._ingestor.delete(current_tenant(), document_id)
        if deletion.was_there:
            self._journal.deleted(document_id, deletion.revision)
        return pb2.DeleteDocumentResponse(revision=deletion.revision)

    async def SetDocumentAccess(
        self, request: pb2.SetDocumentAccessRequest, context: _Context
    ) -> pb2.SetDocumentAccessResponse:
        selection, access = _selection(request), _access(request)
        self._journal.require()
        change = await self._ingestor.set_access(current_tenant(), selection, access)
        response = pb2.SetDocumentAccessResponse(
            document_count=change.documents,
            changed_document_count=change.changed,
            revision=change.revision,
        )
        self._journal.access_changed(request, access, response)
        return response

    async def ListDocuments(
        self, request: pb2.ListDocumentsRequest, context: _Context
    ) -> pb2.ListDocumentsResponse:
        self._journal.require()
        page = await self._ingestor.list(
            viewer_of(current_caller()),
            refused=request.state == pb2.DOCUMENT_STATE_REFUSED,
            prefix=_short("document_id_prefix", request.document_id_prefix),
            after=_short("page_token", request.page_token),
            size=request.page_size,
        )
        self._journal.listed(page)
        return page

    async def GetDocument(
        self, request: pb2.GetDocumentRequest, context: _Context
    ) -> pb2.GetDocumentResponse:
        document_id = _valid_document_id(request.document_id)
        self._journal.require()
        status = await self._ingestor.get(viewer_of(current_caller()), document_id)
        if status is None:
            raise NotFoundError(
                "DOCUMENT_NOT_FOUND", "there is no document of this name", field="document_id"
            )
        self._journal.viewed(document_id)
        return pb2.GetDocumentResponse(document=status)

    async def GetCollectionStatus(
        self, request: pb2.GetCollectionStatusRequest, context: _Context
    ) -> pb2.GetCollectionStatusResponse:
        count = await self._ingestor.count(viewer_of(current_caller()))
        return pb2.GetCollectionStatusResponse(
            document_count=count.documents,
            passage_count=count.passages,
            revision=count.revision,
        )


async def _submissions(
    requests: AsyncIterable[pb2.IngestDocumentsRequest], given: deque[AccessList | None]
) -> AsyncIterator[Submission]:
    """Yield what is to be ingested, and note the access list that each comes with."""
    async for request in requests:
        document = source_document(request)
        given.append(document.access)
        yield Submission(
            document,
            reports_progress=request.reports_progress,
            may_be_elsewhere=request.may_be_elsewhere,
        )


def source_document(request: pb2.IngestDocumentsRequest) -> SourceDocument:
    """Return the document in a message."""
    return SourceDocument(
        document_id=request.document_id,
        source=request.source,
        title=request.title,
        content=request.content,
        media_type=_MEDIA_TYPES.get(request.media_type),
        modified_time=_time(request.modified_time) if request.HasField("modified_time") else None,
        attributes=dict(request.attributes),
        access=access_from_wire(request.access) if request.HasField("access") else None,
    )


def _time(timestamp: Timestamp) -> datetime | None:
    """Return the time, or None if it is none that a calendar has."""
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _selection(request: pb2.SetDocumentAccessRequest) -> Selection:
    prefix = _short("document_id_prefix", request.document_id_prefix)
    selection = Selection(filter_from_wire(request.filter), prefix)
    if selection.is_empty:
        raise InvalidRequestError(
            "SELECTION_EMPTY", "filter must say which documents are meant", field="filter"
        )
    return selection


def _access(request: pb2.SetDocumentAccessRequest) -> AccessList:
    if not request.HasField("access"):
        raise InvalidRequestError(
            "ACCESS_MISSING", "access must say who may read the documents", field="access"
        )
    return require_access(request.access)


def _valid_document_id(document_id: str) -> str:
    if not document_id:
        raise InvalidRequestError(
            "DOCUMENT_ID_EMPTY", "document_id must name a document", field="document_id"
        )
    return _short("document_id", document_id)


def _short(field: str, name: str) -> str:
    if len(name) > MAX_DOCUMENT_ID_CHARS:
        raise InvalidRequestError(
            "FIELD_TOO_LONG",
            f"{field} must have at most {MAX_DOCUMENT_ID_CHARS} characters",
            field=field,
        )
    return name
