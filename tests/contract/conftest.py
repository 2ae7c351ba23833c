"""The servers that contract suites run against, started once for all of them."""

from collections.abc import Generator

import pytest

from support.mongo_server import MongoServer, mongo_server
from support.redis_server import RedisServer, redis_server
from support.server_cache import ServerMissingError


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    try:
        with redis_server(tmp_path_factory.mktemp("redis")) as server:
            yield server
    except ServerMissingError as error:
        pytest.skip(f"NOT TESTED against Redis: {error}")


@pytest.fixture(scope="session")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Generator[MongoServer]:
    try:
        with mongo_server(tmp_path_factory.mktemp("mongo")) as server:
            yield server
    except ServerMissingError as error:
        pytest.skip(f"NOT TESTED against MongoDB's protocol: {error}")
