"""One stream of documents: reading, embedding and storing at the same time, results in order."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from askmesh.api.ingestion.v1.ingestion_pb2 import IngestDocumentsResponse
from askmesh.documents import DocumentStore
from askmesh.errors import AskmeshError
from askmesh.ingestion.ports import PassageVectors
from askmesh.ingestion.preparing import PreparedDocument, Preparer, named
from askmesh.passages import EmbeddedPassage, Passage
from askmesh.telemetry import Stages
from askmesh.uploads import SourceDocument

QUEUED_DOCUMENTS = 4
PASSAGES_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class _Embedded:
    prepared: PreparedDocument
    passages: Sequence[EmbeddedPassage]


_Prepared = PreparedDocument | IngestDocumentsResponse | AskmeshError | None
_Storable = _Embedded | IngestDocumentsResponse | AskmeshError | None


class Pipeline:
    """Takes the documents of one stream through the stages. `None` ends a queue.

    Stages run side by side, a few documents apart, and wait for each other and for whoever
    takes the results. A failure travels along behind the documents before it.
    """

    def __init__(
        self,
        tenant: str,
        preparer: Preparer,
        vectors: PassageVectors,
        store: DocumentStore,
        watch: Stages,
    ) -> None:
        self._tenant = tenant
        self._preparer = preparer
        self._vectors = vectors
        self._store = store
        self._watch = watch
        self._prepared = asyncio.Queue[_Prepared](QUEUED_DOCUMENTS)
        self._storable = asyncio.Queue[_Storable](QUEUED_DOCUMENTS)
        self._in_flight: set[str] = set()
        self._landed = asyncio.Condition()

    async def run(
        self,
        documents: AsyncIterable[SourceDocument],
        send: Callable[[IngestDocumentsResponse], Awaitable[None]],
    ) -> None:
        """Ingest `documents` and `send` each one's result, in order.

        Raises the `AskmeshError` of the first document that could not be stored; the results
        of those before it have been sent.
        """
        async with asyncio.TaskGroup() as stages:
            stages.create_task(self._prepare_all(documents))
            stages.create_task(self._embed_all())
            await self._store_all(send)

    async def _prepare_all(self, documents: AsyncIterable[SourceDocument]) -> None:
        try:
            async for document in documents:
                await self._prepared.put(await self._prepare(named(document)))
        except AskmeshError as error:
            await self._prepared.put(error)
        else:
            await self._prepared.put(None)

    async def _prepare(self, document: SourceDocument) -> _Prepared:
        # An earlier version from the same stream must be stored before this one is compared.
        async with self._landed:
            await self._landed.wait_for(lambda: document.document_id not in self._in_flight)
            self._in_flight.add(document.document_id)
        return await self._preparer.prepare(self._tenant, document)

    async def _embed_all(self) -> None:
        try:
            while True:
                items = await self._next_items()
                for item in await self._embed(items):
                    await self._storable.put(item)
                if _is_last(items[-1]):
                    return
        except AskmeshError as error:
            await self._storable.put(error)

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
        with self._watch.stage("embedding"):
            vectors = iter(await self._vectors.vectors(texts))
        return [
            _embedded(item, vectors) if isinstance(item, PreparedDocument) else item
            for item in items
        ]

    async def _store_all(self, send: Callable[[IngestDocumentsResponse], Awaitable[None]]) -> None:
        while True:
            item = await self._storable.get()
            if item is None:
                return
            if isinstance(item, AskmeshError):
                raise item
            result = await self._stored(item) if isinstance(item, _Embedded) else item
            await send(result)
            async with self._landed:
                self._in_flight.discard(result.document_id)
                self._landed.notify_all()

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


def text_to_embed(passage: Passage) -> str:
    """Return a passage's text below what it is about."""
    return "\n".join([passage.title, *passage.headings, passage.text]).lstrip("\n")


def _passages(items: Iterable[_Prepared]) -> list[Passage]:
    documents = [item for item in items if isinstance(item, PreparedDocument)]
    return [passage for document in documents for passage in document.passages]


def _embedded(prepared: PreparedDocument, vectors: Iterator[NDArray[np.float32]]) -> _Embedded:
    passages = [EmbeddedPassage(passage, next(vectors)) for passage in prepared.passages]
    return _Embedded(prepared, passages)


def _is_last(item: _Prepared) -> bool:
    return item is None or isinstance(item, AskmeshError)
