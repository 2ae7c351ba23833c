from dataclasses import replace

import pytest

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.composition import composed
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.said import Said
from askmesh.summarization.stating import stated
from askmesh.summarization.values import Source
from support.scored_sources import units_scored
from support.summaries import TIMID, WordCounter, assembly_limits, request


def _composed(question: str, *sources: Source) -> list[Said]:
    return composed(_evidence(question, *sources))


def _evidence(question: str, *sources: Source) -> Evidence:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request(question, sources))
    assert isinstance(evidence, Evidence)
    return evidence


def _stated(question: str, source: Source) -> list[Said]:
    return stated(_evidence(question, source))


def _source(text: str, title: str = "", *, score: float = 0.9) -> Source:
    return Source(passage_id=title, document_id=title, title=title, text=text, score=score)


def test_a_command_is_shown_as_a_block_after_its_lead_in() -> None:
    text = "To restart the queue, run:\n\n```bash\nqueuectl restart --all\n```\n\nIt is quick."
    (said,) = _composed("How do I restart the queue?", _source(text, "Queue"))
    assert said.text == "To restart the queue, run:"
    assert said.after == "```bash\nqueuectl restart --all\n```"
    assert said.quote == "queuectl restart --all"


def test_a_command_for_the_opposite_is_not_shown() -> None:
    text = "To install the client, run:\n\n```bash\napt install curio-client\n```"
    source = _source(text, "Client")
    assert _composed("How do I install the client?", source)
    assert _composed("How do I uninstall the client?", source) == []


SETTINGS = "The agent is set by:\n\n```ini\nretention_days = 90\nbuffer_mb = 64\n```"


def test_a_setting_that_is_named_is_the_line_that_sets_it() -> None:
    (said,) = _composed("What is retention_days?", _source(SETTINGS, "Agent"))
    assert said.text == "`retention_days = 90`"
    assert said.after == ""
    assert said.quote in SETTINGS


def test_a_block_is_shown_whole_only_to_those_who_ask_for_it() -> None:
    (said,) = _composed("Show the settings of the agent", _source(SETTINGS, "Agent"))
    assert "buffer_mb = 64" in said.after
    assert _composed("For how long are records of the agent kept?", _source(SETTINGS)) == []


def test_figures_that_differ_are_no_conflict_for_those_who_ask_for_a_person() -> None:
    old = _source("There are 41 people on the waiting list.", "Minutes of March")
    new = _source("There are 38 people on the waiting list.", "Minutes of April")
    assert _composed("Who keeps the waiting list?", old, new) == []


def test_statements_about_other_versions_are_no_conflict_about_the_one_asked_for() -> None:
    old = _source("Orbit 2.4 plans routes for 12 ships.", "Orbit 2.4")
    new = _source("Orbit 3.0 plans routes for 15 ships.", "Orbit 3.0")
    said = _composed("Orbit 4.1 plans routes for how many ships?", old, new)
    assert "differ" not in " ".join(each.text for each in said)


def test_steps_are_shown_as_the_list_they_are() -> None:
    text = "To borrow a bicycle:\n1. Sign in.\n2. Fetch the key.\n\nBicycles are red."
    (said,) = _composed("How do I borrow a bicycle?", _source(text, "Bicycles"))
    assert said.after == "1. Sign in.\n2. Fetch the key."
    assert said.quote in text


def test_a_list_that_is_named_by_what_stands_above_it_is_shown_whole() -> None:
    source = _source("Error codes:\n- E1: too hot\n- E2: too cold\n\nCall us.", "Kiln")
    (said,) = _composed("List the error codes and what to do.", source)
    assert said.after == "- E1: too hot\n- E2: too cold"
    assert _composed("List the error codes of doors.", source) == []


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
    said = _composed(question, _source(text, "Changes of the bin"))
    assert [each.after.strip() or each.text for each in said] == told


def test_the_list_under_a_heading_that_asks_the_same_is_the_answer() -> None:
    text = "## What is not insured\n- boats\n- rings\n\n## What is insured\n- bicycles\n- skis"
    (said,) = _composed("what is not insured?", _source(text, "Insurance"))
    assert said.after == "- boats\n- rings"


