"""Who may come in: the caller of a call that is to be served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from askmesh.authentication import Authenticator, Certificates, contradicting
from askmesh.errors import (
    AskmeshError,
    InvalidRequestError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from askmesh.identity import Caller, Role
from askmesh.rpc import (
    CALLER_METADATA_KEY,
    CREDENTIAL_METADATA_KEY,
    TENANT_METADATA_KEY,
    MetadataByKey,
    named_caller,
)
from askmesh.serving._certified import CertifiedNames, nobody

OnRefused: TypeAlias = Callable[[Caller | None, str, AskmeshError], None]
"""Is told whom, if anybody knows, which method was refused to, and why."""

_BEARER = "bearer "


class Door(Protocol):
    """Tells who calls, and refuses those who may not."""

    @property
    def is_open(self) -> bool:
        """Whether everybody comes in, without a credential or a certificate of a certain name."""
        ...

    async def admit(
        self, method: str, said: MetadataByKey, certified: CertifiedNames = nobody
    ) -> Caller:
        """Return who calls `method`, as in "/package.Service/Method".

        `certified` returns the names in the caller's certificate, which was verified.

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

    @property
    def is_open(self) -> bool:
        return True

    async def admit(
        self,
        method: str,  # noqa: ARG002 - every method is for everyone
        said: MetadataByKey,
        certified: CertifiedNames = nobody,  # noqa: ARG002
    ) -> Caller:
        if self.refuses_credentials and CREDENTIAL_METADATA_KEY in said:
            raise UnauthenticatedError(
                "CREDENTIAL_UNVERIFIED",
                "this service has no key to verify who asks: set its VERIFYING_KEY_FILE",
            )
        caller = named_caller(said)
        _require_known(caller.tenant, self.known_tenants)
        return caller


@dataclass(frozen=True, slots=True)
class GuardedDoor:
    """Believes credentials only: in metadata, or, where there are `certificates`, those shown.

    `roles` says which of a caller's roles open a method; an administrator opens all. A method
    that is not named is for administrators. `on_refused` is told of those who are refused.
    """

    authenticator: Authenticator
    roles: Mapping[str, frozenset[Role]]
    known_tenants: frozenset[str]
    certificates: Certificates | None = None
    on_refused: OnRefused | None = None

    @property
    def is_open(self) -> bool:
        return False

    async def admit(
        self, method: str, said: MetadataByKey, certified: CertifiedNames = nobody
    ) -> Caller:
        caller: Caller | None = None
        try:
            caller = await self._caller_of(said, certified)
            self._require_allowed(caller, method, said)
        except AskmeshError as error:
            if self.on_refused:
                self.on_refused(caller, method, error)
            raise
        return caller

    async def _caller_of(self, said: MetadataByKey, certified: CertifiedNames) -> Caller:
        shown = await self.certificates.caller_with(certified()) if self.certificates else None
        if shown and CREDENTIAL_METADATA_KEY not in said:
            return shown
        caller = await self.authenticator.caller_of(_credential(said))
        if shown and (shown.tenant, shown.user) != (caller.tenant, caller.user):
            raise contradicting("the certificate stands for another caller than the credential")
        return caller

    def _require_allowed(self, caller: Caller, method: str, said: MetadataByKey) -> None:
        _require_same(caller, said)
        if caller.tenant not in self.known_tenants:
            raise PermissionDeniedError(
                "TENANT_UNKNOWN", "the tenant of your credential is not served here"
            )
        if caller.roles.isdisjoint(self.roles.get(method, frozenset()) | {Role.ADMINISTRATOR}):
            raise PermissionDeniedError(
                "ROLE_MISSING", "none of your roles allows this call", method=method
            )


@dataclass(frozen=True, slots=True)
class InnerDoor:
    """Believes those only whom the edge of the mesh has sent."""

    authenticator: Authenticator

    @property
    def is_open(self) -> bool:
        return False

    async def admit(
        self,
        method: str,  # noqa: ARG002 - the edge has decided who may call what
        said: MetadataByKey,
        certified: CertifiedNames = nobody,  # noqa: ARG002 - the edge's, not the caller's
    ) -> Caller:
        return await self.authenticator.caller_of(_credential(said))


def _credential(said: MetadataByKey) -> str:
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


def _require_same(caller: Caller, said: MetadataByKey) -> None:
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
    """Raise `InvalidRequestError` where metadata name a tenant that is not served."""
    if known is not None and tenant not in known:
        raise InvalidRequestError(
            "TENANT_UNKNOWN",
            f"there is no tenant {tenant!r}: set the metadata {TENANT_METADATA_KEY}",
            field=TENANT_METADATA_KEY,
            tenant=tenant,
        )
