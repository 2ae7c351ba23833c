"""Sentences that name things by the headings above what the evidence says of them."""

import pytest

from askmesh.summarization.support import Fault
from support.grounds import Piece, grounds

LEMON = Piece(1, "Contains nuts and raw egg.", "Winter menu > Puddings > Lemon Cloud")
RIVER = Piece(1, "Gluten in the crust.", "Winter menu > Puddings > River Mud Pie")
QUESTION = "Which puddings have raw egg or gluten?"


@pytest.mark.parametrize(
    "said",
    [
        "The Lemon Cloud and the River Mud Pie have raw egg or gluten.",
        "The Lemon Cloud has raw egg.",
        "The Lemon Cloud has raw egg and the River Mud Pie has gluten.",
    ],
)
def test_a_thing_may_be_named_by_the_heading_above_what_is_said_of_it(said: str) -> None:
    assert grounds(LEMON, RIVER, question=QUESTION).check(said).fault is None


@pytest.mark.parametrize(
    "said",
    [
        "The River Mud Pie has raw egg.",
        "The Lemon Cloud has gluten in the crust.",
        "The Lemon Cloud and the River Mud Pie have raw egg.",
        "The Lemon Cloud has gluten and the River Mud Pie has raw egg.",
    ],
)
def test_what_stands_below_one_name_is_not_said_of_another(said: str) -> None:
    assert grounds(LEMON, RIVER, question=QUESTION).check(said).fault is Fault.STITCHED


def test_a_heading_that_is_no_name_claims_nothing_for_itself() -> None:
    pieces = (
        Piece(1, "Raw egg in the cream.", "Lemon Cloud > Notes"),
        Piece(1, "Nuts in the base.", "Lemon Cloud > Remarks"),
    )
    said = "The Lemon Cloud has raw egg in the cream and nuts in the base."
    assert grounds(*pieces, question=QUESTION).check(said).fault is None


def test_a_date_in_a_heading_does_not_date_what_a_line_below_it_plans() -> None:
    piece = Piece(
        1,
        "Known fault: alarms ring twice. Planned for 5.2.",
        "Bellwether releases > 5.0.1 \u2013 6 May 2024",
    )
    checked = grounds(piece, question="When will Bellwether 5.2 be released?")
    assert checked.check("Bellwether 5.2 will be released on 6 May 2024.").fault is Fault.COVERAGE
