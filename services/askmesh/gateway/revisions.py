"""The revision of the documents, as retrieval says it."""

import asyncio

from grpc.aio import Channel

from askmesh.api.retrieval.v1.retrieval_pb2 import GetIndexStatusRequest
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.errors import AskmeshError
from askmesh.rpc import upstream_errors


class IndexedRevisions:
    """Ask retrieval. All who ask before a call begins share it."""

    def __init__(self, retrieval: Channel, *, seconds: float) -> None:
        self._stub = RetrievalServiceStub(retrieval)
        self._seconds = seconds
        self._planned: asyncio.Task[int | None] | None = None

    async def current(self) -> int | None:
        if self._planned is None:
            self._planned = asyncio.create_task(self._ask())
        return await asyncio.shield(self._planned)

    async def _ask(self) -> int | None:
        await asyncio.sleep(0)  # whoever asks in this turn of the loop
        self._planned = None
        try:
            with upstream_errors("retrieval"):
                status = await self._stub.GetIndexStatus(
                    GetIndexStatusRequest(), timeout=self._seconds
                )
        except AskmeshError:
            return None
        return status.indexed_revision
