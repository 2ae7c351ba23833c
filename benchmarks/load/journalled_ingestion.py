"""Ingestion that writes down what it embeds, and can be killed and started again."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from askmesh.caching import open_cache
from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout
from askmesh.config import load
from askmesh.documents import open_documents
from askmesh.inference import Embedder, onnx_embedder
from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_server
from askmesh.models import ModelStore
from askmesh.serving import run
from askmesh.telemetry import telemetry
from support.fake_encoders import HashingEmbedder

_JOURNAL, _WITHOUT_MODEL = "KILLED_INGESTION_JOURNAL", "KILLED_INGESTION_WITHOUT_MODEL"
_DIMENSION = 384
START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Embedding:
    """One text that was embedded, and when, by a clock that all processes share."""

    at: float
    text: str


class JournalledEmbedder:
    """Embeds passages, and writes them down before anybody else sees their vectors."""

    def __init__(self, embedder: Embedder, journal: Path) -> None:
        self._embedder = embedder
        self._journal = journal
        self.model = embedder.model
        self.dimension = embedder.dimension

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = await self._embedder.embed_passages(texts)
        lines = [json.dumps({"at": monotonic(), "text": text}) for text in texts]
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write("".join(f"{line}\n" for line in lines))
        return vectors

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        return await self._embedder.embed_query(text)


def embeddings_in(journal: Path) -> list[Embedding]:
    """Return what was embedded. The last line of a process may be cut, by its death."""
    found: list[Embedding] = []
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Embedding(**json.loads(line)))
        except ValueError:
            continue
    return found


class KillableIngestion:
    """A process that serves ingestion."""

    def __init__(self, layout: MeshLayout, journal: Path, *, without_model: bool) -> None:
        self._layout = layout
        self._environment = {
            **os.environ,
            **layout.environment("ingestion"),
            "PYTHONPATH": os.pathsep.join(sys.path),  # the embedder without a model is of the tests
            _JOURNAL: str(journal),
            _WITHOUT_MODEL: "1" if without_model else "",
        }
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it and return once it serves."""
        command = (sys.executable, "-m", "benchmarks.load.journalled_ingestion")
        self._process = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stdout=DEVNULL
        )
        await self.serves()

    async def serves(self) -> None:
        """Return once it serves."""
        async with asyncio.timeout(START_SECONDS), asyncio.TaskGroup() as tasks:
            ending = tasks.create_task(self._ends())
            await wait_until_serving(self._layout.address("ingestion"))
            ending.cancel()

    async def _ends(self) -> None:
        if self._process is not None:
            raise RuntimeError(f"ingestion ended with {await self._process.wait()}")

    async def kill(self) -> None:
        """Kill it, and return when it is dead."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None


@asynccontextmanager
async def killable_ingestion(
    layout: MeshLayout, journal: Path, *, without_model: bool
) -> AsyncGenerator[KillableIngestion]:
    """Run ingestion until the block ends."""
    ingestion = KillableIngestion(layout, journal, without_model=without_model)
    try:
        await ingestion.start()
        yield ingestion
    finally:
        await ingestion.kill()


@asynccontextmanager
async def _embedder(home: Path) -> AsyncGenerator[Embedder]:
    if os.environ[_WITHOUT_MODEL]:
        yield HashingEmbedder(_DIMENSION)
    else:
        async with onnx_embedder(ModelStore(home)) as embedder:
            yield embedder


@asynccontextmanager
async def _service(settings: Settings, journal: Path) -> AsyncGenerator[int]:
    async with (
        telemetry("ingestion", settings) as signals,
        open_documents(settings.documents_address) as store,
        open_cache(settings.cache_address) as cache,
        _embedder(settings.home) as embedder,
        ingestion_server(
            settings, signals, store, cache, JournalledEmbedder(embedder, journal)
        ) as port,
    ):
        yield port


if __name__ == "__main__":
    sys.exit(
        run(lambda: _service(load(Settings), Path(os.environ[_JOURNAL])), exit_with_parent=True)
    )
