"""The composition root of reranking."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from askmesh.api.reranking.v1 import reranking_pb2
from askmesh.api.reranking.v1.reranking_pb2_grpc import add_RerankingServiceServicer_to_server
from askmesh.caching import open_cache
from askmesh.inference import CrossEncoder, onnx_cross_encoder
from askmesh.models import MINILM_CROSS_ENCODER, ModelStore
from askmesh.reranking.budget import BudgetLimits, Gate
from askmesh.reranking.calibration import PASSAGES, SENTENCE_FLOOR, UNITS
from askmesh.reranking.ranker import Ranker, Scale
from askmesh.reranking.remembered import RememberedScores
from askmesh.reranking.servicer import RerankingServicer
from askmesh.reranking.settings import Settings
from askmesh.rpc import time_remaining
from askmesh.serving import inner_door, serving
from askmesh.telemetry import Telemetry, telemetry

SERVICE_NAME = reranking_pb2.DESCRIPTOR.services_by_name["RerankingService"].full_name


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
        remembered = RememberedScores(
            encoder, cache, signals.metrics, model=MINILM_CROSS_ENCODER.identity
        )
        async with reranking_with(remembered, settings, signals) as port:
            yield port


@asynccontextmanager
async def reranking_with(
    encoder: CrossEncoder, settings: Settings, signals: Telemetry
) -> AsyncGenerator[int]:
    """Run reranking with `encoder` until the block ends, and yield its port."""
    servicer = RerankingServicer(_ranker(encoder, settings, signals), signals)
    async with serving(
        lambda server: add_RerankingServiceServicer_to_server(servicer, server),
        services=[SERVICE_NAME],
        settings=settings,
        telemetry=signals,
        door=inner_door(settings),
    ) as port:
        yield port


def _ranker(encoder: CrossEncoder, settings: Settings, signals: Telemetry) -> Ranker:
    return Ranker(
        encoder,
        Gate(
            active=settings.active_rankings,
            waiting=settings.waiting_rankings,
            seconds_each=settings.budget_seconds,
        ),
        Scale(PASSAGES, UNITS, settings.floor, SENTENCE_FLOOR),
        BudgetLimits(
            most=settings.budget_seconds,
            most_unhurried=max(settings.budget_seconds, settings.unhurried_seconds),
            reserve=settings.reserve_seconds,
            passage_share=settings.passage_share,
        ),
        remaining=time_remaining,
        clock=time.monotonic,
        stages=signals,
    )
