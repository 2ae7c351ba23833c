"""What is made once and kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from askmesh.caching import Cache, CacheUnavailableError, Memo, MemoryCache, redis_cache
from askmesh.errors import UnavailableError
from askmesh.telemetry import silent_telemetry

BYTES = 1_000_000


@dataclass
class Maker:
    """Makes texts longer, once it may; leaves out "late", and fails as often as it is told to."""

    made: list[str] = field(default_factory=list[str])
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    allowed: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0
    leaves_out: str = ""

    async def __call__(self, texts: Sequence[str]) -> list[str | None]:
        self.made += texts
        self.begun.set()
        await self.allowed.wait()
        if self.failures:
            self.failures -= 1
            raise UnavailableError("BROKEN", "the maker is broken")
        return [None if text == self.leaves_out else f"{text}!" for text in texts]


@dataclass
class Scene:
    """A memo, and a maker that makes at once."""

    cache: Cache = field(default_factory=lambda: MemoryCache(BYTES))
    maker: Maker = field(default_factory=Maker)

    def __post_init__(self) -> None:
        self.metrics = silent_telemetry().metrics
        self.memo: Memo[str, str] = Memo(
            self.cache,
            self.metrics,
            name="text",
            kept_seconds=60.0,
            pack=lambda text: None if text == "secret!" else text.encode(),
            unpack=lambda content: content.decode() if content != b"torn" else None,
        )
        self.maker.allowed.set()

    async def get(self, *texts: str, maker: Maker | None = None) -> list[str]:
        wanted = {f"key of {text}": text for text in texts}
        return list((await self.memo.get_many(wanted, maker or self.maker)).values())

    def looks(self, outcome: str) -> float | None:
        labels = {"cache": "text", "outcome": outcome}
        return self.metrics.registry.get_sample_value("askmesh_cache_lookups_total", labels)


async def test_only_what_is_not_kept_is_made() -> None:
    scene = Scene()
    assert await scene.get("a", "b") == ["a!", "b!"]
    assert set(await scene.get("b", "c")) == {"b!", "c!"}
    assert scene.maker.made == ["a", "b", "c"]
    assert (scene.looks("hit"), scene.looks("miss")) == (1, 3)


async def test_what_is_not_to_be_kept_and_what_is_damaged_is_made_again() -> None:
    scene = Scene()
    assert await scene.get("secret") == await scene.get("secret") == ["secret!"]
    await scene.get("a")
    await scene.cache.set_many({"text:key of a": b"torn"}, ttl_seconds=60.0)
    assert await scene.get("a") == await scene.get("a") == ["a!"]
    assert scene.maker.made == ["secret", "secret", "a", "a"]


async def test_all_who_want_the_same_at_once_get_one_making() -> None:
    scene = Scene()
    scene.maker.allowed.clear()
    async with asyncio.TaskGroup() as callers:
        asked = [callers.create_task(scene.get("a", "b")) for _ in range(20)]
        await scene.maker.begun.wait()
        scene.maker.allowed.set()
    assert [each.result() for each in asked] == [["a!", "b!"]] * 20
    assert scene.maker.made == ["a", "b"]


async def test_what_another_one_left_out_is_made_by_who_waited_for_it() -> None:
    scene, hasty = Scene(), Maker(leaves_out="b")
    async with asyncio.TaskGroup() as callers:
        first = callers.create_task(scene.get("a", "b", maker=hasty))
        await hasty.begun.wait()
        second = callers.create_task(scene.get("a", "b"))
        await asyncio.sleep(0)
        hasty.allowed.set()
    assert first.result() == ["a!"]
    assert set(second.result()) == {"a!", "b!"}
    assert scene.maker.made == ["b"]


async def test_a_maker_that_fails_fails_nobody_who_waited_for_it() -> None:
    scene = Scene(maker=Maker(failures=1))
    scene.maker.allowed.clear()
    async with asyncio.TaskGroup() as callers:
        asked = [callers.create_task(_outcome(scene)) for _ in range(3)]
        await scene.maker.begun.wait()
        scene.maker.allowed.set()
    assert [each.result() for each in asked] == ["BROKEN", "a!", "a!"]


async def test_a_cache_that_fails_costs_time_and_nothing_else() -> None:
    async with redis_cache("redis://127.0.0.1:1") as gone:
        with pytest.raises(CacheUnavailableError):
            await gone.get_many(["key"])
        scene = Scene(cache=gone)
        assert await scene.get("a") == ["a!"]
    assert scene.looks("unavailable") == 1


async def _outcome(scene: Scene) -> str:
    try:
        return (await scene.get("a"))[0]
    except UnavailableError as error:
        return error.reason
