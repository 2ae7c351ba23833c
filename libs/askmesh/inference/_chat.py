"""Language models that are named by their address: `https://host/v1#name`."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import cast

from pydantic import SecretStr

from askmesh.errors import StartupError
from askmesh.inference._ports import LanguageModel
from askmesh.inference._profiles import LanguageModelProfile
from askmesh.telemetry import Telemetry

_Opens = Callable[..., AbstractAsyncContextManager[LanguageModel]]


def chat_language_model(
    address: str, telemetry: Telemetry, *, profile: LanguageModelProfile, key: SecretStr
) -> AbstractAsyncContextManager[LanguageModel]:
    """A chat model of a server that speaks OpenAI's interface. Nothing is connected yet.

    Raise `StartupError` if the extra `openai` is not installed.
    """
    try:
        module = import_module("askmesh.inference._openai")
    except ModuleNotFoundError as error:
        advice = "A language model at an address needs: pip install 'askmesh[openai]'"
        raise StartupError("OPENAI_NOT_INSTALLED", advice) from error
    opens = cast("_Opens", module.openai_language_model)
    url, _, name = address.partition("#")
    return opens(url, name, telemetry, profile=profile, key=key)
