"""The command that ingests, once or in step with a folder, and which folder has which name."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import addresses, mesh_client
from askmesh.cli.ingesting import IngestReport, ingest_paths, print_report
from askmesh.cli.options import (
    access_of,
    allow_option,
    base_port_option,
    deny_option,
    home_option,
    tenant_option,
)
from askmesh.cli.syncing import FolderSync, planned_documents
from askmesh.cli.watching import watch_folder
from askmesh.errors import InvalidRequestError
from askmesh.folders import Bucket, is_bucket, source_of_folder
from askmesh.replacing import replacing


class _Place(click.ParamType["Path | Bucket"]):
    """A path that is there, or the address of a bucket."""

    name = "path"
    _path = click.Path(exists=True, path_type=Path)

    def convert(
        self, value: str | Path | Bucket, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | Bucket:
        if isinstance(value, str) and is_bucket(value):
            if not (bucket := Bucket(value)).name:
                self.fail(f"{value} names no bucket", param, ctx)
            return bucket
        return self._path.convert(cast("str", value), param, ctx)


@click.command()
@home_option
@base_port_option
@tenant_option
@click.option("--sync", is_flag=True, help="Delete, too, what is no longer in the folder.")
@click.option("--watch", is_flag=True, help="Sync the folder, and again whenever it changes.")
@click.option("--allow-deletions", is_flag=True, help="With --sync: delete most of what is stored.")
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would be done.")
@allow_option
@deny_option
@click.option("--name", default="", help="Begin the names of documents so, not with the folder's.")
@click.argument("paths", nargs=-1, required=True, type=_Place())
@asynchronous
async def ingest(  # noqa: PLR0917 - options of the command line
    home: Path,
    base_port: int,
    tenant: str,
    sync: bool,  # noqa: FBT001 - an option of the command line
    watch: bool,  # noqa: FBT001 - an option of the command line
    allow_deletions: bool,  # noqa: FBT001 - an option of the command line
    dry_run: bool,  # noqa: FBT001 - an option of the command line
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    name: str,
    paths: tuple[Path | Bucket, ...],
) -> None:
    """Ingest files, folders and buckets (s3://BUCKET/PREFIX) of Markdown, PDF, Office and others.

    Several processes may ingest the same folder: they share the work. Exit codes: 0 if all was
    done, 1 if a document could not be read or had no room (the others are ingested all the same) or
    the mesh does not answer, 2 if the command line is wrong, 128 and the number of the signal that
    ended it.
    """
    name = name.strip("/")
    access = access_of(allow, deny) if allow or deny else None
    _check_usage(paths, follows=sync or watch, watch=watch, dry_run=dry_run)
    names = FolderNames(home, addresses(base_port)[0], tenant)
    names.check(paths, name)
    console = Console()
    if dry_run and not sync:
        _end(await asyncio.to_thread(planned_documents, paths, name), console)
        return
    async with mesh_client(base_port, tenant) as client:
        if not sync and not watch:
            _end(await ingest_paths(client, paths, console, name, access), console)
            return
        following = FolderSync(
            client, paths[0], name=name, allow_deletions=allow_deletions, access=access
        )
        if not dry_run:
            names.keep(paths[0], name)
        if watch:
            await watch_folder(paths[0], following, console)
        _end(await (following.plan() if dry_run else following.run(console)), console)


def _check_usage(
    paths: tuple[Path | Bucket, ...], *, follows: bool, watch: bool, dry_run: bool
) -> None:
    if follows and len(paths) != 1:
        raise click.UsageError("--sync and --watch take one folder")
    if follows and isinstance(paths[0], Path) and not paths[0].is_dir():
        raise click.UsageError(f"--sync and --watch take a folder, and {paths[0]} is a file")
    if watch and dry_run:
        raise click.UsageError("--dry-run goes with --sync, not with --watch")


def _end(report: IngestReport, console: Console) -> None:
    print_report(report, console)
    if report.unreadable:
        sys.exit(1)


_FILE = "folders.json"
_NAMES = TypeAdapter(Mapping[str, Mapping[str, str]])


class FolderNames:
    """Remembers, in a file of this machine, where the synced folders of one tenant stand.

    Names of documents say nothing of where a folder stands, so that they are the same on every
    machine. Therefore two folders of one name would replace and delete each other's documents.
    """

    def __init__(self, home: Path, gateway: str, tenant: str) -> None:
        self._file = home / _FILE
        self._mesh = f"{gateway}/{tenant}"

    def check(self, paths: Iterable[Path | Bucket], name: str) -> None:
        """Raise `InvalidRequestError` if a folder has the name of another one."""
        known = dict(self._read().get(self._mesh, {}))
        for path in paths:
            is_file = isinstance(path, Path) and not path.is_dir()
            prefix, place = _named(
                path.parent if isinstance(path, Path) and is_file else path, name
            )
            other = known.setdefault(prefix, place)
            if not is_file and other != place and (is_bucket(other) or Path(other).is_dir()):
                raise InvalidRequestError(
                    "FOLDER_NAME_TAKEN",
                    f"{other} has the name {prefix.rstrip('/')}, too: the documents of both would "
                    "mix. Give one of them another name with --name",
                    field="path",
                )

    def keep(self, path: Path | Bucket, name: str) -> None:
        """Remember the name of a folder; where nothing can be remembered, nothing is."""
        known = {mesh: dict(folders) for mesh, folders in self._read().items()}
        prefix, place = _named(path, name)
        if known.get(self._mesh, {}).get(prefix) != place:
            known.setdefault(self._mesh, {})[prefix] = place
            self._write(known)

    def _read(self) -> Mapping[str, Mapping[str, str]]:
        try:
            return _NAMES.validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return {}

    def _write(self, known: Mapping[str, Mapping[str, str]]) -> None:
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._file) as new:
                new.write(_NAMES.dump_json(known, indent=2) + b"\n")


def _named(folder: Path | Bucket, name: str) -> tuple[str, str]:
    """Return what the sources of a folder begin with, and where it stands."""
    place = folder.address if isinstance(folder, Bucket) else str(folder.resolve())
    return source_of_folder(folder, name), place
