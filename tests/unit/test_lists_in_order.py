"""In what order something is done is told by the numbered list below the heading that says it."""

from askmesh.summarization.composition import composed
from askmesh.summarization.question import Wanted, take_apart
from support.composing import evidence_from, scored_page

TEXT = (
    "# Rigging\n\n1. Foot of the mast.\n2. Forestay, hand tight.\n3. Boom.\n\n"
    "Take the boat down in the opposite order: boom first."
)
SCORES = (0.05, 0.05, 0.05, 0.6)


def _told(question: str, text: str = TEXT) -> list[str]:
    said = composed(evidence_from(question, scored_page(text, *SCORES)))
    return [each.after.strip() for each in said]


def test_the_steps_below_the_heading_that_says_what_to_do_are_told_in_their_order() -> None:
    steps = "1. Foot of the mast.\n2. Forestay, hand tight.\n3. Boom."
    assert _told("In what order do I rig the boat?") == [steps]
    assert _told("in which sequence should we rig the dinghy") == [steps]


def test_another_heading_than_what_is_to_be_done_has_no_such_steps() -> None:
    assert _told("In what order do I rig the boat?", TEXT.replace("Rigging", "Spars")) == []


def test_the_heading_may_be_said_anywhere_in_the_question() -> None:
    steps = "1. Foot of the mast.\n2. Forestay, hand tight.\n3. Boom."
    assert _told("what order do I do things when rigging") == [steps]


def test_bullets_have_no_order() -> None:
    text = TEXT.replace("1.", "-").replace("2.", "-").replace("3.", "-")
    assert _told("In what order do I rig the boat?", text) == []


def test_an_order_of_doing_is_steps_and_an_order_for_goods_is_not() -> None:
    assert take_apart("In what order do I rig the boat?").wanted is Wanted.STEPS
    assert take_apart("Which order was sent on Monday?").wanted is not Wanted.STEPS
