"""What kind of answer a question wants."""

import pytest

from askmesh.api.query_understanding.v1 import query_understanding_pb2 as pb2
from askmesh.query_understanding.intent import intent_of


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("hi", pb2.INTENT_SMALL_TALK),
        ("Thanks a lot!", pb2.INTENT_SMALL_TALK),
        ("How are you?", pb2.INTENT_SMALL_TALK),
        ("ok thanks", pb2.INTENT_SMALL_TALK),
        ("Send an email to Bob", pb2.INTENT_OUT_OF_SCOPE),
        ("Write me a Python script", pb2.INTENT_OUT_OF_SCOPE),
        ("Can you tell me a joke?", pb2.INTENT_OUT_OF_SCOPE),
        ("What's the weather in Paris?", pb2.INTENT_OUT_OF_SCOPE),
        ("book a flight to Rome", pb2.INTENT_OUT_OF_SCOPE),
        ("How do I send an email?", pb2.INTENT_EXPLANATION),
        ("What is the Book of Kells?", pb2.INTENT_FACT),
        ("What is the time complexity of sort?", pb2.INTENT_FACT),
        ("How many moons has Mars?", pb2.INTENT_FACT),
        ("hello, what is Redis?", pb2.INTENT_FACT),
        ("What is the status?", pb2.INTENT_FACT),
        ("Who is Ada?", pb2.INTENT_FACT),
        ("Why is the sky blue?", pb2.INTENT_EXPLANATION),
        ("how does it work", pb2.INTENT_EXPLANATION),
        ("Explain BM25", pb2.INTENT_EXPLANATION),
        ("Write a summary of the handbook", pb2.INTENT_EXPLANATION),
        ("What is the purpose of the gateway?", pb2.INTENT_EXPLANATION),
        ("What are the planets?", pb2.INTENT_LIST),
        ("List all services", pb2.INTENT_LIST),
        ("Which services are there?", pb2.INTENT_LIST),
        ("Which features does the gateway support?", pb2.INTENT_LIST),
        ("What is the difference between TCP and UDP?", pb2.INTENT_COMPARISON),
        ("Is Redis faster than MongoDB?", pb2.INTENT_COMPARISON),
        ("Redis vs MongoDB", pb2.INTENT_COMPARISON),
        ("What is better, tea or coffee?", pb2.INTENT_COMPARISON),
    ],
)
def test_the_kind_of_answer_is_told_from_the_words(
    question: str, expected: pb2.Intent.ValueType
) -> None:
    assert intent_of(question, wants_table=False) == expected


def test_a_wish_for_a_table_asks_for_a_list() -> None:
    assert intent_of("Make a table of all scripts", wants_table=True) is pb2.INTENT_LIST
