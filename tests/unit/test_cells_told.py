"""Cells of rows and forms that are told as they are."""

from dataclasses import replace

import pytest

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.composition import composed
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.table import source_table
from askmesh.summarization.values import Source
from support.calculating import CARS, KILNS, answer_from
from support.scored_sources import units_scored
from support.summaries import TIMID, WordCounter, assembly_limits, request

HOISTS = Source(
    passage_id="hoists",
    document_id="hoists",
    title="Hoists",
    text="Hoist: East | Load: up to 5 kg | Grease: 3\nHoist: West | Load: above 5 kg | Grease: 4",
)


def test_when_and_where_are_both_told() -> None:
    courses = Source(
        passage_id="courses",
        title="Courses",
        text=(
            "Course: Yoga | Day: Tuesday | Place: Hall B | Price: 9\n"
            "Course: Judo | Day: Monday | Place: Hall A | Price: 8"
        ),
    )
    assert answer_from("When and where is the yoga course?", courses) == (
        "Day: Tuesday, Place: Hall B (Yoga)."
    )


RATES = Source(
    passage_id="rates",
    document_id="rates",
    title="Day rates",
    text="City: Oslo | Full day: 92 EUR | Half day: 61\nCity: Rome | Full day: 59 | Half day: 40",
)
TRAINING = Source(
    passage_id="training",
    document_id="training",
    title="Training times",
    text=(
        "Day: Monday | Time: 17:30 | Group: Children | Coach: Viggo Sand\n"
        "Day: Tuesday | Time: 18:00 | Group: Adults | Coach: Ines Faro\n"
        "Day: Thursday | Time: 18:00 | Group: Team | Coach: Ines Faro"
    ),
)


@pytest.mark.parametrize(
    ("question", "source", "answer"),
    [
        ("How many seats does the Polestar have?", CARS, "Seats: 5 (Polestar 2)."),
        ("What is the range of the Buzz?", CARS, "Range km: 410 (VW Buzz)."),
        ("What is the rent of Ada?", KILNS, "Rent: 25 EUR (Ada)."),
        ("When do the children train?", TRAINING, "Day: Monday, Time: 17:30 (Children)."),
        ("Who coaches the adults?", TRAINING, "Coach: Ines Faro (Adults)."),
        (
            "On which days does Ines coach?",
            TRAINING,
            "Day: Tuesday (Ines Faro); Day: Thursday (Ines Faro).",
        ),
        ("What is the full day rate of Oslo?", RATES, "Full day: 92 EUR (Oslo)."),
        ("What does Ada weigh?", KILNS, "Weight: 180 kg (Ada)."),
        ("How much is Berta?", KILNS, "Rent: 40 EUR (Berta)."),
        ("Why do the children train?", TRAINING, ""),
        ("When do the seniors train?", TRAINING, ""),
    ],
)
def test_the_cells_that_are_asked_for_are_told_with_what_names_their_row(
    question: str, source: Source, answer: str
) -> None:
    assert answer_from(question, source) == answer


def test_forms_under_the_same_heading_are_told_apart_by_their_titles() -> None:
    manuals = [
        Source(
            passage_id=name,
            document_id=name,
            title=f"Sonar {name} - manual",
            text=f"# Specifications\nWeight: {weight}\nDepth: 60 m",
        )
        for name, weight in (("220", "410 g"), ("350", "1.9 kg"))
    ]
    assert answer_from("Which is heavier, the 220 or the 350?", *manuals) == (
        "Sonar 350 is heavier: 1.9 kg, against 410 g for Sonar 220."
    )


def test_links_of_a_source_are_told_as_text() -> None:
    text = "Kiln: Ada | Weight: 180 kg\nKiln: [Bo](https://b.example) | Weight: 95 kg"
    source = Source(passage_id="k", title="Kilns", text=text)
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request("How many kilns are there?", [source]))
    assert isinstance(evidence, Evidence)
    assert composed(evidence)[0].text == "2: Ada, Bo (https://b.example)."
    table = source_table(evidence, ())
    assert table is not None
    assert table.rows[1].cells[0] == "Bo (https://b.example)"


def test_a_row_whose_name_is_a_bare_number_is_told_with_its_header() -> None:
    ferries = replace(
        KILNS,
        title="Ferries",
        text=(
            "Route: 12 | From: Harbour | To: Museum | Bikes allowed: yes\n"
            "Route: 14 | From: Harbour | To: Airport | Bikes allowed: no\n"
            "Route: 20 | From: Museum | To: Castle | Bikes allowed: yes"
        ),
    )
    assert (
        answer_from("Which routes from the Harbour allow bikes?", ferries) == "Route 12 (Harbour)."
    )


