"""Whether questions or documents fail while every process of a mesh is restarted, one by one.

    PYTHONPATH=tests python -m benchmarks.load.rolling_restart [--output FILE]

Each service has two processes. One after the other is asked to end (SIGTERM), ends when what it
was doing is done, and is started again; the next one waits until it serves. Questions and documents
come at a steady rate meanwhile. Answers are quotes: what is measured is calls, not writing.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path
from random import Random
from time import monotonic

from benchmarks.claims import Claim, publish
from benchmarks.load.loaded_mesh import LoadedMesh, loaded_mesh

from askmesh.cli.layout import SERVICES
from askmesh.client import Client, IngestOutcome, SourceDocument
from askmesh.errors import AskmeshError
from askmesh.load import AskedQuestion, End, Phase, Summary, arrivals, keep_to, summarised

PAUSE_SECONDS = 2.0
MOST_SECONDS = 900.0
"""All restarts take less."""
STORED = (IngestOutcome.CREATED, IngestOutcome.UNCHANGED)
"""One whose stream broke after it was stored is sent again, and is unchanged then."""


async def restart_all(mesh: LoadedMesh) -> list[float]:
    """Restart every process in turn; return how long each was not there."""
    took: list[float] = []
    for process in mesh.processes.values():
        await asyncio.sleep(PAUSE_SECONDS)
        began = monotonic()
        await process.stop()
        await process.start()
        took.append(round(monotonic() - began, 2))
    await asyncio.sleep(PAUSE_SECONDS)
    return took


async def notes(ended: asyncio.Event) -> AsyncGenerator[SourceDocument]:
    """Yield a document a second, until it is over."""
    number = 0
    while not ended.is_set():
        yield SourceDocument(source=f"note-{number}.txt", content=f"Note {number}.\n".encode())
        number += 1
        await asyncio.sleep(1.0)


async def ingested(client: Client, ended: asyncio.Event) -> Counter[str]:
    """Ingest documents until it is over; return what became of them."""
    outcomes = Counter[str]()
    try:
        async for result in client.ingest(notes(ended)):
            outcomes[result.outcome] += 1
    except AskmeshError as error:
        outcomes[error.reason] += 1
    return outcomes


async def campaign(per_minute: float) -> tuple[list[AskedQuestion], Counter[str], list[float]]:
    """Return what became of the questions and the documents, and how long restarts took."""
    ended = asyncio.Event()
    times = arrivals([Phase(MOST_SECONDS, per_minute)], Random(1))
    until_the_end = takewhile(lambda _: not ended.is_set(), times)
    async with (
        loaded_mesh(replicas=dict.fromkeys(SERVICES, 2)) as mesh,
        mesh.client() as client,
        asyncio.TaskGroup() as tasks,
    ):
        asking = tasks.create_task(keep_to(until_the_end, mesh.asker(client)))
        ingesting = tasks.create_task(ingested(client, ended))
        took = await restart_all(mesh)
        ended.set()
        return await asking, await ingesting, took


def claims_of(asked: Summary, documents: Counter[str], restarts: int) -> list[Claim]:
    """Return what is to be said."""
    stored = sum(documents[each] for each in STORED)
    return [
        Claim("processes restarted one by one under load", restarts),
        Claim("questions asked meanwhile", asked.asked),
        Claim("questions that fail meanwhile", asked.ends[End.FAILED], "= 0"),
        Claim("questions refused meanwhile", asked.ends[End.REFUSED], "= 0"),
        Claim("answers that go without something meanwhile", asked.ends[End.DEGRADED], "= 0"),
        Claim("documents ingested meanwhile", stored),
        Claim(
            "documents or streams of them that fail meanwhile",
            sum(documents.values()) - stored,
            "= 0",
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-minute", type=float, default=120.0, help="questions")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asked, documents, took = asyncio.run(campaign(options.per_minute))
    summary = summarised(asked, max(each.intended for each in asked))
    publish(
        options.output,
        benchmark="rolling_restart",
        settings={"questions a minute": options.per_minute, "processes of each service": 2},
        results={"summary": asdict(summary), "documents": documents, "restart_seconds": took},
        claims=claims_of(summary, documents, len(took)),
    )


if __name__ == "__main__":
    main()
