"""What changes from an amount on, told with what holds before."""

import pytest

from askmesh.summarization.intervals import amounts_of
from support.summaries import told_from

HIGHER = "After two full years of membership the loan goes up to 5 weeks."
LOANS = f"A loan of books is for 3 weeks. Lost cards cost 2 euros. {HIGHER}"


def _told(question: str, text: str = LOANS) -> str:
    return told_from(question, text, "Library: loan of books")


@pytest.mark.parametrize("years", ["three years", "1 year", "14 months"])
def test_what_holds_from_an_amount_on_is_told_with_what_holds_before(years: str) -> None:
    told = _told(f"For how many weeks is a loan after {years} of membership?")
    assert told == f"A loan of books is for 3 weeks. {HIGHER}"


def test_of_several_amounts_the_last_that_is_reached_is_told() -> None:
    first = "After one year of membership it is 5 weeks."
    last = "After ten years of membership it is 9 weeks."
    text = f"A loan of books is for 3 weeks. {first} {last}"
    for years, told, other in (("four", first, last), ("eleven", last, "3 weeks")):
        found = _told(f"For how many weeks is a loan after {years} years?", text)
        assert told in found
        assert other not in found


@pytest.mark.parametrize(
    "question",
    [
        "How many weeks of parental leave are there after three years?",
        "For how many weeks is a loan after 30 books?",
        "Is a loan for 5 weeks after three years of membership?",
    ],
)
def test_what_is_asked_about_something_else_is_left_to_others(question: str) -> None:
    assert HIGHER not in _told(question)


def test_a_change_to_an_amount_of_another_kind_is_none() -> None:
    text = "A loan of books is for 3 weeks. After two years of membership a card costs 4 euros."
    assert "card" not in _told("For how many weeks is a loan after three years?", text)


def test_full_units_are_units() -> None:
    (five,) = amounts_of("after five complete years")
    assert (five.unit, five.scale, five.low) == ("mo", 12, 5)
