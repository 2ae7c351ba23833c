"""Rows of tables: their sections, titles and notes, and labels with values side by side."""

import pytest

from askmesh.ingestion.table_sections import over_columns, spanning
from askmesh.ingestion.tables import Cell, rows_of, rows_with_headers, spread

HEAD = ["Service", "Price", "Time"]
CUT, ROOTS = ["Cut", "28", "30 min"], ["Roots", "55", "90 min"]


def rows(*table: list[str]) -> list[str]:
    return [block.text for block in rows_of(table)]


@pytest.mark.parametrize(
    ("hair", "colour"),
    [
        (over_columns("Hair", 3), over_columns("Colour", 3)),
        (["Hair", "", ""], ["Colour", "", ""]),
        (["Hair"], ["Colour"]),
    ],
)
def test_a_row_is_told_with_the_title_of_its_section(hair: list[str], colour: list[str]) -> None:
    assert rows(HEAD, hair, CUT, colour, ROOTS) == [
        "Hair | Service: Cut | Price: 28 | Time: 30 min",
        "Colour | Service: Roots | Price: 55 | Time: 90 min",
    ]


def test_a_total_below_all_sections_is_of_none() -> None:
    table = [["Hair"], CUT, ["Colour"], ROOTS, ["Total", "83", ""]]
    assert list(rows_with_headers([HEAD], table))[-1].text == "Service: Total | Price: 83"


def test_rows_that_only_lack_values_are_no_titles() -> None:
    table = [HEAD, CUT, ["Perm", "", ""], ROOTS, ["Wig", "", ""]]
    assert rows(*table)[1:] == [
        "Service: Perm", "Service: Roots | Price: 55 | Time: 90 min", "Service: Wig"
    ]  # fmt: skip


def test_what_spans_all_columns_is_a_title_above_and_a_note_below() -> None:
    note = "Times are about right."
    assert rows(over_columns("Salon", 3), HEAD, CUT, ROOTS, over_columns(note, 3)) == [
        "Salon",
        "Service: Cut | Price: 28 | Time: 30 min",
        "Service: Roots | Price: 55 | Time: 90 min",
        note,
    ]


def test_a_cell_spans_all_columns_in_each_row_that_it_spans() -> None:
    grid = spread([[Cell("Hair", 3, 2)], [], [Cell("Cut"), Cell("28")]])
    assert [spanning([cell.text for cell in row]) for row in grid] == ["Hair", "Hair", ""]


def test_equal_words_beside_each_other_are_values() -> None:
    assert rows(["From", "To", "By"], ["Paris", "Paris", "Paris"], ["Rome", "Milan", "rail"]) == [
        "From: Paris | To: Paris | By: Paris", "From: Rome | To: Milan | By: rail"
    ]  # fmt: skip
    assert rows(["Sauna", "Pool", "Gym"], ["yes", "yes", "yes"]) == [
        "Sauna: yes | Pool: yes | Gym: yes"
    ]


def test_equal_cells_that_go_on_below_are_values_in_each_row() -> None:
    grid = spread([[Cell("yes", down=2), Cell("yes", down=2)], []])
    assert [spanning([cell.text for cell in row]) for row in grid] == ["", ""]


def test_equal_numbers_are_values() -> None:
    assert rows(["A", "B", "C"], ["1", "2", "3"], ["0", "0", "0"])[-1] == "A: 0 | B: 0 | C: 0"


def test_a_title_over_labels_and_values_stands_above_them() -> None:
    assert rows(over_columns("Person", 2), ["Name", "Ida"], ["Post", "Post 3"]) == [
        "Person", "Name: Ida", "Post: Post 3"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        [["Name:", "Ida", "Grade:", "B"], ["Post:", "stores", "Room:", "C"]],
        [["Name", "Ida", "Grade", "12"], ["Post", "stores", "Room", "ask"]],
    ],
)
def test_labels_with_their_values_side_by_side_are_told_column_by_column(
    table: list[list[str]],
) -> None:
    assert [line.partition(":")[0] for line in rows(*table)] == ["Name", "Post", "Grade", "Room"]


def test_names_in_order_beside_their_numbers_are_a_directory() -> None:
    table = [["Abel", "201", "Cole", "215"], ["Brun", "202", "Dahl", "233"]]
    assert rows(*table) == ["Abel: 201", "Brun: 202", "Cole: 215", "Dahl: 233"]
    scores = [["Tigers", "3", "Lions", "1"], ["Bears", "0", "Otters", "2"]]
    assert rows(*scores)[0] == "Tigers | 3 | Lions | 1"


def test_cells_that_are_labels_with_values_are_keys_and_values() -> None:
    assert rows(["Day: Monday", "Time: 8"], ["Place: yard", ""]) == [
        "Day: Monday", "Time: 8", "Place: yard"
    ]  # fmt: skip


def test_the_columns_of_a_week_have_the_whole_names_of_its_days() -> None:
    week = ["mon", "tues", "Wed.", "thu", "fri", "sat", "sun"]
    (row,) = rows_with_headers([["branch", *week]], [["Quay", *"1234567"]])
    assert row.text.endswith("Thursday: 4 | Friday: 5 | Saturday: 6 | Sunday: 7")
    (row,) = rows_with_headers([["plant", "sun", "water"]], [["Fern", "no", "much"]])
    assert row.text == "plant: Fern | sun: no | water: much"
