"""Methods of a channel whose calls carry trace, tenant and deadline.

They hand out gRPC's own calls, so that cancelling and waiting reach the call directly.
Interceptors of grpc.aio would put a task and another kind of call between.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

import grpc
from grpc import aio

from askmesh.rpc._outgoing import CallMetadata, CallTemplate, Outgoing
from askmesh.rpc._streams import Conversation, ResponseStream

Req = TypeVar("Req")
Res = TypeVar("Res")
C = TypeVar("C", bound=aio.Call)


class UnaryUnary(aio.UnaryUnaryMultiCallable[Req, Res], Generic[Req, Res]):
    """One request, one response."""

    def __init__(
        self, inner: aio.UnaryUnaryMultiCallable[Req, Res], template: CallTemplate
    ) -> None:
        self._inner = inner
        self._template = template

    def __call__(
        self,
        request: Req,
        *,
        timeout: float | None = None,
        metadata: CallMetadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> aio.UnaryUnaryCall[Req, Res]:
        outgoing = self._template.prepare(timeout, metadata)
        call = self._inner(
            request,
            timeout=outgoing.timeout,
            metadata=outgoing.metadata,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return _watched(call, outgoing)


class UnaryStream(aio.UnaryStreamMultiCallable[Req, Res], Generic[Req, Res]):
    """One request, a stream of responses."""

    def __init__(
        self, inner: aio.UnaryStreamMultiCallable[Req, Res], template: CallTemplate
    ) -> None:
        self._inner = inner
        self._template = template

    def __call__(
        self,
        request: Req,
        *,
        timeout: float | None = None,
        metadata: CallMetadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> aio.UnaryStreamCall[Req, Res]:
        outgoing = self._template.prepare(timeout, metadata)
        call = self._inner(
            request,
            timeout=outgoing.timeout,
            metadata=outgoing.metadata,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return ResponseStream(_watched(call, outgoing))


class StreamUnary(aio.StreamUnaryMultiCallable[Req, Res], Generic[Req, Res]):
    """A stream of requests, one response."""

    def __init__(
        self, inner: aio.StreamUnaryMultiCallable[Req, Res], template: CallTemplate
    ) -> None:
        self._inner = inner
        self._template = template

    def __call__(  # noqa: PLR0917 - gRPC's interface
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        timeout: float | None = None,
        metadata: CallMetadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,  # noqa: FBT001 - gRPC's interface
        compression: grpc.Compression | None = None,
    ) -> aio.StreamUnaryCall[Req, Res]:
        outgoing = self._template.prepare(timeout, metadata)
        call = self._inner(
            request_iterator,
            timeout=outgoing.timeout,
            metadata=outgoing.metadata,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return _watched(call, outgoing)


class StreamStream(aio.StreamStreamMultiCallable[Req, Res], Generic[Req, Res]):
    """Streams in both directions."""

    def __init__(
        self, inner: aio.StreamStreamMultiCallable[Req, Res], template: CallTemplate
    ) -> None:
        self._inner = inner
        self._template = template

    def __call__(  # noqa: PLR0917 - gRPC's interface
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        timeout: float | None = None,
        metadata: CallMetadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,  # noqa: FBT001 - gRPC's interface
        compression: grpc.Compression | None = None,
    ) -> aio.StreamStreamCall[Req, Res]:
        outgoing = self._template.prepare(timeout, metadata)
        call = self._inner(
            request_iterator,
            timeout=outgoing.timeout,
            metadata=outgoing.metadata,
            credentials=credentials,
            wait_for_ready=wait_for_ready,
            compression=compression,
        )
        return Conversation(_watched(call, outgoing))


def _watched(call: C, outgoing: Outgoing) -> C:
    call.add_done_callback(outgoing.finished)
    return call
