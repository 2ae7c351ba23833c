"""Questions that leave something to their conversation."""

import pytest

from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.query_understanding.follow_ups import beside, is_faithful, leaves_open, shown
from askmesh.query_understanding.substitution import substituted

_STORES = (
    Turn(
        question="What is the difference between Redis and MongoDB?", answer="Redis is in memory."
    ),
)


@pytest.mark.parametrize(
    "question",
    [
        "And Spain?",
        "why?",
        "When was he born?",
        "How many people live there?",
        "What about meals?",
        "Which one is faster?",
        "What does the latter cost?",
        "Does it support clustering?",
        "If a node fails, does it recover?",
        "Vegan options?",
        "How far in advance?",
        "Show that in a table.",
    ],
)
def test_what_points_back_or_is_no_whole_question_leaves_something_open(question: str) -> None:
    assert leaves_open(question)


@pytest.mark.parametrize(
    "question",
    [
        "How long does a password link stay valid?",
        "Is it possible to run Postgres?",
        "Is there a limit for the uploads of guests?",
        "default of the retry budget",
        "Which plans include phone support?",
        "Does the manual say that filters are washed monthly?",
        "it " * 200,
    ],
)
def test_what_stands_alone_leaves_nothing_open(question: str) -> None:
    assert not leaves_open(question)


def test_without_a_model_the_exchange_before_stands_beside_the_question() -> None:
    whole = beside("Which one is faster?", _STORES)
    assert whole == (
        "Which one is faster? "
        "(What is the difference between Redis and MongoDB? Redis is in memory.)"
    )


def test_a_model_is_shown_the_last_turns_only_and_the_question_last() -> None:
    turns = [Turn(question=f"What is {n}?", answer="x" * 900) for n in range(9)]
    text = shown("And ten?", turns)
    assert "What is 5?" not in text
    assert [line[:2] for line in text.splitlines()] == ["Ea", "Ea", "Ea", "La", "", "Wr"]
    assert "Last question: And ten?" in text
    assert len(text) < 1000


def test_a_faithful_rewriting_uses_words_of_the_conversation_in_any_form() -> None:
    assert is_faithful("Is Redis kept in memories?", "Is it kept?", _STORES)
    assert not is_faithful("Is Redis kept on disk?", "Is it kept?", _STORES)
    assert not is_faithful("What is MongoDB?", "Is Redis kept in memory?", _STORES)
    assert not is_faithful("Is Redis 7 kept?", "Is it kept?", _STORES)
    assert not is_faithful("What does error E1 mean?", "And E2?", (Turn(question="E1?"),))
    assert not is_faithful("", "Is it kept?", _STORES)
    assert not is_faithful("And MongoDB?", "And MongoDB?", _STORES)
    assert not is_faithful(_STORES[0].question, "And MongoDB?", _STORES)


@pytest.mark.parametrize(
    ("question", "asked", "told", "whole"),
    [
        ("And in Rome?", "Where is the office in Paris?", "", "Where is the office in Rome?"),
        ("What about the loft?", "Who cleans the hall?", "", "Who cleans the loft?"),
        ("And the shop?", "When does the bar open?", "", "When does the shop open?"),
        ("And the T9?", "How loud is the T4?", "", "How loud is the T9?"),
        ("When did she start?", "Who leads it?", "Ada Roe does.", "When did Ada Roe start?"),
        ("What is her email?", "Who leads it?", "Ada Roe does.", "What is Ada Roe's email?"),
        ("Is it free?", "What is the shuttle?", "A bus.", "Is the shuttle free?"),
        ("And the small one?", "Where is the large hall?", "", None),
        ("And in May?", "Who works in Rome in April?", "", None),
        ("When did he start?", "Who leads it?", "Ada Roe and Bo Lee do.", None),
    ],
)
def test_a_word_takes_the_place_of_the_only_one_of_its_kind(
    question: str, asked: str, told: str, whole: str | None
) -> None:
    assert substituted(question, [Turn(question=asked, answer=told)]) == whole
