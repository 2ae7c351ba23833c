"""How much a tenant may store."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from askmesh.documents import DocumentStore
from askmesh.errors import QuotaError

COUNTED_SECONDS = 10.0
"""How long a count counts: other processes and deletions change it meanwhile."""


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """How many documents and passages a tenant may have; 0 means any number."""

    documents: int = 0
    passages: int = 0


@dataclass(slots=True)
class _Used:
    documents: int
    passages: int
    counted: float


class StorageQuota:
    """Counts what tenants have, and what is on its way into the store."""

    def __init__(
        self,
        store: DocumentStore,
        limits: StorageLimits,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock
        self._used: dict[str, _Used] = {}

    async def take(self, tenant: str, document_id: str, passages: int) -> None:
        """Count a document that is to be stored, instead of the one that is there.

        Raise `QuotaError` if the tenant has no room for it. Processes that ingest at the same time
        may together store more than is allowed, by what they store within ten seconds.
        """
        if self._limits == StorageLimits():
            return
        stored = await self._store.get_document(tenant, document_id)
        used = await self._used_by(tenant)
        documents = used.documents + (stored is None)
        total = used.passages + passages - (stored.passage_count if stored else 0)
        for name, count, before, most in (
            ("documents", documents, used.documents, self._limits.documents),
            ("passages", total, used.passages, self._limits.passages),
        ):
            if most and count > most and count > before:
                raise _full(tenant, name, most)
        used.documents, used.passages = documents, total

    async def _used_by(self, tenant: str) -> _Used:
        known = self._used.get(tenant)
        if known is None or self._clock() - known.counted >= COUNTED_SECONDS:
            count = await self._store.count(tenant)
            known = _Used(count.documents, count.passages, self._clock())
            self._used[tenant] = known
        return known


def _full(tenant: str, what: str, most: int) -> QuotaError:
    return QuotaError(
        "STORAGE_QUOTA_EXCEEDED",
        f"the tenant may have {most} {what} and has no room for this one: delete some, or ask for "
        "more room",
        quota=f"tenant:{tenant}/{what}",
        limit=str(most),
    )
