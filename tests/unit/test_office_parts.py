"""What office documents hold besides paragraphs: controls, changes, notes, charts, merged cells."""

# The libraries ship no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false

from datetime import time, timedelta
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import ChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from askmesh.ingestion.blocks import Heading
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MediaType
from support.archives import zip_file
from support.reading import texts

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
MERGED: list[list[str | int | None]] = [
    ["Plan", "2023", None, "2024"],
    [None, "Q1", "Q2", "Q1"],
    ["Basic", 1, 2, 3],
    ["Pro", 5, 6, 7],
]
NAMES, LAST = "Sauna Pool Gym", "no yes no"
PLANS = [
    "Plan: Basic | 2023 Q1: 1 | 2023 Q2: 2 | 2024 Q1: 3",
    "Plan: Pro | 2023 Q1: 5 | 2023 Q2: 6 | 2024 Q1: 7",
]


def word(*parts: str) -> bytes:
    """A Word document whose body is made of `parts`."""
    document = docx.Document()
    for part in parts:
        space = nsdecls("w")
        document.element.body.insert(-1, parse_xml(part.replace(" ", f" {space} ", 1)))
    return saved(document)


def saved(document: object) -> bytes:
    buffer = BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def changed(content: bytes, old: bytes, new: bytes, **members: str) -> bytes:
    """A zipped document with other bytes in each of its members, and further members."""
    with ZipFile(BytesIO(content)) as archive:
        kept = {name: archive.read(name).replace(old, new) for name in archive.namelist()}
    return zip_file(kept | {f"word/{name}.xml": text.encode() for name, text in members.items()})


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ("<w:sdt ><w:sdtContent><w:p>{}</w:p></w:sdtContent></w:sdt>", ["Code 4711"]),
        ("<w:p ><w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt></w:p>", ["Code 4711"]),
        ("<w:p ><w:ins w:id='1' w:author='x'>{}</w:ins></w:p>", ["Code 4711"]),
        ("<w:p ><w:fldSimple w:instr='X'>{}</w:fldSimple></w:p>", ["Code 4711"]),
        ("<w:p ><w:moveFrom w:id='1' w:author='x'>{}</w:moveFrom>{}</w:p>", ["Code 4711"]),
        ("<w:p >{}<w:r><w:pict><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:pict></w:r></w:p>",
         ["Code 4711", "Code 4711"]),
        ("<w:tbl ><w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>", ["Code 4711"]),
    ],
)  # fmt: skip
def test_what_a_word_document_shows_is_read_wherever_it_stands(part: str, shown: list[str]) -> None:
    run = "<w:r><w:t>Code 4711</w:t></w:r>"
    assert texts(word(part.replace("{}", run)), MediaType.DOCX) == shown


def test_a_footnote_is_told_after_the_paragraph_in_which_it_hangs() -> None:
    space = nsdecls("w")
    note = "<w:p><w:r><w:t>Children pay half.</w:t></w:r></w:p>"
    content = word(
        "<w:p ><w:r><w:t>It is 40 euros.</w:t><w:footnoteReference w:id='2'/></w:r></w:p>",
        "<w:p ><w:r><w:t>Come early.</w:t></w:r></w:p>",
    )
    relation = (
        b'<Relationship Id="rIdN" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/footnotes" Target="/word/footnotes.xml"/><Relationship Id="rId1"'
    )
    content = changed(
        content,
        b'<Relationship Id="rId1"',
        relation,
        footnotes=f"<w:footnotes {space}><w:footnote w:id='2'>{note}</w:footnote></w:footnotes>",
    )
    assert texts(content, MediaType.DOCX) == [
        "It is 40 euros.", "Children pay half.", "Come early."
    ]  # fmt: skip


def test_a_word_document_with_macros_is_read() -> None:
    content = word("<w:p ><w:r><w:t>It is open.</w:t></w:r></w:p>")
    assert texts(changed(content, WORD.encode(), MACROS.encode()), MediaType.DOCX) == [
        "It is open."
    ]


def test_a_cell_of_word_may_span_any_number_of_rows_and_stand_in_a_control() -> None:
    cell = "<w:tc>{}<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    spanning = cell.format("<w:tcPr><w:vMerge w:val='restart'/></w:tcPr>", "North")
    below = cell.format("<w:tcPr><w:vMerge/></w:tcPr>", "")
    row = "<w:tr>{}<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt></w:tr>"
    rows = [row.format(spanning, cell.format("", "Moss 0"))]
    rows += [row.format(below, cell.format("", f"Moss {number}")) for number in range(1, 1500)]
    found = texts(word(f"<w:tbl >{''.join(rows)}</w:tbl>"), MediaType.DOCX)
    assert found[0] == "North: Moss 0"
    assert found[-1] == "North: Moss 1499"


