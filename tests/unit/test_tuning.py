"""How many connections are enough."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from askmesh.cli.tuning import Call, PoolSize, measure, recommended


def size(connections: int, per_second: float, p99_ms: float, failures: int = 0) -> PoolSize:
    return PoolSize(connections, per_second, p99_ms / 2, p99_ms, failures)


def test_the_smallest_pool_that_does_about_as_much_as_any_is_recommended() -> None:
    sizes = [size(1, 100, 9), size(4, 960, 9), size(20, 1000, 9), size(100, 990, 9)]
    assert recommended(sizes).connections == 4


def test_a_pool_with_a_long_tail_is_not_recommended() -> None:
    assert recommended([size(4, 1000, 90), size(20, 980, 9), size(100, 990, 9)]).connections == 20


def test_a_little_throughput_is_given_for_a_far_shorter_tail() -> None:
    assert recommended([size(2, 1000, 900), size(20, 850, 90)]).connections == 20


def test_a_pool_that_fails_is_recommended_only_if_all_do() -> None:
    assert recommended([size(4, 1000, 9, failures=1), size(20, 500, 9)]).connections == 20
    assert recommended([size(4, 1000, 9, failures=1)]).connections == 4


async def test_each_size_is_measured_with_all_callers_in_each_round() -> None:
    opened: list[int] = []
    most_at_once: set[int] = set()

    @asynccontextmanager
    async def opening(connections: int) -> AsyncGenerator[Call]:
        opened.append(connections)
        places = asyncio.Semaphore(connections)
        busy, most = 0, 0

        async def call() -> None:
            nonlocal busy, most
            async with places:
                busy += 1
                most = max(most, busy)
                await asyncio.sleep(0)
                busy -= 1

        yield call
        most_at_once.add(most)

    sizes = await measure(opening, (1, 2, 8), callers=4, seconds=0.01, rounds=2)
    assert opened == [1, 2, 8, 8, 2, 1]
    assert most_at_once == {1, 2, 4}
    assert [each.connections for each in sizes] == [1, 2, 8]
    assert all(each.per_second > 0 and each.p99_ms >= each.p50_ms for each in sizes)
