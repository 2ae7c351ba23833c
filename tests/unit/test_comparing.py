"""What two things are compared by: a statement of either, or nothing."""

import pytest

from askmesh.summarization.comparing import compared
from askmesh.summarization.values import Source
from support.composing import evidence_from, page

GLAZES = (
    page(
        "# Steps\n\n1. Sieve the powder twice.\n2. Slow cool for 9 hours in the kiln. Keep it shut."
        "\n3. Rub down.",
        "Glaze sheet: Moss green",
    ),
    page(
        "# Steps\n\n1. Wet the powder.\n2. Slow cool for 2 hours.\n3. Wash the sieve.",
        "Glaze sheet: Bone white",
    ),
)
CAMPS = page(
    "Guards of camp North sleep in tents and change shifts each week. "
    "Guards of camp South sleep at home and change shifts each day. "
    "Camp South has a kitchen."
)


def told(question: str, *sources: Source) -> list[str]:
    return [said.text for said in compared(evidence_from(question, *sources))]


@pytest.mark.parametrize(
    "question",
    [
        "How do the slow cool times of the moss green and the bone white differ?",
        "What is the difference between the slow cool of moss green and of bone white?",
    ],
)
def test_either_thing_is_told_by_the_one_step_that_speaks_of_what_is_compared(
    question: str,
) -> None:
    assert told(question, *GLAZES) == [
        "Moss green: \u201cSlow cool for 9 hours in the kiln. Keep it shut.\u201d",
        "Bone white: \u201cSlow cool for 2 hours.\u201d",
    ]


def test_statements_that_name_the_things_are_quoted_as_they_stand() -> None:
    assert told("How do the shifts of guards in camp North and camp South differ?", CAMPS) == [
        "\u201cGuards of camp North sleep in tents and change shifts each week.\u201d",
        "\u201cGuards of camp South sleep at home and change shifts each day.\u201d",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How do the kitchens of camp North and camp South differ?",
        "What is the difference between camp North and camp South?",
        "How do the guards of camp South work?",
    ],
)
def test_nothing_is_compared_where_one_has_no_statement_or_nothing_is_named(question: str) -> None:
    assert told(question, CAMPS) == []


def test_nothing_is_compared_where_several_statements_are_as_near() -> None:
    other = page("Guards of camp North pay for shifts that they miss.", "Rules")
    question = "How do the shifts of guards in camp North and camp South differ?"
    assert told(question, CAMPS, other) == []
