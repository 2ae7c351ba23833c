"""A mesh of processes that can be restarted one by one, with the handbook's documents in it.

MongoDB and Redis are servers of its own. Answers are quotes unless there is a language model.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.load.service_process import START_SECONDS, ServiceProcess

from askmesh.cli.layout import TRITON, MeshLayout
from askmesh.client import Client, DegradationReason, Reconnecting, askmesh_client
from askmesh.errors import UnavailableError
from askmesh.folders import documents_in
from askmesh.load import Ask, asker
from support.mesh import free_base_port, link_models
from support.mongo_server import MongoServer, mongo_server
from support.redis_server import RedisServer, redis_server

HANDBOOK = Path(__file__).parents[1] / "quality" / "handbook"
NO_TRITON = "127.0.0.1:9"
CASES = 20_000


@dataclass(frozen=True)
class LoadedMesh:
    """A mesh that serves, and its servers."""

    layout: MeshLayout
    processes: Mapping[str, ServiceProcess]
    redis: RedisServer
    mongo: MongoServer
    _cases: Iterator[int] = field(default_factory=count)

    @property
    def tolerated(self) -> frozenset[str]:
        """What all answers of this mesh go without."""
        has_model = self.layout.triton_address != NO_TRITON
        return frozenset(() if has_model else (DegradationReason.LANGUAGE_MODEL_UNAVAILABLE,))

    def asker(self, client: Client) -> Ask:
        """Return what asks questions of which nothing is remembered: none was asked before.

        That holds for all that it returns together; numbers of questions say nothing.
        """
        ask = asker(client, fresh_questions(), self.tolerated)
        return lambda _, intended: ask(next(self._cases), intended)

    def asker_from_first(self, client: Client) -> Ask:
        """Return the same, from the first of the handbook's questions on."""
        count = len(handbook_questions())
        while next(self._cases) % count != count - 1:
            pass
        return self.asker(client)

    @asynccontextmanager
    async def client(self, reconnecting: Reconnecting | None = None) -> AsyncGenerator[Client]:
        """Yield a client of all gateways."""
        edges = (self.layout.address_of(each) for each in ("gateway", "ingestion"))
        async with askmesh_client(*edges, reconnecting=reconnecting) as client:
            yield client


def fresh_questions() -> Sequence[str]:
    """Return the handbook's questions about one case after the other, each another search."""
    asked = handbook_questions()
    return [f"{asked[case % len(asked)]} Case {case}." for case in range(CASES)]


def handbook_questions() -> Sequence[str]:
    """Return the handbook's questions."""
    lines = (HANDBOOK / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


@asynccontextmanager
async def loaded_mesh(
    *,
    model: str = "",
    replicas: Mapping[str, int] | None = None,
    variables: Mapping[str, str] | None = None,
) -> AsyncGenerator[LoadedMesh]:
    """Run a mesh until the block ends; without a `model` its answers are quotes.

    `variables` are settings of its services. Answers are not given again.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        redis_server(_made(Path(folder, "redis"))) as redis,
        mongo_server(_made(Path(folder, "mongo"))) as mongo,
    ):
        home = Path(folder, "home")
        link_models(home)
        layout = MeshLayout(
            home=home,
            base_port=free_base_port(),
            documents=mongo.address("mesh"),
            cache=redis.address,
            triton_address="" if model else NO_TRITON,
            model=model or MeshLayout(home=home).model,
            replicas=replicas or {},
        )
        settings = {"GATEWAY_ANSWER_CACHE_SECONDS": "0", **(variables or {})}
        async with _started(layout, settings, Path(folder)) as processes:
            mesh = LoadedMesh(layout, processes, redis, mongo)
            await _fill(mesh)
            yield mesh


@asynccontextmanager
async def _started(
    layout: MeshLayout, variables: Mapping[str, str], logs: Path
) -> AsyncGenerator[Mapping[str, ServiceProcess]]:
    processes = {
        name: ServiceProcess(name, layout, variables, logs / f"{name}.log")
        for name in layout.processes
    }
    async with AsyncExitStack() as stack:
        for process in processes.values():
            stack.push_async_callback(process.stop)
        if TRITON in processes:  # it serves before others look for it
            await processes[TRITON].start()
        async with asyncio.TaskGroup() as starts:
            for name, process in processes.items():
                if name != TRITON:
                    starts.create_task(process.start())
        yield processes


async def _fill(mesh: LoadedMesh) -> None:
    """Ingest the handbook; return when searches see it."""
    async with asyncio.timeout(START_SECONDS), mesh.client() as client:
        # Servers are slow at first on a busy machine.
        while not await _ingested(client):  # noqa: ASYNC110
            await asyncio.sleep(1.0)
        revision = (await client.collection_status()).revision
        # Another process has no event of ours to wait for.
        while (await client.status()).indexed_revision < revision:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        ask = mesh.asker(client)
        for number in range(20):  # what is slow but once is over then
            await ask(number, asyncio.get_running_loop().time())


async def _ingested(client: Client) -> bool:
    """Say whether all documents were taken; taking one again changes nothing."""
    documents = documents_in([HANDBOOK / "documents"], lambda _: None)
    try:
        return bool([each async for each in client.ingest(documents)])
    except UnavailableError:
        return False


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
