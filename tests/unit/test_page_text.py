"""Paragraphs, headings and tables in what stands on printed pages."""

import sys
from collections.abc import Callable
from functools import partial

import pytest

from askmesh.ingestion.blocks import Block, Heading, KeyValue, LabelledRow, ListItem, Paragraph
from askmesh.ingestion.page_layout import in_reading_order
from askmesh.ingestion.page_margins import without_margins
from askmesh.ingestion.page_rows import Segment
from askmesh.ingestion.page_text import blocks_of_pages

FULL = "This line is as long as all the full lines of the page are,"
LETTER = 5.0


def line(
    text: str, top: float, left: float = 50, *, size: float = 10, bold: bool = False
) -> Segment:
    right = left + LETTER * len(text)
    return Segment(text, left, top, right, top + size, size, bold=bold)


def lines(text: str) -> list[Segment]:
    return [line(each, 12.0 * row) for row, each in enumerate(text.split("\n")) if each]


def blocks(*pages: list[Segment], **levels: int) -> list[Block]:
    kept = without_margins(pages)
    return list(blocks_of_pages([list(in_reading_order(page)) for page in kept], levels))


def test_lines_of_a_paragraph_are_joined() -> None:
    assert blocks(lines(f"{FULL}\nand it goes on.")) == [Paragraph(f"{FULL} and it goes on.")]


def test_a_short_last_line_ends_a_paragraph() -> None:
    page = lines(f"{FULL}\nhere it ends.\n{FULL}\nso does this.")
    assert blocks(page) == [
        Paragraph(f"{FULL} here it ends."),
        Paragraph(f"{FULL} so does this."),
    ]


def test_a_paragraph_goes_on_across_pages() -> None:
    assert blocks(lines(FULL), lines("and ends there.")) == [Paragraph(f"{FULL} and ends there.")]


def test_headings_are_the_lines_that_the_outline_names() -> None:
    page = lines(f"1.2 Setup\n{FULL}\nend.\nUse\nText.")
    assert blocks(page, Setup=2, Use=1) == [
        Heading(2, "1.2 Setup"),
        Paragraph(f"{FULL} end."),
        Heading(1, "Use"),
        Paragraph("Text."),
    ]


def test_without_an_outline_larger_and_bolder_lines_are_headings() -> None:
    page = [
        line("The press", 0, size=20),
        line("Stopping", 30, size=14),
        line(f"{FULL} wait.", 50),
        line("Note well", 70, bold=True),
        line(f"{FULL} stop.", 90),
    ]
    assert blocks(page) == [
        Heading(1, "The press"),
        Heading(2, "Stopping"),
        Paragraph(f"{FULL} wait."),
        Heading(3, "Note well"),
        Paragraph(f"{FULL} stop."),
    ]


def test_columns_are_read_one_after_the_other() -> None:
    left = [
        "The committee met on",
        "four days in spring and",
        "chose the builder",
        "who was cheapest.",
    ]
    right = ["The heating of the", "school is renewed in", "the next year by a", "heat pump."]
    page = [line("Bulletin of the whole school board and all of its friends", 0)]
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        page += [line(one, 20 + 12.0 * row), line(other, 20 + 12.0 * row, left=250)]
    assert [block.text for block in blocks(page) if isinstance(block, Paragraph)] == [
        "Bulletin of the whole school board and all of its friends",
        " ".join(left),
        " ".join(right),
    ]


