import pytest

from support.summaries import told_from

CAR = "Own car: \u20ac0.38 per km."
LOCKER = "A locker costs 2.50 EUR a day."


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "How much do I get for 120 km with my own car?",
            CAR,
            "\u20ac45.60 (120 \u00d7 \u20ac0.38)",
        ),
        ("What does a locker cost for 4 days?", LOCKER, "10 EUR (4 \u00d7 2.50 EUR)"),
        (
            "What does a locker cost for 4 days?",
            "A locker costs 2.50 EUR a day and 5 EUR as a deposit.",
            "10 EUR",
        ),
        ("How much is a locker for three days?", LOCKER, "7.50 EUR (3 \u00d7 2.50 EUR)"),
    ],
)
def test_an_amount_is_told_at_the_rate_for_one(question: str, text: str, answer: str) -> None:
    assert told_from(question, text, "Costs").startswith(answer)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much do I get for 3 hours with my own car?", CAR),
        ("How far is it with my own car for 120 km?", CAR),
        ("How much is a locker for 4 days?", "A locker costs 2.50 EUR a day after the first."),
        ("How much is a locker for 4 days?", "A locker costs 2 EUR a day, 7 EUR per week."),
        ("How much are 3 bags?", "Compost costs \u00a34.50 a bag, three for \u00a312."),
    ],
)
def test_other_units_questions_and_conditions_are_not_multiplied(question: str, text: str) -> None:
    assert "\u00d7" not in told_from(question, text, "Costs")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does parking cost for 8 hours?", "Parking: 2 EUR per hour; day ticket 12 EUR."),
        (
            "What does parking cost for 8 hours?",
            "Parking: 2 EUR per hour. Nobody pays more than 12 EUR a day.",
        ),
        (
            "What does parking cost for 8 hours?",
            "Parking: 2 EUR per hour. The first hour is free.",
        ),
        (
            "What does a pass cost a student for 3 days?",
            "A pass costs 10 EUR a day. Students pay half.",
        ),
        (
            "What do I pay for 2 adults and 3 tents?",
            "Camping costs 8 EUR per adult. A tent costs 5 EUR.",
        ),
        ("How much do I pay for 3 days?", "The fine is 0.50 EUR per day and book."),
        ("What is the rent for 3 months, how much?", "Rent: 1.200 EUR per month"),
    ],
)
def test_a_rate_beside_other_prices_is_not_multiplied(question: str, text: str) -> None:
    assert "\u00d7" not in told_from(question, text, "Costs")
