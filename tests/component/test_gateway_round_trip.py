"""Every message with every field different, through a real gateway and real gRPC servers.

A field that is dropped, or takes another's place, makes two messages differ.
"""

from collections.abc import AsyncGenerator
from itertools import count

import pytest
from google.protobuf.message import Message
from grpc import aio

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.query_understanding.v1 import query_understanding_pb2 as understanding_pb2
from askmesh.api.reranking.v1 import reranking_pb2
from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.gateway.wiring import gateway_service
from support.filled import filled
from support.upstreams import Upstreams, settings_before, upstreams

NUMBERS = count(1)
PARTS = [
    field.name
    for field in summarization_pb2.StreamSummaryResponse.DESCRIPTOR.oneofs_by_name["event"].fields
    if field.name not in ("completed", "heartbeat")
]
QUESTION = filled(pb2.StreamAnswerRequest, NUMBERS)
QUESTION.ClearField("filter")
QUESTION.filter.attributes["own"] = "condition"
QUESTION.accepts_batches = False
PLAN = filled(understanding_pb2.QueryPlan, NUMBERS)
PLAN.intent = understanding_pb2.INTENT_LIST
FOUND = filled(retrieval_pb2.RetrievePassagesResponse, NUMBERS)
FOUND.permissions = ""  # those of the one who asks here
RANKED = filled(reranking_pb2.RankPassagesResponse, NUMBERS)
for ranked, found in zip(RANKED.passages, FOUND.passages, strict=True):
    ranked.passage_id, ranked.below_floor = found.passage.passage_id, False
RANKED.scored_passage_count = 1
TRUNCATED = answer_pb2.Degradation(
    reason=answer_pb2.DEGRADATION_REASON_RERANKING_TRUNCATED, for_want_of_room=True
)
SUMMARY = [
    filled(summarization_pb2.StreamSummaryResponse, NUMBERS, event=part)
    for part in (*PARTS, "completed")
]


@pytest.fixture
async def behind() -> AsyncGenerator[Upstreams]:
    async with upstreams() as served:
        served.plan, served.found, served.ranked, served.summary = PLAN, FOUND, RANKED, SUMMARY
        yield served


