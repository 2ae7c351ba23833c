"""How old somebody is, and what holds for that age."""

import pytest

from askmesh.summarization.evidence import rank_units
from askmesh.summarization.intervals import amounts_of
from askmesh.summarization.question import take_apart
from askmesh.summarization.ranges import within_range
from askmesh.summarization.values import Source
from support.composing import evidence_from

YEARS = 12
CAVE = Source(
    passage_id="cave",
    title="Visits to the cave",
    text=(
        "Rules:\n\n"
        "- Children under 6 must be carried.\n"
        "- Children aged 6 to 9 may walk with an adult who has done it before.\n"
        "- Children aged 10 to 13 may walk alone on the upper path.\n"
        "- From 14 years all paths are open.\n"
    ),
)


@pytest.mark.parametrize(
    "asked",
    [
        "My daughter is 11, may she come along?",
        "is my son allowed in, he's just 11",
        "May I come along? I'm 11.",
        "Our grandson turns 11 in May, what may he do?",
        "what is there for an 11 year old",
    ],
)
def test_an_age_is_an_amount_of_years_though_nobody_says_years(asked: str) -> None:
    assert take_apart(asked).amounts == ((11.0, "year"),)


@pytest.mark.parametrize(
    "asked",
    [
        "I'm 11 minutes late, what now?",
        "We are 11, what do we pay?",
        "My son is 11th in the queue",
        "The order is 11",
    ],
)
def test_what_is_no_age_is_none(asked: str) -> None:
    assert (11.0, "year") not in take_apart(asked).amounts


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("Children aged 8 to 10 may swim alone.", 8, 10),
        ("Members under 16 pay half.", float("-inf"), 16),
        ("People aged 66 and over pay less.", 66, float("inf")),
        ("For all ages over 8.", 8, float("inf")),
    ],
)
def test_bounds_said_of_people_are_years(said: str, low: float, high: float) -> None:
    (interval,) = amounts_of(said)
    assert (interval.scale, interval.low, interval.high) == (YEARS, low, high)


@pytest.mark.parametrize("said", ["Groups of up to 10 children", "Boats for under 8 people"])
def test_how_many_people_there_are_is_no_age(said: str) -> None:
    (interval,) = amounts_of(said)
    assert interval.scale == 1


def test_only_the_rule_for_the_age_that_is_asked_for_is_left() -> None:
    asked = "My daughter is 11, may she walk in the cave without me?"
    left = within_range(take_apart(asked), rank_units(asked, [CAVE]))
    assert [unit.own for unit in left] == [
        "Children aged 10 to 13 may walk alone on the upper path.",
    ]


def test_of_two_ages_each_has_its_rule() -> None:
    asked = "May my 3-year-old and my 7-year-old walk in the cave?"
    shown = evidence_from(asked, CAVE).ranked
    assert {unit.own.partition(" ")[2] for unit in shown} == {
        "under 6 must be carried.",
        "aged 6 to 9 may walk with an adult who has done it before.",
    }
