"""What a profile costs while it is made, in a process with many busy threads.

python -m benchmarks.micro.bench_profiling --output benchmarks/results/profiling.json
"""

import argparse
import hashlib
from collections import Counter
from pathlib import Path
from threading import Event, Thread

from benchmarks.claims import Claim, publish

from askmesh.telemetry._sampling import EVERY_SECONDS, PROFILER, Stack, processor_time

THREADS, DEPTH = 12, 40
SECONDS, ROUNDS = 5.0, 3


def busy(stopped: Event, depth: int = DEPTH) -> None:
    """Use the processor, far below other functions."""
    if depth:
        busy(stopped, depth - 1)
        return
    while not stopped.is_set():
        hashlib.sha256(b"some" * 20_000)


def profiled() -> Counter[Stack]:
    """Return the profile of threads that are all busy."""
    stopped = Event()
    threads = [Thread(target=busy, args=[stopped], name=f"busy_{n}") for n in range(THREADS)]
    for thread in threads:
        thread.start()
    found = processor_time(SECONDS, Event())
    stopped.set()
    for thread in threads:
        thread.join()
    return Counter(found)


def main() -> None:
    """Measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    rounds = [profiled() for _ in range(ROUNDS)]
    shares = [found[PROFILER] / found.total() for found in rounds]
    per_second = [found[PROFILER] / 1e9 / SECONDS for found in rounds]
    publish(
        arguments.output,
        benchmark="bench_profiling",
        settings={
            "threads": THREADS,
            "frames": DEPTH,
            "seconds": SECONDS,
            "every_seconds": EVERY_SECONDS,
        },
        results={"share_of_processor": shares, "processor_seconds_per_second": per_second},
        claims=[
            Claim("share of the processor that a profile takes", round(max(shares), 4), "<= 0.03")
        ],
    )


if __name__ == "__main__":
    main()
