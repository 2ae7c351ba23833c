"""Things that each hold in a case of their own, told in brackets."""

import pytest

from askmesh.summarization.evidence import rank_units
from askmesh.summarization.support import Fault, Grounds
from askmesh.summarization.values import Source

BINS = "Rinse it and put it in the grey bin (food and ash) or the lilac bin (glass and tins)."


def _fault(question: str, claim: str, text: str = BINS) -> Fault | None:
    source = Source(passage_id="p", title="Waste", text=text, score=0.9)
    grounds = Grounds(question, rank_units(question, [source]), support_bar=0.7)
    return grounds.check(claim).fault


@pytest.mark.parametrize(
    "claim",
    [
        "Put glass in the grey bin.",
        "Put food in the lilac bin.",
        "Rinse it and put it in the grey bin.",
        "Rinse it and put it in the lilac bin (food and ash).",
    ],
)
def test_one_of_several_things_is_not_told_in_the_case_of_another_or_without_a_case(
    claim: str,
) -> None:
    assert _fault("Where do jam jars go?", claim) is Fault.CONTRADICTION


def test_one_of_several_things_is_told_in_its_own_case() -> None:
    assert _fault("Where do jam jars go?", "Rinse glass and put it in the lilac bin.") is None
    assert _fault("Where do tins go?", "Rinse it and put it in the lilac bin.") is None


def test_all_of_several_things_may_be_told_without_their_cases() -> None:
    claim = "Rinse it and put it in the grey bin or the lilac bin."
    assert _fault("Where do jam jars go?", claim) is None


def test_what_stands_in_brackets_once_is_no_case() -> None:
    text = "Rinse it and put it in the grey bin (behind the kitchen)."
    assert _fault("Where do jam jars go?", "Rinse it and put it in the grey bin.", text) is None
