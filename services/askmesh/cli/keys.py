"""The command `askmesh keys`: credentials of programs, and the keys of the mesh itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from askmesh.authentication import (
    ApiKey,
    digest_of,
    new_key_pair,
    new_secret,
    read_keys,
    write_keys,
)
from askmesh.errors import AlreadyExistsError, NotFoundError
from askmesh.identity import DEFAULT_TENANT, Caller, Role

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
    """Make, list and revoke the keys by which programs say who they are."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is to be made, and whom it is to stand for."""

    name: str
    user: str
    tenant: str
    groups: Sequence[str]
    roles: Sequence[Role]
    days: int | None

    def key(self, secret: str) -> ApiKey:
        """Return what is kept of the key."""
        caller = Caller(self.tenant, self.user, frozenset(self.groups), frozenset(self.roles))
        expires = None if self.days is None else datetime.now(UTC) + timedelta(days=self.days)
        return ApiKey(self.name, digest_of(secret), caller, expires)


@keys.command()
@file_option
@click.option("--user", required=True, help="The user that the key stands for.")
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True)
@click.option("--group", "groups", multiple=True, help="A group of the user; may be repeated.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(Role, case_sensitive=False),
    multiple=True,
    required=True,
    help="What the user may do; may be repeated.",
)
@click.option("--days", type=click.IntRange(min=1), help="For how long the key counts.")
@click.argument("name")
def create(  # noqa: PLR0917 - options of the command line
    path: Path,
    user: str,
    tenant: str,
    groups: tuple[str, ...],
    roles: tuple[Role, ...],
    days: int | None,
    name: str,
) -> None:
    """Make a key called NAME and print it. It is kept nowhere: what is printed is all there is."""
    known = read_keys(path) if path.exists() else ()
    if any(key.name == name for key in known):
        raise AlreadyExistsError("KEY_EXISTS", f"There is a key {name!r} already: revoke it first")
    secret = new_secret()
    write_keys(path, [*known, NewKey(name, user, tenant, groups, roles, days).key(secret)])
    click.echo(secret)


@keys.command("list")
@file_option
def list_keys(path: Path) -> None:
    """List the keys, without what is secret about them."""
    table = Table("name", "tenant", "user", "groups", "roles", "expires")
    for key in read_keys(path):
        caller = key.caller
        groups, roles = ", ".join(sorted(caller.groups)), ", ".join(sorted(caller.roles))
        expires = "never" if key.expires is None else f"{key.expires:%Y-%m-%d}"
        table.add_row(key.name, caller.tenant, caller.user, groups, roles, expires)
    Console().print(table)


@keys.command()
@file_option
@click.argument("name")
def revoke(path: Path, name: str) -> None:
    """Let the key NAME count no longer."""
    known = read_keys(path)
    if all(key.name != name for key in known):
        raise NotFoundError("KEY_UNKNOWN", f"There is no key {name!r}")
    write_keys(path, [key for key in known if key.name != name])


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
