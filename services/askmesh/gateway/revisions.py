"""The revisions of tenants' documents, as retrieval says them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from grpc.aio import Channel

from askmesh.api.retrieval.v1.retrieval_pb2 import (
    GetIndexStatusRequest,
    WatchRevisionsRequest,
    WatchRevisionsResponse,
)
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.errors import AskmeshError
from askmesh.resilience import Turns, turns
from askmesh.rpc import calling_as, upstream_errors

CALLS = 2
"""How many calls may be on their way at once: one that hangs holds up nobody but its own."""

TRUSTED_SECONDS = 1.5
"""How long what was told counts after the last sign of life; there is one every half second."""

WATCH_SECONDS = 600.0
AGAIN_SECONDS = 1.0
"""After how long a watch that has ended is begun again."""


class IndexedRevisions:
    """The revisions now: as retrieval tells them by itself, else as it says when it is asked.

    All of a tenant who ask before a call begins share it.
    """

    def __init__(self, calls: Turns[str, int | None], clock: Callable[[], float]) -> None:
        self._calls = calls
        self._clock = clock
        self._known: dict[str, int] = {}
        self._others = 0
        self._trusted_until = 0.0

    def current(self, tenant: str) -> Awaitable[int | None]:
        if self._clock() >= self._trusted_until:
            return self._calls.ask(tenant)
        told: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        told.set_result(self._known.get(tenant, self._others))
        return told

    async def watch(self, retrieval: RetrievalServiceStub) -> None:
        """Listen to retrieval, until cancelled."""
        while True:
            try:
                with upstream_errors("retrieval"):
                    async for told in retrieval.WatchRevisions(
                        WatchRevisionsRequest(), timeout=WATCH_SECONDS
                    ):
                        self._learn(told)
            except AskmeshError:
                pass  # it is asked meanwhile
            self._known, self._trusted_until = {}, 0.0
            await asyncio.sleep(AGAIN_SECONDS)

    def _learn(self, told: WatchRevisionsResponse) -> None:
        self._known.update(told.tenant_revisions)
        self._others = told.other_revision
        self._trusted_until = self._clock() + TRUSTED_SECONDS


@asynccontextmanager
async def indexed_revisions(
    retrieval: Channel, *, seconds: float
) -> AsyncGenerator[IndexedRevisions]:
    """Yield what listens to retrieval, or asks it, each time for at most `seconds`."""
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

    async with turns(ask, batches=CALLS) as calls, asyncio.TaskGroup() as tasks:
        revisions = IndexedRevisions(calls, asyncio.get_running_loop().time)
        watching = tasks.create_task(revisions.watch(stub))
        yield revisions
        watching.cancel()
