"""Questions that leave something to the conversation: "and in 2020?", "who approves it?"."""

import re
from collections.abc import Sequence
from typing import Protocol

from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.text import normalise, numbers, stem, stems

# What points back: pronouns, and words that name a thing only together with what was said.
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|ones?|both"
    r"|either|neither|former|latter|same|there|another|others?|else|instead|too|also|either way"
    r"|(?:the|which|what) (?:first|second|third|last|next|previous))\b",
    re.IGNORECASE,
)
# "Is it possible to ...", "is there a limit": these say nothing that was said before.
_EMPTY = re.compile(
    r"\b(?:is|was|will|would|does|can|could|if) it (?:possible|true|necessary|allowed|safe|better"
    r"|ok|okay|rain|take to|make sense)\b|\b(?:is|are|was|were|will|does|do) there\b(?=\s+\w)"
    r"|\bthere (?:is|are|was|were|will)\b|\b(?:so|such|says?|said|know|think|sure|means?|things?"
    r"|everything|something|someone|anyone|\w+) that(?= \w+ \w)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"\s*(?:and|but|or|so|what about|how about|what if|same for|then|ok|okay|thanks)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\s*(?:(?:in |for |at )?(?:who|whom|whose|what|when|where|why|how|which)|is|are|was|were|do"
    r"|does|did|can|could|may|must|should|will|would|has|have|had)\b",
    re.IGNORECASE,
)
_SHORT_WORDS = 4
_FEWEST_WORDS = 3
_MAX_CHARS = 300
"""A longer question says by itself what it is about."""
_SHOWN_TURNS = 3
_SHOWN_ANSWER_CHARS = 200
_MIN_KEPT_SHARE = 0.5


class QuestionRewriter(Protocol):
    """Writes a question so that it is understandable without its conversation."""

    async def rewrite(self, question: str, conversation: Sequence[Turn]) -> str | None:
        """Return the question rewritten, or None if that failed or took too long."""
        ...


def leaves_open(question: str) -> bool:
    """Tell whether `question` may need its conversation to be understood.

    Wrong in favour of asking: what is rewritten needlessly comes back as it was.
    """
    if len(question) > _MAX_CHARS:
        return False
    if len(question.split()) <= _SHORT_WORDS or points_back(question):
        return True
    return not _ASKS.match(question) and len(stems(question)) < _FEWEST_WORDS


def points_back(question: str) -> bool:
    """Tell whether `question` has a word that needs something said before it."""
    return bool(_CONTINUES.match(question) or _POINTS_BACK.search(_EMPTY.sub(" ", question)))


def beside(question: str, conversation: Sequence[Turn]) -> str:
    """Return the question with the exchange before it, so that a search finds what both name."""
    return f"{question} ({' '.join(filter(None, _cut(conversation[-1])))})"


def shown(question: str, conversation: Sequence[Turn]) -> str:
    """Return what a language model is shown: the last turns and the question."""
    turns = [
        f"Earlier: {asked} A: {told}" for asked, told in map(_cut, conversation[-_SHOWN_TURNS:])
    ]
    return "\n".join([*turns, f"Last question: {question}\n", "Write the last question in full."])


def is_faithful(rewritten: str, question: str, conversation: Sequence[Turn]) -> bool:
    """Tell whether `rewritten` may stand for `question`.

    It must say nothing that was not said, and keep what was asked: half of the question's own
    words, and all of its numbers and names.
    """
    earlier = {question.lower(), *(normalise(turn.question).lower() for turn in conversation)}
    if not rewritten or len(rewritten) > 2 * _MAX_CHARS or rewritten.lower() in earlier:
        return False
    turns = [text for turn in conversation for text in (turn.question, turn.answer)]
    new, asked, said = (stems(text) for text in (rewritten, question, " ".join([question, *turns])))
    if not new or not new <= said | _QUESTION_STEMS:
        return False
    kept = len(asked & new) >= _MIN_KEPT_SHARE * len(asked)
    return kept and set(numbers(question)) <= set(numbers(rewritten))


def _cut(turn: Turn) -> tuple[str, str]:
    return normalise(turn.question)[:_MAX_CHARS], normalise(turn.answer)[:_SHOWN_ANSWER_CHARS]


_QUESTION_STEMS = frozenset(map(stem, ("long", "many", "much", "often", "far", "old", "late")))
