"""How much a desk takes on and an answer reads, and for how long."""

from dataclasses import dataclass
from importlib.metadata import version

from askmesh.gateway.answering import AnsweringLimits
from askmesh.gateway.batches import BatchLimits
from askmesh.gateway.budget import StageLimits
from askmesh.gateway.places import PlaceLimits
from askmesh.gateway.ranking import RankingLimits
from askmesh.gateway.register import RetentionLimits
from askmesh.gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """How many answers at once, how long they live, and how long they are kept."""

    places: PlaceLimits
    retention: RetentionLimits
    abandoned_seconds: float
    answer_seconds: float
    retry_seconds: float
    heartbeat_seconds: float


def desk_limits(settings: Settings) -> DeskLimits:
    """Return the limits that the settings ask for."""
    return DeskLimits(
        places=PlaceLimits(
            least=settings.min_active_answers,
            most=settings.max_active_answers,
            wait_seconds=settings.place_wait_seconds,
            writing_wait_seconds=settings.writing_wait_seconds,
        ),
        retention=RetentionLimits(
            answers=settings.max_retained_answers,
            total_bytes=settings.max_retained_bytes,
            seconds=settings.answer_retention_seconds,
        ),
        abandoned_seconds=settings.abandoned_seconds,
        answer_seconds=settings.answer_seconds,
        retry_seconds=settings.upstream_retry_seconds,
        heartbeat_seconds=settings.heartbeat_seconds,
    )


def batch_limits(settings: Settings) -> BatchLimits:
    """Return how many questions of batches are taken on."""
    return BatchLimits(settings.max_batch_answers, settings.max_batch_answers_per_call)


def answering_limits(settings: Settings) -> AnsweringLimits:
    """Return how much is read for an answer, and how long its parts may take."""
    return AnsweringLimits(
        RankingLimits(
            candidates=settings.candidate_count,
            sources=settings.source_count,
            sentence_passages=settings.sentence_passage_count,
        ),
        stage_limits(settings),
    )


def stage_limits(settings: Settings) -> StageLimits:
    """Return how long the parts of an answer may take."""
    return StageLimits(
        understanding_seconds=settings.understanding_seconds,
        follow_up_seconds=settings.follow_up_seconds,
        retrieval_seconds=settings.retrieval_seconds,
        reranking_seconds=settings.reranking_seconds,
        silence_seconds=settings.summary_silence_seconds,
        writing_reserve_seconds=settings.writing_reserve_seconds,
    )


def edition_of(settings: Settings) -> str:
    """Return what answers depend on beside documents."""
    counts = settings.candidate_count, settings.source_count, settings.sentence_passage_count
    return "-".join(map(str, (version("askmesh"), settings.edition, *counts)))
