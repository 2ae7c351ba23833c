"""The port of caches, and the error that all of them raise."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from askmesh.errors import UnavailableError


class CacheUnavailableError(UnavailableError):
    """The cache cannot be reached, or does not answer in time. Callers go on without it."""

    def __init__(self, message: str) -> None:
        super().__init__("CACHE_UNAVAILABLE", message)


class Cache(Protocol):
    """Keep bytes by key for a while. A cache may forget anything at any time.

    Keys are text of any kind; whoever makes them puts everything in that the value depends on:
    tenant, model revision, corpus epoch. Raises CacheUnavailableError and no other error.
    """

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values in the order of `keys`, None for what is not there: one round trip."""
        ...

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        """Keep `items` for at most `ttl_seconds`, which is positive: one round trip."""
        ...
