from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.api.common.v1.answer_pb2 import (
    ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED,
    ABSTENTION_REASON_NOT_ANSWERED,
    ABSTENTION_REASON_NOTHING_NEAR,
    Abstention,
)
from askmesh.summarization.answerability import (
    SCORED,
    UNSCORED,
    Signals,
    refusal_bias,
    signals_of,
)
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.question import take_apart
from askmesh.summarization.values import Source, SourceSentence
from askmesh.summarization.wording import abstention_text
from support.summaries import BOLD, CRISIS, QUESTION, TALKS, WordCounter, assembly_limits, request

WAR = Source(
    passage_id="war",
    title="Northern War",
    text="The Northern War began in 1914 and came to an end in 1918.",
    score=0.8,
    sentences=(SourceSentence(0, 58, 0.7),),
)


def _signals(question: str, *sources: Source) -> Signals:
    return signals_of(take_apart(question), rank_units(question, sources))


def _evidence(question: str, *sources: Source) -> Evidence | Abstention:
    assembly = Assembly(BOLD, WordCounter(), PromptWriter(BOLD, WordCounter()), assembly_limits())
    return assembly.evidence(request(question, sources))


@given(st.lists(st.floats(-6, 6), min_size=9, max_size=9))
def test_probabilities_are_between_0_and_1(values: list[float]) -> None:
    for model in (SCORED, UNSCORED):
        assert 0.0 <= model.probability(Signals(*values)) <= 1.0


def test_a_better_score_makes_an_answer_more_likely() -> None:
    low = _signals("When did the Northern War begin?", WAR)
    high = replace(low, unit=low.unit + 1)
    assert SCORED.probability(high) > SCORED.probability(low)


@pytest.mark.parametrize("signal", ["missing_identifier", "missing_names", "missing_kind"])
def test_what_is_missing_makes_an_answer_less_likely(signal: str) -> None:
    present = _signals("When did the Northern War begin?", WAR)
    missing = replace(present, **{signal: 1.0})
    assert SCORED.probability(missing) <= SCORED.probability(present)


def test_signals_of_a_good_answer_speak_for_it() -> None:
    signals = _signals("When was the end of the Northern War?", WAR)
    assert signals.passage_coverage == signals.unit_coverage == 1.0
    assert astuple(signals)[4:] == (0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("question", "signal"),
    [
        ("What does E7777 mean?", "missing_identifier"),
        ("What happened in 1979?", "missing_identifier"),
        ("When did Norway enter the war?", "missing_names"),
        ("Who did not fight in the war?", "negation"),
        ("Was the southern war long?", "opposite"),
    ],
)
def test_signals_tell_what_is_wrong(question: str, signal: str) -> None:
    assert getattr(_signals(question, WAR), signal) > 0


def test_a_number_where_none_stands_is_missing() -> None:
    source = Source(passage_id="p", text="Tea is drunk in the garden.", score=0.8)
    assert _signals("How many cups of tea are drunk?", source).missing_kind == 1.0


def test_no_rule_vetoes_alone() -> None:
    """The sentence has the opposite of "begin", and answers."""
    assert isinstance(_evidence("When did the Northern War begin?", WAR), Evidence)


def test_an_identifier_that_no_source_has_is_not_answered_by_its_neighbour() -> None:
    codes = Source(
        passage_id="codes",
        title="Error codes",
        text="- E7713: the pump has no water\n- E7731: the pump is too hot",
        score=0.6,
    )
    found = _evidence("What does error E7777 mean?", codes)
    assert found == Abstention(reason=ABSTENTION_REASON_NOT_ANSWERED, nearest_source_number=1)
    assert isinstance(_evidence("What does error E7713 mean?", codes), Evidence)


def test_without_sources_nothing_is_near() -> None:
    assert _evidence(QUESTION) == Abstention(reason=ABSTENTION_REASON_NOTHING_NEAR)


def test_a_question_in_another_script_is_not_supported() -> None:
    assert _evidence("什么时候开始") == Abstention(reason=ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED)


def test_scores_count_for_nothing_in_a_script_that_the_scorer_cannot_read() -> None:
    text = "温室应保持在二十二度。李明负责灌溉系统。"
    spans = ((0, 11, 0.9), (11, 20, 0.1))
    scored = Source(
        passage_id="zh", text=text, sentences=tuple(SourceSentence(*span) for span in spans)
    )
    evidence = _evidence("谁负责灌溉系统", scored)
    assert isinstance(evidence, Evidence)
    assert evidence.shown[0].own == "李明负责灌溉系统。"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("何时开始", "文件中没有与此相关的内容。"),
        ("いつ始まりますか", "文書にはこれに関する記述がありません。"),
        ("متى يبدأ؟", "لا تذكر الوثائق شيئا عن هذا."),
    ],
)
def test_an_abstention_is_written_in_the_script_of_the_question(question: str, said: str) -> None:
    abstention = Abstention(reason=ABSTENTION_REASON_NOTHING_NEAR)
    assert abstention_text(question, abstention, "") == said


def test_without_scores_words_in_common_are_enough() -> None:
    sources = [replace(source, score=None) for source in (CRISIS, TALKS)]
    assert isinstance(_evidence(QUESTION, *sources), Evidence)
    asked = "Which goalkeeper won the cup in Lisbon?"
    assert isinstance(_evidence(asked, *sources), Abstention)


def test_the_better_the_signals_are_the_surer_a_model_must_be_to_refuse() -> None:
    assert refusal_bias(0.9) < refusal_bias(0.6) < refusal_bias(0.45)
    assert refusal_bias(0.2) == refusal_bias(0.02)


def test_the_entry_of_the_code_that_is_named_answers_whatever_it_scores() -> None:
    text = "Code: L20 | Meaning: battery empty\nCode: L21 | Meaning: bolt blocked"
    spans = (SourceSentence(0, 34, 0.01), SourceSentence(35, len(text), 0.01))
    codes = Source(passage_id="codes", title="Codes", text=text, score=0.01, sentences=spans)
    found = _evidence("tablet says L21", codes)
    assert isinstance(found, Evidence)
    assert not found.doubtful
    assert found.shown[0].own == "Code: L21 | Meaning: bolt blocked"
    assert isinstance(_evidence("tablet says L22", codes), Abstention)
