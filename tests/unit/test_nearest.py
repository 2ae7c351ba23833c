from dataclasses import replace

import pytest

from askmesh.api.common.v1.answer_pb2 import (
    ABSTENTION_REASON_NOT_ANSWERED,
    ABSTENTION_REASON_NOTHING_NEAR,
    ANSWER_OUTCOME_ABSTAINED,
    ANSWER_OUTCOME_ANSWERED,
    AbstentionReason,
)
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.summarization.values import Source
from support.fake_language_model import ScriptedLanguageModel
from support.scored_sources import units_scored
from support.summaries import (
    BOLD,
    citations_of,
    completion_of,
    events_of,
    request,
    summarizer,
    text_of,
)

DECISIVE = replace(BOLD, decides_doubts=True, evidence="sentences")
TEXT = "Hens may be kept, six at most. Gates are shut at nine."
ASKED = "How many geese may be kept?"


async def _told(*scores: float) -> tuple[str, list[str], AbstentionReason.ValueType]:
    events = await _said(ASKED, *scores)
    completed = completion_of(events)
    assert completed.outcome == ANSWER_OUTCOME_ABSTAINED
    cited = [citation.quote for citation in citations_of(events)]
    return text_of(events), cited, completed.abstention.reason


async def _said(asked: str, *scores: float) -> list[StreamSummaryResponse]:
    spans = units_scored(TEXT, scores)
    source = Source(passage_id="r", title="Rules", text=TEXT, score=0.1, sentences=spans)
    writer = summarizer(ScriptedLanguageModel("NO ANSWER"), profile=DECISIVE)
    return await events_of(writer, request(asked, sources=[source]))


async def test_what_is_nearest_by_far_is_told_and_cited_though_it_is_no_answer() -> None:
    text, cited, reason = await _told(0.08, 0.01)
    assert reason == ABSTENTION_REASON_NOT_ANSWERED
    assert "The nearest place is \u201cRules\u201d. It says: " in text
    assert cited == ["Hens may be kept, six at most."]


async def test_of_what_is_far_and_not_alone_only_the_place_is_told() -> None:
    text, cited, _ = await _told(0.06, 0.05)
    assert text.endswith("The nearest place is \u201cRules\u201d.")
    assert cited == []


async def test_what_scores_next_to_nothing_is_not_called_near() -> None:
    text, cited, reason = await _told(0.012, 0.011)
    assert reason == ABSTENTION_REASON_NOTHING_NEAR
    assert "nearest" not in text
    assert cited == []


async def test_what_speaks_of_all_that_was_asked_is_quoted_though_the_model_refuses() -> None:
    events = await _said("How many hens may be kept?", 0.6, 0.5)
    assert completion_of(events).outcome == ANSWER_OUTCOME_ANSWERED
    assert "Hens may be kept, six at most." in text_of(events)


async def test_what_is_likely_and_far_before_others_is_quoted_though_the_model_refuses() -> None:
    events = await _said("How big can a flock get?", 0.8, 0.1)
    assert "Hens may be kept, six at most." in text_of(events)
    assert completion_of(events).outcome == ANSWER_OUTCOME_ANSWERED
    events = await _said("How big can a flock get?", 0.8, 0.6)
    assert completion_of(events).outcome == ANSWER_OUTCOME_ABSTAINED


async def test_what_speaks_of_all_but_what_was_asked_for_is_not_quoted() -> None:
    events = await _said("How many geese may I keep?", 0.4, 0.35)
    assert completion_of(events).outcome == ANSWER_OUTCOME_ABSTAINED


async def test_what_is_alone_in_speaking_of_it_is_quoted_though_it_scores_little() -> None:
    events = await _said("How many hens can I keep?", 0.08, 0.01)
    assert "Hens may be kept, six at most." in text_of(events)
    assert completion_of(events).outcome == ANSWER_OUTCOME_ANSWERED
    events = await _said("How many hens can I keep?", 0.08, 0.06)
    assert completion_of(events).outcome == ANSWER_OUTCOME_ABSTAINED


@pytest.mark.parametrize("asked", ["What is the fee for hens?", "How many hens were kept in 2019?"])
async def test_what_lacks_a_thing_that_is_named_is_not_alone(asked: str) -> None:
    assert completion_of(await _said(asked, 0.08, 0.01)).outcome == ANSWER_OUTCOME_ABSTAINED
