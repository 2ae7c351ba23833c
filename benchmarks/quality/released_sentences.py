"""What of the sentences that a language model wrote, and the check released, a reader finds false.

    python -m benchmarks.quality.released_sentences ask QUESTIONS --work FILE [--base-port PORT]
    python -m benchmarks.quality.released_sentences report --verdicts FILE --output FILE

`ask` puts the questions, JSON objects with `id` and `question` a line, to a running mesh whose
documents were ingested before, and appends each released sentence with its evidence to --work; an
interrupted run goes on. A reader copies the lines to a file of verdicts, without the evidence, and
adds `verdict`: "true" or "false", and `why` if it is false. `report` counts them.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.claims import Claim, publish

from askmesh.client import Citation, Client, Completed, Event, TextDelta, askmesh_client
from askmesh.errors import AskmeshError

QUOTED = "\u201c"
"""What the service itself quotes begins with it: no sentence of the model's."""


def rows(path: Path) -> list[Mapping[str, Any]]:
    """Return the objects of a file, one a line; none if there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def released(events: Sequence[Event]) -> Iterator[dict[str, object]]:
    """Yield the model's sentences that the check released, each with its evidence."""
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    places: dict[tuple[int, int], list[Citation]] = {}
    for event in events:
        if isinstance(event, Citation):
            places.setdefault((event.start_offset, event.end_offset), []).append(event)
    for (start, end), citations in places.items():
        sentence = text[start:end]
        if not sentence.startswith(QUOTED):
            quotes = [citation.quote for citation in citations]
            yield {"sentence": sentence, "support": citations[0].support, "evidence": quotes}


async def ask(client: Client, question: str) -> list[dict[str, object]]:
    """Return what was released in the answer to a question; nothing if no model wrote it."""
    events = [event async for event in client.ask(question)]
    ends = [event for event in events if isinstance(event, Completed)]
    return list(released(events)) if ends and ends[0].usage.model else []


async def ask_all(questions: Path, work: Path, base_port: int) -> None:
    """Ask what was not asked before, one question after the other."""
    known = {row["id"] for row in rows(work)}
    addresses = (f"127.0.0.1:{base_port}", f"127.0.0.1:{base_port + 1}")
    async with askmesh_client(*addresses) as client:
        for row in rows(questions):
            if row["id"] not in known:
                try:
                    found = await ask(client, row["question"])
                except AskmeshError as error:
                    print(row["id"], error)
                    continue
                line = {"id": row["id"], "question": row["question"], "released": found}
                with work.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")


def report(verdicts: Path, output: Path | None) -> None:
    """Publish the share of false sentences."""
    judged = rows(verdicts)
    false = [row for row in judged if row["verdict"] == "false"]
    publish(
        output,
        benchmark="released_sentences",
        settings={"questions": len({row["id"] for row in judged})},
        results=judged,
        claims=[
            Claim("released sentences read by hand", len(judged), ">= 200"),
            Claim(
                "released sentences that a reader finds false, share",
                round(len(false) / max(1, len(judged)), 4),
                "<= 0.01",
            ),
        ],
    )


def main() -> None:
    """Read the arguments, and ask or report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("ask", "report"))
    parser.add_argument("questions", type=Path, nargs="?")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--base-port", type=int, default=7400)
    parser.add_argument("--verdicts", type=Path)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "ask":
        asyncio.run(ask_all(arguments.questions, arguments.work, arguments.base_port))
    else:
        report(arguments.verdicts, arguments.output)


if __name__ == "__main__":
    main()
