from askmesh.caching import MemoryCache
from askmesh.caching._memory import ENTRY_OVERHEAD_BYTES

LONG = 3600.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _room_for(entries: int, *, value_bytes: int = 1) -> int:
    return entries * (4 + value_bytes + ENTRY_OVERHEAD_BYTES)  # keys of one letter


async def test_a_value_lives_exactly_as_long_as_it_was_given() -> None:
    clock = Clock()
    cache = MemoryCache(10_000, clock=clock)
    await cache.set_many({"a": b"1"}, ttl_seconds=5.0)
    clock.now = 104.999
    assert await cache.get_many(["a"]) == [b"1"]
    clock.now = 105.0
    assert await cache.get_many(["a"]) == [None]


async def test_setting_again_begins_a_new_life() -> None:
    clock = Clock()
    cache = MemoryCache(10_000, clock=clock)
    await cache.set_many({"a": b"1"}, ttl_seconds=5.0)
    clock.now = 104.0
    await cache.set_many({"a": b"2"}, ttl_seconds=5.0)
    clock.now = 108.0
    assert await cache.get_many(["a"]) == [b"2"]


async def test_what_was_used_longest_ago_goes_first() -> None:
    cache = MemoryCache(_room_for(3))
    await cache.set_many({"a": b"1", "b": b"2", "c": b"3"}, ttl_seconds=LONG)
    await cache.get_many(["a"])
    await cache.set_many({"d": b"4"}, ttl_seconds=LONG)
    assert await cache.get_many(["a", "b", "c", "d"]) == [b"1", None, b"3", b"4"]


async def test_a_large_value_drives_out_as_many_as_it_needs() -> None:
    cache = MemoryCache(_room_for(3))
    await cache.set_many({"a": b"1", "b": b"2", "c": b"3"}, ttl_seconds=LONG)
    await cache.set_many({"d": b"4" * (_room_for(1) + 1)}, ttl_seconds=LONG)
    assert await cache.get_many(["a", "b", "c"]) == [None, None, b"3"]


async def test_a_value_that_does_not_fit_at_all_drives_out_only_its_predecessor() -> None:
    cache = MemoryCache(_room_for(2))
    await cache.set_many({"a": b"1", "b": b"2"}, ttl_seconds=LONG)
    await cache.set_many({"b": b"3" * 10_000}, ttl_seconds=LONG)
    assert await cache.get_many(["a", "b"]) == [b"1", None]


async def test_forgotten_values_leave_their_room() -> None:
    clock = Clock()
    cache = MemoryCache(_room_for(2), clock=clock)
    for _ in range(10):
        await cache.set_many({"a": b"1"}, ttl_seconds=1.0)
        clock.now += 1.0
        assert await cache.get_many(["a"]) == [None]
    await cache.set_many({"a": b"1", "b": b"2"}, ttl_seconds=LONG)
    assert await cache.get_many(["a", "b"]) == [b"1", b"2"]
