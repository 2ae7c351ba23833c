"""Whoever brings documents in, and changes who may read them."""

from collections.abc import AsyncIterator, Sequence
from random import Random

from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from support.who_may_read import Allowed, Judge, as_message, name_of, random_list

SECONDS = 60.0


class Owner:
    """Ingests documents with a word each, for a part of the users, and tells the judge first."""

    def __init__(
        self,
        ingestion: IngestionServiceStub,
        random: Random,
        judge: Judge,
        *,
        users: Sequence[str],
        groups: Sequence[str],
    ) -> None:
        self._ingestion = ingestion
        self._random = random
        self._judge = judge
        self._users = users
        self._groups = groups
        self._words = list(judge.words)
        self.newest = 0

    async def change(self, number: int) -> None:
        """Let others read a document than before, in one of several ways."""
        match self._random.randrange(4):
            case 0:  # the same words
                await self.ingest(number)
            case 1:  # gone, and there again with other words
                request = ingestion_pb2.DeleteDocumentRequest(document_id=name_of(number))
                await self._ingestion.DeleteDocument(request, timeout=SECONDS)
                await self.ingest(number, f"It is number {self._random.random()}.")
            case _:
                change = ingestion_pb2.SetDocumentAccessRequest(
                    filter=Filter(document_ids=[name_of(number)]),
                    access=as_message(*self._new_list(number)),
                )
                changed = await self._ingestion.SetDocumentAccess(change, timeout=SECONDS)
                self.newest = max(self.newest, changed.revision)
        self._judge.done["change"] += 1

    async def ingest(self, number: int, more: str = "") -> None:
        """Ingest a document, for others than before."""
        text = f"The {self._words[number]} stands beside the kettle. {more}"
        request = ingestion_pb2.IngestDocumentsRequest(
            source=name_of(number),
            content=text.encode(),
            access=as_message(*self._new_list(number)),
        )

        async def documents() -> AsyncIterator[ingestion_pb2.IngestDocumentsRequest]:
            yield request

        async for result in self._ingestion.IngestDocuments(documents(), timeout=SECONDS):
            self.newest = max(self.newest, result.revision)

    def _new_list(self, number: int) -> Allowed:
        self._judge.now[number] = random_list(self._random, self._users, self._groups)
        return self._judge.now[number]
