"""Sentences that join facts of several pieces, and lists of figures in one of them."""

import pytest

from askmesh.summarization.contradictions import Contradiction
from askmesh.summarization.support import Fault
from support.grounds import Piece, grounds

QUESTION = "How much is a seat per term for a child, and how long am I bound?"
SEATS = (
    Piece(
        1,
        "Per term: child \u00a342.50, student up to 26 \u00a361.00, adult \u00a388.",
        "Choir seats",
    ),
    Piece(1, "Shortest membership nine months.", "Choir seats"),
)


@pytest.mark.parametrize("months", ["nine", "9"])
def test_a_sentence_may_join_the_facts_of_two_pieces(months: str) -> None:
    said = f"A seat for a child is \u00a342.50 per term, and you are bound for {months} months."
    verdict = grounds(*SEATS, question=QUESTION).check(said)
    assert verdict.fault is None
    assert verdict.units == SEATS


def test_each_figure_of_a_joined_sentence_stands_in_a_piece() -> None:
    said = "A seat for a child is \u00a342.50 per term, and you are bound for seven months."
    assert grounds(*SEATS, question=QUESTION).check(said).fault is Fault.NUMBER


@pytest.mark.parametrize(
    "said",
    [
        "A seat for an adult is \u00a342.50 per term.",
        "A seat for a student is \u00a342.50 per term.",
        "A seat for a child is \u00a388 per term.",
        "A seat for an adult is \u00a342.50 per term, and you are bound for nine months.",
    ],
)
def test_the_figure_of_one_listed_thing_is_not_told_of_another(said: str) -> None:
    verdict = grounds(*SEATS, question=QUESTION).check(said)
    assert verdict.contradiction is Contradiction.EXCHANGE


@pytest.mark.parametrize(
    "said",
    [
        "A seat for an adult is \u00a388 per term.",
        "A seat for a student up to 26 is \u00a361.00 per term.",
        "A seat for a child is \u00a342.50 per term, and for an adult \u00a388.",
    ],
)
def test_listed_things_are_told_with_their_own_figures(said: str) -> None:
    assert grounds(*SEATS, question=QUESTION).check(said).contradiction is None


def test_a_list_of_anything_else_tells_no_figures_apart() -> None:
    piece = Piece(1, "The hall has 80 chairs, a stage, lamps and 12 tables.")
    assert grounds(piece).check("The hall has a stage and 80 chairs.").contradiction is None


def test_the_means_of_doing_something_may_be_told_with_what_it_is_used_for() -> None:
    piece = Piece(
        1,
        "Each setting is a shell option, too: upper case, prefix ZN_ (such as ZN_LOG_LEVEL).",
    )
    checked = grounds(piece, question="How do I set the log level with a shell option?")
    right = checked.check(
        "To set the log level with a shell option, you would use the shell option ZN_LOG_LEVEL."
    )
    assert right.fault is None
    for wrong in ("ZN_LOG_FILE", "ZN_LEVEL"):
        said = f"To set the log level with a shell option, you would use {wrong}."
        assert checked.check(said).fault is Fault.NAME
