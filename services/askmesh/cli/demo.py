"""A first answer: start a mesh, ingest documents that everybody has, ask, stop."""

import asyncio
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

from askmesh.cli.asking import show_answer
from askmesh.cli.ingesting import ingest, print_report
from askmesh.cli.layout import MeshLayout
from askmesh.cli.mesh import make_home, running_mesh
from askmesh.cli.supervising import START_SECONDS
from askmesh.client import MediaType, SourceDocument, askmesh_client
from askmesh.folders import Unreadable, documents_in

SOURCE_FOLDER = "python-language-reference/"

QUESTIONS = (
    "What does the with statement do?",
    "List the metrics and what they mean in a table.",
    "Who won the football world cup in 1998?",
)
"""A fact, a table, and something that the documents do not answer."""


async def run_demo(layout: MeshLayout, paths: Sequence[Path], console: Console) -> None:
    """Start a mesh, ingest the Python language reference and `paths`, ask, and stop."""
    await asyncio.to_thread(make_home, layout.home)
    log_file = layout.home / "demo.log"
    console.print(f"Starting Triton and the services (their log: {log_file})")
    with log_file.open("w", encoding="utf-8") as log:
        async with running_mesh(
            layout,
            lambda name, line: print(f"{name} | {line}", file=log, flush=True),
            start_seconds=START_SECONDS,
        ):
            await _ingest_and_ask(layout, paths, console)
            console.print(Rule())
            console.print("Stopping the mesh")


async def _ingest_and_ask(layout: MeshLayout, paths: Sequence[Path], console: Console) -> None:
    async with askmesh_client(layout.address("gateway"), layout.address("ingestion")) as client:
        unreadable: list[Unreadable] = []
        documents = await asyncio.to_thread(
            lambda: list(chain(_language_reference(), documents_in(paths, unreadable.append)))
        )
        report = await ingest(client, documents, len(documents), console)
        report.unreadable.extend(unreadable)
        print_report(report, console)
        for question in QUESTIONS:
            console.print(Rule(question))
            await show_answer(client, question, wants_table=None)


def _language_reference() -> Iterator[SourceDocument]:
    """Yield one document per topic of the language reference that ships inside Python."""
    topics: dict[str, str] = import_module("pydoc_data.topics").topics
    for name, text in sorted(topics.items()):
        yield SourceDocument(
            source=f"{SOURCE_FOLDER}{name}.txt",
            content=text.encode(),
            media_type=MediaType.PLAIN_TEXT,
        )