def test_steps_without_numbers_are_the_list_under_the_heading_that_names_what_is_done() -> None:
    text = (
        "# Claiming\n\n- Photograph the receipt.\n- Send both within six weeks.\n- Keep costs low."
    )
    (said,) = _composed("How do I claim travel costs?", _source(text, "Travel"))
    assert said.after == text.partition("\n\n")[2]
    assert _composed("How do I claim travel insurance?", _source(text, "Travel")) == []


def test_what_to_do_in_a_case_is_the_list_under_the_heading_that_names_it() -> None:
    text = "# If the kiln fan fails\n\n1. Ring the desk.\n2. Note the number."
    question = "What should we do at the desk when the kiln fan fails?"
    (said,) = _composed(question, _source(text, "Kiln"))
    assert said.after == "1. Ring the desk.\n2. Note the number."


def test_a_list_is_told_before_what_stands_below_it_scores_better() -> None:
    text = "# What guests bring\n\n- towels\n- slippers\n\nNot: dogs, candles and music."
    (said,) = _composed("what do guests bring, everything", _scored(text, 0.4, 0.4, 0.8))
    assert said.after == "- towels\n- slippers"


def test_a_list_of_cases_is_told_whole() -> None:
    text = "# Roll back when\n\n- errors are above 2 percent\n- saving is slow\n- three complain"
    (said,) = _composed("When is a release rolled back?", _scored(text, 0.5, 0.1, 0.1))
    assert said.after == text.partition("\n\n")[2]


def test_a_list_of_which_all_entries_answer_alike_is_told_whole() -> None:
    text = "# Reasons to stop a ride\n\n- a loose wheel\n- a crack\n- no brake"
    question = "When must I stop riding at once?"
    (said,) = _composed(question, _scored(text, 0.5, 0.45, 0.48))
    assert said.after == "- a loose wheel\n- a crack\n- no brake"
    assert _composed(question, _scored(text, 0.5, 0.1, 0.1)) == []


def test_what_one_has_to_do_are_steps() -> None:
    text = "On the day of the firing:\n1. Bring the pots.\n2. Sign the form."
    (said,) = _composed("What do I have to do on the day of the firing?", _source(text, "Kiln"))
    assert said.after == "1. Bring the pots.\n2. Sign the form."


def test_entries_of_a_list_are_counted() -> None:
    text = "Meeting rooms:\n- Alder\n- Birch\n- Cedar"
    (said,) = _composed("How many meeting rooms are there?", _source(text, "Rooms"))
    assert said.text == "3: Alder, Birch, Cedar."


def test_rows_are_listed_by_the_column_that_the_question_names() -> None:
    text = "Room: Alder | Video: yes\nRoom: Birch | Video: no\nRoom: Cedar | Video: yes"
    (said,) = _composed("Which rooms have video?", _source(text, "Rooms"))
    assert said.text == "Alder, Cedar."


def test_statements_that_differ_are_both_told_the_newer_one_first() -> None:
    old = _source("Valid from 2021.\n\nUp to 8 days may be carried over.", "Leave (old)")
    new = _source("Valid from 2024.\n\nUp to 5 days may be carried over.", "Leave")
    first, second, third = _composed("How many days may be carried over?", old, new)
    assert first.text == "The documents differ."
    assert second.text == "\u201cUp to 5 days may be carried over.\u201d (Leave, 2024)"
    assert third.text == "\u201cUp to 8 days may be carried over.\u201d (Leave (old), 2021)"


def test_the_same_said_of_different_things_is_no_conflict() -> None:
    berlin = _source("The daily allowance is 24 euros.", "Berlin")
    munich = _source("The daily allowance is 31 euros.", "Munich")
    assert _composed("What is the daily allowance in Berlin?", berlin, munich) == []


def test_the_title_is_the_answer_where_it_is_asked_for() -> None:
    (said,) = _composed(
        "What is the title of the water report?",
        _source("The water was clean.", "Annual water report 2023"),
    )
    assert said.text == "Annual water report 2023"


def test_what_a_sentence_answers_is_left_to_the_model() -> None:
    assert _composed("When do bicycles return?", _source("Bicycles return at 19:00.")) == []


def _scored(text: str, *scores: float) -> Source:
    """Return a source whose units have scores of their own."""
    return replace(_source(text, "Office"), sentences=units_scored(text, scores))


