"""Run a mesh until it is told to stop, or one of its processes stops."""

import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle

from rich.console import Console
from rich.text import Text

from askmesh.cli.guarding import KEYS
from askmesh.cli.layout import TRITON, MeshLayout, observer_addresses, service_of
from askmesh.cli.mesh import running_mesh
from askmesh.cli.observed import observed
from askmesh.cli.processes import ChildProcess, LineSink
from askmesh.cli.protection import Protection

START_SECONDS = 120.0
_COLOURS = ("cyan", "green", "magenta", "blue", "yellow", "red", "white")


def prefixed(console: Console, layout: MeshLayout) -> LineSink:
    """Return a sink that prints each line behind the name of its process."""
    colours = dict(zip(layout.processes, cycle(_COLOURS), strict=False))
    width = max(map(len, layout.processes))

    def show(name: str, line: str) -> None:
        prefix = (f"{name:>{width}} | ", colours[name])
        with suppress(OSError):  # a closed terminal takes no more lines
            console.print(Text.assemble(prefix, line), soft_wrap=True)

    return show


async def supervise(layout: MeshLayout, console: Console) -> None:
    """Run the mesh until this is cancelled. Return only by cancellation.

    Raise `StartupError` when it does not start, or its gateway stops later. It goes on without
    any other process that stops, and says so.
    """
    began = time.monotonic()
    async with (
        observed(layout, prefixed(console, layout)) as (sink, receiver),
        running_mesh(layout, sink, start_seconds=START_SECONDS, beside=receiver) as mesh,
    ):
        gateway, ingestion = layout.address_of("gateway"), layout.address_of("ingestion")
        console.print(
            f"The mesh serves after {time.monotonic() - began:.1f} s: questions at {gateway}, "
            f"documents at {ingestion}. Ctrl-C stops it.",
            style="bold",
        )
        for line in (*_protected(layout.protection), *_observed(layout)):
            console.print(line)

        def tell(child: ChildProcess) -> None:
            console.print(_notice(child, others=mesh.has_others(child)), style="bold red")

        await mesh.watch(tell)


WITHOUT = {
    "gateway": "No question can be asked without it, so the mesh stops.",
    "ingestion": "Questions go on; documents cannot be added or deleted.",
    "query_understanding": "Questions are searched as they are typed.",
    "retrieval": "Questions fail; documents can still be ingested.",
    "reranking": "Questions go on, with sources in the order of the search.",
    "summarization": "Questions fail; documents can still be ingested.",
    TRITON: "Answers quote their sources instead of being written.",
}

OTHERS_SERVE = "What it did is done by the other replicas."


def _protected(protection: Protection) -> Iterator[str]:
    if protection.tls:
        yield f"Connections are encrypted; who else shall connect gets {protection.tls.authority}."
    if protection.keys:
        yield (
            f"Callers need keys. Commands of yours use {protection.key_file}; make others with "
            f"askmesh keys create --file {protection.keys / KEYS}."
        )


def _observed(layout: MeshLayout) -> Iterator[str]:
    if layout.observe:
        _, page = observer_addresses(layout.base_port)
        yield f"Its traces, metrics and logs are at http://{page}; askmesh ask --trace shows one."


def _notice(child: ChildProcess, *, others: bool) -> str:
    what_follows = OTHERS_SERVE if others else WITHOUT[service_of(child.name)]
    return f"{child.end} It is not restarted. {what_follows}"
