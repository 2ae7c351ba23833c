"""The composition root of the gateway."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import grpc

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from askmesh.api.query_understanding.v1.query_understanding_pb2_grpc import (
    QueryUnderstandingServiceStub,
)
from askmesh.api.reranking.v1.reranking_pb2_grpc import RerankingServiceStub
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.gateway.answering import Answering
from askmesh.gateway.desk import AnswerDesk, DeskLimits
from askmesh.gateway.health_client import GrpcServiceHealth
from askmesh.gateway.query_understanding_client import GrpcUnderstanding
from askmesh.gateway.reranking_client import GrpcReranker
from askmesh.gateway.retrieval_client import GrpcRetriever
from askmesh.gateway.servicer import GatewayServicer
from askmesh.gateway.settings import Settings
from askmesh.gateway.source_ranking import AnsweringLimits
from askmesh.gateway.status import MeshWatch
from askmesh.gateway.summarization_client import GrpcSummarizer
from askmesh.rpc import channel_to
from askmesh.serving import serving
from askmesh.telemetry import Telemetry, telemetry

HEALTH_SECONDS = 2.0
SERVICE_NAME = gateway_pb2.DESCRIPTOR.services_by_name["GatewayService"].full_name


@asynccontextmanager
async def gateway_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the gateway until the block ends, and yield its port.

    At the end, streams in flight may finish within the drain time; answers that nobody could
    finish reading are cancelled.
    """
    async with (
        telemetry("gateway", settings) as signals,
        _channels(settings, signals) as channels,
        asyncio.TaskGroup() as answers,
    ):
        desk = _desk(settings, signals, channels, answers)
        signals.metrics.set_active_answers(desk.active_count)
        servicer = GatewayServicer(desk, _watch(settings, channels))
        with _cancelling(desk):
            async with serving(
                lambda server: add_GatewayServiceServicer_to_server(servicer, server),
                services=[SERVICE_NAME],
                settings=settings,
                telemetry=signals,
                tenants_checked=True,
            ) as port:
                yield port


@dataclass(frozen=True, slots=True)
class _Channels:
    query_understanding: grpc.aio.Channel
    retrieval: grpc.aio.Channel
    reranking: grpc.aio.Channel
    summarization: grpc.aio.Channel


@asynccontextmanager
async def _channels(settings: Settings, signals: Telemetry) -> AsyncGenerator[_Channels]:
    async with AsyncExitStack() as stack:
        yield _Channels(
            *[
                await stack.enter_async_context(channel_to(address, signals))
                for address in (
                    settings.query_understanding_address,
                    settings.retrieval_address,
                    settings.reranking_address,
                    settings.summarization_address,
                )
            ]
        )


def _desk(
    settings: Settings, signals: Telemetry, channels: _Channels, answers: asyncio.TaskGroup
) -> AnswerDesk:
    return AnswerDesk(
        _answering(settings, signals, channels),
        answers,
        limits=DeskLimits(
            active_answers=settings.max_active_answers,
            retained_answers=settings.max_retained_answers,
            retention_seconds=settings.answer_retention_seconds,
            abandoned_seconds=settings.abandoned_seconds,
            answer_seconds=settings.answer_seconds,
            heartbeat_seconds=settings.heartbeat_seconds,
        ),
        observer=signals.metrics,
        new_id=lambda: uuid.uuid4().hex,
    )


def _answering(settings: Settings, signals: Telemetry, channels: _Channels) -> Answering:
    return Answering(
        GrpcUnderstanding(
            QueryUnderstandingServiceStub(channels.query_understanding),
            seconds=settings.understanding_seconds,
        ),
        _retriever(settings, channels),
        GrpcReranker(
            RerankingServiceStub(channels.reranking),
            sentence_passage_count=settings.sentence_passage_count,
        ),
        GrpcSummarizer(SummarizationServiceStub(channels.summarization)),
        limits=AnsweringLimits(settings.candidate_count, settings.source_count),
        observer=signals.metrics,
        tracer=signals,
        clock=time.monotonic,
    )


def _retriever(settings: Settings, channels: _Channels) -> GrpcRetriever:
    return GrpcRetriever(
        RetrievalServiceStub(channels.retrieval), page_size=settings.candidate_count
    )


def _watch(settings: Settings, channels: _Channels) -> MeshWatch:
    services = {
        "query_understanding": channels.query_understanding,
        "retrieval": channels.retrieval,
        "reranking": channels.reranking,
        "summarization": channels.summarization,
    }
    return MeshWatch(
        [
            GrpcServiceHealth(name, channel, seconds=HEALTH_SECONDS)
            for name, channel in services.items()
        ],
        _retriever(settings, channels),
    )


@contextmanager
def _cancelling(desk: AnswerDesk) -> Generator[None]:
    try:
        yield
    finally:
        desk.cancel_all()
