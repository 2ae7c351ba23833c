import pytest

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.naming import days_in, without_dates
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.question import take_apart
from askmesh.summarization.values import Source
from support.summaries import TIMID, WordCounter, assembly_limits, request


def _ranked(question: str, text: str) -> list[str]:
    prompts = PromptWriter(TIMID, WordCounter())
    source = Source(passage_id="p", document_id="p", title="Ferry", text=text, score=0.9)
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request(question, [source]))
    assert isinstance(evidence, Evidence)
    return [item.own for item in evidence.ranked]


def test_days_are_found_however_they_are_written() -> None:
    for text in ("10 April 2025", "on 10th of April", "April 10, 2025", "2025-04-10", "10 Apr."):
        assert days_in(text) == {(4, 10)}
    assert days_in("April 2025, room 10") == set()
    assert days_in("How many guests may 10 members bring?") == set()
    assert days_in("open on may 10 until noon") == {(5, 10)}


def test_the_year_of_a_month_is_no_name_that_an_answer_has_to_have() -> None:
    assert take_apart("What was the fare in May 2025?").identifiers == set()
    assert take_apart("Ordered on 10 April 2025, and now?").identifiers == set()
    assert take_apart("What was the fare in 2025?").identifiers == {"2025"}
    assert without_dates("Fare in May 2025?") == "Fare in  ?"


def test_a_rule_answers_about_a_month_that_it_does_not_name() -> None:
    text = "A fare is 4 euros.\n\nNext meeting of the board: 3 June 2025 at noon."
    assert "A fare is 4 euros." in _ranked("How much is a fare in June 2025?", text)


def test_the_entry_of_a_day_counts_and_those_of_other_days_do_not() -> None:
    text = "At the gate of the ferry:\n\n- 2 May: Ann, then Cas\n- 3 May: Ben, then Dee"
    (found,) = _ranked("Who guards the gate of the ferry on 3 May?", text)
    assert found == "3 May: Ben, then Dee"


def test_a_figure_for_one_month_is_none_for_another() -> None:
    takings = "Takings of the ferry for March were 900 euros."
    text = f"{takings} The ferry has two decks."
    assert takings in _ranked("How much were the takings of the ferry in March 2025?", text)
    assert takings not in _ranked("How much were the takings of the ferry in June 2025?", text)


def test_a_figure_that_holds_from_a_month_on_is_one_for_later_months() -> None:
    since = "From March takings of the ferry are 900 euros."
    text = f"{since} The ferry has two decks."
    assert since in _ranked("How much are the takings of the ferry in June 2025?", text)


@pytest.mark.parametrize(
    "text",
    [
        "May 5 people bring dogs?",
        "How may 12 members bring dogs?",
        "Which of the 20 may park?",
        "Rooms for 12 may be booked",
    ],
)
def test_may_before_what_somebody_may_is_no_month(text: str) -> None:
    assert days_in(text) == set()


@pytest.mark.parametrize(
    "text", ["May 5 is a Sunday", "on 5 may", "On May 5, who is in?", "5th of May"]
)
def test_may_is_a_month_beside_its_day(text: str) -> None:
    assert days_in(text) == {(5, 5)}
