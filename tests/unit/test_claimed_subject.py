"""Whether evidence is about what a sentence is about, as far as a question asked for that."""

import pytest

from askmesh.summarization.support import Fault
from support.grounds import Piece, grounds

QUOTE = Piece(1, "Lift in the west wing. Ada has one offer, £4,300, and will get another.")
BIKES = Piece(1, "What: Folding bike with motor | Deposit: £140", "Deposits")
LESSONS = Piece(1, "course: Crawl for adults | lessons: 8 | price_eur: 75", "swimming courses")
RULES = Piece(1, "The workshop lends the drill press for 3 days.", "Workshop")


@pytest.mark.parametrize(
    ("question", "said", "piece"),
    [
        ("What does a porter earn?", "A porter earns £4,300.", QUOTE),
        ("What is the deposit for a sledge?", "The deposit for a sledge is £140.", BIKES),
        (
            "How much is a private swimming lesson?",
            "A private swimming lesson costs 75 euros.",
            LESSONS,
        ),
        ("How many lessons do interns get?", "Interns get 8 lessons.", LESSONS),
    ],
)
def test_a_figure_of_something_else_is_not_told_of_what_was_asked_about(
    question: str, said: str, piece: Piece
) -> None:
    assert grounds(piece, question=question).check(said).fault is Fault.COVERAGE


@pytest.mark.parametrize(
    ("question", "said", "piece"),
    [
        ("How many lessons are in the crawl course?", "The crawl course has 8 lessons.", LESSONS),
        ("How much is the crawl course?", "The crawl course costs 75 euros.", LESSONS),
        (
            "How long can I borrow the drill press?",
            "You can borrow the drill press for 3 days.",
            RULES,
        ),
    ],
)
def test_the_verb_of_a_person_need_not_stand_there(question: str, said: str, piece: Piece) -> None:
    assert grounds(piece, question=question).check(said).fault is None


def test_what_is_said_of_a_longer_name_is_not_said_of_its_first_part() -> None:
    told = (Piece(1, "A Nova Max weighs 21 kg."), Piece(2, "The Nova is built in two weeks."))
    asked = "How much does the Nova weigh?"
    assert grounds(*told, question=asked).check("The Nova weighs 21 kg.").fault is Fault.NAME
    assert grounds(*told, question=asked).check("The Nova Max weighs 21 kg.").fault is None
    assert grounds(told[0], question=asked).check("The Nova weighs 21 kg.").fault is None


def test_what_was_asked_about_stands_where_the_figure_does() -> None:
    told = (
        Piece(1, "The queue for a berth is about 3 years long.", "Questions"),
        Piece(2, "item: Allotment garden | unit: year | amount_eur: 45", "fees"),
    )
    asked = "How long is the queue for an allotment garden?"
    said = "The queue for an allotment garden is about 3 years."
    assert grounds(*told, question=asked).check(said).fault is Fault.COVERAGE
    asked = "How long is the queue for a berth?"
    assert grounds(*told, question=asked).check("The queue for a berth is 3 years.").fault is None
