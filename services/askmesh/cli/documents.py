"""The commands that look at documents, delete them and say who may read them."""

import sys
from collections.abc import Sequence
from contextlib import suppress

import click
from rich.console import Console
from rich.table import Table

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import mesh_client
from askmesh.cli.ingesting import until_visible
from askmesh.cli.names import one_line
from askmesh.cli.options import (
    access_of,
    allow_option,
    base_port_option,
    deny_option,
    tenant_option,
)
from askmesh.client import AccessChange, AccessList, Client, DocumentStatus, Filter
from askmesh.errors import NotFoundError
from askmesh.folders import in_unicode


@click.group()
def documents() -> None:
    """List, show and delete documents, and say who may read them."""


@documents.command("list")
@base_port_option
@tenant_option
@click.option(
    "--reader",
    metavar="user:NAME|group:NAME",
    help="Only those whose access lists have this name, allowed or denied.",
)
@click.argument("prefix", default="", type=in_unicode)
@asynchronous
async def list_documents(base_port: int, tenant: str, reader: str | None, prefix: str) -> None:
    """List the documents whose names begin with PREFIX, such as a folder."""
    table = Table("document", "title", "passages", "revision", box=None)
    async with mesh_client(base_port, tenant) as client:
        async for each in client.documents(prefix=prefix):
            if reader and not _has(each.access, reader):
                continue
            name, title = map(one_line, (each.document_id, each.title))
            table.add_row(name, title, str(each.passage_count), str(each.revision))
    Console(soft_wrap=True, markup=False).print(table)


@documents.command()
@base_port_option
@tenant_option
@asynchronous
async def failed(base_port: int, tenant: str) -> None:
    """List the documents that were refused, and why; exit code 1 if there are any."""
    found = False
    async with mesh_client(base_port, tenant) as client:
        async for each in client.documents(refused=True):
            found = True
            print(f"{one_line(each.document_id)}: {each.refusal_detail} [{each.refusal_reason}]")
    if found:
        sys.exit(1)


@documents.command()
@base_port_option
@tenant_option
@click.argument("name", type=in_unicode)
@asynchronous
async def show(base_port: int, tenant: str, name: str) -> None:
    """Show what is known of one document."""
    async with mesh_client(base_port, tenant) as client:
        document = await client.document(name)
    for label, value in _facts(document):
        if value:
            print(f"{label}: {one_line(value)}")


@documents.command()
@base_port_option
@tenant_option
@click.option("-r", "--recursive", is_flag=True, help="Delete all documents below NAMES.")
@click.argument("names", nargs=-1, required=True, type=in_unicode)
@asynchronous
async def delete(
    base_port: int,
    tenant: str,
    recursive: bool,  # noqa: FBT001 - an option of the command line
    names: tuple[str, ...],
) -> None:
    """Delete documents by their names; exit code 1 if one is not there, the others are deleted."""
    revision = 0
    missing = list[str]()
    async with mesh_client(base_port, tenant) as client:
        for name in names:
            found = await _named(client, name, recursive=recursive)
            for document_id in found:
                revision = max(revision, await client.delete(document_id))
            if not found:
                missing.append(name)
        await until_visible(client, revision)
    _end_without(missing)


@documents.command()
@base_port_option
@tenant_option
@allow_option
@deny_option
@click.option("--everyone", is_flag=True, help="Let everyone of the tenant read.")
@click.option("-r", "--recursive", is_flag=True, help="Change all documents below NAMES.")
@click.argument("names", nargs=-1, required=True, type=in_unicode)
@asynchronous
async def access(  # noqa: PLR0917 - options of the command line
    base_port: int,
    tenant: str,
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    everyone: bool,  # noqa: FBT001 - an option of the command line
    recursive: bool,  # noqa: FBT001 - an option of the command line
    names: tuple[str, ...],
) -> None:
    """Say who may read documents, without ingesting them again; exit code 1 if one is not there.

    The options replace the access list that there was.
    """
    if everyone == bool(allow or deny):
        raise click.UsageError("say either --everyone, or who may read by --allow and --deny")
    wanted = access_of(allow, deny)
    missing = list[str]()
    async with mesh_client(base_port, tenant) as client:
        for name in names:
            change = await _changed(client, name, wanted, recursive=recursive)
            if not change.document_count:
                missing.append(name)
            await until_visible(client, change.revision)
    _end_without(missing)


async def _changed(
    client: Client, name: str, access: AccessList, *, recursive: bool
) -> AccessChange:
    if recursive:
        return await client.set_access(access, prefix=f"{name.rstrip('/')}/")
    return await client.set_access(access, filter=Filter(document_ids=(name,)))


def _end_without(missing: Sequence[str]) -> None:
    """End with exit code 1 if documents are missing."""
    for name in missing:
        click.echo(f"{one_line(name)}: there is no such document", err=True)
    if missing:
        sys.exit(1)


async def _named(client: Client, name: str, *, recursive: bool) -> list[str]:
    """Return the names of the document that is called so, or of all below it."""
    if recursive:
        prefix = f"{name.rstrip('/')}/"
        return [
            each.document_id
            for refused in (False, True)
            async for each in client.documents(prefix=prefix, refused=refused)
        ]
    with suppress(NotFoundError):
        return [(await client.document(name)).document_id]
    return []


def _facts(document: DocumentStatus) -> list[tuple[str, str]]:
    modified = document.modified_time
    return [
        ("document", document.document_id),
        ("source", document.source),
        ("title", document.title),
        ("state", "refused" if document.refusal_reason else "stored"),
        ("reason", document.refusal_detail),
        ("passages", str(document.passage_count)),
        ("revision", str(document.revision)),
        ("modified", modified.isoformat() if modified else ""),
        *_readers(document.access),
        *sorted(document.attributes.items()),
    ]


def _has(access: AccessList | None, principal: str) -> bool:
    return access is not None and principal in (access.allowed or frozenset()) | access.denied


def _readers(access: AccessList | None) -> list[tuple[str, str]]:
    if access is None:
        return []
    allowed = "everyone" if access.allowed is None else ", ".join(sorted(access.allowed))
    return [("readers", allowed or "nobody"), ("denied", ", ".join(sorted(access.denied)))]
