"""What stays of caches when documents change that a question does not depend on.

    askmesh up --tenants asking,other      # in another terminal, with a language model
    python -m benchmarks.load.unrelated_updates COLLECTION OTHERS [--output FILE]

A collection's questions are asked again and again: nothing has changed, then another tenant has a
new document, then their own has one from another collection. What is counted is the work: answers
that were given again, summaries that were written, pairs that were scored.
"""

import argparse
import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.request import urlopen

from benchmarks.claims import Claim, publish

from askmesh.cli.layout import DEFAULT_BASE_PORT, METRICS_OFFSET, SERVICES, local_address
from askmesh.client import Client, Completed, SourceDocument, askmesh_client
from askmesh.folders import documents_in

ASKING, OTHER = "asking", "other"
PATIENCE_SECONDS = 0.2
_LOOKUP = re.compile(
    r'askmesh_cache_lookups_total\{cache="([\w-]+)",outcome="(\w+)"\} ([\d.]+)', re.ASCII
)


@dataclass(frozen=True, slots=True)
class Mesh:
    """A running mesh, and what its caches have counted."""

    base_port: int

    def client(self, tenant: str) -> AbstractAsyncContextManager[Client]:
        """Return a client of a tenant, to be entered."""
        gateway, ingestion = (local_address(each, self.base_port) for each in SERVICES[:2])
        return askmesh_client(gateway, ingestion, tenant)

    def lookups(self) -> Counter[str]:
        """Return what all looks into caches gave so far."""
        counted = Counter[str]()
        for name in ("gateway", "retrieval", "reranking"):
            port = self.base_port + METRICS_OFFSET + SERVICES.index(name)
            with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
                for cache, outcome, count in _LOOKUP.findall(page.read().decode()):
                    counted[f"{cache} {outcome}"] += int(float(count))
        return counted


async def ingested(client: Client, documents: Sequence[SourceDocument]) -> None:
    """Ingest documents, and wait until they are searched."""

    async def stream() -> AsyncGenerator[SourceDocument]:
        for each in documents:
            yield each

    async with aclosing(client.ingest(stream())) as results:
        newest = max([result.revision async for result in results])
    while (await client.status()).indexed_revision < newest:  # noqa: ASYNC110 - another process
        await asyncio.sleep(PATIENCE_SECONDS)


async def asked(mesh: Mesh, questions: Sequence[str]) -> dict[str, int]:
    """Ask all questions, one by one; return what that took."""
    before = mesh.lookups()
    complete = 0
    async with mesh.client(ASKING) as client:
        for question in questions:
            async with aclosing(client.ask(question)) as events:
                last = [event async for event in events][-1]
            complete += isinstance(last, Completed) and not last.degradations
    return {"complete": complete, **(mesh.lookups() - before)}


async def measured(
    mesh: Mesh, collection: Path, others: Sequence[SourceDocument], count: int
) -> dict[str, dict[str, int]]:
    """Ask before and after each kind of change."""
    lines = (collection / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in islice(lines, count)]
    async with mesh.client(ASKING) as client, mesh.client(OTHER) as other:
        await ingested(client, list(documents_in([collection / "documents"], print)))
        found = {"first": await asked(mesh, questions), "again": await asked(mesh, questions)}
        await ingested(other, others)
        found["another tenant's document"] = await asked(mesh, questions)
        await ingested(client, others)
        found["an unrelated document"] = await asked(mesh, questions)
    return found


def claims_of(found: dict[str, dict[str, int]]) -> list[Claim]:
    """Return what was built for this."""
    first, again, elsewhere, near = found.values()
    hits = again.get("answer hit", 0)
    pairs = near.get("score miss", 0) + near.get("score hit", 0)
    summaries = near.get("summary miss", 0) + near.get("summary hit", 0)
    return [
        Claim(
            "cached answers that survive another tenant's change",
            round(elsewhere.get("answer hit", 0) / hits, 3),
            ">= 1",
            f"of {hits} cached answers",
        ),
        Claim(
            "summaries that are not written again after an unrelated document",
            round(near.get("summary hit", 0) / summaries, 3),
            ">= 0.9",
            f"{summaries} answers with sources; none was kept by the revision of all documents",
        ),
        Claim(
            "pairs scored after an unrelated document, of those that are ranked",
            round(near.get("score miss", 0) / pairs, 3),
            "<= 0.25",
            f"{first.get('score miss', 0)} pairs the first time",
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path, help="with documents and questions.jsonl")
    parser.add_argument("others", type=Path, help="a document about something else")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--base-port", type=int, default=DEFAULT_BASE_PORT)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    others = list(documents_in([options.others], print))
    mesh = Mesh(options.base_port)
    found = asyncio.run(measured(mesh, options.collection, others, options.questions))
    publish(
        options.output,
        benchmark="unrelated_updates",
        settings={"collection": options.collection.name, "questions": options.questions},
        results=found,
        claims=claims_of(found),
    )


if __name__ == "__main__":
    main()
