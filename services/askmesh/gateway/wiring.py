"""The composition root of the gateway."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from importlib.metadata import version

from grpc.aio import Channel

from askmesh.caching import open_cache, redis_commands
from askmesh.gateway.admission import Admission
from askmesh.gateway.answering import Answering
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.exchange import Exchange
from askmesh.gateway.introducing import introduction
from askmesh.gateway.limits import answering_limits, desk_limits, stage_limits
from askmesh.gateway.others import NoOthers, Others
from askmesh.gateway.ports import AnswerMemory, Neighbours, Revisions
from askmesh.gateway.remembered import RememberedAnswers
from askmesh.gateway.revisions import indexed_revisions, reads_the_same
from askmesh.gateway.servicer import ROLES, SERVICE_NAME, GatewayServicer
from askmesh.gateway.settings import Settings
from askmesh.gateway.shared_redis import RedisAnswers
from askmesh.gateway.status import MeshWatch
from askmesh.gateway.summaries import RememberingNeighbours
from askmesh.gateway.upstreams import AskedUpstream, Followed, GrpcNeighbours
from askmesh.gateway.wording import MEASURED_ERROR
from askmesh.resilience import Allowance, Attempts, Breaker
from askmesh.rpc import Introduce, channel_to, replicas_of
from askmesh.serving import edge_door, serving
from askmesh.telemetry import Telemetry, telemetry
from askmesh.transport import Transport, connecting


@asynccontextmanager
async def gateway_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the gateway until the block ends, and yield its port.

    At the end, streams in flight may finish within the drain time; answers that nobody could
    finish reading are cancelled.
    """
    introduce = introduction(settings)
    async with (
        telemetry("gateway", settings) as signals,
        connecting(settings.upstream_tls) as transport,
        _channels(settings, signals, introduce, transport) as channels,
        open_cache(settings.cache.get_secret_value()) as cache,
        _shared(settings) as shared,
        indexed_revisions(channels["retrieval"], seconds=settings.status_seconds) as revisions,
        _neighbours(settings, signals, introduce, transport) as neighbours,
        asyncio.TaskGroup() as answers,
    ):
        kept_seconds = settings.answer_cache_seconds
        edition = _edition(settings)
        memory = RememberedAnswers(
            cache,
            signals.metrics,
            edition=edition,
            ttl_seconds=kept_seconds,
            any_words=settings.other_words_error >= MEASURED_ERROR,
        )
        asked = RememberingNeighbours(
            neighbours, cache, signals.metrics, edition=edition, ttl_seconds=kept_seconds
        )
        desk = _desk(settings, signals, asked, memory, answers)
        others = _others(desk, shared, memory, answers, revisions)
        admission = Admission(desk, others, memory, revisions, edition=edition)
        signals.metrics.set_active_answers(desk.active_count)
        watch = MeshWatch(channels, neighbours.states, seconds=settings.status_seconds)
        servicer = GatewayServicer(admission, others, desk, watch)
        with _cancelling(desk, others):
            async with serving(
                servicer.add_to,
                services=[SERVICE_NAME],
                settings=settings,
                telemetry=signals,
                door=edge_door(settings, ROLES),
            ) as port:
                yield port


@asynccontextmanager
async def _channels(
    settings: Settings, signals: Telemetry, introduce: Introduce, transport: Transport
) -> AsyncGenerator[Mapping[str, Channel]]:
    """Open the channels to the other services, in the order of an answer's life."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(
                channel_to(address, signals, introduce=introduce, transport=transport)
            )
            for name, address in settings.upstream_addresses.items()
        }


@asynccontextmanager
async def _neighbours(
    settings: Settings, signals: Telemetry, introduce: Introduce, transport: Transport
) -> AsyncGenerator[GrpcNeighbours]:
    """Find the replicas of the other services. Their extra attempts have one allowance."""
    allowance = Allowance()
    async with AsyncExitStack() as stack:

        async def known(name: str) -> tuple[str, Breaker, Attempts[Channel]]:
            address = settings.upstream_addresses[name]
            replicas = await stack.enter_async_context(
                replicas_of(address, signals, introduce, transport=transport)
            )
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


def _desk(
    settings: Settings,
    signals: Telemetry,
    neighbours: Neighbours,
    memory: AnswerMemory,
    answers: asyncio.TaskGroup,
) -> AnswerDesk:
    answering = Answering(
        neighbours,
        limits=answering_limits(settings),
        observer=signals.metrics,
        tracer=signals,
        clock=time.monotonic,
    )
    return AnswerDesk(
        answering,
        memory,
        answers,
        limits=desk_limits(settings),
        observer=signals.metrics,
        tracer=signals,
        new_id=lambda: uuid.uuid4().hex,
    )


@asynccontextmanager
async def _shared(settings: Settings) -> AsyncGenerator[RedisAnswers | None]:
    """Yield the answers of all gateways; None where there is no Redis."""
    address = settings.cache.get_secret_value()
    if address.startswith("memory:"):
        yield None
        return
    kept = settings.answer_seconds + settings.answer_retention_seconds
    async with redis_commands(address, timeout_seconds=settings.sharing_seconds) as redis:
        yield RedisAnswers(redis, name=uuid.uuid4().hex, kept_seconds=kept)


def _others(
    desk: AnswerDesk,
    shared: RedisAnswers | None,
    memory: AnswerMemory,
    answers: asyncio.TaskGroup,
    revisions: Revisions,
) -> Others:
    if shared is None:
        return NoOthers(desk)
    may_read = partial(reads_the_same, revisions)
    return Exchange(desk, shared, memory, answers, may_read=may_read)


def _edition(settings: Settings) -> str:
    """Return what answers depend on beside documents."""
    counts = settings.candidate_count, settings.source_count, settings.sentence_passage_count
    return "-".join(map(str, (version("askmesh"), settings.edition, *counts)))


def _breaker(name: str, settings: Settings, signals: Telemetry) -> Breaker:
    signals.metrics.set_upstream(name, "closed")
    return Breaker(
        name,
        retry_seconds=settings.upstream_retry_seconds,
        on_change=signals.metrics.set_upstream,
    )


@contextmanager
def _cancelling(desk: AnswerDesk, others: Others) -> Generator[None]:
    try:
        yield
    finally:
        desk.cancel_all()
        others.end()
