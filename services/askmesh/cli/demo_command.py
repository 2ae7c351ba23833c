"""The command that shows what askmesh does."""

from pathlib import Path

import click
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.demo import run_demo
from askmesh.cli.layout import MeshLayout
from askmesh.cli.models import ready_model
from askmesh.cli.options import base_port_option, home_option, model_option


@click.command()
@home_option
@base_port_option
@model_option
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@asynchronous
async def demo(home: Path, base_port: int, model: str, paths: tuple[Path, ...]) -> None:
    """Start a mesh, ingest Python's language reference and PATHS, ask three questions, stop."""
    console = Console()
    model = await ready_model(home, model, console)
    await run_demo(MeshLayout(home=home, base_port=base_port, model=model), paths, console)
