from dataclasses import replace

import pytest

from askmesh.summarization.composition import composed
from askmesh.summarization.said import Said
from askmesh.summarization.values import Source
from support.composing import evidence_from, page, scored_page, stated_in
from support.scored_sources import units_scored


def composed_from(question: str, *sources: Source) -> list[Said]:
    return composed(evidence_from(question, *sources))


def test_figures_that_differ_are_no_conflict_for_those_who_ask_for_a_person() -> None:
    old = page("There are 41 people on the waiting list.", "Minutes of March")
    new = page("There are 38 people on the waiting list.", "Minutes of April")
    assert composed_from("Who keeps the waiting list?", old, new) == []


def test_statements_about_other_versions_are_no_conflict_about_the_one_asked_for() -> None:
    old = page("Orbit 2.4 plans routes for 12 ships.", "Orbit 2.4")
    new = page("Orbit 3.0 plans routes for 15 ships.", "Orbit 3.0")
    said = composed_from("Orbit 4.1 plans routes for how many ships?", old, new)
    assert "differ" not in " ".join(each.text for each in said)


def test_steps_are_shown_as_the_list_they_are() -> None:
    text = "To borrow a bicycle:\n1. Sign in.\n2. Fetch the key.\n\nBicycles are red."
    (said,) = composed_from("How do I borrow a bicycle?", page(text, "Bicycles"))
    assert said.after == "1. Sign in.\n2. Fetch the key."
    assert said.quote in text


def test_a_list_that_is_named_by_what_stands_above_it_is_shown_whole() -> None:
    source = page("Error codes:\n- E1: too hot\n- E2: too cold\n\nCall us.", "Kiln")
    (said,) = composed_from("List the error codes and what to do.", source)
    assert said.after == "- E1: too hot\n- E2: too cold"
    assert composed_from("List the error codes of doors.", source) == []


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What changed in 4.2?", ["- Fixed: rust.\n- New: a lid that locks.\n- Fixed: a squeak."]),
        (
            "what's new in version 4.2",
            ["- Fixed: rust.\n- New: a lid that locks.\n- Fixed: a squeak."],
        ),
        ("What was fixed in 4.2?", ["Fixed: rust.", "Fixed: a squeak."]),
        ("What was removed in 4.2?", []),
    ],
)
def test_changes_are_those_of_the_version_that_is_named(question: str, told: list[str]) -> None:
    text = (
        "## 4.2\n- Fixed: rust.\n- New: a lid that locks.\n- Fixed: a squeak.\n"
        "## 4.1\n- New: a handle."
    )
    said = composed_from(question, page(text, "Changes of the bin"))
    assert [each.after.strip() or each.text for each in said] == told


def test_the_list_under_a_heading_that_asks_the_same_is_the_answer() -> None:
    text = "## What is not insured\n- boats\n- rings\n\n## What is insured\n- bicycles\n- skis"
    (said,) = composed_from("what is not insured?", page(text, "Insurance"))
    assert said.after == "- boats\n- rings"


def test_steps_without_numbers_are_the_list_under_the_heading_that_names_what_is_done() -> None:
    text = (
        "# Claiming\n\n- Photograph the receipt.\n- Send both within six weeks.\n- Keep costs low."
    )
    (said,) = composed_from("How do I claim travel costs?", page(text, "Travel"))
    assert said.after == text.partition("\n\n")[2]
    assert composed_from("How do I claim travel insurance?", page(text, "Travel")) == []


def test_what_to_do_in_a_case_is_the_list_under_the_heading_that_names_it() -> None:
    text = "# If the kiln fan fails\n\n1. Ring the desk.\n2. Note the number."
    question = "What should we do at the desk when the kiln fan fails?"
    (said,) = composed_from(question, page(text, "Kiln"))
    assert said.after == "1. Ring the desk.\n2. Note the number."


def test_a_list_is_told_before_what_stands_below_it_scores_better() -> None:
    text = "# What guests bring\n\n- towels\n- slippers\n\nNot: dogs, candles and music."
    (said,) = composed_from("what do guests bring, everything", scored_page(text, 0.4, 0.4, 0.8))
    assert said.after == "- towels\n- slippers"


def test_a_list_of_cases_is_told_whole() -> None:
    text = "# Roll back when\n\n- errors are above 2 percent\n- saving is slow\n- three complain"
    (said,) = composed_from("When is a release rolled back?", scored_page(text, 0.5, 0.1, 0.1))
    assert said.after == text.partition("\n\n")[2]


def test_a_list_of_which_all_entries_answer_alike_is_told_whole() -> None:
    text = "# Reasons to stop a ride\n\n- a loose wheel\n- a crack\n- no brake"
    question = "When must I stop riding at once?"
    (said,) = composed_from(question, scored_page(text, 0.5, 0.45, 0.48))
    assert said.after == "- a loose wheel\n- a crack\n- no brake"
    assert composed_from(question, scored_page(text, 0.5, 0.1, 0.1)) == []


