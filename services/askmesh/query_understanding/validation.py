"""Which requests are refused."""

from collections.abc import Sequence

from askmesh.errors import InvalidRequestError
from askmesh.query_understanding.ports import Turn
from askmesh.text import normalise

MAX_QUESTION_CHARS = 4_000
MAX_TURNS = 50
MAX_CONVERSATION_CHARS = 50_000


def check(question: str, conversation: Sequence[Turn]) -> None:
    """Refuse a question or a conversation that no plan can be made for."""
    if not normalise(question):
        raise InvalidRequestError("QUESTION_EMPTY", "question must not be empty", field="question")
    if len(question) > MAX_QUESTION_CHARS:
        raise InvalidRequestError(
            "QUESTION_TOO_LONG",
            f"question must have at most {MAX_QUESTION_CHARS} characters",
            field="question",
            max_chars=str(MAX_QUESTION_CHARS),
        )
    if not any(character.isalnum() for character in question):
        raise InvalidRequestError(
            "QUESTION_NOT_TEXT", "question must contain letters or digits", field="question"
        )
    _check_conversation(conversation)


def _check_conversation(conversation: Sequence[Turn]) -> None:
    chars = sum(len(turn.question) + len(turn.answer) for turn in conversation)
    if len(conversation) <= MAX_TURNS and chars <= MAX_CONVERSATION_CHARS:
        return
    raise InvalidRequestError(
        "CONVERSATION_TOO_LONG",
        f"conversation must have at most {MAX_TURNS} turns and {MAX_CONVERSATION_CHARS} characters",
        field="conversation",
        max_turns=str(MAX_TURNS),
        max_chars=str(MAX_CONVERSATION_CHARS),
    )
