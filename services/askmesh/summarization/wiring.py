"""The composition root of summarization."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import (
    add_SummarizationServiceServicer_to_server,
)
from askmesh.inference import (
    LanguageModel,
    LanguageModelEntry,
    LanguageModelProfile,
    TokenCounter,
    open_token_counter,
)
from askmesh.models import ModelStore
from askmesh.serving import inner_door, room_for_calls, serving
from askmesh.summarization.assembly import Assembly
from askmesh.summarization.generation import GenerationLimits, Generations
from askmesh.summarization.model_watch import ModelWatch, watching
from askmesh.summarization.opening import language_models, open_profiles
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.servicer import SummarizationServicer
from askmesh.summarization.settings import Settings
from askmesh.summarization.showing import AssemblyLimits
from askmesh.summarization.summarizer import Summarizer
from askmesh.summarization.writing_models import WritingModel
from askmesh.telemetry import Telemetry, telemetry

SERVICE_NAME = summarization_pb2.DESCRIPTOR.services_by_name["SummarizationService"].full_name
METHOD = f"/{SERVICE_NAME}/StreamSummary"


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of one language model."""

    entry: LanguageModelEntry
    profile: LanguageModelProfile
    counter: TokenCounter


@asynccontextmanager
async def summarization_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the service until the block ends, and yield its port.

    Raises `StartupError` when a language model's profile, tokenizer or key cannot be had.
    """
    all_said = await asyncio.to_thread(_all_said, settings)
    async with (
        telemetry("summarization", settings) as signals,
        language_models(settings, signals, [said.profile for said in all_said]) as models,
        _serving(settings, signals, models, all_said) as port,
    ):
        yield port


@asynccontextmanager
async def summarization_server(
    settings: Settings, signals: Telemetry, *models: LanguageModel
) -> AsyncGenerator[int]:
    """Serve answers written by `models`, those of the settings, until the block ends.

    Yield the port.
    """
    all_said = await asyncio.to_thread(_all_said, settings)
    async with _serving(settings, signals, models, all_said) as port:
        yield port


@asynccontextmanager
async def _serving(
    settings: Settings,
    signals: Telemetry,
    models: Sequence[LanguageModel],
    all_said: Sequence[_Said],
) -> AsyncGenerator[int]:
    writing = [
        _writing_model(settings, signals, model, said)
        for model, said in zip(models, all_said, strict=True)
    ]
    servicer = SummarizationServicer(
        Summarizer(writing, signals, currency=settings.currency),
        writing,
        heartbeat_seconds=settings.heartbeat_seconds,
    )
    async with (
        watching(model.generations.watch for model in writing),
        serving(
            lambda server: add_SummarizationServiceServicer_to_server(servicer, server),
            services=[SERVICE_NAME],
            settings=settings,
            telemetry=signals,
            door=inner_door(settings),
            # Answers take as long as a language model does, whose own places are another bound.
            rooms={METHOD: room_for_calls("summarization", settings, signals.metrics)},
        ) as port,
    ):
        yield port


def _writing_model(
    settings: Settings, signals: Telemetry, model: LanguageModel, said: _Said
) -> WritingModel:
    profile, limits = said.profile, _generation_limits(settings, said.entry)
    signals.metrics.set_upstream(profile.name, "closed")
    watch = ModelWatch(
        model,
        name=profile.name,
        first_token_seconds=limits.first_token,
        on_change=signals.metrics.set_upstream,
    )
    prompts = PromptWriter(profile, said.counter)
    return WritingModel(
        profile,
        Generations(model, limits, watch),
        Assembly(profile, said.counter, prompts, assembly_limits(settings)),
        prompts,
        said.entry.purposes,
    )


def assembly_limits(settings: Settings) -> AssemblyLimits:
    """Return the limits of evidence in `settings`."""
    return AssemblyLimits(
        answer_floor=settings.answer_floor,
        unscored_answer_floor=settings.unscored_answer_floor,
        doubt_floor=settings.doubt_floor,
        evidence_share=settings.evidence_share,
        max_tokens=settings.evidence_tokens,
    )


def _generation_limits(settings: Settings, entry: LanguageModelEntry) -> GenerationLimits:
    return GenerationLimits(
        concurrency=entry.concurrency or settings.concurrent_generations,
        slot_wait=settings.slot_wait_seconds,
        first_token=entry.first_token_seconds or settings.first_token_seconds,
        whole=settings.generation_seconds,
        deadline_margin=settings.deadline_margin_seconds,
    )


def _all_said(settings: Settings) -> list[_Said]:
    """Return what is said of all models. Reads profiles and tokenizers from disk."""
    store = ModelStore(settings.home)
    return [
        _Said(entry, profile, open_token_counter(profile.tokenizer, store))
        for entry, profile in zip(settings.entries, open_profiles(settings), strict=True)
    ]
