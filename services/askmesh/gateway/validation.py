"""What the gateway refuses."""

from dataclasses import replace

from askmesh.errors import InvalidRequestError
from askmesh.gateway.values import PassageFilter, Question, Turn
from askmesh.text import require_text

MAX_QUESTION_CHARS = 4000
MAX_TURNS = 50
MAX_CONVERSATION_CHARS = 50_000
MAX_REQUEST_ID_CHARS = 100
MAX_FILTER_SOURCES = 100
MAX_FILTER_DOCUMENTS = 1000
MAX_FILTER_ATTRIBUTES = 20


def valid_question(question: Question) -> Question:
    """Return the question, normalised, or raise `InvalidRequestError` naming the wrong field."""
    text = require_text(question.text, field="question", max_chars=MAX_QUESTION_CHARS)
    _check_conversation(question.conversation)
    _check_request_id(question.request_id)
    _check_filter(question.filter)
    return replace(question, text=text)


def _check_conversation(turns: tuple[Turn, ...]) -> None:
    chars = sum(len(turn.question) + len(turn.answer) for turn in turns)
    if len(turns) > MAX_TURNS or chars > MAX_CONVERSATION_CHARS:
        raise InvalidRequestError(
            "CONVERSATION_TOO_LONG",
            f"conversation must have at most {MAX_TURNS} turns "
            f"and {MAX_CONVERSATION_CHARS} characters",
            field="conversation",
        )


def _check_request_id(request_id: str) -> None:
    if len(request_id) > MAX_REQUEST_ID_CHARS:
        raise InvalidRequestError(
            "REQUEST_ID_TOO_LONG",
            f"request_id must have at most {MAX_REQUEST_ID_CHARS} characters",
            field="request_id",
        )


def _check_filter(passage_filter: PassageFilter) -> None:
    for name, count, limit in (
        ("sources", len(passage_filter.sources), MAX_FILTER_SOURCES),
        ("document_ids", len(passage_filter.document_ids), MAX_FILTER_DOCUMENTS),
        ("attributes", len(passage_filter.attributes), MAX_FILTER_ATTRIBUTES),
    ):
        if count > limit:
            raise InvalidRequestError(
                "FILTER_INVALID",
                f"filter.{name} must have at most {limit} entries",
                field=f"filter.{name}",
            )
