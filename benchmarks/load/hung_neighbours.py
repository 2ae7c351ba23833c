"""Measure what readers see while one service of a mesh hangs.

    export SUMMARIZATION_FIRST_TOKEN_SECONDS=0.5 SUMMARIZATION_SLOT_WAIT_SECONDS=0.2
    export SUMMARIZATION_GENERATION_SECONDS=1
    askmesh up --home HOME                       # in another terminal, with documents ingested
    python -m benchmarks.load.hung_neighbours --home HOME [--output FILE]

Questions come at a fixed rate, whatever becomes of those before. One service after the other is
stopped (SIGSTOP: it keeps its connections and answers nothing) and goes on later (SIGCONT).
Every question must end within seconds, as an answer or with an error that names the service. The
language model is cut short, so that a small machine keeps up with the questions: what is measured
is waiting, not writing.
"""

import argparse
import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median

from benchmarks.claims import Claim, publish

from askmesh.client import Client, Completed, DegradationReason, askmesh_client
from askmesh.errors import AskmeshError, OverloadedError

SERVICES = {
    "query_understanding": DegradationReason.QUERY_UNDERSTANDING_UNAVAILABLE,
    "reranking": DegradationReason.RERANKING_UNAVAILABLE,
    "retrieval": "RETRIEVAL_UNAVAILABLE",
    "summarization": "SUMMARIZATION_UNAVAILABLE",
}
"""The services, and what an answer or an error says that had to do without."""
QUESTIONS = (
    "What does the gateway do when all places are taken?",
    "How does retrieval fuse keywords and vectors?",
    "What happens when the document store is down?",
    "Which metrics does the gateway export?",
    "How long can an answer be resumed?",
    "What is a heartbeat?",
)
RATE = 2.0
HUNG_SECONDS = 12.0
AROUND_SECONDS = 8.0
ANSWERS_WITHIN = 4.0
NORMAL_WITHIN = 3.0
UNTYPED = {"DEADLINE_EXCEEDED", "UNEXPECTED_FAILURE"}


@dataclass(slots=True)
class Asked:
    """One question: when it was asked, how long it took, how it ended, what was missing."""

    at: float
    seconds: float = 0.0
    end: str = ""
    missing: list[str] = field(default_factory=list[str])

    def without(self, service: str) -> bool:
        """Whether the question had to do without a service, or was not answered at all."""
        answered = self.end in ("answered", "abstained")
        return not answered or SERVICES[service] in self.missing


@dataclass(frozen=True, slots=True)
class Trial:
    """The questions before, while and after a service was stopped.

    Those that were asked before and had no answer yet when it stopped are among those it hung for.
    """

    before: Sequence[Asked]
    hung: Sequence[Asked]
    after: Sequence[Asked]
    resumed: float


def main() -> None:
    """Stop each service in turn, and publish what became of the questions."""
    arguments = _arguments()
    trials = asyncio.run(_trials(arguments.gateway, arguments.home))
    publish(
        arguments.output,
        benchmark="hung_neighbours",
        settings={
            "mesh": "as the script says: a language model with half a second for its first token",
            "documents": "the docs folder",
            "questions a second": RATE,
            "seconds without the service": HUNG_SECONDS,
        },
        results={name: _summary(trial) for name, trial in trials.items()},
        claims=[claim for name, trial in trials.items() for claim in _claims(name, trial)],
    )


async def _trials(gateway: str, home: Path) -> dict[str, Trial]:
    async with askmesh_client(gateway, gateway) as client:
        for question in QUESTIONS:
            await _ask(client, question, Asked(0.0))
        return {name: await _trial(client, _process(name, home)) for name in SERVICES}


