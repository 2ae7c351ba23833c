"""What a gateway has open while it serves."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from grpc.aio import Channel

from askmesh.auditing import AuditTrail, audit_trail
from askmesh.caching import Cache, RedisCommands, open_cache
from askmesh.gateway.diagnosing import TlsDiagnosis, tls_diagnosis
from askmesh.gateway.introducing import introduction
from askmesh.gateway.neighbours import GrpcNeighbours
from askmesh.gateway.reaching import upstream_channels, upstream_neighbours
from askmesh.gateway.revisions import IndexedRevisions, indexed_revisions
from askmesh.gateway.settings import Settings
from askmesh.gateway.shared_redis import gateway_redis
from askmesh.resilience import Allowance
from askmesh.serving import audit_of
from askmesh.telemetry import Telemetry, telemetry
from askmesh.transport import connecting


@dataclass(frozen=True, slots=True)
class Opened:
    """All that is open. Extra attempts and answers that are begun again have one `allowance`."""

    signals: Telemetry
    channels: Mapping[str, Channel]
    neighbours: GrpcNeighbours
    revisions: IndexedRevisions
    cache: Cache
    redis: RedisCommands | None
    audit: AuditTrail | None
    diagnosis: TlsDiagnosis
    allowance: Allowance


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Opened]:
    """Open what the settings name, and close it when the block ends."""
    introduce, allowance = introduction(settings), Allowance()
    async with (
        telemetry("gateway", settings) as signals,
        connecting(settings.upstream_tls) as transport,
        upstream_channels(settings, signals, introduce, transport) as channels,
        _caches(settings, signals) as (cache, redis),
        audit_trail(audit_of("gateway", settings), signals.metrics) as audit,
        indexed_revisions(channels["retrieval"], seconds=settings.status_seconds) as revisions,
        upstream_neighbours(settings, signals, introduce, transport, allowance) as neighbours,
        tls_diagnosis(settings.upstream_addresses, settings.upstream_tls) as diagnosis,
    ):
        yield Opened(
            signals,
            channels,
            neighbours,
            revisions,
            cache,
            redis,
            audit,
            diagnosis,
            allowance,
        )


@asynccontextmanager
async def _caches(
    settings: Settings, signals: Telemetry
) -> AsyncGenerator[tuple[Cache, RedisCommands | None]]:
    on_wait = partial(signals.metrics.observe_wait, "redis")
    async with (
        open_cache(settings.cache.get_secret_value(), on_wait=on_wait) as cache,
        gateway_redis(settings, on_wait) as redis,
    ):
        yield cache, redis
