"""The revisions of tenants' documents, as retrieval says them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial

from grpc.aio import Channel

from askmesh.api.retrieval.v1.retrieval_pb2 import (
    GetIndexStatusRequest,
    WatchRevisionsRequest,
    WatchRevisionsResponse,
)
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.errors import AskmeshError
from askmesh.gateway.keys import are_of_everything, documents_key
from askmesh.gateway.ports import Revisions, SeenDocuments
from askmesh.identity import Caller, current_caller
from askmesh.resilience import Turns, turns
from askmesh.rpc import upstream_errors

CALLS = 2
"""How many calls may be on their way at once: one that hangs holds up nobody but its own."""

TRUSTED_SECONDS = 1.5
"""How long what was told counts after the last sign of life; there is one every half second."""

WATCH_SECONDS = 600.0
AGAIN_SECONDS = 1.0
"""After how long a watch that has ended is begun again."""


MAX_KNOWN = 10_000
"""Of how many callers it is remembered what they may read."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, and in the name of what call."""

    caller: Caller
    context: Context = field(compare=False)


class IndexedRevisions:
    """The revisions now: as retrieval tells them by itself, else as it says when it is asked.

    What somebody may read of a revision is asked once. All calls in one's name that are made
    before a call begins share it.
    """

    def __init__(
        self, calls: Turns[_Asking, SeenDocuments | None], clock: Callable[[], float]
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._known: dict[str, int] = {}
        self._others = 0
        self._trusted_until = 0.0
        self._seen: dict[Caller, SeenDocuments] = {}

    def current(self, caller: Caller) -> Awaitable[SeenDocuments | None]:
        seen = self._known_of(caller)
        if seen is None:
            asked = self._calls.ask(_Asking(caller, copy_context()))
            asked.add_done_callback(partial(self._remember, caller))
            return asked
        told: asyncio.Future[SeenDocuments | None] = asyncio.get_running_loop().create_future()
        told.set_result(seen)
        return told

    def _known_of(self, caller: Caller) -> SeenDocuments | None:
        if self._clock() >= self._trusted_until:
            return None
        revision = self._known.get(caller.tenant, self._others)
        if caller.reads_all:
            return SeenDocuments(revision, "")
        seen = self._seen.get(caller)
        return seen if seen and seen.revision == revision else None

    def _remember(self, caller: Caller, asked: asyncio.Future[SeenDocuments | None]) -> None:
        if asked.cancelled() or asked.exception() or not (seen := asked.result()):
            return
        if len(self._seen) >= MAX_KNOWN:
            self._seen.clear()
        self._seen[caller] = seen

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


async def reads_the_same(revisions: Revisions, documents: str) -> bool:
    """Tell whether the caller may read now what such a key of documents says, as they are now.

    Who may read everything may read what was there before, too.
    """
    caller = current_caller()
    if caller.reads_all:
        return are_of_everything(documents)
    seen = await revisions.current(caller)
    return seen is not None and documents_key(seen.revision, seen.permissions) == documents


@asynccontextmanager
async def indexed_revisions(
    retrieval: Channel, *, seconds: float
) -> AsyncGenerator[IndexedRevisions]:
    """Yield what listens to retrieval, or asks it, each time for at most `seconds`."""
    stub = RetrievalServiceStub(retrieval)

    async def seen() -> SeenDocuments | None:
        try:
            with upstream_errors("retrieval"):
                status = await stub.GetIndexStatus(GetIndexStatusRequest(), timeout=seconds)
        except AskmeshError:
            return None
        known = status.HasField("tenant_revision")
        revision = status.tenant_revision if known else status.indexed_revision
        return SeenDocuments(revision, status.permissions)

    async def ask(asking: Sequence[_Asking]) -> Sequence[SeenDocuments | None]:
        async with asyncio.TaskGroup() as calls:
            made = {each: calls.create_task(seen(), context=each.context) for each in set(asking)}
        return [made[each].result() for each in asking]

    async with turns(ask, batches=CALLS) as calls, asyncio.TaskGroup() as tasks:
        revisions = IndexedRevisions(calls, asyncio.get_running_loop().time)
        watching = tasks.create_task(revisions.watch(stub))
        yield revisions
        watching.cancel()
