"""What has the price or the time that is asked for goes before the sentence that it goes on."""

import pytest

from askmesh.summarization.question import Wanted, take_apart
from support.composing import evidence_from, scored_page

SHOTS = (
    "Kestrels near the coast should have the second dip. Until 3 June it costs 14 EUR a bird."
    " The ringing shed is new."
)


def _best(question: str, text: str) -> str:
    found = evidence_from(question, scored_page(text, 0.6, 0.1, 0.05))
    return found.shown[0].own


@pytest.mark.parametrize(
    "question",
    [
        "What does the second dip of kestrels cost?",
        "what would the second dip cost me for a kestrel",
        "How much does the second dip of kestrels cost?",
    ],
)
def test_a_price_of_what_the_best_sentence_names_goes_before_it(question: str) -> None:
    assert _best(question, SHOTS) == "Until 3 June it costs 14 EUR a bird."


def test_the_best_sentence_stays_first_for_those_who_ask_for_no_price() -> None:
    assert _best("Which kestrels should have the second dip?", SHOTS).startswith("Kestrels")


def test_the_best_sentence_stays_first_where_the_price_is_one_of_something_else() -> None:
    text = SHOTS.replace("Until 3 June it", "A ring")
    assert _best("What does the second dip of kestrels cost?", text).startswith("Kestrels")


def test_a_price_in_the_best_sentence_leaves_it_first() -> None:
    text = SHOTS.replace("the second dip", "the second dip for 9 EUR")
    assert _best("What does the second dip of kestrels cost?", text).startswith("Kestrels")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What does a ring cost?", Wanted.NUMBER),
        ("So what will the shed cost us?", Wanted.NUMBER),
        ("What does the cost include?", Wanted.OTHER),
        ("What costs more than a ring?", Wanted.OTHER),
    ],
)
def test_what_something_costs_is_a_number(question: str, wanted: Wanted) -> None:
    assert take_apart(question).wanted is wanted
