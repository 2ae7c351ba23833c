"""Content words, stems, names and the normal form of texts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.text import (
    content_words,
    is_negated,
    is_stop_word,
    names,
    normalise,
    stem,
    stems,
    stems_and_parts,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the capital of France?", ["capital", "france"]),
        ("Don't use Anna\u2019s state-of-the-art plan", ["use", "anna", "state", "art", "plan"]),
        ("Call asyncio.TaskGroup in __init__", ["call", "asyncio.taskgroup", "__init__"]),
        ("C++ and C# cost 1,000 in v1.20", ["c++", "c#", "cost", "1000", "1.2"]),
        ("the 1980s, the 5th", ["1980s", "5"]),
        ("3,5 metres", ["3", "5", "metres"]),
        ("日本語", ["日", "本", "語"]),
        ("", []),
    ],
)
def test_content_words_are_lower_cased_without_stop_words(text: str, expected: list[str]) -> None:
    assert content_words(text) == expected


@given(st.text())
def test_content_words_are_lower_cased_and_hold_no_stop_word(text: str) -> None:
    words = content_words(text)
    assert not [word for word in words if is_stop_word(word) or word != word.lower() or not word]


def test_forms_of_one_word_share_a_stem() -> None:
    assert stem("connected") == stem("connections") == stem("connecting")
    assert stem("retry") != stem("retrieve")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("matinee", "matinée"),
        ("cafes", "cafés"),
        ("naive", "naïve"),
        ("resume", "résumé"),
        ("muller", "müller"),
        ("lodz", "łódź"),
        ("strasse", "straße"),
        ("smorrebrod", "smørrebrød"),
    ],
)
def test_a_stem_is_the_same_whether_accents_are_typed_or_not(typed: str, written: str) -> None:
    assert stem(typed) == stem(written)


def test_a_stem_keeps_the_marks_of_other_scripts() -> None:
    assert stem("\u0439") != stem("\u0438")
    assert stem("\u304c") != stem("\u304b")


def test_texts_are_compared_by_the_stems_of_their_content_words() -> None:
    assert stems("The connections of it") == stems("connecting") == {stem("connect")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where did Ludwig van Beethoven live?", ["Ludwig van Beethoven"]),
        ("The University of Cambridge and the BBC", ["University of Cambridge", "BBC"]),
        ("Compare Redis and MongoDB.", ["Redis", "MongoDB"]),
        ("Does J. K. Rowling write in March?", ["J. K. Rowling"]),
        ("Cats sleep. Dogs bark.", []),
        ("Python is old. Many use Python.", ["Python"]),
        (
            "Use asyncio.TaskGroup in __init__ of README.md",
            ["asyncio.TaskGroup", "__init__", "README.md"],
        ),
        ("What is COVID-19 or H2O?", ["COVID-19", "H2O"]),
        ("Is Johnson & Johnson's plan here?", ["Johnson & Johnson"]),
        ("WHO IS THE KING OF FRANCE", []),
        ("who is einstein", []),
        ("", []),
    ],
)
def test_names_are_capitalised_words_acronyms_and_identifiers(
    text: str, expected: list[str]
) -> None:
    assert names(text) == expected


@given(st.text(alphabet=st.sampled_from("abAB .,'_-1\n"), max_size=60) | st.text())
def test_names_stand_in_the_text_and_are_unique(text: str) -> None:
    found = names(text)
    assert all(name and name in text for name in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("It does not work.", True),
        ("It doesn't work.", True),
        ("It doesn\u2019t work.", True),
        ("Nobody came.", True),
        ("It runs without a server.", True),
        ("It works.", False),
        ("Not only fast but small.", False),
        ("No. 5 is alive.", False),
        ("Say whether or not it runs.", False),
        ("A knot is notable.", False),
    ],
)
def test_negation_is_told_from_words_that_only_look_like_it(text: str, negated: bool) -> None:  # noqa: FBT001 - a table of cases
    assert is_negated(text) is negated


def test_normal_form_has_no_control_characters_and_single_spaces() -> None:
    assert normalise(" a\u200b\u00a0b\n\tc \ufb01\ufeff\x00 ") == "a b c fi"


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFKC", once)


def test_the_plural_of_an_acronym_has_the_stem_of_its_singular() -> None:
    assert stems("two DVDs and PCs") == stems("two DVD and PC")
    assert stems("CSS") != stems("CS")


def test_an_identifier_is_one_word_and_each_of_its_parts_where_that_is_asked_for() -> None:
    assert stems("max_loan_days: 3") == {"max_loan_day", "3"}
    assert stems_and_parts("max_loan_days: 3") == {"max_loan_day", "max", "loan", "day", "3"}
