"""Callers as plain values, and back."""

import json
from collections.abc import Mapping
from typing import cast

from askmesh.errors import UnauthenticatedError
from askmesh.identity._caller import Caller, Role


def caller_to_plain(caller: Caller) -> bytes:
    """Return the caller as JSON, the same for equal callers."""
    plain = {
        "groups": sorted(caller.groups),
        "roles": sorted(caller.roles),
        "tenant": caller.tenant,
        "user": caller.user,
    }
    return json.dumps(plain).encode()


def caller_from_plain(data: bytes) -> Caller:
    """Return the caller; raise `UnauthenticatedError` where the bytes say none."""
    try:
        plain = cast("Mapping[str, object]", json.loads(data))
        roles = frozenset(map(Role, _names(plain["roles"])))
        groups = frozenset(_names(plain["groups"]))
        return Caller(_name(plain["tenant"]), _name(plain["user"]), groups, roles)
    except (ValueError, KeyError, TypeError) as error:
        raise UnauthenticatedError(
            "CALLER_INVALID", "the metadata of the call do not say who calls"
        ) from error


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a name is a text")
    return value


def _names(values: object) -> list[str]:
    if not isinstance(values, list):
        raise TypeError("names are a list")
    return [_name(value) for value in cast("list[object]", values)]
