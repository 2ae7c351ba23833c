"""Which requests are refused."""

from collections.abc import Sequence

from askmesh.errors import InvalidRequestError
from askmesh.query_understanding.ports import Turn
from askmesh.text import require_text

MAX_QUESTION_CHARS = 4_000
MAX_TURNS = 50
MAX_CONVERSATION_CHARS = 50_000


def check(question: str, conversation: Sequence[Turn]) -> None:
    """Refuse a question or a conversation that no plan can be made for."""
    require_text(question, field="question", max_chars=MAX_QUESTION_CHARS)
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
