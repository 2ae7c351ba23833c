"""Who may come in: the caller of a call that is to be served."""

from dataclasses import dataclass
from typing import Protocol

from askmesh.errors import InvalidRequestError
from askmesh.identity import Caller
from askmesh.rpc import TENANT_METADATA_KEY, CallMetadata, named_caller


class Door(Protocol):
    """Tells who calls, and refuses those who may not."""

    async def admit(self, method: str, metadata: CallMetadata) -> Caller:
        """Return who calls `method`.

        Raise `UnauthenticatedError` where nobody knows who it is, and an error that says why
        where that caller is refused.
        """
        ...


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Believes whoever calls. `known_tenants` of None means that every tenant is served."""

    known_tenants: frozenset[str] | None

    async def admit(
        self,
        method: str,  # noqa: ARG002 - every method is for everyone
        metadata: CallMetadata,
    ) -> Caller:
        caller = named_caller(metadata)
        require_known(caller.tenant, self.known_tenants)
        return caller


def require_known(tenant: str, known: frozenset[str] | None) -> None:
    """Raise `InvalidRequestError` where there is no such tenant."""
    if known is not None and tenant not in known:
        raise InvalidRequestError(
            "TENANT_UNKNOWN",
            f"there is no tenant {tenant!r}: set the metadata {TENANT_METADATA_KEY}",
            field=TENANT_METADATA_KEY,
            tenant=tenant,
        )
