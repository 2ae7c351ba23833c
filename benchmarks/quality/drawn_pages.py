"""PDF files drawn piece by piece, of the kinds that readers find hard, and what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

WIDTH, HEIGHT = 595, 842
_LINE = 14
_LEFT = [
    "The boiler of 1987 is replaced by a",
    "heat pump with 120 kilowatts in the",
    "summer, when the school is closed.",
    "The town pays two thirds of it.",
]
_MIDDLE = [
    "The board chose Harrow and Finch, as",
    "their offer was the cheapest one and",
    "their references were good. Two more",
    "builders had been asked as well.",
]
_RIGHT = [
    "Lessons go on in the hall, which has",
    "its own heating. Parents are told by",
    "letter in May. Questions are answered",
    "by the office on every weekday.",
]
_ROWS = [
    ("Room", "Seats", "Floor"),
    ("Alder", "20", "3"),
    ("Birch", "8", "1"),
    ("Cedar", "110", "0"),
]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text on a page: its place from the lower left corner, size, and turn in quarters."""

    x: float
    y: float
    text: str
    size: int = 11
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PDF of one kind, and the phrases that its text must have, white space aside."""

    kind: str
    content: bytes
    phrases: tuple[str, ...]


def drawings() -> Iterator[Drawing]:
    """Yield a file or two of every kind."""
    two = [*_across([_LEFT, _MIDDLE], [50, 310]), Piece(50, 790, "School bulletin", 18)]
    columns = ("replaced by a heat pump with 120 kilowatts in the summer", "as their offer was the")
    yield Drawing("columns", pdf(two), columns)
    three = _across([_LEFT, _MIDDLE, _RIGHT], [30, 215, 400], size=8)
    right = "which has its own heating. Parents are told"
    yield Drawing("columns", pdf(three), (*columns, right))
    unequal = _across([[*_LEFT, *_RIGHT], _MIDDLE], [50, 330])
    yield Drawing("columns", pdf(unequal), (*columns, "the hall, which has its own heating."))
    divided = [
        "Use --dry-run before the inspec-",
        "tion, and ask for the price-",
        "determining factors of n-",
        "tridecanal in the e-",
        "mail to the desk, which is well-",
        "known for it.",
    ]
    whole = ("before the inspection,", "price-determining", "n-tridecanal", "e-mail", "well-known")
    yield Drawing("hyphens", pdf(_down(divided)), ("--dry-run", *whole))
    joined = ["The \001nal o\002ce is on the \001fth \003oor.", "Its tra\002c is e\004ective."]
    plain = ("final office is on the fifth floor", "traffic is effective")
    yield Drawing("ligatures", pdf(_down(joined)), plain)
    lines = _down(_LEFT)
    straight = ("replaced by a heat pump with 120 kilowatts in the summer",)
    yield Drawing("turned pages", pdf(lines, rotate=90), straight)
    upwards = [Piece(200 + _LINE * at, 100, line, turn=1) for at, line in enumerate(_LEFT)]
    yield Drawing("turned pages", pdf(upwards), straight)
    over = [Piece(500, 300 + _LINE * at, line, turn=2) for at, line in enumerate(_LEFT)]
    yield Drawing("turned pages", pdf(over), straight)
    table = [
        Piece(60 + 150 * place, 700 - _LINE * 1.5 * at, cell)
        for at, row in enumerate(_ROWS)
        for place, cell in enumerate(row)
    ]
    cells = ("Room: Alder | Seats: 20 | Floor: 3", "Room: Cedar | Seats: 110 | Floor: 0")
    yield Drawing("tables", pdf(table), cells)
    labels = [Piece(60, 700, "Applicant:"), Piece(60, 660, "Licence plate:")]
    fields = [("a", "Ines Carvalho", 705), ("b", "KX 4410 Q", 665)]
    values = ("Applicant: Ines Carvalho", "Licence plate: KX 4410 Q")
    yield Drawing("form fields", pdf(labels, fields=fields), values)


def long_pdf(pages: int) -> bytes:
    """A file of many pages of prose."""
    return pdf(*[_down(_LEFT * 12) for _ in range(pages)])


def pdf(
    *pages: Sequence[Piece], rotate: int = 0, fields: Sequence[tuple[str, str, int]] = ()
) -> bytes:
    """A file of pages, with fields of a form at heights on the last one."""
    writer = PdfWriter()
    for pieces in pages:
        page = writer.add_blank_page(width=WIDTH, height=HEIGHT)
        page[NameObject("/Resources")] = _named(Font=_named(F1=_font()))
        stream = DecodedStreamObject()
        stream.set_data(b" ".join(map(_drawn, pieces)))
        # pypdf has no public way to add a stream.
        page[NameObject("/Contents")] = writer._add_object(stream)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        if rotate:
            page.rotate(rotate)
    if fields:
        _add_form(writer, fields)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _across(columns: Sequence[Sequence[str]], places: Sequence[int], size: int = 11) -> list[Piece]:
    """Columns drawn line by line across the page, as many programs write them."""
    return [
        Piece(place, 750 - _LINE * at, column[at], size)
        for at in range(max(map(len, columns)))
        for column, place in zip(columns, places, strict=True)
        if at < len(column)
    ]


def _down(lines: Sequence[str]) -> list[Piece]:
    return [Piece(50, 800 - _LINE * at, line) for at, line in enumerate(lines)]


def _drawn(piece: Piece) -> bytes:
    across, up = ((1, 0), (0, 1), (-1, 0))[piece.turn]
    matrix = f"{across} {up} {-up} {across} {piece.x} {piece.y} Tm"
    return f"BT /F1 {piece.size} Tf {matrix} ({piece.text}) Tj ET".encode("latin-1")


def _font() -> DictionaryObject:
    names = [NumberObject(1), *map(NameObject, ("/fi", "/ffi", "/fl", "/ff"))]
    encoding = _named(Type=NameObject("/Encoding"), Differences=ArrayObject(names))
    return _named(
        Type=NameObject("/Font"),
        Subtype=NameObject("/Type1"),
        BaseFont=NameObject("/Helvetica"),
        Encoding=encoding,
    )


def _add_form(writer: PdfWriter, fields: Sequence[tuple[str, str, int]]) -> None:
    page = writer.pages[-1]
    widgets = ArrayObject()
    for name, value, height in fields:
        box = ArrayObject([FloatObject(x) for x in (150, height - 8, 400, height + 8)])
        widget = _named(
            Type=NameObject("/Annot"), Subtype=NameObject("/Widget"), FT=NameObject("/Tx"),
            T=TextStringObject(name), V=TextStringObject(value), Rect=box,
        )  # fmt: skip
        widgets.append(writer._add_object(widget))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    page[NameObject("/Annots")] = widgets
    writer.root_object[NameObject("/AcroForm")] = _named(Fields=widgets)


def _named(**entries: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})
