"""Headings and columns of plain text that only its letters and its layout show."""

import pytest

from askmesh.ingestion.blocks import Block, Heading, KeyValue, ListItem, Paragraph
from askmesh.ingestion.text_reader import read_text


def _blocks(text: str) -> tuple[Block, ...]:
    return read_text(text).blocks


def test_a_line_in_capitals_right_above_prose_is_a_heading() -> None:
    assert _blocks("Valid now.\n\nTILL (all branches)\nCount it.\n\nSAFE\nLock it.") == (
        Paragraph("Valid now."),
        Heading(1, "TILL (all branches)"),
        Paragraph("Count it."),
        Heading(1, "SAFE"),
        Paragraph("Lock it."),
    )


def test_a_number_with_a_few_words_above_prose_or_another_list_is_a_heading() -> None:
    assert _blocks(
        "VANS\n\n1. Loading\nStrap each bicycle.\n\n2. Tour\n a) Check.\n b) Drive."
    ) == (
        Heading(1, "VANS"),
        Heading(2, "Loading"),
        Paragraph("Strap each bicycle."),
        Heading(2, "Tour"),
        ListItem("Check.", 0, "a"),
        ListItem("Drive.", 0, "b"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "1. Sign in\n2. Fetch the key",
        "1. Fetch the key from the desk\n   of the warden",
        "1. Fetch the key.\nThe warden has it.",
        "NEVER RUN\nIN THE HALL",
        "E7\nThe door is open.",
    ],
    ids=["items", "wrapped", "sentence", "shouted", "a code"],
)
def test_other_lines_above_lines_are_no_headings(text: str) -> None:
    assert not any(isinstance(block, Heading) for block in _blocks(f"Rules.\n\n{text}"))


def test_a_cell_as_wide_as_its_column_stands_apart_from_the_next() -> None:
    lines = (
        "TILL",
        "  up to 2 pounds    note it",
        "  2 up to 20 pounds tell the manager",
        "  above             tell us",
    )
    text = "\n".join(lines)
    assert _blocks(f"Rules.\n\n{text}")[2:] == (
        KeyValue("up to 2 pounds: note it"),
        KeyValue("2 up to 20 pounds: tell the manager"),
        KeyValue("above: tell us"),
    )


def test_settings_that_are_aligned_are_lines_below_the_name_of_their_section() -> None:
    queue = "[queue]\nworkers    = 12\nwhen full  = call us"
    assert _blocks(f"Runs daily.\n\n{queue}\n\n[mail]\nto = a@b.example\nby = 9") == (
        Paragraph("Runs daily."),
        Heading(1, "queue"),
        KeyValue("workers: 12"),
        KeyValue("when full: call us"),
        Heading(1, "mail"),
        KeyValue("to = a@b.example"),
        KeyValue("by = 9"),
    )


def test_numbered_headings_go_on_right_below_the_end_of_a_sentence() -> None:
    lines = "1. Mooring\nBoats moor at quay two.\n2. Fuel\nFuel is sold at quay five."
    assert read_text(lines).blocks == (
        Heading(1, "Mooring"),
        Paragraph("Boats moor at quay two."),
        Heading(1, "Fuel"),
        Paragraph("Fuel is sold at quay five."),
    )


def test_labels_on_lines_of_their_own_begin_sections() -> None:
    lines = "Opening hours:\nMonday to Friday.\nPrices:\nAdults pay 8 crowns.\nChildren pay 3."
    assert read_text(lines).blocks == (
        Paragraph("Opening hours: Monday to Friday."),
        Paragraph("Prices: Adults pay 8 crowns. Children pay 3."),
    )


def test_a_label_in_the_middle_of_a_sentence_begins_none() -> None:
    assert len(read_text("Prices:\nthere are two\nKinds:\nlow and high").blocks) == 1


def test_a_number_without_a_dot_stays_in_its_heading() -> None:
    blocks = _blocks("12 Main Street\nHull HU1 2AB\nPhone: 555 0101")
    assert blocks[0] == Heading(1, "12 Main Street")
