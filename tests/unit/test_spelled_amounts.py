"""Amounts that a question has in words."""

import pytest

from askmesh.summarization.question import take_apart


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("The coach was an hour and a half late.", (1.5, "hour")),
        ("The coach was two and a half hours late.", (2.5, "hour")),
        ("The coach was one and a half hours late.", (1.5, "hour")),
        ("What holds after 2 weeks and a half?", (2.5, "week")),
        ("We came half an hour late.", (0.5, "hour")),
        ("May I cancel a day before?", (1.0, "day")),
        ("What is owed for a two-hour delay?", (2.0, "hour")),
        ("A fine of twelve euros?", (12.0, "euro")),
    ],
)
def test_amounts_in_words_are_amounts(question: str, amount: tuple[float, str]) -> None:
    assert take_apart(question).amounts == (amount,)


@pytest.mark.parametrize(
    "question", ["What is it an hour?", "Once a day or a week?", "Which half is it?", "Two of us?"]
)
def test_what_is_told_for_each_hour_or_day_is_no_amount_of_them(question: str) -> None:
    assert take_apart(question).amounts == ()
