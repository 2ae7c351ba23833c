"""Streams of documents that survive broken connections."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from typing import TypeAlias

from grpc import aio

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client._decoding import decoded
from askmesh.client._encoding import document_to_message, fitting_values
from askmesh.client._resuming import Reconnecting
from askmesh.client._streams import STREAM_SECONDS, responses_to
from askmesh.client._supply import Supply
from askmesh.client._types import IngestOutcome, IngestResult
from askmesh.errors import UnavailableError, UnreachableError
from askmesh.uploads import SourceDocument

Request: TypeAlias = ingestion_pb2.IngestDocumentsRequest
IngestCall: TypeAlias = aio.StreamStreamCall[Request, ingestion_pb2.IngestDocumentsResponse]
OnProgress: TypeAlias = Callable[[IngestResult], object]
Documents: TypeAlias = AsyncIterable[SourceDocument] | Iterable[SourceDocument]

# The reason of a failure that the service did not send itself.
_CONNECTION_BROKEN = "INGESTION_UNAVAILABLE"


class Ingestion:
    """Sends documents, and again those that a broken connection left without a result."""

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
        async with self._documents.reading(), aclosing(self._all_results()) as results:
            async for result in results:
                yield result

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
        exchange = responses_to(self._requests(), self._connect, "ingestion")
        async with aclosing(exchange) as responses:
            async for response in responses:
                result = decoded(IngestResult, response)
                if result.outcome is not IngestOutcome.IN_PROGRESS:
                    self._unanswered.popleft()
                    yield result
                elif self._on_progress is not None:
                    self._on_progress(result)

    async def _requests(self) -> AsyncGenerator[Request]:
        for unanswered in tuple(self._unanswered):
            yield unanswered
        async with aclosing(self._documents.values_for(STREAM_SECONDS)) as values:
            async for request in values:
                self._unanswered.append(request)
                yield request