@pytest.fixture
async def channel(behind: Upstreams) -> AsyncGenerator[aio.Channel]:
    settings = settings_before(behind.address)
    async with (
        gateway_service(settings) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield channel


@pytest.fixture
async def events(channel: aio.Channel) -> dict[str, pb2.AnswerEvent]:
    """The events of one answer by their kind; the last of each."""
    call = GatewayServiceStub(channel).StreamAnswer(QUESTION, timeout=60)
    received = [message.event async for message in call if message.HasField("event")]
    assert [event.sequence for event in received] == list(range(1, len(received) + 1))
    assert len({event.answer_id for event in received}) == 1
    return {event.WhichOneof("event") or "": event for event in received}


def test_every_part_of_a_summary_is_a_part_of_an_answer_too() -> None:
    event, part = pb2.AnswerEvent(), summarization_pb2.StreamSummaryResponse()
    for name in PARTS:
        assert type(getattr(event, name)) is type(getattr(part, name))


async def test_every_part_of_a_summary_passes_unchanged(
    events: dict[str, pb2.AnswerEvent],
) -> None:
    for message, part in zip(SUMMARY[:-1], PARTS, strict=True):
        assert getattr(events[part], part) == getattr(message, part)


async def test_the_plan_passes_unchanged(events: dict[str, pb2.AnswerEvent]) -> None:
    assert events["plan_made"].plan_made.plan == PLAN


async def test_what_was_found_is_told(events: dict[str, pb2.AnswerEvent]) -> None:
    assert events["sources_found"].sources_found == pb2.SourcesFound(
        passage_count=len(FOUND.passages), indexed_revision=FOUND.indexed_revision
    )


async def test_sources_have_their_passages_and_scores(events: dict[str, pb2.AnswerEvent]) -> None:
    assert events["sources_ranked"].sources_ranked == pb2.SourcesRanked(
        sources=[
            pb2.RankedSource(source_number=number, passage=found.passage, score=ranked.score)
            for number, (found, ranked) in enumerate(
                zip(FOUND.passages, RANKED.passages, strict=True), start=1
            )
        ]
    )


async def test_the_end_has_what_the_summary_said_and_all_that_was_missing(
    events: dict[str, pb2.AnswerEvent],
) -> None:
    completed, said = events["completed"].completed, SUMMARY[-1].completed
    assert completed.outcome == said.outcome
    assert completed.usage == said.usage
    assert completed.abstention == said.abstention
    assert completed.cache_status == pb2.CACHE_STATUS_MISS
    (told,) = (part.degradation for part in SUMMARY if part.HasField("degradation"))
    assert list(completed.degradations) == [*FOUND.degradations, TRUNCATED, told]
    assert completed.elapsed_duration.ToNanoseconds() > 0
    assert {stage.stage for stage in completed.stage_durations} >= {"retrieval", "summarization"}


@pytest.mark.usefixtures("events")
async def test_understanding_is_asked_with_the_whole_conversation(
    behind: Upstreams,
) -> None:
    assert behind.requests["UnderstandQuestion"] == [
        understanding_pb2.UnderstandQuestionRequest(
            question=QUESTION.question, conversation=QUESTION.conversation
        )
    ]


@pytest.mark.usefixtures("events")
async def test_retrieval_is_asked_with_and_without_what_the_plan_guessed(
    behind: Upstreams,
) -> None:
    guessed = Filter(attributes=QUESTION.filter.attributes)
    guessed.MergeFrom(PLAN.filter)
    asked = behind.requests["RetrievePassages"]
    for query in (PLAN.standalone_question, *PLAN.sub_questions):
        for passage_filter in (QUESTION.filter, guessed):
            request = retrieval_pb2.RetrievePassagesRequest(
                query=query, filter=passage_filter, page_size=12
            )
            assert asked.count(request) == 1


@pytest.mark.usefixtures("events")
async def test_reranking_is_asked_with_the_passages_below_their_titles(
    behind: Upstreams,
) -> None:
    request = behind.requests["RankPassages"][0]
    assert isinstance(request, reranking_pb2.RankPassagesRequest)
    assert request.query == FOUND.corrected_query
    assert request.sentence_passage_count == 3
    for candidate, found in zip(request.passages, FOUND.passages, strict=True):
        passage = found.passage
        assert candidate.passage_id == passage.passage_id
        assert candidate.text[candidate.body_offset :] == passage.text
        above = candidate.text[: candidate.body_offset]
        assert all(part in above for part in (passage.title, *passage.headings))


@pytest.mark.usefixtures("events")
async def test_summarization_is_asked_with_the_plan_and_the_sources(
    behind: Upstreams,
) -> None:
    (request,) = behind.requests["StreamSummary"]
    sources = [
        summarization_pb2.Source(
            passage=found.passage,
            score=ranked.score,
            sentences=[
                summarization_pb2.SourceSentence(
                    start_offset=each.start_offset, end_offset=each.end_offset, score=each.score
                )
                for each in ranked.sentences
            ],
        )
        for found, ranked in zip(FOUND.passages, RANKED.passages, strict=True)
    ]
    assert request == summarization_pb2.StreamSummaryRequest(
        question=FOUND.corrected_query,
        sources=sources,
        wants_table=QUESTION.wants_table,
        table_columns=PLAN.table_columns,
        seed=QUESTION.seed,
        sub_questions=[FOUND.corrected_query] * len(PLAN.sub_questions),
    )


async def test_an_answer_is_the_same_byte_for_byte_however_often_it_is_read(
    channel: aio.Channel,
) -> None:
    stream = channel.unary_stream(_method("StreamAnswer"), _dump, _bytes)
    first = [event async for event in stream(QUESTION, timeout=60)]
    answer_id = pb2.StreamAnswerResponse.FromString(first[0]).event.answer_id
    resume = channel.unary_stream(_method("ResumeAnswer"), _dump, _bytes)
    request = pb2.ResumeAnswerRequest(answer_id=answer_id, after_sequence=1)
    assert [event async for event in resume(request, timeout=60)] == first[1:]


def _method(name: str) -> str:
    return f"/askmesh.api.gateway.v1.GatewayService/{name}"


def _dump(message: Message) -> bytes:
    return message.SerializeToString()


def _bytes(data: bytes) -> bytes:
    return data
