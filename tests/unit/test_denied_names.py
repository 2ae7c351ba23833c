"""What a question for yes or no ends with, denied by name."""

import pytest

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ANSWERED
from askmesh.summarization.values import Source
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import completion_of, events_of, request, summarizer, text_of


async def told(question: str, text: str) -> str:
    """Return what is said without a model, of a text that seems far from the question."""
    model = ScriptedLanguageModel("NO ANSWER")
    source = Source(passage_id="p", title="Handbook", text=text, score=0.05)
    events = await events_of(summarizer(model), request(question, sources=[source]))
    answered = completion_of(events).outcome == ANSWER_OUTCOME_ANSWERED
    return text_of(events) if answered and not model.requests else ""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Will it work with Solaris?", "There is no Solaris package."),
        ("Will it work with Solaris?", "Solaris isn't supported any more."),
        ("Do you ship to Norway?", "At present we do not send anything to Norway."),
        ("Is there a sauna?", "We have no saunas in either building."),
        ("Do you offer refresher courses?", "We offer no courses of that sort."),
    ],
)
async def test_a_denial_of_the_name_that_is_asked_for_is_the_answer(
    question: str, text: str
) -> None:
    assert (await told(question, text)).startswith(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Will it work with Solaris?", "The Solaris build does not need a licence."),
        ("Will it work with Solaris?", "There is no Solaris package. On Solaris, build it."),
        ("Do you ship to Norway?", "Parcels from Norway are not free of duty."),
        ("Why is there no sauna?", "We have no saunas in either building."),
        ("Can I open a window?", "There is no window seat."),
        ("Does it not work with Solaris?", "There is no Solaris package."),
    ],
)
async def test_what_denies_something_else_or_is_said_otherwise_elsewhere_decides_nothing(
    question: str, text: str
) -> None:
    assert await told(question, text) == ""
