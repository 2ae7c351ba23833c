"""Is anybody told more than may be read, or less, while access lists change all the time?

    PYTHONPATH=tests python -m benchmarks.load.permissions [--output FILE]

Two gateways, each with a retrieval of its own, share a Redis and the documents, in memory. A
crowd asks, resumes, searches, misspells and lists at random, while access lists change in every
way that there is; each thing that it is told is compared with a model of a dozen lines. An error is
a failure, but for answers that say that they are to be asked for again. Vectors are of words, and
no language model writes: an answer is the text of its sources.
"""

import argparse
import asyncio
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.claims import Claim, publish

from askmesh.documents import MemoryDocumentStore
from support.crowd import Crowd
from support.guarded_mesh import guarded_mesh
from support.redis_server import redis_server
from support.who_may_read import Judge

SIZE = {"users": 200, "groups": 30, "documents": 2000}
CALLS = (
    *("ask", "resume", "search", "misspelt", "list"),
    *("count of ingestion", "count of an index"),
)
DOORS = 2
POLL_SECONDS = 0.5


def main() -> None:
    """Run the campaign and publish what was wrong."""
    asked = _options()
    logging.disable(logging.INFO)
    begin = monotonic()
    with TemporaryDirectory() as folder, redis_server(Path(folder)) as redis:
        crowd = asyncio.run(campaign(Path(folder), redis.address, asked))
    publish(
        asked.output,
        benchmark="benchmarks.load.permissions",
        settings={**SIZE, **vars(asked), "doors": DOORS, "poll_seconds": POLL_SECONDS}
        | {"output": str(asked.output)},
        results={
            "done": dict(sorted(crowd.judge.done.items())),
            "seconds": round(monotonic() - begin, 1),
            "leaks": crowd.judge.leaks[:20],
            "refusals": crowd.judge.refusals[:20],
            "failures": crowd.judge.failures[:20],
        },
        claims=claims_of(crowd),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--changes", type=int, default=100, help="in each round")
    parser.add_argument("--reads", type=int, default=1000, help="in each round")
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


def claims_of(crowd: Crowd) -> list[Claim]:
    """Return how much was wrong of how much."""
    judge, done = crowd.judge, crowd.judge.done
    told = sum(done[call] for call in CALLS)
    visible = round(max(crowd.visible_seconds[1:]), 2)
    until = "seconds until every gateway answers by changed access lists, at most"
    return [
        Claim("things told to somebody who may not", len(judge.leaks), "<= 0"),
        Claim("things not told to somebody who may read them", len(judge.refusals), "<= 0"),
        Claim("calls that fail although their caller may make them", len(judge.failures), "<= 0"),
        Claim("questions and reads that were compared with the model", told, ">= 20000"),
        Claim("changes of access lists", done["change"]),
        Claim("answers that came from a cache or another's making", crowd.repeated, ">= 1"),
        Claim("answers that were to be asked for again", done["asked again"]),
        Claim(until, visible, "<= 5"),
    ]


async def campaign(folder: Path, redis: str, asked: argparse.Namespace) -> Crowd:
    """Let the crowd read for some rounds."""
    async with guarded_mesh(
        folder,
        MemoryDocumentStore(),
        cache=redis,
        doors=DOORS,
        poll_seconds=POLL_SECONDS,
        size=SIZE,
    ) as crowd:
        await crowd.begin()
        print("all documents are visible", flush=True)
        for number in range(asked.rounds):
            await crowd.round(changes=asked.changes, reads=asked.reads)
            print(f"round {number + 1}: {found_by(crowd.judge)}", flush=True)
        return crowd


def found_by(judge: Judge) -> str:
    """Say how much was wrong so far."""
    wrong = len(judge.leaks), len(judge.refusals), len(judge.failures)
    return "{} leaks, {} refusals, {} failures".format(*wrong)


if __name__ == "__main__":
    main()
