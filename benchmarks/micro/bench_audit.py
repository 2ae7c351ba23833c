"""What an audit costs a question: two lines, of who asked and of what was shown.

    python -m benchmarks.micro.bench_audit [--questions 3000] [--output FILE]

Answers have five sources of 1,000 characters. Measured is the processor time of the whole process,
so that of the thread that writes is in it, in turns with the same without an audit.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.claims import Claim, publish
from prometheus_client import CollectorRegistry

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.auditing import AuditSettings, audit_trail
from askmesh.gateway.journal import AnswerAudit, AnswerJournal
from askmesh.identity import Caller, Role
from askmesh.telemetry import ServiceMetrics

GOAL_MICROSECONDS = 100
ROUNDS = 7
CALLER = Caller("blue", "ann", frozenset({"staff"}), frozenset({Role.READER}))


def answer() -> list[bytes]:
    """Return the events of an answer."""
    sources = [
        pb2.RankedSource(
            source_number=number,
            passage=Passage(document_id=f"handbook/{number}.md", text="word " * 200),
        )
        for number in range(5)
    ]
    events = [
        pb2.AnswerEvent(plan_made=pb2.PlanMade()),
        pb2.AnswerEvent(sources_found=pb2.SourcesFound(passage_count=12)),
        pb2.AnswerEvent(sources_ranked=pb2.SourcesRanked(sources=sources)),
        *[pb2.AnswerEvent(text_delta=TextDelta(text="some words "))] * 40,
        pb2.AnswerEvent(completed=pb2.AnswerCompleted()),
    ]
    return [event.SerializeToString() for event in events]


async def batches(events: Sequence[bytes]) -> AsyncGenerator[Sequence[bytes]]:
    """Yield each event by itself, as a slow answer does."""
    for event in events:
        yield [event]


async def microseconds(audit: AnswerAudit | None, questions: int) -> float:
    """Return the processor time of a question."""
    journal, events = AnswerJournal(audit), answer()
    started = process_time()
    for number in range(questions):
        answer_id = f"{number:032x}"
        journal.asked(CALLER, answer_id, "How long may the extractor be kept?")
        async with aclosing(journal.watched(batches(events), CALLER, answer_id, ())) as watched:
            async for _ in watched:
                pass
        await asyncio.sleep(0)
    if audit:
        await asyncio.sleep(0.3)  # until all is written
    return (process_time() - started) / questions * 1e6


async def measured(folder: str, questions: int) -> tuple[float, float]:
    """Return the median time of a question without and with an audit."""
    settings = AuditSettings("gateway", folder, 365, with_texts=False)
    async with audit_trail(settings, ServiceMetrics(CollectorRegistry())) as trail:
        pairs = [
            (await microseconds(None, questions), await microseconds(trail, questions))
            for _ in range(ROUNDS)
        ]
    return median(without for without, _ in pairs), median(with_ for _, with_ in pairs)


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=3000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        without, with_audit = asyncio.run(measured(folder, options.questions))
    cost = round(with_audit - without, 1)
    publish(
        options.output,
        benchmark="bench_audit",
        settings={"questions": options.questions, "rounds": ROUNDS, "sources": 5},
        results={"microseconds_without": without, "microseconds_with": with_audit},
        claims=[
            Claim(
                "processor time of a question for its audit, µs",
                cost,
                f"<= {GOAL_MICROSECONDS}",
                "the same events read without an audit",
            )
        ],
    )


if __name__ == "__main__":
    main()
