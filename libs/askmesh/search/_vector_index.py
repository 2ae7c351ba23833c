"""Vector search by FAISS in memory, with a file to start from."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path

from askmesh.passages import ANY_DOCUMENT, DocumentChange, Filter
from askmesh.search._collection import Collection, document_vectors
from askmesh.search._faiss import FlatVectors, prepare_thread
from askmesh.search._folders import locked
from askmesh.search._threads import Threads, threads
from askmesh.search._ties import best
from askmesh.search._types import Hit, IndexUnavailableError, Vector
from askmesh.search._vector_file import DamagedFileError, SavedVectors, load, save

_NOTHING = SavedVectors(0, {}, "")
_log = logging.getLogger(__name__)


class FaissVectorIndex:
    """Exact search by inner product; each tenant's vectors apart. Open it by `faiss_index`.

    Updates run one after another in a thread of their own and replace the state in one step, so a
    search sees all of an update or nothing of it, and never waits.
    """

    def __init__(
        self, path: Path, saved: SavedVectors, *, dimension: int, readers: Threads, writer: Threads
    ) -> None:
        self._path = path
        self._state = saved
        self._saved = saved
        self._dimension = dimension
        self._readers = readers
        self._writer = writer

    @property
    def revision(self) -> int:
        return self._state.revision

    @property
    def store_id(self) -> str:
        return self._state.store_id

    async def search(
        self, tenant: str, vector: Vector, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        collection = self._state.collections.get(tenant, Collection())
        if limit < 1:
            return []
        return await self._readers.call(
            lambda: best(lambda size: collection.search(vector, size, condition), limit)
        )

    async def count(self, tenant: str) -> int:
        return self._state.collections.get(tenant, Collection()).count()

    async def apply(self, updates: Sequence[DocumentChange], *, revision: int) -> None:
        await self._writer.call(lambda: self._apply(updates, revision))

    async def clear(self, *, store_id: str = "") -> None:
        await self._writer.call(lambda: self._apply_state(SavedVectors(0, {}, store_id)))

    async def save(self) -> None:
        """Write the file if anything changed since. Raises `IndexUnavailableError`."""
        await self._writer.call(self._save)

    def _apply(self, updates: Sequence[DocumentChange], revision: int) -> None:
        collections = dict(self._state.collections)
        in_order = sorted(updates, key=lambda update: update.tenant)
        for tenant, group in groupby(in_order, key=lambda update: update.tenant):
            documents = [
                (update.document_id, document_vectors(update, self._dimension)) for update in group
            ]
            collection = collections.get(tenant, Collection())
            collections[tenant] = collection.updated(documents, FlatVectors)
        self._apply_state(SavedVectors(revision, collections, self._state.store_id))

    def _apply_state(self, state: SavedVectors) -> None:
        self._state = state

    def _save(self) -> None:
        state = self._state
        if state is self._saved:
            return
        try:
            save(self._path, state, self._dimension)
        except OSError as error:
            raise IndexUnavailableError("The file of vectors cannot be written.") from error
        self._saved = state


@asynccontextmanager
async def faiss_index(
    folder: Path, *, dimension: int, reader_threads: int = 2
) -> AsyncGenerator[FaissVectorIndex]:
    """Open the index of the folder, or a new one, until the block ends; then save it.

    A torn or corrupt file, or one of another dimension, is not used: the index then holds revision
    0. Raises `IndexBusyError` if another process has the folder open.
    """
    async with (
        threads("vector-search", reader_threads, prepare=prepare_thread) as readers,
        threads("vectors", 1, prepare=prepare_thread) as one,
    ):
        with locked(folder):
            path = folder / "vectors"
            saved = await one.call(lambda: _loaded(path, dimension))
            index = FaissVectorIndex(path, saved, dimension=dimension, readers=readers, writer=one)
            try:
                yield index
            finally:
                await index.save()


def _loaded(path: Path, dimension: int) -> SavedVectors:
    try:
        return load(path, dimension, FlatVectors)
    except FileNotFoundError:
        return _NOTHING
    except (DamagedFileError, OSError) as error:
        _log.warning("The vector index is thrown away and made again: %s.", error)
        return _NOTHING
