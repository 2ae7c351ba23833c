"""Questions for yes or no are answered by the statement that decides them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.deciding import decided
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.values import Source, SourceSentence
from support.scored_sources import evidence_of


def _decided(question: str, text: str, scores: Sequence[float]) -> list[str]:
    return [said.text for said in decided(evidence_of(question, text, scores))]


def test_the_best_statement_is_told_as_it_stands() -> None:
    text = "Boards that were cut cannot be returned. Glue is sold by the bottle."
    said = _decided("Can I return a board that was cut?", text, (0.6, 0.1))
    assert said == ["Boards that were cut cannot be returned."]


def test_for_whom_somebody_asks_need_not_stand_in_the_documents() -> None:
    text = "Pupils may not cycle to the lake."
    assert _decided("May my daughter cycle to the lake?", text, (0.3,)) == [text]
    assert _decided("The lake - may my daughter cycle there?", text, (0.3,)) == [text]


@pytest.mark.parametrize(
    "text", ["We do not take cheques for the fee.", "We stopped taking cheques for the fee."]
)
def test_what_the_question_ends_with_is_denied_by_what_speaks_of_it_though_it_scores_low(
    text: str,
) -> None:
    other = "Fees are paid at the till."
    assert _decided("Can I pay the fee by cheque?", f"{text} {other}", (0.07, 0.05)) == [text]
    assert not _decided("Can I pay the fee by cheque?", other, (0.05,))


def test_what_goes_on_about_a_statement_is_told_with_it() -> None:
    text = "Orders above 500 euros are delivered free. Below that, delivery costs 39 euros."
    assert _decided("Is delivery free for 300 euros?", text, (0.6, 0.1)) == [text]


def test_a_heading_that_denies_is_told_with_what_stands_below_it() -> None:
    text = "# Not allowed\n\nDogs, ladders and open fire."
    said = _decided("Are dogs allowed?", text, (0.6,))
    assert said == ["Not allowed: Dogs, ladders and open fire."]
    text = "# Allowed\n\nDogs, ladders and open fire."
    assert _decided("Are dogs allowed?", text, (0.6,)) == ["Dogs, ladders and open fire."]


def test_where_two_statements_are_near_both_are_told() -> None:
    text = "The fee is 9 euros a year. Cards are free at the till."
    assert len(_decided("Is there a fee for the card?", text, (0.2, 0.19))) == 2


@pytest.mark.parametrize(
    ("question", "scores"),
    [("Can I bring a dog?", ()), ("Who brings a dog?", (0.6,))],
    ids=["not scored", "not yes or no"],
)
def test_else_it_is_left_to_the_model(question: str, scores: Sequence[float]) -> None:
    assert _decided(question, "Dogs may come in.", scores) == []


def test_what_no_source_has_a_word_of_is_decided_only_by_what_is_said_of_all() -> None:
    cards = "Customers can pay with a card from 5 euros on."
    assert _decided("Can customers pay with bitcoin?", cards, (0.6,)) == []
    brushes = "Carbon brushes: none, the motor of the saw is brushless."
    assert _decided("Is there a lawn mower with a motor?", brushes, (0.6,)) == []
    forbidden = "Smoking is forbidden in the whole building."
    assert _decided("Is smoking allowed on the balcony?", forbidden, (0.6,)) == [forbidden]


def test_a_line_decides_only_what_it_has_a_word_of() -> None:
    data = "Thread: M14\nSmallest battery: B5.0\n\nThe grinder may run all day, even in the rain."
    told = _decided("Does the smallest battery run it?", data, (0.6, 0.59, 0.1))
    assert told == ["Smallest battery: B5.0"]


def test_a_case_may_stand_before_what_is_asked_of_it() -> None:
    rule = "Who joins late pays half of the fee."
    assert _decided("I join late, do I pay the fee?", rule, (0.6,)) == [rule]
    assert _decided("I join late, what do I pay?", rule, (0.6,)) == []


def test_words_of_the_case_need_not_stand_in_the_documents() -> None:
    text = "Helpers behind the stage do not pay the costume fee."
    asked = "My uncle only drives the lorry, do I have to pay the costume fee for him?"
    assert _decided(asked, text, (0.4,)) == [text]
    assert not _decided("Do I have to pay the costume fee by cheque?", text, (0.4,))
    unheard = "My uncle only drives the lorry, does he get a discount there?"
    assert not _decided(unheard, text, (0.4,))


def test_what_else_there_is_does_not_decide_whether_there_is_something() -> None:
    text = "The annex has a ramp and lockers. The office has a lift."
    assert _decided("Is there a sauna in the annex?", text, (0.7, 0.1)) == []
    said = _decided("Is there a ramp in the annex?", text, (0.7, 0.1))
    assert said == ["The annex has a ramp and lockers."]


def test_what_hardly_answers_decides_nothing() -> None:
    source = Source(passage_id="rules", text="Guards swap on Mondays.", score=0.1)
    span = SourceSentence(0, len(source.text), 0.1)
    ranked = tuple(rank_units("Can guards swap?", [replace(source, sentences=(span,))]))
    question = take_apart("Can guards swap?")
    for probability, told in ((0.3, 0), (0.5, 1)):
        evidence = Evidence(question=question, shown=ranked, ranked=ranked, probability=probability)
        assert len(decided(evidence)) == told


def test_the_sentence_about_who_is_asked_about_is_told_before_a_nearer_one_about_others() -> None:
    text = "Holding by hand is only for emergencies. Owners do not hold."
    question = "Can an owner hold the dog?"
    assert _decided(question, text, (0.5, 0.3)) == ["Owners do not hold.", text[:40]]
    assert _decided(question, text, (0.5, 0.2)) == [text[:40]]


def test_three_sentences_of_one_paragraph_that_are_as_near_are_told_in_their_order() -> None:
    text = "Porters are paid for nights. Clerks get no pay for nights. Nights on a whim are unpaid."
    said = _decided("Do we get paid for nights?", text, (0.5, 0.55, 0.52))
    assert [each.split()[0] for each in said] == ["Porters", "Clerks", "Nights"]


def test_what_has_little_of_the_question_decides_nothing_unless_it_is_sure_or_says_it_of_all() -> (
    None
):
    text = "Old horses are offered a second blanket. The lake has a path for each visitor's child."
    asked = "Can my child sleep beside its horse at the lake?"
    assert _decided(asked, text, (0.3, 0.01)) == []
    assert _decided("Can a horse have a blanket at the lake?", text, (0.3, 0.01)) == [text[:40]]


def test_of_a_row_the_column_is_told_that_is_asked_for_not_one_that_its_own_name_stands_in() -> (
    None
):
    row = "depot: Hull | address: Quay 4 | depot_clerk: Ada Holm | bicycle_racks: 0"
    said = _decided("Are there bicycle racks at the Hull depot?", row, (0.6,))
    assert said == ["depot: Hull, bicycle_racks: 0"]


def test_a_sentence_that_makes_no_sense_alone_is_told_with_the_one_before_it() -> None:
    text = "Lists of guests are not kept. There is no need of them. Ring twice."
    told = _decided("Are lists of guests kept?", text, (0.6, 0.2, 0.01))
    assert told == ["Lists of guests are not kept. There is no need of them."]


def test_what_leaves_a_name_out_that_another_line_has_decides_nothing() -> None:
    text = "Boats can be hired meanwhile. The lake of Orta is closed to hired boats."
    assert _decided("Can I hire a boat on Orta?", text, (0.6, 0.3)) == []
    assert _decided("Can I hire a boat?", text, (0.6, 0.3)) == ["Boats can be hired meanwhile."]
