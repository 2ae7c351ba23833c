"""What turns round a statement of the evidence, the first of them or another one."""

import pytest

from askmesh.summarization.contradictions import Contradiction, contradiction
from askmesh.summarization.statements import statement

AWAY = "The town has a market on Mondays."
TAKEOVER = "Acme acquired Bolt in 2019."


def _contradiction(claim: str, *stated: str) -> Contradiction | None:
    return contradiction(statement(claim), [statement(each) for each in stated])


def test_names_that_change_places_are_noticed_in_whichever_statement_they_stand() -> None:
    turned = "Bolt acquired Acme in 2019."
    assert _contradiction(turned, AWAY, TAKEOVER) is Contradiction.REVERSAL
    assert _contradiction(turned, AWAY, TAKEOVER, turned) is None


@pytest.mark.parametrize(
    ("denied", "is_denied"),
    [
        ("The east gate is not open.", True),
        ("The east gate is not open on those winter mornings when deep snow lies there.", False),
    ],
)
def test_what_is_denied_elsewhere_is_mostly_what_is_claimed(denied: str, is_denied: bool) -> None:  # noqa: FBT001 - a case
    found = _contradiction("The east gate is open.", AWAY, denied)
    assert (found is Contradiction.NEGATION) is is_denied


def test_three_of_five_words_are_most_of_what_is_claimed() -> None:
    claim = "Guards open gates beside towers."
    assert _contradiction(claim, AWAY, "Guards never open gates.") is Contradiction.NEGATION
    assert _contradiction(claim, AWAY, "Guards never open doors.") is None


def test_who_is_told_nothing_contradicts_nothing() -> None:
    assert _contradiction(TAKEOVER) is None
