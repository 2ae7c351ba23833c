"""A cache in memory before another one."""

from collections.abc import Sequence

import pytest

from askmesh.caching import CacheUnavailableError, LayeredCache, MemoryCache

BYTES = 1_000_000
LONG = 3600.0


class Far(MemoryCache):
    """Counts what it is asked for, and can be out of reach."""

    def __init__(self) -> None:
        super().__init__(BYTES)
        self.asked: list[str] = []
        self.answers = True

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        if not self.answers:
            raise CacheUnavailableError("gone")
        self.asked += keys
        return await super().get_many(keys)


async def test_only_what_is_not_near_is_asked_for_and_only_once() -> None:
    far = Far()
    await far.set_many({"a": b"1", "b": b"2"}, ttl_seconds=LONG)
    layers = LayeredCache(far, MemoryCache(BYTES))
    assert await layers.get_many(["a", "no"]) == [b"1", None]
    assert await layers.get_many(["b", "a"]) == [b"2", b"1"]
    assert await layers.get_many(["a", "b"]) == [b"1", b"2"]
    assert far.asked == ["a", "no", "b"]


async def test_what_one_process_keeps_another_one_finds() -> None:
    far = Far()
    one, other = (LayeredCache(far, MemoryCache(BYTES)) for _ in range(2))
    await one.set_many({"a": b"1"}, ttl_seconds=LONG)
    assert await other.get_many(["a"]) == [b"1"]


async def test_what_is_near_is_given_while_the_other_cache_is_gone() -> None:
    far = Far()
    layers = LayeredCache(far, MemoryCache(BYTES))
    await layers.set_many({"a": b"1"}, ttl_seconds=LONG)
    far.answers = False
    assert await layers.get_many(["a"]) == [b"1"]
    with pytest.raises(CacheUnavailableError):
        await layers.get_many(["a", "b"])


async def test_a_copy_is_forgotten_after_a_while() -> None:
    now = 0.0
    far = Far()
    await far.set_many({"a": b"1"}, ttl_seconds=LONG)
    layers = LayeredCache(far, MemoryCache(BYTES, clock=lambda: now))
    await layers.get_many(["a"])
    now = 60.0
    await layers.get_many(["a"])
    assert far.asked == ["a", "a"]
