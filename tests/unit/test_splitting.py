"""Splitting: passages that lose nothing, keep the order and keep to the limits."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.ingestion.blocks import (
    Block,
    Code,
    Heading,
    KeyValue,
    LabelledRow,
    ListItem,
    Paragraph,
)
from askmesh.ingestion.cutting import cut, size_of
from askmesh.ingestion.splitting import PassageLimits, SplitPassage, split

SMALL = PassageLimits(target=90, most=135)
USUAL = PassageLimits(target=900, most=1350)

sentence_like = st.text(alphabet="ab .!?\n\u00e9\u6f22\u3002-", min_size=0, max_size=400)
texts = st.one_of(sentence_like, st.text(max_size=300))
bodies = st.builds(Paragraph, texts)
headings = st.builds(Heading, st.integers(1, 4), st.text(alphabet="XYZ", min_size=1, max_size=8))
documents = st.lists(st.one_of(bodies, headings), max_size=30)
rows = st.builds(LabelledRow, st.lists(st.tuples(texts, texts), max_size=4).map(tuple))
items = st.builds(ListItem, texts, st.integers(0, 3), st.sampled_from(["", "7"]))
others = st.one_of(rows, items, st.builds(Code, texts), st.builds(KeyValue, texts))
mixed = st.lists(st.one_of(bodies, headings, others), max_size=30)


def letters(texts: list[str]) -> str:
    """All that is not white space."""
    return "".join("".join(texts).split())


def without_headings(document: list[Block]) -> list[Block]:
    return [block for block in document if isinstance(block, Paragraph)]


@given(documents)
def test_no_text_is_lost_and_the_order_is_kept(document: list[Block]) -> None:
    only_bodies = without_headings(document)
    passages = split(only_bodies, SMALL)
    assert letters([passage.text for passage in passages]) == letters(
        [block.text for block in only_bodies]
    )


@given(mixed)
def test_no_passage_exceeds_the_limit(document: list[Block]) -> None:
    assert all(size_of(passage.text) <= SMALL.most for passage in split(document, SMALL))


@given(mixed)
def test_no_passage_is_empty(document: list[Block]) -> None:
    assert all(passage.text.strip() for passage in split(document, SMALL))


@given(documents)
def test_every_heading_stands_above_or_inside_of_a_passage(document: list[Block]) -> None:
    passages = split(document, SMALL)
    words = " ".join(chain.from_iterable((*each.headings, each.text) for each in passages))
    assert all(block.text in words for block in document if isinstance(block, Heading))


@given(documents)
def test_equal_documents_are_split_equally(document: list[Block]) -> None:
    assert split(document, SMALL) == split(list(document), SMALL)


@given(st.text(max_size=2000))
def test_cutting_leaves_out_white_space_only(text: str) -> None:
    assert letters(cut(text, target=50, most=80)) == letters([text])


def test_sections_are_kept_apart_with_the_headings_above_them() -> None:
    blocks: list[Block] = [
        Heading(1, "Guide"),
        Heading(2, "Setup"),
        Paragraph("a" * 500),
        Heading(2, "Use"),
        Paragraph("b" * 500),
    ]
    assert split(blocks, USUAL) == [
        SplitPassage(("Guide", "Setup"), "a" * 500),
        SplitPassage(("Guide", "Use"), "b" * 500),
    ]


def test_short_neighbouring_sections_share_a_passage_with_their_headings_inside() -> None:
    blocks: list[Block] = [
        Heading(1, "Words"),
        Heading(2, "A"),
        Paragraph("First."),
        Heading(2, "B"),
        Paragraph("Second."),
    ]
    assert split(blocks, USUAL) == [
        SplitPassage(("Words",), "# A\n\nFirst.\n\n# B\n\nSecond."),
    ]


def test_short_sections_of_different_chapters_stay_apart() -> None:
    blocks: list[Block] = [
        Heading(1, "One"),
        Heading(2, "A"),
        Heading(3, "x"),
        Paragraph("First."),
        Heading(1, "Two"),
        Paragraph("Second."),
    ]
    assert split(blocks, USUAL) == [
        SplitPassage(("One", "A", "x"), "First."),
        SplitPassage(("Two",), "Second."),
    ]


def test_a_heading_with_nothing_below_it_is_text() -> None:
    assert split([Heading(1, "Alone")], USUAL) == [SplitPassage((), "Alone")]


def test_paragraphs_are_packed_up_to_the_target() -> None:
    passages = split([Paragraph(f"{letter * 199}.") for letter in "abcdefgh"], USUAL)
    assert [len(passage.text) for passage in passages] == [806, 806]


def test_a_short_tail_joins_the_passage_before_it() -> None:
    passages = split([Paragraph("a" * 899 + "."), Paragraph("The end.")], USUAL)
    assert [passage.text for passage in passages] == ["a" * 899 + ".\n\nThe end."]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    passages = split([Paragraph(" ".join(["Some words make a sentence here."] * 100))], USUAL)
    assert len(passages) == 4
    assert all(passage.text.endswith("here.") for passage in passages)
    assert all(700 <= len(passage.text) <= 900 for passage in passages)


def test_a_piece_of_code_stays_whole_where_it_fits() -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(60))
    passages = split([Paragraph("Text. " * 130), Code(code, "py")], USUAL)
    assert passages[1].text == f"```py\n{code}\n```"


def test_a_line_that_introduces_code_goes_with_it() -> None:
    code = "x = 1\n" * 50
    passages = split([Paragraph("a" * 700 + "."), Paragraph("For example:"), Code(code)], USUAL)
    assert passages[1].text.startswith("For example:\n\n```\nx = 1")


def test_items_stand_line_by_line_with_their_markers() -> None:
    blocks: list[Block] = [
        Paragraph("Do:"), ListItem("one", 0, "1"), ListItem("two", 0, "2"), ListItem("inner", 1),
    ]  # fmt: skip
    assert split(blocks, USUAL)[0].text == "Do:\n\n1. one\n2. two\n  - inner"


def test_every_part_of_a_list_that_is_cut_begins_with_what_introduces_it() -> None:
    inner = [ListItem(f"rule {number} of many", 1) for number in range(20)]
    blocks: list[Block] = [Paragraph("These hold:"), ListItem("At night:"), *inner]
    texts = [passage.text for passage in split(blocks, PassageLimits(target=200, most=300))]
    assert len(texts) > 1
    assert all(text.startswith("These hold:\n\n- At night:\n  - rule") for text in texts)


def test_every_row_of_a_table_carries_its_headers() -> None:
    rows = [
        LabelledRow((("Room", f"R{number}"), ("Seats", "20"), ("", "x"))) for number in range(40)
    ]
    texts = [passage.text for passage in split(rows, PassageLimits(target=200, most=300))]
    lines = [line for text in texts for line in text.split("\n")]
    assert lines == [f"Room: R{number} | Seats: 20 | x" for number in range(40)]


def test_every_part_of_a_long_row_says_what_the_row_is_about() -> None:
    cells = [("Station", "Elm"), *((f"Day {day}", str(day * 7)) for day in range(90))]
    texts = [each.text for each in split([LabelledRow(tuple(cells))], PassageLimits(200, 300))]
    assert len(texts) > 2
    assert all(text.startswith("Station: Elm | Day") for text in texts)
    assert max(map(len, texts)) <= 300


def test_a_row_too_large_for_a_passage_is_cut_between_its_cells() -> None:
    row = LabelledRow((("A", "a" * 80), ("B", "b" * 80)))
    texts = [passage.text for passage in split([row], PassageLimits(target=90, most=135))]
    assert texts == ["A: " + "a" * 80, "B: " + "b" * 80]


def test_every_part_of_code_is_fenced_and_introduced() -> None:
    code = Code("\n".join(f"line_{number} = {number}" for number in range(60)), "py")
    texts = [passage.text for passage in split([Paragraph("Set:"), code], PassageLimits(200, 300))]
    assert len(texts) > 1
    assert all(text.startswith("Set:\n\n```py\nline_") and text.endswith("\n```") for text in texts)


@pytest.mark.parametrize("text", ["a" * 5000, "\u6f22" * 2000, "word " * 1000])
def test_text_without_sentences_is_cut_all_the_same(text: str) -> None:
    passages = split([Paragraph(text)], USUAL)
    assert all(size_of(passage.text) <= USUAL.most for passage in passages)
    assert letters([passage.text for passage in passages]) == letters([text])


def test_a_key_with_its_value_is_not_said_again_above_the_parts_of_a_list_below_it() -> None:
    items = [ListItem(f"Matter {number} was told at some length.", 0) for number in range(12)]
    passages = split([Paragraph("Apologies: Eve Fox"), *items], SMALL)
    assert len(passages) > 1
    assert not any("Apologies" in passage.text for passage in passages[1:])
