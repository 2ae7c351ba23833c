"""Markdown."""

import pytest

from askmesh.ingestion.blocks import (
    Code,
    Heading,
    KeyValue,
    LabelledRow,
    ListItem,
    Paragraph,
    ReadDocument,
)
from support.reading import markdown


def test_markdown_keeps_headings_paragraphs_and_code() -> None:
    document = markdown("# Top\n\nSome *soft*\nlines with `code`.\n\n## Sub\n\n```py\nx = 1\n```\n")
    assert document == ReadDocument(
        "Top",
        (
            Heading(1, "Top"),
            Paragraph("Some soft lines with code."),
            Heading(2, "Sub"),
            Code("x = 1", "py"),
        ),
    )


def test_markdown_tables_are_rows_of_cells() -> None:
    document = markdown("| a | b |\n|---|---|\n| 1 | **2** |\n| 3 | |\n")
    assert document.blocks == (
        LabelledRow((("a", "1"), ("b", "2"))),
        LabelledRow((("a", "3"),)),
    )


def test_markdown_lists_keep_their_markers_and_nesting() -> None:
    document = markdown("1. one\n2. two\n   - inner\n\n   still two\n")
    assert document.blocks == (
        ListItem("one", 0, "1"),
        ListItem("two", 0, "2"),
        ListItem("inner", 1),
        Paragraph("still two"),
    )


def test_the_title_of_markdown_may_stand_in_front_matter() -> None:
    document = markdown('---\ntitle: "The Title"\ntags: [a]\n---\n# Other\n\nText.\n')
    assert document.title == "The Title"
    assert document.blocks == (KeyValue("tags: a"), Heading(1, "Other"), Paragraph("Text."))


def test_html_inside_of_markdown_is_read_as_html() -> None:
    document = markdown("<div><p>Inside</p><script>bad()</script></div>\n\nAfter <b>it</b>.\n")
    assert document.blocks == (Paragraph("Inside"), Paragraph("After it."))


def test_deeply_nested_markdown_loses_no_text() -> None:
    assert "deep" in markdown("> " * 40 + "deep\n").blocks[0].text


def test_front_matter_may_be_toml() -> None:
    document = markdown('+++\ntitle = "Harvest"\ndate = 2024-05-06\n+++\nIt is dry.\n')
    assert (document.title, document.attributes) == ("Harvest", {"date": "2024-05-06"})


def test_a_footnote_of_markdown_is_told_after_the_block_in_which_it_hangs() -> None:
    document = markdown(
        "It is open.[^1]\n\n- item[^x]\n\nEnd.\n\n[^1]: From 10.\n[^x]: Two\n    of them.\n"
    )
    assert [block.text for block in document.blocks] == [
        "It is open.", "From 10.", "item", "Two of them.", "End."
    ]  # fmt: skip


def test_definitions_of_markdown_are_keys_and_values() -> None:
    assert markdown("Slack\n: No tide runs.\n\nText.").blocks == (
        KeyValue("Slack: No tide runs."),
        Paragraph("Text."),
    )


@pytest.mark.parametrize(
    "line", ["~~Shut.~~ Open.", "<del>Shut.</del> Open.", "<s>Shut.</s> Open."]
)
def test_what_is_struck_out_in_markdown_is_not_read(line: str) -> None:
    assert markdown(line).blocks == (Paragraph("Open."),)


def test_the_sign_of_a_box_is_no_text() -> None:
    assert markdown("> [!warning] Last day\n> It ends on Monday.").blocks == (
        Paragraph("Last day It ends on Monday."),
    )
