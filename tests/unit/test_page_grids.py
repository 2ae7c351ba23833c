"""Tables whose cells are divided by rules."""

from collections.abc import Sequence

from askmesh.ingestion.page_grids import with_cells
from askmesh.ingestion.page_layout import in_reading_order
from askmesh.ingestion.page_rows import Segment
from askmesh.ingestion.page_rules import Dividers, Rule
from askmesh.ingestion.page_text import blocks_of_pages

WIDTH, HEIGHT = 100.0, 40.0


def text(words: str, column: float, row: float, line: int = 0) -> Segment:
    left, top = column * WIDTH + 5, row * HEIGHT + 3 + 12 * line
    return Segment(words, left, top, left + 40, top + 10, 10)


def across(row: float, first: float, last: float) -> Rule:
    return Rule(first * WIDTH, row * HEIGHT, last * WIDTH, row * HEIGHT)


def down(column: float, first: float, last: float) -> Rule:
    return Rule(column * WIDTH, first * HEIGHT, column * WIDTH, last * HEIGHT)


def ruled(columns: int, rows: int) -> list[Rule]:
    return [
        *(across(row, 0, columns) for row in range(rows + 1)),
        *(down(column, 0, rows) for column in range(columns + 1)),
    ]


def texts(segments: Sequence[Segment], rules: Sequence[Rule]) -> list[str]:
    page = list(in_reading_order(with_cells(segments, rules)))
    return [block.text for block in blocks_of_pages([page], {})]


def test_lines_within_the_rules_of_a_cell_are_one_cell() -> None:
    segments = [
        text("Class", 0, 0), text("Covers", 1, 0), text("Days", 2, 0),
        text("P3", 0, 1), text("Dripping tap,", 1, 1), text("stiff window", 1, 1, 1),
        text("20", 2, 1),
    ]  # fmt: skip
    assert texts(segments, ruled(3, 2)) == [
        "Class: P3 | Covers: Dripping tap, stiff window | Days: 20"
    ]


def test_a_cell_is_told_in_each_place_that_it_spans() -> None:
    rules = [
        *(across(row, 0, 3) for row in (0, 2, 3)), across(1, 1, 3),
        *(down(column, 0, 3) for column in (0, 1, 3)), down(2, 1, 3),
    ]  # fmt: skip
    segments = [
        text("Tariff", 0, 0.5), text("Weekdays", 1.4, 0), text("Day", 1, 1), text("Night", 2, 1),
        text("Adult", 0, 2), text("12.00", 1, 2), text("9.00", 2, 2),
    ]  # fmt: skip
    assert texts(segments, rules) == ["Tariff: Adult | Weekdays Day: 12.00 | Weekdays Night: 9.00"]


def test_lines_are_rows_where_rules_divide_only_the_columns() -> None:
    rules = [across(0, 0, 3), across(1, 0, 3), across(4, 0, 3)]
    rules += [down(column, 0, 4) for column in range(4)]
    names = [("Tool", "Where", "Who"), ("Saw", "Shed", "Ana"), ("Drill", "Cellar", "Bo")]
    segments = [
        text(cell, column, row)
        for row, cells in enumerate(names)
        for column, cell in enumerate(cells)
    ]
    assert texts(segments, rules) == [
        "Tool: Saw | Where: Shed | Who: Ana",
        "Tool: Drill | Where: Cellar | Who: Bo",
    ]


def test_two_short_names_stand_above_what_comes_again() -> None:
    names = [("Item", "Responsible"), ("Tap", "Tenant"), ("Roof", "Landlord"), ("Seat", "Tenant")]
    names += [("Fence", "Tenant")]
    segments = [
        text(cell, column, row)
        for row, cells in enumerate(names)
        for column, cell in enumerate(cells)
    ]
    assert texts(segments, ruled(2, 5))[0] == "Item: Tap | Responsible: Tenant"


def test_labels_with_their_values_between_rules_have_no_header() -> None:
    names = [("Name", "Ines Carvalho"), ("Born", "4 May 1988"), ("Department", "Harbour works")]
    segments = [
        text(cell, column, row)
        for row, cells in enumerate(names)
        for column, cell in enumerate(cells)
    ]
    assert texts(segments, ruled(2, 3))[0] == "Name: Ines Carvalho"


def test_a_frame_is_no_table() -> None:
    rules = [across(0, 0, 3), across(4, 0, 3), down(0, 0, 4), down(3, 0, 4)]
    assert texts([text("Mind the step.", 0, 1)], rules) == ["Mind the step."]


def test_only_a_rule_at_the_height_of_a_line_divides_it() -> None:
    dividers = Dividers([down(1, 0, 2)])
    assert dividers.divide(95, 105, 20)
    assert not dividers.divide(95, 105, 100)
    assert not dividers.divide(110, 120, 20)
