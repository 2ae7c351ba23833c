"""Words of measure and amounts, in a form that can be compared."""

import pytest

from askmesh.summarization.measures import Amount, Measure, amount_of, measure_in
from askmesh.text import stems

PRICES = stems("price cost fee rent rate charge")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", Amount(12, "")),
        ("2 tonnes", Amount(2_000_000, "g")),
        ("0.3 t", Amount(300_000, "g")),
        ("$3", Amount(3, "usd")),
        ("90 minutes", Amount(5400, "s")),
        ("9:05", Amount(545, "o'clock")),
        ("none", None),
    ],
)
def test_an_amount_is_told_in_the_basic_unit_of_its_kind(text: str, amount: Amount | None) -> None:
    assert amount_of(text) == amount


def test_of_two_days_the_later_one_is_more() -> None:
    days = [amount_of(day) for day in ("2023-12-31", "2024-03-14", "2024-11-02")]
    values = [day.value for day in days if day is not None and day.unit == "day"]
    assert len(values) == len(days)
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("Which ticket is the cheapest?", Measure("cheapest", -1, PRICES, is_extreme=True)),
        ("The most expensive ticket?", Measure("most expensive", 1, PRICES, is_extreme=True)),
        ("Which one is less expensive?", Measure("less expensive", -1, PRICES, is_extreme=False)),
        ("The least expensive one?", Measure("least expensive", -1, PRICES, is_extreme=True)),
        (
            "Which room is the hardest?",
            Measure("hardest", 1, stems("difficulty"), is_extreme=True),
        ),
        ("Who has more?", Measure("more", 1, frozenset(), is_extreme=False)),
        ("Who leads the team?", None),
    ],
)
def test_words_of_measure_say_what_is_compared_and_which_is_more(
    question: str, measure: Measure | None
) -> None:
    assert measure_in(question) == measure
