"""Searches that are made once for all who ask the same and may read the same."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Generic, TypeVar

from askmesh.caching import Cache, Lookups, Memo
from askmesh.errors import UnavailableError
from askmesh.retrieval.following import Follower
from askmesh.retrieval.permissions import Permissions, Reader
from askmesh.retrieval.ports import Search

T = TypeVar("T")
KEPT_SECONDS = 600.0
ATTEMPTS = 5
"""How often a search is made while access lists come and go."""


@dataclass(frozen=True, slots=True)
class SeenSearch:
    """A search, narrowed to what may be read, of documents of a revision.

    `permissions` is the name of what may be read.
    """

    search: Search
    revision: int
    permissions: str


class SharedSearches(Generic[T]):
    """What searches found, in a form of its own, by what they depend on."""

    def __init__(
        self,
        cache: Cache,
        lookups: Lookups,
        follower: Follower,
        permissions: Permissions,
        *,
        edition: str,
        pack: Callable[[T], bytes | None],
        unpack: Callable[[bytes], T | None],
    ) -> None:
        """`edition` says what else a search depends on, `pack` returns None for what to forget."""
        self._follower = follower
        self._permissions = permissions
        self._edition = edition
        self._memo: Memo[SeenSearch, T] = Memo(
            cache, lookups, name="search", kept_seconds=KEPT_SECONDS, pack=pack, unpack=unpack
        )

    async def find(
        self,
        search: Search,
        reader: Reader,
        content: bytes,
        make: Callable[[SeenSearch], Awaitable[T]],
    ) -> T:
        """Return what `make` makes of a search, or made of one of the same content.

        It was made with what this reader may read: where that has changed meanwhile, the search is
        made again. Raises `UnavailableError` where it changes all the time.
        """

        async def made(searches: Sequence[SeenSearch]) -> list[T | None]:
            return [await self._unless_changed(each, reader, make) for each in searches]

        for _ in range(ATTEMPTS):
            seen = await self._seen(search, reader)
            key = self._key(seen, content)
            found = await self._memo.get_many({key: seen}, made)
            if key in found:
                return found[key]
        raise UnavailableError(
            "PERMISSIONS_CHANGING", "What may be read changes all the time now: try again."
        )

    async def _seen(self, search: Search, reader: Reader) -> SeenSearch:
        revision = self._follower.revision_of(search.tenant)
        permitted = await self._permissions.of(reader)
        condition = replace(search.condition, readable=permitted.readable)
        return SeenSearch(replace(search, condition=condition), revision, permitted.name)

    async def _unless_changed(
        self, seen: SeenSearch, reader: Reader, make: Callable[[SeenSearch], Awaitable[T]]
    ) -> T | None:
        found = await make(seen)
        permitted = await self._permissions.of(reader)
        return found if permitted.name == seen.permissions else None

    def _key(self, seen: SeenSearch, content: bytes) -> str:
        """Return what a search is kept by: one of newer documents is another one."""
        asked = sha256(self._edition.encode() + content).hexdigest()
        state = f"{self._follower.store_id}@{seen.revision}"
        return f"{seen.search.tenant}:{state}:{seen.permissions}:{asked}"
