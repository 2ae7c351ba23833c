"""One mesh for all tests: real Triton, real Redis, a server that speaks MongoDB's protocol."""

from collections.abc import Generator

import pytest

from support.documents_of_a_farm import ingest_farm_documents
from support.mesh import PATIENT, RunningMesh, running_mesh
from support.mongo_server import mongo_server
from support.otlp_thread import CollectorThread, collector_thread
from support.redis_server import redis_server


@pytest.fixture(scope="session")
def collector() -> Generator[CollectorThread]:
    with collector_thread() as collecting:
        yield collecting


@pytest.fixture(scope="session")
def mesh(
    tmp_path_factory: pytest.TempPathFactory, collector: CollectorThread
) -> Generator[RunningMesh]:
    with (
        redis_server(tmp_path_factory.mktemp("redis")) as redis,
        mongo_server(tmp_path_factory.mktemp("mongo")) as mongo,
        running_mesh(
            tmp_path_factory.mktemp("home"),
            "--documents",
            mongo.patient_address("mesh"),
            "--cache",
            redis.address,
            "--otlp-endpoint",
            collector.address,
            "--triton-otlp-url",
            collector.http_url,
            environment={**PATIENT, "GATEWAY_MAX_RETAINED_ANSWERS": "30"},
        ) as running,
    ):
        yield running
        print(running.output)  # noqa: T201 - is shown beside a failure


@pytest.fixture(scope="session")
def farm(mesh: RunningMesh, tmp_path_factory: pytest.TempPathFactory) -> RunningMesh:
    """The mesh, with documents about a farm in it."""
    ingest_farm_documents(mesh.base_port, tmp_path_factory.mktemp("farm"))
    return mesh
