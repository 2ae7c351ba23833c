"""What profiles cost in a process with many busy threads.

One that somebody waits for, and those that go to a store all the time.

python -m benchmarks.micro.bench_profiling --output benchmarks/results/profiling.json
"""

import argparse
import hashlib
import statistics
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from benchmarks.claims import Claim, publish

from askmesh.telemetry._profile_store import EVERY_SECONDS as SENT_EVERY_SECONDS
from askmesh.telemetry._profile_store import ProfileStore, SentProfiles
from askmesh.telemetry._sampling import EVERY_SECONDS, PROFILER, Stack, processor_time

THREADS, DEPTH = 12, 40
SECONDS, ROUNDS = 5.0, 3
TURNS, SENT_SECONDS = 9, 2.0


class Work:
    """How much the busy threads have done."""

    def __init__(self) -> None:
        self.done = Counter[int]()
        self.stopped = Event()

    def go_on(self, number: int, depth: int = DEPTH) -> None:
        """Use the processor, far below other functions."""
        if depth:
            self.go_on(number, depth - 1)
            return
        while not self.stopped.is_set():
            hashlib.sha256(b"some" * 20_000)
            self.done[number] += 1


class Taking(BaseHTTPRequestHandler):
    """A store that takes every profile and keeps none."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the interface's name
        pass


@contextmanager
def busy() -> Generator[Work]:
    """Keep threads busy until the block ends."""
    work = Work()
    threads = [Thread(target=work.go_on, args=[n], name=f"busy_{n}") for n in range(THREADS)]
    for thread in threads:
        thread.start()
    yield work
    work.stopped.set()
    for thread in threads:
        thread.join()


@contextmanager
def taking() -> Generator[str]:
    """Run a store until the block ends, and yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    serving = Thread(target=server.serve_forever, name="store")
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()


def profiled() -> Counter[Stack]:
    """Return the profile of threads that are all busy."""
    with busy():
        return Counter(processor_time(SECONDS, Event()))


def rate(work: Work, seconds: float) -> float:
    """Return how much is done in a second of the process's processor."""
    done, used = work.done.total(), time.process_time()
    time.sleep(seconds)
    return (work.done.total() - done) / (time.process_time() - used)


def sent_all_the_time() -> tuple[Sequence[float], Sequence[float]]:
    """Return by turn which share of work and of the processor goes to profiles that are sent."""
    lost, taken = list[float](), list[float]()
    with taking() as url, busy() as work:
        for _ in range(TURNS):
            without = rate(work, SECONDS)
            used = list[float]()
            stopped = Event()
            sender = Thread(target=sending, args=[url, stopped, used])
            began = time.process_time()
            sender.start()
            lost.append(1 - rate(work, SECONDS) / without)
            stopped.set()
            sender.join()
            taken.append(used[0] / (time.process_time() - began))
    return lost, taken


def sending(url: str, stopped: Event, used: list[float]) -> None:
    """Send profiles, and note the seconds of processor that this takes."""
    store = ProfileStore(url, "benchmark")
    SentProfiles(store, _require_sent, profile_seconds=SENT_SECONDS).run(stopped)
    used.append(time.thread_time())


def _require_sent(outcome: str) -> None:
    if outcome != "sent":
        raise ValueError("a profile was not taken")


def main() -> None:
    """Measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    rounds = [profiled() for _ in range(ROUNDS)]
    shares = [found[PROFILER] / found.total() for found in rounds]
    per_second = [found[PROFILER] / 1e9 / SECONDS for found in rounds]
    lost, taken = sent_all_the_time()
    publish(
        arguments.output,
        benchmark="bench_profiling",
        settings={
            "threads": THREADS,
            "frames": DEPTH,
            "seconds": SECONDS,
            "every_seconds": EVERY_SECONDS,
            "sent_every_seconds": SENT_EVERY_SECONDS,
            "seconds_of_a_sent_profile": SENT_SECONDS,
        },
        results={
            "share_of_processor": shares,
            "processor_seconds_per_second": per_second,
            "sent": {"share_of_processor": taken, "share_of_work_lost": lost},
        },
        claims=[
            Claim("share of the processor that a profile takes", round(max(shares), 4), "<= 0.03"),
            Claim(
                "share of the processor that profiles take which are sent all the time",
                round(max(taken), 4),
                "<= 0.03",
            ),
            Claim(
                "share of the work that is not done while profiles are sent all the time",
                round(statistics.median(lost), 4),
                "<= 0.03",
                baseline="the same threads without profiles, in turns",
            ),
        ],
    )


if __name__ == "__main__":
    main()
