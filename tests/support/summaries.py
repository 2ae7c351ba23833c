"""Sources and summarizers for tests."""

from collections.abc import Iterable
from dataclasses import replace

from askmesh.api.common.v1.answer_pb2 import Citation, TableDelta
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse, SummaryCompleted
from askmesh.inference import (
    ChatTemplate,
    LanguageModel,
    LanguageModelProfile,
    Purpose,
    load_profile,
)
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.generation import GenerationLimits, Generations
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.showing import AssemblyLimits
from askmesh.summarization.summarizer import Summarizer
from askmesh.summarization.values import Source, SummaryRequest
from askmesh.summarization.writing_models import WritingModel
from askmesh.telemetry import Telemetry, silent_telemetry

CRISIS = Source(
    passage_id="crisis",
    title="1973 oil crisis",
    text=(
        "The oil crisis began in October 1973, when Arab producers proclaimed an embargo. "
        "By March 1974 the price of oil had risen from $3 to nearly $12 per barrel. "
        "It was later called the first oil shock."
    ),
    score=0.9,
)
TALKS = Source(
    passage_id="talks",
    title="Kissinger",
    text=(
        "Henry Kissinger negotiated an Israeli withdrawal from the Sinai. "
        "Japan did not support the embargo."
    ),
    score=0.6,
)
QUESTION = "When did the oil crisis begin?"

CHATML = ChatTemplate(
    source=(
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}"
        "<|im_end|>\n{% endfor %}<|im_start|>assistant\n{{ '' }}"
    ),
    marks=("<|im_start|>", "<|im_end|>"),
)
BOLD = LanguageModelProfile(
    name="bold",
    template=CHATML,
    context_tokens=2048,
    max_output_tokens=128,
    stop=("<|im_end|>",),
    evidence="passages",
)
"""A model that writes without a quote before it."""

TIMID = replace(load_profile("smollm2-135m-instruct"), template=CHATML)
"""A model whose answers begin with a quote."""


class WordCounter:
    """Counts words as tokens."""

    def count(self, text: str) -> int:
        return len(text.split())

    def truncate(self, text: str, limit: int) -> str:
        words = text.split()
        return text if len(words) <= limit else " ".join(words[:limit])


def summarizer(
    model: LanguageModel,
    *,
    profile: LanguageModelProfile = BOLD,
    limits: GenerationLimits | None = None,
    telemetry: Telemetry | None = None,
) -> Summarizer:
    written_by = writing_model(model, profile=profile, limits=limits)
    return Summarizer([written_by], telemetry or silent_telemetry())


def writing_model(
    model: LanguageModel,
    *,
    profile: LanguageModelProfile = BOLD,
    limits: GenerationLimits | None = None,
    purposes: Iterable[Purpose] = (),
) -> WritingModel:
    counter = WordCounter()
    prompts = PromptWriter(profile, counter)
    return WritingModel(
        profile,
        Generations(model, limits or generation_limits()),
        Assembly(profile, counter, prompts, assembly_limits()),
        prompts,
        frozenset(purposes),
    )


def generation_limits(
    *, concurrency: int = 4, slot_wait: float = 5, first_token: float = 5, whole: float = 5
) -> GenerationLimits:
    return GenerationLimits(
        concurrency=concurrency,
        slot_wait=slot_wait,
        first_token=first_token,
        whole=whole,
        deadline_margin=0.1,
    )


def assembly_limits() -> AssemblyLimits:
    return AssemblyLimits(
        answer_floor=0.3,
        unscored_answer_floor=0.3,
        doubt_floor=0.06,
        evidence_share=0.25,
        max_tokens=1000,
    )


def request(
    question: str = QUESTION,
    sources: Iterable[Source] = (CRISIS, TALKS),
    *,
    sub_questions: tuple[str, ...] = (),
    table_columns: tuple[str, ...] = (),
    wants_table: bool = False,
) -> SummaryRequest:
    return SummaryRequest(
        question=question,
        sources=tuple(sources),
        sub_questions=sub_questions,
        table_columns=table_columns,
        wants_table=wants_table,
    )


async def events_of(summarizer: Summarizer, request: SummaryRequest) -> list[StreamSummaryResponse]:
    return [event async for event in summarizer.summarize(request)]


def text_of(events: Iterable[StreamSummaryResponse]) -> str:
    return "".join(event.text_delta.text for event in events)


def citations_of(events: Iterable[StreamSummaryResponse]) -> list[Citation]:
    return [event.citation for event in events if event.HasField("citation")]


def tables_of(events: Iterable[StreamSummaryResponse]) -> list[TableDelta]:
    return [event.table_delta for event in events if event.HasField("table_delta")]


def completion_of(events: Iterable[StreamSummaryResponse]) -> SummaryCompleted:
    (completed,) = [event.completed for event in events if event.HasField("completed")]
    return completed


def told_from(question: str, text: str, title: str = "") -> str:
    """Return what a source says to a question without a model or scores; empty if nothing."""
    prompts = PromptWriter(TIMID, WordCounter())
    assembly = Assembly(TIMID, WordCounter(), prompts, assembly_limits())
    source = Source(passage_id="p", document_id="d", title=title, text=text, score=0.9)
    evidence = assembly.evidence(request(question, (source,)))
    return " ".join(said.text for said in evidence.said) if isinstance(evidence, Evidence) else ""
