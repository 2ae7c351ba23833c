"""Rows that say another value than the one named are not about what is asked."""

import pytest

from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.rows_named import without_rows_of_others
from support.composing import page

ROTA = (
    "port: North Quay | day: Monday | watch: Early | pilot: Ewa Lund | boats: Tern; Gull\n"
    "port: North Quay | day: Monday | watch: Late | pilot: Otto Brey | boats: Gull\n"
    "port: North Quay | day: Friday | watch: Late | pilot: Ewa Lund | boats: Tern\n"
    "port: Old Pier | day: Monday | watch: Late | pilot: Ines Vidal | boats: Skua | note: fog\n"
    "port: Old Pier | day: daily | watch: Standby | pilot: Ines Vidal"
)


def _left(question: str, text: str = ROTA) -> list[str]:
    ranked = rank_units(question, [page(text, "Pilots")])
    found = without_rows_of_others(take_apart(question), ranked)
    found.sort(key=lambda item: item.unit.start)
    return [" ".join(part.split(": ")[1] for part in i.own.split(" | ")[:3]) for i in found]


ALL = _left("Who is the harbour master?")


def test_only_the_row_with_all_that_is_named_is_left() -> None:
    question = "Who was the pilot at North Quay on Monday for the late watch?"
    assert _left(question) == ["North Quay Monday Late"]


def test_a_row_that_leaves_out_a_column_is_one_of_the_table() -> None:
    question = "Who is the pilot at Old Pier on Monday, late watch?"
    assert "North Quay Monday Late" not in _left(question)


def test_what_holds_daily_holds_on_the_day_that_is_named() -> None:
    assert _left("Who is the pilot at Old Pier on Monday?") == [
        "Old Pier Monday Late",
        "Old Pier daily Standby",
    ]


def test_two_values_of_one_column_leave_the_rows_of_both() -> None:
    left = _left("Who has the early and who the late watch at North Quay on Monday?")
    assert left == ["North Quay Monday Early", "North Quay Monday Late"]


def test_one_of_several_values_in_a_cell_is_enough() -> None:
    assert _left("Which pilot takes the boat Tern?") == [
        "North Quay Monday Early",
        "North Quay Friday Late",
        "Old Pier daily Standby",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Who is the pilot at Old Pier on Friday?",  # no row has both
        "Who is the pilot if the ferry is late?",  # no column is named
        "Which watches are there on Monday?",
        "How many watches are there on Monday?",
        "Who is not the pilot on Monday?",
        "Who is the pilot on all days but Monday?",
        "What is the difference between Monday and the other days?",
    ],
)
def test_all_rows_are_left_where_none_is_meant_alone(question: str) -> None:
    assert _left(question) == ALL


def test_a_value_that_is_called_as_a_column_names_no_row() -> None:
    text = "Ticket: Pool | Adult: 4 EUR\nTicket: Adult | Adult: 3 EUR"
    assert len(_left("What does an adult pay for the ticket?", text)) == 2


def test_a_longer_value_that_shares_a_word_with_the_question_is_left() -> None:
    text = "Boat: Tern | Seats: 4\nBoat: Tern with sail | Seats: 6\nBoat: Gull | Seats: 2"
    assert len(_left("How many people fit in the Tern with the sail?", text)) == 2
