"""The composition root of the gateway."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial

from askmesh.gateway.admission import Admission
from askmesh.gateway.answering import Answering
from askmesh.gateway.batches import Batches
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.doors import allowances_of, gateway_door
from askmesh.gateway.exchange import Exchange
from askmesh.gateway.journal import AnswerJournal
from askmesh.gateway.limits import (
    answering_limits,
    batch_limits,
    desk_limits,
    edition_of,
)
from askmesh.gateway.opening import Opened, opened
from askmesh.gateway.others import NoOthers, Others, cancelling_all
from askmesh.gateway.ports import AnswerMemory, Neighbours
from askmesh.gateway.reception import Reception
from askmesh.gateway.remembered import RememberedAnswers
from askmesh.gateway.revisions import reads_the_same
from askmesh.gateway.servicer import SERVICE_NAME, GatewayServicer
from askmesh.gateway.settings import Settings
from askmesh.gateway.shared_redis import RedisAnswers
from askmesh.gateway.status import MeshWatch
from askmesh.gateway.summaries import RememberingNeighbours
from askmesh.gateway.wording import MEASURED_ERROR
from askmesh.resilience import Allowance
from askmesh.serving import serving
from askmesh.text import load_language

_OWED = 10
_OWED_PER_SECOND = 1.0


@asynccontextmanager
async def gateway_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the gateway until the block ends, and yield its port.

    At the end, streams in flight may finish within the drain time; answers that nobody could
    finish reading are cancelled.
    """
    await asyncio.to_thread(load_language)
    async with (
        opened(settings) as around,
        asyncio.TaskGroup() as answers,
        _answering(settings, around, answers) as port,
    ):
        yield port


@asynccontextmanager
async def _answering(
    settings: Settings, around: Opened, answers: asyncio.TaskGroup
) -> AsyncGenerator[int]:
    edition, signals = edition_of(settings), around.signals
    memory = _memory(settings, around, edition)
    desk = _desk(settings, around, memory, answers)
    others = _others(settings, around, desk, memory, answers)
    admission = Admission(desk, others, memory, around.revisions, edition=edition)
    reception = Reception(admission, others, desk, AnswerJournal(around.audit))
    allowances = allowances_of(settings, around.redis)
    batches = Batches(reception, allowances, batch_limits(settings))
    servicer = GatewayServicer(reception, batches, desk, _watch(settings, around))
    signals.metrics.set_active_answers(desk.active_count)
    signals.metrics.set_active_answers_limit(settings.max_active_answers)
    with cancelling_all(desk, others):
        async with (
            gateway_door(settings, allowances, around.audit, desk.places.require_hope) as door,
            serving(
                servicer.add_to,
                services=[SERVICE_NAME],
                settings=settings,
                telemetry=signals,
                door=door,
            ) as port,
        ):
            yield port


def _watch(settings: Settings, around: Opened) -> MeshWatch:
    return MeshWatch(
        around.channels,
        around.neighbours.states,
        around.diagnosis,
        seconds=settings.status_seconds,
    )


def _memory(settings: Settings, around: Opened, edition: str) -> RememberedAnswers:
    return RememberedAnswers(
        around.cache,
        around.signals.metrics,
        edition=edition,
        ttl_seconds=settings.answer_cache_seconds,
        any_words=settings.other_words_error >= MEASURED_ERROR,
    )


def _desk(
    settings: Settings, around: Opened, memory: AnswerMemory, answers: asyncio.TaskGroup
) -> AnswerDesk:
    signals = around.signals
    answering = Answering(
        _asked(settings, around),
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
        writing_seconds=around.neighbours.writing_seconds,
        may_repeat=_repetition(around.allowance, calls=len(settings.upstream_addresses)),
    )


def _asked(settings: Settings, around: Opened) -> Neighbours:
    return RememberingNeighbours(
        around.neighbours,
        around.cache,
        around.signals.metrics,
        edition=edition_of(settings),
        ttl_seconds=settings.answer_cache_seconds,
    )


def _repetition(allowance: Allowance, *, calls: int) -> Callable[[], bool]:
    """Return what says whether an answer that broke off may be begun again, by so many calls.

    A tenth of a few calls is nothing, and words that are delivered are owed their end: so a few
    may in any case.
    """
    owed = Allowance(share=0.0, reserve=_OWED, per_second=_OWED_PER_SECOND)
    return lambda: allowance.spend(calls) or owed.spend()


def _new_id() -> str:
    """Return 122 random bits, in hex: nobody guesses the id of another's answer."""
    return uuid.uuid4().hex


def _others(
    settings: Settings,
    around: Opened,
    desk: AnswerDesk,
    memory: AnswerMemory,
    answers: asyncio.TaskGroup,
) -> Others:
    if around.redis is None:
        return NoOthers(desk)
    kept = settings.answer_seconds + settings.answer_retention_seconds
    shared = RedisAnswers(around.redis, name=_new_id(), kept_seconds=kept)
    may_read = partial(reads_the_same, around.revisions)
    return Exchange(desk, shared, memory, answers, may_read=may_read)
