import pytest

from askmesh.summarization.abstention import contradicts, is_doubtful, missing_terms
from askmesh.summarization.evidence import EvidenceSentence, rank_sentences
from askmesh.summarization.values import Source
from support.summaries import CRISIS, TALKS

EVIDENCE = rank_sentences("When did the oil crisis begin?", [CRISIS, TALKS])


def _only(sentence: str) -> list[EvidenceSentence]:
    return rank_sentences("", [Source(passage_id="p", text=sentence)])


@pytest.mark.parametrize("term", ["Norway", "1979", "IMF", "-3"])
def test_a_term_that_no_source_mentions_is_missing(term: str) -> None:
    assert missing_terms([term], EVIDENCE) == [term]


@pytest.mark.parametrize("term", ["embargoes", "H. Kissinger", "three", "1973", "the"])
def test_a_term_may_be_mentioned_in_another_form(term: str) -> None:
    assert missing_terms([term], EVIDENCE) == []


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which mass hangs on a horizontal spring?", "A mass hangs on a vertical spring."),
        ("What marks a partial meeting?", "It marks that a full meeting takes place."),
        ("Which dynasty was illegitimate?", "The Yuan dynasty was legitimate."),
        ("What did the group proclaim in 2015?", "In 2014 the group proclaimed a state."),
    ],
)
def test_the_opposite_of_the_questions_word_is_a_contradiction(
    question: str, sentence: str
) -> None:
    (best,) = _only(sentence)
    assert contradicts(question, best)
    assert not contradicts(sentence, best)


def test_both_of_two_opposites_are_no_contradiction() -> None:
    (best,) = _only("The first became the last.")
    assert not contradicts("Who was the first?", best)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which country did support the embargo?", "Japan did not support the embargo."),
        ("Which country did not support the embargo?", "Japan did support the embargo."),
        ("When did Kissinger negotiate?", "Kissinger negotiated in the Sinai."),
        ("Who proclaimed the embargo?", "The embargo was proclaimed in the summer."),
    ],
)
def test_evidence_of_the_wrong_kind_is_doubtful(question: str, sentence: str) -> None:
    assert is_doubtful(question, (), _only(sentence))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When did the oil crisis begin?", "The oil crisis began in October 1973."),
        ("Who negotiated a withdrawal?", "Henry Kissinger negotiated a withdrawal."),
        ("Which country did not support the embargo?", "Japan did not support the embargo."),
    ],
)
def test_evidence_of_the_right_kind_is_not_doubtful(question: str, sentence: str) -> None:
    assert not is_doubtful(question, (), _only(sentence))


def test_a_missing_term_makes_evidence_doubtful() -> None:
    assert is_doubtful("When did the oil crisis begin?", ("Norway",), EVIDENCE)
