"""Whether the default sizes of the pools of connections to MongoDB and Redis are enough.

    python -m benchmarks.load.pool_sizes --documents mongodb://... --cache redis://...

Measures as `askmesh tune pool` does. Each server runs on the same machine as the caller here, so
that the share of the greatest throughput is what counts, not the throughput.
"""

import argparse
import asyncio
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.claims import Claim, publish

from askmesh.caching._redis import BATCHES as REDIS_CONNECTIONS
from askmesh.cli.tuning import SIZES, PoolSize, measure, mongo_pool, recommended, redis_pool
from askmesh.documents._mongo_client import CLIENT_OPTIONS


def claims_of(server: str, default: int, sizes: list[PoolSize]) -> list[Claim]:
    """Return what is to be said of one server's default."""
    (used,) = (each for each in sizes if each.connections == default)
    most = max(each.per_second for each in sizes)
    tail = min(each.p99_ms for each in sizes)
    one = next(each for each in sizes if each.connections == 1)
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
            round(used.per_second / one.per_second, 2),
        ),
        Claim(f"{server}: connections that are enough", recommended(sizes).connections),
    ]


async def measured(options: argparse.Namespace) -> dict[str, list[PoolSize]]:
    """Return the sizes of both servers' pools."""
    openings = {
        "MongoDB": partial(mongo_pool, options.documents),
        "Redis": partial(redis_pool, options.cache),
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
    parser.add_argument("--documents", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = asyncio.run(measured(options))
    publish(
        options.output,
        benchmark="pool_sizes",
        settings={name: getattr(options, name) for name in ("callers", "seconds", "rounds")},
        results={server: [asdict(each) for each in sizes] for server, sizes in found.items()},
        claims=[
            *claims_of("MongoDB", CLIENT_OPTIONS["maxPoolSize"], found["MongoDB"]),
            *claims_of("Redis", REDIS_CONNECTIONS, found["Redis"]),
        ],
    )


if __name__ == "__main__":
    main()
