"""What several modules of tests share."""

from collections.abc import AsyncGenerator, Generator

import pytest

from support.needed_servers import needed
from support.redis_server import RedisServer, redis_server
from support.two_gateways import TwoGateways, gateways


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    with (
        needed("Redis"),
        redis_server(tmp_path_factory.mktemp("redis"), "--appendonly", "no") as server,
    ):
        yield server


@pytest.fixture
async def held(redis: RedisServer) -> AsyncGenerator[TwoGateways]:
    redis.empty()
    async with gateways(redis.address, hold=True) as scene:
        yield scene
