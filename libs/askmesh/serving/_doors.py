"""Doors as settings have them."""

import logging
from collections.abc import Mapping
from pathlib import Path

from askmesh.auditing import AuditSettings, AuditTrail
from askmesh.authentication import (
    Claims,
    EdgeIdentity,
    open_authenticator,
    verifier_from,
)
from askmesh.config import EdgeSettings, InnerSettings, variable_of
from askmesh.errors import StartupError
from askmesh.identity import Role
from askmesh.rpc import is_local
from askmesh.serving._admitting import Door, GuardedDoor, InnerDoor, OpenDoor
from askmesh.serving._audited import AuditedDoor

_logger = logging.getLogger("askmesh.serving")


def edge_door(
    settings: EdgeSettings, roles: Mapping[str, frozenset[Role]], audit: AuditTrail | None = None
) -> Door:
    """Return the door of a service that clients call; `roles` says who may call which method.

    With an `audit` those are recorded whom it refuses. Raise `StartupError` where everybody could
    come in from another machine, and where the credentials of the settings cannot be used.
    """
    if settings.authentication == "credentials":
        authenticator = open_authenticator(_identity(settings))
        door = GuardedDoor(authenticator, roles, settings.known_tenants)
        return AuditedDoor(door, audit) if audit else door
    if settings.authentication == "none" and not is_local(settings.address):
        raise _open_to_others(settings)
    _logger.warning(
        "no credentials are asked for: whoever reaches %s may do everything", settings.address
    )
    return OpenDoor(settings.known_tenants)


def inner_door(settings: InnerSettings) -> Door:
    """Return the door of a service that the gateway calls.

    Raise `StartupError` if the key of the settings is none.
    """
    if not settings.verifying_key_file:
        return OpenDoor(refuses_credentials=True)
    return InnerDoor(verifier_from(Path(settings.verifying_key_file)))


def audit_of(service: str, settings: EdgeSettings) -> AuditSettings:
    """Return where a service that clients call records what they do."""
    return AuditSettings(service, settings.audit, settings.audit_days, settings.audit_texts)


def _identity(settings: EdgeSettings) -> EdgeIdentity:
    claims = Claims(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        user=settings.oidc_user_claim,
        tenant=settings.oidc_tenant_claim,
        groups=settings.oidc_groups_claim,
        roles=settings.oidc_roles_claim,
    )
    return EdgeIdentity(
        key_file=Path(settings.key_file) if settings.key_file else None,
        claims=claims if settings.oidc_issuer else None,
        keys_url=settings.oidc_keys_url,
    )


def _open_to_others(settings: EdgeSettings) -> StartupError:
    address, authentication = (
        variable_of(type(settings), name) for name in ("address", "authentication")
    )
    return StartupError(
        "AUTHENTICATION_MISSING",
        f"Anybody could call {settings.address} in anybody's name: set {authentication} to "
        f"credentials, or {address} to this machine (insecure-none, if the network keeps others "
        "away).",
        address=settings.address,
    )
