"""Language models behind an OpenAI-compatible interface: vLLM, Ollama, llama.cpp and providers."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Generator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from json import JSONDecodeError
from typing import TypeVar

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import SecretStr

from askmesh.errors import AskmeshError, DeadlineError
from askmesh.inference._generation_span import generation_span
from askmesh.inference._openai_answer import ChatAnswer
from askmesh.inference._ports import (
    GenerationChunk,
    GenerationRequest,
    LanguageModelBusyError,
    LanguageModelRejectionError,
    LanguageModelUnavailableError,
)
from askmesh.inference._profiles import LanguageModelProfile, drawn_by
from askmesh.resilience import time_remaining
from askmesh.telemetry import Telemetry

T = TypeVar("T")

_CONNECT_SECONDS = 5.0
_SILENT_SECONDS = 60.0
_TOO_MANY_REQUESTS = 429
_KEY_REFUSED = (401, 403)
_REQUEST_REFUSED = (400, 413, 422)
_MOST_WORDS = 200


class OpenAiLanguageModel:
    """A chat model of a server that speaks OpenAI's interface.

    The server renders the chat template. It is asked once and never again: retries are made in one
    place. Guides and biases are not sent, nor what only some servers draw words by: `top_k` and
    the penalty of repetition. Where the server counts no tokens, each piece counts as one.
    """

    def __init__(
        self,
        client: openai.AsyncOpenAI,
        model: str,
        telemetry: Telemetry,
        profile: LanguageModelProfile,
    ) -> None:
        self._client = client
        self._model = model
        self._telemetry = telemetry
        self._profile = profile

    async def can_be_guided(self) -> bool:
        """False: grammars are no part of the interface."""
        return False

    async def shows_life(self, seconds: float) -> bool:  # noqa: ARG002 - no method is for that
        return True

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[GenerationChunk]:
        """Stream the completion; see `LanguageModel.generate`.

        Raise `DeadlineError` if the deadline of the work at hand has passed.
        """
        request = drawn_by(self._profile, request) if request.system else request
        with (
            generation_span(
                self._telemetry, self._model, request, provider="openai", operation="chat"
            ) as span,
            self._failures(),
        ):
            async with aclosing(self._chunks(request, span.headers)) as chunks:
                async for chunk in chunks:
                    if chunk.finish_reason:
                        span.record(chunk)
                    yield chunk

    async def _chunks(
        self, request: GenerationRequest, headers: Mapping[str, str]
    ) -> AsyncGenerator[GenerationChunk]:
        answer = ChatAnswer()
        async with aclosing(self._events(request, headers)) as events:
            async for event in events:
                if text := answer.take(event):
                    yield answer.chunk(text)
        if answer.reason is None:
            raise self._unavailable("ended the stream in the middle of an answer")
        yield answer.chunk("", answer.reason)

    async def _events(
        self, request: GenerationRequest, headers: Mapping[str, str]
    ) -> AsyncGenerator[ChatCompletionChunk]:
        stream = await _in_time(
            self._client.chat.completions.create(
                model=self._model,
                messages=_messages(request),
                max_tokens=request.max_tokens,
                temperature=request.temperature,
                top_p=request.top_p,
                seed=request.seed,
                stop=list(request.stop) or None,
                stream=True,
                stream_options={"include_usage": True},
                extra_headers=headers,
            )
        )
        async with stream:  # leaving it closes the connection, which ends the generation there
            events = aiter(stream)
            while (event := await _in_time(anext(events, None))) is not None:
                yield event

    @contextmanager
    def _failures(self) -> Generator[None]:
        try:
            yield
        except TimeoutError as error:
            raise DeadlineError("DEADLINE_EXCEEDED", "The language model was too slow.") from error
        except JSONDecodeError as error:
            raise self._unavailable("answers what is no JSON") from error
        except openai.APIError as error:
            # A cause would be told with its message, in the log and in the trace.
            raise self._error_of(error) from None if self._is_quoted(error) else error

    def _error_of(self, error: openai.APIError) -> AskmeshError:
        match error:
            case openai.APIStatusError(status_code=code) if code == _TOO_MANY_REQUESTS:
                return LanguageModelBusyError(
                    "LANGUAGE_MODEL_BUSY",
                    "The language model takes no more requests now.",
                    retry_after_seconds=_retry_after(error),
                    model=self._model,
                )
            case openai.APIStatusError(status_code=code) if code in _KEY_REFUSED:
                return self._unavailable(f"refuses its key ({code})")
            case openai.APIStatusError(status_code=code) if code in _REQUEST_REFUSED:
                return LanguageModelRejectionError(
                    "LANGUAGE_MODEL_REJECTION",
                    f"The language model {self._model} does not take the request ({code})",
                    model=self._model,
                )
            case _ if self._is_quoted(error):
                return self._unavailable("failed, and quotes its key")
            case _:
                return self._unavailable(f"failed: {error.message[:_MOST_WORDS]}")

    def _is_quoted(self, error: openai.APIError) -> bool:
        """Whether the server's words hold the key that was sent to it."""
        return self._client.api_key in f"{error.message} {error.body}"

    def _unavailable(self, what: str) -> LanguageModelUnavailableError:
        return LanguageModelUnavailableError(
            "LANGUAGE_MODEL_UNAVAILABLE",
            f"The language model {self._model} at {self._client.base_url.host} {what}",
            model=self._model,
        )


@asynccontextmanager
async def openai_language_model(
    url: str, model: str, telemetry: Telemetry, *, profile: LanguageModelProfile, key: SecretStr
) -> AsyncGenerator[OpenAiLanguageModel]:
    """A chat model of the server at `url`, which mostly ends in `/v1`. Nothing is connected yet.

    An empty `key` suits servers that ask for none.
    """
    async with openai.AsyncOpenAI(
        base_url=url,
        api_key=key.get_secret_value() or "none",
        max_retries=0,
        timeout=openai.Timeout(_SILENT_SECONDS, connect=_CONNECT_SECONDS),
    ) as client:
        yield OpenAiLanguageModel(client, model, telemetry, profile)


async def _in_time(work: Awaitable[T]) -> T:
    async with asyncio.timeout(time_remaining()):
        return await work


def _messages(request: GenerationRequest) -> list[ChatCompletionMessageParam]:
    user: ChatCompletionMessageParam = {"role": "user", "content": request.prompt}
    return [{"role": "system", "content": request.system}, user] if request.system else [user]


def _retry_after(error: openai.APIStatusError) -> float:
    """Return the seconds that the server names; it may name a date, which is left aside."""
    named = error.response.headers.get("retry-after", "")
    return float(named) if named.isdecimal() else 1.0
