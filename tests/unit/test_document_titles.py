"""Titles that documents give themselves, and those that are none."""

import pytest

from askmesh.ingestion.attributes import title_of
from askmesh.ingestion.identity import own_title


@pytest.mark.parametrize(
    "title",
    [
        "Untitled Goose Game rules",
        "Unnamed roads of Hull",
        "Guide to CSS.html",
        "What changed in setup.tex",
    ],
)
def test_a_title_that_begins_or_ends_like_none_is_one(title: str) -> None:
    assert title_of(title) == title


@pytest.mark.parametrize(
    "title",
    ["Untitled", "untitled-1", "Untitled 2", "Untitled document (3)", "Unnamed", "report_v2.docx"],
)
def test_what_programs_write_where_nobody_named_a_document_is_no_title(title: str) -> None:
    assert not title_of(title)


def test_the_name_of_its_file_is_no_title_of_a_document() -> None:
    assert not own_title("Annual report 2024.docx", "docs/Annual report 2024.pdf")
    assert own_title("Annual report 2024", "docs/a.pdf") == "Annual report 2024"
