"""How a client says who it is."""

from functools import partial

from askmesh.errors import InvalidRequestError, PreconditionError
from askmesh.identity import DEFAULT_TENANT
from askmesh.rpc import Introduce, MetadataPairs, by_credential, by_name, calling_as, is_local


def introducing(tenant: str, credential: str) -> Introduce:
    """Return what says who calls. Raise `InvalidRequestError` for what metadata cannot hold."""
    for field, text in (("tenant", tenant), ("credential", credential)):
        if not (text.isascii() and text.isprintable()):
            raise InvalidRequestError(
                f"{field.upper()}_INVALID", f"{field} must be printable ASCII", field=field
            )
    return partial(_introduction, tenant, credential)


def _introduction(tenant: str, credential: str) -> MetadataPairs:
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
