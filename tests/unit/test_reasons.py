"""Which statements give a reason, and which questions ask for one."""

import pytest

from askmesh.summarization.reasons import gives_reason, lacks_reason

WHY = "Why is the ferry late?"


@pytest.mark.parametrize(
    "text",
    [
        "The ferry was late because the gate was shut.",
        "Owing to fog, boats were late.",
        "The gate was shut, as the guard had left.",
        "It was late since there was fog.",
        "The gate is shut so that no sheep gets in.",
        "The delay was caused by fog.",
    ],
)
def test_a_statement_that_says_why_gives_a_reason_to_who_asks_for_one(text: str) -> None:
    assert gives_reason(WHY, text)
    assert not lacks_reason(WHY, text)
    assert not gives_reason("When is the ferry late?", text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry has been late since May.",
        "The ferry is due to leave at nine.",
        "The ferry serves as a bar.",
        "The ferry is late.",
    ],
)
def test_other_statements_give_none(text: str) -> None:
    assert not gives_reason(WHY, text)
