"""Questions made understandable without their conversation."""

import pytest

from askmesh.query_understanding.ports import Turn
from askmesh.query_understanding.standalone import standalone

_FRANCE = (Turn("What is the capital of France?", "Paris is the capital of France [1]."),)
_DUNE = (Turn("Who wrote Dune?", "Frank Herbert wrote Dune in 1965 [1]."),)
_BUDGET = (Turn("How do I configure the retry budget?", "Set it to a share of all calls."),)
_REDIS = (Turn("What is Redis?", "Redis is an in-memory store."),)
_STORES = (Turn("What is the difference between Redis and MongoDB?", "One is in memory."),)


@pytest.mark.parametrize(
    ("question", "conversation", "expected"),
    [
        ("And Spain?", _FRANCE, "What is the capital of Spain?"),
        (
            "and its population?",
            _FRANCE,
            "What is the population of Paris (the capital of France)?",
        ),
        ("How many people live there?", _FRANCE, "How many people live in Paris?"),
        ("why?", _FRANCE, "What is the capital of France, and why?"),
        ("When was he born?", _DUNE, "When was Frank Herbert born?"),
        ("When was it published?", _DUNE, "When was Dune published?"),
        ("when?", _DUNE, "Who wrote Dune, and when?"),
        ("What is its default?", _BUDGET, "What is the retry budget's default?"),
        ("the default value?", _BUDGET, "What is the default value of the retry budget?"),
        ("Where is that stored?", _BUDGET, "Where is the retry budget stored?"),
        (
            "How do I enable this feature?",
            _BUDGET,
            "How do I enable this feature (the retry budget)?",
        ),
        ("an example?", _BUDGET, "What is an example of the retry budget?"),
        ("and the price?", _REDIS, "What is the price of Redis?"),
        ("Does it support clustering?", _REDIS, "Does Redis support clustering?"),
        ("What about MongoDB?", _REDIS, "What is MongoDB?"),
        ("tell me more", _REDIS, "Tell me more about Redis."),
        ("Are they free?", _STORES, "Are Redis and MongoDB free?"),
    ],
)
def test_what_a_question_leaves_out_comes_from_the_conversation(
    question: str, conversation: tuple[Turn, ...], expected: str
) -> None:
    found = standalone(question, conversation)
    assert (found.question, found.certain) == (expected, True)


@pytest.mark.parametrize(
    ("question", "conversation"),
    [
        ("Who is the mayor of Lyon?", _REDIS),
        ("Is it possible to run Postgres?", _REDIS),
        ("If a node fails, does it recover?", _REDIS),
        ("What is Kafka and why is it fast?", _REDIS),
        ("How much does a license cost?", _REDIS),
        ("Explain photosynthesis", _REDIS),
        ("Is there a limit for uploads?", _REDIS),
        ("retry budget default", _REDIS),
        ("What does it mean?", ()),
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(
    question: str, conversation: tuple[Turn, ...]
) -> None:
    assert standalone(question, conversation).question == question


def test_references_are_followed_through_several_turns() -> None:
    turns = (*_REDIS, Turn("Does it support clustering?", "Yes."), Turn("Since when?", "2015"))
    assert standalone("Why is it fast?", turns).question == "Why is Redis fast?"


def test_the_place_of_a_year_or_a_platform_is_taken_by_another() -> None:
    years = (Turn("Who won the cup in 2019?", "Leeds won."),)
    platforms = (Turn("How do I install Redis on Linux?", "Use apt."),)
    assert standalone("and in 2020?", years).question == "Who won the cup in 2020?"
    assert standalone("And on Windows?", platforms).question == "How do I install Redis on Windows?"


@pytest.mark.parametrize("question", ["Which one is faster?", "What about the latter?"])
def test_what_rules_cannot_tell_is_marked_and_kept_beside_the_topic(question: str) -> None:
    found = standalone(question, _STORES)
    assert not found.certain
    assert found.question == f"{question} (Redis and MongoDB)"


def test_a_person_in_the_answer_is_who_the_next_question_means() -> None:
    turns = (Turn("Who is the head of Acme?", "Jane Doe leads Acme."),)
    assert standalone("How old is she?", turns).question == "How old is Jane Doe?"
