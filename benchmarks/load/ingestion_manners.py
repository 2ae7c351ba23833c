"""How much later answers come while documents are ingested beside.

    askmesh up                             # in another terminal, with documents ingested
    python -m benchmarks.load.ingestion_manners CORPUS QUESTIONS [--output FILE]

Questions are asked one at a time, in parts: while a corpus is ingested as fast as it can be, and
while ingestion rests. The parts alternate, so that what else the machine does meets both alike.
Every question is asked in both, with a seed of its own, so that no answer is given again.
"""

import argparse
import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter
from uuid import uuid4

from benchmarks.claims import Claim, publish

from askmesh.cli.layout import DEFAULT_BASE_PORT, local_address
from askmesh.client import Client, SourceDocument, TextDelta, askmesh_client
from askmesh.folders import documents_in

BUSY_TENANT = "ingesting"
SETTLING_SECONDS = 3.0
"""After a part, what was sent is finished first, or begins to be worked on."""


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds to the first text of an answer, and to its end."""

    first_text: float
    whole: float


class Feed:
    """The documents of a corpus, again and again as ones that no run has sent, while it is open."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._run = uuid4().hex
        self._open = asyncio.Event()
        self._opened = 0.0
        self.stored = 0
        self.open_seconds = 0.0

    def open(self) -> None:
        """Let documents through."""
        self._opened = monotonic()
        self._open.set()

    def close(self) -> None:
        """Let no more through."""
        self._open.clear()
        self.open_seconds += monotonic() - self._opened

    async def ingest(self, client: Client) -> None:
        """Ingest what comes through, until cancelled."""
        async with aclosing(client.ingest(self._documents())) as results:
            async for _ in results:
                self.stored += 1

    async def _documents(self) -> AsyncGenerator[SourceDocument]:
        for number, document in enumerate(self._endless()):
            await self._open.wait()
            marked = f"Copy {number} of {self._run}. ".encode() + document.content
            yield SourceDocument(
                source=f"{number}/{document.source}", content=marked, media_type=document.media_type
            )

    def _endless(self) -> Iterator[SourceDocument]:
        while True:
            yield from documents_in([self._corpus], print)


async def ask(client: Client, question: str, seed: int) -> Waited:
    """Ask a question and wait for the end of its answer."""
    began = perf_counter()
    first_text = 0.0
    async with aclosing(client.ask(question, seed=seed)) as events:
        async for event in events:
            if isinstance(event, TextDelta) and not first_text:
                first_text = perf_counter() - began
    whole = perf_counter() - began
    return Waited(first_text or whole, whole)


async def measured(options: argparse.Namespace) -> tuple[dict[bool, list[Waited]], Feed]:
    """Return how long answers take, without and with ingestion beside."""
    gateway = local_address("gateway", options.base_port)
    ingestion = local_address("ingestion", options.base_port)
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    asked = cycle(questions[: options.questions_used])
    found: defaultdict[bool, list[Waited]] = defaultdict(list)
    feed = Feed(options.corpus)
    async with (
        askmesh_client(gateway, ingestion, options.tenant) as client,
        askmesh_client(gateway, ingestion, BUSY_TENANT) as busy,
        asyncio.TaskGroup() as tasks,
    ):
        await ask(client, next(asked), seed=0)
        ingesting = tasks.create_task(feed.ingest(busy))
        for number in range(options.parts):
            part = [next(asked) for _ in range(options.questions_per_part)]
            for beside in (False, True) if number % 2 == 0 else (True, False):
                if beside:
                    feed.open()
                await asyncio.sleep(SETTLING_SECONDS)
                for at, question in enumerate(part):
                    seed = 1 + 2 * (number * len(part) + at) + beside
                    found[beside].append(await ask(client, question, seed))
                if beside:
                    feed.close()
            print(f"{number}: {found[False][-1]} {found[True][-1]}, {feed.stored}", flush=True)
        ingesting.cancel()
    return found, feed


def p90(seconds: list[float]) -> float:
    """Return what nine of ten stay below."""
    return quantiles(seconds, n=10)[8]


def claims_of(found: dict[bool, list[Waited]], feed: Feed) -> list[Claim]:
    """Return the claims."""
    alone = "the same questions in the same run, without ingestion"
    whole = {beside: [each.whole for each in waited] for beside, waited in found.items()}
    first = {beside: [each.first_text for each in waited] for beside, waited in found.items()}
    return [
        Claim(
            "p90 of whole answers during ingestion, over that without",
            round(p90(whole[True]) / p90(whole[False]), 2),
            "<= 1.3",
            alone,
        ),
        Claim(
            "p90 of the time to the first text during ingestion, over that without",
            round(p90(first[True]) / p90(first[False]), 2),
            "<= 1.3",
            alone,
        ),
        Claim(
            "median of whole answers during ingestion, over that without",
            round(median(whole[True]) / median(whole[False]), 2),
            baseline=alone,
        ),
        Claim(
            "documents ingested per second while questions are answered",
            round(feed.stored / feed.open_seconds, 2),
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--questions-used", type=int, default=40)
    parser.add_argument("--questions-per-part", type=int, default=5)
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--tenant", default="default")
    parser.add_argument("--base-port", type=int, default=DEFAULT_BASE_PORT)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found, feed = asyncio.run(measured(options))
    publish(
        options.output,
        benchmark="ingestion_manners",
        settings={
            "corpus": options.corpus.parent.name,
            "questions": len(found[True]),
            "questions_per_part": options.questions_per_part,
        },
        results={
            name: [[each.first_text, each.whole] for each in found[beside]]
            for name, beside in (("without", False), ("during", True))
        },
        claims=claims_of(found, feed),
    )


if __name__ == "__main__":
    main()
