"""Ingestion is killed again and again while a folder is synced: what is lost, or done twice?

A folder is changed (files added, changed, renamed, deleted) and synced by the same code as by
`askmesh ingest --sync`, with retrieval and a gateway beside. Meanwhile ingestion is killed
(SIGKILL) at random moments and started again. Every text that is embedded is written down, by
whichever process does it.
"""

import argparse
import asyncio
import os
import random
import re
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic

from benchmarks.claims import Claim, publish
from benchmarks.load.changing_folder import ChangingFolder
from benchmarks.load.journalled_ingestion import (
    Embedding,
    KillableIngestion,
    embeddings_in,
    killable_ingestion,
)
from rich.console import Console

from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout
from askmesh.cli.syncing import FolderSync
from askmesh.client import (
    Client,
    IngestOutcome,
    IngestResult,
    MeshStatus,
    Reconnecting,
    SourceDocument,
)
from askmesh.documents import DocumentStore, StoredDocument, open_documents
from askmesh.errors import DeadlineError, UnavailableError
from askmesh.ingestion.wiring import EMBEDDED_TOGETHER
from askmesh.rpc import channel_to
from askmesh.tracing import tracing_of_application

BASE_PORT = 26100
TENANT = "default"
RECONNECTING = Reconnecting(attempts=200, base_seconds=0.1, cap_seconds=0.5)
_SHARE_CHANGED = 0.2
_ENTRY = re.compile(r"Entry (\d+) says")


class Witness(Client):
    """A client that remembers what it was told, and when."""

    stored: dict[str, float]
    deleted: set[str]
    watches_searches = True

    def begin(self) -> None:
        """Forget what was told of an earlier state of the folder."""
        self.stored, self.deleted = {}, set()

    async def ingest(
        self,
        documents: AsyncIterable[SourceDocument] | Iterable[SourceDocument],
        *,
        on_progress: Callable[[IngestResult], object] | None = None,
        may_be_elsewhere: bool = False,
    ) -> AsyncGenerator[IngestResult]:
        async for result in super().ingest(
            documents, on_progress=on_progress, may_be_elsewhere=may_be_elsewhere
        ):
            if result.outcome is IngestOutcome.REFUSED:
                raise AssertionError(f"{result.source} was refused: {result.refusal_detail}")
            if result.outcome is not IngestOutcome.ELSEWHERE:
                self.stored.setdefault(result.document_id, monotonic())
            yield result

    async def delete(self, document_id: str) -> int:
        revision = await super().delete(document_id)
        self.deleted.add(document_id)
        return revision

    async def status(self) -> MeshStatus:
        if self.watches_searches:
            return await super().status()
        return MeshStatus((), sys.maxsize, 0, 0)


@dataclass
class Found:
    """What went wrong, and how much was done."""

    kills: int = 0
    syncs: int = 0
    acknowledged: int = 0
    deletions: int = 0
    lost: set[str] = field(default_factory=set[str])
    undeleted: set[str] = field(default_factory=set[str])
    differing: set[str] = field(default_factory=set[str])
    doubled: set[str] = field(default_factory=set[str])
    finished_at: dict[int, float] = field(default_factory=dict[int, float])  # by entry


