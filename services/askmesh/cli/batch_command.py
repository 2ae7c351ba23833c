"""`askmesh batch`: many questions in, one file of answers out."""

import sys
from pathlib import Path

import click
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.batching import run_batch
from askmesh.cli.options import base_port_option, tenant_option


@click.command()
@base_port_option
@tenant_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of the answers  [default: NAME-answers.jsonl]",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@asynchronous
async def batch(base_port: int, tenant: str, output: Path | None, file: Path) -> None:
    """Ask the questions of FILE (JSON Lines), after people's, and write an answer a line.

    Answers are written as they come, each under the id of its question. After an interruption the
    same command asks what is missing. Ends with exit code 1 if a question got no answer.
    """
    written = _written_to(file, output)
    if not await run_batch(file, written, base_port, tenant, Console(stderr=True)):
        sys.exit(1)


def _written_to(file: Path, output: Path | None) -> Path:
    """Return where answers go. Raise `click.UsageError` where the questions are."""
    written = output or Path(f"{file.stem}-answers.jsonl")
    if written.resolve() == file.resolve():
        raise click.UsageError("The answers cannot be written into the file of the questions")
    return written
