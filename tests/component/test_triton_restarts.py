"""A server in Triton's place that comes back as another one, refuses, hangs or ends too early."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import grpc
import pytest
from grpc import aio
from tritonclient.grpc import service_pb2

from askmesh.errors import AskmeshError, DeadlineError
from askmesh.inference import (
    GenerationRequest,
    LanguageModel,
    LanguageModelBusyError,
    LanguageModelUnavailableError,
    triton_language_model,
)
from askmesh.resilience import deadline
from askmesh.telemetry import silent_telemetry

messages = cast("Any", service_pb2)  # the generated messages carry no types
CLASSIC = {"text_input": "BYTES", "max_tokens": "INT32", "stream": "BOOL"}
REQUEST = GenerationRequest(prompt="Say hello.", max_tokens=5)
Context = aio.ServicerContext[Any, Any]
LLM_API = {"text_input": "BYTES", "sampling_param_max_tokens": "INT32", "streaming": "BOOL"}


class Triton:
    """Has a model with these inputs; refuses the first generation, and has another one then."""

    def __init__(self, inputs: Mapping[str, str], then: Mapping[str, str]) -> None:
        self._inputs = inputs
        self._then = then
        self.asked_with: list[set[str]] = []

    async def metadata(self, *_: object) -> object:
        message = messages.ModelMetadataResponse()
        for name, datatype in self._inputs.items():
            message.inputs.add(name=name, datatype=datatype)
        message.outputs.add(name="text_output", datatype="BYTES")
        return message

    async def config(self, _: object, __: object) -> object:
        message = messages.ModelConfigResponse()
        message.config.model_transaction_policy.decoupled = True
        return message

    async def stream(
        self, requests: AsyncIterator[Any], context: aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[object]:
        async for request in requests:
            self.asked_with.append({each.name for each in request.inputs})
            if self._inputs is not self._then:
                self._inputs = self._then
                await context.abort(grpc.StatusCode.UNAVAILABLE, "restarting")
            yield _whole_answer("Hello")


def handler(triton: Triton) -> grpc.GenericRpcHandler:
    unary, stream = grpc.unary_unary_rpc_method_handler, grpc.stream_stream_rpc_method_handler
    methods = {
        name: make(cast("Any", behaviour), getattr(messages, request).FromString, _dump)
        for name, make, behaviour, request in (
            ("ModelMetadata", unary, triton.metadata, "ModelMetadataRequest"),
            ("ModelConfig", unary, triton.config, "ModelConfigRequest"),
            ("ModelStreamInfer", stream, triton.stream, "ModelInferRequest"),
        )
    }
    return grpc.method_handlers_generic_handler("inference.GRPCInferenceService", methods)


def _dump(message: Any) -> bytes:  # noqa: ANN401 - a message without types
    return cast("bytes", message.SerializeToString())


def _whole_answer(text: str) -> object:
    message = messages.ModelStreamInferResponse()
    response = message.infer_response
    response.outputs.add(name="text_output", datatype="BYTES")
    response.raw_output_contents.append(len(text).to_bytes(4, "little") + text.encode())
    response.parameters["triton_final_response"].bool_param = True
    return message


@asynccontextmanager
async def in_place(triton: Triton) -> AsyncGenerator[LanguageModel]:
    server = aio.server()
    server.add_generic_rpc_handlers([handler(triton)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with triton_language_model(f"127.0.0.1:{port}", "m", silent_telemetry()) as model:
            yield model
    finally:
        await server.stop(None)


async def written(model: LanguageModel) -> str:
    return "".join([chunk.text async for chunk in model.generate(REQUEST)])


async def test_after_a_restart_the_model_that_is_there_then_is_asked_in_its_own_words() -> None:
    triton = Triton(CLASSIC, then=LLM_API)
    async with in_place(triton) as model:
        with pytest.raises(LanguageModelUnavailableError):
            await written(model)
        assert await written(model) == "Hello"
    assert triton.asked_with == [CLASSIC.keys(), LLM_API.keys()]


class Failing(Triton):
    """Fails where it is told to, and remembers how much time each call was given."""

    def __init__(
        self,
        *,
        describing: Callable[[Context], Awaitable[None]] | None = None,
        writing: Callable[[Context], Awaitable[None]] | None = None,
        error: str = "",
    ) -> None:
        super().__init__(CLASSIC, then=CLASSIC)
        self._describing = describing
        self._writing = writing
        self._error = error
        self.seconds: list[float] = []

    async def metadata(self, *called: object) -> object:
        await self._fail(self._describing, cast("Context", called[1]))
        return await super().metadata(*called)

    async def stream(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[object]:
        async for _ in requests:
            yield _part("Water")
            if self._error:
                yield messages.ModelStreamInferResponse(error_message=self._error)
            await self._fail(self._writing, context)

    async def _fail(
        self, failing: Callable[[Context], Awaitable[None]] | None, context: Context
    ) -> None:
        self.seconds.append(context.time_remaining() or 0.0)
        if failing is not None:
            await failing(context)


def _part(text: str) -> object:
    message = _whole_answer(text)
    cast("Any", message).infer_response.parameters["triton_final_response"].bool_param = False
    return message


async def hang(_: Context) -> None:
    await asyncio.Event().wait()


async def refuse(context: Context) -> None:
    await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no more")


@pytest.mark.parametrize("triton", [Failing(describing=hang), Failing(writing=hang)])
async def test_a_server_that_hangs_is_given_no_more_time_than_the_answer_has(
    triton: Failing,
) -> None:
    async with in_place(triton) as model, asyncio.timeout(60):
        with pytest.raises(DeadlineError), deadline(2):
            await written(model)
    assert triton.seconds
    assert max(triton.seconds) < 3


async def test_a_server_has_five_seconds_to_say_what_it_has_where_nothing_is_in_a_hurry() -> None:
    triton = Failing(describing=refuse)
    async with in_place(triton) as model:
        with pytest.raises(LanguageModelBusyError):
            await model.can_be_guided()
    assert 1 < max(triton.seconds) < 6


@pytest.mark.parametrize(
    ("triton", "kind", "words"),
    [
        (Failing(writing=refuse), LanguageModelBusyError, "queue is full"),
        (
            Failing(error="Exceeds maximum queue size"),
            LanguageModelBusyError,
            "queue is full",
        ),
        (Failing(error="no memory"), LanguageModelUnavailableError, "failed: no memory"),
        (Failing(), LanguageModelUnavailableError, "in the middle of an answer"),
    ],
)
async def test_a_server_that_fails_in_the_middle_is_told_from_one_that_has_no_room(
    triton: Failing, kind: type[AskmeshError], words: str
) -> None:
    async with in_place(triton) as model:
        with pytest.raises(AskmeshError, match=words) as caught:
            await written(model)
    assert type(caught.value) is kind
