"""Paragraphs of Word: numbers that it counts, headings in bold letters, columns made by tabs."""

# The libraries ship no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import sys
from collections.abc import Callable
from types import FrameType

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from askmesh.ingestion.blocks import Heading, KeyValue, ListItem, Paragraph
from askmesh.ingestion.reading import read
from askmesh.uploads import MediaType
from support.office import word_file
from support.reading import texts

PROSE = "It is closed on Sundays and on the first Monday of each month."
MATH = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"


def numbered(document: Document, *levels: str) -> None:
    """Add a list, 77, to a document, whose levels are written as `levels`."""
    forms = [
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{form}'/>"
        f"<w:lvlText w:val='{text}'/></w:lvl>"
        for at, (form, text) in enumerate(level.split("|") for level in levels)
    ]
    space = nsdecls("w")
    root = document.part.numbering_part.element
    root.insert(
        0,
        parse_xml(f"<w:abstractNum {space} w:abstractNumId='77'>{''.join(forms)}</w:abstractNum>"),
    )
    root.append(parse_xml(f"<w:num {space} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"))


def add(document: Document, text: str, level: int, style: str | None = None) -> None:
    """Add a paragraph of the list."""
    properties = document.add_paragraph(text, style=style)._p.get_or_add_pPr()  # pyright: ignore[reportPrivateUsage]
    properties.append(
        parse_xml(
            f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{level}'/><w:numId w:val='77'/></w:numPr>"
        )
    )


def test_headings_and_items_have_the_numbers_that_word_counts() -> None:
    document = docx.Document()
    numbered(document, "decimal|%1", "decimal|%1.%2", "lowerLetter|(%3)")
    add(document, "Purpose", 0, "Heading 1")
    add(document, "Travel", 0, "Heading 1")
    add(document, "Booking", 1, "Heading 2")
    add(document, "Second class", 2)
    add(document, "First class", 2)
    add(document, "Meals", 1, "Heading 2")
    add(document, "Lunch", 2)
    assert read(word_file(document), MediaType.DOCX).blocks == (
        Heading(1, "1 Purpose"),
        Heading(1, "2 Travel"),
        Heading(2, "2.1 Booking"),
        ListItem("Second class", 2, "a"),
        ListItem("First class", 2, "b"),
        Heading(2, "2.2 Meals"),
        ListItem("Lunch", 2, "a"),
    )