async def _trial(client: Client, process: int) -> Trial:
    before, hung, after = list[Asked](), list[Asked](), list[Asked]()
    async with asyncio.TaskGroup() as tasks:
        await _ask_for(AROUND_SECONDS, client, before, tasks)
        os.kill(process, signal.SIGSTOP)
        stopped = time.monotonic()
        try:
            await _ask_for(HUNG_SECONDS, client, hung, tasks)
        finally:
            os.kill(process, signal.SIGCONT)
        resumed = time.monotonic()
        await _ask_for(AROUND_SECONDS, client, after, tasks)
    caught = [asked for asked in before if asked.at + asked.seconds > stopped]
    ended = [asked for asked in before if asked not in caught]
    return Trial(ended, [*caught, *hung], after, resumed)


async def _ask_for(
    seconds: float, client: Client, into: list[Asked], tasks: asyncio.TaskGroup
) -> None:
    """Ask at the fixed rate for so long; the answers come in when they come."""
    began = time.monotonic()
    for number, question in zip(range(round(seconds * RATE)), cycle(QUESTIONS), strict=False):
        await asyncio.sleep(began + number / RATE - time.monotonic())
        asked = Asked(time.monotonic())
        into.append(asked)
        tasks.create_task(_ask(client, question, asked))
    await asyncio.sleep(began + seconds - time.monotonic())


async def _ask(client: Client, question: str, asked: Asked) -> None:
    began = time.monotonic()
    try:
        # Another seed for each: equal questions would share one answer.
        async with aclosing(client.ask(question, seed=time.monotonic_ns())) as events:
            async for event in events:
                if isinstance(event, Completed):
                    asked.end = event.outcome
                    asked.missing = [missing.reason for missing in event.degradations]
    except OverloadedError as error:
        asked.end = f"refused: {error.reason}"
    except AskmeshError as error:
        asked.end = error.reason
    asked.seconds = time.monotonic() - began


def _process(service: str, home: Path) -> int:
    """Return the id of the service's process, of the mesh with this home."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may have ended meanwhile, or belong to somebody else
            command = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes().split(b"\0")
            mine = f"ASKMESH_HOME={home}".encode() in environment
            if mine and f"askmesh.{service}".encode() in command:
                return int(folder.name)
    raise SystemExit(f"there is no process of {service} with the home {home}")


def _claims(service: str, trial: Trial) -> list[Claim]:
    before = max(asked.seconds for asked in trial.before)
    places = [asked for asked in trial.hung if asked.end == "refused: TOO_MANY_ANSWERS"]
    untyped = [asked for asked in trial.hung if asked.end in UNTYPED or not asked.end]
    usual = [asked.at - trial.resumed for asked in trial.after if not asked.without(service)]
    late = [
        asked
        for asked in trial.after
        if asked.without(service) and asked.at - trial.resumed > NORMAL_WITHIN
    ]
    without_before = sum(asked.without(service) for asked in trial.before)
    return [
        Claim(
            f"{service} hangs: longest time to an answer or a typed end, in seconds",
            round(max(asked.seconds for asked in trial.hung), 2),
            f"<= {ANSWERS_WITHIN}",
            f"before it hung: {before:.2f} s",
        ),
        Claim(f"{service} hangs: questions refused for want of places", len(places), "= 0"),
        Claim(f"{service} hangs: questions that ended without a name", len(untyped), "= 0"),
        Claim(
            f"{service} goes on: seconds until a question is answered with it",
            round(min(usual, default=AROUND_SECONDS), 2),
            f"<= {NORMAL_WITHIN}",
        ),
        Claim(
            f"{service} goes on: questions asked {NORMAL_WITHIN} s later that did without it",
            len(late),
            "= 0",
            f"before it hung: {without_before} of {len(trial.before)}",
        ),
    ]


def _summary(trial: Trial) -> dict[str, object]:
    return {
        phase: {
            "questions": len(asked),
            "seconds": {
                "median": round(median(each.seconds for each in asked), 2),
                "longest": round(max(each.seconds for each in asked), 2),
            },
            "ends": Counter(each.end for each in asked),
            "missing": Counter(reason for each in asked for reason in each.missing),
        }
        for phase, asked in (
            ("before", trial.before),
            ("hung", trial.hung),
            ("after", trial.after),
        )
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--gateway", default="127.0.0.1:7400")
    parser.add_argument("--home", type=Path, required=True, help="of the mesh")
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
