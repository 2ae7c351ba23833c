"""Channels to other services."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from grpc import aio

from askmesh.rpc._making import MeshCalls
from askmesh.rpc._options import CHANNEL_OPTIONS
from askmesh.rpc._outgoing import CallTemplate
from askmesh.rpc._tenancy import Introduce, by_name
from askmesh.tracing import Tracing, is_traced
from askmesh.transport import PLAIN_TEXT, CallMaking, ForwardingChannel, Transport

UNARY_SECONDS = 60.0
STREAM_SECONDS = 600.0


@asynccontextmanager
async def channel_to(
    address: str,
    tracing: Tracing,
    *,
    introduce: Introduce = by_name,
    transport: Transport = PLAIN_TEXT,
    unary_seconds: float = UNARY_SECONDS,
) -> AsyncGenerator[aio.Channel]:
    """Open a channel to `address` (`host:port`, or `dns:///host:port` for all of its replicas).

    Calls carry trace and priority of the work at hand, and what `introduce` says about its caller.
    They end with the deadline of the call being served, less a margin: when nothing is left, the
    call raises `DeadlineError` at once. Where there is no deadline, `timeout=` or these defaults
    hold. Connecting happens with the first call. A peer that stops answering is noticed within
    seconds. Leaving the loop over a stream cancels it. Health checks and reflection pass unchanged.
    """
    inner = transport.channel(address, CHANNEL_OPTIONS)
    async with mesh_channel(
        inner, address, tracing, introduce, unary_seconds=unary_seconds
    ) as channel:
        yield channel


def mesh_channel(
    inner: aio.Channel,
    address: str,
    tracing: Tracing,
    introduce: Introduce,
    *,
    unary_seconds: float = UNARY_SECONDS,
) -> aio.Channel:
    """Return a channel as that of `channel_to`, over another one, which it closes with itself."""
    return _MeshChannel(inner, address, tracing, introduce, unary_seconds)


class _MeshChannel(ForwardingChannel):
    """A channel whose calls carry trace, tenant and deadline."""

    def __init__(
        self,
        inner: aio.Channel,
        address: str,
        tracing: Tracing,
        introduce: Introduce,
        unary_seconds: float,
    ) -> None:
        super().__init__(inner)
        self._address = address
        self._tracing = tracing
        self._introduce = introduce
        self._unary_seconds = unary_seconds

    def making(self, method: str, *, is_unary: bool) -> CallMaking:
        if not is_traced(method):
            return super().making(method, is_unary=is_unary)
        seconds = self._unary_seconds if is_unary else STREAM_SECONDS
        return MeshCalls(
            CallTemplate(self._tracing.calls_of(method, self._address), seconds, self._introduce)
        )
