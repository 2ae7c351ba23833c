"""How much a tenant may store."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from askmesh.documents import DocumentStore
from askmesh.ingestion.refusals import DocumentRefusedError

COUNTED_SECONDS = 10.0
"""How long a count counts: other processes and deletions change it meanwhile."""


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """How many documents and passages a tenant may have; 0 means any number."""

    documents: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class _Amount:
    documents: int = 0
    passages: int = 0

    def __add__(self, other: Self) -> "_Amount":
        return _Amount(self.documents + other.documents, self.passages + other.passages)

    def __sub__(self, other: Self) -> "_Amount":
        return _Amount(self.documents - other.documents, self.passages - other.passages)


_NOTHING = _Amount()


@dataclass(slots=True)
class _Account:
    """What a tenant has: as it was counted, what was stored since, and what is on its way."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    callers: int = 0
    counted: _Amount = _NOTHING
    counted_at: float = -math.inf
    stored: _Amount = _NOTHING
    reserved: "set[Reservation]" = field(default_factory=set["Reservation"])

    @property
    def used(self) -> _Amount:
        return sum((each.taken for each in self.reserved), self.counted + self.stored)


@dataclass(frozen=True, slots=True, eq=False)
class Reservation:
    """Room for a document that is on its way into the store."""

    account: _Account
    amount: _Amount

    @property
    def taken(self) -> _Amount:
        """What it takes meanwhile: a shorter version makes room once it is stored."""
        return _Amount(self.amount.documents, max(0, self.amount.passages))

    def end(self, *, is_stored: bool) -> None:
        """Give the room back, or count it as used from now on. Once is enough."""
        if self in self.account.reserved:
            self.account.reserved.remove(self)
            if is_stored:
                self.account.stored += self.amount


class StorageQuota:
    """Counts what tenants have, and what is on its way into the store.

    What is on its way counts until its reservation ends. Processes that ingest at the same time do
    not know of each other's: together they may store more than is allowed, by what they store
    within ten seconds and have on its way. A count that comes between the storing of a document
    and the end of its reservation has it twice, until the next count.
    """

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
        self._accounts: dict[str, _Account] = {}

    async def take(self, tenant: str, document_id: str, passages: int) -> Reservation:
        """Reserve room for a document that is to be stored, instead of the one that is there.

        Raise `DocumentRefusedError` if the tenant has no room for it.
        """
        if self._limits == StorageLimits():
            return Reservation(_Account(), _NOTHING)
        async with self._account_of(tenant) as account:
            amount = await self._growth(tenant, document_id, passages)
            if self._is_old(account):
                await self._count(tenant, account)
            if self._missing(account, amount) and account.stored != _NOTHING:
                await self._count(tenant, account)  # Nobody is refused by what was counted twice.
            if missing := self._missing(account, amount):
                raise DocumentRefusedError("STORAGE_QUOTA_EXCEEDED", missing)
            reservation = Reservation(account, amount)
            account.reserved.add(reservation)
            return reservation

    @asynccontextmanager
    async def _account_of(self, tenant: str) -> AsyncGenerator[_Account]:
        """Yield the account of a tenant to one caller after the other."""
        account = self._accounts.setdefault(tenant, _Account())
        account.callers += 1
        try:
            async with account.lock:
                yield account
        finally:
            account.callers -= 1

    async def _growth(self, tenant: str, document_id: str, passages: int) -> _Amount:
        stored = await self._store.get_document(tenant, document_id)
        return _Amount(0, passages - stored.passage_count) if stored else _Amount(1, passages)

    async def _count(self, tenant: str, account: _Account) -> None:
        self._forget_idle()
        before = account.stored
        count = await self._store.count(tenant)
        account.counted = _Amount(count.documents, count.passages)
        account.counted_at = self._clock()
        account.stored -= before  # What was stored during the count may be missing in it.

    def _forget_idle(self) -> None:
        self._accounts = {
            tenant: account
            for tenant, account in self._accounts.items()
            if account.callers or account.reserved or not self._is_old(account)
        }

    def _is_old(self, account: _Account) -> bool:
        return self._clock() - account.counted_at >= COUNTED_SECONDS

    def _missing(self, account: _Account, amount: _Amount) -> str:
        """Say what there is no room for; empty if there is room."""
        total = account.used + amount
        for name, count, more, most in (
            ("documents", total.documents, amount.documents, self._limits.documents),
            ("passages", total.passages, amount.passages, self._limits.passages),
        ):
            if most and count > most and more > 0:
                return (
                    f"There is no room for it: the tenant may have {most} {name}. Delete some, or "
                    "ask for more room."
                )
        return ""
