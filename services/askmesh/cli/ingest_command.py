"""The command that ingests: once, in step with a folder, or for as long as it runs."""

import asyncio
import sys
from pathlib import Path

import click
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import addresses, mesh_client
from askmesh.cli.folder_names import FolderNames
from askmesh.cli.ingesting import IngestReport, ingest_paths, print_report
from askmesh.cli.options import base_port_option, home_option, tenant_option
from askmesh.cli.syncing import FolderSync, planned_documents
from askmesh.cli.watching import watch_folder


@click.command()
@home_option
@base_port_option
@tenant_option
@click.option("--sync", is_flag=True, help="Delete, too, what is no longer in the folder.")
@click.option("--watch", is_flag=True, help="Sync the folder, and again whenever it changes.")
@click.option("--allow-deletions", is_flag=True, help="With --sync: delete most of what is stored.")
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would be done.")
@click.option("--name", default="", help="Begin the names of documents so, not with the folder's.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@asynchronous
async def ingest(  # noqa: PLR0917 - options of the command line
    home: Path,
    base_port: int,
    tenant: str,
    sync: bool,  # noqa: FBT001 - an option of the command line
    watch: bool,  # noqa: FBT001 - an option of the command line
    allow_deletions: bool,  # noqa: FBT001 - an option of the command line
    dry_run: bool,  # noqa: FBT001 - an option of the command line
    name: str,
    paths: tuple[Path, ...],
) -> None:
    """Ingest files and folders, such as Markdown, HTML, text, PDF, Office files and e-mails.

    Several processes may ingest the same folder: they share the work. Exit codes: 0 if all was
    done, 1 if a document could not be read (the others are ingested all the same) or the mesh does
    not answer, 2 if the command line is wrong, 128 and the number of the signal that ended it.
    """
    name = name.strip("/")
    _check_usage(paths, follows=sync or watch, watch=watch, dry_run=dry_run)
    names = FolderNames(home, addresses(base_port)[0], tenant)
    names.check(paths, name)
    console = Console()
    if dry_run and not sync:
        _end(await asyncio.to_thread(planned_documents, paths, name), console)
        return
    async with mesh_client(base_port, tenant) as client:
        if not sync and not watch:
            _end(await ingest_paths(client, paths, console, name), console)
            return
        following = FolderSync(client, paths[0], name=name, allow_deletions=allow_deletions)
        if not dry_run:
            names.keep(paths[0], name)
        if watch:
            await watch_folder(paths[0], following, console)
        _end(await (following.plan() if dry_run else following.run(console)), console)


def _check_usage(paths: tuple[Path, ...], *, follows: bool, watch: bool, dry_run: bool) -> None:
    if follows and len(paths) != 1:
        raise click.UsageError("--sync and --watch take one folder")
    if follows and paths[0].is_file():
        raise click.UsageError(f"--sync and --watch take a folder, and {paths[0]} is a file")
    if watch and dry_run:
        raise click.UsageError("--dry-run goes with --sync, not with --watch")


def _end(report: IngestReport, console: Console) -> None:
    print_report(report, console)
    if report.unreadable:
        sys.exit(1)
