"""Questions and answers that marks tell apart: "Q: Is there a lift?" and "A: Not yet."."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from askmesh.ingestion.blocks import Block, Heading, KeyValue, Paragraph

_LEVEL = 7
"""Deeper than any heading that is marked as one."""
_ASKS = r"(?:Q|F|Question|Frage)\s?\d{0,3}\s?[.:]\s"
_ANSWERS = r"(?:A|R|Answer|Antwort|R\u00e9ponse)\s?\d{0,3}\s?[.:]\s"
_ASKED = re.compile(rf"{_ASKS}\s*(\S.*\?)")
_ANSWERED = re.compile(rf"{_ANSWERS}\s*(\S.*)")
_MARK = re.compile(rf"(?:^|(?<=\s))(?:(?P<asks>{_ASKS})|{_ANSWERS})")


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
    if not isinstance(block, Paragraph):
        return []
    asked = list(_asked_in(block.text))
    if not asked or asked[0][0]:
        return []
    ends = [*(start for start, _, _ in asked[1:]), len(block.text)]
    pairs = (
        (Heading(_LEVEL, question), Paragraph(block.text[answer:end].strip()))
        for (_, question, answer), end in zip(asked, ends, strict=True)
    )
    return [each for pair in pairs for each in pair]


def _asked_in(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield where each question is marked, the question, and where its answer begins."""
    for mark, following in pairwise(_MARK.finditer(text)):
        question = text[mark.end() : following.start()].strip()
        if mark["asks"] and not following["asks"] and question.endswith("?"):
            yield mark.start(), question, following.end()
