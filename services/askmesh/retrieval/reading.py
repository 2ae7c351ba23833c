"""Reading the passages that were found: from the document store, or the index's own copies."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from askmesh.documents import DocumentStoreUnavailableError
from askmesh.passages import Passage
from askmesh.resilience import time_remaining
from askmesh.retrieval.ports import PassageReader, Search

PAUSE_SECONDS = 2.0
DEADLINE_SHARE = 0.5
"""Of the time that a search has left, at most this share is waited for the document store."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadPassages:
    """Passages in the order asked, and whether they come from the index's own copies."""

    passages: list[Passage]
    from_copies: bool


class Reading:
    """Reads from the document store, in one batch; from the index while the store is down.

    After a failure the store is left alone for `PAUSE_SECONDS`, so that searches do not each wait
    `seconds` for a store that does not answer. A search that has little time left waits less: it is
    worth more with copies than not in time.
    """

    def __init__(
        self,
        documents: PassageReader,
        copies: PassageReader,
        *,
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._documents = documents
        self._copies = copies
        self._seconds = seconds
        self._clock = clock
        self._paused_until = float("-inf")

    async def read(self, search: Search, passage_ids: Sequence[str]) -> ReadPassages:
        """Return the passages that are still there and still meet the search's conditions.

        Raises `IndexUnavailableError` if neither the store nor the index can read.
        """
        passages = await self._stored(search.tenant, passage_ids)
        from_copies = passages is None
        if passages is None:
            passages = await self._copies.get_passages(search.tenant, passage_ids)
        admitted = [passage for passage in passages if search.condition.admits(passage)]
        return ReadPassages(admitted, from_copies)

    async def _stored(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage] | None:
        if not passage_ids:
            return []
        if self._clock() < self._paused_until:
            return None
        try:
            async with asyncio.timeout(self._patience()):
                return await self._documents.get_passages(tenant, passage_ids)
        except (DocumentStoreUnavailableError, TimeoutError) as error:
            self._paused_until = self._clock() + PAUSE_SECONDS
            _log.warning(
                "Passages come from the index: %s", str(error) or "the store took too long"
            )
            return None

    def _patience(self) -> float:
        remaining = time_remaining()
        return (
            self._seconds if remaining is None else min(self._seconds, remaining * DEADLINE_SHARE)
        )
