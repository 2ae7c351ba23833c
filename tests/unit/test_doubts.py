"""What rules over tables say to plain questions of kinds that are easily read wrongly."""

import pytest

from support.summaries import told_from

PLANS = (
    "Plan: Basic | Price: 10 EUR | Seats: 5\nPlan: Pro | Price: 20 EUR | Seats: 8\n"
    "Plan: Max | Price: 30 EUR | Seats: 20"
)
KILNS = (
    "Kiln: Ada | Window: yes | Chimney: no\nKiln: Bea | Window: no | Chimney: yes\n"
    "Kiln: Cy | Window: no | Chimney: no"
)
STOCK = (
    "Article: Rope | Quantity: 12 | Price: 3 EUR\nArticle: Lamp | Quantity: 36 | Price: 9 EUR\n"
    "Article: Sail | Quantity: 0 | Price: 99 EUR"
)
COURSES = "Course: Sewing | Free places: 3\nCourse: Welding | Free places: 0"
EVENTS = (
    "Event: Fair | Day: 3 May | Place: Quay\nEvent: Race | Day: 9 June | Place: Lake\n"
    "Event: Ball | Day: 14 June | Place: Hall"
)
STAFF = (
    "Role: First aider | Name: Cas Orr | Site: Hull\nRole: Warden | Name: Dee Fox | Site: Hull\n"
    "Role: First aider | Name: Eli May | Site: York"
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which plans cost no more than 10 EUR?", "Basic."),
        ("Which plans do not cost more than 10 EUR?", "Basic."),
        ("How many plans have no more than 8 seats?", "2: Basic, Pro."),
        ("Which plans cost 20 EUR or more?", "Pro, Max."),
        ("Which plans have at least 8 seats?", "Pro, Max."),
        ("Which plans are larger than 5 seats?", "Pro, Max."),
        ("Which plans cost between 10 and 20 EUR?", "Basic, Pro."),
        ("Which plans cost over 5 EUR but under 20 EUR?", "Basic."),
        ("Which plans have more than 5 seats and cost less than 25 EUR?", "Pro."),
        ("Which is the cheapest plan with at least 8 seats?", "Pro (20 EUR)."),
        ("What is the cheapest plan for 10 people?", "Max (30 EUR)."),
        ("Which plan costs more than 10 EUR and has the fewest seats?", "Pro (8)."),
        ("How many seats do plans under 25 EUR have?", "Seats: 5 (Basic); Seats: 8 (Pro)."),
        ("Which plans cost 10 or 20 EUR?", "Basic, Pro."),
        ("Is Basic cheaper than Max?", "Yes: Basic is cheaper: 10 EUR, against 30 EUR for Max."),
    ],
)
def test_bounds_hold_together_and_are_none_of_what_is_compared(question: str, told: str) -> None:
    assert told_from(question, PLANS, "Plans") == told


@pytest.mark.parametrize(
    "question",
    [
        "Which plans have more than 5 seats and cost less than 15 EUR?",  # none does
        "Which is the cheapest plan with more than 100 seats?",
        "Which plans cost 5 to 10 EUR?",
        "Which plans cost about 20 EUR?",
        "Which plans cost less than Max?",
        "Which plans cost under 15 EUR or have over 10 seats?",
        "Which plans other than Basic cost less than 25 EUR?",
        "Which plans except Pro have more than 5 seats?",
        "What do all plans but Max cost together?",
        "Which plans have neither 5 nor 8 seats?",
        "Which plan is not the cheapest?",
        "Is Basic not cheaper than Max?",
        "Is Basic 5 EUR cheaper than Pro?",
        "Which two plans are the cheapest?",
        "How many plans cost under 15 EUR or over 25 EUR?",
        "How many plans cost under 5 kg?",
        "Which plans cost the same as Basic?",
        "Which plan has as many seats as Max?",
        "Which plans have only 5 seats?",
    ],
)
def test_what_no_rule_understands_is_left_to_the_language_model(question: str) -> None:
    assert told_from(question, PLANS, "Plans") == ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which kilns have no window and no chimney?", "Cy."),
        ("Which kilns have a chimney but no window?", "Bea."),
        ("How many kilns are without a chimney?", "2: Ada, Cy."),
        ("Which kilns have the most windows?", ""),
        ("Which kilns have no window or chimney?", ""),
        ("Which kilns have a window or a chimney?", ""),
        ("Which kilns have neither a window nor a chimney?", ""),
    ],
)
def test_a_denial_is_one_of_a_single_condition_or_not_understood(question: str, told: str) -> None:
    assert told_from(question, KILNS, "Kilns") == told


@pytest.mark.parametrize(
    "question", ["Who is not a first aider in Hull?", "Who is no first aider?"]
)
def test_whom_a_question_excludes_is_not_told(question: str) -> None:
    assert told_from(question, STAFF, "Contacts") == ""


def test_rows_that_are_named_fulfil_the_other_conditions_too() -> None:
    told = told_from("Who are the first aiders in Hull?", STAFF, "Contacts")
    assert told == "Name: Cas Orr (First aider, Hull)."


def test_cells_that_deny_a_word_are_no_rows_with_it() -> None:
    text = "Article: Rope | Status: available\nArticle: Lamp | Status: not available"
    assert told_from("Which articles are available?", text, "Stock") == ""


