"""Methods of a channel that stands before another one, which may be a third one tomorrow.

They hand out gRPC's own calls, so that cancelling and waiting reach the call directly.
Interceptors of grpc.aio would put a task and another kind of call between.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Generic, Protocol, TypeVar, Unpack

from grpc import aio

from askmesh.transport._call_options import CallOptions

Req = TypeVar("Req")
Res = TypeVar("Res")
C = TypeVar("C", bound=aio.Call)
M = TypeVar("M")


class Before(Protocol):
    """What stands before a channel."""

    @property
    def inner(self) -> aio.Channel:
        """The channel that new calls are made over."""
        ...


class CallMaking:
    """How calls of a method are made: as they are. Subclasses add what calls take along."""

    def begun(self, begin: Callable[..., C], options: CallOptions) -> C:
        """Return the call that `begin` makes of its options."""
        return begin(**options)

    def responses(self, call: aio.UnaryStreamCall[Req, Res]) -> aio.UnaryStreamCall[Req, Res]:
        """Return a call with a stream of responses as its maker sees it."""
        return call

    def conversation(self, call: aio.StreamStreamCall[Req, Res]) -> aio.StreamStreamCall[Req, Res]:
        """Return a call with streams in both directions as its maker sees it."""
        return call


class _Method(Generic[M]):
    def __init__(self, before: Before, of: Callable[[aio.Channel], M], making: CallMaking) -> None:
        self._before = before
        self._of = of
        self._channel = before.inner
        self._method = of(self._channel)
        self._making = making

    @property
    def latest(self) -> M:
        if self._channel is not self._before.inner:
            self._channel = self._before.inner
            self._method = self._of(self._channel)
        return self._method


class UnaryUnary(
    _Method[aio.UnaryUnaryMultiCallable[Req, Res]], aio.UnaryUnaryMultiCallable[Req, Res]
):
    """One request, one response."""

    def __call__(
        self, request: Req, **options: Unpack[CallOptions]
    ) -> aio.UnaryUnaryCall[Req, Res]:
        return self._making.begun(partial(self.latest, request), options)


class UnaryStream(
    _Method[aio.UnaryStreamMultiCallable[Req, Res]], aio.UnaryStreamMultiCallable[Req, Res]
):
    """One request, a stream of responses."""

    def __call__(
        self, request: Req, **options: Unpack[CallOptions]
    ) -> aio.UnaryStreamCall[Req, Res]:
        making = self._making
        return making.responses(making.begun(partial(self.latest, request), options))


class StreamUnary(
    _Method[aio.StreamUnaryMultiCallable[Req, Res]], aio.StreamUnaryMultiCallable[Req, Res]
):
    """A stream of requests, one response."""

    def __call__(  # type: ignore[override] # options by name alone
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        **options: Unpack[CallOptions],
    ) -> aio.StreamUnaryCall[Req, Res]:
        return self._making.begun(partial(self.latest, request_iterator), options)


class StreamStream(
    _Method[aio.StreamStreamMultiCallable[Req, Res]], aio.StreamStreamMultiCallable[Req, Res]
):
    """Streams in both directions."""

    def __call__(  # type: ignore[override] # options by name alone
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        **options: Unpack[CallOptions],
    ) -> aio.StreamStreamCall[Req, Res]:
        making = self._making
        return making.conversation(making.begun(partial(self.latest, request_iterator), options))
