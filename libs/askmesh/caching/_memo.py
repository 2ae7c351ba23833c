"""What costs something to make, kept in a cache of bytes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Generic, Protocol, TypeVar

from askmesh.caching._cache import Cache, CacheUnavailableError
from askmesh.caching._flights import Flights

S = TypeVar("S")
T = TypeVar("T")


class Lookups(Protocol):
    """Counts what looks into caches gave."""

    def count_cache_lookup(self, cache: str, outcome: str, count: int = 1) -> None:
        """Count what so many looks gave."""
        ...


class Memo(Generic[S, T]):
    """Values by key: kept ones, and those that are made now, once for all who want the same.

    A cache that fails costs time and nothing else.
    """

    def __init__(
        self,
        cache: Cache,
        lookups: Lookups,
        *,
        name: str,
        kept_seconds: float,
        pack: Callable[[T], bytes | None],
        unpack: Callable[[bytes], T | None],
    ) -> None:
        """`pack` returns None for what is not to be kept, `unpack` for what is damaged."""
        self._cache = cache
        self._lookups = lookups
        self._name = name
        self._kept_seconds = kept_seconds
        self._pack = pack
        self._unpack = unpack
        self._flights: Flights[tuple[str, ...], dict[str, T]] = Flights()

    async def get_many(
        self,
        wanted: Mapping[str, S],
        make: Callable[[Sequence[S]], Awaitable[Sequence[T | None]]],
    ) -> dict[str, T]:
        """Return the values of keys. `make` returns those of what is missing, in its order.

        What it leaves out, as None, is missing in what is returned.
        """
        known = await self._kept(list(wanted))
        self._count("hit", len(known))
        self._count("miss", len(wanted) - len(known))
        is_own = False

        async def made(missing: Mapping[str, S]) -> dict[str, T]:
            nonlocal is_own
            is_own = True
            return await self._made(missing, make)

        while not is_own and len(known) < len(wanted):
            missing = {key: source for key, source in wanted.items() if key not in known}
            known |= await self._flights.join(tuple(missing), partial(made, missing))
        return known

    async def _made(
        self,
        missing: Mapping[str, S],
        make: Callable[[Sequence[S]], Awaitable[Sequence[T | None]]],
    ) -> dict[str, T]:
        values = await make(list(missing.values()))
        made = {key: value for key, value in zip(missing, values, strict=True) if value is not None}
        packed = {self._full(key): self._pack(value) for key, value in made.items()}
        kept = {key: content for key, content in packed.items() if content is not None}
        with suppress(CacheUnavailableError):
            await self._cache.set_many(kept, ttl_seconds=self._kept_seconds)
        return made

    async def _kept(self, keys: Sequence[str]) -> dict[str, T]:
        try:
            contents = await self._cache.get_many(list(map(self._full, keys)))
        except CacheUnavailableError:
            self._count("unavailable", 1)
            return {}
        values = (None if each is None else self._unpack(each) for each in contents)
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}

    def _full(self, key: str) -> str:
        return f"{self._name}:{key}"

    def _count(self, outcome: str, count: int) -> None:
        self._lookups.count_cache_lookup(self._name, outcome, count)
