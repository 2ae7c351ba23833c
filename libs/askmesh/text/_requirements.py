"""What a text from outside must be like."""

import unicodedata

from askmesh.errors import InvalidRequestError
from askmesh.text._normalise import normalise


def require_text(value: str, *, field: str, max_chars: int) -> str:
    """Return `value`, normalised.

    Raise `InvalidRequestError` with the reason `<FIELD>_EMPTY`, `<FIELD>_TOO_LONG` or
    `<FIELD>_NOT_TEXT` if it is empty, has more than `max_chars` characters, or has control
    characters or neither a letter nor a digit.
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
    if any(map(_is_control, value)) or not any(map(str.isalnum, text)):
        raise InvalidRequestError(
            f"{field.upper()}_NOT_TEXT",
            f"{field} must have letters or digits and no control characters",
            field=field,
        )
    return text


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and not character.isspace()
