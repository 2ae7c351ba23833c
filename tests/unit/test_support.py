import pytest

from askmesh.summarization.evidence import EvidenceSentence, rank_sentences
from askmesh.summarization.support import Fault, Grounds
from askmesh.summarization.values import Source
from support.summaries import CRISIS, TALKS

BATTLE = Source(
    passage_id="battle",
    text=(
        "Normandy defeated Saxony in 1066. Sales rose from 3 million in 2019 to 12 million in 2020."
    ),
)


def _grounds(
    *sources: Source, question: str = "When did the oil crisis begin?"
) -> Grounds[EvidenceSentence]:
    return Grounds(question, rank_sentences(question, sources), support_bar=0.8)


@pytest.mark.parametrize(
    "sentence",
    [
        "The oil crisis began in October 1973.",
        "In October 1973, Arab producers proclaimed an embargo.",
        "The price of oil rose to nearly $12 by March 1974.",
        "The first oil shock began when Arab producers proclaimed an embargo.",
    ],
)
def test_a_sentence_in_the_words_of_the_evidence_is_supported(sentence: str) -> None:
    verdict = _grounds(CRISIS, TALKS).check(sentence)
    assert verdict.fault is None
    assert verdict.support >= 0.8
    assert verdict.units[0].source is CRISIS


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("The oil crisis began in October 1979.", Fault.NUMBER),
        ("The oil crisis began in November 1973.", Fault.NAME),
        ("The crisis began when Iran proclaimed an embargo.", Fault.NAME),
        ("The crisis made many people sad, poor and angry for years.", Fault.COVERAGE),
        ("The oil crisis did not begin in October 1973.", Fault.NEGATION),
        ("Japan did support the embargo.", Fault.NEGATION),
        ("It was what it was.", Fault.FRAGMENT),
        ("October 1973.", Fault.FRAGMENT),
        ("Henry Kissinger, Sinai.", Fault.FRAGMENT),
        ("The oil crisis did begin, and so the oil crisis begins.", Fault.ECHO),
    ],
)
def test_a_sentence_that_the_evidence_does_not_say_is_not_supported(
    sentence: str, fault: Fault
) -> None:
    assert _grounds(CRISIS, TALKS).check(sentence).fault is fault


def test_a_word_turned_into_its_opposite_is_not_supported() -> None:
    grounds = _grounds(BATTLE)
    verdict = grounds.check("Sales fell from 3 million in 2019 to 12 million in 2020.")
    assert verdict.fault is Fault.OPPOSITE


def test_names_that_change_places_are_a_reversal() -> None:
    grounds = _grounds(BATTLE)
    assert grounds.check("Saxony defeated Normandy in 1066.").fault is Fault.REVERSAL
    assert grounds.check("Saxony was defeated by Normandy in 1066.").fault is None


def test_numbers_that_change_places_are_a_reversal() -> None:
    verdict = _grounds(BATTLE).check("Sales rose from 12 million in 2019 to 3 million in 2020.")
    assert verdict.fault is Fault.REVERSAL


def test_a_denial_that_stands_in_the_evidence_is_supported() -> None:
    assert _grounds(CRISIS, TALKS).check("Japan did not support the embargo.").fault is None


def test_names_may_come_from_the_title() -> None:
    source = Source(passage_id="p", title="Marie Curie", text="She won two Nobel prizes.")
    assert _grounds(source).check("Marie Curie won two Nobel prizes.").fault is None


def test_numbers_of_the_title_alone_are_no_support() -> None:
    source = Source(passage_id="p", title="1973 oil crisis", text="Prices rose to a new height.")
    assert _grounds(source).check("In 1973 prices rose to a new height.").fault is Fault.NUMBER


def test_words_of_the_question_alone_are_no_support() -> None:
    grounds = _grounds(CRISIS, question="Was the embargo of Arab producers rejected?")
    verdict = grounds.check("The embargo of producers in October was rejected.")
    assert verdict.fault is Fault.COVERAGE


def test_names_of_the_question_alone_are_no_support() -> None:
    grounds = _grounds(CRISIS, question="When did the crisis begin in Norway?")
    assert grounds.check("The oil crisis began in Norway in October 1973.").fault is Fault.NAME


def test_sources_are_not_mixed_into_one_claim() -> None:
    sentence = "The oil crisis began in October 1973, and Henry Kissinger negotiated."
    assert _grounds(CRISIS, TALKS).check(sentence).fault is not None


def test_two_sentences_of_a_source_may_support_a_claim_together() -> None:
    sentence = "The oil crisis began in October 1973 and was called the first oil shock."
    verdict = _grounds(CRISIS, TALKS).check(sentence)
    assert verdict.fault is None
    assert len(verdict.units) == 2


def test_a_row_of_a_table_may_be_short() -> None:
    assert _grounds(CRISIS).check("October; 1973", is_sentence=False).fault is None


def test_the_check_can_be_narrowed_to_one_source() -> None:
    grounds = _grounds(CRISIS, TALKS)
    sentence = "Henry Kissinger negotiated a withdrawal from the Sinai."
    assert grounds.check(sentence, of_source=2).fault is None
    assert grounds.check(sentence, of_source=1).fault is not None
    assert grounds.check(sentence, of_source=7).fault is not None
