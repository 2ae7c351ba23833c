"""The composition root of summarization."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import (
    add_SummarizationServiceServicer_to_server,
)
from askmesh.inference import (
    LanguageModel,
    LanguageModelProfile,
    TokenCounter,
    chat_language_model,
    open_profile,
    open_token_counter,
    triton_language_model,
)
from askmesh.models import ModelStore, is_address
from askmesh.serving import inner_door, room_for_calls, serving
from askmesh.summarization.assembly import Assembly
from askmesh.summarization.generation import GenerationLimits, Generations
from askmesh.summarization.priming import priming
from askmesh.summarization.prompt import PromptWriter, beginnings
from askmesh.summarization.servicer import SummarizationServicer
from askmesh.summarization.settings import Settings
from askmesh.summarization.showing import AssemblyLimits
from askmesh.summarization.summarizer import Summarizer
from askmesh.telemetry import Telemetry, telemetry

SERVICE_NAME = summarization_pb2.DESCRIPTOR.services_by_name["SummarizationService"].full_name
METHOD = f"/{SERVICE_NAME}/StreamSummary"


@asynccontextmanager
async def summarization_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the service until the block ends, and yield its port.

    Raises `StartupError` when the language model's profile or tokenizer cannot be had.
    """
    profile = await asyncio.to_thread(_profile, settings)
    async with (
        telemetry("summarization", settings) as signals,
        _language_model(settings, signals, profile) as model,
        summarization_server(settings, signals, model) as port,
    ):
        yield port


@asynccontextmanager
async def _language_model(
    settings: Settings, signals: Telemetry, profile: LanguageModelProfile
) -> AsyncGenerator[LanguageModel]:
    if is_address(settings.profile):
        async with chat_language_model(
            settings.profile, signals, profile=profile, key=settings.chat_key
        ) as model:
            yield model
        return
    address, name = settings.triton_address, settings.triton_model
    async with (
        triton_language_model(
            address, name, signals, profile=profile, tls=settings.triton_tls
        ) as model,
        priming(model, beginnings(profile), head_start_seconds=settings.head_start_seconds),
    ):
        yield model


@asynccontextmanager
async def summarization_server(
    settings: Settings, signals: Telemetry, model: LanguageModel
) -> AsyncGenerator[int]:
    """Serve answers written by `model` until the block ends, and yield the port."""
    # Profiles and tokenizers are read from disk.
    profile, counter = await asyncio.to_thread(_profile_and_counter, settings)
    servicer = SummarizationServicer(
        summarizer(settings, signals, model, profile, counter),
        heartbeat_seconds=settings.heartbeat_seconds,
    )
    async with serving(
        lambda server: add_SummarizationServiceServicer_to_server(servicer, server),
        services=[SERVICE_NAME],
        settings=settings,
        telemetry=signals,
        door=inner_door(settings),
        # Answers take as long as a language model does, whose own places are another bound.
        rooms={METHOD: room_for_calls("summarization", settings, signals.metrics)},
    ) as port:
        yield port


def summarizer(
    settings: Settings,
    signals: Telemetry,
    model: LanguageModel,
    profile: LanguageModelProfile,
    counter: TokenCounter,
) -> Summarizer:
    """Return the use case with the limits of `settings`."""
    prompts = PromptWriter(profile, counter)
    return Summarizer(
        Generations(model, _generation_limits(settings)),
        Assembly(profile, counter, prompts, assembly_limits(settings)),
        prompts,
        profile,
        signals,
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


def _generation_limits(settings: Settings) -> GenerationLimits:
    return GenerationLimits(
        concurrency=settings.concurrent_generations,
        slot_wait=settings.slot_wait_seconds,
        first_token=settings.first_token_seconds,
        whole=settings.generation_seconds,
        deadline_margin=settings.deadline_margin_seconds,
    )


def _profile_and_counter(settings: Settings) -> tuple[LanguageModelProfile, TokenCounter]:
    profile = _profile(settings)
    return profile, open_token_counter(profile.tokenizer, ModelStore(settings.home))


def _profile(settings: Settings) -> LanguageModelProfile:
    store = ModelStore(settings.home)
    return open_profile(settings.profile, store, variable="SUMMARIZATION_PROFILE")
