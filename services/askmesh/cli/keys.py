"""The command `askmesh keys`: credentials of programs, and the keys of the mesh itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from askmesh.authentication import (
    CERTIFIED_NAME_PATTERN,
    ApiKey,
    CertifiedName,
    KnownCallers,
    changing,
    digest_of,
    new_key_pair,
    new_secret,
    read_known_callers,
    write_known_callers,
)
from askmesh.cli.key_options import Standing, standing_options
from askmesh.errors import AlreadyExistsError, NotFoundError

file_option = click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="ASKMESH_KEYS",
    required=True,
    help="The file of keys that the gateway and ingestion read.",
)


@click.group()
def keys() -> None:
    """Make, list and revoke what programs show to say who they are."""


@keys.command()
@file_option
@standing_options
@click.argument("name")
def create(standing: Standing, path: Path, name: str) -> None:
    """Make a key called NAME and print it. It is kept nowhere: what is printed is all there is."""
    secret = new_secret()
    made = ApiKey(name, digest_of(secret), standing.caller, standing.expires)
    with changing(path) as known:
        _require_new(name, known)
        write_known_callers(path, replace(known, keys=(*known.keys, made)))
    click.echo(secret)


@keys.command()
@file_option
@standing_options
@click.argument("name")
@click.argument("subject")
def certificate(standing: Standing, path: Path, name: str, subject: str) -> None:
    """Let certificates with SUBJECT stand for a user; the entry is called NAME.

    SUBJECT is uri:, dns: or email: and an alternative name of the certificate's subject, or cn: and
    its common name, as in uri:spiffe://example.org/reports.
    """
    if not re.fullmatch(CERTIFIED_NAME_PATTERN, subject):
        raise click.UsageError(f"{subject!r} is none of uri:…, dns:…, email:… and cn:…")
    made = CertifiedName(name, subject, standing.caller, standing.expires)
    with changing(path) as known:
        _require_new(name, known)
        _require_uncontradicted(made, known)
        write_known_callers(path, replace(known, certificates=(*known.certificates, made)))


@keys.command("list")
@file_option
def list_keys(path: Path) -> None:
    """List the keys, without what is secret about them, and the names in certificates."""
    table = Table()
    for column in ("name", "shows", "tenant", "user", "groups", "roles", "expires"):
        table.add_column(column, overflow="fold")
    for each in read_known_callers(path).entries:
        caller = each.caller
        shows = each.subject if isinstance(each, CertifiedName) else "a key"
        groups, roles = ", ".join(sorted(caller.groups)), ", ".join(sorted(caller.roles))
        expires = "never" if each.expires is None else f"{each.expires:%Y-%m-%d}"
        table.add_row(each.name, shows, caller.tenant, caller.user, groups, roles, expires)
    Console().print(table)


@keys.command()
@file_option
@click.argument("name")
def revoke(path: Path, name: str) -> None:
    """Let what is called NAME, a key or a name in certificates, count no longer."""
    with changing(path) as known:
        left = known.without(name)
        if left == known:
            raise NotFoundError("KEY_UNKNOWN", f"There is no key {name!r}")
        write_known_callers(path, left)


def _require_new(name: str, known: KnownCallers) -> None:
    if known.without(name) != known:
        raise AlreadyExistsError("KEY_EXISTS", f"There is a key {name!r} already: revoke it first")


def _require_uncontradicted(made: CertifiedName, known: KnownCallers) -> None:
    """Raise `AlreadyExistsError` if an entry that counts gives the subject to another caller."""
    now = datetime.now(UTC)
    for each in known.certificates:
        same = each.folded == made.folded and each.caller != made.caller
        if same and not each.is_over(now):
            raise AlreadyExistsError(
                "CERTIFICATE_CONTRADICTED",
                f"{made.subject} stands for somebody else, or for other roles, in {each.name!r}: "
                "revoke it first",
            )


@keys.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def mesh(folder: Path) -> None:
    """Make the keys by which services know the gateway: FOLDER/private.pem and public.pem."""
    private, public = folder / "private.pem", folder / "public.pem"
    if private.exists():
        raise AlreadyExistsError("KEY_EXISTS", f"There is a {private} already")
    folder.mkdir(parents=True, exist_ok=True)
    secret, known = new_key_pair()
    private.touch(mode=0o600)
    private.write_bytes(secret)
    public.write_bytes(known)
