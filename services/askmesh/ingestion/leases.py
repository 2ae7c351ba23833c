"""Leases of documents: what one stream works on, no other does."""

import asyncio
import uuid
from contextlib import suppress

from askmesh.documents import DocumentStore, DocumentStoreUnavailableError
from askmesh.ingestion.ports import Reserved

LEASE_SECONDS = 6.0
"""So long the documents of a process that died are waited for."""

_RENEWED_AFTER_SECONDS = 2.0


class Leases:
    """The documents that one stream of a tenant has reserved, and the room for them."""

    def __init__(self, store: DocumentStore, tenant: str) -> None:
        self._store = store
        self._tenant = tenant
        self._owner = uuid.uuid4().hex
        self._held: set[str] = set()
        self._rooms: dict[str, Reserved] = {}

    async def take(self, document_id: str) -> bool:
        """Reserve a document; return False while another stream works on it."""
        if not await self._lease(document_id):
            return False
        self._held.add(document_id)
        return True

    def hold(self, document_id: str, room: Reserved) -> None:
        """Keep room for a document as long as its lease."""
        self._rooms[document_id] = room

    async def give_back(self, document_id: str, *, is_stored: bool = False) -> None:
        """End the lease of a document, if this stream has it, and what it holds."""
        if room := self._rooms.pop(document_id, None):
            room.end(is_stored=is_stored)
        if document_id in self._held:
            self._held.discard(document_id)
            await self._release(document_id)

    async def give_all_back(self) -> None:
        """End all leases. Where the store does not answer they end by themselves."""
        for room in self._rooms.values():
            room.end(is_stored=False)
        self._rooms.clear()
        try:
            for document_id in tuple(self._held):
                await self.give_back(document_id)
        except DocumentStoreUnavailableError:
            self._held.clear()

    async def keep(self) -> None:
        """Prolong all leases, until it is cancelled."""
        while True:
            await asyncio.sleep(_RENEWED_AFTER_SECONDS)
            with suppress(DocumentStoreUnavailableError):  # the same work may be done twice then
                await self.prolong()

    async def prolong(self) -> None:
        """Prolong all leases, and none that is given back meanwhile."""
        for document_id in tuple(self._held):
            if document_id not in self._held:
                continue
            await self._lease(document_id)
            if document_id not in self._held:
                await self._release(document_id)

    async def _lease(self, document_id: str) -> bool:
        return await self._store.lease(
            self._tenant, document_id, self._owner, seconds=LEASE_SECONDS
        )

    async def _release(self, document_id: str) -> None:
        await self._store.release(self._tenant, document_id, self._owner)
