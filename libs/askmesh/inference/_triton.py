"""Language models in Triton, over its streaming gRPC interface."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import grpc

from askmesh.errors import AskmeshError, DeadlineError
from askmesh.inference._generation_span import generation_span
from askmesh.inference._ports import (
    GenerationChunk,
    GenerationRequest,
    LanguageModelBusyError,
    LanguageModelUnavailableError,
)
from askmesh.inference._profiles import PLAIN, LanguageModelProfile, in_words_of
from askmesh.inference._triton_answer import TritonAnswer
from askmesh.inference._triton_tensors import TritonModel, input_tensors
from askmesh.inference._triton_wire import Reply, TritonWire, inference_message, reply_from
from askmesh.resilience import time_remaining
from askmesh.telemetry import Telemetry
from askmesh.transport import TlsFiles, connecting

_PROBE_SECONDS = 5.0
_CHANNEL_OPTIONS = (
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),  # a peer that has vanished is noticed in this time
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),  # a server that has just started is found at once
    ("grpc.max_receive_message_length", 64 << 20),
)
_QUEUE_FULL = ("exceeds maximum queue size", "maximum queue size of")


class TritonLanguageModel:
    """A language model that Triton serves under the name `model`.

    It understands TensorRT-LLM's ensemble, BLS and LLM API models: which one is there is found out
    at the first generation. Where the server counts no tokens, `prompt_tokens` is 0 and each piece
    counts as one token. The trace goes along; the deadline of the work at hand is kept.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        address: str,
        model: str,
        telemetry: Telemetry,
        profile: LanguageModelProfile,
    ) -> None:
        self._wire = TritonWire(channel)
        self._address = address
        self._model = model
        self._telemetry = telemetry
        self._profile = profile
        self._interface: TritonModel | None = None
        self._cumulative: bool | None = None

    async def can_be_guided(self) -> bool:
        """Whether the model that is there takes guides; see `LanguageModel.can_be_guided`."""
        try:
            return (await self._describe()).can_be_guided
        except grpc.aio.AioRpcError as error:
            raise self._error_of(error) from error

    async def shows_life(self, seconds: float) -> bool:
        try:
            return await self._wire.is_live(limit_seconds=seconds)
        except grpc.aio.AioRpcError:
            return False

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[GenerationChunk]:
        """Stream the completion; see `LanguageModel.generate`.

        Raise `DeadlineError` if the deadline of the work at hand has passed.
        """
        request = in_words_of(self._profile, request)
        with generation_span(self._telemetry, self._model, request) as span:
            try:
                async with aclosing(self._chunks(request, span.headers)) as chunks:
                    async for chunk in chunks:
                        if chunk.finish_reason:
                            span.record(chunk)
                        yield chunk
            except grpc.aio.AioRpcError as error:
                raise self._error_of(error) from error

    async def _chunks(
        self, request: GenerationRequest, headers: dict[str, str]
    ) -> AsyncGenerator[GenerationChunk]:
        interface = await self._describe()
        message = inference_message(self._model, input_tensors(interface, request))
        answer = TritonAnswer(request, interface, cumulative=self._cumulative)
        async with aclosing(self._replies(message, headers)) as replies:
            async for reply in replies:
                if reply.error:
                    raise self._refusal(reply.error)
                chunk = answer.take(reply)
                if chunk is not None:
                    yield chunk
                if answer.complete:
                    self._cumulative = answer.cumulative
                    return
        raise self._unavailable("ended the stream in the middle of an answer")

    async def _replies(self, request: object, headers: dict[str, str]) -> AsyncGenerator[Reply]:
        call = self._wire.open_stream(headers, timeout=time_remaining())
        try:
            await call.write(request)
            await call.done_writing()
            while (message := await call.read()) is not grpc.aio.EOF:  # raises if the call failed
                reply = reply_from(message)
                if reply.final:
                    await call.read()  # the server ends the stream; cancelling might be too early
                yield reply
        finally:
            call.cancel()
            await call.code()  # the call is over, here and at the server, before the caller goes on

    async def _describe(self) -> TritonModel:
        if self._interface is None:
            left = time_remaining()
            limit = _PROBE_SECONDS if left is None else min(left, _PROBE_SECONDS)
            self._interface = await self._wire.describe(self._model, limit_seconds=limit)
        return self._interface

    def _error_of(self, error: grpc.aio.AioRpcError) -> AskmeshError:
        self._interface = None  # after a restart another model may stand there
        code = error.code()
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return self._busy()
        remaining = time_remaining()
        if code is grpc.StatusCode.DEADLINE_EXCEEDED and remaining is not None and remaining <= 0:
            return DeadlineError("DEADLINE_EXCEEDED", "The language model was too slow.")
        return self._unavailable(f"answers {code.name}: {error.details()}")

    def _refusal(self, message: str) -> AskmeshError:
        if any(sign in message.lower() for sign in _QUEUE_FULL):
            return self._busy()
        return self._unavailable(f"failed: {message}")

    def _busy(self) -> LanguageModelBusyError:
        return LanguageModelBusyError(
            "LANGUAGE_MODEL_BUSY", "The language model's queue is full.", model=self._model
        )

    def _unavailable(self, what: str) -> LanguageModelUnavailableError:
        return LanguageModelUnavailableError(
            "LANGUAGE_MODEL_UNAVAILABLE",
            f"The language model {self._model} at {self._address} {what}",
            model=self._model,
        )


@asynccontextmanager
async def triton_language_model(
    address: str,
    model: str,
    telemetry: Telemetry,
    *,
    profile: LanguageModelProfile = PLAIN,
    tls: TlsFiles | None = None,
) -> AsyncGenerator[TritonLanguageModel]:
    """A language model in the Triton server at `address` (host:port). Nothing is connected yet.

    Without `tls` the connection is plain text. Raise `StartupError` if its files cannot be used.
    """
    async with (
        connecting(tls) as transport,
        transport.channel(address, _CHANNEL_OPTIONS) as channel,
    ):
        yield TritonLanguageModel(channel, address, model, telemetry, profile)
