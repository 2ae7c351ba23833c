from collections.abc import Sequence

import pytest

from askmesh.summarization.rows_asked import rows_asked
from support.scored_sources import evidence_of
from support.summaries import told_from

KETTLES = (
    "Kettle: K1 | Boil time 1 l (min): 3:20\nKettle: K2 | Boil time 1 l (min): 2:50\n"
    "Kettle: K3 | Boil time 1 l (min): 9:10"
)


def _apart(question: str, scores: Sequence[float], text: str) -> list[str]:
    return [said.text for said in rows_asked(evidence_of(question, text, scores))]


SIGN_ON = "\n".join(
    f"Plan: P{number} | Single sign-on: {'yes' if number % 2 else 'no'}" for number in range(1, 18)
)


def test_rows_that_say_yes_are_told_all_and_none_where_the_question_denies_it() -> None:
    scores = [0.5] * 17
    told = _apart("Which plans have single sign-on through Okta?", scores, SIGN_ON)
    assert told == ["P1, P3, P5, P7, P9, P11, P13, P15, P17."]
    asked = "Which plans do not have single sign-on through Okta?"
    assert _apart(asked, scores, SIGN_ON) == []


def test_the_fastest_takes_least_time_where_no_speed_is_written() -> None:
    assert told_from("Which kettle boils a litre fastest?", KETTLES, "Kettles").startswith("K2")
    assert told_from("Which kettle is the slowest to boil?", KETTLES, "Kettles").startswith("K3")


def test_a_field_may_be_named_by_its_beginning_and_asked_for_without_a_verb() -> None:
    text = "Desk: Wardrobe | Extension: 245 | Room: 3\nDesk: Finance | Extension: 260 | Room: 4"
    assert told_from("ext number of the wardrobe", text, "Desks").startswith("Extension: 245")


OFFICERS = "Role: Bursar | Name: Cas Orr | Room: 12\nRole: Exams officer | Name: Dee Fox | Room: 9"


def test_both_halves_of_a_question_are_told_of_one_row() -> None:
    asked = "Who is the exams officer and which room is she in?"
    assert told_from(asked, OFFICERS, "Officers") == "Name: Dee Fox, Room: 9 (Exams officer)."


def test_who_has_a_role_that_several_have_is_told_by_name() -> None:
    text = (
        "Role: First aider | Name: Cas Orr | Site: Hull\n"
        "Role: First aider | Name: Dee Fox | Site: Hull\n"
        "Role: First aider | Name: Eli May | Site: York"
    )
    asked = "Who are the first aiders in Hull?"
    assert told_from(asked, text, "Contacts") == "Cas Orr, Dee Fox."


def test_a_field_is_meant_by_its_abbreviation_and_not_by_a_word_that_it_begins_with() -> None:
    text = "Bus: 14 | Departure: 8:00 | Ext: 120\nBus: 16 | Departure: 9:00 | Ext: 140"
    assert "120" in told_from("What is the ext of bus 14?", text, "Buses")
    assert "8:00" not in told_from("Which department is bus 14?", text, "Buses")


TREATMENTS = (
    "Treatment: Neutering | Animal: cat | Price EUR: 120 | Minutes: 60\n"
    "Treatment: Neutering | Animal: dog | Price EUR: 260 | Minutes: 90\n"
    "Treatment: Nail clipping | Animal: dog | Price EUR: 15 | Minutes: 10"
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How long does neutering a dog take?", "Minutes: 90 (Neutering, dog)."),
        (
            "How long does neutering a dog take and what is the price?",
            "Minutes: 90, Price EUR: 260 (Neutering, dog).",
        ),
        (
            "What does neutering a cat cost and how long does it take?",
            "Price EUR: 120, Minutes: 60 (Neutering, cat).",
        ),
    ],
)
def test_how_long_asks_for_the_column_of_a_time(question: str, answer: str) -> None:
    assert told_from(question, TREATMENTS, "Prices") == answer


def test_who_takes_something_is_not_told_of_rows_that_do_not_say_it() -> None:
    assert told_from("Who takes the dog for neutering?", TREATMENTS, "Prices") == ""


PUMP = (
    "Key: main_valve | Default: 12 | Controls: tank and tap\n"
    "Key: side_valve | Default: 14 | Controls: hose"
)
DUTIES = "Duty: Cook | Guests and pets: no\nDuty: Porter | Guests and pets: yes"


def test_what_rows_named_as_in_code_have_is_not_told_by_their_names() -> None:
    assert told_from("Which valve is the hose on?", PUMP, "Pump") == ""
    doors = "Door: West door | Leads: yard\nDoor: East door | Leads: street"
    assert told_from("Which door leads to the yard?", doors, "Doors") == "West door."


def test_what_one_can_have_is_not_asked_of_the_rows_that_say_yes_to_it() -> None:
    assert told_from("What duties can a guest have?", DUTIES, "Duties") == ""
    assert told_from("Which duties have guests?", DUTIES, "Duties") == "Porter."
