"""Wishes for tables, and what a search must not lose."""

import pytest

from askmesh.query_understanding.phrases import key_terms, phrases, written_numbers
from askmesh.query_understanding.tables import table_columns, wants_table


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        (
            "List planets as a table with columns name, radius and mass",
            ("name", "radius", "mass"),
        ),
        ("Compare A and B in a table", ()),
        ("list the services in a table with the port and the owner", ("port", "owner")),
        ("Make a table of states: columns state, capital; sorted by name", ("state", "capital")),
        ("Give me the planets in table form.", ()),
        ("tabulate the results", ()),
        ("table with name and price for each product", ("name", "price")),
    ],
)
def test_a_wish_for_a_table_is_heard_with_its_columns(
    question: str, columns: tuple[str, ...]
) -> None:
    assert wants_table(question)
    assert table_columns(question) == columns


@pytest.mark.parametrize(
    "question",
    [
        "What is a hash table?",
        "What does Table 3 show?",
        "Is the vase on the table?",
        "Which rows are in the table?",
        "periodic table of elements",
        "Where is iodine in the periodic table?",
    ],
)
def test_a_table_that_is_spoken_of_is_no_wish(question: str) -> None:
    assert not wants_table(question)
    assert table_columns(question) == ()


def test_quotes_and_long_names_are_phrases() -> None:
    question = 'Where is "exact match" used in the University of Kent?'
    assert phrases(question, ["University of Kent", "Kent"]) == (
        "exact match",
        "University of Kent",
    )


def test_numbers_and_dates_are_kept_as_written() -> None:
    question = "In March 2024 or 2023-05-06, did 1,000 people, 3.5% or two, pay $5 in the 1980s?"
    assert written_numbers(question) == (
        "March 2024",
        "2023-05-06",
        "1,000",
        "3.5%",
        "two",
        "$5",
        "1980s",
    )


def test_key_terms_are_content_words_each_once() -> None:
    assert key_terms("Explain the retry budget of a retry as a table") == ("retry", "budget")
