"""What becomes of damaged files that are sent to ingestion, one stream after the other.

    python -m benchmarks.load.mutated_files [--files 20000] [--form PDF] [--output FILE]

Copies of a file of each form are damaged by chance, the same ones for the same seed, and sent over
a real socket to the service, which reads them in processes. Vectors are made up: embedding is not
what is tried.
"""

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import psutil
from benchmarks.claims import Claim, publish
from grpc import StatusCode, aio
from numpy.typing import NDArray

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    IngestDocumentsRequest,
    IngestOutcome,
    MediaType,
)
from support.damaged_files import SEEDS, damaged
from support.ingestion import IngestionClient, RecordingEmbedder, Surroundings, ingestion

IN_A_STREAM = 50
STREAM_SECONDS = 600
_WARM_UP_SHARE = 5


class _Embedder(RecordingEmbedder):
    """Remembers nothing."""

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), self.dimension), dtype=np.float32)


def requests(forms: Sequence[str], seed: int) -> Iterator[IngestDocumentsRequest]:
    """Yield damaged files of all forms in turn, without end; one replaces the last of its form."""
    chance = random.Random(seed)
    while True:
        for form in forms:
            yield IngestDocumentsRequest(
                source=f"damaged/{form.lower()}",
                content=damaged(SEEDS[form].content, chance),
                media_type=MediaType.Value(f"MEDIA_TYPE_{SEEDS[form].media_type.name}"),
            )


async def sent(client: IngestionClient, batch: Sequence[IngestDocumentsRequest]) -> Counter[str]:
    """Send one stream; return how often each outcome came, and how the stream ended."""

    async def stream() -> AsyncIterator[IngestDocumentsRequest]:
        for request in batch:
            yield request

    outcomes = Counter[str]()
    try:
        async for each in client.stub.IngestDocuments(stream(), timeout=STREAM_SECONDS):
            name = IngestOutcome.Name(each.outcome).removeprefix("INGEST_OUTCOME_")
            outcomes[f"{name} {each.refusal_reason}".strip()] += 1
    except aio.AioRpcError as error:
        outcomes[f"stream {error.code().name}"] += 1
    if outcomes.total() < len(batch):
        outcomes["stream that ended early"] += 1
    return outcomes


async def measure(files: int, forms: Sequence[str], seed: int, output: Path | None) -> None:
    """Send all files and write the claims."""
    outcomes = Counter[str]()
    process = psutil.Process()
    warm = 0
    supply = requests(forms, seed)
    left = files
    async with ingestion(Surroundings(embedder=_Embedder())) as client:
        while batch := list(islice(supply, min(IN_A_STREAM, left))):
            outcomes += await sent(client, batch)
            left -= len(batch)
            if not warm and left <= files - files // _WARM_UP_SHARE:
                warm = process.memory_info().rss
        grown = process.memory_info().rss / warm
    codes = [code.name for code in (StatusCode.INTERNAL, StatusCode.UNKNOWN)]
    failed = sum(outcomes[f"stream {code}"] for code in codes)
    dead = sum(n for name, n in outcomes.items() if name.startswith("stream"))
    crashed = outcomes["REFUSED READER_CRASHED"] + outcomes["REFUSED READING_TOO_SLOW"]
    publish(
        output,
        benchmark="mutated-files",
        settings={"files": files, "forms": list(forms), "seed": seed},
        results={"outcomes": dict(outcomes.most_common())},
        claims=[
            Claim("damaged files sent to ingestion", files),
            Claim("streams that end as INTERNAL or UNKNOWN", failed, "= 0"),
            Claim("streams that end early", dead, "= 0"),
            Claim("readers that crash or take too long", crashed),
            Claim(
                "memory of the service at the end, as a share of that after a fifth of the files",
                round(grown, 3),
                "<= 1.1",
            ),
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    forms = list(SEEDS)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--form", choices=forms, action="append", help="only files of this form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(measure(options.files, options.form or forms, options.seed, options.output))


if __name__ == "__main__":
    main()
