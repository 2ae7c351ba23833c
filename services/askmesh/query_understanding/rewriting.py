"""Which rewritten questions to trust, and how to ask for them."""

from collections.abc import Sequence

from askmesh.query_understanding import references
from askmesh.query_understanding.ports import Turn
from askmesh.text import content_words, numbers, stem

MAX_REWRITTEN_CHARS = 500
_TURNS_SHOWN = 3
_ANSWER_CHARS_SHOWN = 400
_MIN_KEPT_SHARE = 0.5
INSTRUCTION = (
    "Rewrite the last question so that it can be understood without the conversation. Replace"
    " words such as 'it', 'they' or 'the second one' by what they mean. Use only words of the"
    " conversation. Do not answer. Write one question and nothing else."
)


def conversation_text(question: str, conversation: Sequence[Turn]) -> str:
    """Return what a language model is shown: the last turns and the question."""
    lines = [
        f"Question: {turn.question}\nAnswer: {turn.answer[:_ANSWER_CHARS_SHOWN]}"
        for turn in conversation[-_TURNS_SHOWN:]
    ]
    return "\n".join([*lines, f"Last question: {question}", "Rewritten question:"])


def is_faithful(rewritten: str, question: str, conversation: Sequence[Turn]) -> bool:
    """Tell whether `rewritten` may stand for `question`.

    It must say nothing that was not said, keep what was asked, and point back at nothing.
    """
    if not rewritten or len(rewritten) > MAX_REWRITTEN_CHARS or rewritten == question:
        return False
    if question.endswith("?") and not rewritten.endswith("?"):
        return False
    if references.is_unclear(rewritten) or references.points_back(rewritten):
        return False
    return _says_the_same(rewritten, question, conversation)


def _says_the_same(rewritten: str, question: str, conversation: Sequence[Turn]) -> bool:
    said = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in conversation)])
    new, known = _stems(rewritten), _stems(said)
    if not new or not new <= known or not set(numbers(rewritten)) <= set(numbers(said)):
        return False
    asked = _stems(question)
    return len(asked & new) >= _MIN_KEPT_SHARE * len(asked)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}
