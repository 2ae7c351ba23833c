"""Sentences about rows and settings, whose words are fields, units and stems of verbs."""

import pytest

from askmesh.summarization.support import Fault
from support.grounds import Piece, grounds

FILE = Piece(
    1,
    "# Reading room server\nnightly_copy:\n  keep_weeks: 6\n  hour: 2\nhttp:\n"
    '  listen: "0.0.0.0:8181"\n',
    "server settings",
)
COPIES = Piece(1, "keep_weeks: 6", "server settings > nightly_copy", is_setting=True)
LISTENS = Piece(1, 'listen: "0.0.0.0:8181"', "reading room server > http", is_setting=True)
SAUNA = Piece(1, "room: Sauna | max_guests: 12 | single_eur: 14.50 | group_eur: 99", "prices")


@pytest.mark.parametrize(
    ("question", "said", "piece"),
    [
        (
            "How long are nightly copies kept?",
            "The nightly copies are kept for 6 weeks.",
            FILE,
        ),
        (
            "How long are nightly copies kept?",
            "The nightly copies are kept for 6 weeks.",
            COPIES,
        ),
        (
            "Which port does the reading room server use?",
            "The reading room server uses port 8181.",
            LISTENS,
        ),
        (
            "Which port does the reading room server use?",
            "The reading room server uses port 8181.",
            FILE,
        ),
        (
            "How much is a single in the sauna?",
            "The price of a single in the sauna is €14.50.",
            SAUNA,
        ),
        (
            "What is the maximum load of the lift?",
            "The maximum load of the lift is 600 kilograms.",
            Piece(1, "lift: goods lift | max_load_kg: 600", "lifts"),
        ),
        (
            "How much acid may we keep?",
            "We may keep up to 25 liters of acid.",
            Piece(1, "acid, 12 %: at most 25 l", "Chemicals"),
        ),
        (
            "How much per km do I get for my car?",
            "The cost per kilometer for your car is 0.31 euros.",
            Piece(1, "Own car: 0.31 € per km, only without a train."),
        ),
    ],
)
def test_fields_and_units_say_what_a_sentence_says_in_words(
    question: str, said: str, piece: Piece
) -> None:
    assert grounds(piece, question=question).check(said).fault is None


def test_what_is_set_elsewhere_in_a_file_is_not_told() -> None:
    asked = "How long are nightly copies kept?"
    finding = grounds(FILE, question=asked).check("The nightly copies are kept for 2 weeks.")
    assert finding.fault is not None


def test_of_a_file_the_line_is_the_ground() -> None:
    wrong = grounds(FILE, question="Which port does it use?").check("The server uses port 9090.")
    assert wrong.fault is Fault.NUMBER
