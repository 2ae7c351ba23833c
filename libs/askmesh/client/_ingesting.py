"""Streams of documents that survive broken connections."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from time import monotonic
from typing import TypeAlias

from grpc import aio

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client._resuming import Reconnecting
from askmesh.client._types import IngestResult, SourceDocument
from askmesh.client._wire_documents import document_to_message, result_from_message
from askmesh.errors import UnavailableError
from askmesh.rpc import upstream_errors

IngestCall: TypeAlias = aio.StreamStreamCall[
    ingestion_pb2.IngestDocumentsRequest, ingestion_pb2.IngestDocumentsResponse
]

# The reason of a failure that the service did not send itself.
_CONNECTION_BROKEN = "INGESTION_UNAVAILABLE"

# Services end old connections; a stream that is younger than this one ends by itself.
_STREAM_SECONDS = 240.0


class Ingestion:
    """Sends documents, and again those that a broken connection left without a result."""

    def __init__(self, connect: Callable[[], IngestCall], reconnecting: Reconnecting) -> None:
        self._connect = connect
        self._reconnecting = reconnecting
        self._unanswered: deque[SourceDocument] = deque()
        self._waiting = asyncio.Queue[SourceDocument | None](1)
        self._exhausted = False

    async def results(
        self, documents: AsyncIterable[SourceDocument] | Iterable[SourceDocument]
    ) -> AsyncGenerator[IngestResult]:
        """Yield the results of `documents`, in order."""
        try:
            async with asyncio.TaskGroup() as tasks:
                supply = tasks.create_task(self._supply(documents))
                async with aclosing(self._all_results(tasks)) as results:
                    async for result in results:
                        yield result
                supply.cancel()
        except BaseExceptionGroup as group:
            # Whoever iterates waits for one failure, and a generator is closed by one exception.
            raise group.exceptions[0] from None

    async def _supply(
        self, documents: AsyncIterable[SourceDocument] | Iterable[SourceDocument]
    ) -> None:
        async for document in _as_async(documents):
            await self._waiting.put(document)
        await self._waiting.put(None)

    async def _all_results(self, tasks: asyncio.TaskGroup) -> AsyncGenerator[IngestResult]:
        failures = 0
        while self._unanswered or not self._exhausted:
            failure: UnavailableError | None = None
            try:
                async with aclosing(self._results_of_call(tasks)) as results:
                    async for result in results:
                        failures = 0
                        yield result
                if self._unanswered:
                    failure = UnavailableError(_CONNECTION_BROKEN, "The stream ended early.")
            except UnavailableError as error:
                if error.reason != _CONNECTION_BROKEN:
                    raise
                failure = error
            if failure is not None:
                failures += 1
                if failures > self._reconnecting.attempts:
                    raise failure
                await asyncio.sleep(self._reconnecting.delay_seconds(failures))

    async def _results_of_call(self, tasks: asyncio.TaskGroup) -> AsyncGenerator[IngestResult]:
        call = self._connect()
        sending = tasks.create_task(self._send(call))
        responses = aiter(call)
        try:
            while True:
                with upstream_errors("ingestion"):
                    response = await anext(responses, None)
                if response is None:
                    return
                self._unanswered.popleft()
                yield result_from_message(response)
        finally:
            call.cancel()
            sending.cancel()
            await asyncio.wait([sending])

    async def _send(self, call: IngestCall) -> None:
        ends = monotonic() + _STREAM_SECONDS
        try:
            for unanswered in tuple(self._unanswered):
                await call.write(document_to_message(unanswered))
            while not self._exhausted and monotonic() < ends:
                document = await self._waiting.get()
                if document is None:
                    self._exhausted = True
                else:
                    self._unanswered.append(document)
                    await call.write(document_to_message(document))
            await call.done_writing()
        except (aio.AioRpcError, aio.BaseError, asyncio.InvalidStateError):
            return  # The reading side sees why.


async def _as_async(
    documents: AsyncIterable[SourceDocument] | Iterable[SourceDocument],
) -> AsyncGenerator[SourceDocument]:
    """Yield the documents; a plain iterable is read in a thread."""
    if isinstance(documents, AsyncIterable):
        async for document in documents:
            yield document
        return
    iterator = iter(documents)

    def following() -> SourceDocument | None:
        return next(iterator, None)

    while (read := await asyncio.to_thread(following)) is not None:
        yield read
