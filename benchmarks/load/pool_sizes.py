"""Whether the default sizes of the pools of connections to MongoDB and Redis are enough.

    PYTHONPATH=tests python -m benchmarks.load.pool_sizes

Measures as `askmesh tune pool` does, with servers of its own unless it is told others. Each runs
on the same machine as the caller then, so that the share of the greatest throughput is what
counts, not the throughput. Beside it stands the driver of MongoDB without the turns that its
callers take here.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from benchmarks.claims import Claim, publish

from askmesh.caching._redis import BATCHES as REDIS_CONNECTIONS
from askmesh.cli.tuning import SIZES, Call, PoolSize, measure, mongo_pool, recommended, redis_pool
from askmesh.documents import MONGO_CONNECTIONS
from askmesh.documents._mongo_client import mongo_collections
from support.mongo_server import mongo_server
from support.redis_server import redis_server

MONGO, DRIVER, REDIS = "MongoDB", "MongoDB without turns", "Redis"


def claims_of(server: str, default: int, sizes: list[PoolSize]) -> list[Claim]:
    """Return what is to be said of one server's default."""
    used = size_of(sizes, default)
    most = max(each.per_second for each in sizes)
    tail = min(each.p99_ms for each in sizes)
    return [
        Claim(
            f"{server}: throughput with the default of {default} connections, over the greatest",
            round(used.per_second / most, 3),
            ">= 0.9",
            f"the best of {len(sizes)} sizes from 1 to {sizes[-1].connections}, in the same run",
        ),
        Claim(
            f"{server}: p99 with the default of {default} connections, over the shortest",
            round(used.p99_ms / tail, 2),
            "<= 1.5",
            f"the best of {len(sizes)} sizes, in the same run",
        ),
        Claim(
            f"{server}: throughput with the default of {default} connections, over that of one",
            round(used.per_second / size_of(sizes, 1).per_second, 2),
        ),
        Claim(f"{server}: connections that are enough", recommended(sizes).connections),
    ]


def claim_of_turns(turns: list[PoolSize], driver: list[PoolSize]) -> Claim:
    """Return what taking turns does to late answers."""
    with_turns, without = (size_of(each, MONGO_CONNECTIONS).p99_ms for each in (turns, driver))
    return Claim(
        f"{MONGO}: p99 with turns, over that without, with {MONGO_CONNECTIONS} connections",
        round(with_turns / without, 2),
        "<= 0.8",
        "the driver's own pool, in the same run",
    )


def size_of(sizes: list[PoolSize], connections: int) -> PoolSize:
    """Return what was found for a pool of so many connections."""
    return next(each for each in sizes if each.connections == connections)


@asynccontextmanager
async def driver_pool(address: str, size: int) -> AsyncGenerator[Call]:
    """Yield the same look-up as `mongo_pool`, by the driver alone."""
    async with mongo_collections(f"{address}?maxPoolSize={size}", ()) as collections:
        yield lambda: collections.documents.find_one({"_id": "a document that is not there"})


@contextmanager
def servers(options: argparse.Namespace) -> Generator[tuple[str, str]]:
    """Yield the addresses of MongoDB and Redis, those that were given or of servers started now."""
    folder = Path(mkdtemp())
    with ExitStack() as running:
        documents = options.documents or running.enter_context(mongo_server(folder)).address("pool")
        yield documents, options.cache or running.enter_context(redis_server(folder)).address


async def measured(
    options: argparse.Namespace, documents: str, cache: str
) -> dict[str, list[PoolSize]]:
    """Return what pools of each size do."""
    openings = {
        MONGO: partial(mongo_pool, documents),
        DRIVER: partial(driver_pool, documents),
        REDIS: partial(redis_pool, cache),
    }
    return {
        server: await measure(
            opening,
            SIZES,
            callers=options.callers,
            seconds=options.seconds,
            rounds=options.rounds,
        )
        for server, opening in openings.items()
    }


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", default="", help="mongodb://HOST/DATABASE")
    parser.add_argument("--cache", default="", help="redis://...")
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with servers(options) as (documents, cache):
        found = asyncio.run(measured(options, documents, cache))
    publish(
        options.output,
        benchmark="pool_sizes",
        settings={name: getattr(options, name) for name in ("callers", "seconds", "rounds")},
        results={server: [asdict(each) for each in sizes] for server, sizes in found.items()},
        claims=[
            *claims_of(MONGO, MONGO_CONNECTIONS, found[MONGO]),
            claim_of_turns(found[MONGO], found[DRIVER]),
            *claims_of(REDIS, REDIS_CONNECTIONS, found[REDIS]),
        ],
    )


if __name__ == "__main__":
    main()
