"""What two things are compared by: a statement of either, or nothing."""

from dataclasses import replace

import pytest

from askmesh.summarization.comparing import compared
from askmesh.summarization.values import Source
from support.composing import evidence_from, page
from support.scored_sources import units_scored

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
        "What is the difference between moss green and bone white when it comes to the slow cool?",
        "In terms of the slow cool, how does moss green differ from bone white?",
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


HALLS = page(
    "# Halls: Elm and Oak\n\nElm is open from 06:00 to 00:30. Oak opens at 07:00 and is locked at"
    " 22:00. Oak has 40 places for bicycles."
)


def test_which_of_two_is_more_is_told_by_the_statement_on_each_that_has_such_an_amount() -> None:
    assert told("Which hall closes later at night, Oak or Elm?", HALLS) == [
        "\u201cOak opens at 07:00 and is locked at 22:00.\u201d",
        "\u201cElm is open from 06:00 to 00:30.\u201d",
    ]


def test_rows_of_two_things_are_told_after_their_names() -> None:
    prices = page(
        "no: 7 | what: Elm chair | price_eur: 80\nno: 8 | what: Oak stool | price_eur: 65", "Prices"
    )
    assert told("What costs less, the oak stool or the elm chair?", prices) == [
        "Oak stool: no: 8, price_eur: 65",
        "Elm chair: no: 7, price_eur: 80",
    ]


def test_of_documents_on_one_thing_each_the_nearest_amount_of_each_is_told() -> None:
    drones = [
        drone("Kestrel 5", "It flies for 42 minutes. It charges in 90 minutes.", 0.8, 0.2),
        drone("Swift 2", "It flies for 31 minutes. It charges in 70 minutes.", 0.5, 0.1),
    ]
    assert told("Which drone flies longer, the Kestrel 5 or the Swift 2?", *drones) == [
        "Kestrel 5: \u201cIt flies for 42 minutes.\u201d",
        "Swift 2: \u201cIt flies for 31 minutes.\u201d",
    ]


def drone(name: str, text: str, *scores: float) -> Source:
    return replace(page(text, name), passage_id=name, sentences=units_scored(text, scores))


@pytest.mark.parametrize(
    "question",
    [
        "Which hall closes later at night, Oak or Ash?",
        "Which hall has lockers, Oak or Elm?",
        "Which hall has more bicycles, Oak or Elm?",
    ],
)
def test_one_statement_alone_tells_not_which_of_two_is_more(question: str) -> None:
    bicycles = page("Elm closes at 23:00. Oak has 40 places for bicycles.")
    assert told(question, bicycles) == []
