"""A server in Triton's place that comes back as another one."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import grpc
import pytest
from grpc import aio
from tritonclient.grpc import service_pb2

from askmesh.inference import (
    GenerationRequest,
    LanguageModelUnavailableError,
    triton_language_model,
)
from askmesh.telemetry import silent_telemetry

messages = cast("Any", service_pb2)  # the generated messages carry no types
CLASSIC = {"text_input": "BYTES", "max_tokens": "INT32", "stream": "BOOL"}
LLM_API = {"text_input": "BYTES", "sampling_param_max_tokens": "INT32", "streaming": "BOOL"}


class Triton:
    """Has a model with these inputs; refuses the first generation, and has another one then."""

    def __init__(self, inputs: Mapping[str, str], then: Mapping[str, str]) -> None:
        self._inputs = inputs
        self._then = then
        self.asked_with: list[set[str]] = []

    async def metadata(self, _: object, __: object) -> object:
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


async def test_after_a_restart_the_model_that_is_there_then_is_asked_in_its_own_words() -> None:
    triton = Triton(CLASSIC, then=LLM_API)
    server = aio.server()
    server.add_generic_rpc_handlers([handler(triton)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    request = GenerationRequest(prompt="Say hello.", max_tokens=5)
    try:
        async with triton_language_model(
            f"127.0.0.1:{port}", "ensemble", silent_telemetry()
        ) as model:
            with pytest.raises(LanguageModelUnavailableError):
                _ = [chunk async for chunk in model.generate(request)]
            text = "".join([chunk.text async for chunk in model.generate(request)])
    finally:
        await server.stop(None)
    assert text == "Hello"
    assert triton.asked_with == [CLASSIC.keys(), LLM_API.keys()]
