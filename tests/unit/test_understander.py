"""Plans, and when a language model may help with them."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.errors import InvalidRequestError
from askmesh.inference import ScriptedLanguageModel, load_profile
from askmesh.query_understanding.language import StatisticalLanguageDetector
from askmesh.query_understanding.model_rewriter import ModelRewriter
from askmesh.query_understanding.ports import Intent, QueryPlan, Turn
from askmesh.query_understanding.rewriting import is_faithful
from askmesh.query_understanding.understander import Understander
from askmesh.query_understanding.validation import check

_STORES = (Turn("What is the difference between Redis and MongoDB?", "Redis is in memory."),)


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
        _FixedLanguage(language), rewriter, today=lambda: date(2026, 11, 21)
    )
    return await understander.understand(question, conversation)


async def test_a_plan_says_everything_that_the_question_says() -> None:
    plan = await _plan(
        "  Compare the limits of Acme Gateway and Redis\nin a table with columns name, limit  "
    )
    assert plan.standalone_question == (
        "Compare the limits of Acme Gateway and Redis in a table with columns name, limit"
    )
    assert plan.intent is Intent.COMPARISON
    assert plan.sub_questions == (
        "What is the limits of Acme Gateway?",
        "What is the limits of Redis?",
    )
    assert plan.names == ("Acme Gateway", "Redis")
    assert plan.phrases == ("Acme Gateway",)
    assert plan.wants_table
    assert plan.table_columns == ("name", "limit")
    assert not plan.model_assisted


async def test_small_talk_is_never_mixed_with_the_conversation() -> None:
    plan = await _plan("thanks!", _STORES)
    assert plan.standalone_question == "thanks!"
    assert plan.intent is Intent.SMALL_TALK
    assert plan.sub_questions == ()


async def test_the_model_is_asked_only_where_rules_do_not_suffice() -> None:
    rewriter = _FixedRewriter("Is Redis or MongoDB in memory?")
    await _plan("Are they free?", _STORES, rewriter=rewriter)
    await _plan("Which one is free?", rewriter=rewriter)
    assert rewriter.asked == []
    plan = await _plan("Which one is in memory?", _STORES, rewriter=rewriter)
    assert rewriter.asked == ["Which one is in memory?"]
    assert plan.standalone_question == "Is Redis or MongoDB in memory?"
    assert plan.model_assisted


@pytest.mark.parametrize("rewritten", [None, "", "Is Postgres in memory?", "Redis?", "x " * 400])
async def test_a_rewriting_that_is_not_faithful_is_not_used(rewritten: str | None) -> None:
    plan = await _plan("Which one is in memory?", _STORES, rewriter=_FixedRewriter(rewritten))
    assert plan.standalone_question == "Which one is in memory? (Redis and MongoDB)"
    assert not plan.model_assisted


async def test_other_languages_are_searched_as_typed() -> None:
    plan = await _plan("Und der Preis?", _STORES, language="de")
    assert plan.standalone_question == "Und der Preis?"
    assert plan.language == "de"


async def test_the_rewriter_gives_the_models_first_line() -> None:
    model = ScriptedLanguageModel('"Is Redis\n in memory?"')
    rewriter = ModelRewriter(model, load_profile("smollm2-135m-instruct"), budget_seconds=5)
    assert await rewriter.rewrite("Is it in memory?", _STORES) == "Is Redis"


def test_a_faithful_rewriting_uses_words_of_the_conversation_in_any_form() -> None:
    assert is_faithful("Is Redis kept in memories?", "Is it kept?", _STORES)
    assert not is_faithful("Is Redis kept on disk?", "Is it kept?", _STORES)
    assert not is_faithful("Redis is kept.", "Is it kept?", _STORES)
    assert not is_faithful("Is it kept in memory?", "Is it kept?", _STORES)
    assert not is_faithful("Which one is kept?", "Is it kept?", _STORES)
    assert not is_faithful("Is Redis 7 kept?", "Is it kept?", _STORES)


@pytest.mark.parametrize(
    ("question", "conversation", "reason", "field"),
    [
        (" \n\u200b", (), "QUESTION_EMPTY", "question"),
        ("a" * 4001, (), "QUESTION_TOO_LONG", "question"),
        ("?!...", (), "QUESTION_NOT_TEXT", "question"),
        ("Why?", (Turn("q", "a"),) * 51, "CONVERSATION_TOO_LONG", "conversation"),
        ("Why?", (Turn("q", "a" * 50_000),), "CONVERSATION_TOO_LONG", "conversation"),
    ],
)
def test_bad_requests_are_refused_with_a_reason(
    question: str, conversation: tuple[Turn, ...], reason: str, field: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        check(question, conversation)
    assert (caught.value.reason, caught.value.field) == (reason, field)


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
    plan = await _plan(question, (Turn(earlier, "Ada is here."),))
    assert "\n" not in plan.standalone_question
    assert len(plan.sub_questions) <= 4
    assert plan.standalone_question not in plan.sub_questions
