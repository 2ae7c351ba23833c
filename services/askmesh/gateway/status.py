"""The state of the mesh, as the gateway sees it."""

import asyncio
from collections.abc import Callable, Mapping

from grpc import StatusCode
from grpc.aio import Channel

from askmesh.api.gateway.v1.gateway_pb2 import (
    BREAKER_STATE_CLOSED,
    BREAKER_STATE_HALF_OPEN,
    BREAKER_STATE_OPEN,
    GetMeshStatusResponse,
    ServiceStatus,
)
from askmesh.api.gateway.v1.gateway_pb2 import (
    BreakerState as WireState,
)
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    GetIndexStatusRequest,
    GetIndexStatusResponse,
)
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.api.summarization.v1.summarization_pb2 import (
    ListLanguageModelsRequest,
    ListLanguageModelsResponse,
)
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.errors import AskmeshError
from askmesh.gateway.diagnosing import TlsDiagnosis
from askmesh.gateway.upstreams import UpstreamReport
from askmesh.resilience import BreakerPosition
from askmesh.rpc import serving_status, upstream_errors

_BREAKERS: Mapping[BreakerPosition, WireState.ValueType] = {
    "closed": BREAKER_STATE_CLOSED,
    "half-open": BREAKER_STATE_HALF_OPEN,
    "open": BREAKER_STATE_OPEN,
}


class MeshWatch:
    """Look at all services at once, each for at most `seconds`."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        states: Callable[[], Mapping[str, UpstreamReport]],
        diagnosis: TlsDiagnosis,
        *,
        seconds: float,
    ) -> None:
        """`channels` are in the order of an answer's life, with "retrieval" and "summarization"."""
        self._channels = channels
        self._states = states
        self._diagnosis = diagnosis
        self._seconds = seconds

    async def look(self) -> GetMeshStatusResponse:
        """Return the state. Never fails because a service does."""
        async with asyncio.TaskGroup() as looks:
            services = [
                looks.create_task(self._service(name, channel))
                for name, channel in self._channels.items()
            ]
            index = looks.create_task(self._index())
            models = looks.create_task(self._language_models())
        return GetMeshStatusResponse(
            services=[service.result() for service in services],
            indexed_revision=index.result().tenant_revision,
            passage_count=index.result().passage_count,
            language_models=models.result().models,
        )

    async def _service(self, name: str, channel: Channel) -> ServiceStatus:
        status = await serving_status(channel, seconds=self._seconds)
        serving = status == "SERVING"
        detail = "" if serving else await self._explained(name, status)
        state = self._states()[name]
        return ServiceStatus(
            name=name,
            serving=serving,
            detail=detail,
            breaker_state=_BREAKERS[state.breaker],
            replica_count=state.replica_count,
            resting_replica_count=state.resting_replica_count,
        )

    async def _explained(self, name: str, status: str) -> str:
        if status != StatusCode.UNAVAILABLE.name:
            return status
        why = await self._diagnosis.why(name, seconds=self._seconds)
        return f"{status}, {why}" if why else status

    async def _index(self) -> GetIndexStatusResponse:
        stub = RetrievalServiceStub(self._channels["retrieval"])
        try:
            with upstream_errors("retrieval"):
                return await stub.GetIndexStatus(GetIndexStatusRequest(), timeout=self._seconds)
        except AskmeshError:
            return GetIndexStatusResponse()

    async def _language_models(self) -> ListLanguageModelsResponse:
        stub = SummarizationServiceStub(self._channels["summarization"])
        try:
            with upstream_errors("summarization"):
                return await stub.ListLanguageModels(
                    ListLanguageModelsRequest(), timeout=self._seconds
                )
        except AskmeshError:
            return ListLanguageModelsResponse()