class Campaign:
    """Changes, syncs and kills, and looks at what is stored."""

    def __init__(
        self,
        folder: ChangingFolder,
        witness: Witness,
        store: DocumentStore,
        ingestion: KillableIngestion,
        *,
        journal: Path,
        longest_seconds: float,
        ends: float,
    ) -> None:
        self._folder = folder
        self._witness = witness
        self._store = store
        self._ingestion = ingestion
        self._journal = journal
        self._longest_seconds = longest_seconds
        self._ends = ends
        self._is_synced = False
        self.found = Found()

    def has_kills_left(self, kills: int) -> bool:
        """Tell whether there are kills to come, and time for them."""
        return self.found.kills < kills and monotonic() < self._ends

    async def round(self, kills: int) -> None:
        """Sync the folder while ingestion is killed, up to `kills` times in all; look at it."""
        self._witness.begin()
        self._is_synced = False
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._kill(kills))
            await self._sync()
            self._is_synced = True
        await self._look_whole()

    async def _sync(self) -> None:
        while True:
            with suppress(UnavailableError, DeadlineError):
                console = Console(quiet=True)
                await FolderSync(self._witness, self._folder.path).run(console)
                self.found.syncs += 1
                return
            await asyncio.sleep(0.1)

    async def _kill(self, kills: int) -> None:
        while self.has_kills_left(kills):
            await self._begin()
            await asyncio.sleep(self._folder.chance.uniform(0, self._longest_seconds))
            if self._is_synced:  # it is never left dead: what is killed is started again
                return
            await self._ingestion.kill()
            self.found.kills += 1
            print(f"{self.found.kills} kills, {self.found.syncs} syncs", file=sys.stderr)
            await self._look_at_promises()
            await self._ingestion.start()

    async def _begin(self) -> None:
        """Return when something has happened since ingestion was started, or all has."""
        before = self._done()
        while self._done() == before and not self._is_synced:  # noqa: ASYNC110 - a file and what a client was told
            await asyncio.sleep(0.01)

    def _done(self) -> int:
        told = len(self._witness.stored) + len(self._witness.deleted)
        return told + self._journal.stat().st_size

    async def _look_at_promises(self) -> None:
        """Note what was acknowledged, and is not so."""
        contents = self._folder.contents()
        for document in tuple(self._witness.stored):
            stored = await self._store.get_document(TENANT, document)
            if stored is None or not stored.document.content_hash.startswith(contents[document]):
                self.found.lost.add(document)
        for document in tuple(self._witness.deleted):
            if await self._store.get_document(TENANT, document):
                self.found.undeleted.add(document)

    async def _look_whole(self) -> None:
        """Note what differs between the folder and what is stored."""
        await self._look_at_promises()
        contents = self._folder.contents()
        stored = {each.document.document_id: each for each in await self._documents()}
        self.found.differing |= contents.keys() ^ stored.keys()
        for change in (await self._store.changes_after(0, limit=1_000_000)).changes:
            ids = [each.passage.passage_id for each in change.passages]
            expected = stored[change.document_id].passage_count if change.passages else 0
            if len(set(ids)) != len(ids) or len(ids) != expected:
                self.found.doubled.add(change.document_id)
        for name, entry in self._folder.entries.items():
            told = self._witness.stored.get(self._folder.document(name), inf)
            self.found.finished_at[entry] = min(told, self.found.finished_at.get(entry, inf))
        self.found.acknowledged += len(self._witness.stored)
        self.found.deletions += len(self._witness.deleted)

    async def _documents(self) -> list[StoredDocument]:
        return await self._store.list_documents(TENANT, after="", limit=1_000_000)


def made_again(embeddings: list[Embedding], finished_at: Mapping[int, float]) -> tuple[int, int]:
    """Return how many embeddings were of a text that was embedded before.

    And how many of these came after the text's document was acknowledged.
    """
    again, for_finished = 0, 0
    seen = set[str]()
    for embedding in sorted(embeddings, key=lambda each: each.at):
        if embedding.text in seen:
            again += 1
            entries = [int(number) for number in _ENTRY.findall(embedding.text)]
            for_finished += any(finished_at.get(each, inf) < embedding.at for each in entries)
        seen.add(embedding.text)
    return again, for_finished


@asynccontextmanager
async def witness_of(layout: MeshLayout, *, watches_searches: bool) -> AsyncGenerator[Witness]:
    """Yield a client of the mesh."""
    tracing = tracing_of_application()
    async with (
        channel_to(layout.address("gateway"), tracing) as gateway,
        channel_to(layout.address("ingestion"), tracing) as ingestion,
    ):
        witness = Witness(
            GatewayServiceStub(gateway), IngestionServiceStub(ingestion), RECONNECTING
        )
        witness.watches_searches = watches_searches
        yield witness


@asynccontextmanager
async def beside(layout: MeshLayout) -> AsyncGenerator[None]:
    """Run a gateway and retrieval, which follows what is stored, until the block ends."""
    services = ("retrieval", "gateway")
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"askmesh.{service}"),
            env={**os.environ, **layout.environment(service)},
            stdout=DEVNULL,
        )
        for service in services
    ]
    try:
        for service in services:
            await wait_until_serving(layout.address(service))
        yield
    finally:
        for process in processes:
            process.kill()
            await process.wait()


