"""The composition root of the gateway."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial

from askmesh.auditing import audit_trail
from askmesh.caching import Cache, RedisCommands, open_cache
from askmesh.gateway.admission import Admission
from askmesh.gateway.answering import Answering
from askmesh.gateway.batches import Batches
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.diagnosing import tls_diagnosis
from askmesh.gateway.doors import allowances_of, gateway_door
from askmesh.gateway.exchange import Exchange
from askmesh.gateway.introducing import introduction
from askmesh.gateway.journal import AnswerJournal
from askmesh.gateway.limits import (
    answering_limits,
    batch_limits,
    desk_limits,
    edition_of,
)
from askmesh.gateway.others import NoOthers, Others, cancelling_all
from askmesh.gateway.ports import AnswerMemory, Neighbours, Revisions
from askmesh.gateway.reaching import upstream_channels, upstream_neighbours
from askmesh.gateway.reception import Reception
from askmesh.gateway.remembered import RememberedAnswers
from askmesh.gateway.revisions import indexed_revisions, reads_the_same
from askmesh.gateway.servicer import SERVICE_NAME, GatewayServicer
from askmesh.gateway.settings import Settings
from askmesh.gateway.shared_redis import RedisAnswers, gateway_redis
from askmesh.gateway.status import MeshWatch
from askmesh.gateway.summaries import RememberingNeighbours
from askmesh.gateway.wording import MEASURED_ERROR
from askmesh.resilience import Allowance, OnWait
from askmesh.serving import audit_of, serving
from askmesh.telemetry import Telemetry, telemetry
from askmesh.transport import connecting

_OWED = 20
_OWED_PER_SECOND = 1.0


@asynccontextmanager
async def gateway_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the gateway until the block ends, and yield its port.

    At the end, streams in flight may finish within the drain time; answers that nobody could
    finish reading are cancelled.
    """
    introduce, allowance = introduction(settings), Allowance()
    async with (
        telemetry("gateway", settings) as signals,
        connecting(settings.upstream_tls) as transport,
        upstream_channels(settings, signals, introduce, transport) as channels,
        open_cache(settings.cache.get_secret_value(), on_wait=_on_wait(signals)) as cache,
        gateway_redis(settings, _on_wait(signals)) as redis,
        audit_trail(audit_of("gateway", settings), signals.metrics) as audit,
        indexed_revisions(channels["retrieval"], seconds=settings.status_seconds) as revisions,
        upstream_neighbours(settings, signals, introduce, transport, allowance) as neighbours,
        tls_diagnosis(settings.upstream_addresses, settings.upstream_tls) as diagnosis,
        asyncio.TaskGroup() as answers,
    ):
        edition = edition_of(settings)
        memory = _memory(settings, cache, signals, edition)
        asked = RememberingNeighbours(
            neighbours,
            cache,
            signals.metrics,
            edition=edition,
            ttl_seconds=settings.answer_cache_seconds,
        )
        desk = _desk(settings, signals, asked, memory, answers, allowance=allowance)
        others = _others(desk, _shared(settings, redis), memory, answers, revisions)
        admission = Admission(desk, others, memory, revisions, edition=edition)
        signals.metrics.set_active_answers(desk.active_count)
        signals.metrics.set_active_answers_limit(settings.max_active_answers)
        watch = MeshWatch(channels, neighbours.states, diagnosis, seconds=settings.status_seconds)
        reception = Reception(admission, others, desk, AnswerJournal(audit))
        allowances = allowances_of(settings, redis)
        batches = Batches(reception, allowances, batch_limits(settings))
        servicer = GatewayServicer(reception, batches, desk, watch)
        with cancelling_all(desk, others):
            async with serving(
                servicer.add_to,
                services=[SERVICE_NAME],
                settings=settings,
                telemetry=signals,
                door=gateway_door(settings, allowances, audit, desk.places.require_hope),
            ) as port:
                yield port


def _on_wait(signals: Telemetry) -> OnWait:
    return partial(signals.metrics.observe_wait, "redis")


def _memory(
    settings: Settings, cache: Cache, signals: Telemetry, edition: str
) -> RememberedAnswers:
    return RememberedAnswers(
        cache,
        signals.metrics,
        edition=edition,
        ttl_seconds=settings.answer_cache_seconds,
        any_words=settings.other_words_error >= MEASURED_ERROR,
    )


def _desk(
    settings: Settings,
    signals: Telemetry,
    neighbours: Neighbours,
    memory: AnswerMemory,
    answers: asyncio.TaskGroup,
    *,
    allowance: Allowance,
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
        new_id=_new_id,
        may_repeat=_repetition(allowance, calls=len(settings.upstream_addresses)),
    )


def _repetition(allowance: Allowance, *, calls: int) -> Callable[[], bool]:
    """Return what says whether an answer that broke off may be begun again, by so many calls.

    A tenth of a few calls is nothing, and words that are delivered are owed their end: so a few
    may in any case.
    """
    owed = Allowance(share=0.0, reserve=_OWED, per_second=_OWED_PER_SECOND)
    return lambda: allowance.spend(calls) or owed.spend()


def _shared(settings: Settings, redis: RedisCommands | None) -> RedisAnswers | None:
    kept = settings.answer_seconds + settings.answer_retention_seconds
    return RedisAnswers(redis, name=_new_id(), kept_seconds=kept) if redis else None


def _new_id() -> str:
    """Return 122 random bits, in hex: nobody guesses the id of another's answer."""
    return uuid.uuid4().hex


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
