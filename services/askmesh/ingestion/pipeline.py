"""One stream of documents: reading, embedding and storing at the same time, results in order."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    INGEST_OUTCOME_IN_PROGRESS,
    IngestDocumentsResponse,
)
from askmesh.documents import DocumentStore
from askmesh.errors import AskmeshError
from askmesh.ingestion.leases import Leases
from askmesh.ingestion.ports import PassageVectors
from askmesh.ingestion.preparing import PreparedDocument, Preparer, Submission, named
from askmesh.ingestion.vectors import text_to_embed
from askmesh.passages import EmbeddedPassage, Passage
from askmesh.telemetry import Stages

QUEUED_DOCUMENTS = 8
PASSAGES_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class _Embedded:
    prepared: PreparedDocument
    passages: Sequence[EmbeddedPassage]


_Prepared = PreparedDocument | IngestDocumentsResponse | AskmeshError | None
_Storable = _Embedded | IngestDocumentsResponse | AskmeshError | None
_Embedding = asyncio.Task[list[_Storable]]
_Send = Callable[[IngestDocumentsResponse], Awaitable[None]]


class Pipeline:
    """Takes the documents of one stream through the stages. `None` ends a queue.

    Stages run side by side, a few documents apart, and wait for each other and for whoever
    takes the results. While a batch is embedded the next one waits behind it, so that no thread of
    the embedder is idle in between. A failure travels along behind the documents before it.
    """

    def __init__(
        self,
        *,
        tenant: str,
        preparer: Preparer,
        vectors: PassageVectors,
        store: DocumentStore,
        watch: Stages,
        send: _Send,
    ) -> None:
        self._tenant = tenant
        self._preparer = preparer
        self._vectors = vectors
        self._store = store
        self._watch = watch
        self._leases = Leases(store, tenant)
        self._send_one = send
        self._sending = asyncio.Lock()
        self._prepared = asyncio.Queue[_Prepared](QUEUED_DOCUMENTS)
        self._embeddings = asyncio.Queue[_Embedding](1)
        self._in_flight: set[str] = set()
        self._landed = asyncio.Condition()

    async def run(self, submissions: AsyncIterable[Submission]) -> None:
        """Ingest documents and send each one's result, in order.

        Raises the `AskmeshError` of the first document that could not be stored; the results
        of those before it have been sent.
        """
        try:
            async with asyncio.TaskGroup() as stages:
                stages.create_task(self._prepare_all(submissions))
                stages.create_task(self._embed_all())
                keeping = stages.create_task(self._leases.keep())
                await self._store_all()
                keeping.cancel()
        finally:
            await self._leases.give_all_back()

    async def _prepare_all(self, submissions: AsyncIterable[Submission]) -> None:
        try:
            async for submission in submissions:
                await self._prepared.put(await self._prepare(named(submission)))
        except AskmeshError as error:
            await self._prepared.put(error)
        else:
            await self._prepared.put(None)

    async def _prepare(self, submission: Submission) -> _Prepared:
        # An earlier version from the same stream must be stored before this one is compared.
        document_id = submission.document.document_id
        async with self._landed:
            await self._landed.wait_for(lambda: document_id not in self._in_flight)
            self._in_flight.add(document_id)
        return await self._preparer.prepare(self._tenant, submission, self._leases)

    async def _embed_all(self) -> None:
        async with asyncio.TaskGroup() as batches:
            while True:
                items = await self._next_items()
                await self._embeddings.put(batches.create_task(self._embed(items)))
                if _is_last(items[-1]):
                    return

    async def _next_items(self) -> list[_Prepared]:
        """Return what is there, at least one item, up to about one batch of passages."""
        items = [await self._prepared.get()]
        while not self._prepared.empty() and len(_passages(items)) < PASSAGES_TOGETHER:
            items.append(self._prepared.get_nowait())
        return items

    async def _embed(self, items: Sequence[_Prepared]) -> list[_Storable]:
        texts = [text_to_embed(passage) for passage in _passages(items)]
        if not texts:
            return [item for item in items if not isinstance(item, PreparedDocument)]
        try:
            with self._watch.stage("embedding"):
                tell = partial(self._tell, _documents(items))
                vectors = iter(await self._vectors.vectors(texts, tell))
        except AskmeshError as error:
            return [error]
        return [
            _embedded(item, vectors) if isinstance(item, PreparedDocument) else item
            for item in items
        ]

    async def _tell(self, documents: Sequence[PreparedDocument], made: int) -> None:
        """Say how far long documents are, of whose passages the first `made` have vectors."""
        for prepared in documents:
            count = len(prepared.passages)
            if prepared.reports_progress and count > PASSAGES_TOGETHER and 0 < made < count:
                await self._send(_progress(prepared, made))
            made -= count

    async def _store_all(self) -> None:
        while True:
            for item in await (await self._embeddings.get()):
                if item is None:
                    return
                if isinstance(item, AskmeshError):
                    raise item
                is_new = isinstance(item, _Embedded)
                result = await self._stored(item) if isinstance(item, _Embedded) else item
                await self._leases.give_back(result.document_id, is_stored=is_new)
                await self._send(result)
                async with self._landed:
                    self._in_flight.discard(result.document_id)
                    self._landed.notify_all()

    async def _send(self, response: IngestDocumentsResponse) -> None:
        async with self._sending:
            await self._send_one(response)

    async def _stored(self, embedded: _Embedded) -> IngestDocumentsResponse:
        document = embedded.prepared.document
        with self._watch.stage("storing"):
            revision = await self._store.put_document(self._tenant, document, embedded.passages)
        return IngestDocumentsResponse(
            document_id=document.document_id,
            source=document.source,
            outcome=embedded.prepared.outcome,
            passage_count=len(embedded.passages),
            revision=revision,
            notices=embedded.prepared.notices,
        )


def _documents(items: Iterable[_Prepared]) -> list[PreparedDocument]:
    return [item for item in items if isinstance(item, PreparedDocument)]


def _passages(items: Iterable[_Prepared]) -> list[Passage]:
    return [passage for document in _documents(items) for passage in document.passages]


def _progress(prepared: PreparedDocument, made: int) -> IngestDocumentsResponse:
    return IngestDocumentsResponse(
        document_id=prepared.document.document_id,
        source=prepared.document.source,
        outcome=INGEST_OUTCOME_IN_PROGRESS,
        passage_count=len(prepared.passages),
        embedded_passage_count=made,
    )


def _embedded(prepared: PreparedDocument, vectors: Iterator[NDArray[np.float32]]) -> _Embedded:
    passages = [EmbeddedPassage(passage, next(vectors)) for passage in prepared.passages]
    return _Embedded(prepared, passages)


def _is_last(item: _Prepared) -> bool:
    return item is None or isinstance(item, AskmeshError)