def test_short_cells_in_columns_are_a_table() -> None:
    rows = [("Room", "Seats", "Floor"), ("Alder", "20", "3"), ("Birch", "8", "1")]
    page = [
        line(cell, 12.0 * row, left=50 + 100.0 * column)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    assert blocks(page) == [
        LabelledRow((("Room", "Alder"), ("Seats", "20"), ("Floor", "3"))),
        LabelledRow((("Room", "Birch"), ("Seats", "8"), ("Floor", "1"))),
    ]


def test_labels_and_what_is_filled_in_beside_them_are_keys_and_values() -> None:
    rows = [("Name:", "Ines Carvalho"), ("Zone:", "Harbour"), ("Valid until:", "31 August")]
    page = [
        line(cell, 12.0 * row, left=50 + 150.0 * column)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    assert blocks(page) == [
        KeyValue("Name: Ines Carvalho"),
        KeyValue("Zone: Harbour"),
        KeyValue("Valid until: 31 August"),
    ]


def test_what_stands_on_top_of_several_pages_and_page_numbers_are_left_out() -> None:
    pages = [lines(f"Chapter 1: Words {n}\nText of page number {n}.\n{n}") for n in (1, 2, 3)]
    texts = " ".join(block.text for block in blocks(*pages) if isinstance(block, Paragraph))
    assert texts == "Text of page number 1. Text of page number 2. Text of page number 3."


def test_headings_that_differ_in_a_number_are_no_margin_if_they_are_large() -> None:
    pages = [[line(f"Chapter {n}", 0, size=18), line(FULL, 30), line(FULL, 42)] for n in (1, 2, 3)]
    assert [each.text for each in blocks(*pages) if isinstance(each, Heading)] == [
        "Chapter 1", "Chapter 2", "Chapter 3"
    ]  # fmt: skip


def test_what_runs_along_two_pages_is_left_out_where_it_counts_them() -> None:
    pages = [
        [*lines(f"{FULL}\n{FULL} {word}."), line(f"REP-1, page {n} of 2", 60)]
        for n, word in ((1, "one"), (2, "two"))
    ]
    assert "REP-1" not in " ".join(block.text for block in blocks(*pages))


def test_lines_at_the_same_place_whose_numbers_do_not_count_the_pages_are_text() -> None:
    pages = [
        [line(f"Ticket {number}", 0), *(line(FULL, top) for top in (30, 42, 54))]
        for number in (310, 77, 105)
    ]
    texts = " ".join(block.text for block in blocks(*pages))
    assert all(f"Ticket {number}" in texts for number in (310, 77, 105))


def test_what_is_the_same_at_different_places_is_text() -> None:
    pages = [[line("As above.", top), line(FULL, 300), line(FULL, 312)] for top in (0, 50, 100)]
    assert " ".join(block.text for block in blocks(*pages)).count("As above.") == 3


def test_a_large_line_on_top_of_all_pages_stays_once() -> None:
    pages = [
        [line("Price list", 0, size=18), *lines(f"\n\n\n{FULL}\n{FULL} {word}.")]
        for word in ("one", "two", "three")
    ]
    assert [each for each in blocks(*pages) if isinstance(each, Heading)] == [
        Heading(1, "Price list")
    ]


def test_items_of_a_list_are_items() -> None:
    page = lines(f"{FULL}\nthese:\n\u2022 the first item, which is\nwrapped;\n\u2022 the second.")
    assert blocks(page) == [
        Paragraph(f"{FULL} these:"),
        ListItem("the first item, which is wrapped;"),
        ListItem("the second."),
    ]


def test_dots_that_lead_to_a_page_number_are_shortened() -> None:
    assert blocks(lines("Setup . . . . . . . . . 12")) == [Paragraph("Setup ... 12")]


def test_pages_without_text_have_no_blocks() -> None:
    assert blocks([], []) == []


def cells(top: float, *texts: str, apart: float = 150, bold: bool = False) -> list[Segment]:
    return [
        line(text, top, 50 + apart * place, bold=bold) for place, text in enumerate(texts) if text
    ]


def test_a_heading_above_a_table_is_none_of_its_rows() -> None:
    page = [
        line("4. Who repairs what", 0, bold=True),
        *cells(18, "Item", "By", "Limit", bold=True),
        *cells(36, "Tap", "Tenant", "none"),
        line("5. Damp", 66, bold=True),
        *(line(FULL, top) for top in (82, 94, 106)),
    ]
    found = blocks(page)
    assert found[:2] == [
        Heading(1, "4. Who repairs what"),
        LabelledRow((("Item", "Tap"), ("By", "Tenant"), ("Limit", "none"))),
    ]
    assert found[2] == Heading(1, "5. Damp")


def test_lines_nearer_than_the_rows_of_a_table_go_on_with_their_row() -> None:
    page = [
        *cells(0, "Plan", "Includes", "Answer"),
        *cells(20, "Basic", "help by", "2 days"),
        *cells(31, "plan", "telephone"),
        *cells(51, "Full", "visits", "4 hours"),
        *cells(71, "None", "", "never"),
    ]
    assert [block.text for block in blocks(page)] == [
        "Plan: Basic plan | Includes: help by telephone | Answer: 2 days",
        "Plan: Full | Includes: visits | Answer: 4 hours",
        "Plan: None | Answer: never",
    ]


def test_a_table_goes_on_with_the_next_page_and_its_header_is_told_once() -> None:
    head = cells(0, "Room", "Seats", "Floor", bold=True)
    first = [*head, *cells(20, "Alder", "20", "3")]
    second = [*head, *cells(20, "Birch", "8", "1")]
    third = cells(0, "Cedar", "110", "0") + cells(20, "Elm", "4", "2")
    assert [block.text for block in blocks(first, second, third)] == [
        "Room: Alder | Seats: 20 | Floor: 3",
        "Room: Birch | Seats: 8 | Floor: 1",
        "Room: Cedar | Seats: 110 | Floor: 0",
        "Room: Elm | Seats: 4 | Floor: 2",
    ]


def test_steps_with_bare_numbers_are_items_of_a_list() -> None:
    page = lines(f"1 {FULL}\n2 {FULL}\n3 Close the valve.")
    assert blocks(page) == [
        ListItem(FULL, 0, "1"),
        ListItem(FULL, 0, "2"),
        ListItem("Close the valve.", 0, "3"),
    ]


def test_dots_lead_from_things_to_their_prices() -> None:
    assert blocks(lines("Tea, a pot ....... 3.10\nCoffee ....... 2.40")) == [
        KeyValue("Tea, a pot ... 3.10"),
        KeyValue("Coffee ... 2.40"),
    ]


def test_a_table_within_a_column_of_text_is_a_table() -> None:
    left = [line("Text of the left column goes on.", 12.0 * row) for row in range(12)]
    right = [
        line("Text of the right one.", 12.0 * row, 300) for row in range(12) if row not in {4, 5, 6}
    ]
    table = [
        line(cell, 12.0 * row, 310 + 60 * column)
        for row, cells in enumerate([("Site", "Growth"), ("Moss", "4.1"), ("Elm", "2.2")], start=4)
        for column, cell in enumerate(cells)
    ]
    found = [block.text for block in blocks([*left, *right, *table])]
    assert found[-3:-1] == ["Site: Moss | Growth: 4.1", "Site: Elm | Growth: 2.2"]


def test_a_line_below_labels_and_values_does_not_join_their_columns() -> None:
    facts = cells(0, "Name", "Ida", "Number", "301") + cells(20, "Post", "desk", "Room", "open")
    facts += cells(40, "Start", "May", "Grade", "12")
    below = line("She has a key to the cold store, and is trained as a first aider.", 60)
    assert [block.text for block in blocks([*facts, below])] == [
        "Name: Ida", "Post: desk", "Start: May", "Number: 301", "Room: open", "Grade: 12",
        below.text,
    ]  # fmt: skip


@pytest.mark.parametrize("size", [10, 12])
def test_headings_on_top_of_pages_that_count_are_kept(size: float) -> None:
    pages = [
        [
            line(f"Day {number}", 0, size=size, bold=True),
            line(f"{FULL} {number}.", 20),
            line("Then it rains.", 32),
        ]
        for number in (1, 2, 3)
    ]
    headings = [block.text for block in blocks(*pages) if isinstance(block, Heading)]
    assert headings == ["Day 1", "Day 2", "Day 3"]


def test_a_bold_line_that_runs_along_pages_beside_their_numbers_is_left_out() -> None:
    pages = [
        [
            line(f"Handbook | Page {number}", 0, bold=True),
            line(f"{FULL} {number}.", 20),
            line("Then it rains.", 32),
        ]
        for number in (1, 2, 3)
    ]
    assert not any("Handbook" in block.text for block in blocks(*pages))


def test_a_number_alone_at_the_end_of_a_page_is_text_unless_it_counts_pages() -> None:
    page = lines(f"{FULL}\nCall us for help at any time:\n112")
    assert "112" in " ".join(block.text for block in blocks(page, lines(f"{FULL}\nit ends.\nNow.")))


def _one_column(row: int) -> list[Segment]:
    return [line(f"Row {row}", 12.0 * row)]


def _wide_and_divided(row: int) -> list[Segment]:
    if row % 2:
        return [line("A line that runs across the whole page", 12.0 * row)]
    return [line("Left", 12.0 * row), line("right", 12.0 * row, left=150)]


def _names_above_pairs(row: int) -> list[Segment]:
    if row % 2:
        return [line("Name", 12.0 * row, bold=True)]
    return [line("Left", 12.0 * row), line("right", 12.0 * row, left=150)]


def _prose_beside_prose(row: int) -> list[Segment]:
    words = "four words of text"
    return [line(words, 12.0 * row), line(words, 12.0 * row, left=250)]


def _columns_that_begin_late(row: int) -> list[Segment]:
    return _one_column(row) if row % 150 else _wide_and_divided(0)


@pytest.mark.parametrize(
    "row_of",
    [
        _one_column,
        _wide_and_divided,
        _names_above_pairs,
        _prose_beside_prose,
        _columns_that_begin_late,
    ],
)
def test_the_work_for_a_page_grows_with_its_rows(row_of: Callable[[int], list[Segment]]) -> None:
    short, tall = (_calls(partial(_arrange, row_of, rows)) for rows in (200, 1000))
    assert tall < 7.5 * short


def _arrange(row_of: Callable[[int], list[Segment]], rows: int) -> None:
    list(in_reading_order(segment for row in range(rows) for segment in row_of(row)))


def _calls(work: Callable[[], None]) -> int:
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
