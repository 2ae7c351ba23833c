"""Yes or no by the time of the year that a question names."""

import pytest

from support.composing import evidence_from, scored_page
from support.summaries import told_from

SLEDGES = "Sledges may be lent from 15 November to 20 February."
DOGS = "Dogs are not allowed on the beach from 1 June to 31 August."

BOATS = "The boat house is open until 30 September."


def _told(question: str, text: str) -> str:
    return told_from(question, text, "Rules of the park")


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Can I lend a sledge in January?", SLEDGES, "Yes: "),
        ("Can I lend a sledge in April?", SLEDGES, "No: "),
        ("May I lend a sledge on 20 February?", SLEDGES, "Yes: "),
        ("May I lend a sledge on February 21?", SLEDGES, "No: "),
        (
            "Is the boat house open in October?",
            BOATS,
            "No: ",
        ),
        (
            "Is the boat house open in August?",
            BOATS,
            "Yes: ",
        ),
        ("Is the ice rink open in January?", "The ice rink is open from 1 December on.", "Yes: "),
        ("Is the ice rink open in November?", "The ice rink is open from 1 December on.", "No: "),
        ("Is the maze open in may?", "The maze is open between April and October.", "Yes: "),
        ("Is the maze open in March?", "The maze is open April\u2013October.", "No: "),
        ("Is the maze open in March?", "The maze is closed November to March.", "No: "),
        ("Are dogs allowed on the beach in July?", DOGS, "No: "),
    ],
)
def test_a_span_of_the_year_decides_what_is_asked_of_a_day_or_month(
    question: str, text: str, answer: str
) -> None:
    told = _told(question, text)
    assert told.startswith(answer)
    assert text in told


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Can I lend a sledge in November?", SLEDGES),
        ("Can I lend a sledge in January 2024?", SLEDGES),
        ("Can I lend a toboggan helmet in January?", SLEDGES),
        ("Do I have to lend a sledge in January?", SLEDGES),
        ("Are dogs allowed on the beach in March?", DOGS),
        ("Is the boat house open in March?", BOATS),
        ("Is the maze open in May?", "The maze is open from April to June and in August."),
        ("Is the maze open in May?", "The maze is open from April to June except Sundays."),
        ("Is the maze open in May?", "The maze is open from April to June. In winter on request."),
        ("Is the maze open in May?", "The maze is open from 3 April 2021 to 30 June 2021."),
    ],
)
def test_what_a_span_of_the_year_does_not_settle_is_left_to_others(
    question: str, text: str
) -> None:
    assert not _told(question, text).startswith(("Yes", "No"))


def test_a_span_of_the_year_decides_nothing_beside_another_statement_as_near() -> None:
    text = f"{SLEDGES} Ask the warden for a sledge."
    for second, is_told in ((0.1, True), (0.4, False)):
        evidence = evidence_from("Can I lend a sledge in April?", scored_page(text, 0.5, second))
        assert bool(evidence.said) is is_told
