"""Doors as settings have them."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from askmesh.auditing import AuditSettings, AuditTrail
from askmesh.authentication import (
    Claims,
    IdentityProvider,
    KeyRing,
    KeysOrTokens,
    fetched_over_http,
    identity_provider,
    verifier_from,
)
from askmesh.config import EdgeSettings, InnerSettings, variable_of
from askmesh.errors import StartupError
from askmesh.identity import Role
from askmesh.rpc import is_local
from askmesh.serving._admitting import Door, GuardedDoor, InnerDoor, OnRefused, OpenDoor
from askmesh.serving._audited import RecordedRefusals
from askmesh.serving._named import for_named
from askmesh.serving._privacy import require_private

_logger = logging.getLogger("askmesh.serving")


@asynccontextmanager
async def opened_edge_door(
    settings: EdgeSettings, roles: Mapping[str, frozenset[Role]], audit: AuditTrail | None = None
) -> AsyncGenerator[Door]:
    """Yield the door of a service that clients call; see `edge_door`.

    It takes the tokens of an identity provider, too, if the settings name one.
    """
    async with _opened_provider(settings) as provider:
        yield edge_door(settings, roles, audit, provider)


def edge_door(
    settings: EdgeSettings,
    roles: Mapping[str, frozenset[Role]],
    audit: AuditTrail | None = None,
    provider: IdentityProvider | None = None,
) -> Door:
    """Return the door of a service that clients call; `roles` says who may call which method.

    With an `audit` those are recorded whom it refuses. Raise `StartupError` where everybody could
    come in from another machine, and where the credentials of the settings cannot be used.
    """
    if settings.authentication == "credentials":
        on_refused = RecordedRefusals(audit) if audit else None
        return _guarded_door(settings, roles, provider, on_refused)
    if settings.authentication == "none" and not is_local(settings.address):
        raise _open_to_others(settings)
    _logger.warning(
        "no credentials are asked for: whoever reaches %s may do everything", settings.address
    )
    return OpenDoor(settings.known_tenants)


def inner_door(settings: InnerSettings) -> Door:
    """Return the door of a service that the gateway calls.

    Raise `StartupError` if the key of the settings is none, where others on the network could call
    the service, or listen, unless the settings say that they may, and where callers cannot have the
    names that the settings want.
    """
    require_private(settings)
    return for_named(settings, _door_behind(settings))


def audit_of(service: str, settings: EdgeSettings) -> AuditSettings:
    """Return where a service that clients call records what they do."""
    return AuditSettings(
        service,
        settings.audit,
        settings.audit_days,
        settings.audit_texts,
        settings.otlp_endpoint,
        settings.otlp_tls,
    )


def _door_behind(settings: InnerSettings) -> Door:
    if not settings.verifying_key_file:
        return OpenDoor(refuses_credentials=True)
    return InnerDoor(verifier_from(Path(settings.verifying_key_file)))


def _guarded_door(
    settings: EdgeSettings,
    roles: Mapping[str, frozenset[Role]],
    provider: IdentityProvider | None,
    on_refused: OnRefused | None,
) -> Door:
    ring = KeyRing(Path(settings.key_file)) if settings.key_file else None
    are_certified = settings.tls is not None and settings.callers_are_certified
    if ring and ring.knows_certificates and not are_certified:
        _logger.warning(
            "%s knows certificates, but callers are asked for none: set %s to certified",
            settings.key_file,
            variable_of(type(settings), "tls_callers"),
        )
    return GuardedDoor(
        KeysOrTokens(ring, provider),
        roles,
        settings.known_tenants,
        certificates=ring if are_certified else None,
        on_refused=on_refused,
    )


@asynccontextmanager
async def _opened_provider(settings: EdgeSettings) -> AsyncGenerator[IdentityProvider | None]:
    if settings.authentication != "credentials" or not settings.oidc_issuer:
        yield None
        return
    claims = Claims(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        user=settings.oidc_user_claim,
        tenant=settings.oidc_tenant_claim,
        groups=settings.oidc_groups_claim,
        roles=settings.oidc_roles_claim,
    )
    async with identity_provider(claims, fetched_over_http(settings.oidc_keys_url)) as provider:
        yield provider


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