def test_a_style_that_is_based_on_that_of_headings_is_one_of_headings() -> None:
    document = docx.Document()
    style = document.styles.add_style("Farm 2", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Vents", style="Farm 2")
    document.add_paragraph("Close them.")
    assert read(saved(document), MediaType.DOCX).blocks[0] == Heading(2, "Vents")


def test_figures_above_the_line_are_no_further_digits() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("About 10")
    paragraph.add_run("6").font.superscript = True
    assert texts(saved(document), MediaType.DOCX) == ["About 10\u2076"]


def test_merged_cells_stand_in_each_place_that_they_span() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in MERGED:
        sheet.append(row)
    for place in ("A1:A2", "B1:C1"):
        sheet.merge_cells(place)
    assert texts(saved(workbook), MediaType.XLSX)[1:] == PLANS


def test_a_row_is_told_with_the_title_that_a_merged_cell_above_it_is() -> None:
    workbook, document = Workbook(), docx.Document()
    sheet = workbook.active
    assert sheet is not None
    rows = [["Service", "Price", "Time"], ["Hair", "", ""], ["Cut", "28", "30 min"]]
    table = document.add_table(3, 3)
    for row, cells in zip(table.rows, rows, strict=True):
        sheet.append(cells)
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    sheet.merge_cells("A2:C2")
    table.cell(1, 0).merge(table.cell(1, 2))
    told = "Hair | Service: Cut | Price: 28 | Time: 30 min"
    assert texts(saved(document), MediaType.DOCX) == [told]
    assert texts(saved(workbook), MediaType.XLSX)[1:] == [told]


def test_equal_cells_of_word_that_are_not_merged_are_values() -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    for row, cells in zip(table.rows, [["Sauna", "Pool", "Gym"], ["yes"] * 3], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    assert texts(saved(document), MediaType.DOCX) == ["Sauna: yes | Pool: yes | Gym: yes"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("repeated", ["Sauna: yes | Pool: yes | Gym: yes", "Sauna: no | Pool: yes | Gym: no"]),
        ("spanned", ["yes | Sauna: no | Pool: yes | Gym: no"]),
    ],
)
def test_cells_that_are_repeated_are_values_and_one_that_spans_columns_a_title(
    written: str, told: list[str]
) -> None:
    cell, row = "<t:table-cell{}><x:p>{}</x:p></t:table-cell>", "<t:table-row>{}</t:table-row>"
    heads, last = ("".join(cell.format("", each) for each in row.split()) for row in (NAMES, LAST))
    middle = cell.format(f" t:number-columns-{written}='3'", "yes")
    rows = f"<t:table-header-rows>{row.format(heads)}</t:table-header-rows>"
    rows += row.format(middle) + row.format(last)
    spaces = 'xmlns:o="urn:o" xmlns:x="urn:x" xmlns:t="urn:t"'
    body = f"<o:d {spaces}><o:body><o:text><t:table>{rows}</t:table></o:text></o:body></o:d>"
    assert texts(zip_file({"content.xml": body.encode()}), MediaType.ODT) == told


def test_a_table_of_slides_and_its_charts_are_rows() -> None:
    presentation = Presentation()
    size = Inches(3)
    shapes = presentation.slides.add_slide(presentation.slide_layouts[6]).shapes
    table = shapes.add_table(4, 4, size, size, size, size).table
    for row, cells in enumerate(MERGED):
        for column, value in enumerate(cells):
            table.cell(row, column).text = str(value or "")
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    sales = ChartData()  # type: ignore[no-untyped-call]
    sales.categories = ["North", "South"]
    sales.add_series("Sales", (12, 34))  # type: ignore[no-untyped-call]
    shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, size, size, size, size, sales)
    assert texts(saved(presentation), MediaType.PPTX) == [
        *PLANS, "North | Sales: 12", "South | Sales: 34"
    ]  # fmt: skip


def test_numbers_of_a_sheet_have_their_units_and_formulas_without_values_are_told() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (("Item", "Discount", "Price"), ("Bolt", 0.25, 12.5), ("Nut", 0.1, "=B2*2")):
        sheet.append(row)
    sheet["B2"].number_format = sheet["B3"].number_format = "0%"
    sheet["C2"].number_format = "#,##0.00 [$\u20ac-407]"
    document = read(saved(workbook), MediaType.XLSX)
    assert [block.text for block in document.blocks[1:]] == [
        "Item: Bolt | Discount: 25 % | Price: 12.5 \u20ac", "Item: Nut | Discount: 10 %"
    ]  # fmt: skip
    assert document.notices[0].startswith("1 of its formulas have no values")


