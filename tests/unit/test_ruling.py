import pytest

from askmesh.summarization.intervals import amounts_of, weekdays_of
from askmesh.summarization.question import take_apart
from support.summaries import told_from

ORDERS = (
    "Orders up to 500 euros are approved by the foreman. Orders above 500 and up to 5,000 euros are"
    " approved by the manager. Orders above 5,000 euros are approved by the board."
)
LEAVE = "The leave depends on your years:\n\n- under 3 years: 26 days\n- 3 years or more: 30"
SIGNED = "Order: up to 250 EUR | Signed by: the clerk\nOrder: above 250 EUR | Signed by: the owner"
HOISTS = (
    "Load: below 5 kg | Volts: 48 | Grease: 2.5\nLoad: 5 to 15 kg | Volts: 55 | Grease: 4\n"
    "Load: above 15 kg | Volts: 65 | Grease: 6.3"
)
STORES = (
    "Size of the store: up to 10 GB | Window: 30 minutes\n"
    "Size of the store: up to 100 GB | Window: 3 hours\n"
    "Size of the store: up to 1 TB | Window: 12 hours"
)
DISCOUNTS = "Discount:\n\n- from 10 crates: 5 %\n- from 50 crates: 8 %\n- from 200 crates: 11 %"
LANES = "Age: up to 5 | Lane: 1\nAge: 6 to 12 | Lane: 2\nAge: above 12 | Lane: 3"
HOURS = "Monday to Thursday: 7:30 to 16:30\nFriday: 7:30 to 13:00"
PARCELS = (
    "Service: Day | Max weight kg: 5 | Price: 6.40\n"
    "Service: Day | Max weight kg: 15 | Price: 8.70\n"
    "Service: Day | Max weight kg: 30 | Price: 12.20"
)
BOATS = (
    "Boat: Wren | From: Hull | Days: Mon-Thu\nBoat: Crane | From: York | Days: Tue-Sat\n"
    "Boat: Heron | From: Selby | Days: Fri-Sun"
)
BRANCHES = (
    "Branch: Hull | Monday to Friday: 9:00-17:00 | Sunday: closed\n"
    "Branch: York | Monday to Friday: 9:30-18:00 | Sunday: 12:00-16:00"
)


def _ruled(question: str, text: str) -> str:
    return told_from(question, text, "Rules of the yard")


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Who approves an order of 300 euros?", ORDERS, "approved by the foreman"),
        ("Who approves an order of 7,500?", ORDERS, "Orders above 5,000 euros"),
        ("Who approves orders worth 5,000 euros?", ORDERS, "approved by the manager"),
        ("I have worked here for two years. How long is my leave?", LEAVE, "26 days"),
        ("How long is the leave after 40 months?", LEAVE, "30"),
        ("Who signs an order of \u20ac1,200?", SIGNED, "the owner"),
        ("Which volts for a crate of 12 kg?", HOISTS, "Load: 5 to 15 kg, Volts: 55"),
        ("Which grease do I set for a crate of 4 kg?", HOISTS, "below 5 kg, Grease: 2.5"),
        ("Which window for a store of 60 GB?", STORES, "up to 100 GB, Window: 3 hours"),
        ("The store is 200 GB, how long is the window?", STORES, "Window: 12 hours"),
        ("Which lane may a child of 9 years use?", LANES, "Age: 6 to 12, Lane: 2"),
        ("What is the discount for 60 crates?", DISCOUNTS, "8 %"),
        ("When do we start on Wednesdays?", HOURS, "Monday to Thursday: 7:30"),
        ("When do we close on Friday?", HOURS, "Friday: 7:30 to 13:00"),
        ("When do we open on Fridays?", "- Friday: 8:00\n- Sunday: closed", "Friday: 8:00"),
        ("What is the price of the day service for 12 kg?", PARCELS, "15, Price: 8.70"),
        ("Is there a boat from Hull on Friday?", BOATS, "No: Boat: Wren"),
        ("Is there a boat from York on Friday?", BOATS, "Yes: Boat: Crane"),
        ("Is the branch in Hull open on Sunday?", BRANCHES, "No: Branch: Hull"),
        ("Which branch is open on Sunday?", BRANCHES, "Branch: York"),
    ],
)
def test_the_rule_is_told_that_holds_for_the_case(question: str, text: str, answer: str) -> None:
    assert answer in _ruled(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who pays an order of 300 guilders of iron?", ORDERS),
        ("Who approves leave of 300 euros?", SIGNED),
        ("Which rope for a crate of 12 kg?", HOISTS),
        ("When does the courier come on Wednesday?", HOURS),
        ("When do we start on Sunday?", HOURS),
        ("Is there a boat on Friday?", BOATS),
    ],
)
def test_a_case_that_the_rule_does_not_settle_is_left_to_others(question: str, text: str) -> None:
    assert _ruled(question, text) == ""