def test_what_one_has_to_do_are_steps() -> None:
    text = "On the day of the firing:\n1. Bring the pots.\n2. Sign the form."
    (said,) = composed_from("What do I have to do on the day of the firing?", page(text, "Kiln"))
    assert said.after == "1. Bring the pots.\n2. Sign the form."


def test_entries_of_a_list_are_counted() -> None:
    text = "Meeting rooms:\n- Alder\n- Birch\n- Cedar"
    (said,) = composed_from("How many meeting rooms are there?", page(text, "Rooms"))
    assert said.text == "3: Alder, Birch, Cedar."


def test_rows_are_listed_by_the_column_that_the_question_names() -> None:
    text = "Room: Alder | Video: yes\nRoom: Birch | Video: no\nRoom: Cedar | Video: yes"
    (said,) = composed_from("Which rooms have video?", page(text, "Rooms"))
    assert said.text == "Alder, Cedar."


def test_statements_that_differ_are_both_told_the_newer_one_first() -> None:
    old = page("Valid from 2021.\n\nUp to 8 days may be carried over.", "Leave (old)")
    new = page("Valid from 2024.\n\nUp to 5 days may be carried over.", "Leave")
    first, second, third = composed_from("How many days may be carried over?", old, new)
    assert first.text == "The documents differ."
    assert second.text == "\u201cUp to 5 days may be carried over.\u201d (Leave, 2024)"
    assert third.text == "\u201cUp to 8 days may be carried over.\u201d (Leave (old), 2021)"


def test_the_same_said_of_different_things_is_no_conflict() -> None:
    berlin = page("The daily allowance is 24 euros.", "Berlin")
    munich = page("The daily allowance is 31 euros.", "Munich")
    assert composed_from("What is the daily allowance in Berlin?", berlin, munich) == []


def test_the_title_is_the_answer_where_it_is_asked_for() -> None:
    (said,) = composed_from(
        "What is the title of the water report?",
        page("The water was clean.", "Annual water report 2023"),
    )
    assert said.text == "Annual water report 2023"


def test_what_a_sentence_answers_is_left_to_the_model() -> None:
    assert composed_from("When do bicycles return?", page("Bicycles return at 19:00.")) == []


def test_rows_that_are_compared_are_both_told() -> None:
    rows = "Pass: Year | Price: 89\nPass: Year reduced | Price: 52\nPass: Cargo year | Price: 38"
    said = composed_from("year normal vs reduced price", scored_page(rows, 0.4, 0.6, 0.5))
    assert [each.text for each in said] == [
        "Pass: Year reduced, Price: 52.",
        "Pass: Year, Price: 89.",
    ]
    assert composed_from("year normal price", scored_page(rows, 0.4, 0.6, 0.5)) == []


def test_a_question_that_a_document_asks_itself_has_the_answer_below_it() -> None:
    text = (
        "## Does the oven have a fan?\n\nNo, it heats from below only. Turn the tray.\n\n"
        "## Can I wash the tray?\n\nYes, by hand."
    )
    (said,) = composed_from("does the oven have a fan", page(text, "Questions"))
    assert said.text == "\u201cNo, it heats from below only. Turn the tray.\u201d"
    assert composed_from("Does the oven have a timer with a bell?", page(text, "Questions")) == []


def test_the_title_that_is_asked_for_is_that_of_the_document_that_is_named() -> None:
    ageing = page("We cycled forty cells. The cold ones lost more.", "Ageing of cells")
    other = page("The title of each report stands on its first page.", "House style")
    (said,) = composed_from("What is the title of the report on cells?", other, ageing)
    assert said.text == "Ageing of cells"


def test_rows_are_not_counted_where_only_some_are_what_is_asked_for() -> None:
    text = "Boat: Wren | Kind: sailing\nBoat: Crane | Kind: rowing\nBoat: Tern | Kind: sailing"
    (said,) = composed_from("How many boats are there?", page(text, "Boats"))
    assert said.text.startswith("3: ")
    assert not any(
        said.text.startswith("3: ")
        for said in composed_from("How many sailing boats are there?", page(text, "Boats"))
    )


def test_items_that_are_sentences_are_counted_and_told_apart_by_semicolons() -> None:
    text = "Error codes:\n- E04: no sensor.\n- E07: low voltage."
    (said,) = composed_from("How many error codes are listed?", page(text, "Codes"))
    assert said.text == "2: E04: no sensor; E07: low voltage."


def test_what_is_so_now_is_told_before_what_was_so_earlier() -> None:
    old = page("date: 2022-03-01\n\nA lane costs 14 euros.", "Rents 2022")
    new = page("date: 2025-01-08\n\nA lane costs 19 euros.", "Rents 2025")
    said = composed_from("What does a lane cost now?", old, new)
    assert " ".join(each.text for each in said) == (
        "\u201cA lane costs 19 euros.\u201d (Rents 2025) Before:"
        " \u201cA lane costs 14 euros.\u201d (Rents 2022)"
    )