_COURSES = """\
Course: SW-1 Otter | Level: new | Group: adults | Coach: Ines | Free places: 0 | Fee: 72
Course: SW-2 Otter | Level: new | Group: children | Coach: Tim | Free places: 3 | Fee: 70
Course: SW-3 Adult seal | Level: old | Group: adults | Coach: Ines | Free places: 5 | Fee: 64"""
COURSES = Source(passage_id="courses", document_id="courses", title="Courses", text=_COURSES)
TICKETS = Source(
    passage_id="tickets",
    document_id="tickets",
    title="Tickets",
    text=(
        "Ticket: Sauna day | Valid for: one day | Sauna included: yes\n"
        "Ticket: Family day | Valid for: one day | Sauna included: no\n"
        "Ticket: Year card | Valid for: one year | Sauna included: no"
    ),
)
KEYS = Source(
    passage_id="keys",
    document_id="keys",
    title="Places",
    text="Place: ladle hook | Use: the ladle of the hall\nPlace: shelf | Use: plates",
)
ROOMS = Source(
    passage_id="rooms",
    document_id="rooms",
    title="Rooms",
    text=(
        "Room: Wren | Seats: 8 | Screen: yes\nRoom: Crane | Seats: 30 | Screen: no\n"
        "Room: Finch | Seats: 20 | Screen: yes"
    ),
)
GLAZES = Source(
    passage_id="glazes",
    document_id="glazes",
    title="Glazes",
    text=(
        "Glaze: Celadon | Coats: 2 | Shelf life years: 4\n"
        "Glaze: Tenmoku | Coats: 4 | Shelf life years: 3\n"
        "Glaze: Shino | Coats: 4 | Shelf life years: 4"
    ),
)
HALL = Source(
    passage_id="hall",
    document_id="hall",
    title="Hall",
    text=(
        "Day: Monday | Opens: 13:00 | Closes: 21:00\n"
        "Day: Tuesday | Opens: 6:30 | Closes: 21:00\n"
        "Day: Sunday | Opens: 8:00 | Closes: 18:30"
    ),
)


@pytest.mark.parametrize(
    ("question", "source", "answer"),
    [
        ("Which courses with Ines still have free places?", COURSES, "SW-3 Adult seal."),
        ("Which new course has places left?", COURSES, "SW-2 Otter."),
        ("Which courses have no free places?", COURSES, "SW-1 Otter."),
        ("Which ladle is in the hall?", KEYS, ""),
        ("What's a ladle?", KEYS, ""),
        ("Which room for 20 people?", ROOMS, "Crane, Finch."),
        ("Which room with a screen fits 15 guests?", ROOMS, "Finch."),
        ("Which glazes have a shelf life of 4 years?", GLAZES, "Celadon, Shino."),
        ("How many courses have free places?", COURSES, "2: SW-2 Otter, SW-3 Adult seal."),
        ("What is the cheapest course for adults?", COURSES, "SW-3 Adult seal (64)."),
        (
            "Which tickets do not include the sauna and are valid for one day?",
            TICKETS,
            "Family day.",
        ),
        ("Until when is the hall open on Sunday?", HALL, "Closes: 18:30 (Sunday)."),
        ("On which day does the hall open earliest?", HALL, "Tuesday (6:30)."),
        ("Which courses are available?", TICKETS, ""),
        ("What do I do on the day that closes at 18:30?", HALL, ""),
        ("On which day is the hall open longest?", HALL, ""),
        ("What is the fee of SW-4?", COURSES, ""),
    ],
)
def test_a_column_that_counts_what_is_left_is_a_condition_and_whole_cells_are_no_names(
    question: str, source: Source, answer: str
) -> None:
    assert answer_from(question, source) == answer


def test_a_number_of_another_unit_is_no_cell() -> None:
    assert answer_from("Which hoist has a grease of 4?", HOISTS) == "West."
    assert answer_from("Which hoist for 4 kg?", HOISTS) != "West."


def test_a_name_inside_of_a_longer_one_is_not_named() -> None:
    rows = "Probe: Tern 30 | Price: 235\nProbe: Tern 30 T | Price: 289"
    probes = Source(passage_id="probes", document_id="probes", title="Probes", text=rows)
    assert answer_from("What does the Tern 30 T cost?", probes) == "Price: 289 (Tern 30 T)."
    assert answer_from("What does the Tern 30 cost?", probes) == "Price: 235 (Tern 30)."
    both = "Which is cheaper, the Tern 30 or the Tern 30 T?"
    assert answer_from(both, probes).startswith("Tern 30 is cheaper")


