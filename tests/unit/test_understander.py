"""Plans, and when a language model may help with them."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.api.query_understanding.v1 import query_understanding_pb2 as pb2
from askmesh.api.query_understanding.v1.query_understanding_pb2 import QueryPlan, Turn
from askmesh.query_understanding.language import StatisticalLanguageDetector
from askmesh.query_understanding.rewriting import ModelRewriter
from askmesh.query_understanding.understander import Understander
from askmesh.telemetry import silent_telemetry
from support.fake_language_model import ScriptedLanguageModel

_STORES = (
    Turn(
        question="What is the difference between Redis and MongoDB?", answer="Redis is in memory."
    ),
)


@pytest.fixture(scope="module")
def detector() -> StatisticalLanguageDetector:
    return StatisticalLanguageDetector()


class _FixedLanguage:
    def __init__(self, code: str) -> None:
        self._code = code

    def language(self, text: str) -> str:
        return self._code if text else ""


class _FixedRewriter:
    def __init__(self, rewritten: str | None) -> None:
        self._rewritten = rewritten
        self.asked: list[str] = []

    async def rewrite(self, question: str, conversation: Sequence[Turn]) -> str | None:
        assert conversation
        self.asked.append(question)
        return self._rewritten


async def _plan(
    question: str,
    conversation: Sequence[Turn] = (),
    *,
    rewriter: _FixedRewriter | None = None,
    language: str = "en",
) -> QueryPlan:
    understander = Understander(
        _FixedLanguage(language), rewriter, silent_telemetry(), today=lambda: date(2026, 11, 21)
    )
    return await understander.understand(question, conversation)


async def test_a_plan_says_everything_that_the_question_says() -> None:
    plan = await _plan(
        "  Compare the limits of Acme Gateway and Redis\nin a table with columns name, limit  "
    )
    assert plan.standalone_question == (
        "Compare the limits of Acme Gateway and Redis in a table with columns name, limit"
    )
    assert plan.intent == pb2.INTENT_COMPARISON
    assert plan.sub_questions == [
        "What is the limits of Acme Gateway?",
        "What is the limits of Redis?",
    ]
    assert plan.names == ["Acme Gateway", "Redis"]
    assert plan.phrases == ["Acme Gateway"]
    assert plan.wants_table
    assert plan.table_columns == ["name", "limit"]
    assert not plan.model_assisted


async def test_understanding_and_rewriting_are_timed() -> None:
    telemetry = silent_telemetry()
    rewriter = _FixedRewriter("Which one is in memory, Redis or MongoDB?")
    understander = Understander(
        _FixedLanguage("en"), rewriter, telemetry, today=lambda: date(2026, 11, 21)
    )
    await understander.understand("Which one is in memory?", _STORES)
    value = telemetry.metrics.registry.get_sample_value
    for stage in ("query_understanding", "rewriting"):
        assert value("askmesh_stage_duration_seconds_count", {"stage": stage}) == 1


async def test_small_talk_is_never_mixed_with_the_conversation() -> None:
    plan = await _plan("thanks!", _STORES)
    assert plan.standalone_question == "thanks!"
    assert plan.intent == pb2.INTENT_SMALL_TALK
    assert plan.sub_questions == []


async def test_the_model_is_asked_only_where_something_is_left_to_a_conversation() -> None:
    rewriter = _FixedRewriter("Which one is in memory, Redis or MongoDB?")
    await _plan("Which plans include phone support?", _STORES, rewriter=rewriter)
    await _plan("Which one is in memory?", rewriter=rewriter)
    assert rewriter.asked == []
    plan = await _plan("Which one is in memory?", _STORES, rewriter=rewriter)
    assert rewriter.asked == ["Which one is in memory?"]
    assert plan.standalone_question == "Which one is in memory, Redis or MongoDB?"
    assert plan.model_assisted


@pytest.mark.parametrize("rewritten", [None, "", "Is Postgres in memory?", "x " * 400])
async def test_a_rewriting_that_is_not_faithful_is_not_used(rewritten: str | None) -> None:
    plan = await _plan("Which one is in memory?", _STORES, rewriter=_FixedRewriter(rewritten))
    assert plan.standalone_question == (
        "Which one is in memory? "
        "(What is the difference between Redis and MongoDB? Redis is in memory.)"
    )
    assert not plan.model_assisted


async def test_other_languages_are_searched_as_typed() -> None:
    plan = await _plan("Und der Preis?", language="de")
    assert plan.standalone_question == "Und der Preis?"
    assert plan.language == "de"


async def test_the_rewriter_gives_the_models_first_line() -> None:
    model = ScriptedLanguageModel('"Is Redis\n in memory?"')
    rewriter = ModelRewriter(model, budget_seconds=5)
    assert await rewriter.rewrite("Is it in memory?", _STORES) == "Is Redis"


async def test_the_rewriter_bars_the_word_that_leaves_the_beginning_out() -> None:
    model = ScriptedLanguageModel("Is MongoDB in memory?")
    rewriter = ModelRewriter(model, budget_seconds=5)
    await rewriter.rewrite("And MongoDB?", _STORES)
    await rewriter.rewrite("Is it in memory?", _STORES)
    assert [[bias.word for bias in one.biases] for one in model.requests] == [["And"], []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the capital of France?", "en"),
        ("how do I reset my password", "en"),
        ("Why?", "en"),
        ("Wie hoch ist der Preis?", "de"),
        ("Quel est le prix du livre ?", "fr"),
        ("Где находится Москва?", "ru"),
        ("日本の首都はどこですか", "ja"),
        ("Redis vs MongoDB", ""),
        ("price?", ""),
    ],
)
def test_languages_are_told_where_they_can_be(
    detector: StatisticalLanguageDetector, text: str, expected: str
) -> None:
    assert detector.language(text) == expected


_VOCABULARY = """and what about it its the Redis Ada ? , in 2020 that compare of table columns who
is there one since README docs/"""
_TEXTS = st.lists(st.sampled_from(_VOCABULARY.split()), max_size=12).map(" ".join)


@given(_TEXTS, _TEXTS)
async def test_any_words_give_a_plan(question: str, earlier: str) -> None:
    plan = await _plan(question, (Turn(question=earlier, answer="Ada is here."),))
    assert "\n" not in plan.standalone_question
    assert len(plan.sub_questions) <= 4
    assert plan.standalone_question not in plan.sub_questions
