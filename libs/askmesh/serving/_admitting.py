"""Who may come in: the caller of a call that is to be served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from askmesh.authentication import Authenticator
from askmesh.errors import InvalidRequestError, PermissionDeniedError, UnauthenticatedError
from askmesh.identity import Caller, Role
from askmesh.rpc import (
    CALLER_METADATA_KEY,
    CREDENTIAL_METADATA_KEY,
    TENANT_METADATA_KEY,
    CallMetadata,
    named_caller,
)

_BEARER = "bearer "


class Door(Protocol):
    """Tells who calls, and refuses those who may not."""

    async def admit(self, method: str, metadata: CallMetadata) -> Caller:
        """Return who calls `method`, as in "/package.Service/Method".

        Raise `UnauthenticatedError` where nobody knows who it is, and an error that says why
        where that caller is refused.
        """
        ...


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Believes whoever calls. `known_tenants` of None means that every tenant is served.

    A service that cannot verify credentials, though its callers show some, `refuses_credentials`:
    who asks would be taken for the operator.
    """

    known_tenants: frozenset[str] | None = None
    refuses_credentials: bool = False

    async def admit(
        self,
        method: str,  # noqa: ARG002 - every method is for everyone
        metadata: CallMetadata,
    ) -> Caller:
        if self.refuses_credentials and any(key == CREDENTIAL_METADATA_KEY for key, _ in metadata):
            raise UnauthenticatedError(
                "CREDENTIAL_UNVERIFIED",
                "this service has no key to verify who asks: set its VERIFYING_KEY_FILE",
            )
        caller = named_caller(metadata)
        _require_known(caller.tenant, self.known_tenants)
        return caller


@dataclass(frozen=True, slots=True)
class GuardedDoor:
    """Believes credentials only.

    `roles` says which of a caller's roles open a method; an administrator opens all. A method
    that is not named is for administrators.
    """

    authenticator: Authenticator
    roles: Mapping[str, frozenset[Role]]
    known_tenants: frozenset[str]

    async def admit(self, method: str, metadata: CallMetadata) -> Caller:
        said = dict(tuple(metadata))
        caller = await self.caller_of(said)
        self.require_allowed(caller, method, said)
        return caller

    async def caller_of(self, said: Mapping[str, str | bytes]) -> Caller:
        """Return whom the credential in metadata stands for."""
        return await self.authenticator.caller_of(_credential(said))

    def require_allowed(self, caller: Caller, method: str, said: Mapping[str, str | bytes]) -> None:
        """Raise the error that says why a caller may not call a method."""
        _require_same(caller, said)
        _require_known(caller.tenant, self.known_tenants)
        if caller.roles.isdisjoint(self.roles.get(method, frozenset()) | {Role.ADMINISTRATOR}):
            raise PermissionDeniedError(
                "ROLE_MISSING", "none of your roles allows this call", method=method
            )


@dataclass(frozen=True, slots=True)
class InnerDoor:
    """Believes those only whom the edge of the mesh has sent."""

    authenticator: Authenticator

    async def admit(
        self,
        method: str,  # noqa: ARG002 - the edge has decided who may call what
        metadata: CallMetadata,
    ) -> Caller:
        return await self.authenticator.caller_of(_credential(dict(tuple(metadata))))


def _credential(said: Mapping[str, str | bytes]) -> str:
    value = said.get(CREDENTIAL_METADATA_KEY)
    if not isinstance(value, str):
        raise UnauthenticatedError(
            "CREDENTIAL_MISSING",
            f"nobody knows who calls: set the metadata {CREDENTIAL_METADATA_KEY} to Bearer and a "
            "key or a token",
        )
    if not value.lower().startswith(_BEARER):
        raise UnauthenticatedError(
            "CREDENTIAL_INVALID", f"the metadata {CREDENTIAL_METADATA_KEY} is not Bearer and a key"
        )
    return value[len(_BEARER) :].strip()


def _require_same(caller: Caller, said: Mapping[str, str | bytes]) -> None:
    """Raise `PermissionDeniedError` where metadata claim more than the credential."""
    if said.get(TENANT_METADATA_KEY, caller.tenant) != caller.tenant:
        raise PermissionDeniedError(
            "TENANT_NOT_YOURS", f"the metadata {TENANT_METADATA_KEY} is not your tenant"
        )
    if CALLER_METADATA_KEY in said:
        raise PermissionDeniedError(
            "CALLER_NOT_YOURS", f"your credential says who calls, not {CALLER_METADATA_KEY}"
        )


def _require_known(tenant: str, known: frozenset[str] | None) -> None:
    if known is not None and tenant not in known:
        raise InvalidRequestError(
            "TENANT_UNKNOWN",
            f"there is no tenant {tenant!r}: set the metadata {TENANT_METADATA_KEY}",
            field=TENANT_METADATA_KEY,
            tenant=tenant,
        )
