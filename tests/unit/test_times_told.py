"""What a timetable has for a day of the week."""

import pytest

from askmesh.summarization.times_told import times_told
from support.composing import evidence_from, page

SPRING = page(
    "# Line A\n\nDays: Monday to Friday | Leaves Elm: 07:05, 12:05 | Leaves Oak: 08:10, 13:10\n"
    "Days: Saturday and Sunday | Leaves Elm: 09:05, 14:05, 19:05 | Leaves Oak: 10:10, 20:10",
    "Spring timetable",
)
AUTUMN = page(
    "# Line A\n\nDays: Monday to Saturday | Leaves Elm: 06:45, 16:45 | Leaves Oak: 07:50\n"
    "Days: Sunday | Leaves Elm: 11:45 | Leaves Oak: 12:50, 17:50",
    "Autumn timetable",
)
POOL = page("Day: Monday | Lane swim: 06:30, 19:00\nDay: Friday | Lane swim: 06:30", "Pool")


def told(question: str) -> str:
    pages = (POOL,) if "swim" in question else (SPRING, AUTUMN)
    return " ".join(said.text for said in times_told(evidence_from(question, *pages)))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What time is the last bus from Elm on a Saturday in spring?", "Leaves Elm: 19:05 ("),
        (
            "When does the first coach leave Oak on Sundays in autumn?",
            "Leaves Oak: 12:50 (Sunday).",
        ),
        ("last bus from elm on saturday in spring", "Leaves Elm: 19:05 ("),
        ("What time is the last bus from Oak to Elm on Fridays in autumn?", "Leaves Oak: 07:50 ("),
        ("Which buses leave Elm on Sundays in spring?", "Leaves Elm: 09:05, 14:05, 19:05 ("),
        ("When do buses depart from Oak on Mondays in spring?", "Leaves Oak: 08:10, 13:10 ("),
        ("When is lane swim on Mondays?", "Lane swim: 06:30, 19:00 (Monday)."),
        ("When is the last lane swim on Mondays?", "Lane swim: 19:00 (Monday)."),
    ],
)
def test_the_times_for_the_day_and_the_place_are_told(question: str, answer: str) -> None:
    assert told(question).startswith(answer)


@pytest.mark.parametrize(
    "question",
    [
        "What time is the last bus from Elm on a Saturday?",
        "What time is the last bus to Elm on a Saturday in spring?",
        "When is the next bus from Elm on a Saturday in spring?",
        "What time is the last bus from Elm on a Saturday in spring with bicycles?",
        "What time is the last bus from Elm on Saturday 3 May in spring?",
        "What time is the last bus from Elm in spring?",
        "Which buses do not leave Elm on Sundays in spring?",
    ],
)
def test_what_is_not_one_cell_for_all_that_is_named_is_left_to_others(question: str) -> None:
    assert told(question) == ""
