"""Questions and answers that marks tell apart, in whatever format."""

import pytest

from askmesh.ingestion.blocks import Block, Heading, Paragraph
from askmesh.ingestion.questions import questions_above_answers
from askmesh.ingestion.reading import read
from askmesh.uploads import MediaType


def _blocks(text: str, kind: MediaType = MediaType.PLAIN_TEXT) -> list[Block]:
    return list(read(text.encode(), kind).blocks)


LIFT = [Heading(7, "Is there a lift?"), Paragraph("Not yet.")]
BIKES = [Heading(7, "We come with six bikes. Is that too many?"), Paragraph("No. Ring us.")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            (
                "Q: Is there a lift?\nA: Not yet.\n\n"
                "Q: We come with six bikes. Is that too many?\nA: No. Ring us."
            ),
            MediaType.PLAIN_TEXT,
        ),
        (
            (
                "Q1. Is there a lift?\n\nA1. Not yet.\n\n"
                "Q2. We come with six bikes. Is that too many?\n\nA2. No. Ring us."
            ),
            MediaType.PLAIN_TEXT,
        ),
        (
            (
                "**Question:** Is there a lift?\n**Answer:** Not yet.\n\n"
                "**Question:** We come with six bikes. Is that too many?\n**Answer:** No. Ring us."
            ),
            MediaType.MARKDOWN,
        ),
        (
            (
                "<p>Q: Is there a lift?</p><p>A: Not yet.</p>"
                "<p>Q: We come with six bikes. Is that too many?</p><p>A: No. Ring us.</p>"
            ),
            MediaType.HTML,
        ),
    ],
    ids=["lines", "paragraphs", "markdown", "html"],
)
def test_a_question_that_is_marked_is_the_heading_of_its_answer(text: str, kind: MediaType) -> None:
    assert _blocks(text, kind) == [*LIFT, *BIKES]


def test_several_pairs_of_one_paragraph_are_told_apart() -> None:
    text = (
        "Q: Is there a lift?\nA: Not yet.\nQ: We come with six bikes. Is that too many?\n"
        "A: No. Ring us."
    )
    assert _blocks(text, MediaType.MARKDOWN) == [*LIFT, *BIKES]


@pytest.mark.parametrize(
    "text",
    [
        "Q: Is there a lift?\n\nSee the plan.",
        "Plan:\n\nA: Not yet.\n\nB: In May.",
        "Q: 15\nA: 30\nB: 40",
    ],
    ids=["no answer", "no question", "values"],
)
def test_without_both_nothing_is_a_question(text: str) -> None:
    assert not any(isinstance(block, Heading) and block.level > 6 for block in _blocks(text))


def test_an_answer_keeps_initials_and_marks_that_are_followed_by_no_question() -> None:
    text = "Q: Who answers? A: Ms R. Q. Smith. Q: that is her sign. Q: Until when? A: Noon."
    assert list(questions_above_answers([Paragraph(text)])) == [
        Heading(7, "Who answers?"),
        Paragraph("Ms R. Q. Smith. Q: that is her sign."),
        Heading(7, "Until when?"),
        Paragraph("Noon."),
    ]


def test_marks_without_an_end_are_looked_at_once() -> None:
    marks = 100_000  # each looking on to the end would take hours
    text = "Q: a? A: b" + " Q: x" * marks
    (_, answer) = questions_above_answers([Paragraph(text)])
    assert answer.text.count("Q:") == marks
