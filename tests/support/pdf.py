"""Small PDF files."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

FONT = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    }
)


def pdf(
    pages: Sequence[str], *, title: str = "", password: str | None = None, owner: str = ""
) -> bytes:
    """A PDF with one page for each text, each of its lines on a line; encrypted by AES or not."""
    writer = PdfWriter()
    for text in pages:
        lines = "".join(f"({line}) Tj T* " for line in text.splitlines())
        _add_page(writer, f"BT /F1 11 Tf 14 TL 50 800 Td {lines}ET")
    if title:
        writer.add_metadata({"/Title": title})
    if password is not None:
        writer.encrypt(password, owner or password, algorithm="AES-256")
    return _written(writer)


def drawn_pdf(drawn: str) -> bytes:
    """A PDF with one page, on which stands what operators draw; /F1 is its font."""
    writer = PdfWriter()
    _add_page(writer, drawn)
    return _written(writer)


def form_pdf(printed: str, fields: Sequence[tuple[str, str, int, int]]) -> bytes:
    """A PDF with a form: what operators draw, and fields with name, value, left and bottom."""
    writer = PdfWriter()
    _add_page(writer, printed)
    widgets = ArrayObject()
    for name, value, left, bottom in fields:
        sides = (left, bottom, left + 150, bottom + 16)
        widget = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Tx"),
                NameObject("/T"): TextStringObject(name),
                NameObject("/V"): TextStringObject(value),
                NameObject("/Rect"): ArrayObject(map(FloatObject, sides)),
            }
        )
        widgets.append(writer._add_object(widget))  # pyright: ignore[reportPrivateUsage] # as below
    writer.pages[0][NameObject("/Annots")] = widgets
    form = DictionaryObject({NameObject("/Fields"): widgets})
    writer.root_object[NameObject("/AcroForm")] = form
    return _written(writer)


def ruled_pdf(rows: Sequence[Sequence[str]], *, turn: int = 0) -> bytes:
    """A PDF with one table, each of its cells in a box, on a page that may be turned."""
    writer = PdfWriter()
    drawn = [
        f"{50 + 100 * column} {740 - 20 * row} 100 20 re S "
        f"BT /F1 11 Tf {55 + 100 * column} {746 - 20 * row} Td ({cell}) Tj ET"
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    across, up = ((1, 0), (0, 1))[turn]
    _add_page(writer, f"q {across} {up} {-up} {across} {842 * up} 0 cm {' '.join(drawn)} Q")
    return _written(writer)


def scanned_pdf(pages: Sequence[str]) -> bytes:
    """A PDF with one picture for each text, drawn in letters of a usual size."""
    font = ImageFont.load_default(size=34)
    pictures: list[Image.Image] = []
    for text in pages:
        picture = Image.new("L", (1240, 1754), 255)
        ImageDraw.Draw(picture).multiline_text((110, 120), text, fill=0, font=font, spacing=16)
        pictures.append(picture)
    buffer = BytesIO()
    pictures[0].save(buffer, "PDF", resolution=150, save_all=True, append_images=pictures[1:])
    return buffer.getvalue()


def _add_page(writer: PdfWriter, drawn: str) -> None:
    page = writer.add_blank_page(width=842, height=842)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): FONT})}
    )
    # pypdf has no public way to add a stream.
    contents = writer._add_object(_stream(drawn.encode()))  # pyright: ignore[reportPrivateUsage]
    page[NameObject("/Contents")] = contents


def _stream(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream


def _written(writer: PdfWriter) -> bytes:
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
