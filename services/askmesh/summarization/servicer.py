"""The gRPC side of the summarization service."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from typing import TypeAlias

from grpc import aio

from askmesh.api.common.v1 import passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2, summarization_pb2_grpc
from askmesh.api.summarization.v1.summarization_pb2 import (
    LANGUAGE_MODEL_STATE_CLOSED,
    LANGUAGE_MODEL_STATE_HALF_OPEN,
    LANGUAGE_MODEL_STATE_OPEN,
    Heartbeat,
    LanguageModelState,
    LanguageModelStatus,
    ListLanguageModelsRequest,
    ListLanguageModelsResponse,
    StreamSummaryRequest,
    StreamSummaryResponse,
    WritingLoad,
)
from askmesh.errors import InvalidRequestError
from askmesh.passages import duration_to_wire
from askmesh.resilience import BreakerPosition
from askmesh.serving import heartbeats
from askmesh.summarization.summarizer import Summarizer
from askmesh.summarization.untrusted import without_instructions, without_seeming_instructions
from askmesh.summarization.values import Source, SourceSentence, SummaryRequest
from askmesh.summarization.writing_models import WritingModel
from askmesh.text import require_text

MAX_QUESTION_CHARS = 4000
MAX_SOURCES = 50
MAX_SUB_QUESTIONS = 10

_Context: TypeAlias = (
    "aio.ServicerContext[StreamSummaryRequest, AsyncIterator[StreamSummaryResponse]]"
)

_Listing: TypeAlias = (
    "aio.ServicerContext[ListLanguageModelsRequest, Awaitable[ListLanguageModelsResponse]]"
)
_STATES: Mapping[BreakerPosition, LanguageModelState.ValueType] = {
    "closed": LANGUAGE_MODEL_STATE_CLOSED,
    "half-open": LANGUAGE_MODEL_STATE_HALF_OPEN,
    "open": LANGUAGE_MODEL_STATE_OPEN,
}


class SummarizationServicer(summarization_pb2_grpc.SummarizationServiceServicer):
    """Takes requests apart, and writes what the summarizer answers as it comes."""

    def __init__(
        self,
        summarizer: Summarizer,
        models: Sequence[WritingModel],
        *,
        heartbeat_seconds: float,
    ) -> None:
        """`models` are those by which `summarizer` writes."""
        self._summarizer = summarizer
        self._models = models
        self._heartbeat_seconds = heartbeat_seconds

    # It writes by itself, which gRPC takes as well as a generator.
    async def StreamSummary(  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        request: StreamSummaryRequest,
        context: _Context,
    ) -> None:
        async with (
            heartbeats(context, self._heartbeat, seconds=self._heartbeat_seconds) as write,
            aclosing(self._summarizer.summarize(valid_request(request))) as events,
        ):
            async for event in events:
                if event.HasField("completed"):
                    event.completed.load.CopyFrom(load_of(self._models))
                await write(event)

    async def ListLanguageModels(
        self, request: ListLanguageModelsRequest, context: _Listing
    ) -> ListLanguageModelsResponse:
        return ListLanguageModelsResponse(models=map(_status, self._models))

    def _heartbeat(self) -> StreamSummaryResponse:
        return StreamSummaryResponse(heartbeat=Heartbeat(load=load_of(self._models)))


def load_of(models: Sequence[WritingModel]) -> WritingLoad:
    """Return how much the least busy of the models that are asked has to write."""
    loads = [each.generations.slots.load for each in models if each.generations.state == "closed"]
    if not loads:
        return WritingLoad()
    load = min(loads, key=lambda each: (each.wait_seconds, each.count - each.slots))
    return WritingLoad(
        text_count=load.count,
        place_count=load.slots,
        text_duration=duration_to_wire(load.seconds) if load.seconds else None,
    )


def _status(model: WritingModel) -> LanguageModelStatus:
    return LanguageModelStatus(
        name=model.name,
        state=_STATES[model.generations.state],
        active_generation_count=model.generations.slots.active_count,
    )


def valid_request(message: StreamSummaryRequest) -> SummaryRequest:
    """Return the request in a message. Raise `InvalidRequestError` where there is none."""
    return SummaryRequest(
        question=require_text(message.question, field="question", max_chars=MAX_QUESTION_CHARS),
        sources=_valid_sources(message),
        sub_questions=tuple(message.sub_questions[:MAX_SUB_QUESTIONS]),
        wants_table=message.wants_table,
        table_columns=tuple(message.table_columns),
        max_output_tokens=message.max_output_tokens if message.max_output_tokens > 0 else None,
        seed=message.seed if message.HasField("seed") else None,
    )


def _valid_sources(message: StreamSummaryRequest) -> tuple[Source, ...]:
    if len(message.sources) > MAX_SOURCES:
        raise InvalidRequestError(
            "TOO_MANY_SOURCES",
            f"there must be at most {MAX_SOURCES} sources",
            field="sources",
            max_sources=str(MAX_SOURCES),
        )
    asked = " ".join((message.question, *message.sub_questions))
    trusted = (without_instructions(_source(source)) for source in message.sources)
    return tuple(without_seeming_instructions(source, asked) for source in trusted)


def _source(message: summarization_pb2.Source) -> Source:
    return Source(
        passage_id=message.passage.passage_id,
        text=message.passage.text,
        title=message.passage.title,
        headings=tuple(message.passage.headings),
        document_id=message.passage.document_id,
        position=message.passage.position,
        document_passage_count=message.document_passage_count,
        modified=_day(message.passage),
        score=message.score if message.HasField("score") else None,
        sentences=tuple(
            SourceSentence(sentence.start_offset, sentence.end_offset, sentence.score)
            for sentence in message.sentences
        ),
    )


def _day(passage: passage_pb2.Passage) -> str:
    has_time = passage.HasField("modified_time")
    return passage.modified_time.ToDatetime().date().isoformat() if has_time else ""
