"""The composition root of query understanding."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.api.query_understanding.v1.query_understanding_pb2_grpc import (
    add_QueryUnderstandingServiceServicer_to_server,
)
from askmesh.inference import load_profile, open_profile, triton_language_model
from askmesh.models import ModelStore
from askmesh.query_understanding.language import StatisticalLanguageDetector
from askmesh.query_understanding.rewriting import ModelRewriter
from askmesh.query_understanding.servicer import QueryUnderstandingServicer
from askmesh.query_understanding.settings import Settings
from askmesh.query_understanding.understander import Understander
from askmesh.serving import inner_door, room_for_calls, serving
from askmesh.telemetry import Telemetry, telemetry

_SERVICES = query_understanding_pb2.DESCRIPTOR.services_by_name
SERVICE_NAME = _SERVICES["QueryUnderstandingService"].full_name
METHOD = f"/{SERVICE_NAME}/UnderstandQuestion"
_PROFILE_VARIABLE = "QUERY_UNDERSTANDING_PROFILE"


@asynccontextmanager
async def query_understanding_service(settings: Settings) -> AsyncGenerator[int]:
    """Run query understanding until the block ends, and yield its port.

    Raises `StartupError` when the language model's profile cannot be had.
    """
    async with telemetry("query_understanding", settings) as signals:
        # The language model of letters is read from disk.
        detector = await asyncio.to_thread(StatisticalLanguageDetector)
        async with _rewriter(settings, signals) as rewriter:
            understander = Understander(
                detector, rewriter, signals, today=lambda: datetime.now(UTC).date()
            )
            servicer = QueryUnderstandingServicer(understander)
            async with serving(
                lambda server: add_QueryUnderstandingServiceServicer_to_server(servicer, server),
                services=[SERVICE_NAME],
                settings=settings,
                telemetry=signals,
                door=inner_door(settings),
                # Rules take milliseconds, a model as long as it takes: times say nothing of room.
                rooms={METHOD: room_for_calls("query_understanding", settings, signals.metrics)},
            ) as port:
                yield port


@asynccontextmanager
async def _rewriter(settings: Settings, signals: Telemetry) -> AsyncGenerator[ModelRewriter | None]:
    if not settings.triton_address:
        yield None
        return
    profile = await asyncio.to_thread(load_profile, settings.profile, variable=_PROFILE_VARIABLE)
    if not profile.completes_questions:
        yield None
        return
    store = ModelStore(settings.home)
    profile = await asyncio.to_thread(
        open_profile, settings.profile, store, variable=_PROFILE_VARIABLE
    )
    async with triton_language_model(
        settings.triton_address,
        settings.triton_model,
        signals,
        profile=profile,
        tls=settings.triton_tls,
    ) as model:
        yield ModelRewriter(model, budget_seconds=settings.rewriting_seconds)
