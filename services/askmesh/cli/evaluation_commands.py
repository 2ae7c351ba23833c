"""`askmesh eval`: what answers are worth."""

import sys
from pathlib import Path

import click
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.evaluating import ANSWERS, Evaluation, compare_runs, evaluate
from askmesh.cli.options import base_port_option, tenant_option

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_RUN = click.Path(exists=True, path_type=Path)


@click.group("eval")
def evaluation() -> None:
    """Measure answers to questions whose answers are known."""


@evaluation.command()
@base_port_option
@tenant_option
@click.argument("file", type=_FILE)
@click.option("--output", type=_FOLDER, help="Folder of the results  [default: NAME-answers]")
@click.option("--ingest", "ingested", type=_RUN, help="Ingest this file or folder before.")
@click.option("--except", "left_out", multiple=True, metavar="NAME", help="Do not ingest NAME.")
@click.option("--tenant-per-case", is_flag=True, help="Let no case see another one's documents.")
@click.option("--limit", type=click.IntRange(1), help="Ask the first questions only.")
@click.option("--fresh", is_flag=True, help="Ask again what was answered before.")
@asynchronous
async def answers(  # noqa: PLR0917 - options of the command line
    base_port: int,
    tenant: str,
    file: Path,
    output: Path | None,
    ingested: Path | None,
    left_out: tuple[str, ...],
    tenant_per_case: bool,  # noqa: FBT001 - an option of the command line
    limit: int | None,
    fresh: bool,  # noqa: FBT001 - an option of the command line
) -> None:
    """Ask the questions of FILE (JSON Lines) and say what the answers are worth.

    A run that was interrupted goes on where it was. Ends with exit code 1 if a question got no
    answer at all. With --tenant-per-case the mesh needs to know the tenants: start it with
    --tenants "$(askmesh eval tenants FILE)".
    """
    output = output or Path(f"{file.stem}-answers")
    if fresh:
        (output / ANSWERS).unlink(missing_ok=True)
    asked = Evaluation(
        file=file,
        output=output,
        base_port=base_port,
        tenant=tenant,
        tenant_per_case=tenant_per_case,
        ingested=ingested,
        left_out=frozenset(left_out),
        limit=limit,
    )
    if not await evaluate(asked, Console()):
        sys.exit(1)


@evaluation.command()
@click.argument("file", type=_FILE)
def tenants(file: Path) -> None:
    """Print the tenants that --tenant-per-case needs, as `askmesh up --tenants` takes them."""
    asked = Evaluation(file=file, output=Path(), base_port=1, tenant_per_case=True)
    names = dict.fromkeys(asked.tenant_of(question) for question in asked.questions())
    click.echo(",".join(["default", *names]))


@evaluation.command()
@click.argument("first", type=_RUN)
@click.argument("second", type=_RUN)
def compare(first: Path, second: Path) -> None:
    """Compare two runs by a paired bootstrap over the questions that both have.

    FIRST and SECOND are folders of `askmesh eval answers`. Ends with exit code 1 if the second
    surely has fewer right answers.
    """
    if compare_runs(first, second, Console()):
        sys.exit(1)
