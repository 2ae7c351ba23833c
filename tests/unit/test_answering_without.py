"""Answers that do without something: a service, time, documents, an answer."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.query_understanding.v1 import query_understanding_pb2 as understanding_pb2
from askmesh.api.query_understanding.v1.query_understanding_pb2 import QueryPlan
from askmesh.api.retrieval.v1.retrieval_pb2 import RetrievePassagesResponse
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryResponse,
    SummaryCompleted,
)
from askmesh.errors import DeadlineError, OverloadedError, UnavailableError
from askmesh.resilience import Party, Room, RoomRules, deadline
from support.answering import COMPARE, DOWN, QUESTION, Scene, asked
from support.gateway_fakes import (
    ANSWERED,
    LIMITS,
    FakeNeighbours,
    retrieval,
)
from support.limits import Recorder


async def test_one_failed_search_of_several_does_not_fail_the_answer() -> None:
    scene = Scene(FakeNeighbours(COMPARE, failures={"What is a?": DOWN}))
    completed = await scene.answer(asked("Compare a and b"))
    assert completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert scene.events.degradations == [answer_pb2.DEGRADATION_REASON_SEARCH_INCOMPLETE]
    assert list(completed.degradations) == [
        answer_pb2.Degradation(
            reason=answer_pb2.DEGRADATION_REASON_SEARCH_INCOMPLETE, detail="it is down"
        )
    ]


BUSY = OverloadedError("BUSY", "it is busy", retry_after_seconds=1.0)


@pytest.mark.parametrize(("what", "expected"), [("retrieve", [True]), ("summarize", [False, True])])
async def test_an_answer_that_fails_for_want_of_room_teaches_it_once_and_in_no_time_of_its_own(
    what: str, expected: list[bool]
) -> None:
    limit = Recorder()
    scene = Scene(FakeNeighbours(failures={what: BUSY}))
    with pytest.raises(OverloadedError):
        async with Room(limit, RoomRules("answers", "BUSY", 1.0)).entered(Party("t")):
            await scene.answer()
    assert [each.went_short for each in limit.measured] == expected
    assert len({each.seconds for each in limit.measured}) == 1


WITHOUT_A_MODEL = StreamSummaryResponse(
    degradation=answer_pb2.Degradation(
        reason=answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE, for_want_of_room=True
    )
)


@pytest.mark.parametrize(
    ("neighbours", "expected"),
    [
        (FakeNeighbours(parts=(WITHOUT_A_MODEL, ANSWERED)), [False, True]),
        (FakeNeighbours(COMPARE, failures={"What is a?": BUSY}), [True]),
    ],
    ids=["at the end if that was the model", "with the time until the sources if not"],
)
async def test_an_answer_that_goes_without_something_for_want_of_room_teaches_that_once(
    neighbours: FakeNeighbours, expected: list[bool]
) -> None:
    limit = Recorder()
    async with Room(limit, RoomRules("answers", "BUSY", 1.0)).entered(Party("t")):
        await Scene(neighbours).answer()
    assert [each.went_short for each in limit.measured] == expected


async def test_a_search_that_is_missing_for_want_of_room_says_so() -> None:
    scene = Scene(FakeNeighbours(COMPARE, failures={"What is a?": BUSY}))
    completed = await scene.answer(asked("Compare a and b"))
    assert [each.for_want_of_room for each in completed.degradations] == [True]


async def test_the_parts_of_a_question_are_enough_where_its_own_search_failed() -> None:
    scene = Scene(FakeNeighbours(COMPARE, failures={"Compare a and b": DOWN}))
    await scene.answer(asked("Compare a and b"))
    assert [each.query for each in scene.neighbours.rankings] == ["What is a?", "What is b?"]
    assert scene.neighbours.summaries[0].question == "Compare a and b"


async def test_a_degradation_of_several_searches_is_told_once() -> None:
    told = answer_pb2.Degradation(
        reason=answer_pb2.DEGRADATION_REASON_VECTOR_SEARCH_UNAVAILABLE, detail="down"
    )
    reply = retrieval("p1")
    reply.degradations.append(told)
    scene = Scene(FakeNeighbours(COMPARE, found=dict.fromkeys(COMPARE.sub_questions, reply)))
    completed = await scene.answer(asked("Compare a and b"))
    assert list(completed.degradations) == [told]


async def test_small_talk_needs_no_documents_and_no_search() -> None:
    plan = QueryPlan(standalone_question="Hello", intent=understanding_pb2.INTENT_SMALL_TALK)
    scene = Scene(FakeNeighbours(plan, silent=frozenset({"Hello"})))
    completed = await scene.answer(asked("Hello"))
    assert completed.outcome == answer_pb2.ANSWER_OUTCOME_SMALL_TALK
    assert scene.events.kinds == ["plan_made", "text_delta", "completed"]
    assert "retrieval" not in {stage.stage for stage in completed.stage_durations}


async def test_small_talk_goes_on_while_search_is_down() -> None:
    plan = QueryPlan(standalone_question="Hello", intent=understanding_pb2.INTENT_SMALL_TALK)
    scene = Scene(FakeNeighbours(plan, failures={"retrieve": DOWN}))
    completed = await scene.answer(asked("Hello"))
    assert completed.outcome == answer_pb2.ANSWER_OUTCOME_SMALL_TALK


async def test_a_question_out_of_scope_is_not_answered_and_says_why() -> None:
    plan = QueryPlan(standalone_question="Book", intent=understanding_pb2.INTENT_OUT_OF_SCOPE)
    completed = await Scene(FakeNeighbours(plan)).answer(asked("Book"))
    assert completed.outcome == answer_pb2.ANSWER_OUTCOME_ABSTAINED
    assert completed.abstention.reason == answer_pb2.ABSTENTION_REASON_OUT_OF_SCOPE


async def test_an_empty_collection_is_named_as_the_reason() -> None:
    empty = RetrievePassagesResponse()
    scene = Scene(FakeNeighbours(found={QUESTION.question: empty}))
    completed = await scene.answer()
    assert completed.abstention.reason == answer_pb2.ABSTENTION_REASON_COLLECTION_EMPTY
    assert scene.neighbours.summaries == []
    assert scene.events.kinds[-2:] == ["text_delta", "completed"]


async def test_a_filter_that_admits_nothing_is_named_in_words() -> None:
    own = Filter(
        sources=["a.md", "b/", "c", "d", "e"],
        modified_after_time=Timestamp(seconds=0),
        attributes={"team": "farm"},
    )
    scene = Scene(FakeNeighbours(narrowed=retrieval()))
    completed = await scene.answer(asked("q", filter=own))
    assert completed.abstention.reason == answer_pb2.ABSTENTION_REASON_FILTER_EXCLUDED_ALL
    assert scene.events.one("text_delta").text_delta.text == (
        "None of the documents meets the filter of this question: source a.md or b/ or c or one "
        "of 2 more; modified at or after 1970-01-01 00:00 UTC; team is farm."
    )


async def test_nothing_found_without_a_filter_goes_to_the_summarizer_without_sources() -> None:
    scene = Scene(FakeNeighbours(found={QUESTION.question: retrieval()}))
    await scene.answer()
    assert list(scene.neighbours.summaries[0].sources) == []
    assert scene.neighbours.rankings == []


async def test_the_reason_why_the_summarizer_abstains_is_passed_on() -> None:
    abstention = answer_pb2.Abstention(
        reason=answer_pb2.ABSTENTION_REASON_NOT_ANSWERED, nearest_source_number=2
    )
    end = SummaryCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ABSTAINED, abstention=abstention)
    scene = Scene(FakeNeighbours(parts=(StreamSummaryResponse(completed=end),)))
    assert (await scene.answer()).abstention == abstention
    assert scene.observer.abstentions == ["not_answered"]


async def test_without_query_understanding_the_question_is_searched_as_typed() -> None:
    scene = Scene(FakeNeighbours(failures={"understand": DOWN}))
    completed = await scene.answer()
    missing = answer_pb2.DEGRADATION_REASON_QUERY_UNDERSTANDING_UNAVAILABLE
    assert list(completed.degradations) == [
        answer_pb2.Degradation(reason=missing, detail="it is down")
    ]
    assert scene.observer.degradations == ["query_understanding_unavailable"]
    assert scene.neighbours.queries == ["What is a mesh?"]


async def test_an_answer_is_counted_once_by_its_outcome_and_whether_it_lacks_something() -> None:
    whole, lacking = Scene(FakeNeighbours()), Scene(FakeNeighbours(failures={"rank": DOWN}))
    await whole.answer()
    await lacking.answer()
    assert whole.observer.outcomes == ["answered"]
    assert lacking.observer.outcomes == ["answered, degraded"]


async def test_without_reranking_sources_keep_the_order_of_retrieval() -> None:
    scene = Scene(FakeNeighbours(failures={"rank": DOWN}))
    await scene.answer()
    ranked = scene.events.one("sources_ranked").sources_ranked.sources
    assert [(each.passage.passage_id, each.HasField("score")) for each in ranked] == [
        ("p1", False),
        ("p2", False),
    ]
    assert scene.events.degradations == [answer_pb2.DEGRADATION_REASON_RERANKING_UNAVAILABLE]


async def test_reranking_that_ran_out_of_time_is_marked() -> None:
    scene = Scene(FakeNeighbours(complete=False))
    await scene.answer()
    assert scene.events.degradations == [answer_pb2.DEGRADATION_REASON_RERANKING_TRUNCATED]


@pytest.mark.parametrize(
    "neighbours",
    [
        FakeNeighbours(complete=False),
        FakeNeighbours(failures={"rank": DeadlineError("RERANKING_OUT_OF_TIME", "no time")}),
    ],
)
async def test_a_caller_in_a_hurry_is_no_want_of_room(neighbours: FakeNeighbours) -> None:
    patient = await Scene(neighbours).answer()
    with deadline(1.0):  # half of it is for writing
        hurried = await Scene(neighbours).answer()
    assert [each.for_want_of_room for each in patient.degradations] == [True]
    assert [each.for_want_of_room for each in hurried.degradations] == [False]


async def test_a_search_that_fails_fails_the_answer_and_nothing_is_completed() -> None:
    scene = Scene(FakeNeighbours(failures={"retrieve": DOWN}))
    with pytest.raises(UnavailableError):
        await scene.answer()
    assert "completed" not in scene.events.kinds


async def test_a_summary_without_an_end_is_a_failure_of_its_service() -> None:
    scene = Scene(FakeNeighbours(failures={"rank": DOWN}, parts=()))
    with pytest.raises(UnavailableError) as caught:
        await scene.answer()
    assert caught.value.reason == "SUMMARIZATION_UNAVAILABLE"
    assert scene.observer.degradations == ["reranking_unavailable"]


async def test_a_reason_of_a_newer_service_passes_through() -> None:
    newer = StreamSummaryResponse(degradation=answer_pb2.Degradation.FromString(b"\x08\x63"))
    scene = Scene(FakeNeighbours(parts=(newer, ANSWERED)))
    completed = await scene.answer()
    assert [each.reason for each in completed.degradations] == [0x63]
    assert scene.observer.degradations == ["unknown"]


async def test_each_stage_has_its_own_time() -> None:
    scene = Scene()
    await scene.answer()
    stages = LIMITS.stages
    assert scene.neighbours.seconds == {
        "understand": stages.understanding_seconds,
        "retrieve": stages.retrieval_seconds,
        "rank": stages.reranking_seconds,
        "summarize": stages.silence_seconds,
    }


async def test_a_follow_up_has_time_for_a_model_to_complete_it() -> None:
    scene = Scene()
    turn = understanding_pb2.Turn(question="What is a mesh?", answer="A net.")
    await scene.answer(asked("And a node?", conversation=[turn]))
    assert scene.neighbours.seconds["understand"] == LIMITS.stages.follow_up_seconds


@pytest.mark.parametrize(("whole", "most"), [(6.0, 3.0), (2.0, 1.0), (100.0, 95.0)])
async def test_the_stages_before_writing_leave_time_to_write(whole: float, most: float) -> None:
    scene = Scene()
    with deadline(whole):
        await scene.answer()
    stages = ("understand", "retrieve", "rank")
    assert all(scene.neighbours.seconds[stage] <= most for stage in stages)


async def test_a_question_without_time_is_not_given_any() -> None:
    scene = Scene()
    with deadline(0.0):
        await scene.answer()
    assert scene.neighbours.seconds["retrieve"] == 0.0
