"""The file of keys."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from askmesh.authentication._api_keys import ApiKey
from askmesh.errors import StartupError
from askmesh.identity import Caller, Role
from askmesh.replacing import replacing


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    tenant: str = Field(min_length=1)
    # A caller without a name would be the local operator.
    user: str = Field(min_length=1)
    groups: list[str] = []
    roles: list[Role] = Field(min_length=1)
    expires: AwareDatetime | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: list[_Entry]


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Return the keys of a file. Raise `StartupError` if it is none, or cannot be read."""
    try:
        entries = _File.model_validate_json(path.read_bytes()).keys
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise _unusable(path, f"{where}: {first['msg']}") from None
    return tuple(_key(entry) for entry in entries)


def write_keys(path: Path, keys: Iterable[ApiKey]) -> None:
    """Replace the file as a whole. Its mode and owner stay; a new one is for its owner alone."""
    text = _File(keys=[_entry(key) for key in keys]).model_dump_json(indent=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(f"{text}\n".encode())


def _key(entry: _Entry) -> ApiKey:
    caller = Caller(entry.tenant, entry.user, frozenset(entry.groups), frozenset(entry.roles))
    return ApiKey(entry.name, entry.sha256, caller, entry.expires)


def _entry(key: ApiKey) -> _Entry:
    expires: datetime | None = key.expires
    return _Entry(
        name=key.name,
        sha256=key.sha256,
        tenant=key.caller.tenant,
        user=key.caller.user,
        groups=sorted(key.caller.groups),
        roles=sorted(key.caller.roles),
        expires=expires,
    )


def _unusable(path: Path, why: str) -> StartupError:
    return StartupError(
        "KEY_FILE_UNUSABLE",
        f"The file of keys {path} cannot be used ({why}): make one with `askmesh keys create`.",
        path=str(path),
    )
