"""What abbreviations of a query stand for."""

import pytest

from askmesh.text import spelt_out

TEXTS = (
    "- Data protection officer: Dr. Ruben Falk",
    "New: single sign-on with OpenID. The work of days. Ask the HR desk.",
)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("DPO contact?", "DPO (data protection officer) contact?"),
        ("do we have sso", "do we have sso (single sign-on)"),
        ("Is SSO the SSO?", "Is SSO (single sign-on) the SSO (single sign-on)?"),
    ],
)
def test_an_abbreviation_is_followed_by_the_words_with_its_initials(query: str, meant: str) -> None:
    assert spelt_out(query, TEXTS) == meant


@pytest.mark.parametrize(
    "query",
    ["Who is in HR?", "Is there an ICU?", "WOD", "sad news", "DRF"],
    ids=["stands there", "nothing has it", "with stop words", "an English word", "over a colon"],
)
def test_other_words_stay_as_they_are(query: str) -> None:
    assert spelt_out(query, TEXTS) == query
