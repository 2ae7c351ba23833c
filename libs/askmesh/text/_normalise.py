"""What texts from outside must be like, and one form for those that look the same."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol

from askmesh.errors import InvalidRequestError

MAX_TURNS = 50
MAX_CONVERSATION_CHARS = 50_000
# They join letters into one shape, in Persian and in emoji: not noise.
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_NOISE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def normalise(text: str) -> str:
    """Return `text` in Unicode's NFKC form, without control characters, on one line.

    White space of any kind and length, line breaks included, becomes one space; none is left at
    the ends. Normalising twice changes nothing more. Letters keep their case.
    """
    visible = "".join(character for character in text if not _is_noise(character))
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def visible(text: str) -> str:
    """Return `text` without what cannot be seen.

    These are soft hyphens, spaces without width, marks that turn the direction of writing, tags.
    """
    return _UNSEEN.sub("", text)


def _is_noise(character: str) -> bool:
    if character.isspace() or character in _JOINERS:
        return False
    return unicodedata.category(character) in _NOISE


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


class _Turn(Protocol):
    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> str: ...


def require_conversation(turns: Sequence[_Turn]) -> None:
    """Raise `InvalidRequestError` if a conversation has too many turns or characters."""
    chars = sum(len(turn.question) + len(turn.answer) for turn in turns)
    if len(turns) > MAX_TURNS or chars > MAX_CONVERSATION_CHARS:
        raise InvalidRequestError(
            "CONVERSATION_TOO_LONG",
            f"conversation must have at most {MAX_TURNS} turns "
            f"and {MAX_CONVERSATION_CHARS} characters",
            field="conversation",
            max_turns=str(MAX_TURNS),
            max_chars=str(MAX_CONVERSATION_CHARS),
        )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and not character.isspace()