async def campaign(
    layout: MeshLayout,
    *,
    documents: int,
    kills: int,
    longest_seconds: float,
    seed: int,
    without_model: bool,
    watches_searches: bool,
    minutes: float = 60.0,
) -> tuple[Found, list[Embedding]]:
    """Kill ingestion `kills` times during syncs of a folder that changes between them.

    After so many minutes it is not killed any more. The first and the last sync are not disturbed.
    """
    journal = layout.home / "embedded.jsonl"
    journal.touch()
    folder = ChangingFolder(layout.home / "records", random.Random(seed))
    folder.add(documents)
    async with _under_trial(
        layout, journal, without_model=without_model, watches_searches=watches_searches
    ) as (store, witness, ingestion):
        trying = Campaign(
            folder,
            witness,
            store,
            ingestion,
            journal=journal,
            longest_seconds=longest_seconds,
            ends=monotonic() + 60 * minutes,
        )
        await trying.round(0)
        while trying.has_kills_left(kills):
            folder.change(_SHARE_CHANGED)
            await trying.round(kills)
        folder.change(_SHARE_CHANGED)
        await trying.round(0)
    return trying.found, embeddings_in(journal)


@asynccontextmanager
async def _under_trial(
    layout: MeshLayout, journal: Path, *, without_model: bool, watches_searches: bool
) -> AsyncGenerator[tuple[DocumentStore, Witness, KillableIngestion]]:
    """Run what is needed while the block runs: the store, a witness of it, and ingestion."""
    async with AsyncExitStack() as stack:
        if watches_searches:
            await stack.enter_async_context(beside(layout))
        store = await stack.enter_async_context(
            open_documents(layout.environment("ingestion")["INGESTION_DOCUMENTS"])
        )
        witness = await stack.enter_async_context(
            witness_of(layout, watches_searches=watches_searches)
        )
        ingestion = await stack.enter_async_context(
            killable_ingestion(layout, journal, without_model=without_model)
        )
        yield store, witness, ingestion


def claims_of(found: Found, embeddings: list[Embedding]) -> list[Claim]:
    """Return the claims."""
    again, for_finished = made_again(embeddings, found.finished_at)
    when = f"in {found.kills} kills of ingestion during {found.syncs} syncs"
    return [
        Claim(f"acknowledged documents lost {when}", len(found.lost), "= 0"),
        Claim(f"acknowledged deletions undone {when}", len(found.undeleted), "= 0"),
        Claim(f"documents doubled or torn {when}", len(found.doubled), "= 0"),
        Claim(
            "documents that differ between folder and store after each sync that was killed",
            len(found.differing),
            "= 0",
        ),
        Claim("embeddings made again for documents that were finished", for_finished, "= 0"),
        Claim(
            "embeddings made again per kill",
            round(again / max(1, found.kills), 2),
            f"<= {EMBEDDED_TOGETHER}",
            "of the batch that a kill interrupts before it is kept",
        ),
    ]


async def measure(options: argparse.Namespace) -> None:
    """Run the campaign and write the claims."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "models").symlink_to(options.models.resolve())
        found, embeddings = await campaign(
            MeshLayout(home=home, base_port=options.base_port),
            documents=options.documents,
            kills=options.kills,
            longest_seconds=options.longest_seconds,
            seed=options.seed,
            without_model=options.without_model,
            watches_searches=True,
            minutes=options.minutes,
        )
    publish(
        options.output,
        benchmark="killed_ingestion",
        settings={
            name: getattr(options, name)
            for name in ("documents", "kills", "longest_seconds", "seed", "without_model")
        },
        results={
            "kills": found.kills,
            "syncs": found.syncs,
            "acknowledged": found.acknowledged,
            "deletions": found.deletions,
            "embeddings": len(embeddings),
        },
        claims=claims_of(found, embeddings),
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument(
        "--longest-seconds", type=float, default=3.0, help="from the first work to a kill"
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="no kills after these")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-model", action="store_true", help="draw vectors by the words")
    parser.add_argument("--models", type=Path, default=Path(".askmesh/models"))
    parser.add_argument("--base-port", type=int, default=BASE_PORT)
    parser.add_argument("--output", type=Path)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