def test_lengths_of_time_and_units_in_quotes_are_told_as_the_sheet_shows_them() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Shift", "Begins", "Load"])
    sheet.append([timedelta(hours=30, minutes=15), time(6, 30), 12.5])
    sheet["C2"].number_format = '0.0" kg"'
    assert (
        texts(saved(workbook), MediaType.XLSX)[1] == "Shift: 30:15 | Begins: 06:30 | Load: 12.5 kg"
    )


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-90, "-0:01:30"), (-30, "-0:00:30"), (-3600, "-1:00"), (-5430, "-1:30:30")],
)
def test_a_length_of_time_below_zero_is_told_as_one_above_it_behind_its_sign(
    seconds: int, shown: str
) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Leg", "Gain"])
    sheet.append(["One", timedelta(seconds=seconds)])
    assert texts(saved(workbook), MediaType.XLSX)[1] == f"Leg: One | Gain: {shown}"


def test_a_sheet_without_rows_is_not_told() -> None:
    workbook = Workbook()
    workbook.create_sheet("Full").append(["Part", "Seal"])
    assert texts(saved(workbook), MediaType.XLSX) == ["Full", "Part | Seal"]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("Prices\n\nItem,Price\nBolt,3\n", ["Prices", "Item: Bolt | Price: 3"]),
        ("2024-01-02,12,a\n2024-01-03,14,b\n", ["2024-01-02 | 12 | a", "2024-01-03 | 14 | b"]),
        ("Town,2022,2023\nMoss,5,6\n", ["Town: Moss | 2022: 5 | 2023: 6"]),
        ("Report: stock\nPart;Stock\nSeal;2\nRing;1\n",
         ["Report: stock", "Part: Seal | Stock: 2", "Part: Ring | Stock: 1"]),
        ("Pier;Depth\nA;7,5\nB;9,25\n", ["Pier: A | Depth: 7,5", "Pier: B | Depth: 9,25"]),
        ("sep=;\nname;town\nIda;Moss\n", ["name: Ida | town: Moss"]),
        ("Owner,Ida\nDue,2024-05-06\nSeats,20\n", ["Owner: Ida", "Due: 2024-05-06", "Seats: 20"]),
        ("Staff\nName,Phone\nIda,1\n\nRooms\nRoom,Seats\nElm,9\n",
         ["Staff", "Name: Ida | Phone: 1", "Rooms", "Room: Elm | Seats: 9"]),
    ],
)  # fmt: skip
def test_a_sheet_tells_which_of_its_rows_names_the_columns(table: str, rows: list[str]) -> None:
    assert texts(table.encode(), MediaType.CSV) == rows


def test_a_cell_may_be_as_long_as_a_document() -> None:
    notes = "It is dry. " * 20_000
    assert texts(f"name,notes\nIda,{notes}\n".encode(), MediaType.CSV) == [
        f"name: Ida | notes: {notes.strip()}"
    ]


def test_an_rtf_document_has_rows_notes_and_facts() -> None:
    content = (
        rb"{\rtf1\ansi{\info{\title Looms}{\author Ida Brandt}{\creatim\yr2024\mo2\dy1}}"
        rb"\trowd\intbl Room\cell Seats\cell\row\trowd\intbl Elm\cell 9\cell\row "
        rb"It is dry.{\footnote Not in May.}\par}"
    )
    document = read(content, MediaType.RTF)
    assert document.title == "Looms"
    assert document.attributes == {"author": "Ida Brandt", "date": "2024-02-01"}
    assert [block.text for block in document.blocks[1:]] == [
        "Room: Elm | Seats: 9", "It is dry. Not in May."
    ]  # fmt: skip


def test_a_book_without_one_of_its_chapters_is_read_and_one_that_is_locked_is_refused() -> None:
    members = {
        "META-INF/container.xml": b'<c><rootfile full-path="a.opf"/></c>',
        "a.opf": (
            b'<package><manifest><item id="a" href="a.html"/><item id="b" href="b.html"/>'
            b'</manifest><itemref idref="a"/><itemref idref="b"/></package>'
        ),
        "a.html": b"<p>Bees dance.",
    }
    document = read(zip_file(members), MediaType.EPUB)
    assert [block.text for block in document.blocks] == ["Bees dance."]
    assert document.notices == ("1 of its 2 chapters are not in it.",)
    locks = {"META-INF/encryption.xml": b'<e><CipherReference URI="a.html"/></e>'}
    with pytest.raises(DocumentRefusedError, match="protected"):
        read(zip_file(members | locks), MediaType.EPUB)


def test_a_notebook_of_the_old_kind_is_read() -> None:
    content = (
        b'{"worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": ["Rain"]},'
        b'{"cell_type": "code", "input": ["x = 1"], "language": "python"}]}]}'
    )
    assert texts(content, MediaType.IPYNB) == ["Rain", "x = 1"]
