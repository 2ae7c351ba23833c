"""What a text from outside must be like."""

from askmesh.errors import InvalidRequestError
from askmesh.text._normalise import normalise


def require_text(value: str, *, field: str, max_chars: int) -> str:
    """Return `value`, normalised.

    Raise `InvalidRequestError` with the reason `<FIELD>_EMPTY`, `<FIELD>_TOO_LONG` or
    `<FIELD>_NOT_TEXT` if it is empty, has more than `max_chars` characters, or has neither a
    letter nor a digit.
    """
    if len(value) > max_chars:
        raise InvalidRequestError(
            f"{field.upper()}_TOO_LONG",
            f"{field} must have at most {max_chars} characters",
            field=field,
            max_chars=str(max_chars),
        )
    text = normalise(value)
    if not text:
        raise InvalidRequestError(
            f"{field.upper()}_EMPTY", f"{field} must not be empty", field=field
        )
    if not any(character.isalnum() for character in text):
        raise InvalidRequestError(
            f"{field.upper()}_NOT_TEXT", f"{field} must contain letters or digits", field=field
        )
    return text