def test_intervals_are_read_as_they_are_worded() -> None:
    (both,) = amounts_of("above 2 and up to 5 years")
    assert (both.unit, both.scale, both.low, both.high) == ("mo", 12, 2, 5)
    assert (both.has(2), both.has(5)) == (False, True)
    assert [(day.low, day.high) for day in weekdays_of("Mon - Thu, sat on Sunday")] == [
        (0, 3),
        (6, 6),
    ]


def test_a_number_that_names_something_is_no_amount() -> None:
    assert take_apart("What is the meaning of 404?").identifiers == {"404"}
    assert take_apart("May a child of 8 come alone?").amounts == ((8.0, ""),)
    assert take_apart("May my 14-year-old son dive?").amounts == ((14.0, "year"),)


MUSEUMS = "Museum: Blue House | Closed: Monday | Entry: 9 EUR\nMuseum: Mill | Closed: Friday"
SHOPS = "Shop: Blue | Hours: Monday to Friday 9-17\nShop: Mill | Hours: Saturday 9-12"
POOLS = (
    "Pool: South | Monday: closed for cleaning | Tuesday: 9-17\n"
    "Pool: North | Monday: 9-17 | Tuesday: 9-17"
)
NOONS = "Pool: South | Monday: 9-17, closed 12-13\nPool: North | Monday: 9-17"
DAYS = "Day: Monday | Blue: closed | Mill: 9 to 5\nDay: Tuesday | Blue: 9 to 5 | Mill: 9 to 5"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is the Blue House open on Monday?", MUSEUMS),
        ("Is the Blue House open on Tuesday?", MUSEUMS),
        ("Is Blue closed on Saturday?", SHOPS),
        ("Is Blue closed on Monday?", SHOPS),
        ("Is Blue open on Monday?", DAYS),
        ("Is the South pool open on Monday?", NOONS),
    ],
)
def test_yes_or_no_is_not_told_where_open_and_closed_may_be_mistaken(
    question: str, text: str
) -> None:
    assert not _ruled(question, text).startswith(("Yes", "No"))


def test_a_day_with_a_reason_to_be_closed_is_no_open_day() -> None:
    assert _ruled("Is the South pool open on Monday?", POOLS).startswith("No: Pool: South")


BY_ROWS = (
    "When: up to 14 days before arrival | Costs: nothing\n"
    "When: up to 3 days before arrival | Costs: half\nWhen: later | Costs: all"
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does cancelling cost 10 days before arrival?", "half"),
        ("What does cancelling cost 20 days before arrival?", "nothing"),
    ],
)
def test_days_before_are_counted_backwards(question: str, answer: str) -> None:
    assert answer in _ruled(question, BY_ROWS)


DEPOSITS = (
    "The full deposit comes back if you return the hall keys less than 2 days late, and a third of"
    " it if you return the keys later than that. Deposits go to your account within 4 working days."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much deposit do I get back if I return the keys a day late?", "The full deposit"),
        ("How much do I get back if I return the keys three days late?", "a third of it"),
    ],
)
def test_what_holds_otherwise_is_told_with_what_it_is_otherwise_than(
    question: str, answer: str
) -> None:
    told = told_from(question, DEPOSITS, "Deposit of the hall")
    assert answer in told
    assert "working days" not in told
    assert "The full deposit" in told


def test_what_holds_within_the_range_is_told_alone() -> None:
    told = told_from("How much do I get back if I return the keys half a day late?", DEPOSITS)
    assert "a third" not in told
