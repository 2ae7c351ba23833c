"""Opens the language models that the settings name."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from askmesh.errors import StartupError
from askmesh.inference import (
    LanguageModel,
    LanguageModelEntry,
    LanguageModelProfile,
    chat_language_model,
    open_profile,
    triton_language_model,
)
from askmesh.models import ModelStore
from askmesh.summarization.priming import priming
from askmesh.summarization.prompt import beginnings
from askmesh.summarization.settings import Settings
from askmesh.telemetry import Telemetry


def open_profiles(settings: Settings) -> list[LanguageModelProfile]:
    """Return the profiles of all models, with the names and prices of the settings. Blocks.

    Raise `StartupError` if one cannot be had, or two models have the same name.
    """
    store = ModelStore(settings.home)
    variable = "SUMMARIZATION_MODELS" if settings.models else "SUMMARIZATION_PROFILE"
    profiles = [
        _as_said(entry, open_profile(entry.profile_source, store, variable=variable))
        for entry in settings.entries
    ]
    name, count = Counter(profile.name for profile in profiles).most_common(1)[0]
    if count > 1:
        raise StartupError(
            "MODELS_WITH_ONE_NAME", f"{count} language models are called {name}: give them names"
        )
    return profiles


@asynccontextmanager
async def language_models(
    settings: Settings, signals: Telemetry, profiles: Sequence[LanguageModelProfile]
) -> AsyncGenerator[list[LanguageModel]]:
    """Open the models with these profiles. Nothing is connected yet.

    Those in Triton read what their prompts begin with, one beside the other.
    """
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(_opened(settings, signals, entry, profile))
            for entry, profile in zip(settings.entries, profiles, strict=True)
        ]
        readers = [
            (model, beginnings(profile))
            for entry, model, profile in zip(settings.entries, opened, profiles, strict=True)
            if not entry.is_chat
        ]
        async with priming(readers, head_start_seconds=settings.head_start_seconds):
            yield opened


def key_of(entry: LanguageModelEntry, otherwise: SecretStr) -> SecretStr:
    """Return the key of a model: what is in its file, if it names one. Blocks for a moment.

    Raise `StartupError` if the file cannot be read.
    """
    if not entry.key_file:
        return otherwise
    try:
        return SecretStr(Path(entry.key_file).read_text(encoding="utf-8").strip())
    except (OSError, ValueError) as error:
        raise StartupError(
            "KEY_FILE_UNREADABLE", f"The key_file {entry.key_file} of a model cannot be read"
        ) from error


@asynccontextmanager
async def _opened(
    settings: Settings,
    signals: Telemetry,
    entry: LanguageModelEntry,
    profile: LanguageModelProfile,
) -> AsyncGenerator[LanguageModel]:
    if entry.is_chat:
        key = await asyncio.to_thread(key_of, entry, settings.chat_key)
        async with chat_language_model(entry.address, signals, profile=profile, key=key) as model:
            yield model
        return
    address, _, name = entry.address.partition("#")
    async with triton_language_model(
        address or settings.triton_address,
        name or settings.triton_model,
        signals,
        profile=profile,
        tls=entry.triton_tls or settings.triton_tls,
    ) as model:
        yield model


def _as_said(entry: LanguageModelEntry, profile: LanguageModelProfile) -> LanguageModelProfile:
    prompt, completion = entry.prompt_price, entry.completion_price
    return replace(
        profile,
        name=entry.name or profile.name,
        prompt_price=profile.prompt_price if prompt is None else prompt,
        completion_price=profile.completion_price if completion is None else completion,
    )
