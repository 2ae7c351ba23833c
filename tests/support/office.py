"""Small documents of office programs, books and e-mails."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

from email.message import EmailMessage
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.document import Document
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

_ROWS = (("Room", "Seats", "Floor"), ("Alder", "20", "3"))


def docx_file() -> bytes:
    """A letter with a heading, a list and a table."""
    document = docx.Document()
    document.core_properties.title = "Rooms"
    document.core_properties.author = "Ines Carvalho"
    document.add_heading("Booking", 1)
    document.add_paragraph("Book a room:")
    document.add_paragraph("by phone", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for row, cells in zip(table.rows, _ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return _saved(document.save)


def odt_file() -> bytes:
    """A text with a heading, a list in a list, a remark and a table."""
    row = "<t:table-row>{}</t:table-row>"
    cell = "<t:table-cell><x:p>{}</x:p></t:table-cell>"
    filling = '<t:table-cell t:number-columns-repeated="16000"/>'
    names, values = (row.format("".join(map(cell.format, cells)) + filling) for cells in _ROWS)
    table = f"<t:table-header-rows>{names}</t:table-header-rows>{values}"
    body = (
        '<x:h x:outline-level="1">Booking</x:h><x:p>Book<x:s/>a <x:span>room</x:span>:'
        "<o:annotation><x:p>Why?</x:p></o:annotation></x:p><x:list><x:list-item>"
        "<x:p>by phone</x:p><x:list><x:list-item><x:p>before noon</x:p></x:list-item></x:list>"
        f"</x:list-item></x:list><t:table>{table}</t:table>"
    )
    facts = "<d:title>Rooms</d:title><d:date>2024-02-11T08:00:00</d:date>"
    spaces = 'xmlns:o="urn:o" xmlns:x="urn:x" xmlns:t="urn:t" xmlns:d="urn:d"'
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(
            "content.xml", f"<o:d {spaces}><o:body><o:text>{body}</o:text></o:body></o:d>"
        )
        archive.writestr("meta.xml", f"<o:d {spaces}>{facts}</o:d>")
    return buffer.getvalue()


def xlsx_file() -> bytes:
    """A workbook with one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Rooms"
    for row in (("Room", "Seats"), ("Alder", 20), ("Birch", 8.5)):
        sheet.append(row)
    return _saved(workbook.save)


def pptx_file() -> bytes:
    """A presentation with one slide."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    assert slide.shapes.title is not None
    slide.shapes.title.text_frame.text = "Results"
    slide.placeholders[1].text_frame.text = "Sales rose by 4 %\nCosts fell"
    table = slide.shapes.add_table(2, 3, Inches(1), Inches(5), Inches(5), Inches(1)).table
    for row, cells in enumerate(_ROWS):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    return _saved(presentation.save)


def slide_show_file() -> bytes:
    """The same as a slide show, which begins when it is opened."""
    names = {"[Content_Types].xml": (b"presentation.main", b"slideshow.main")}
    buffer = BytesIO()
    with ZipFile(BytesIO(pptx_file())) as archive, ZipFile(buffer, "w") as copy:
        for name in archive.namelist():
            old, new = names.get(name, (b"", b""))
            copy.writestr(name, archive.read(name).replace(old, new) if old else archive.read(name))
    return buffer.getvalue()


def clauses_file() -> bytes:
    """A Word document with counted clauses, a heading in bold letters, and columns by tabs."""
    document = docx.Document()
    document.add_paragraph().add_run("Rooms").bold = True
    for text in ("Each room is locked.", "Keys are with the porter."):
        document.add_paragraph(text, style="List Number")
    for text in ("Monday\t8-17", "Tuesday\tclosed"):
        document.add_paragraph(text)
    return word_file(document)


def eml_file() -> bytes:
    """An e-mail with an attachment."""
    message = EmailMessage()
    message["From"] = "Odile Brandt <odile@farm.example>"
    message["To"] = "desk@farm.example"
    message["Date"] = "Fri, 09 Feb 2024 10:00:00 +0000"
    message["Subject"] = "Gate code"
    message.set_content("The new gate code is 4471.")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="map.png")
    return message.as_bytes()


def epub_file() -> bytes:
    """A book with one chapter."""
    container = '<container><rootfiles><rootfile full-path="OPS/a.opf"/></rootfiles></container>'
    package = (
        '<package><metadata xmlns:dc="x"><dc:title>Bees</dc:title><dc:creator>A. Bee</dc:creator>'
        '</metadata><manifest><item id="c" href="one.xhtml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>'
    )
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("OPS/a.opf", package)
        archive.writestr("OPS/one.xhtml", "<h1>One</h1><p>Bees dance.</p>")
    return buffer.getvalue()


def word_file(document: Document) -> bytes:
    """The bytes of a Word document."""
    return _saved(document.save)


def _saved(save: object) -> bytes:
    buffer = BytesIO()
    assert callable(save)
    save(buffer)
    return buffer.getvalue()
