"""What kind of answer a question wants."""

import pytest

from askmesh.query_understanding.intent import intent_of
from askmesh.query_understanding.ports import Intent


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("hi", Intent.SMALL_TALK),
        ("Thanks a lot!", Intent.SMALL_TALK),
        ("How are you?", Intent.SMALL_TALK),
        ("ok thanks", Intent.SMALL_TALK),
        ("Send an email to Bob", Intent.OUT_OF_SCOPE),
        ("Write me a Python script", Intent.OUT_OF_SCOPE),
        ("Can you tell me a joke?", Intent.OUT_OF_SCOPE),
        ("What's the weather in Paris?", Intent.OUT_OF_SCOPE),
        ("book a flight to Rome", Intent.OUT_OF_SCOPE),
        ("How do I send an email?", Intent.EXPLANATION),
        ("What is the Book of Kells?", Intent.FACT),
        ("What is the time complexity of sort?", Intent.FACT),
        ("How many moons has Mars?", Intent.FACT),
        ("hello, what is Redis?", Intent.FACT),
        ("What is the status?", Intent.FACT),
        ("Who is Ada?", Intent.FACT),
        ("Why is the sky blue?", Intent.EXPLANATION),
        ("how does it work", Intent.EXPLANATION),
        ("Explain BM25", Intent.EXPLANATION),
        ("Write a summary of the handbook", Intent.EXPLANATION),
        ("What is the purpose of the gateway?", Intent.EXPLANATION),
        ("What are the planets?", Intent.LIST),
        ("List all services", Intent.LIST),
        ("Which services are there?", Intent.LIST),
        ("Which features does the gateway support?", Intent.LIST),
        ("What is the difference between TCP and UDP?", Intent.COMPARISON),
        ("Is Redis faster than MongoDB?", Intent.COMPARISON),
        ("Redis vs MongoDB", Intent.COMPARISON),
        ("What is better, tea or coffee?", Intent.COMPARISON),
    ],
)
def test_the_kind_of_answer_is_told_from_the_words(question: str, expected: Intent) -> None:
    assert intent_of(question, wants_table=False) is expected


def test_a_wish_for_a_table_asks_for_a_list() -> None:
    assert intent_of("Make a table of all scripts", wants_table=True) is Intent.LIST
