"""What can be evidence."""

import pytest

from askmesh.text import is_statement


@pytest.mark.parametrize(
    "sentence",
    ["It rains.", "It rains!", "“It rains.”", "- Toggenburg: 42 animals", "As follows:"],
)
def test_statements_can_be_evidence(sentence: str) -> None:
    assert is_statement(sentence)


@pytest.mark.parametrize(
    "sentence", ["Does it rain?", "“Who won the cup in 1998?”", "The weather", "class Rain()", ""]
)
def test_questions_headings_and_labels_cannot(sentence: str) -> None:
    assert not is_statement(sentence)
