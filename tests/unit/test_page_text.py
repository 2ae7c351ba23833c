"""Paragraphs and headings in the lines of printed pages."""

from askmesh.ingestion.blocks import Block, Heading, ListItem, Paragraph
from askmesh.ingestion.page_text import blocks_of_pages

FULL = "This line is as long as all the full lines of the page are,"


def blocks(*pages: str, **levels: int) -> list[Block]:
    return list(blocks_of_pages(pages, levels))


def test_lines_of_a_paragraph_are_joined() -> None:
    assert blocks(f"{FULL}\nand it goes on.") == [Paragraph(f"{FULL} and it goes on.")]


def test_a_short_last_line_ends_a_paragraph() -> None:
    page = f"{FULL}\nhere it ends.\n{FULL}\nso does this."
    assert blocks(page) == [Paragraph(f"{FULL} here it ends."), Paragraph(f"{FULL} so does this.")]


def test_a_paragraph_goes_on_across_pages() -> None:
    assert blocks(FULL, "and ends there.") == [Paragraph(f"{FULL} and ends there.")]


def test_headings_are_the_lines_that_the_outline_names() -> None:
    page = f"1.2 Setup\n{FULL}\nend.\nUse\nText."
    assert blocks(page, Setup=2, Use=1) == [
        Heading(2, "1.2 Setup"),
        Paragraph(f"{FULL} end."),
        Heading(1, "Use"),
        Paragraph("Text."),
    ]


def test_what_stands_on_top_of_several_pages_and_page_numbers_are_left_out() -> None:
    pages = [f"Chapter 1: Words {n}\nText of page number {n}.\n{n}" for n in (1, 2, 3)]
    assert blocks(*pages) == [
        Paragraph("Text of page number 1. Text of page number 2. Text of page number 3.")
    ]


def test_items_of_a_list_are_items() -> None:
    page = f"{FULL}\nthese:\n\u2022 the first item, which is\nwrapped;\n\u2022 the second."
    assert blocks(page) == [
        Paragraph(f"{FULL} these:"),
        ListItem("the first item, which is wrapped;"),
        ListItem("the second."),
    ]


def test_dots_that_lead_to_a_page_number_are_shortened() -> None:
    assert blocks("Setup . . . . . . . . . 12") == [Paragraph("Setup ... 12")]


def test_words_divided_at_the_end_of_a_line_are_joined() -> None:
    assert blocks("Some divi-\nded word.") == [Paragraph("Some divided word.")]


def test_pages_without_text_have_no_blocks() -> None:
    assert blocks("", " \n ") == []
