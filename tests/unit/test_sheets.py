"""What stands on a sheet: titles, tables below and beside each other, and facts."""

from askmesh.ingestion.sheets import blocks_of_sheet
from askmesh.ingestion.table_sections import over_columns

KEYS = [["Key", "Holder"], ["K1", "Ida"], ["K2", "Per"]]
CARS = [["Car", "Plate", "Seats"], ["Van", "KX 44", "3"], ["Bus", "KX 45", "20"]]


def sheet(*rows: list[str]) -> list[str]:
    return [block.text for block in blocks_of_sheet(rows)]


def test_a_title_over_all_columns_names_none_of_them() -> None:
    rows = [
        over_columns("Rooms", 3),
        [],
        ["Room", "Seats", "Floor"],
        ["Elm", "20", "3"],
        ["Oak", "8", "1"],
    ]
    assert sheet(*rows)[:2] == ["Rooms", "Room: Elm | Seats: 20 | Floor: 3"]


def test_equal_words_in_all_columns_are_a_row_of_values() -> None:
    rows = [["From", "To"], ["Berlin", "Hamburg"], ["Paris", "Paris"], ["Rome", "Milan"]]
    assert sheet(*rows) == [
        "From: Berlin | To: Hamburg", "From: Paris | To: Paris", "From: Rome | To: Milan"
    ]  # fmt: skip


def test_tables_beside_each_other_are_told_one_after_the_other() -> None:
    rows = [[*key, "", *car] for key, car in zip(KEYS, CARS, strict=True)]
    assert sheet(*rows) == [
        "Key: K1 | Holder: Ida",
        "Key: K2 | Holder: Per",
        "Car: Van | Plate: KX 44 | Seats: 3",
        "Car: Bus | Plate: KX 45 | Seats: 20",
    ]


def test_a_column_left_empty_within_a_table_does_not_divide_it() -> None:
    rows = [["Town", "Area", "", "2024", "2025"], ["Moss", "5", "", "1", "2"]]
    assert sheet(*rows) == ["Town: Moss | Area: 5 | 2024: 1 | 2025: 2"]


def test_names_of_columns_below_an_empty_row_begin_a_table() -> None:
    assert sheet(*KEYS, [], *CARS)[2] == "Car: Van | Plate: KX 44 | Seats: 3"


def test_rows_below_an_empty_row_go_on_with_their_table() -> None:
    rows = [["Name", "Post", "Phone"], ["Ida", "desk", "12"], [], ["Per", "gate", ""]]
    assert sheet(*rows)[-1] == "Name: Per | Post: gate"


def test_labels_with_values_beside_each_other_are_facts() -> None:
    rows = [
        ["Order form"],
        ["Customer:", "Lind", "", "Number:", "4711"],
        ["Gate:", "3", "", "Date:", "2026-02-03"],
    ]
    assert sheet(*rows) == [
        "Order form", "Customer: Lind", "Gate: 3", "Number: 4711", "Date: 2026-02-03"
    ]  # fmt: skip


def test_lines_above_a_table_are_no_table() -> None:
    rows = [["Stock list"], ["Made on Monday"], [], ["Part", "Stock"], ["Seal", "200"]]
    assert sheet(*rows) == ["Stock list", "Made on Monday", "Part: Seal | Stock: 200"]
