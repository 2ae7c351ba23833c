"""Plain text, with what its layout shows."""

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
from askmesh.ingestion.reading import read
from askmesh.uploads import MediaType
from support.reading import text


def test_underlined_lines_of_plain_text_are_headings() -> None:
    document = text("Guide\n*****\n\nIntro here.\n\nSetup\n=====\n\nDo it.\n\nUse\n===\n\nGo.\n")
    assert document == ReadDocument(
        "Guide",
        (
            Heading(1, "Guide"),
            Paragraph("Intro here."),
            Heading(2, "Setup"),
            Paragraph("Do it."),
            Heading(2, "Use"),
            Paragraph("Go."),
        ),
    )


def test_a_rule_over_a_title_is_no_text() -> None:
    assert text("=====\nTitle\n=====\n\nText.").blocks == (Heading(1, "Title"), Paragraph("Text."))


def test_wrapped_lines_of_plain_text_are_joined() -> None:
    wrapped = "The first line of some prose goes\non here, and ends there."
    joined = "The first line of some prose goes on here, and ends there."
    assert text(wrapped).blocks == (Paragraph(joined),)


@pytest.mark.parametrize("title", ["Storm plan\n\n", "STORM PLAN\n"])
def test_a_first_line_that_stands_alone_is_the_title_of_a_text(title: str) -> None:
    document = text(f"{title}Close the vents first.\n\nRain\n====\n\nWait.")
    assert document.title.casefold() == "storm plan"
    assert document.blocks[1:3] == (Paragraph("Close the vents first."), Heading(2, "Rain"))


@pytest.mark.parametrize(
    "content",
    [
        "Close the vents first.\n\nThen wait.",
        "Hello everyone,\n\nclose the vents.",
        "The plan says that\nvents are closed.\n\nThen wait.",
        "1. Close the vents\n\nThen wait.",
        "E01  Door open\n\nThen wait.",
        "Storm plan",
    ],
)
def test_a_first_line_of_prose_is_no_title(content: str) -> None:
    assert text(content).title == ""
    assert not any(isinstance(block, Heading) for block in text(content).blocks)


def test_keys_with_values_right_after_prose_stay_lines() -> None:
    document = text(
        "The desk is open on weekdays.\nPhone: 0800 1234\nAddress: Long Street 5,\nHamlet\n"
        "Fax: none\nCall before you come, please.\n"
    )
    assert document.blocks == (
        Paragraph("The desk is open on weekdays."),
        KeyValue("Phone: 0800 1234"),
        KeyValue("Address: Long Street 5, Hamlet"),
        KeyValue("Fax: none"),
        Paragraph("Call before you come, please."),
    )


def test_prose_with_colons_within_its_sentences_is_prose() -> None:
    wrapped = "There are two of them, and the\nfirst one: it is old. And the\nother one: it is new."
    assert text(wrapped).blocks == (Paragraph(wrapped.replace("\n", " ")),)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("Phone: 1\nand so on.\n" * 20_000, 20_000),
        ("and so on\n" + "Phone: 1\n" * 20_000, 1),
        ("Do this:\n    x = 1\n" * 10_000, 1),
    ],
)
def test_many_lines_of_keys_code_and_prose_cost_little(content: str, count: int) -> None:
    assert len(text(content).blocks) == count


@pytest.mark.parametrize(
    "table",
    [
        "E01  Door open\nE02  Filter full. Clean it\n     and go on.\nE113  Hot\n",
        "  E01    Door open\n  E02    Filter full. Clean it and go on.\n  E113   Hot\n",
    ],
)
def test_codes_and_what_they_mean_are_lines_of_their_own(table: str) -> None:
    assert text(f"What the dryer shows:\n{table}").blocks == (
        Paragraph("What the dryer shows:"),
        KeyValue("E01: Door open"),
        KeyValue("E02: Filter full. Clean it and go on."),
        KeyValue("E113: Hot"),
    )


@pytest.mark.parametrize("media_type", [MediaType.PLAIN_TEXT, MediaType.MARKDOWN])
def test_lines_of_cells_between_bars_are_rows(media_type: MediaType) -> None:
    table = b"Item | Price | Unit\nApple | 3 | kg\nPear | 4 | kg\n"
    assert read(table, media_type).blocks == (
        LabelledRow((("Item", "Apple"), ("Price", "3"), ("Unit", "kg"))),
        LabelledRow((("Item", "Pear"), ("Price", "4"), ("Unit", "kg"))),
    )


def test_bullets_need_no_space() -> None:
    assert text("\u2022one\n\u2022 two\n").blocks == (ListItem("one"), ListItem("two"))


def test_a_cell_that_goes_on_below_is_one() -> None:
    table = (
        "Room   Seats  Use\n-----  -----  ---\nAlder  20     meetings\n              and talks\n"
    )
    assert text(table).blocks == (
        LabelledRow((("Room", "Alder"), ("Seats", "20"), ("Use", "meetings and talks"))),
    )


def test_code_in_plain_text_keeps_its_lines() -> None:
    document = text("Write:\n\n   for x in y:\n       print(x)\n")
    assert document.blocks == (Paragraph("Write:"), Code("for x in y:\n    print(x)"))


def test_items_of_a_list_in_plain_text_stay_apart() -> None:
    document = text("- the first of two items is wrapped\n  here\n- the second one is not\n")
    assert document.blocks == (
        ListItem("the first of two items is wrapped here"),
        ListItem("the second one is not"),
    )