def test_the_cells_of_a_row_that_are_asked_for_twice_are_left_to_the_model() -> None:
    row = "Class: Kite flying | Teacher: Ann Pell | Day: Monday"
    assert stated_in("Who is the teacher of kite flying?", scored_page(row, 0.9))
    for joined in (", and", " +", " &"):
        both = f"Who is the teacher of kite flying{joined} when is it?"
        assert not stated_in(both, scored_page(row, 0.9))


def test_steps_for_another_system_are_not_shown() -> None:
    text = "## Windows\n\n1. Download Agent.msi.\n2. Start it as administrator."
    source = page(text, "Installing the agent")
    assert composed_from("How do I install the agent on Windows?", source)
    assert composed_from("How do I install the agent on Ubuntu?", source) == []


def test_a_list_whose_lead_in_says_what_is_asked_is_told_whole() -> None:
    text = "## Day one\n\nCome at nine. Bring\n\n- a passport\n- bank details\n- your tax form"
    source = replace(page(text, "Welcome"), sentences=units_scored(text, [0.1, 0.3, 0.1, 0.2]))
    (said,) = composed_from("What do I have to bring on my first day?", source)
    assert said.after == "- a passport\n- bank details\n- your tax form"
    assert not composed_from("What passport do I have to bring?", source)


def test_whose_something_is_tells_no_entry_of_a_list_apart() -> None:
    text = "## Renting\n\nYou need:\n\n- a letter\n- your horse's pass\n- boots"
    source = replace(page(text, "Yard"), sentences=units_scored(text, [0.1, 0.4, 0.2]))
    (said,) = composed_from("What proof do you need to stable my horse?", source)
    assert said.after == "- a letter\n- your horse's pass\n- boots"


HOURS = (
    "Day: Friday | Early swim: 06:30\u201308:00 | Sauna: 12:00\u201322:00\n"
    "Day: Saturday | Early swim: \u2013 | Sauna: 10:00\u201320:00\n"
    "Day: Sunday | Early swim: closed | Sauna: 10:00\u201318:00"
)


def test_rows_with_something_in_the_column_that_is_named_are_told_with_it() -> None:
    hours = page(HOURS, "Opening hours")
    (said,) = composed_from("On which days is there early swim?", hours)
    assert said.text == "Early swim: Friday (06:30\u201308:00)."
    assert not composed_from("On which days is there sauna?", hours)
    assert not composed_from("On which days is there early swim for schools?", hours)


def test_a_list_below_a_heading_that_denies_is_told_whole_to_who_asks_what_is_denied() -> None:
    text = "## What may not come into the hall\n\n- glass\n- hot food\n- prams\n\nDrinks may."
    scores = units_scored(text, [0.36, 0.38, 0.4, 0.45])
    rules = replace(page(text, "House rules"), sentences=scores)
    (said,) = composed_from("Which things can't be taken into the hall?", rules)
    assert said.after == "- glass\n- hot food\n- prams"
    assert not composed_from("Which things can be taken into the hall?", rules)


def test_of_two_entries_with_the_words_of_the_question_the_one_with_fewer_others_is_meant() -> None:
    text = "- Left outside the zone: 25 euros\n- Left outside a station, inside the zone: 5 euros"
    (said,) = stated_in("What do I pay for a bike outside the zone?", scored_page(text, 0.8, 0.7))
    assert "25 euros" in said.text
    other = "- Left outside the zone: 25 euros\n- Left outside the town: 5 euros"
    assert stated_in("What do I pay for a bike outside?", scored_page(other, 0.8, 0.7)) == []


@pytest.mark.parametrize("mark", ["- ", ""])
def test_the_lines_whose_value_has_what_is_asked_for_are_listed_by_name(mark: str) -> None:
    values = ("Fire: every year", "Lifting: every two years", "Data: every year, online")
    lines = page("\n".join(f"{mark}{value}" for value in values), "Trainings for everybody")
    (said,) = composed_from("Which trainings does everybody do every year?", lines)
    assert said.text == "Fire, Data."
    for other in (
        "Which trainings are done every year by apprentices?",
        "Which are for everybody?",
    ):
        assert composed_from(other, lines) == []


def test_a_row_without_a_word_of_the_question_in_its_cells_is_left_to_the_model() -> None:
    rows = "Role: Vet | Hours per year: 35 | Days: 5\nRole: RVN | Hours per year: 15 | Days: 3"
    for who, is_told in (("veterinary nurse", False), ("vet", True)):
        question = f"How many hours per year does a {who} need?"
        assert bool(stated_in(question, scored_page(rows, 0.8, 0.1))) is is_told


def test_steps_for_another_thing_in_the_same_place_are_not_shown() -> None:
    text = "# The copier will not start\n\n1. Hold the switch down.\n2. Wait for the lamp."
    source = page(text, "Copier")
    assert composed_from("How do I start the copier?", source)
    assert composed_from("How do I change the ink drum of the copier?", source) == []
