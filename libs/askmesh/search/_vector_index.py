"""Vector search by FAISS over files that are mapped, never rewritten, and merged aside."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from askmesh.passages import ANY_DOCUMENT, AccessList, DocumentChange, Filter
from askmesh.resilience import Threads, threads
from askmesh.search._faiss import prepare_thread
from askmesh.search._folders import locked
from askmesh.search._ties import best
from askmesh.search._types import Hit, IndexUnavailableError, UnindexableDocumentError, Vector
from askmesh.search._vector_columns import Keys
from askmesh.search._vector_rows import document_key, document_rows, unfit_vectors
from askmesh.search._vector_segments import DamagedError, SegmentFolder, VectorSegment
from askmesh.search._vector_state import State, load, save

_log = logging.getLogger(__name__)
_READER_THREADS = 2


class FaissVectorIndex:
    """Exact search by inner product. Open it by `faiss_index`.

    Updates run one after another in a thread of their own and replace the state in one step, so a
    search sees all of an update or nothing of it, and never waits. Each is durable when it returns;
    what it costs depends on its own size only.
    """

    def __init__(self, folder: Path, *, dimension: int, readers: Threads, writer: Threads) -> None:
        self._manifest = folder / "vectors"
        self._folder = SegmentFolder(folder / "segments", dimension)
        self._dimension = dimension
        self._readers = readers
        self._writer = writer
        self._state = State()
        self._changed = asyncio.Event()

    @property
    def revision(self) -> int:
        return self._state.revision

    @property
    def store_id(self) -> str:
        return self._state.store_id

    async def search(
        self, tenant: str, vector: Vector, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        state = self._state
        if limit < 1:
            return []
        return await self._readers.call(
            lambda: best(lambda size: state.search(tenant, vector, size, condition), limit)
        )

    async def count(self, tenant: str, condition: Filter = ANY_DOCUMENT) -> int:
        state = self._state
        if condition.admits_everything:
            return state.count(tenant, condition)
        return await self._readers.call(lambda: state.count(tenant, condition))

    async def access_lists(self, tenant: str) -> Mapping[str, AccessList]:
        state = self._state
        known = state.known_lists.get(tenant)
        if known is not None:
            return known
        return await self._readers.call(lambda: state.access_lists(tenant))

    async def unfit(self, changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
        return await self._writer.call(lambda: unfit_vectors(changes, self._dimension))

    async def apply(self, changes: Sequence[DocumentChange], *, revision: int) -> None:
        await self._writer.call(lambda: self._apply(changes, revision))
        self._changed.set()

    async def clear(self, *, store_id: str = "") -> None:
        await self._writer.call(lambda: self._clear(store_id))

    async def load(self) -> None:
        """Begin with what the folder holds, or with nothing if that is torn or corrupt."""
        self._state = await self._writer.call(self._loaded)

    async def merge(self, merger: Threads) -> None:
        """Keep the segments few until cancelled, beside searches and updates."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                while before := self._state.to_merge():
                    await self._replace(before, merger)
            except OSError as error:
                _log.warning("Segments of vectors cannot be merged now: %s.", error)

    async def _replace(self, before: Sequence[VectorSegment], merger: Threads) -> None:
        merged = await merger.call(lambda: self._joined(before))
        await self._writer.call(lambda: self._put(before, merged))

    def _apply(self, changes: Sequence[DocumentChange], revision: int) -> None:
        latest = {(change.tenant, change.document_id): change for change in changes}
        added = [
            document_rows(change, self._dimension) for change in latest.values() if change.passages
        ]
        state = replace(self._state.without(_keys(list(latest))), revision=revision)
        with _translated():
            if added:
                made = self._folder.make(added)
                state = replace(state, segments=(*state.segments, made))
            self._become(state)

    def _clear(self, store_id: str) -> None:
        with _translated():
            self._become(State(0, store_id))

    def _become(self, state: State) -> None:
        save(self._manifest, state, self._dimension)
        self._state = state

    def _joined(self, segments: Sequence[VectorSegment]) -> VectorSegment:
        return self._folder.make([each for segment in segments for each in segment.documents()])

    def _put(self, before: Sequence[VectorSegment], merged: VectorSegment) -> None:
        state = self._state.merged(before, merged)
        if state is not None:
            self._become(state)
        self._folder.remove_others(self._state.segments)

    def _loaded(self) -> State:
        state = State()
        if self._manifest.exists():
            try:
                state = load(self._manifest, self._folder, self._dimension)
            except (DamagedError, OSError) as error:
                _log.warning("The vector index is thrown away and made again: %s.", error)
        self._folder.remove_others(state.segments)
        return state


@asynccontextmanager
async def faiss_index(folder: Path, *, dimension: int) -> AsyncGenerator[FaissVectorIndex]:
    """Open the index of the folder, or a new one, until the block ends.

    A torn or corrupt index, or one of another dimension, is not used: the one yielded then holds
    revision 0. Raises `IndexBusyError` if another process has the folder open.
    """
    async with (
        threads("vector-search", _READER_THREADS, prepare=prepare_thread) as readers,
        threads("vectors", 1) as writer,
        threads("vector-merges", 1) as merger,
    ):
        with locked(folder):
            index = FaissVectorIndex(folder, dimension=dimension, readers=readers, writer=writer)
            await index.load()
            async with asyncio.TaskGroup() as tasks:
                merging = tasks.create_task(index.merge(merger))
                yield index
                merging.cancel()


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise IndexUnavailableError("The vectors cannot be written.") from error


def _keys(documents: Sequence[tuple[str, str]]) -> Mapping[str, Keys]:
    keys: defaultdict[str, list[int]] = defaultdict(list)
    for tenant, document_id in documents:
        keys[tenant].append(document_key(tenant, document_id))
    return {tenant: np.array(numbers, np.uint64) for tenant, numbers in keys.items()}
