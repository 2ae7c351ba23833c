"""The calls of a client that look at documents and change them."""

from collections.abc import AsyncGenerator
from typing import TypeVar

from grpc import aio

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.client._decoding import decoded
from askmesh.client._encoding import access_change_to_message, fitting_values
from askmesh.client._types import AccessChange, CollectionStatus, DocumentStatus
from askmesh.passages import ANY_DOCUMENT, AccessList, Filter
from askmesh.rpc import upstream_errors

CALL_SECONDS = 10.0
CHANGE_SECONDS = 600.0
"""How long a change of many documents may take."""

Req = TypeVar("Req")
Res = TypeVar("Res")
_STORED = ingestion_pb2.DOCUMENT_STATE_STORED


class DocumentCalls:
    """Calls to ingestion, and what all calls have in common."""

    def __init__(self, ingestion: IngestionServiceStub) -> None:
        self._ingestion = ingestion

    async def delete(self, document_id: str) -> int:
        """Delete a document, if it is there; return the revision at which it is gone."""
        with fitting_values():
            request = ingestion_pb2.DeleteDocumentRequest(document_id=document_id)
        response = await self._called("ingestion", self._ingestion.DeleteDocument, request)
        return response.revision

    async def documents(
        self, *, prefix: str = "", refused: bool = False
    ) -> AsyncGenerator[DocumentStatus]:
        """Yield the documents whose names begin with `prefix`, by name; those refused if asked."""
        state = ingestion_pb2.DOCUMENT_STATE_REFUSED if refused else _STORED
        with fitting_values():
            request = ingestion_pb2.ListDocumentsRequest(state=state, document_id_prefix=prefix)
        while True:
            page = await self._called("ingestion", self._ingestion.ListDocuments, request)
            for document in page.documents:
                yield decoded(DocumentStatus, document)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def document(self, document_id: str) -> DocumentStatus:
        """Return one document; raises `NotFoundError` if there is none of this name."""
        with fitting_values():
            request = ingestion_pb2.GetDocumentRequest(document_id=document_id)
        response = await self._called("ingestion", self._ingestion.GetDocument, request)
        return decoded(DocumentStatus, response.document)

    async def collection_status(self) -> CollectionStatus:
        """Return how much is stored for the tenant."""
        request = ingestion_pb2.GetCollectionStatusRequest()
        response = await self._called("ingestion", self._ingestion.GetCollectionStatus, request)
        return decoded(CollectionStatus, response)

    async def set_access(
        self,
        access: AccessList,
        *,
        filter: Filter = ANY_DOCUMENT,  # noqa: A002 - named by the schema
        prefix: str = "",
    ) -> AccessChange:
        """Change who may read the documents that meet a filter and whose names begin with `prefix`.

        One of both has to be given. Documents that are not there are passed over. When this fails,
        some documents may have changed; doing it again is safe.
        """
        with fitting_values():
            request = access_change_to_message(access, filter, prefix)
        method = self._ingestion.SetDocumentAccess
        response = await self._called("ingestion", method, request, seconds=CHANGE_SECONDS)
        return decoded(AccessChange, response)

    async def _called(
        self,
        service: str,
        method: aio.UnaryUnaryMultiCallable[Req, Res],
        request: Req,
        *,
        seconds: float = CALL_SECONDS,
    ) -> Res:
        with upstream_errors(service):
            return await method(request, timeout=seconds)