LUNCH = "Lunch is served from 11:45 to 13:15 in the canteen.\nThe canteen has forty seats."


def test_a_short_statement_that_surely_answers_is_the_answer() -> None:
    (said,) = _stated("When is lunch served in the canteen?", _scored(LUNCH, 0.8, 0.1))
    assert said.text == "Lunch is served from 11:45 to 13:15 in the canteen."
    assert [item.own for item in said.units] == [said.text]
    assert said.quote in LUNCH


def test_an_item_is_the_answer_after_what_leads_in() -> None:
    text = "First day:\n\n- Fetch your laptop from Priya\n- Read the fire rules"
    (said,) = _stated("Where do I fetch my laptop?", _scored(text, 0.8, 0.1))
    assert said.text == "\u201cFirst day: Fetch your laptop from Priya\u201d"


def test_a_line_whose_key_is_asked_for_is_the_answer() -> None:
    text = "Door code: 4471\nAlarm code: 9920"
    (said,) = _stated("What is the door code of the office?", _scored(text, 0.7, 0.1))
    assert said.text == "Door code: 4471"


@pytest.mark.parametrize(
    ("question", "row", "told"),
    [
        (
            "Which plan has write access to the API?",
            "Feature: API access | Basic: no | Plus: read only | Max: read and write",
            ["API access: Max (read and write)."],
        ),
        (
            "Which plans have an own domain?",
            "Feature: Own domain | Basic: no | Plus: yes | Max: yes",
            ["Own domain: Plus, Max."],
        ),
        (
            "Which plan has an own printer?",
            "Feature: Own domain | Basic: no | Plus: yes | Max: yes",
            [],
        ),
        ("Which room has a sink?", "Feature: Sink | Plan: A | Oak: yes | Elm: no", []),
    ],
    ids=["words in a cell", "yes", "another row", "no table of rooms"],
)
def test_of_a_row_the_columns_that_fit_are_told(question: str, row: str, told: list[str]) -> None:
    source = replace(_scored(row, 0.8), title="Our plans")
    assert [each.text for each in _composed(question, source)] == told


def test_rows_that_are_compared_are_both_told() -> None:
    rows = "Pass: Year | Price: 89\nPass: Year reduced | Price: 52\nPass: Cargo year | Price: 38"
    said = _composed("year normal vs reduced price", _scored(rows, 0.4, 0.6, 0.5))
    assert [each.text for each in said] == [
        "Pass: Year reduced, Price: 52.",
        "Pass: Year, Price: 89.",
    ]
    assert _composed("year normal price", _scored(rows, 0.4, 0.6, 0.5)) == []


def test_a_less_likely_statement_is_the_answer_where_nothing_else_is_near() -> None:
    assert _stated("When is lunch served in the canteen?", _scored(LUNCH, 0.15, 0.02))
    assert _stated("When is lunch served in the canteen?", _scored(LUNCH, 0.15, 0.08)) == []


def test_a_telephone_number_is_no_figure_beside_another() -> None:
    text = "Call +32 9 555 01 99 within one hour, day or night.\nThe police is told by us."
    (said,) = _stated("How fast do I call whom?", _scored(text, 0.8, 0.1))
    assert said.text == "Call +32 9 555 01 99 within one hour, day or night."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Where do we meet in Hull if it burns?", "Assembly points: \u2026 Hull the pier."),
        ("Where do we meet in Leeds if it burns?", "Assembly points: Leeds the car park."),
        ("Where do we meet in Hull or York if it burns?", "Assembly points: Leeds the"),
        ("Where do we meet if it burns?", "Assembly points: Leeds the"),
    ],
)
def test_of_several_in_a_row_the_one_that_is_named_is_told(question: str, told: str) -> None:
    text = "Assembly points: Leeds the car park, York the gate, Hull the pier. Water stands there."
    (said,) = _stated(question, _scored(f"- {text}\n- Bells ring.", 0.8, 0.1))
    assert told in said.text
    assert (said.text == told) == told.endswith(".")


