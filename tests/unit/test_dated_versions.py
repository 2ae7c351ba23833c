"""The date above a statement is that of its heading's version, not of another that it names."""

import pytest

from askmesh.api.common.v1.answer_pb2 import ABSTENTION_REASON_NOT_ANSWERED, Abstention
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.prompt import PromptWriter
from support.composing import scored_page
from support.summaries import TIMID, WordCounter, assembly_limits, request

NOTES = (
    "# 2.4.0 \u2013 9 May 2025\n\n"
    "- The compass drifts after sunset. To be mended in 2.6.\n\n"
    "# 2.5.1 \u2013 3 July 2025\n\n- The map loads faster."
)
QUESTION = "When will Wayfarer 2.6 come out?"


def _found(question: str, text: str = NOTES) -> Evidence | Abstention:
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    return assembly.evidence(request(question, [scored_page(text, 0.8, 0.2)]))


def test_a_version_that_is_named_below_the_date_of_another_has_no_date() -> None:
    found = _found(QUESTION)
    assert isinstance(found, Abstention)
    assert found.reason == ABSTENTION_REASON_NOT_ANSWERED
    assert found.nearest_source_number == 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (QUESTION, NOTES.replace("in 2.6", "in 2.6, in autumn")),
        (QUESTION, NOTES.replace("9 May 2025", "the first with maps")),
        (QUESTION, NOTES.replace("2.4.0", "2.6.0")),
        ("When did Wayfarer 2.4 come out?", NOTES.replace("The compass", "In 2.4 the compass")),
        ("When did Wayfarer 2.4.0 come out?", NOTES),
        ("What is mended in Wayfarer 2.6?", NOTES),
    ],
)
def test_evidence_is_what_has_a_time_of_its_own_or_is_asked_for_no_time(
    question: str, text: str
) -> None:
    assert isinstance(_found(question, text), Evidence)
