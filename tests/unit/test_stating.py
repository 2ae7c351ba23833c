"""Statements that are the answer by themselves."""

from dataclasses import replace

import pytest

from support.composing import page, scored_page, stated_in
from support.scored_sources import units_scored

LUNCH = "Lunch is served from 11:45 to 13:15 in the canteen.\nThe canteen has forty seats."


def test_a_short_statement_that_surely_answers_is_the_answer() -> None:
    (said,) = stated_in("When is lunch served in the canteen?", scored_page(LUNCH, 0.8, 0.1))
    assert said.text == "Lunch is served from 11:45 to 13:15 in the canteen."
    assert [item.own for item in said.units] == [said.text]
    assert said.quote in LUNCH


def test_an_item_is_the_answer_after_what_leads_in() -> None:
    text = "First day:\n\n- Fetch your laptop from Priya\n- Read the fire rules"
    (said,) = stated_in("Where do I fetch my laptop?", scored_page(text, 0.8, 0.1))
    assert said.text == "\u201cFirst day: Fetch your laptop from Priya\u201d"


def test_a_line_whose_key_is_asked_for_is_the_answer() -> None:
    text = "Door code: 4471\nAlarm code: 9920"
    (said,) = stated_in("What is the door code of the office?", scored_page(text, 0.7, 0.1))
    assert said.text == "Door code: 4471"


def test_a_less_likely_statement_is_the_answer_where_nothing_else_is_near() -> None:
    assert stated_in("When is lunch served in the canteen?", scored_page(LUNCH, 0.62, 0.1))
    assert stated_in("When is lunch served in the canteen?", scored_page(LUNCH, 0.62, 0.45)) == []


def test_a_telephone_number_is_no_figure_beside_another() -> None:
    text = "Call +32 9 555 01 99 within one hour, day or night.\nThe police is told by us."
    (said,) = stated_in("How fast do I call whom?", scored_page(text, 0.8, 0.1))
    assert said.text == "Call +32 9 555 01 99 within one hour, day or night."


def test_the_row_of_a_name_is_the_answer_whatever_else_is_near() -> None:
    row = "Ward: Beech | Visiting: 13:30 | Visitors at once: 2"
    scored = scored_page(f"{row}\n\nBeech had new visiting hours.", 0.6, 0.59)
    assert [each.text for each in stated_in("Visiting on Beech?", scored)] == [
        "Ward: Beech, Visiting: 13:30, Visitors at once: 2"
    ]


def test_of_two_columns_the_one_that_says_more_of_what_was_asked_is_told() -> None:
    row = (
        "Room: Oak | Charity per hour: 11 | Firm per hour: 22 | Seats: 8 | Note: per day at most 50"
    )
    (said,) = stated_in("What is Oak for a charity per hour?", scored_page(row, 0.8))
    assert said.text == "Room: Oak, Charity per hour: 11, Note: per day at most 50"
    pool = "Pool: Main | Length: 25 m | Depth: 3 m | Seats: 80"
    (said,) = stated_in("How deep is the main pool?", scored_page(pool, 0.8))
    assert said.text == "Pool: Main, Depth: 3 m"


@pytest.mark.parametrize(
    ("question", "text", "scores"),
    [
        ("When is lunch served in the canteen?", LUNCH, (0.8, 0.7)),
        ("Is lunch served in the canteen?", LUNCH, (0.8, 0.1)),
        ("When is lunch not served in the canteen?", LUNCH, (0.8, 0.1)),
        ("When is lunch served in the canteen?", "Lunch is served in the canteen.", (0.8,)),
        ("Who serves lunch in the canteen?", "Ask in the canteen who serves lunch.", (0.8,)),
        ("When is lunch served in the canteen?", LUNCH, (0.1, 0.01)),
        ("When will lunch 4.3 be served?", "Lunch 4.3 was served with two faults.", (0.8,)),
        ("Why is lunch served in the canteen?", LUNCH, (0.8, 0.1)),
        ("When is lunch served in the canteen and who cooks?", LUNCH, (0.8, 0.4)),
        ("Lunch served in the canteen when compared with dinner?", LUNCH, (0.8, 0.1)),
        ("How much is lunch for guests?", "Lunch is 5 euros for staff and 8 for guests.", (0.8,)),
        ("Where is the lunch of guests?", "Lunch of staff is here, that of guests above.", (0.8,)),
    ],
    ids=[
        "rival",
        "yes or no",
        "denied",
        "no time",
        "no name",
        "unsure",
        "a number only",
        "why",
        "two things",
        "compared",
        "figures for two",
        "that of another",
    ],
)
def test_a_statement_is_not_the_answer_by_itself(
    question: str, text: str, scores: tuple[float, ...]
) -> None:
    assert stated_in(question, scored_page(text, *scores)) == []


def test_what_is_asked_for_by_a_number_is_dated_by_no_heading_that_lacks_it() -> None:
    text = "## R3 (6 May 2024)\n\n- The old menu goes away in R4."
    assert stated_in("When will R4 be sold?", scored_page(text, 0.8)) == []
    text = "## 4.0 (6 May 2024)\n\n- The old menu of 4.0 is gone."
    assert stated_in("When was the menu of 4.0 dropped?", scored_page(text, 0.8))


FORMS = "Form R1 is for first aid, form R2 for rescues. R2 has to be there the same day."


def test_what_lacks_the_second_thing_that_is_asked_for_is_not_told_alone() -> None:
    near = units_scored(FORMS, [0.7, 0.1])
    forms = replace(page(FORMS, "Reports"), sentences=near)
    assert stated_in("Which form is for a rescue?", forms)
    assert not stated_in("Which form is for a rescue and when is it due?", forms)


SETTINGS = "```\n[kiosk]\noff_after_minutes = 10\nsleep_after_minutes = 25\n[door]\nopens = 7\n```"


def test_a_setting_is_the_answer_unless_another_of_its_section_may_be() -> None:
    source = page(SETTINGS, "devices")
    source = replace(source, sentences=units_scored(SETTINGS, [0.1, 0.6, 0.1]))
    (said,) = stated_in("After how many minutes does a kiosk sleep?", source)
    assert said.text == "kiosk > sleep_after_minutes = 25"
    assert stated_in("After how many minutes does a kiosk blank?", source) == []
