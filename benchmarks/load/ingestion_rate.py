"""How fast documents are ingested, beside a plain loop that only encodes the same passages.

The documents of a corpus are ingested by the client over gRPC, in parts: read, split, embedded,
stored durably and, by retrieval beside, indexed. After each part, a plain loop in a process of
its own encodes the passages of that part, so that what else the machine does meets both alike.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter

import psutil
from benchmarks.claims import Claim, publish

from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout
from askmesh.client import Client, SourceDocument, askmesh_client
from askmesh.documents import DocumentStore, open_documents
from askmesh.folders import documents_in
from askmesh.ingestion.vectors import text_to_embed

BASE_PORT = 26000
MIB = 1024 * 1024
LINE_BYTES = 64 * MIB
NICENESS = 15
"""That of ingestion; the loop gets the same share of the machine."""


@dataclass
class Measured:
    """Seconds and counts of all parts so far."""

    documents: int = 0
    passages: int = 0
    ingesting: list[float] = field(default_factory=list[float])
    encoding: list[float] = field(default_factory=list[float])
    plain_peak_bytes: int = 0
    ingestion_peak_bytes: int = 0
    cpu_seconds: dict[str, float] = field(default_factory=dict[str, float])


class Plain:
    """The plain loop."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def encode(self, texts: list[str]) -> tuple[float, int]:
        """Return the seconds that encoding takes, and the greatest memory so far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(texts).encode() + b"\n")
        await self._process.stdin.drain()
        answer = json.loads(await self._process.stdout.readline())
        return answer["seconds"], answer["peak_bytes"]


class Ingesting:
    """Ingests parts, and finds what was made of them."""

    def __init__(self, client: Client, store: DocumentStore) -> None:
        self._client = client
        self._store = store
        self._revision = 0

    async def ingest(self, documents: list[SourceDocument]) -> float:
        """Return the seconds until all documents are stored."""
        began = perf_counter()
        results = [each async for each in self._client.ingest(documents)]
        seconds = perf_counter() - began
        if not all(each.passage_count for each in results):
            raise RuntimeError("some documents were refused")
        return seconds

    async def new_texts(self) -> list[str]:
        """Return what was embedded since the last call."""
        texts: list[str] = []
        while True:
            page = await self._store.changes_after(self._revision, limit=500)
            texts += [
                text_to_embed(each.passage) for change in page.changes for each in change.passages
            ]
            if page.revision == self._revision:
                return texts
            self._revision = page.revision


@asynccontextmanager
async def process(*command: str, environment: dict[str, str]) -> AsyncGenerator[Process]:
    """Run a Python program until the block ends."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        env={**os.environ, **environment},
        stdin=PIPE,
        stdout=PIPE if command[0].startswith("benchmarks") else DEVNULL,
        limit=LINE_BYTES,
    )
    try:
        yield running
    finally:
        running.kill()
        await running.wait()


def cpu_seconds(number: int) -> float:
    """Return the processor time that a process and its children have taken."""
    main = psutil.Process(number)
    times = [each.cpu_times() for each in (main, *main.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def peak_bytes(number: int) -> int:
    """Return the greatest memory that a process has had."""
    status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


async def measured(options: argparse.Namespace, home: Path) -> Measured:
    """Ingest and encode all parts; return what they took."""
    layout = MeshLayout(home=home, base_port=options.base_port)
    documents = islice(documents_in([options.corpus], print), 0, None, options.every)
    found = Measured()
    async with AsyncExitStack() as stack:
        services = {
            name: await stack.enter_async_context(
                process(f"askmesh.{name}", environment=dict(layout.environment(name)))
            )
            for name in ("ingestion", "retrieval")
        }
        for name in services:
            await wait_until_serving(layout.address(name))
        os.nice(NICENESS)
        encoder = await stack.enter_async_context(
            process(
                *("benchmarks.load.plain_encoding", str(home), str(options.batch_size)),
                environment={},
            )
        )
        store = await stack.enter_async_context(
            open_documents(layout.environment("ingestion")["INGESTION_DOCUMENTS"])
        )
        client = await stack.enter_async_context(
            askmesh_client(layout.address("gateway"), layout.address("ingestion"))
        )
        plain, ingesting = Plain(encoder), Ingesting(client, store)
        await ingesting.ingest(list(islice(documents, options.part)))  # loads what loads late
        await plain.encode(await ingesting.new_texts())
        processes = {**services, "loop": encoder}
        before = {name: cpu_seconds(each.pid) for name, each in processes.items()}
        while part := list(islice(documents, options.part)):
            found.ingesting.append(await ingesting.ingest(part))
            texts = await ingesting.new_texts()
            seconds, found.plain_peak_bytes = await plain.encode(texts)
            found.encoding.append(seconds)
            found.documents += len(part)
            found.passages += len(texts)
            print(f"{found.documents}: {found.ingesting[-1]:.2f} s, {seconds:.2f} s", flush=True)
        for name, each in processes.items():
            found.cpu_seconds[name] = cpu_seconds(each.pid) - before[name]
        found.ingestion_peak_bytes = peak_bytes(services["ingestion"].pid)
        return found


def claims_of(found: Measured) -> list[Claim]:
    """Return the claims."""
    ingesting, encoding = sum(found.ingesting), sum(found.encoding)
    plain = "the plain loop over the same passages, in the same run"
    return [
        Claim(
            "documents ingested per second, over those of a loop that only encodes them",
            round(encoding / ingesting, 3),
            ">= 0.8",
            plain,
        ),
        Claim("documents ingested per second", round(found.documents / ingesting, 2)),
        Claim("documents encoded per second by a plain loop", round(found.documents / encoding, 2)),
        Claim(
            "peak memory of ingestion over that of the plain loop",
            round(found.ingestion_peak_bytes / found.plain_peak_bytes, 2),
            baseline=f"{plain}; the service reads, serves and stores besides",
        ),
        Claim("peak memory of ingestion, in MiB", round(found.ingestion_peak_bytes / MIB)),
        Claim(
            "processor time of the plain loop over that of ingestion with its readers",
            round(found.cpu_seconds["loop"] / found.cpu_seconds["ingestion"], 3),
            ">= 0.8",
            f"{plain}; hardly depends on what else the machine does",
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each so manieth document")
    parser.add_argument("--part", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--models", type=Path, default=Path(".askmesh/models"))
    parser.add_argument("--base-port", type=int, default=BASE_PORT)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "models").symlink_to(options.models.resolve())
        found = asyncio.run(measured(options, Path(folder)))
    publish(
        options.output,
        benchmark="ingestion_rate",
        settings={
            "corpus": options.corpus.parent.name,
            "every": options.every,
            "part": options.part,
            "batch_size": options.batch_size,
        },
        results={
            "documents": found.documents,
            "passages": found.passages,
            "cpu_seconds": found.cpu_seconds,
            "ingesting_seconds": found.ingesting,
            "encoding_seconds": found.encoding,
        },
        claims=claims_of(found),
    )


if __name__ == "__main__":
    main()