def test_the_row_of_a_name_is_the_answer_whatever_else_is_near() -> None:
    row = "Ward: Beech | Visiting: 13:30 | Visitors at once: 2"
    scored = _scored(f"{row}\n\nBeech had new visiting hours.", 0.6, 0.59)
    assert [each.text for each in _stated("Visiting on Beech?", scored)] == [
        "Ward: Beech, Visiting: 13:30, Visitors at once: 2"
    ]


def test_of_two_columns_the_one_that_says_more_of_what_was_asked_is_told() -> None:
    row = (
        "Room: Oak | Charity per hour: 11 | Firm per hour: 22 | Seats: 8 | Note: per day at most 50"
    )
    (said,) = _stated("What is Oak for a charity per hour?", _scored(row, 0.8))
    assert said.text == "Room: Oak, Charity per hour: 11, Note: per day at most 50"
    pool = "Pool: Main | Length: 25 m | Depth: 3 m | Seats: 80"
    (said,) = _stated("How deep is the main pool?", _scored(pool, 0.8))
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
    assert _stated(question, _scored(text, *scores)) == []


def test_a_question_that_a_document_asks_itself_has_the_answer_below_it() -> None:
    text = (
        "## Does the oven have a fan?\n\nNo, it heats from below only. Turn the tray.\n\n"
        "## Can I wash the tray?\n\nYes, by hand."
    )
    (said,) = _composed("does the oven have a fan", _source(text, "Questions"))
    assert said.text == "\u201cNo, it heats from below only. Turn the tray.\u201d"
    assert _composed("Does the oven have a timer with a bell?", _source(text, "Questions")) == []


def test_the_title_that_is_asked_for_is_that_of_the_document_that_is_named() -> None:
    ageing = _source("We cycled forty cells. The cold ones lost more.", "Ageing of cells")
    other = _source("The title of each report stands on its first page.", "House style")
    (said,) = _composed("What is the title of the report on cells?", other, ageing)
    assert said.text == "Ageing of cells"


def test_items_that_are_sentences_are_counted_and_told_apart_by_semicolons() -> None:
    text = "Error codes:\n- E04: no sensor.\n- E07: low voltage."
    (said,) = _composed("How many error codes are listed?", _source(text, "Codes"))
    assert said.text == "2: E04: no sensor; E07: low voltage."


def test_what_is_so_now_is_told_before_what_was_so_earlier() -> None:
    old = _source("date: 2022-03-01\n\nA lane costs 14 euros.", "Rents 2022")
    new = _source("date: 2025-01-08\n\nA lane costs 19 euros.", "Rents 2025")
    said = _composed("What does a lane cost now?", old, new)
    assert " ".join(each.text for each in said) == (
        "\u201cA lane costs 19 euros.\u201d (Rents 2025) Before:"
        " \u201cA lane costs 14 euros.\u201d (Rents 2022)"
    )


def test_the_cells_of_a_row_that_are_asked_for_twice_are_left_to_the_model() -> None:
    row = "Class: Kite flying | Teacher: Ann Pell | Day: Monday"
    both = "Who is the teacher of kite flying, and when is it?"
    assert _stated("Who is the teacher of kite flying?", _scored(row, 0.9))
    assert not _stated(both, _scored(row, 0.9))


def test_settings_far_from_the_question_are_not_how_to_do_it() -> None:
    text = (
        "Changes count after `gatectl reload`.\n\nThe plan wins:\n\n"
        "```yaml\n# gate.yaml\nname: north\nlimit: 40\n```"
    )
    near = replace(_source(text, "Gate"), sentences=units_scored(text, [0.5, 0.18]))
    assert not any(said.after for said in _composed("How do I apply changes in gate.yaml?", near))
    level = replace(near, sentences=units_scored(text, [0.3, 0.3]))
    assert any(said.after for said in _composed("How do I apply changes in gate.yaml?", level))


def test_steps_for_another_system_are_not_shown() -> None:
    text = "## Windows\n\n1. Download Agent.msi.\n2. Start it as administrator."
    source = _source(text, "Installing the agent")
    assert _composed("How do I install the agent on Windows?", source)
    assert _composed("How do I install the agent on Ubuntu?", source) == []


