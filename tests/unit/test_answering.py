"""The life of a question in the gateway."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from askmesh.errors import UnavailableError
from askmesh.gateway.answering import Answering
from askmesh.gateway.events import AnswerCompleted, SourcesRanked
from askmesh.gateway.source_ranking import AnsweringLimits
from askmesh.gateway.values import (
    Degradation,
    DegradationReason,
    Intent,
    Outcome,
    PassageFilter,
    QueryPlan,
    Question,
)
from support.gateway_fakes import (
    EventList,
    FakeReranker,
    FakeRetriever,
    FakeSummarizer,
    FakeUnderstanding,
    ListObserver,
    SilentTracer,
    passage,
)

QUESTION = Question("What is a mesh?")
DOWN = UnavailableError("DOWN", "it is down")


@dataclass
class Scene:
    understanding: FakeUnderstanding = field(default_factory=FakeUnderstanding)
    retriever: FakeRetriever = field(default_factory=FakeRetriever)
    reranker: FakeReranker = field(default_factory=FakeReranker)
    summarizer: FakeSummarizer = field(default_factory=FakeSummarizer)
    observer: ListObserver = field(default_factory=ListObserver)
    events: EventList = field(default_factory=EventList)

    async def answer(self, question: Question = QUESTION) -> AnswerCompleted:
        answering = Answering(
            self.understanding,
            self.retriever,
            self.reranker,
            self.summarizer,
            limits=AnsweringLimits(candidates=10, sources=5),
            observer=self.observer,
            tracer=SilentTracer(),
            clock=iter(range(1000)).__next__,
        )
        await answering.answer(question, answering.begin(self.events))
        last = self.events.bodies[-1]
        assert isinstance(last, AnswerCompleted)
        return last

    @property
    def degradations(self) -> list[DegradationReason]:
        return [body.reason for body in self.events.bodies if isinstance(body, Degradation)]


async def test_an_answer_has_its_events_in_the_order_of_its_life() -> None:
    scene = Scene()
    await scene.answer()
    assert scene.events.kinds == [
        "PlanMade",
        "SourcesFound",
        "SourcesRanked",
        "TextDelta",
        "AnswerCompleted",
    ]


async def test_the_end_tells_outcome_usage_and_every_stage() -> None:
    scene = Scene()
    completed = await scene.answer()
    assert completed.outcome is Outcome.ANSWERED
    assert completed.usage.model == "model"
    assert {stage.stage for stage in completed.stage_durations} == {
        "query_understanding",
        "retrieval",
        "reranking",
        "summarization",
        "first_token",
    }
    assert scene.observer.first_tokens == 1


async def test_a_plan_that_changes_nothing_costs_one_search() -> None:
    scene = Scene()
    await scene.answer()
    assert [query for query, _ in scene.retriever.queries] == ["What is a mesh?"]


async def test_a_plan_that_changes_the_question_replaces_the_early_search() -> None:
    scene = Scene(
        FakeUnderstanding(QueryPlan("What is a service mesh?")),
        FakeRetriever(never_answers=frozenset({"What is a mesh?"})),
    )
    await scene.answer()
    assert scene.retriever.cancelled == ["What is a mesh?"]
    assert scene.retriever.queries[-1][0] == "What is a service mesh?"


async def test_sub_questions_are_searched_beside_the_question() -> None:
    plan = QueryPlan("Compare a and b", sub_questions=("What is a?", "What is b?"))
    scene = Scene(FakeUnderstanding(plan))
    await scene.answer(Question("Compare a and b"))
    assert {query for query, _ in scene.retriever.queries} == {
        "Compare a and b",
        "What is a?",
        "What is b?",
    }


async def test_each_sub_question_ranks_its_share_of_what_was_found_for_it() -> None:
    plan = QueryPlan("Compare a and b", sub_questions=("What is a?", "What is b?"))
    scene = Scene(FakeUnderstanding(plan), FakeRetriever(tuple(passage(f"p{n}") for n in range(9))))
    await scene.answer(Question("Compare a and b"))
    assert scene.reranker.ranked == [("What is a?", 5), ("What is b?", 5)]


async def test_conditions_of_the_plan_reach_the_search_unless_the_client_set_its_own() -> None:
    plan = QueryPlan("q", filter=PassageFilter(sources=("plan/",), attributes={"team": "plan"}))
    scene = Scene(FakeUnderstanding(plan))
    await scene.answer(Question("q", filter=PassageFilter(sources=("client/",))))
    assert scene.retriever.queries[-1][1] == PassageFilter(
        sources=("client/",), attributes={"team": "plan"}
    )


async def test_small_talk_needs_no_documents() -> None:
    scene = Scene(FakeUnderstanding(QueryPlan("Hello", intent=Intent.SMALL_TALK)))
    completed = await scene.answer(Question("Hello"))
    assert completed.outcome is Outcome.SMALL_TALK
    assert scene.events.kinds == ["PlanMade", "TextDelta", "AnswerCompleted"]


async def test_small_talk_goes_on_while_search_is_down() -> None:
    scene = Scene(
        FakeUnderstanding(QueryPlan("Hello", intent=Intent.SMALL_TALK)),
        FakeRetriever(failure=DOWN),
    )
    completed = await scene.answer(Question("Hello"))
    assert completed.outcome is Outcome.SMALL_TALK


async def test_a_search_that_was_not_needed_takes_no_time_of_the_answer() -> None:
    scene = Scene(
        FakeUnderstanding(QueryPlan("Hello", intent=Intent.SMALL_TALK)),
        FakeRetriever(never_answers=frozenset({"Hello"})),
    )
    completed = await scene.answer(Question("Hello"))
    assert "retrieval" not in {stage.stage for stage in completed.stage_durations}


async def test_a_range_of_times_is_never_made_of_two_filters() -> None:
    since, until = datetime(2023, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    plan = QueryPlan("q", filter=PassageFilter(modified_after=since))
    scene = Scene(FakeUnderstanding(plan))
    await scene.answer(Question("q", filter=PassageFilter(modified_before=until)))
    assert scene.retriever.queries[-1][1] == PassageFilter(modified_before=until)


async def test_a_question_out_of_scope_is_not_answered() -> None:
    scene = Scene(FakeUnderstanding(QueryPlan("Book a flight", intent=Intent.OUT_OF_SCOPE)))
    completed = await scene.answer(Question("Book a flight"))
    assert completed.outcome is Outcome.ABSTAINED


async def test_without_query_understanding_the_question_is_searched_as_typed() -> None:
    scene = Scene(FakeUnderstanding(failure=DOWN))
    completed = await scene.answer()
    assert scene.degradations == [DegradationReason.QUERY_UNDERSTANDING_UNAVAILABLE]
    assert completed.degradations == (
        Degradation(DegradationReason.QUERY_UNDERSTANDING_UNAVAILABLE, "it is down"),
    )
    assert scene.observer.degradations == ["query_understanding_unavailable"]


async def test_without_reranking_sources_keep_the_order_of_retrieval() -> None:
    scene = Scene(reranker=FakeReranker(failure=DOWN))
    await scene.answer()
    ranked = next(body for body in scene.events.bodies if isinstance(body, SourcesRanked))
    assert [(source.passage.passage_id, source.score) for source in ranked.sources] == [
        ("p1", None),
        ("p2", None),
    ]
    assert scene.degradations == [DegradationReason.RERANKING_UNAVAILABLE]


async def test_reranking_that_ran_out_of_time_is_marked() -> None:
    scene = Scene(reranker=FakeReranker(complete=False))
    await scene.answer()
    assert scene.degradations == [DegradationReason.RERANKING_TRUNCATED]


async def test_nothing_found_goes_to_the_summarizer_without_sources() -> None:
    scene = Scene(retriever=FakeRetriever(found=()))
    await scene.answer()
    assert scene.summarizer.requests[0].sources == ()


async def test_a_search_that_fails_fails_the_answer_and_nothing_is_completed() -> None:
    scene = Scene(retriever=FakeRetriever(failure=DOWN))
    with pytest.raises(ExceptionGroup) as caught:
        await scene.answer()
    assert caught.group_contains(UnavailableError, depth=1)
    assert "AnswerCompleted" not in scene.events.kinds


async def test_an_answer_that_fails_later_still_counts_what_it_went_without() -> None:
    scene = Scene(reranker=FakeReranker(failure=DOWN), summarizer=FakeSummarizer(parts=()))
    with pytest.raises(RuntimeError, match="without completing"):
        await scene.answer()
    assert scene.observer.degradations == ["reranking_unavailable"]


async def test_the_client_may_overrule_whether_a_table_is_wanted() -> None:
    scene = Scene(FakeUnderstanding(QueryPlan("q", wants_table=True)))
    await scene.answer(Question("q", wants_table=False))
    assert scene.summarizer.requests[0].wants_table is False
