"""Sentences that say what a code means, and rows that hold for what no other row names."""

import pytest

from askmesh.summarization.code_sentences import of_the_code
from askmesh.summarization.pointing import is_of_another
from askmesh.summarization.question import take_apart
from askmesh.summarization.sections import is_keyed_by
from support.composing import evidence_from, scored_page

OVEN = (
    "The oven shows code H7. The door is not shut. Shut it, and start the oven again."
    " Call the kitchen porter if that does not help."
)
PUMP = "Now and then it stops. If it shows F40, the filter is blocked: rinse it and press Reset."


def told(question: str, text: str, *scores: float) -> list[str]:
    return [said.text for said in of_the_code(evidence_from(question, scored_page(text, *scores)))]


def test_the_sentence_that_names_the_code_is_told() -> None:
    assert told("my pump says F40", PUMP, 0.02, 0.3) == [
        "If it shows F40, the filter is blocked: rinse it and press Reset."
    ]


def test_what_follows_a_sentence_that_only_names_the_code_is_told_with_it() -> None:
    (said,) = told("oven says H7", OVEN, 0.5, 0.02, 0.02, 0.02)
    assert said == OVEN


@pytest.mark.parametrize(
    ("question", "text", "scores"),
    [
        ("my pump says F40", f"{PUMP} Note F40 in the book.", (0.02, 0.3, 0.2)),
        ("my pump says F40", PUMP.replace("F40", "F40 or F41"), (0.02, 0.3)),
        ("my pump says F40", PUMP, (0.2, 0.3)),
        ("oven says H7", "The oven shows code H7.", (0.5,)),
        ("Who has paid for the new filter of pump F40 in May?", PUMP, (0.02, 0.3)),
    ],
)
def test_nothing_is_told_of_a_code_where_more_is_asked_or_another_sentence_may_be_meant(
    question: str, text: str, scores: tuple[float, ...]
) -> None:
    assert told(question, text, *scores) == []


@pytest.mark.parametrize(
    ("question", "is_key"),
    [
        ("When does Group 7 meet with parents?", True),
        ("How many lockers does Group 7 have?", False),
        ("What is Group 7?", True),
    ],
)
def test_a_number_alone_is_the_key_of_a_line_that_has_a_word_more(
    question: str, *, is_key: bool
) -> None:
    text = "Meetings of parents:\n\n- Group 7: Thursday\n- Group 8: Friday"
    item = evidence_from(question, scored_page(text, 0.8, 0.1)).shown[0]
    assert is_keyed_by(take_apart(question), item) == is_key


@pytest.mark.parametrize(
    ("row", "of_another"),
    [
        ("Place: Ghent | Night: 90 EUR", True),
        ("Place: anywhere else | Night: 70 EUR", False),
        ("Place: all other towns | Night: 70 EUR", False),
    ],
)
def test_a_row_for_everything_else_is_of_whatever_no_row_names(
    row: str, *, of_another: bool
) -> None:
    question = "What may a night in Bruges cost?"
    item = evidence_from(question, scored_page(row, 0.8)).ranked[0]
    assert is_of_another(take_apart(question), item) == of_another
