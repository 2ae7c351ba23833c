"""Rows with several cells for one question: prices for members and others, opening and closing."""

from collections.abc import Sequence

import pytest

from askmesh.summarization.composition import composed
from support.scored_sources import evidence_of
from support.summaries import told_from

COURSES = (
    "code: D1 | course: Kite flying | day: Monday | member_price: £70 | non_member_price: £95\n"
    "code: D2 | course: Kite building | day: Friday | member_price: £40 | non_member_price: £55"
)
TICKETS = (
    "Ticket: Adult | Members: £4.20 | Non-members: £6.00 | Valid: a day\n"
    "Ticket: Family | Members: £17.50 | Non-members: £19.00 | Valid: a day"
)


def _told(question: str, scores: Sequence[float], text: str = COURSES) -> list[str]:
    return [said.text for said in composed(evidence_of(question, text, scores))]


def test_all_prices_of_a_row_are_told_where_nothing_says_which() -> None:
    (told,) = _told("What does kite flying cost?", [0.6, 0.2])
    assert told == "D1 Kite flying: member_price: £70, non_member_price: £95."


@pytest.mark.parametrize(
    ("question", "scores"),
    [
        ("Who teaches kite flying?", [0.6, 0.2]),  # asks for no price
        ("What does a kite cost?", [0.6, 0.55]),  # both rows have all that is named
        ("What does stunt kite flying cost?", [0.6, 0.2]),  # of which no row has a word
    ],
)
def test_prices_of_a_row_that_may_not_be_meant_are_not_told(
    question: str, scores: Sequence[float]
) -> None:
    assert not any("£70" in told for told in _told(question, scores))


def test_a_price_is_looked_up_in_columns_that_are_called_otherwise() -> None:
    text = told_from("How much is a family ticket?", TICKETS)
    assert text == "Members: £17.50, Non-members: £19.00 (Family)."


def test_who_asks_when_something_is_open_is_told_when_it_closes() -> None:
    hours = (
        "Day: Friday | Opens: 09:00 | Closes: 17:00\nDay: Saturday | Opens: 10:00 | Closes: 13:00"
    )
    told = told_from("When are you open on Saturday?", hours, "When we are open")
    assert told == "Opens: 10:00, Closes: 13:00 (Saturday)."


def test_a_price_does_not_answer_how_much_something_weighs() -> None:
    assert not told_from("How much does a family weigh?", TICKETS)
