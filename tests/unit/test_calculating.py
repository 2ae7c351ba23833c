from dataclasses import replace

import pytest

from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.table import MISSING, source_table
from askmesh.summarization.values import Source, SourceSentence
from support.calculating import CAR_ROWS, CARS, KILNS, answer_from, said_from
from support.summaries import TIMID, WordCounter, assembly_limits, request

WHEELS = [
    Source(
        passage_id=name,
        document_id=name,
        title=f"Potter's wheel {name}",
        text=f"Speed: {speed} rpm\nPrice: {price} EUR\nMotor: belt",
    )
    for name, speed, price in (("W100", 200, 450), ("W200", 260, 790))
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Which kiln is heavier, Ada or Berta?",
            "Ada is heavier: 180 kg, against 95 kg for Berta.",
        ),
        ("Is Ada heavier than Cleo?", "No: Cleo is heavier: 0.3 t, against 180 kg for Ada."),
        ("Is Cleo heavier than Ada?", "Yes: Cleo is heavier: 0.3 t, against 180 kg for Ada."),
        (
            "Which is cheaper, Ada or Cleo?",
            "Both have the same rent: 25 EUR.",
        ),
        (
            "Which kiln has more weight, Ada or Berta?",
            "Ada has more weight: 180 kg, against 95 kg for Berta.",
        ),
        ("Which kiln is the heaviest?", "Cleo (0.3 t)."),
        ("Which kiln has the lowest rent?", "Ada (25 EUR), Cleo (25 EUR)."),
        (
            "What is the total rent of the kilns?",
            "90 EUR: Ada (25 EUR), Berta (40 EUR), Cleo (25 EUR).",
        ),
        ("What is the average rent of Ada and Berta?", "32.5 EUR: Ada (25 EUR), Berta (40 EUR)."),
        ("How many kilns are there?", "3: Ada, Berta, Cleo."),
        ("How many kilns have a window?", "2: Ada, Cleo."),
        ("Which kilns have no window?", "Berta."),
        ("Which kilns weigh less than 200 kg?", "Ada, Berta."),
        ("Which kilns have a rent of 25 EUR?", "Ada, Cleo."),
    ],
)
def test_questions_over_rows_are_answered_by_arithmetic(question: str, answer: str) -> None:
    assert answer_from(question) == answer


def test_what_is_calculated_quotes_the_first_of_its_rows() -> None:
    (said,) = said_from("Is Ada heavier than Cleo?")
    assert said.quote == said.units[0].own
    assert said.quote.startswith("Kiln: Cleo")


@pytest.mark.parametrize(
    "question",
    [
        "Which kiln in Norway is the heaviest?",
        "How many kilns are broken?",
        "How many windows are there in the town hall?",
    ],
)
def test_what_the_rows_do_not_say_or_need_no_arithmetic_for_is_left_to_others(
    question: str,
) -> None:
    assert answer_from(question) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which electric cars are in Bergen?", "B-1 Polestar 2, B-4 Kia Niro."),
        ("How many electric cars do we have?", "3: B-1 Polestar 2, B-3 VW Buzz, B-4 Kia Niro."),
        (
            "How many cars are in Bergen or Aarhus?",
            "4: B-1 Polestar 2, B-2 Skoda Octavia, B-3 VW Buzz, B-4 Kia Niro.",
        ),
        ("Which cars in Bergen are not electric?", "B-2 Skoda Octavia."),
        ("Which car in Bergen has the shortest range?", "B-4 Kia Niro (455 km)."),
        ("Which electric cars have a range over 420?", "B-1 Polestar 2, B-4 Kia Niro."),
        (
            "What is the range of the electric cars in Bergen?",
            "B-1 Polestar 2 (480), B-4 Kia Niro (455).",
        ),
        (
            "Which car has a longer range, the Polestar or the Niro?",
            "B-1 Polestar 2 has the longer range: 480 km, against 455 km for B-4 Kia Niro.",
        ),
        ("Which car has the most seats?", "B-3 VW Buzz (7)."),
        (
            "Which electric car in Bergen has the longer range?",
            "B-1 Polestar 2 has the longer range: 480 km, against 455 km for B-4 Kia Niro.",
        ),
        ("Which electric cars have more than 5 seats?", "B-3 VW Buzz."),
        (
            "How many seats do the electric cars have together?",
            "17: B-1 Polestar 2 (5), B-3 VW Buzz (7), B-4 Kia Niro (5).",
        ),
    ],
)
def test_rows_fulfil_all_conditions_that_stand_in_their_cells(question: str, answer: str) -> None:
    assert answer_from(question, CARS) == answer


