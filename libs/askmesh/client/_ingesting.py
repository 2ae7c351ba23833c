"""Streams of documents that survive broken connections."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from time import monotonic
from typing import TypeAlias

from grpc import aio

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client._decoding import decoded
from askmesh.client._encoding import document_to_message, fitting_values
from askmesh.client._resuming import Reconnecting
from askmesh.client._supply import Supply
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
        reports_progress = on_progress is not None

        def request_of(document: SourceDocument) -> Request:
            with fitting_values():
                request = document_to_message(document)
            request.reports_progress = reports_progress
            request.may_be_elsewhere = may_be_elsewhere
            return request

        self._documents = Supply(documents, request_of)
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
