"""Questions and answers that marks tell apart: "Q: Is there a lift?" and "A: Not yet."."""

import re
from collections.abc import Iterator, Sequence

from askmesh.ingestion.blocks import Block, Heading, KeyValue, Paragraph

_LEVEL = 7
"""Deeper than any heading that is marked as one."""
_ASKS = r"(?:Q|F|Question|Frage)\s?\d{0,3}\s?[.:]\s"
_ANSWERS = r"(?:A|R|Answer|Antwort|R\u00e9ponse)\s?\d{0,3}\s?[.:]\s"
_ASKED = re.compile(rf"{_ASKS}\s*(\S.*\?)")
_ANSWERED = re.compile(rf"{_ANSWERS}\s*(\S.*)")
_BOTH = re.compile(
    rf"{_ASKS}\s*(\S(?:(?! {_ASKS}).)*?\?) {_ANSWERS}\s*(\S.*?)(?= {_ASKS}[^?]*\? {_ANSWERS}|$)"
)


def questions_above_answers(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield `blocks`, with each question that is marked so as the heading of its answer.

    An answer is understood by its question alone, and what follows is about another one. Without
    an answer that is marked, nothing is a question.
    """
    asked = ""
    for block, following in zip(blocks, (*blocks[1:], None), strict=False):
        if both := _both(block):
            yield from both
        elif asked and (answer := _said_in(block, _ANSWERED)):
            yield Paragraph(answer)
        elif _said_in(following, _ANSWERED) and (question := _said_in(block, _ASKED)):
            yield Heading(_LEVEL, question)
            asked = question
            continue
        else:
            yield block
        asked = ""


def _said_in(block: Block | None, marked: re.Pattern[str]) -> str:
    """Return what stands behind the mark of a line; nothing if it has none."""
    match = marked.fullmatch(block.text) if isinstance(block, Paragraph | KeyValue) else None
    return match[1] if match else ""


def _both(block: Block) -> list[Block]:
    """Return the questions and answers that one paragraph is made of; nothing if it is not."""
    if not isinstance(block, Paragraph) or not _BOTH.match(block.text):
        return []
    pairs = ((Heading(_LEVEL, asked), Paragraph(said)) for asked, said in _BOTH.findall(block.text))
    return [each for pair in pairs for each in pair]