def test_a_verb_that_no_row_has_does_no_harm_where_the_fitting_rows_were_ranked_best() -> None:
    lines = CAR_ROWS.splitlines()
    starts = [sum(len(line) + 1 for line in lines[:place]) for place in range(len(lines))]
    scores = [0.1 if "diesel" in line else 0.4 for line in lines]
    scored = replace(
        CARS,
        score=0.5,
        sentences=tuple(
            SourceSentence(start, start + len(line), score)
            for start, line, score in zip(starts, lines, scores, strict=True)
        ),
    )
    assert (
        answer_from("Which cars run electric?", scored)
        == "B-1 Polestar 2, B-3 VW Buzz, B-4 Kia Niro."
    )
    assert answer_from("Which rooms are electric?", scored) == ""
    better = Source(passage_id="b", document_id="b", text="Cars run electric in town.", score=0.9)
    assert answer_from("How many cars run electric?", scored, better) == ""
    assert answer_from("Which electric cars are broken?", scored) == ""


def test_rows_of_what_is_asked_for_count_before_rows_that_mention_it() -> None:
    staff = "Name: Freya | Role: product owner\nName: Hassan | Role: developer"
    products = "Product: Kettle K1 | Price: 39\nProduct: Kettle K2 | Price: 59"
    sources = [Source(passage_id=text, document_id=text, text=text) for text in (staff, products)]
    assert answer_from("How many products are there?", *sources) == "2: Kettle K1, Kettle K2."
    assert answer_from("Which product should I buy?", *sources) == ""


def test_conditions_may_stand_in_the_headings_above_the_rows() -> None:
    text = (
        "## Ostrel\nRoom: Heron | Seats: 8 | Video: yes\nRoom: Wren | Seats: 4 | Video: no\n\n"
        "## Minfield\nRoom: Finch | Seats: 12 | Video: yes\nRoom: Lark | Seats: 6 | Video: yes"
    )
    rooms = Source(passage_id="rooms", document_id="rooms", title="Meeting rooms", text=text)
    assert answer_from("Which rooms in Ostrel have video?", rooms) == "Heron."
    assert answer_from("How many meeting rooms are in Minfield?", rooms) == "2: Finch, Lark."
    assert answer_from("Which room in Minfield has the most seats?", rooms) == "Finch (12)."
    assert answer_from("How many rooms are in Bergen?", rooms) == ""


def test_amounts_of_different_kinds_are_not_compared() -> None:
    text = "Kiln: Ada | Weight: 180 kg\nKiln: Berta | Weight: 3 m"
    assert (
        answer_from("Which kiln is heavier, Ada or Berta?", Source(passage_id="k", text=text)) == ""
    )


def test_forms_with_the_same_fields_are_compared_like_rows() -> None:
    faster = "Which wheel is faster, W100 or W200?"
    assert answer_from(faster, *WHEELS) == (
        "Potter's wheel W200 is faster: 260 rpm, against 200 rpm for Potter's wheel W100."
    )


def test_forms_become_a_table_whose_rows_cite_their_documents() -> None:
    question = "Compare the two wheels in a table with price and colour"
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    asked = request(question, WHEELS, wants_table=True, table_columns=("price", "colour"))
    evidence = assembly.evidence(asked)
    assert isinstance(evidence, Evidence)
    table = source_table(evidence, asked.table_columns)
    assert table is not None
    assert list(table.columns) == ["Name", "Price", "colour"]
    assert [list(row.cells)[1:] for row in table.rows] == [
        ["450 EUR", MISSING],
        ["790 EUR", MISSING],
    ]
    assert [list(row.source_numbers) for row in table.rows] == [[1], [2]]


