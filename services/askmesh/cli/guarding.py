"""The keys of a mesh on this machine that asks for them."""

from dataclasses import replace
from pathlib import Path

from askmesh.authentication import (
    ApiKey,
    KnownCallers,
    digest_of,
    new_key_pair,
    new_secret,
    read_known_callers,
    write_known_callers,
)
from askmesh.identity import Caller, Role

ADMINISTRATOR = "administrator"
KEYS, PRIVATE, PUBLIC = "keys.json", "private.pem", "public.pem"
ADMINISTRATOR_KEY = f"{ADMINISTRATOR}.key"


def guard(folder: Path, tenant: str) -> None:
    """Make what is missing: a key of an administrator of `tenant`, and the keys of the mesh."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / ADMINISTRATOR_KEY).exists():
        _make_administrator(folder, tenant)
    if not (folder / PRIVATE).exists():
        private, public = new_key_pair()
        _write_secret(folder / PRIVATE, private)
        (folder / PUBLIC).write_bytes(public)


def _make_administrator(folder: Path, tenant: str) -> None:
    known = read_known_callers(folder / KEYS) if (folder / KEYS).exists() else KnownCallers()
    caller = Caller(tenant, ADMINISTRATOR, frozenset(), frozenset({Role.ADMINISTRATOR}))
    secret = new_secret()
    made = ApiKey(ADMINISTRATOR, digest_of(secret), caller, None)
    others = known.without(ADMINISTRATOR)
    write_known_callers(folder / KEYS, replace(others, keys=(*others.keys, made)))
    _write_secret(folder / ADMINISTRATOR_KEY, f"{secret}\n".encode())


def _write_secret(path: Path, secret: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(secret)
