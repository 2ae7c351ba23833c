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


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between a day pass and a season pass when it comes to lockers?",
        "How does a day pass differ from a season pass in terms of lockers?",
        "compare a day pass and a season pass with regard to lockers in a table",
        "As to lockers, how do a day pass and a season pass differ?",
        "How do a day pass and a season pass compare as far as lockers are concerned?",
    ],
)
def test_what_is_compared_is_asked_of_each_side_in_the_matter_that_is_named(question: str) -> None:
    assert sub_questions(question) == (
        "What about lockers for a day pass?",
        "What about lockers for a season pass?",
    )


def test_two_matters_are_asked_of_two_sides_one_by_one_and_of_three_sides_together() -> None:
    two = sub_questions("What's the difference between tea and coffee as to price and to taste?")
    assert two == (
        "What about price for tea?",
        "What about taste for tea?",
        "What about price for coffee?",
        "What about taste for coffee?",
    )
    three = sub_questions("Compare tea, coffee and cocoa regarding price and taste")
    assert three[2] == "What about price and taste for cocoa?"


def test_a_matter_alone_is_no_comparison() -> None:
    assert sub_questions("What are the rules in terms of parking?") == ()


def test_there_are_never_more_than_four() -> None:
    many = "Compare " + ", ".join(f"store number {i}" for i in range(9)) + " and others"
    assert len(sub_questions(many)) == 4


def test_a_statement_after_a_question_is_no_second_question() -> None:
    assert sub_questions("How long does it take? Reported in April.") == ()
