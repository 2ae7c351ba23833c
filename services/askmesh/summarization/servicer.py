"""The gRPC side of the summarization service."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TypeAlias, assert_never

from google.protobuf.duration_pb2 import Duration
from grpc import aio

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2, summarization_pb2_grpc
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.errors import InvalidRequestError
from askmesh.serving import heartbeats
from askmesh.summarization.summarizer import Summarizer
from askmesh.summarization.values import (
    Abstention,
    Citation,
    ModelMissing,
    Outcome,
    Reason,
    Source,
    SourceSentence,
    SummaryCompleted,
    SummaryEvent,
    SummaryRequest,
    TableDelta,
    TextDelta,
    UnsupportedSpan,
)
from askmesh.text import require_text

MAX_QUESTION_CHARS = 4000
MAX_SOURCES = 50
MAX_SUB_QUESTIONS = 10

_Context: TypeAlias = (
    "aio.ServicerContext[StreamSummaryRequest, AsyncIterator[StreamSummaryResponse]]"
)

_HEARTBEAT = StreamSummaryResponse(heartbeat=summarization_pb2.Heartbeat())
_OUTCOMES = {
    Outcome.ANSWERED: answer_pb2.ANSWER_OUTCOME_ANSWERED,
    Outcome.ABSTAINED: answer_pb2.ANSWER_OUTCOME_ABSTAINED,
}

_REASONS = {
    Reason.NOTHING_NEAR: answer_pb2.ABSTENTION_REASON_NOTHING_NEAR,
    Reason.NOT_ANSWERED: answer_pb2.ABSTENTION_REASON_NOT_ANSWERED,
    Reason.LANGUAGE_NOT_SUPPORTED: answer_pb2.ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED,
    Reason.UNSUPPORTED_AFTER_WRITING: answer_pb2.ABSTENTION_REASON_UNSUPPORTED_AFTER_WRITING,
}


class SummarizationServicer(summarization_pb2_grpc.SummarizationServiceServicer):
    """Translates between the wire and the summarizer."""

    def __init__(self, summarizer: Summarizer, *, heartbeat_seconds: float) -> None:
        self._summarizer = summarizer
        self._heartbeat_seconds = heartbeat_seconds

    # It writes by itself, which gRPC takes as well as a generator.
    async def StreamSummary(  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        request: StreamSummaryRequest,
        context: _Context,
    ) -> None:
        async with (
            heartbeats(context, _HEARTBEAT, seconds=self._heartbeat_seconds) as write,
            aclosing(self._summarizer.summarize(valid_request(request))) as events,
        ):
            async for event in events:
                await write(response(event))


def valid_request(message: StreamSummaryRequest) -> SummaryRequest:
    """Return the request in a message. Raise `InvalidRequestError` where there is none."""
    return SummaryRequest(
        question=require_text(message.question, field="question", max_chars=MAX_QUESTION_CHARS),
        sources=_valid_sources(message),
        sub_questions=tuple(message.sub_questions[:MAX_SUB_QUESTIONS]),
        required_terms=tuple(message.required_terms),
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
    return tuple(_source(source) for source in message.sources)


def _source(message: summarization_pb2.Source) -> Source:
    return Source(
        passage_id=message.passage.passage_id,
        text=message.passage.text,
        title=message.passage.title,
        headings=tuple(message.passage.headings),
        document_id=message.passage.document_id,
        position=message.passage.position,
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


def response(event: SummaryEvent) -> StreamSummaryResponse:
    """Return the message for an event."""
    match event:
        case TextDelta():
            return StreamSummaryResponse(text_delta=answer_pb2.TextDelta(text=event.text))
        case TableDelta():
            return StreamSummaryResponse(table_delta=_table_delta(event))
        case Citation():
            return StreamSummaryResponse(citation=_citation(event))
        case UnsupportedSpan():
            span = answer_pb2.UnsupportedSpan(start_offset=event.start, end_offset=event.end)
            return StreamSummaryResponse(unsupported_span=span)
        case ModelMissing():
            reason = answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
            return StreamSummaryResponse(
                degradation=answer_pb2.Degradation(reason=reason, detail=event.detail)
            )
        case SummaryCompleted():
            return StreamSummaryResponse(completed=_completed(event))
        case _:
            assert_never(event)


def _table_delta(event: TableDelta) -> answer_pb2.TableDelta:
    rows = [
        answer_pb2.TableRow(cells=row.cells, source_numbers=row.source_numbers)
        for row in event.rows
    ]
    return answer_pb2.TableDelta(columns=event.columns, rows=rows)


def _citation(event: Citation) -> answer_pb2.Citation:
    return answer_pb2.Citation(
        source_number=event.source_number,
        passage_id=event.passage_id,
        start_offset=event.start,
        end_offset=event.end,
        quote=event.quote,
        support=event.support,
    )


def _completed(event: SummaryCompleted) -> summarization_pb2.SummaryCompleted:
    usage = answer_pb2.Usage(
        prompt_token_count=event.prompt_tokens,
        completion_token_count=event.completion_tokens,
        model=event.model,
    )
    message = summarization_pb2.SummaryCompleted(
        outcome=_OUTCOMES[event.outcome],
        usage=usage,
        supported_sentence_count=event.supported_sentences,
        unsupported_sentence_count=event.unsupported_sentences,
    )
    if event.abstention is not None:
        message.abstention.CopyFrom(_abstention(event.abstention))
    if event.first_token_seconds is not None:
        duration = Duration()
        duration.FromNanoseconds(round(event.first_token_seconds * 1e9))
        message.first_model_token_duration.CopyFrom(duration)
    return message


def _abstention(abstention: Abstention) -> answer_pb2.Abstention:
    return answer_pb2.Abstention(
        reason=_REASONS[abstention.reason], nearest_source_number=abstention.nearest_source
    )
