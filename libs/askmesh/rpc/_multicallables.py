"""Methods of a channel whose calls carry trace, tenant and deadline.

They hand out gRPC's own calls, so that cancelling and waiting reach the call directly.
Interceptors of grpc.aio would put a task and another kind of call between.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Generic, TypeVar, Unpack

from grpc import aio

from askmesh.rpc._outgoing import CallTemplate
from askmesh.rpc._streams import Conversation, ResponseStream
from askmesh.transport import CallOptions

Req = TypeVar("Req")
Res = TypeVar("Res")
C = TypeVar("C", bound=aio.Call)
M = TypeVar("M")


class _Method(Generic[M]):
    def __init__(self, inner: M, template: CallTemplate) -> None:
        self._inner = inner
        self._template = template


class UnaryUnary(
    _Method[aio.UnaryUnaryMultiCallable[Req, Res]], aio.UnaryUnaryMultiCallable[Req, Res]
):
    """One request, one response."""

    def __call__(
        self, request: Req, **options: Unpack[CallOptions]
    ) -> aio.UnaryUnaryCall[Req, Res]:
        return _begun(self._template, partial(self._inner, request), options)


class UnaryStream(
    _Method[aio.UnaryStreamMultiCallable[Req, Res]], aio.UnaryStreamMultiCallable[Req, Res]
):
    """One request, a stream of responses."""

    def __call__(
        self, request: Req, **options: Unpack[CallOptions]
    ) -> aio.UnaryStreamCall[Req, Res]:
        return ResponseStream(_begun(self._template, partial(self._inner, request), options))


class StreamUnary(
    _Method[aio.StreamUnaryMultiCallable[Req, Res]], aio.StreamUnaryMultiCallable[Req, Res]
):
    """A stream of requests, one response."""

    def __call__(  # type: ignore[override] # options by name alone
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        **options: Unpack[CallOptions],
    ) -> aio.StreamUnaryCall[Req, Res]:
        return _begun(self._template, partial(self._inner, request_iterator), options)


class StreamStream(
    _Method[aio.StreamStreamMultiCallable[Req, Res]], aio.StreamStreamMultiCallable[Req, Res]
):
    """Streams in both directions."""

    def __call__(  # type: ignore[override] # options by name alone
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        **options: Unpack[CallOptions],
    ) -> aio.StreamStreamCall[Req, Res]:
        return Conversation(_begun(self._template, partial(self._inner, request_iterator), options))


def _begun(template: CallTemplate, begin: Callable[..., C], options: CallOptions) -> C:
    outgoing = template.prepare(options.get("timeout"), options.get("metadata"))
    options["timeout"], options["metadata"] = outgoing.timeout, outgoing.metadata
    call = begin(**options)
    call.add_done_callback(outgoing.finished)
    return call
