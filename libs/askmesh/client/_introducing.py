"""How a client says who it is."""

from askmesh.errors import PreconditionError
from askmesh.identity import DEFAULT_TENANT
from askmesh.rpc import MetadataPairs, by_credential, by_name, calling_as, is_local


def introduction(tenant: str, credential: str) -> MetadataPairs:
    """Return the metadata that say who calls."""
    with calling_as(tenant or DEFAULT_TENANT):
        named = by_name()
    if not credential:
        return named
    return by_credential(credential) + (named if tenant else ())


def require_private(*addresses: str) -> None:
    """Raise `PreconditionError` if one of the addresses is of another machine."""
    for address in addresses:
        if not is_local(address):
            raise PreconditionError(
                "CREDENTIAL_IN_THE_CLEAR",
                f"Others could read your key on its way to {address}: connect by TLS (tls, or "
                "ASKMESH_TLS_AUTHORITY_FILE), or allow it (plain_text, or ASKMESH_PLAIN_TEXT=true)",
                address=address,
            )
