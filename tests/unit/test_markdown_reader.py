"""Markdown."""

import pytest

from askmesh.ingestion.blocks import (
    Block,
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


def test_each_definition_is_told_with_its_terms() -> None:
    assert [
        block.text
        for block in markdown(
            "Warranty\n: 2 years\n: 5 years for frames\n\n  Frame\n  : what is welded\n"
            "\n: none for tyres\n\nTyre\n\nTube\n: rubber\n"
        ).blocks
    ] == [
        "Warranty: 2 years", "Warranty: 5 years for frames", "Frame: what is welded",
        "Warranty: none for tyres", "Tyre", "Tube: rubber",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "block"),
    [
        ("```\n  code\n  ```", Code("code")),
        ("    code", Code("code")),
        ("- point", ListItem("point")),
        ("# Inside", Heading(1, "Inside")),
        ("| a |\n  |---|\n  | 1 |", LabelledRow((("a", "1"),))),
    ],
)
def test_what_is_defined_by_other_things_than_text_stands_above_them(
    definition: str, block: Block
) -> None:
    document = markdown(f"Term\n: {definition}\n\n# Next heading\n\nPara.\n")
    assert document.blocks == (
        Paragraph("Term:"), block, Heading(1, "Next heading"), Paragraph("Para.")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ("[^1]: Note one[^2].\n\n[^2]: Nested.", ["A.", "Note one.", "Nested.", "B."]),
        ("[^2]: Nested.\n\n[^1]: Note one[^2].", ["A.", "Note one.", "Nested.", "B."]),
        ("[^1]: One[^2].\n\n[^2]: Two[^1][^3].\n\n[^3]: Three[^2].",
         ["A.", "One.", "Two.", "Three.", "B."]),
    ],
)  # fmt: skip
def test_a_footnote_of_a_footnote_is_told_after_it_once(notes: str, told: list[str]) -> None:
    blocks = markdown(f"A[^1].\n\nB.\n\n{notes}\n").blocks
    assert [block.text for block in blocks] == told


def test_what_stands_within_struck_out_text_is_struck_out_with_all_of_it() -> None:
    assert markdown("a ~~b ~~c~~ d~~ e").blocks == (Paragraph("a e"),)
    assert markdown("a <del>b ~~c~~ d</del> e</del> f").blocks == (Paragraph("a e f"),)
    assert markdown("a <del>b").blocks == (Paragraph("a b"),)


@pytest.mark.parametrize(
    "line", ["~~Shut.~~ Open.", "<del>Shut.</del> Open.", "<s>Shut.</s> Open."]
)
def test_what_is_struck_out_in_markdown_is_not_read(line: str) -> None:
    assert markdown(line).blocks == (Paragraph("Open."),)


def test_the_sign_of_a_box_is_no_text() -> None:
    assert markdown("> [!warning] Last day\n> It ends on Monday.").blocks == (
        Paragraph("Last day It ends on Monday."),
    )
