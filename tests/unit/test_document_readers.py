"""What holds for the readers of all forms: what they clean, complete and refuse."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from askmesh.ingestion.blocks import Paragraph
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.signatures import media_type_of
from askmesh.uploads import MediaType
from support.office import docx_file, xlsx_file
from support.reading import refusal, text


def test_a_greeting_in_an_email_is_no_heading() -> None:
    message = b"Subject: Storm\n\nHi all\n\nClose the vents.\n"
    assert Paragraph("Hi all") in read(message, MediaType.EML).blocks


def test_ligatures_are_taken_apart_and_identifiers_stay() -> None:
    document = text("The \ufb01nal o\ufb03ce has 20 m\u00b2, see \uff76 and H\u2082O.")
    assert document.blocks == (
        Paragraph("The final office has 20 m\u00b2, see \uff76 and H\u2082O."),
    )


def test_a_page_in_the_place_of_a_pdf_is_named() -> None:
    with pytest.raises(DocumentRefusedError, match="an HTML page"):
        read(b"<!DOCTYPE html><p>Not found", MediaType.PDF)


def test_an_office_file_with_a_password_is_refused_with_what_to_do() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentRefusedError, match="save it without one"):
        read(locked, MediaType.DOCX)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ida Brandt", ["Pumps", "author: Ida Brandt", "It is dry."]),
        ("admin", ["Pumps", "It is dry."]),
    ],
)
def test_an_author_whom_only_the_properties_name_can_be_asked_for(
    author: str, expected: list[str]
) -> None:
    page = f'<meta name="author" content="{author}"><h1>Pumps</h1><p>It is dry.</p>'
    document = read(page.encode(), MediaType.HTML)
    assert [block.text for block in document.blocks] == expected


def test_zero_bytes_are_no_text() -> None:
    assert refusal(b"a\x00b", MediaType.MARKDOWN) == "CONTENT_NOT_TEXT"


@pytest.mark.parametrize("media_type", [MediaType.PDF, MediaType.DOCX, MediaType.IPYNB])
def test_an_empty_file_is_refused_as_empty(media_type: MediaType) -> None:
    assert refusal(b"", media_type) == "CONTENT_EMPTY"


@pytest.mark.parametrize("media_type", [MediaType.PLAIN_TEXT, MediaType.MARKDOWN, MediaType.HTML])
def test_content_without_text_is_refused(media_type: MediaType) -> None:
    assert refusal(b" \n\t\n", media_type) == "CONTENT_EMPTY"


def test_a_byte_order_mark_and_control_characters_are_left_out() -> None:
    content = b"\xef\xbb\xbfOne\x07 line.\r\n\r\nTwo.\r"
    assert read(content, MediaType.PLAIN_TEXT).blocks == (Paragraph("One line."), Paragraph("Two."))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("notes.txt", MediaType.PLAIN_TEXT),
        ("docs/README.MD", MediaType.MARKDOWN),
        ("https://example.org/a.html?x=1.pdf#top", MediaType.HTML),
        ("C:/reports/a.b.pdf", MediaType.PDF),
    ],
)
def test_the_form_follows_from_the_ending(source: str, expected: MediaType) -> None:
    assert media_type_of(source) is expected


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(DocumentRefusedError) as caught:
        media_type_of("picture.png")
    assert caught.value.reason == "MEDIA_TYPE_UNKNOWN"


def test_an_office_document_of_another_kind_is_named() -> None:
    with pytest.raises(DocumentRefusedError, match="not an Excel workbook, but a Word document"):
        read(docx_file(), MediaType.XLSX)


@pytest.mark.parametrize("name", ["report.docx", "handbook/word/document.xml"])
def test_an_archive_may_hold_office_documents_and_their_parts(name: str) -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:  # which stores its members as they are
        archive.writestr("a.md", "Open at 8.")
        archive.writestr(name, docx_file())
    texts = [block.text for block in read(buffer.getvalue(), MediaType.ZIP).blocks]
    assert "Open at 8." in texts
    assert (name in texts) == name.endswith(".docx")


def test_a_document_may_hold_one_of_another_kind() -> None:
    buffer = BytesIO(xlsx_file())
    with ZipFile(buffer, "a") as workbook:
        workbook.writestr("xl/embeddings/terms.docx", docx_file())
    assert read(buffer.getvalue(), MediaType.XLSX).blocks


def test_an_office_document_is_no_archive() -> None:
    with pytest.raises(DocumentRefusedError, match="not a ZIP archive, but a Word document"):
        read(docx_file(), MediaType.ZIP)


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-12", "2025/3/12", "20250312", "12.3.2025", "12 March 2025", "March 12th, 2025",
        "Wednesday, 12 Mar 2025",
    ],
)  # fmt: skip
def test_a_date_may_be_written_in_any_way_that_says_which_day_it_is(written: str) -> None:
    document = read(f"---\ndate: {written}\n---\nText.".encode(), MediaType.MARKDOWN)
    assert document.attributes == {"date": "2025-03-12"}


def test_a_date_that_may_be_one_of_two_days_is_none() -> None:
    document = read(b"---\ndate: 3/4/2025\n---\nText.", MediaType.MARKDOWN)
    assert document.attributes == {}
