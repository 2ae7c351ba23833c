"""Readers of office documents, tables, books, e-mails and code."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    LabelledRow,
    ListItem,
    Paragraph,
)
from askmesh.ingestion.reading import read
from askmesh.uploads import MediaType
from support.office import docx_file, eml_file, epub_file, odt_file, pptx_file, xlsx_file

ROOM = LabelledRow((("Room", "Alder"), ("Seats", "20"), ("Floor", "3")))
NOTEBOOK = {
    "metadata": {"kernelspec": {"language": "python"}},
    "cells": [
        {"cell_type": "markdown", "source": ["# Study\n", "\n", "It works."]},
        {"cell_type": "code", "source": "x = 1", "outputs": [{"text": "noise"}]},
    ],
}


@pytest.mark.parametrize(
    ("content", "media_type", "title", "blocks"),
    [
        (
            docx_file(),
            MediaType.DOCX,
            "Rooms",
            (
                Heading(1, "Booking"),
                KeyValue("author: Ines Carvalho"),
                Paragraph("Book a room:"),
                ListItem("by phone"),
                ROOM,
            ),
        ),
        (
            odt_file(),
            MediaType.ODT,
            "Rooms",
            (
                Heading(1, "Booking"),
                Paragraph("Book a room:"),
                ListItem("by phone"),
                ListItem("before noon", 1),
                ROOM,
            ),
        ),
        (
            xlsx_file(),
            MediaType.XLSX,
            "",
            (
                Heading(1, "Rooms"),
                LabelledRow((("Room", "Alder"), ("Seats", "20"))),
                LabelledRow((("Room", "Birch"), ("Seats", "8.5"))),
            ),
        ),
        (
            pptx_file(),
            MediaType.PPTX,
            "Results",
            (Heading(1, "Results"), ListItem("Sales rose by 4 %"), ListItem("Costs fell"), ROOM),
        ),
        (
            eml_file(),
            MediaType.EML,
            "Gate code",
            (
                Heading(1, "Gate code"),
                KeyValue("From: Odile Brandt <odile@farm.example>"),
                KeyValue("To: desk@farm.example"),
                KeyValue("Date: Fri, 09 Feb 2024 10:00:00 +0000"),
                KeyValue("Subject: Gate code"),
                KeyValue("Attachment: map.png"),
                Paragraph("The new gate code is 4471."),
            ),
        ),
        (
            epub_file(),
            MediaType.EPUB,
            "Bees",
            (Heading(1, "One"), KeyValue("author: A. Bee"), Paragraph("Bees dance.")),
        ),
        (b"Room;Seats;Floor\nAlder;20;3\n", MediaType.CSV, "", (ROOM,)),
        (b"Room\tSeats\tFloor\nAlder\t20\t3\n", MediaType.TSV, "", (ROOM,)),
        (
            json.dumps(NOTEBOOK).encode(),
            MediaType.IPYNB,
            "Study",
            (Heading(1, "Study"), Paragraph("It works."), Code("x = 1", "python")),
        ),
        (b"def f():\n    pass\n", MediaType.SOURCE_CODE, "", (Code("def f():\n    pass"),)),
        (
            rb"{\rtf1 The dock is closed.\par}",
            MediaType.RTF,
            "",
            (Paragraph("The dock is closed."),),
        ),
    ],
)
def test_a_document_is_read_with_what_it_is_made_of(
    content: bytes, media_type: MediaType, title: str, blocks: tuple[Block, ...]
) -> None:
    document = read(content, media_type)
    assert document.title == title
    assert document.blocks == blocks


def test_what_documents_say_about_themselves_is_kept() -> None:
    assert read(docx_file(), MediaType.DOCX).attributes["author"] == "Ines Carvalho"
    assert read(eml_file(), MediaType.EML).attributes["date"] == "2024-02-09"
    assert read(epub_file(), MediaType.EPUB).attributes == {"author": "A. Bee"}


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_slide_shows_and_templates_are_presentations(kind: str) -> None:
    plain, other = BytesIO(pptx_file()), BytesIO()
    with ZipFile(plain) as members, ZipFile(other, "w") as changed:
        for name in members.namelist():
            content = members.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"presentation.main", f"{kind}.main".encode())
            changed.writestr(name, content)
    assert read(other.getvalue(), MediaType.PPTX) == read(plain.getvalue(), MediaType.PPTX)