def test_what_a_thing_is_called_by_is_no_measure() -> None:
    fees = Source(
        passage_id="fees",
        title="Fees",
        text="Group: Adults | per year: 22 EUR\nGroup: Students | per year: 9 EUR",
    )
    assert answer_from("What is the fee for adults?", fees) == "per year: 22 EUR (Adults)."
    assert answer_from("What is the late fee for adults?", fees) == ""


@pytest.mark.parametrize(("above", "said"), [("Everybody has one.\n\n", "R3."), ("", "")])
def test_a_table_below_prose_is_whole_without_the_passage_before(above: str, said: str) -> None:
    rows = "\n".join(f"Role: R{n} | Delete: {'yes' if n == 3 else 'no'}" for n in range(40))
    roles = Source(
        passage_id="roles",
        document_id="roles",
        title="Roles",
        text=f"{above}{rows}\n\nAsk IT.",
        score=0.9,
        position=2,
        document_passage_count=4,
    )
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request("Which roles are allowed to delete?", [roles]))
    assert isinstance(evidence, Evidence)
    assert "".join(each.text for each in composed(evidence)) == said


HOURS = Source(
    passage_id="hours",
    document_id="hours",
    title="Opening hours of the pool",
    text=(
        "Day: Friday | Early swim: 06:30\u201308:00 | Public swim: 10:00\u201322:00 | Note: lanes\n"
        "Day: Saturday | Early swim: \u2013 | Public swim: 09:00\u201318:00 | Note: families\n"
        "Day: Sunday | Early swim: closed | Public swim: 09:00\u201317:00 | Note: quiet"
    ),
    score=0.9,
)


def test_when_it_is_open_on_a_day_is_told_by_the_columns_of_hours() -> None:
    told = answer_from("When is the pool open on Saturday?", HOURS)
    assert told == "Public swim: 09:00\u201318:00 (Saturday)."
    assert answer_from("When is the public swim open on Sunday?", HOURS).startswith(
        "Public swim: 09:00"
    )


STATIONS = Source(
    passage_id="stations",
    document_id="stations",
    title="stations",
    text=(
        "station_id: 101 | name: Tollgate | district: Old | max_days: 2 | check_months: 6\n"
        "station_id: 102 | name: Harbour Pier | district: Harbour | max_days: 3 | check_months: 6\n"
        "station_id: 104 | name: Central Station | district: Station Quarter | max_days: 1"
        " | check_months: 3\n"
        "station_id: 116 | name: Ferry Terminal | district: Harbour | max_days: 4 | check_months: 3"
    ),
)
ABSENCES = Source(
    passage_id="absences",
    document_id="absences",
    title="Other leave",
    text=(
        "Occasion: Own wedding | Days: 3\nOccasion: Death of partner, parent or child | Days: 5\n"
        "Occasion: Study leave | Days: 6"
    ),
)


def test_words_of_a_column_s_name_with_underscores_are_those_of_the_column() -> None:
    assert answer_from("How many stations are there in the Harbour district?", STATIONS).startswith(
        "2"
    )


def test_of_two_columns_that_both_last_none_is_how_long_it_takes() -> None:
    assert answer_from("How long can I leave a bike at Tollgate?", STATIONS) == ""


def test_two_rows_with_a_word_each_of_a_name_are_not_what_it_names() -> None:
    assert answer_from("How long is parental leave?", ABSENCES) == ""
    assert "6" in answer_from("How many days are there for study leave?", ABSENCES)


def test_a_thing_that_no_row_has_is_no_verb_that_rows_may_do_without() -> None:
    text = "Treatment: Vaccination | Animal: dog | Price: 61 EUR\nTreatment: X-ray | Price: 90 EUR"
    own = (0.5, 0.1)
    prices = Source(
        passage_id="p",
        document_id="p",
        title="Prices",
        text=text,
        score=0.5,
        sentences=units_scored(text, own),
    )
    assert answer_from("What does it cost to have a horse vaccinated?", prices) == ""
    assert "61" in answer_from("What does it cost to book vaccination?", prices)


def test_what_rows_name_is_told_of_all_of_them_if_nothing_else_is_asked() -> None:
    text = "Rank: Deckhand | May do: moor\nRank: Mate | May do: steer\nRank: Skipper | May do: all"
    ranks = Source(passage_id="r", document_id="r", title="Crews of the harbour", text=text)
    assert answer_from("What crew ranks are there?", ranks) == "Deckhand, Mate, Skipper."
    assert answer_from("Which ranks can a crew have on Sundays?", ranks) == ""
