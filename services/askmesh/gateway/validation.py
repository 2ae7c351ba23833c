"""What the gateway refuses."""

from askmesh.api.gateway.v1.gateway_pb2 import ResumeAnswerRequest, StreamAnswerRequest
from askmesh.errors import InvalidRequestError
from askmesh.passages import require_filter
from askmesh.text import require_conversation, require_text

MAX_QUESTION_CHARS = 4000
MAX_REQUEST_ID_CHARS = 100


def valid_question(request: StreamAnswerRequest) -> StreamAnswerRequest:
    """Return the request with its question normalised.

    Raise `InvalidRequestError` naming the wrong field.
    """
    require_filter(request.filter)
    require_conversation(request.conversation)
    _check_request_id(request.request_id)
    valid = StreamAnswerRequest()
    valid.CopyFrom(request)
    valid.ClearField("accepts_batches")  # how an answer is read is no part of its question
    valid.question = require_text(request.question, field="question", max_chars=MAX_QUESTION_CHARS)
    return valid


def valid_request_id(request_id: str) -> str:
    """Return the id of a question that its result is named by, or raise `InvalidRequestError`."""
    if not request_id:
        raise InvalidRequestError("REQUEST_ID_EMPTY", "request_id must be set", field="request_id")
    _check_request_id(request_id)
    return request_id


def valid_answer_id(answer_id: str) -> str:
    """Return the id, or raise `InvalidRequestError`."""
    if not answer_id:
        raise InvalidRequestError("ANSWER_ID_EMPTY", "answer_id must be set", field="answer_id")
    return answer_id


def valid_sequence(request: ResumeAnswerRequest) -> int:
    """Return the sequence to continue after, or raise `InvalidRequestError`."""
    if request.after_sequence < 0:
        raise InvalidRequestError(
            "SEQUENCE_INVALID", "after_sequence must not be negative", field="after_sequence"
        )
    return request.after_sequence


def _check_request_id(request_id: str) -> None:
    if len(request_id) > MAX_REQUEST_ID_CHARS:
        raise InvalidRequestError(
            "REQUEST_ID_TOO_LONG",
            f"request_id must have at most {MAX_REQUEST_ID_CHARS} characters",
            field="request_id",
        )
