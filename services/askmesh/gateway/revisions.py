"""The revisions of tenants' documents, as retrieval says them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager

from grpc.aio import Channel

from askmesh.api.retrieval.v1.retrieval_pb2 import GetIndexStatusRequest
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.errors import AskmeshError
from askmesh.resilience import Turns, turns
from askmesh.rpc import calling_as, upstream_errors

CALLS = 2
"""How many calls may be on their way at once: one that hangs holds up nobody but its own."""


class IndexedRevisions:
    """The revisions now. All of a tenant who ask before a call begins share it."""

    def __init__(self, calls: Turns[str, int | None]) -> None:
        self._calls = calls

    def current(self, tenant: str) -> Awaitable[int | None]:
        return self._calls.ask(tenant)


@asynccontextmanager
async def indexed_revisions(
    retrieval: Channel, *, seconds: float
) -> AsyncGenerator[IndexedRevisions]:
    """Yield what asks retrieval, each time for at most `seconds`."""
    stub = RetrievalServiceStub(retrieval)

    async def revision_of(tenant: str) -> int | None:
        try:
            with upstream_errors("retrieval"), calling_as(tenant):
                status = await stub.GetIndexStatus(GetIndexStatusRequest(), timeout=seconds)
        except AskmeshError:
            return None
        known = status.HasField("tenant_revision")
        return status.tenant_revision if known else status.indexed_revision

    async def ask(tenants: Sequence[str]) -> Sequence[int | None]:
        async with asyncio.TaskGroup() as calls:
            made = {each: calls.create_task(revision_of(each)) for each in set(tenants)}
        return [made[each].result() for each in tenants]

    async with turns(ask, batches=CALLS) as calls:
        yield IndexedRevisions(calls)
