"""The file of keys."""

import fcntl
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from askmesh.authentication._api_keys import ApiKey
from askmesh.authentication._certified import CERTIFIED_NAME_PATTERN, CertifiedName
from askmesh.errors import StartupError
from askmesh.identity import Caller, Role
from askmesh.replacing import replacing


@dataclass(frozen=True, slots=True)
class KnownCallers:
    """Who is known by what they show: keys, and names in certificates."""

    keys: tuple[ApiKey, ...] = ()
    certificates: tuple[CertifiedName, ...] = ()

    @property
    def entries(self) -> Sequence[ApiKey | CertifiedName]:
        """All of them, keys first."""
        return (*self.keys, *self.certificates)

    def without(self, name: str) -> "KnownCallers":
        """Return what is left without the entry of a name, if there is one."""
        return KnownCallers(
            tuple(each for each in self.keys if each.name != name),
            tuple(each for each in self.certificates if each.name != name),
        )


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    tenant: str = Field(min_length=1)
    # A caller without a name would be the local operator.
    user: str = Field(min_length=1)
    groups: list[str] = []
    roles: list[Role] = Field(min_length=1)
    expires: AwareDatetime | None = None

    @property
    def caller(self) -> Caller:
        return Caller(self.tenant, self.user, frozenset(self.groups), frozenset(self.roles))


class _Key(_Entry):
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        return cls(**_plain(key.name, key.caller, key.expires), sha256=key.sha256)


class _Certificate(_Entry):
    subject: str = Field(pattern=CERTIFIED_NAME_PATTERN)

    @classmethod
    def of(cls, known: CertifiedName) -> Self:
        return cls(**_plain(known.name, known.caller, known.expires), subject=known.subject)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: list[_Key]
    certificates: list[_Certificate] = []


def read_known_callers(path: Path) -> KnownCallers:
    """Return whom a file knows. Raise `StartupError` if it is none, or cannot be read."""
    try:
        file = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise _unusable(path, f"{where}: {first['msg']}") from None
    return KnownCallers(
        tuple(ApiKey(each.name, each.sha256, each.caller, each.expires) for each in file.keys),
        tuple(
            CertifiedName(each.name, each.subject, each.caller, each.expires)
            for each in file.certificates
        ),
    )


@contextmanager
def changing(path: Path) -> Generator[KnownCallers]:
    """Keep others from changing the file, and yield what it has: nothing if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_known_callers(path) if path.exists() else KnownCallers()


def write_known_callers(path: Path, known: KnownCallers) -> None:
    """Replace the file as a whole. Its mode and owner stay; a new one is for its owner alone."""
    file = _File(
        keys=[_Key.of(each) for each in known.keys],
        certificates=[_Certificate.of(each) for each in known.certificates],
    )
    # Readers that know of keys alone refuse more than keys.
    unsaid = set[str]() if file.certificates else {"certificates"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as target:
        target.write(f"{file.model_dump_json(indent=2, exclude=unsaid)}\n".encode())


def _plain(name: str, caller: Caller, expires: datetime | None) -> dict[str, Any]:
    return {
        "name": name,
        "tenant": caller.tenant,
        "user": caller.user,
        "groups": sorted(caller.groups),
        "roles": sorted(caller.roles),
        "expires": expires,
    }


def _unusable(path: Path, why: str) -> StartupError:
    return StartupError(
        "KEY_FILE_UNUSABLE",
        f"The file of keys {path} cannot be used ({why}): make one with `askmesh keys create`.",
        path=str(path),
    )
