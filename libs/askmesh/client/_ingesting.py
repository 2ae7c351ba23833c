"""Streams of documents that survive broken connections."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from contextlib import aclosing
from time import monotonic
from typing import TypeAlias

from grpc import aio

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client._decoding import decoded
from askmesh.client._encoding import document_to_message, fitting_values
from askmesh.client._resuming import Reconnecting
from askmesh.client._types import IngestOutcome, IngestResult
from askmesh.errors import UnavailableError, UnreachableError
from askmesh.rpc import upstream_errors
from askmesh.uploads import SourceDocument

Request: TypeAlias = ingestion_pb2.IngestDocumentsRequest
IngestCall: TypeAlias = aio.StreamStreamCall[Request, ingestion_pb2.IngestDocumentsResponse]
OnProgress: TypeAlias = Callable[[IngestResult], object]
Documents: TypeAlias = AsyncIterable[SourceDocument] | Iterable[SourceDocument]

# The reason of a failure that the service did not send itself.
_CONNECTION_BROKEN = "INGESTION_UNAVAILABLE"

# Services end old connections; a stream that is younger than this one ends by itself.
_STREAM_SECONDS = 240.0


class Ingestion:
    """Sends documents, and again those that a broken connection left without a result.

    Whoever reads the results does so outside of any task group: a group that is open while its
    generator waits would cancel the reader's own task when something in it fails.
    """

    def __init__(
        self,
        documents: Documents,
        connect: Callable[[], IngestCall],
        reconnecting: Reconnecting,
        *,
        on_progress: OnProgress | None = None,
        may_be_elsewhere: bool = False,
    ) -> None:
        self._documents = _Supply(
            documents,
            reports_progress=on_progress is not None,
            may_be_elsewhere=may_be_elsewhere,
        )
        self._connect = connect
        self._reconnecting = reconnecting
        self._on_progress = on_progress
        self._unanswered: deque[Request] = deque()

    async def results(self) -> AsyncGenerator[IngestResult]:
        """Yield the results, in order.

        A failure of the documents is raised when those before it have their results.
        """
        try:
            async with aclosing(self._all_results()) as results:
                async for result in results:
                    yield result
            if self._documents.failure is not None:
                raise self._documents.failure
        finally:
            await self._documents.abandon()

    async def _all_results(self) -> AsyncGenerator[IngestResult]:
        failures = 0
        while self._unanswered or not self._documents.exhausted:
            failure: UnavailableError | None = None
            try:
                async with aclosing(self._results_of_call()) as results:
                    async for result in results:
                        failures = 0
                        yield result
                if self._unanswered:
                    failure = UnreachableError(_CONNECTION_BROKEN, "The stream ended early.")
            except UnavailableError as error:
                if error.reason != _CONNECTION_BROKEN:
                    raise
                failure = error
            if failure is not None:
                failures += 1
                if failures > self._reconnecting.attempts:
                    raise failure
                await asyncio.sleep(self._reconnecting.delay_seconds(failures, failure))

    async def _results_of_call(self) -> AsyncGenerator[IngestResult]:
        with upstream_errors("ingestion"):
            call = self._connect()
        sending = asyncio.create_task(self._send(call))
        responses = aiter(call)
        try:
            while True:
                with upstream_errors("ingestion"):
                    response = await anext(responses, None)
                if response is None:
                    return
                result = decoded(IngestResult, response)
                if result.outcome is not IngestOutcome.IN_PROGRESS:
                    self._unanswered.popleft()
                    yield result
                elif self._on_progress is not None:
                    self._on_progress(result)
        finally:
            call.cancel()
            sending.cancel()
            await asyncio.wait([sending])

    async def _send(self, call: IngestCall) -> None:
        ends = monotonic() + _STREAM_SECONDS
        try:
            for unanswered in tuple(self._unanswered):
                await call.write(unanswered)
            while monotonic() < ends:
                request = await self._documents.following()
                if request is None:
                    break
                self._unanswered.append(request)
                await call.write(request)
            await call.done_writing()
        except (aio.AioRpcError, aio.BaseError, asyncio.InvalidStateError):
            return  # The reading side sees why.


class _Supply:
    """Documents, one at a time. One whose reading has begun is not lost with its connection."""

    def __init__(
        self, documents: Documents, *, reports_progress: bool, may_be_elsewhere: bool
    ) -> None:
        self._read = _reader(documents)
        self._reports_progress = reports_progress
        self._may_be_elsewhere = may_be_elsewhere
        self._reading: asyncio.Task[Request | None] | None = None
        self.exhausted = False
        self.failure: BaseException | None = None

    async def following(self) -> Request | None:
        """Return the next document; None after the last one, and when reading has failed."""
        if self.exhausted:
            return None
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_and_encode())
        await asyncio.wait([self._reading])  # unlike awaiting it, leaves it alone when cancelled
        reading, self._reading = self._reading, None
        self.failure = asyncio.CancelledError() if reading.cancelled() else reading.exception()
        request = reading.result() if self.failure is None else None
        self.exhausted = request is None
        return request

    async def _read_and_encode(self) -> Request | None:
        document = await self._read()
        if document is None:
            return None
        with fitting_values():
            request = document_to_message(document)
        request.reports_progress = self._reports_progress
        request.may_be_elsewhere = self._may_be_elsewhere
        return request

    async def abandon(self) -> None:
        """Stop reading. A thread that reads is left to end by itself."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])


def _reader(documents: Documents) -> Callable[[], Awaitable[SourceDocument | None]]:
    """Return what reads the next document; plain iterables are read in a thread."""
    if isinstance(documents, AsyncIterable):
        stream = aiter(documents)

        async def read() -> SourceDocument | None:
            return await anext(stream, None)

        return read
    iterator = iter(documents)

    async def read_in_thread() -> SourceDocument | None:
        return await asyncio.to_thread(next, iterator, None)

    return read_in_thread