def test_rows_of_a_grid_table_are_one_line_each() -> None:
    table = (
        "+-------+--------+\n| Name  | Use    |\n|=======|========|\n"
        "| a     | one    |\n|       | more   |\n+-------+--------+\n| b     | two    |\n"
        "+-------+--------+\n"
    )
    assert text(table).blocks == (
        LabelledRow((("Name", "a"), ("Use", "one more"))),
        LabelledRow((("Name", "b"), ("Use", "two"))),
    )


def test_a_first_row_like_the_others_names_no_columns() -> None:
    rows = "Ada Loft     head of glazes   ext. 11\nBen Ash      kilns, clay      ext. 12\n"
    assert [block.cells[-1] for block in text(rows).blocks if isinstance(block, LabelledRow)] == [
        ("", "ext. 11"),
        ("", "ext. 12"),
    ]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_an_indented_command_below_a_colon_is_code(between: str) -> None:
    document = text(f"Hot.\n\nTo start a firing, run:{between}    kilnctl start --hold 15\n\nSlow.")
    assert Code("kilnctl start --hold 15") in document.blocks


def test_indented_words_below_a_colon_are_prose() -> None:
    document = text("The motto reads:\n\n    Slow and/or steady\n\nIt hangs in the hall.\n")
    assert not [block for block in document.blocks if isinstance(block, Code)]


def test_a_line_that_names_somebody_leads_in_the_keys_and_values_below_it() -> None:
    assert text("Swimming school\nPhone: 220 31\nHead: Ruta Milne").blocks == (
        Paragraph("Swimming school"),
        KeyValue("Phone: 220 31"),
        KeyValue("Head: Ruta Milne"),
    )


def test_what_an_email_quotes_stands_apart_without_its_signs() -> None:
    lines = "It is repaired on the 12th.\n> Ida wrote:\n> It is the 9th.\n>> When is it?\n--\nJon"
    assert [block.text for block in text(lines).blocks] == [
        "It is repaired on the 12th.", "Ida wrote: It is the 9th.", "When is it?", "Jon"
    ]  # fmt: skip


def test_a_figure_is_quoted_below_words_that_are_and_below_whoever_wrote_it() -> None:
    assert [each.text for each in text("> We need\n> 20 kg.\nFine.").blocks] == [
        "We need 20 kg.", "Fine."
    ]  # fmt: skip
    assert [each.text for each in text("On 3 May Ida wrote:\n> 20 kg.\nFine.").blocks] == [
        "On 3 May Ida wrote:", "20 kg.", "Fine."
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        "Parcels\n> 20 kg: 15 EUR\n<= 20 kg: 8 EUR",
        "Surcharge:\n>5 persons: 10 %\n>10 persons: 15 %",
        ">5 persons: 10 %\n>10 persons: 15 %",
        "Postage:\n> \u20ac 50: free",
        "Frost:\n>= -5 degrees: open\n> -5 degrees: open",
    ],
)
def test_what_something_is_more_than_keeps_its_sign(lines: str) -> None:
    assert " ".join(each.text for each in text(lines).blocks) == " ".join(lines.split())


def test_prompts_of_a_program_are_no_quotes() -> None:
    assert text(">>> x = 1\n>>> x\n1").blocks == (Code(">>> x = 1\n>>> x\n1"),)
    assert ">>> f(1)" in text("Example:\n>>> f(1)\n2").blocks[-1].text


def test_steps_that_count_without_points_are_items_of_a_list() -> None:
    assert text("Do this:\n1 Open the valve\n   with care.\n2 Drain it.").blocks == (
        Paragraph("Do this:"),
        ListItem("Open the valve with care.", 0, "1"),
        ListItem("Drain it.", 0, "2"),
    )


@pytest.mark.parametrize("lines", ["4 kg of carrots\n2 l of stock", "1 kg of flour\n2 eggs"])
def test_amounts_are_no_steps(lines: str) -> None:
    assert text(lines).blocks == (Paragraph(lines.replace("\n", " ")),)


def test_values_set_to_the_right_are_one_column_and_a_sentence_below_them_is_none() -> None:
    lines = (
        "Allowances\n"
        "  Night work (22:00 to 06:00)        25 % per hour\n"
        "  Public holiday                    100 %\n"
        "  Late shift                         EUR 4.60 per shift\n"
        "  Hours on call are paid as overtime.\n"
    )
    assert [
        block.text for block in text(lines).blocks if not isinstance(block, Code | LabelledRow)
    ] == [
        "Allowances",
        "Night work (22:00 to 06:00): 25 % per hour",
        "Public holiday: 100 %",
        "Late shift: EUR 4.60 per shift",
        "Hours on call are paid as overtime.",
    ]


def test_a_value_that_goes_on_below_is_whole_above_a_key_that_stands_closer() -> None:
    minutes = (
        "Date:     3 May 2025\nPlace:    Mill hall\nPresent:  Ann Lee (chair), Bo Dahl,\n"
        "          Cy Orr, Di Park\nApologies: Eve Fox (roof)\n\n1. Roof. It leaks.\n2. Hall. Let."
    )
    assert text(minutes).blocks[2:5] == (
        KeyValue("Present: Ann Lee (chair), Bo Dahl, Cy Orr, Di Park"),
        Paragraph("Apologies: Eve Fox (roof)"),
        ListItem("Roof. It leaks.", 0, "1"),
    )


def test_a_first_row_with_another_day_than_the_others_names_no_columns() -> None:
    actions = "  Ann   mend the roof       by 20 May\n  Bo    let the large hall  by 6 June\n"
    assert text(actions).blocks == (
        LabelledRow((("", "Ann"), ("", "mend the roof"), ("", "by 20 May"))),
        LabelledRow((("", "Bo"), ("", "let the large hall"), ("", "by 6 June"))),
    )
