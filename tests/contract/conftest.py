"""The servers that contract suites run against, started once for all of them."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import uuid4

import pytest

from askmesh.documents import DocumentStore, open_documents
from support.mongo_server import MongoServer, mongo_server
from support.needed_servers import needed
from support.redis_server import RedisServer, redis_cluster, redis_server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    with needed("Redis"), redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    with needed("Redis"), redis_cluster(tmp_path_factory.mktemp("cluster")) as server:
        yield server


@pytest.fixture(scope="session")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Generator[MongoServer]:
    with needed("a server for MongoDB"), mongo_server(tmp_path_factory.mktemp("mongo")) as server:
        yield server


@pytest.fixture(params=["memory", "sqlite", "mongo"])
def documents_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return "memory:"
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'documents.db'}"
    mongo: MongoServer = request.getfixturevalue("mongo")
    return mongo.patient_address(f"test_{uuid4().hex}")


@pytest.fixture
async def documents(documents_address: str) -> AsyncGenerator[DocumentStore]:
    async with open_documents(documents_address) as opened:
        yield opened
