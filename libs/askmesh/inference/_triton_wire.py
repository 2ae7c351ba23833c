"""Triton's messages, made and read; the only place that knows their fields."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

from askmesh.inference._triton_tensors import InputTensor, TritonModel

_PACKED = {
    "BOOL": "?",
    "INT32": "i",
    "INT64": "q",
    "UINT32": "I",
    "UINT64": "Q",
    "FP32": "f",
    "FP64": "d",
}
_LENGTH_BYTES = 4

# The generated messages and stubs carry no types.
_messages = cast("Any", service_pb2)
_stubs = cast("Any", service_pb2_grpc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of a model."""

    error: str = ""
    text: str = ""
    finish_reason: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    final: bool = False


class TritonWire:
    """Calls of one Triton server over a channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = _stubs.GRPCInferenceServiceStub(channel)

    async def describe(self, model: str, *, limit_seconds: float) -> TritonModel:
        """What the model declares."""
        metadata = await self._stub.ModelMetadata(
            _messages.ModelMetadataRequest(name=model), timeout=limit_seconds
        )
        reply = await self._stub.ModelConfig(
            _messages.ModelConfigRequest(name=model), timeout=limit_seconds
        )
        return TritonModel(
            inputs={tensor.name: tensor.datatype for tensor in metadata.inputs},
            outputs=frozenset(tensor.name for tensor in metadata.outputs),
            batched=reply.config.max_batch_size > 0,
            decoupled=reply.config.model_transaction_policy.decoupled,
        )

    async def is_live(self, *, limit_seconds: float) -> bool:
        """Whether the server runs; its queue and its models are not asked."""
        reply = await self._stub.ServerLive(_messages.ServerLiveRequest(), timeout=limit_seconds)
        return bool(reply.live)

    def open_stream(
        self, headers: dict[str, str], *, timeout: float | None
    ) -> "grpc.aio.StreamStreamCall[Any, Any]":
        """A stream for one request."""
        call = self._stub.ModelStreamInfer(timeout=timeout, metadata=tuple(headers.items()))
        return cast("grpc.aio.StreamStreamCall[Any, Any]", call)


def inference_message(model: str, tensors: Sequence[InputTensor]) -> object:
    """The request as a message. An empty last answer is asked for: it says that all is said."""
    message = _messages.ModelInferRequest(model_name=model)
    message.parameters["triton_enable_empty_final_response"].bool_param = True
    for tensor in tensors:
        message.inputs.add(name=tensor.name, datatype=tensor.datatype, shape=list(tensor.shape))
        message.raw_input_contents.append(_packed(tensor))
    return message


def reply_from(message: Any) -> Reply:  # noqa: ANN401 - a message without types
    """The answer in a message of the stream."""
    if message.error_message:
        return Reply(error=message.error_message, final=True)
    response = message.infer_response
    raw = dict(
        zip(
            (output.name for output in response.outputs), response.raw_output_contents, strict=False
        )
    )
    kinds = {output.name: output.datatype for output in response.outputs}
    return Reply(
        text=_first_string(raw.get("text_output", b"")),
        finish_reason=_first_string(raw.get("finish_reason", b"")),
        prompt_tokens=_first_number(raw, kinds, "num_input_tokens"),
        completion_tokens=_first_number(raw, kinds, "num_output_tokens"),
        final=response.parameters["triton_final_response"].bool_param,
    )


def _packed(tensor: InputTensor) -> bytes:
    if tensor.datatype == "BYTES":
        encoded = [str(value).encode() for value in tensor.values]
        return b"".join(struct.pack("<I", len(value)) + value for value in encoded)
    return struct.pack(f"<{len(tensor.values)}{_PACKED[tensor.datatype]}", *tensor.values)


def _first_string(raw: bytes) -> str:
    length = int.from_bytes(raw[:_LENGTH_BYTES], "little")
    return raw[_LENGTH_BYTES : _LENGTH_BYTES + length].decode("utf-8", errors="replace")


def _first_number(raw: dict[str, bytes], kinds: dict[str, str], name: str) -> int | None:
    if not raw.get(name):
        return None
    if kinds[name] == "BYTES":  # some versions send numbers as text
        text = _first_string(raw[name])
        return int(text) if text.isdecimal() else None
    return int.from_bytes(raw[name][:4], "little", signed=True)