@pytest.mark.parametrize(
    ("form", "ninth"),
    [
        ("upperRoman|%1.", "IX"), ("upperLetter|%1)", "I"), ("decimalZero|%1", "09"),
        ("decimal|Article %1", "Article 9"), ("bullet|-", ""),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_list_says(form: str, ninth: str) -> None:
    document = docx.Document()
    numbered(document, form)
    for _ in range(9):
        add(document, "A clause", 0)
    assert read(word_file(document), MediaType.DOCX).blocks[-1] == ListItem("A clause", 0, ninth)


def test_short_paragraphs_in_bold_letters_are_headings() -> None:
    document = docx.Document()
    document.add_heading("Guide", 1)
    document.add_paragraph().add_run("Opening times").bold = True
    document.add_paragraph(PROSE)
    run_in = document.add_paragraph()
    run_in.add_run("Fees: ").bold = True
    run_in.add_run("2 euros a day.")
    assert read(word_file(document), MediaType.DOCX).blocks == (
        Heading(1, "Guide"),
        Heading(2, "Opening times"),
        Paragraph(PROSE),
        Paragraph("Fees: 2 euros a day."),
    )


def test_points_of_a_list_in_bold_letters_are_no_headings_and_numbered_ones_are() -> None:
    document = docx.Document()
    for text in ("Passport", "Towel"):
        document.add_paragraph(style="List Bullet").add_run(text).bold = True
    document.add_paragraph(style="List Number").add_run("Fees").bold = True
    document.add_paragraph(PROSE)
    assert read(word_file(document), MediaType.DOCX).blocks == (
        ListItem("Passport"), ListItem("Towel"), Heading(1, "1 Fees"), Paragraph(PROSE)
    )  # fmt: skip


def test_where_everything_is_bold_nothing_is_a_heading_for_that() -> None:
    document = docx.Document()
    for text in ("Opening times", PROSE):
        document.add_paragraph().add_run(text).bold = True
    assert read(word_file(document), MediaType.DOCX).blocks[0] == Paragraph("Opening times")


def test_paragraphs_with_tabs_are_rows() -> None:
    document = docx.Document()
    for text in ("Monday\t8-17", "Tuesday\t\tclosed", "A tab\talone, then two", "a\tb\tc"):
        document.add_paragraph(text)
    assert read(word_file(document), MediaType.DOCX).blocks == (
        KeyValue("Monday: 8-17"),
        KeyValue("Tuesday: closed"),
        KeyValue("A tab: alone, then two"),
        Paragraph("a b c"),
    )


def test_a_sign_or_number_before_a_tab_begins_an_item_of_a_list() -> None:
    document = docx.Document()
    for text in ("-\tOpen the valve", "-\tDrain it", "1.\tClose it", "a)\tgently"):
        document.add_paragraph(text)
    for text in ("1.1\tThe supplier shall pay.", "1.12.\tThe buyer shall wait."):
        document.add_paragraph(text)
    assert read(word_file(document), MediaType.DOCX).blocks == (
        ListItem("Open the valve"),
        ListItem("Drain it"),
        ListItem("Close it", 0, "1"),
        ListItem("gently", 0, "a"),
        ListItem("The supplier shall pay.", 0, "1.1"),
        ListItem("The buyer shall wait.", 0, "1.12"),
    )


def test_numbers_before_several_columns_and_times_are_rows() -> None:
    document = docx.Document()
    for text in ("1.\tAnna\t23:15", "2.\tBen\t24:10"):
        document.add_paragraph(text)
    document.add_paragraph("Talks:")
    for text in ("9.00\tWelcome", "9.15\tFirst talk"):
        document.add_paragraph(text)
    assert texts(word_file(document), MediaType.DOCX) == [
        "1. | Anna | 23:15", "2. | Ben | 24:10", "Talks:", "9.00: Welcome", "9.15: First talk"
    ]  # fmt: skip


def _look_ups(paragraphs: int) -> int:
    """Return how many calls look up styles, in a document of so many paragraphs."""
    document, calls = docx.Document(), 0
    for number in range(paragraphs):
        document.add_paragraph(f"Room {number} is\topen.", style="Body Text")
    content = word_file(document)

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_globals["__name__"] == "docx.styles.styles"

    sys.setprofile(count)
    try:
        read(content, MediaType.DOCX)
    finally:
        sys.setprofile(None)
    return calls


def test_a_style_is_looked_up_once_for_all_paragraphs_that_have_it() -> None:
    assert 0 < _look_ups(40) == _look_ups(4)


def test_a_first_row_in_bold_letters_names_the_columns() -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, cells in zip(
        table.rows, [("Boat", "Berth"), ("Otter", "A"), ("Seal", "B")], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.paragraphs[0].add_run(text).bold = text in {"Boat", "Berth"}
    assert texts(word_file(document), MediaType.DOCX)[0] == "Boat: Otter | Berth: A"


def struck(document: Document) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run("5 euros ").font.strike = True
    paragraph.add_run("6 euros")


def hidden(document: Document) -> None:
    paragraph = document.add_paragraph("6 euros")
    paragraph.add_run(", once 5").font.hidden = True


@pytest.mark.parametrize("added", [struck, hidden])
def test_what_is_struck_out_or_hidden_is_not_read(added: Callable[[Document], None]) -> None:
    document = docx.Document()
    added(document)
    assert texts(word_file(document), MediaType.DOCX) == ["6 euros"]


def test_formulas_are_read_with_their_exponents() -> None:
    document = docx.Document()
    document.add_paragraph("The area is ")._p.append(  # pyright: ignore[reportPrivateUsage]
        parse_xml(
            f"<m:oMath {MATH}><m:r><m:t>r</m:t></m:r><m:sSup><m:sup><m:r><m:t>2</m:t></m:r>"
            "</m:sup></m:sSup></m:oMath>"
        )
    )
    assert texts(word_file(document), MediaType.DOCX) == ["The area is r\u00b2"]