@pytest.mark.parametrize(
    ("text", "question", "told"),
    [
        (STOCK, "What is the average quantity?", "16: Rope (12), Lamp (36), Sail (0)."),
        (STOCK, "Which article has the lowest quantity?", "Sail (0)."),
        (COURSES, "Which course has the fewest free places?", "Welding (0)."),
        (COURSES, "Which courses have free places?", "Sewing."),
    ],
)
def test_noughts_count_in_what_is_least_and_in_means(text: str, question: str, told: str) -> None:
    assert told_from(question, text, "Stock and courses") == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many articles cost more than 5 EUR?", "2: Lamp, Sail."),
        ("How many articles cost less than 10 EUR?", "2: Rope, Lamp."),
        ("How many pieces are there?", ""),
    ],
)
def test_rows_are_counted_but_not_as_pieces(question: str, told: str) -> None:
    assert told_from(question, STOCK, "Stock") == told


def test_a_column_that_counts_is_told_where_it_is_all_that_is_asked_for() -> None:
    assert told_from("How many courses have free places?", COURSES, "Courses") == "1: Sewing."
    told = told_from("How many free places are there?", COURSES, "Courses")
    assert told == "Free places: 3 (Sewing)."


def test_rows_in_a_place_are_counted_and_not_what_is_left_of_each() -> None:
    text = (
        "Article: Rope | Quantity: 12 | Store: Shed\nArticle: Lamp | Quantity: 36 | Store: Cellar"
    )
    assert told_from("How many articles are in the shed?", text, "Stock") == "1: Rope."


@pytest.mark.parametrize(
    "question",
    [
        "Which event is on 3 May?",
        "Where is the event on 9 June?",
        "Which events are not on 3 May?",
        "Which events are after 9 June?",
    ],
)
def test_no_rule_takes_a_day_for_a_condition_of_rows(question: str) -> None:
    assert told_from(question, EVENTS, "Calendar") == ""


def test_a_month_may_be_a_word_of_cells() -> None:
    assert told_from("Which events are in June?", EVENTS, "Calendar") == "Race, Ball."


CARS = (
    "Car: Ant | Range (km): 280 | Price: 20,000 EUR\n"
    "Car: Bee | Range (km): 410 | Price: 45,000 EUR\n"
    "Car: Cow | Range (km): 350 | Price: 39,000 EUR"
)
ROOMS = "Room: Oak | Seats: 24 | Price: 80 EUR\nRoom: Elm | Seats: 40 | Price: 150 EUR"
PARCELS = (
    "Parcel: S | Weight: 500 g | Price: 4 EUR\nParcel: M | Weight: 2 kg | Price: 6 EUR\n"
    "Parcel: L | Weight: 10 kg | Price: 12 EUR"
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which cars have a range of over 300 km and a price under 40,000?", CARS),
        ("How many rooms have seats for 20 people and a price below 100?", ROOMS),
        ("Which rooms seat more than 15 and cost under 100?", ROOMS),
        ("Which parcels weigh less than 5 kg and cost over 5?", PARCELS),
        ("Which parcels weigh over 5?", PARCELS),
        ("Which plans cost more than 3 EUR per seat?", PLANS),
        ("How many plans have more than 5 seats for each 10 EUR?", PLANS),
    ],
)
def test_no_rule_takes_a_bound_that_may_be_one_of_another_field(question: str, text: str) -> None:
    assert told_from(question, text, "Table") == ""


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("Which rooms cost under 100?", ROOMS, "Oak."),
        ("Which cars have a range of over 300?", CARS, "Bee, Cow."),
        ("Which parcels cost over 5 EUR?", PARCELS, "M, L."),
    ],
)
def test_a_bare_bound_is_one_of_the_only_field_that_is_named(
    question: str, text: str, told: str
) -> None:
    assert told_from(question, text, "Table") == told


JARS = (
    "Jar: Rye mix | Nuts: no | Egg: yes | Traces_of: nuts\nJar: Oat mix | Nuts: yes | Egg: no\n"
    "Jar: Fig roll | Nuts: yes | Egg: yes | Traces_of: milk"
)


def test_rows_that_contain_something_have_it_in_its_column() -> None:
    assert told_from("How many jars contain nuts?", JARS, "Pantry") == "2: Oat mix, Fig roll."


def test_a_column_of_yes_and_no_is_none_of_another_whose_cells_have_its_name() -> None:
    assert told_from("How many jars contain traces of nuts?", JARS, "Pantry") == ""


REPAIRS = "\n".join(
    f"day: 2031-0{month}-04 | boat: {boat} | state: {state}"
    for month, boat, state in ((1, "Gull", "done"), (2, "Tern", "waiting"), (3, "Skua", "waiting"))
)


def test_rows_of_a_table_that_is_named_may_be_called_otherwise() -> None:
    told = told_from("How many tasks in the repair book are waiting?", REPAIRS, "Repair book")
    assert told == "2 of 3 rows: 2031-02-04 Tern, 2031-03-04 Skua."


@pytest.mark.parametrize(
    "question",
    ["How many tasks are waiting?", "How many tasks are in the repair book?"],
)
def test_rows_are_not_counted_by_another_name_without_their_table_or_a_condition(
    question: str,
) -> None:
    assert told_from(question, REPAIRS, "Repair book") == ""
