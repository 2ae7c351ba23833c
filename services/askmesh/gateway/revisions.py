"""The revision of the documents, as retrieval says it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from grpc.aio import Channel

from askmesh.api.retrieval.v1.retrieval_pb2 import GetIndexStatusRequest
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.errors import AskmeshError
from askmesh.resilience import Turns, turns
from askmesh.rpc import upstream_errors

CALLS = 2
"""How many calls may be on their way at once: one that hangs holds up nobody but its own."""


class IndexedRevisions:
    """The revision now. All who ask before a call begins share it."""

    def __init__(self, calls: Turns[None, int | None]) -> None:
        self._calls = calls

    async def current(self) -> int | None:
        return await self._calls.ask(None)


@asynccontextmanager
async def indexed_revisions(
    retrieval: Channel, *, seconds: float
) -> AsyncGenerator[IndexedRevisions]:
    """Yield what asks retrieval, each time for at most `seconds`."""
    stub = RetrievalServiceStub(retrieval)

    async def ask(callers: Sequence[None]) -> Sequence[int | None]:
        try:
            with upstream_errors("retrieval"):
                status = await stub.GetIndexStatus(GetIndexStatusRequest(), timeout=seconds)
        except AskmeshError:
            return [None] * len(callers)
        return [status.indexed_revision] * len(callers)

    async with turns(ask, batches=CALLS) as calls:
        yield IndexedRevisions(calls)
