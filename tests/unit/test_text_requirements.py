"""What a text from outside must be like."""

import pytest

from askmesh.errors import InvalidRequestError
from askmesh.text import require_text


def test_a_text_comes_back_normalised() -> None:
    assert require_text("  What is\n a mesh? ", field="question", max_chars=50) == "What is a mesh?"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "QUERY_EMPTY"),
        (" \t\n", "QUERY_EMPTY"),
        ("x" * 51, "QUERY_TOO_LONG"),
        ("?!…", "QUERY_NOT_TEXT"),
        ("bell \a rings", "QUERY_NOT_TEXT"),
        ("nothing\0more", "QUERY_NOT_TEXT"),
    ],
)
def test_what_is_wrong_is_a_reason_with_the_name_of_the_field(value: str, reason: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        require_text(value, field="query", max_chars=50)
    assert caught.value.reason == reason
    assert caught.value.field == "query"
