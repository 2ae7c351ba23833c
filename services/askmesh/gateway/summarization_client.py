"""Summarization, over gRPC."""

from collections.abc import AsyncGenerator, Callable, Mapping

from askmesh.api.summarization.v1 import summarization_pb2 as pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.gateway.events import SummaryCompleted, SummaryPart, TableReset, TextDelta
from askmesh.gateway.ports import SummaryRequest
from askmesh.gateway.values import RankedPassage
from askmesh.gateway.wire import (
    citation_from_wire,
    degradation_from_wire,
    outcome_from_wire,
    table_delta_from_wire,
    usage_from_wire,
)
from askmesh.passages import passage_to_wire
from askmesh.rpc import upstream_errors


class GrpcSummarizer:
    """Ask the summarization service."""

    def __init__(self, stub: SummarizationServiceStub) -> None:
        self._stub = stub

    async def summarize(
        self, request: SummaryRequest
    ) -> AsyncGenerator[SummaryPart | SummaryCompleted]:
        call = self._stub.StreamSummary(_request(request))
        try:
            with upstream_errors("summarization"):
                async for message in call:
                    part = _part(message)
                    if part is not None:
                        yield part
        finally:
            call.cancel()  # leaving a stream does not end its call


def _request(request: SummaryRequest) -> pb2.StreamSummaryRequest:
    return pb2.StreamSummaryRequest(
        question=request.question,
        sub_questions=request.sub_questions,
        sources=map(_source, request.sources),
        required_terms=request.required_terms,
        wants_table=request.wants_table,
        table_columns=request.table_columns,
        seed=request.seed,
    )


def _source(source: RankedPassage) -> pb2.Source:
    sentences = [
        pb2.SourceSentence(start_offset=s.start, end_offset=s.end, score=s.score)
        for s in source.sentences
    ]
    return pb2.Source(
        passage=passage_to_wire(source.passage), score=source.score, sentences=sentences
    )


def _part(message: pb2.StreamSummaryResponse) -> SummaryPart | SummaryCompleted | None:
    """Return the value in a message; None for an event of a newer version of the service."""
    event = message.WhichOneof("event")
    return None if event is None else _PARTS[event](message)


def _completed(message: pb2.SummaryCompleted) -> SummaryCompleted:
    return SummaryCompleted(outcome_from_wire(message.outcome), usage_from_wire(message.usage))


_PARTS: Mapping[str, Callable[[pb2.StreamSummaryResponse], SummaryPart | SummaryCompleted]] = {
    "text_delta": lambda message: TextDelta(message.text_delta.text),
    "table_delta": lambda message: table_delta_from_wire(message.table_delta),
    "table_reset": lambda _: TableReset(),
    "citation": lambda message: citation_from_wire(message.citation),
    "degradation": lambda message: degradation_from_wire(message.degradation),
    "completed": lambda message: _completed(message.completed),
}