def test_an_arithmetic_answer_cites_the_rows_that_it_compares() -> None:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    evidence = assembly.evidence(request("Which kiln is heavier, Ada or Berta?", [KILNS]))
    assert isinstance(evidence, Evidence)
    (said,) = evidence.said
    assert [item.own.partition(" | ")[0] for item in said.units] == ["Kiln: Ada", "Kiln: Berta"]


def test_what_is_compared_of_forms_cites_the_lines_of_that_field_alone() -> None:
    (said,) = said_from("Which wheel is more expensive, W100 or W200?", *WHEELS)
    assert [item.own for item in said.units] == ["Price: 790 EUR", "Price: 450 EUR"]


BARGES = Source(
    passage_id="barges",
    document_id="barges",
    title="Barges",
    text=(
        "Barge: Nora | Load: 1,200 t | Crew: 3 | Home: Ulm | Crane: no\n"
        "Barge: Olga | Load: 800 t | Crew: 3 | Home: Graz | Crane: no"
    ),
)


def test_marks_of_thousands_are_no_cents() -> None:
    total = "2000 t: Nora (1,200 t), Olga (800 t)."
    assert answer_from("What is the total load of the barges?", BARGES) == total


def test_none_of_the_rows_is_an_answer_that_cites_them_all() -> None:
    (said,) = said_from("How many barges have a crane?", BARGES)
    assert (said.text, len(said.units)) == ("0.", 2)


def test_a_cell_is_told_of_the_row_that_two_of_its_cells_name_though_no_sentence_asks() -> None:
    rows = "\n".join(
        f"No.: {number} | Kind: {kind} | Form: {form} | Price: {price} EUR"
        for number, kind, form, price in (
            ("T-1", "Tent", "Dome", 80),
            ("T-2", "Tent", "Tunnel", 95),
            ("S-1", "Stove", "Dome", 30),
        )
    )
    source = Source(passage_id="camp", document_id="camp", title="camp", text=rows)
    assert answer_from("price of the tunnel tent", source) == "Price: 95 EUR (Tent, Tunnel)."


MEMBERSHIPS = (
    "Membership: Solo Otter | Covers: 1 adult | Per year: $68 | Guest passes: 1\n"
    "Membership: Duo Gibbon | Covers: 2 adults | Per year: $112 | Guest passes: 2"
)
TEAM = (
    "Name: Piotr Zielak | Role: repairs | Since: 2017 | Reports to: Tamsin Okoro\n"
    "Name: Tamsin Okoro | Role: designer | Since: 2018 | Reports to: Benedikt Halloran"
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What's the cheapest membership?", "Solo Otter ($68)."),
        ("Which is dearer, Solo Otter or Duo Gibbon?", "Duo Gibbon is dearer: $112, against $68"),
    ],
)
def test_what_is_cheapest_is_told_by_the_only_column_of_money(question: str, answer: str) -> None:
    assert answer_from(question, replace(CARS, title="Zoo", text=MEMBERSHIPS)).startswith(answer)


def test_of_two_columns_of_money_none_says_what_is_cheapest() -> None:
    both = MEMBERSHIPS.replace("Guest passes: ", "Per month: $")
    assert answer_from("What's the cheapest membership?", replace(CARS, text=both)) == ""


@pytest.mark.parametrize(
    "question", ["Who has worked here the longest?", "Who is the longest-serving member of staff?"]
)
def test_who_has_been_there_longest_is_there_since_the_earliest_year(question: str) -> None:
    team = replace(CARS, title="Team", text=TEAM)
    assert answer_from(question, team) == "Piotr Zielak (2017)."
    assert answer_from("How long is the longest shift?", team) == ""


def test_a_row_with_a_code_for_its_name_is_told_with_what_it_is() -> None:
    rows = (
        "code: A1 | item: Gown with a hoop | price: 68\n"
        "code: A2 | item: Half mask of a fox, tail | price: 14"
    )
    costumes = replace(CARS, title="Costumes", text=rows)
    assert (
        answer_from("Which costume is the cheapest?", costumes)
        == "A2 Half mask of a fox, tail (14)."
    )
