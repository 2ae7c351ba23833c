"""Questions that hide in one question."""

import pytest

from askmesh.query_understanding.sub_questions import sub_questions


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the difference between TCP and UDP?", ("What is TCP?", "What is UDP?")),
        (
            "Compare the price of Redis and MongoDB",
            ("What is the price of Redis?", "What is the price of MongoDB?"),
        ),
        ("Is Redis faster than MongoDB?", ("Is Redis faster?", "Is MongoDB faster?")),
        ("Redis vs MongoDB", ("What is Redis?", "What is MongoDB?")),
        ("Which is cheaper, tea or coffee?", ("Is tea cheaper?", "Is coffee cheaper?")),
        ("How do cats and dogs differ?", ("What are cats?", "What are dogs?")),
        ("Compare A1, B2 and C3 in a table", ("What is A1?", "What is B2?", "What is C3?")),
        ("Who founded Acme and where is it based?", ()),
        (
            "What is a shard of the index? How does the rate limiter count?",
            ("What is a shard of the index?", "How does the rate limiter count?"),
        ),
        ("Who leads the company that makes Redis?", ()),
        ("Who is the head of the company that makes Redis?", ()),
        ("what is a hash vs a digest", ("What is a hash?", "What is a digest?")),
        ("Between Oslo and what other city does the train run?", ()),
        ("How large is the share of the other group that owns Acme?", ()),
        ("What is the capital of France?", ()),
        ("Who wrote Dune and when?", ()),
        ("What is research and development?", ()),
        ("", ()),
    ],
)
def test_comparisons_and_chains_are_taken_apart(question: str, expected: tuple[str, ...]) -> None:
    assert sub_questions(question) == expected


def test_there_are_never_more_than_four() -> None:
    many = "Compare " + ", ".join(f"store number {i}" for i in range(9)) + " and others"
    assert len(sub_questions(many)) == 4


def test_a_statement_after_a_question_is_no_second_question() -> None:
    assert sub_questions("How long does it take? Reported in April.") == ()
