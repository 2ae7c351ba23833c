"""Questions that ask the same in other words, and those that only look so."""

import pytest

from askmesh.gateway.wording import gist

SAME = [
    ("What is the capital of France?", "what's the capital of France"),
    ("What is the capital of France?", "France's capital"),
    ("What is the capital of France?", "Can you please tell me what the capital of France is"),
    ("How do I reset my password?", "how to reset my password"),
    ("What does mesh mean?", "definition of mesh"),
    ("Define mesh", "mesh: definition"),
    ("mesh meaning", "the meaning of mesh"),
    ("Which countries are in the EU?", "Please tell me which countries are in the EU."),
    ("Who isn't allowed?", "who is not allowed"),
    ("Do you know who can't enter?", "Who cannot enter?"),
    ("How many fit in 1,000 boxes?", "how many fit in 1000 boxes"),
    ("What are the opening hours of the library?", "What are the library's opening hours?"),
]
OTHER = [
    ("Who acquired Acme?", "Who was acquired by Acme?"),
    ("Did Acme acquire Bolt?", "Did Bolt acquire Acme?"),
    ("What does smoking cause?", "causes of smoking"),
    ("What is allowed?", "What is not allowed?"),
    ("Who may enter without a badge?", "Who may enter with a badge?"),
    ("What happened in 1999?", "What happened in 1998?"),
    ("How long is the lease?", "How much is the lease?"),
    ("Who is the chair?", "Who was the chair?"),
    ("Who leads the US team?", "Who leads us?"),
    ("Is coffee healthy?", "Why is coffee healthy?"),
    ("What is the fee before May?", "What is the fee after May?"),
    ("Who is elected?", "Who elected?"),
    ("What is the meaning of the light?", "What is the light?"),
    ("What is C++?", "What is C?"),
    ("Who is the teacher of the child?", "Who is the child of the teacher?"),
    ("University of California", "California University"),
    ("What is the age of the university?", "What is the age of the universe?"),
    ("What is a fee of 3.5%?", "What is a fee of 35%?"),
    ("Which rooms have more than 20 seats?", "Which rooms have less than 20 seats?"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_other_words_for_the_same_have_one_gist(one: str, other: str) -> None:
    assert gist(one) == gist(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_asks_something_else_has_another_gist(one: str, other: str) -> None:
    assert gist(one) != gist(other)


def test_words_that_say_nothing_are_all_that_is_left_of_a_question_of_them() -> None:
    questions = ["the", "a", "of", "of of", "what is", "define", "'s of the", "please"]
    assert len({gist(each) for each in questions}) == len(questions)
