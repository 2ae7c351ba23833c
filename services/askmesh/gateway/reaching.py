"""The services behind the gateway, as settings have them."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from grpc.aio import Channel

from askmesh.gateway.limits import stage_limits
from askmesh.gateway.neighbours import GrpcNeighbours
from askmesh.gateway.settings import Settings
from askmesh.gateway.upstreams import AskedUpstream, Followed
from askmesh.resilience import Allowance, Attempts, Breaker
from askmesh.rpc import Introduce, channel_to, replicas_of
from askmesh.telemetry import Telemetry
from askmesh.transport import Transport


@asynccontextmanager
async def upstream_channels(
    settings: Settings, signals: Telemetry, introduce: Introduce, transport: Transport
) -> AsyncGenerator[Mapping[str, Channel]]:
    """Open the channels to the other services, in the order of an answer's life."""
    to = partial(channel_to, tracing=signals, introduce=introduce, transport=transport)
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(to(address))
            for name, address in settings.upstream_addresses.items()
        }


@asynccontextmanager
async def upstream_neighbours(
    settings: Settings,
    signals: Telemetry,
    introduce: Introduce,
    transport: Transport,
    allowance: Allowance,
) -> AsyncGenerator[GrpcNeighbours]:
    """Find the replicas of the other services. Their extra attempts have one allowance."""
    to = partial(replicas_of, tracing=signals, introduce=introduce, transport=transport)
    async with AsyncExitStack() as stack:

        async def known(name: str) -> tuple[str, Breaker, Attempts[Channel]]:
            replicas = await stack.enter_async_context(to(settings.upstream_addresses[name]))
            on_extra = partial(signals.metrics.count_extra_attempt, name)
            attempts = Attempts(replicas, allowance, on_extra=on_extra)
            return name, _breaker(name, settings, signals), attempts

        yield GrpcNeighbours(
            AskedUpstream(*await known("query_understanding")),
            AskedUpstream(*await known("retrieval"), is_needed=True),
            AskedUpstream(*await known("reranking")),
            Followed(*await known("summarization")),
            usual=stage_limits(settings),
        )


def _breaker(name: str, settings: Settings, signals: Telemetry) -> Breaker:
    signals.metrics.set_upstream(name, "closed")
    return Breaker(
        name,
        retry_seconds=settings.upstream_retry_seconds,
        on_change=signals.metrics.set_upstream,
    )
