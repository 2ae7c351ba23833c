"""The composition root of reranking."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from askmesh.api.reranking.v1 import reranking_pb2
from askmesh.api.reranking.v1.reranking_pb2_grpc import add_RerankingServiceServicer_to_server
from askmesh.caching import open_cache
from askmesh.inference import CrossEncoder, onnx_cross_encoder
from askmesh.models import ModelStore
from askmesh.reranking.budget import BudgetLimits
from askmesh.reranking.calibration import PASSAGES, SENTENCE_FLOOR, UNITS
from askmesh.reranking.ranker import Ranker, Scale
from askmesh.reranking.remembered import RememberedScores
from askmesh.reranking.servicer import RerankingServicer
from askmesh.reranking.settings import Settings
from askmesh.resilience import FixedLimit, Room, RoomRules
from askmesh.rpc import time_remaining
from askmesh.serving import inner_door, serving
from askmesh.telemetry import Telemetry, telemetry

SERVICE_NAME = reranking_pb2.DESCRIPTOR.services_by_name["RerankingService"].full_name
METHOD = f"/{SERVICE_NAME}/RankPassages"


@asynccontextmanager
async def reranking_service(settings: Settings) -> AsyncGenerator[int]:
    """Run reranking with the packaged cross-encoder until the block ends, and yield its port."""
    async with (
        telemetry("reranking", settings) as signals,
        open_cache(
            settings.cache.get_secret_value(),
            on_wait=partial(signals.metrics.observe_wait, "redis"),
        ) as cache,
        onnx_cross_encoder(ModelStore(settings.home), threads=settings.threads or None) as encoder,
    ):
        # The first pair takes longer; no caller should wait for that.
        await encoder.score("What is ready?", ["The model is ready."])
        remembered = RememberedScores(encoder, cache, signals.metrics, model=encoder.model)
        async with reranking_with(remembered, settings, signals) as port:
            yield port


@asynccontextmanager
async def reranking_with(
    encoder: CrossEncoder, settings: Settings, signals: Telemetry
) -> AsyncGenerator[int]:
    """Run reranking with `encoder` until the block ends, and yield its port."""
    room = _room(settings, signals)
    servicer = RerankingServicer(_ranker(encoder, settings, signals, room), signals)
    async with serving(
        lambda server: add_RerankingServiceServicer_to_server(servicer, server),
        services=[SERVICE_NAME],
        settings=settings,
        telemetry=signals,
        door=inner_door(settings),
        rooms={METHOD: room},
    ) as port:
        yield port


def _room(settings: Settings, signals: Telemetry) -> Room:
    rules = RoomRules(
        "reranking",
        "RERANKING_BUSY",
        settings.ranking_wait_seconds,
        most_waiting=settings.waiting_rankings,
        hope=1.0,  # an answer without its ranking is worth less than a late one
    )
    return Room(FixedLimit(settings.active_rankings), rules, signals.metrics)


def _ranker(encoder: CrossEncoder, settings: Settings, signals: Telemetry, room: Room) -> Ranker:
    return Ranker(
        encoder,
        room,
        Scale(PASSAGES, UNITS, settings.floor, SENTENCE_FLOOR),
        BudgetLimits(
            least=min(settings.least_seconds, settings.budget_seconds),
            most=settings.budget_seconds,
            most_unhurried=max(settings.budget_seconds, settings.unhurried_seconds),
            reserve=settings.reserve_seconds,
            passage_share=settings.passage_share,
        ),
        remaining=time_remaining,
        clock=time.monotonic,
        stages=signals,
    )