def test_a_list_whose_lead_in_says_what_is_asked_is_told_whole() -> None:
    text = "## Day one\n\nCome at nine. Bring\n\n- a passport\n- bank details\n- your tax form"
    source = replace(_source(text, "Welcome"), sentences=units_scored(text, [0.1, 0.3, 0.1, 0.2]))
    (said,) = _composed("What do I have to bring on my first day?", source)
    assert said.after == "- a passport\n- bank details\n- your tax form"
    assert not _composed("What passport do I have to bring?", source)


HOURS = (
    "Day: Friday | Early swim: 06:30\u201308:00 | Sauna: 12:00\u201322:00\n"
    "Day: Saturday | Early swim: \u2013 | Sauna: 10:00\u201320:00\n"
    "Day: Sunday | Early swim: closed | Sauna: 10:00\u201318:00"
)


def test_rows_with_something_in_the_column_that_is_named_are_told_with_it() -> None:
    hours = _source(HOURS, "Opening hours")
    (said,) = _composed("On which days is there early swim?", hours)
    assert said.text == "Early swim: Friday (06:30\u201308:00)."
    assert not _composed("On which days is there sauna?", hours)
    assert not _composed("On which days is there early swim for schools?", hours)


FORMS = "Form R1 is for first aid, form R2 for rescues. R2 has to be there the same day."


def test_what_lacks_the_second_thing_that_is_asked_for_is_not_told_alone() -> None:
    near = units_scored(FORMS, [0.7, 0.1])
    forms = replace(_source(FORMS, "Reports"), sentences=near)
    assert _stated("Which form is for a rescue?", forms)
    assert not _stated("Which form is for a rescue and when is it due?", forms)


def test_a_list_below_a_heading_that_denies_is_told_whole_to_who_asks_what_is_denied() -> None:
    text = "## What may not come into the hall\n\n- glass\n- hot food\n- prams\n\nDrinks may."
    scores = units_scored(text, [0.36, 0.38, 0.4, 0.45])
    rules = replace(_source(text, "House rules"), sentences=scores)
    (said,) = _composed("Which things can't be taken into the hall?", rules)
    assert said.after == "- glass\n- hot food\n- prams"
    assert not _composed("Which things can be taken into the hall?", rules)


def test_the_days_on_which_a_named_row_has_something_are_told() -> None:
    week = "site: Shed | Monday: closed | Wednesday: 17-19 | Friday: closed | Saturday: 9-12"
    hours = _source(f"{week}\nsite: Shop | Monday: 10-16 | Wednesday: 10-16", "Opening hours")
    (said,) = _composed("On which days is the shed open?", hours)
    assert said.text == "Shed: Wednesday (17-19), Saturday (9-12)."
    assert not _composed("On which days is the shed open for juniors?", hours)


def test_of_two_entries_with_the_words_of_the_question_the_one_with_fewer_others_is_meant() -> None:
    text = "- Left outside the zone: 25 euros\n- Left outside a station, inside the zone: 5 euros"
    (said,) = _stated("What do I pay for a bike outside the zone?", _scored(text, 0.8, 0.7))
    assert "25 euros" in said.text
    other = "- Left outside the zone: 25 euros\n- Left outside the town: 5 euros"
    assert _stated("What do I pay for a bike outside?", _scored(other, 0.8, 0.7)) == []


@pytest.mark.parametrize("mark", ["- ", ""])
def test_the_lines_whose_value_has_what_is_asked_for_are_listed_by_name(mark: str) -> None:
    values = ("Fire: every year", "Lifting: every two years", "Data: every year, online")
    lines = _source("\n".join(f"{mark}{value}" for value in values), "Trainings for everybody")
    (said,) = _composed("Which trainings does everybody do every year?", lines)
    assert said.text == "Fire, Data."
    for other in (
        "Which trainings are done every year by apprentices?",
        "Which are for everybody?",
    ):
        assert _composed(other, lines) == []


def test_a_row_without_a_word_of_the_question_in_its_cells_is_left_to_the_model() -> None:
    rows = "Role: Vet | Hours per year: 35 | Days: 5\nRole: RVN | Hours per year: 15 | Days: 3"
    for who, is_told in (("veterinary nurse", False), ("vet", True)):
        question = f"How many hours per year does a {who} need?"
        assert bool(_stated(question, _scored(rows, 0.8, 0.1))) is is_told
