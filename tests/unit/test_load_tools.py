"""Timetables by options, and pictures of what became of them."""

import pytest
from benchmarks.load.open_loop import phase
from benchmarks.load.plot import plotted
from benchmarks.load.ramp_claims import Stretch, degradations
from benchmarks.load.stalls import normal_after

from askmesh.load import AskedQuestion, End, Phase, by_second, summarised


@pytest.mark.parametrize(
    ("text", "expected"),
    [("60:10", Phase(60, 10)), ("60:10-150", Phase(60, 10, 150)), ("0.5:1.5", Phase(0.5, 1.5))],
)
def test_a_phase_is_read_from_an_option(text: str, expected: Phase) -> None:
    assert phase(text) == expected


def test_a_picture_has_a_bar_for_each_end_of_each_second() -> None:
    asked = [
        AskedQuestion(0.1, 0.5, End.WHOLE),
        AskedQuestion(0.2, 0.5, End.WHOLE),
        AskedQuestion(0.3, 0.0, End.REFUSED),
        AskedQuestion(1.4, 0.1, End.FAILED),
    ]
    picture = plotted(by_second(asked))
    assert picture.count("<rect") == 3
    assert ">3/s<" in picture
    assert ">2 s<" in picture


def test_a_picture_of_nothing_is_one() -> None:
    assert plotted([]).endswith("</svg>\n")


@pytest.mark.parametrize(
    ("asked", "whole", "expected"),
    [(30, 20, 1.0), (30, 15, 0.75), (10, 10, 1.0), (10, 5, 0.5), (0, 0, 1.0)],
)
def test_whole_answers_count_against_the_capacity_or_what_was_asked_if_that_was_less(
    asked: int, whole: int, expected: float
) -> None:
    questions = [AskedQuestion(number / 10, 0.1, End.WHOLE) for number in range(asked)]
    stretch = Stretch(1.0, summarised(questions, 10), whole, summarised([], 10))
    assert stretch.goodput(capacity=120) == pytest.approx(expected)


def test_it_is_told_how_many_answers_went_without_what() -> None:
    cut, missing = ("reranking_truncated",), ("reranking_unavailable",)
    asked = [
        AskedQuestion(0.1, 0.5, End.DEGRADED, missing),
        *[AskedQuestion(0.2, 0.5, End.DEGRADED, cut)] * 2,
        AskedQuestion(0.3, 0.0, End.REFUSED, ("TOO_MANY_ANSWERS",)),
    ]
    assert degradations(asked) == "2 reranking_truncated, 1 reranking_unavailable"
    assert degradations([]) == "none"


@pytest.mark.parametrize(
    ("end", "first_text", "expected"),
    [
        (End.WHOLE, 1.9, 0.0),  # no later than is usual anyway
        (End.WHOLE, 2.1, 4.0),
        (End.DEGRADED, 0.5, 4.0),
        (End.REFUSED, None, 4.0),
    ],
)
def test_after_a_stall_a_question_is_compared_with_itself(
    end: End, first_text: float | None, expected: float
) -> None:
    slow = (AskedQuestion(8, 9, End.WHOLE, (), 6.0), AskedQuestion(8, 9, End.WHOLE, (), 11.0))
    asked = (AskedQuestion(7, 1, End.WHOLE, (), 0.5), AskedQuestion(7, 1, end, (), first_text))
    gone = (AskedQuestion(9, 0.1, End.REFUSED), AskedQuestion(9, 0.1, End.REFUSED))
    assert normal_after([asked, slow, gone], end=3) == expected
