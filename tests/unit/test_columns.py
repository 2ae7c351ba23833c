"""Cells of a row, told as those of another column, or as if they were filled."""

import pytest

from askmesh.summarization.contradictions import Contradiction
from support.grounds import Piece, grounds

KAYAK = Piece(1, "boat: Kayak K2 | hour_eur: 9.00 | day_eur: 31.00 | cover: no", "hire prices")
TOURS = Piece(1, "tour: Evening harbour tour | price_eur: 18 | minutes: 50", "tours")


def _contradiction(said: str, question: str, *pieces: Piece) -> Contradiction | None:
    return grounds(*pieces, question=question).check(said).contradiction


def test_a_figure_of_another_column_is_an_exchange() -> None:
    asked = "What does a kayak K2 cost for a day?"
    wrong = _contradiction("A kayak K2 costs 9 euros for a day.", asked, KAYAK)
    assert wrong is Contradiction.EXCHANGE
    assert (
        grounds(KAYAK, question=asked).check("A kayak K2 costs 31 euros for a day.").fault is None
    )


PUNT = Piece(1, "boat: Punt | price_eur: 20.00 | members_price_eur: 14.00", "hire prices")


@pytest.mark.parametrize(
    ("asked", "told", "is_wrong"),
    [
        ("What is the price of a punt?", "The price of a punt is 14 euros.", True),
        ("What is the price of a punt?", "The price of a punt is 20 euros.", False),
        ("What is the price of a punt for members?", "The price of a punt is 14 euros.", False),
    ],
)
def test_a_figure_of_a_narrower_column_is_that_of_who_speaks_of_what_narrows_it(
    asked: str, told: str, *, is_wrong: bool
) -> None:
    found = grounds(PUNT, question=asked).check(told)
    assert (found.contradiction is Contradiction.EXCHANGE) == is_wrong


def test_a_column_that_a_row_denies_is_not_told_of_it() -> None:
    asked = "Which boats have a cover?"
    assert _contradiction("The kayak K2 has a cover.", asked, KAYAK) is Contradiction.NEGATION
    assert _contradiction("The kayak K2 has no cover.", asked, KAYAK) is None


@pytest.mark.parametrize(("kind", "wrong"), [("evening", None), ("morning", "EXCHANGE")])
def test_a_row_of_another_kind_of_thing_is_told_by_the_word_before_it(
    kind: str, wrong: str | None
) -> None:
    said = f"The {kind} harbour tour costs 18 euros."
    found = _contradiction(said, f"What does the {kind} harbour tour cost?", TOURS)
    assert (found.name if found else None) == wrong


def test_a_word_of_the_question_before_a_figure_of_the_name_makes_no_other_kind() -> None:
    lathe = Piece(1, "name: Lathe bench 40 cm (Ida) | charge_per_hour_eur: 7 | bed: steel")
    asked = "What does an hour on the old 40 cm lathe cost?"
    assert _contradiction("An hour on the old 40 cm lathe costs 7 euros.", asked, lathe) is None
