"""Methods of a channel whose calls go over its latest connection."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic, Protocol, TypeVar, Unpack

from grpc import aio

from askmesh.transport._call_options import CallOptions

Req = TypeVar("Req")
Res = TypeVar("Res")
M = TypeVar("M")


class Renewed(Protocol):
    """What has a channel that may be another one tomorrow."""

    @property
    def inner(self) -> aio.Channel:
        """The channel that new calls are made over."""
        ...


class _Method(Generic[M]):
    def __init__(self, renewed: Renewed, of: Callable[[aio.Channel], M]) -> None:
        self._renewed = renewed
        self._of = of
        self._channel = renewed.inner
        self._method = of(self._channel)

    @property
    def latest(self) -> M:
        if self._channel is not self._renewed.inner:
            self._channel = self._renewed.inner
            self._method = self._of(self._channel)
        return self._method


class LatestUnaryUnary(
    _Method[aio.UnaryUnaryMultiCallable[Req, Res]], aio.UnaryUnaryMultiCallable[Req, Res]
):
    """One request, one response."""

    def __call__(
        self, request: Req, **options: Unpack[CallOptions]
    ) -> aio.UnaryUnaryCall[Req, Res]:
        return self.latest(request, **options)


class LatestUnaryStream(
    _Method[aio.UnaryStreamMultiCallable[Req, Res]], aio.UnaryStreamMultiCallable[Req, Res]
):
    """One request, a stream of responses."""

    def __call__(
        self, request: Req, **options: Unpack[CallOptions]
    ) -> aio.UnaryStreamCall[Req, Res]:
        return self.latest(request, **options)


class LatestStreamUnary(
    _Method[aio.StreamUnaryMultiCallable[Req, Res]], aio.StreamUnaryMultiCallable[Req, Res]
):
    """A stream of requests, one response."""

    def __call__(  # type: ignore[override] # options by name alone
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        **options: Unpack[CallOptions],
    ) -> aio.StreamUnaryCall[Req, Res]:
        return self.latest(request_iterator, **options)


class LatestStreamStream(
    _Method[aio.StreamStreamMultiCallable[Req, Res]], aio.StreamStreamMultiCallable[Req, Res]
):
    """Streams in both directions."""

    def __call__(  # type: ignore[override] # options by name alone
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        **options: Unpack[CallOptions],
    ) -> aio.StreamStreamCall[Req, Res]:
        return self.latest(request_iterator, **options)
