"""PDF files, from their bytes to blocks."""

import pytest

from askmesh.ingestion.blocks import Paragraph, ReadDocument
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MediaType
from support.pdf import drawn_pdf, form_pdf, pdf, ruled_pdf
from support.reading import refusal, texts


def test_paragraphs_of_a_pdf_come_page_by_page() -> None:
    document = read(pdf(["First page\nof two.", "Second page."], title="A file"), MediaType.PDF)
    assert document == ReadDocument(
        "A file", (Paragraph("First page of two."), Paragraph("Second page."))
    )


@pytest.mark.parametrize(
    "title", ["(anonymous)", "(unspecified)", "untitled", "Microsoft Word - x.docx", "Document1"]
)
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    assert read(pdf(["Some text."], title=title), MediaType.PDF).title == ""


@pytest.mark.parametrize("title", ["Print room rules", "Title deeds", "Scan and copy"])
def test_a_title_that_only_begins_like_one_of_a_program_is_kept(title: str) -> None:
    assert read(pdf(["Some text."], title=title), MediaType.PDF).title == title


@pytest.mark.parametrize("turn", [0, 1])
def test_the_cells_of_a_table_in_a_pdf_stand_between_its_rules(turn: int) -> None:
    rows = [("Class of a repair", "Days to wait", "By"), ("P1", "", "us"), ("P2", "3", "us")]
    document = read(ruled_pdf(rows, turn=turn), MediaType.PDF)
    assert [block.text for block in document.blocks] == [
        "Class of a repair: P1 | By: us",
        "Class of a repair: P2 | Days to wait: 3 | By: us",
    ]


def test_words_divided_at_the_end_of_a_line_are_joined() -> None:
    assert read(pdf(["Some divi-\nded word."]), MediaType.PDF).blocks == (
        Paragraph("Some divided word."),
    )


def test_a_pdf_without_text_is_refused() -> None:
    assert refusal(pdf([""]), MediaType.PDF) == "CONTENT_EMPTY"


def test_a_pdf_that_needs_a_password_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentRefusedError, match="save it without one") as caught:
        read(pdf(["Secret."], password="hush"), MediaType.PDF)
    assert caught.value.reason == "CONTENT_UNREADABLE"


def test_a_pdf_that_is_encrypted_but_opens_without_a_password_is_read() -> None:
    content = pdf(["Known to all."], password="", owner="hush")
    assert read(content, MediaType.PDF).blocks == (Paragraph("Known to all."),)


@pytest.mark.parametrize("content", [b"not a PDF", b"%PDF-1.7\nbroken", pdf(["x"])[:300]])
def test_a_damaged_pdf_is_refused(content: bytes) -> None:
    assert refusal(content, MediaType.PDF) == "CONTENT_UNREADABLE"


@pytest.mark.parametrize(("rise", "shown"), [(4, "2019\u2074 or so"), (0, "20194 or so")])
def test_a_small_figure_above_the_line_is_no_further_digit(rise: int, shown: str) -> None:
    drawn = f"(in 2019) Tj /F1 7 Tf {rise} Ts (4) Tj /F1 11 Tf 0 Ts ( or so) Tj"
    content = drawn_pdf(f"BT /F1 11 Tf 50 800 Td {drawn} ET")
    assert texts(content, MediaType.PDF) == [f"in {shown}"]


def test_letters_that_stand_apart_make_words() -> None:
    content = drawn_pdf("BT /F1 16 Tf 6 Tc 50 800 Td (SUMMER FAIR) Tj ET")
    assert texts(content, MediaType.PDF) == ["SUMMER FAIR"]


def test_values_of_a_form_stand_behind_their_labels_or_their_names() -> None:
    beside = ["Name", "Street", "Town"]
    drawn = [
        f"BT /F1 11 Tf 50 {800 - 24 * at} Td ({label}) Tj ET" for at, label in enumerate(beside)
    ]
    drawn += [
        f"BT /F1 9 Tf 50 {height} Td ({left}) Tj 250 0 Td ({right}) Tj ET"
        for height, left, right in ((690, "Day", "Time"), (640, "Place", "By"))
    ]
    fields = [
        ("f1", "Ida", 120, 796), ("f2", "Quay 2", 120, 772), ("f3", "Moss", 120, 748),
        ("f4", "3 May", 50, 668), ("f5", "14:20", 300, 668), ("f6", "yard", 50, 618),
        ("f7", "Per", 300, 618), ("Remarks", "none", 50, 500),
    ]  # fmt: skip
    assert texts(form_pdf(" ".join(drawn), fields), MediaType.PDF) == [
        "Name: Ida", "Street: Quay 2", "Town: Moss", "Day: 3 May", "Time: 14:20", "Place: yard",
        "By: Per", "Remarks: none",
    ]  # fmt: skip
