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
    ("What are the symptoms of flu?", "flu symptoms"),
    ("weather in Avon", "What is Avon's weather?"),
    ("How much does a new roof cost?", "cost of a new roof"),
    ("How much does it cost to spay a cat?", "cost to spay a cat"),
    ("What causes mould?", "What are the causes of mould?"),
    ("Where is the gym located?", "location of the gym"),
    ("How old is the chair?", "What is the chair's age?"),
    ("What is the difference between cats and dogs?", "difference of dogs and cats"),
    ("How long does it take for eggs to hatch?", "How long do eggs take to hatch?"),
    ("\u00bfQui\u00e9n contrat\u00f3 a Ana?", "qui\u00e9n contrat\u00f3 a ana"),
    ("What is the price of a caf\u00e9?", "price of the caf\u00e9"),
    ("How much is the ticket's price?", "price of the ticket"),
    ("how to clean your oven", "How do I clean an oven?"),
    ("What is the age of the chair?", "How old is the chair?"),
    ("side effects of the drug", "What are the drug's side effects?"),
    ("What is the phone number of the clinic?", "clinic phone number"),
    ("What is the number of employees?", "number of the employees"),
    ("cause of flu", "What causes flu?"),
    ("When does the film come out?", "release date of the movie"),
    ("When was Ada born?", "Ada's date of birth"),
    ("What is soda used for?", "uses of soda"),
    ("In what year was it built?", "When was it built?"),
    ("What is the population of the United States?", "population of the USA"),
    ("What is a podiatrist?", "define podiatrist"),
    ("what is a c-corp", "What is a C corp?"),
    ("How do I open my account?", "How to open an account"),
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
    ("How much does a ticket cost?", "How much is a ticket worth?"),
    ("Who is the data controller?", "What is a data controller?"),
    ("Who sang Hello?", "Who wrote Hello?"),
    ("How old is the house?", "How tall is the house?"),
    ("What is the difference between cats and dogs?", "difference between cats and birds"),
    ("causes of fever in children", "causes of children in fever"),
    ("When did the book come out?", "When does the book come out?"),
    ("How long does it take to pay?", "How long does it take to be paid?"),
    ("Where is the gym?", "Where was the gym?"),
    ("symptoms of flu", "flu of symptoms"),
    ("What is new in version 3.10?", "What is new in version 3.1?"),
    ("What is in room 012?", "What is in room 12?"),
    ("Can I pay 5\u20ac?", "Can I pay 5$?"),
    ("What is vitamin A?", "What is a vitamin?"),
    ("What does annex a say?", "What does the annex say?"),
    ("What does clause a) say?", "What does the clause say?"),
    ("Who got an A?", "Who got it?"),
    ("Which rooms have a few seats?", "Which rooms have few seats?"),
    ("What is .NET?", "What is net?"),
    ("What are the terms of the contract?", "What is the term of the contract?"),
    ("What is the news?", "What is new?"),
    ("What is the name of the policy?", "What is the policy?"),
    ("Does my cover include your car?", "Does your cover include my car?"),
    ("How do I transfer my money to your account?", "How do I transfer your money to my account?"),
    ("How can you help?", "How can I help?"),
    ("What date is the exam?", "What year is the exam?"),
    ("What is our unit cost?", "What is our unit price?"),
    ("What is the Iron Age?", "How old is iron?"),
    ("What is the greenhouse effect?", "What is the effect of a greenhouse?"),
    ("What are unemployment benefits?", "What are the benefits of unemployment?"),
    ("What is shock treatment?", "What is the treatment for shock?"),
    ("What is the building code?", "What is the code for the building?"),
    ("What is drug use?", "What are drugs used for?"),
    ("What is room temperature?", "What is the temperature of the room?"),
    ("What is the student number?", "What is the number of students?"),
    ("What is the student's number?", "What is the number of the students?"),
    ("What is Orange County?", "What county is Orange in?"),
    ("What causes fires?", "What is the cause of the fire?"),
    ("A quien contrat\u00f3 Ana?", "Quien contrat\u00f3 a Ana?"),
    ("Cuando nos paga Ana?", "Cuando no paga Ana?"),
    ("Wie betaalt niets?", "Wie betaalt niet?"),
    ("price to rent a car", "price to rent out a car"),
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


def test_a_long_question_is_no_question_for_one_thing() -> None:
    rest = " and ".join(f"room{number}" for number in range(30))
    assert gist(f"price of {rest}") != gist(f"{rest} price")
