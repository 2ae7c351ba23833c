"""Following the documents: what changes there becomes visible to searches here."""

import asyncio
import logging
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from askmesh.documents import ChangePage
from askmesh.errors import UnavailableError
from askmesh.passages import DocumentChange
from askmesh.retrieval.ports import DocumentFeed, Gauges
from askmesh.retrieval.revisions import TenantRevisions
from askmesh.search import FollowingIndex

CHANGES_PER_PAGE = 100
MAX_BACKOFF_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Follower:
    """Keeps indexes at the newest revision of the documents.

    Changes are applied again after any failure, which is safe: the feed gives newest states, and
    indexes replace whole documents.
    """

    def __init__(
        self,
        feed: DocumentFeed,
        indexes: Sequence[FollowingIndex],
        *,
        gauges: Gauges,
        poll_seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._feed = feed
        self._indexes = indexes
        self._gauges = gauges
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._change_time: datetime | None = None
        self.revisions = TenantRevisions(self.revision)

    @property
    def revision(self) -> int:
        """The newest revision that all indexes hold."""
        return min(index.revision for index in self._indexes)

    @property
    def store_id(self) -> str:
        """The document store that the revisions are of."""
        return self._indexes[0].store_id

    def revision_of(self, tenant: str) -> int:
        """Return a revision at which the tenant's documents are as all indexes hold them.

        It is that of their last change, so all replicas say the same, once this one has been at
        the newest revision.
        """
        return self.revisions.of(tenant)

    @property
    def change_time(self) -> datetime | None:
        """When this process last changed the indexes. None if it never did."""
        return self._change_time

    async def start(self) -> None:
        """Return once the indexes hold the newest revision, or an older one and the store is down.

        While the indexes hold nothing and the store is down, this waits for the store.
        """
        failures = 0
        while True:
            try:
                await self.catch_up()
            except UnavailableError as error:
                if self.revision > 0:
                    _log.warning("Starting with revision %d: %s", self.revision, error)
                    return
                failures += 1
                await self._back_off(failures, error)
            else:
                return

    async def follow(self) -> None:
        """Keep following until cancelled, through failures of the store and of the indexes."""
        failures = 0
        while True:
            try:
                await self.catch_up()
                failures = 0
            except UnavailableError as error:
                failures += 1
                await self._back_off(failures, error)
            await asyncio.sleep(self._poll_seconds)

    async def catch_up(self) -> None:
        """Apply all changes that there are. Raises `UnavailableError`.

        Where another store has taken the place of the one that an index was made from, the index
        is made again.
        """
        while True:
            revision = self.revision
            self._gauges.set_indexed_revision(revision)
            page = await self._feed.changes_after(revision, limit=CHANGES_PER_PAGE)
            if await self._forgot_other_documents(page):
                continue
            if page.revision == revision:
                await self._learn_last_changes()
                self._gauges.set_index_checked(self._clock().timestamp())
                return
            await self._apply(page.changes, page.revision)
            self._change_time = self._clock()

    async def _apply(self, changes: Sequence[DocumentChange], revision: int) -> None:
        unfit = [error for index in self._indexes for error in await index.unfit(changes)]
        for error in unfit:
            _log.error("A document is left out: %s", error)
        fit = _without(changes, {(error.tenant, error.document_id) for error in unfit})
        for index in self._indexes:
            await index.apply(fit, revision=revision)
        self.revisions.learn({change.tenant: change.revision for change in changes})

    async def _learn_last_changes(self) -> None:
        """Ask when what the indexes held at the start had changed; once is enough."""
        if self.revisions.others:
            last = await self._feed.last_changes()
            known = {name: min(each, self.revision) for name, each in last.items()}
            self.revisions.begin_again(known, 0)

    async def _forgot_other_documents(self, page: ChangePage) -> bool:
        """Clear the indexes of other stores, and those ahead of a store that was set back."""
        others = [
            index
            for index in self._indexes
            if index.store_id != page.store_id or index.revision > page.newest
        ]
        if any(index.revision > 0 for index in others):
            _log.warning("The indexes are of other documents and are made again.")
        for index in others:
            await index.clear(store_id=page.store_id)
        if others:
            self.revisions.begin_again({}, self.revision)
        return bool(others)

    async def _back_off(self, failures: int, error: UnavailableError) -> None:
        seconds = min(MAX_BACKOFF_SECONDS, self._poll_seconds * 2**failures)
        _log.warning("Following the documents failed, trying again: %s", error)
        await asyncio.sleep(random.uniform(seconds / 2, seconds))  # noqa: S311 - jitter


def _without(
    changes: Sequence[DocumentChange], unfit: Collection[tuple[str, str]]
) -> list[DocumentChange]:
    """Return the changes with unfit documents deleted: older versions must not be found either."""
    return [
        replace(change, passages=()) if (change.tenant, change.document_id) in unfit else change
        for change in changes
    ]
